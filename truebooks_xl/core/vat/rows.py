"""What a settlement row says about VAT: whose side, which component, which sum it adds to.

Protects: a row is read the same way wherever it is looked at; what is not known to be a sale, tax
or withholding is a fee and proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from truebooks_xl.core.folding import fold

_KIND: Final = ["amount_type", "amount_description"]
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
IS_SALE: Final = IS_PRICE | (pl.col("adds_to") == "other_sale")


@dataclass(frozen=True, slots=True)
class Role:
    """The part a row plays for VAT.

    Attributes:
        component: whose treatment the row carries; ``discount`` is a TaxDiscount, which follows
            the component its promotion belongs to.
        adds_to: one of ``SUMS``; ``other_sale`` (goodwill, restocking) and ``fee`` prove nothing.
    """

    component: str
    adds_to: str


def role(amount_type: str, amount_description: str) -> Role:
    """Read the last two names of a triple, whatever their spelling.

    Source: facts on Amazon's tax lines: TaxDiscount is tax, not promotion; withheld rows stand
    under ItemWithheldTax and, in older reports, under ItemFees. TCS and TDS (India) are the
    seller's own income tax and prove nothing here.
    """
    kind, what = fold(amount_type), fold(amount_description)
    if what.startswith(("marketplacefacilitator", "lowvaluegoodstax")) or (
        kind == "itemwithheldtax" and not what.startswith(("tcs", "tds"))
    ):
        return Role("item", "withheld")
    if (kind, what) == ("promotion", "taxdiscount"):
        return Role("discount", "tax_discount")
    component = next((name for start, name in _COMPONENT_OF if what.startswith(start)), "item")
    if kind == "promotion":
        return Role(component, f"{component}_promotion")
    if kind == "itemprice":
        if what.endswith("tax"):
            return Role(component, f"{component}_tax")
        priced = what in {"principal", "shipping", "giftwrap"}
        return Role(component, f"{component}_net" if priced else "other_sale")
    return Role("item", "fee")


_SIDE_OF: Final = {
    "order": "sale",
    "orderretrocharge": "sale retrocharge",
    "refundretrocharge": "refund retrocharge",
}
_COMPONENT_OF: Final = (("shipping", "delivery"), ("giftwrap", "gift"))


_ORDER, _CODE, _SKU_FOR_CODE, _SKU, _ROLE = range(1, 6)  # seeds: the hashes are independent
_SIDE_SALT: Final = 0x1F83D9ABFB41BD6B  # three times it still fits into 64 bits


def roles(rows: pl.DataFrame) -> pl.DataFrame:
    """Return ``component`` and ``adds_to`` of each row, in the same order."""
    keys = rows.select(_kind_key())["kind_key"]
    kinds = rows[keys.arg_unique()].select(*_KIND, _kind_key())
    parts = [role(*kind) for kind in kinds.select(_KIND).iter_rows()]
    known = kinds.select("kind_key").with_columns(
        pl.Series("component", [each.component for each in parts], COMPONENT),
        pl.Series("adds_to", [each.adds_to for each in parts], ADDS_TO),
    )
    known = known.sort("kind_key")
    return known.drop("kind_key")[known["kind_key"].search_sorted(keys)]


def _kind_key() -> pl.Expr:
    one, other = (pl.col(each).hash(_ROLE + nth) for nth, each in enumerate(_KIND))
    return (one ^ other).alias("kind_key")


def item_keys(block: pl.DataFrame) -> pl.DataFrame:
    """Return which order item each row belongs to, in the same order.

    Returns:
        ``item_key`` (order item and side), ``order_key``, ``sku_key`` (0 for no SKU) and ``side``.
        The keys are 64-bit hashes, so that a million order items fit into memory;
        ``order_items`` asserts that no two orders share one.
    """
    side = _side(block["transaction_type"])
    keys = block.lazy().select(order_key(), item_key(), sku_key(), side.alias("side"))
    return keys.with_columns(item_key=_with_side()).collect()


def _side(transaction_types: pl.Series) -> pl.Expr:
    """Read the side from the transaction type, each spelling once."""
    side = pl.lit("refund", dtype=SIDE)
    for name in transaction_types.unique():
        if (known := _SIDE_OF.get(fold(name))) is not None:
            is_it = pl.col("transaction_type") == name
            side = pl.when(is_it).then(pl.lit(known, dtype=SIDE)).otherwise(side)
    return side


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
    given, none = pl.col("sku") != "", pl.lit(0, pl.UInt64)
    return pl.when(given).then(pl.col("sku").hash(_SKU)).otherwise(none).alias("sku_key")
