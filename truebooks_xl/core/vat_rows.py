"""What a settlement row says about VAT: whose side, which component, which sum it adds to.

Protects: a row is read the same way wherever it is looked at; what is not known to be a sale, tax
or withholding is a fee and proves nothing.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Final

import polars as pl

from truebooks_xl.core.folding import fold

TRIPLE: Final = ["transaction_type", "amount_type", "amount_description"]
SIDES: Final = ("sale", "refund", "sale retrocharge", "refund retrocharge")
COMPONENTS: Final = ("item", "delivery", "gift")
SUMS: Final = (
    *(f"{component}_{sum_}" for component in COMPONENTS for sum_ in ("net", "promotion", "tax")),
    "tax_discount",
    "withheld",
)
"""What is added up per order item. ``net`` is the price as the row gives it, before promotions."""

SIDE: Final = pl.Enum(SIDES)
COMPONENT: Final = pl.Enum([*COMPONENTS, "discount"])
ADDS_TO: Final = pl.Enum([*SUMS, "other_sale", "fee"])

IS_TAX: Final = pl.col("adds_to").is_in([*(f"{each}_tax" for each in COMPONENTS), "tax_discount"])
IS_PRICE: Final = pl.col("adds_to").is_in(
    [f"{each}_{sum_}" for each in COMPONENTS for sum_ in ("net", "promotion")]
)


@dataclass(frozen=True, slots=True)
class Role:
    """The part a triple plays.

    Attributes:
        side: sale, refund (all that is not an order) or a retrocharge of either.
        component: whose treatment the row carries; ``discount`` is a TaxDiscount, which follows
            the component its promotion belongs to.
        adds_to: one of ``SUMS``; ``other_sale`` (goodwill, restocking) and ``fee`` prove nothing.
    """

    side: str
    component: str
    adds_to: str


def role(transaction_type: str, amount_type: str, amount_description: str) -> Role:
    """Read one triple, whatever its spelling.

    Source: facts on Amazon's tax lines: TaxDiscount is tax, not promotion; withheld rows stand
    under ItemWithheldTax and, in older reports, under ItemFees. TCS and TDS (India) are the
    seller's own income tax and prove nothing here.
    """
    side = _SIDE_OF.get(fold(transaction_type), "refund")
    kind, what = fold(amount_type), fold(amount_description)
    if what.startswith(("marketplacefacilitator", "lowvaluegoodstax")) or (
        kind == "itemwithheldtax" and not what.startswith(("tcs", "tds"))
    ):
        return Role(side, "item", "withheld")
    if (kind, what) == ("promotion", "taxdiscount"):
        return Role(side, "discount", "tax_discount")
    component = next((name for start, name in _COMPONENT_OF if what.startswith(start)), "item")
    if kind == "promotion":
        return Role(side, component, f"{component}_promotion")
    if kind == "itemprice":
        if what.endswith("tax"):
            return Role(side, component, f"{component}_tax")
        priced = what in {"principal", "shipping", "giftwrap"}
        return Role(side, component, f"{component}_net" if priced else "other_sale")
    return Role(side, "item", "fee")


_SIDE_OF: Final = {
    "order": "sale",
    "orderretrocharge": "sale retrocharge",
    "refundretrocharge": "refund retrocharge",
}
_COMPONENT_OF: Final = (("shipping", "delivery"), ("giftwrap", "gift"))


_ORDER, _CODE, _SKU_FOR_CODE, _SKU, _TRIPLE = range(1, 6)  # seeds: the hashes are independent
_SIDE_SALT: Final = 0x1F83D9ABFB41BD6B  # three times it still fits into 64 bits


def vat_rows(block: pl.DataFrame) -> pl.DataFrame:
    """Say of each row which order item it belongs to and what part it plays, in the same order.

    Returns:
        ``item_key`` (order item and side), ``order_key``, ``sku_key`` (0 for no SKU), ``side``,
        ``component`` and ``adds_to``. The keys are 64-bit hashes, so that a million order items
        fit into memory; ``order_items`` asserts that no two orders share one.
    """
    named = block.lazy().select(*TRIPLE, _triple_key()).unique("triple_key").collect()
    roles = pl.DataFrame(
        [astuple(role(*triple)) for triple in named.select(TRIPLE).iter_rows()],
        schema={"side": SIDE, "component": COMPONENT, "adds_to": ADDS_TO},
        orient="row",
    )
    keys = block.lazy().select(_triple_key(), order_key(), item_key(), sku_key())
    roles = named.select("triple_key").hstack(roles)
    rows = keys.join(roles.lazy(), on="triple_key", how="left", maintain_order="left")
    return rows.with_columns(item_key=_with_side()).drop("triple_key").collect()


def _triple_key() -> pl.Expr:
    parts = [pl.col(each).hash(_TRIPLE + nth) for nth, each in enumerate(TRIPLE)]
    return (parts[0] ^ parts[1] ^ parts[2]).alias("triple_key")


def order_key() -> pl.Expr:
    """Name an order by a number."""
    return pl.col("order_id").hash(_ORDER).alias("order_key")


def item_key() -> pl.Expr:
    """Name an order item by a number: by its code, or by its SKU where Amazon gives no code."""
    coded = pl.col("order_item") != ""
    code, sku = pl.col("order_item").hash(_CODE), pl.col("sku").hash(_SKU_FOR_CODE)
    named = pl.when(coded).then(code).otherwise(sku)
    return (pl.col("order_id").hash(_ORDER) ^ named).alias("item_key")


def _with_side() -> pl.Expr:
    """Tell the sides of an order item apart; the sale keeps the order item's own key."""
    return pl.col("item_key") ^ (pl.col("side").to_physical().cast(pl.UInt64) * _SIDE_SALT)


def sale_key() -> pl.Expr:
    """Undo ``_with_side``: the key under which the sale of the same order item is found."""
    return _with_side().alias("sale_key")


def sku_key() -> pl.Expr:
    """Name a SKU by a number; 0 is "no SKU"."""
    given = pl.col("sku") != ""
    return (
        pl.when(given)
        .then(pl.col("sku").hash(_SKU))
        .otherwise(pl.lit(0, pl.UInt64))
        .alias("sku_key")
    )
