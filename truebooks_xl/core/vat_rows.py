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
ITEM_KEY: Final = ["order_key", "item_key", "side"]
"""An order item on one side. ``order_key`` and ``item_key`` are independent 64-bit hashes: together
128 bits, so that two of a million order items meet once in 10^26 settlements."""

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


def with_roles(block: pl.DataFrame) -> pl.DataFrame:
    """Add to each row its order item and its role, in the same order.

    Returns:
        The block with ``ITEM_KEY``, ``sku_key`` (0 for no SKU), ``component`` and ``adds_to``.
    """
    triples = block.select(TRIPLE).unique()
    roles = pl.DataFrame(
        [astuple(role(*triple)) for triple in triples.iter_rows()],
        schema={"side": SIDE, "component": COMPONENT, "adds_to": ADDS_TO},
        orient="row",
    )
    keyed = block.lazy().with_columns(order_key(), item_key(), sku_key())
    return keyed.join(
        triples.hstack(roles).lazy(), on=TRIPLE, how="left", maintain_order="left"
    ).collect()


def order_key() -> pl.Expr:
    """Name an order by a number."""
    return pl.col("order_id").hash(1).alias("order_key")


def item_key() -> pl.Expr:
    """Name an order item by a number: by its code, or by its SKU where Amazon gives no code."""
    coded = pl.col("order_item") != ""
    named = pl.when(coded).then(pl.col("order_item").hash(2)).otherwise(pl.col("sku").hash(3))
    return named.alias("item_key")


def sku_key() -> pl.Expr:
    """Name a SKU by a number; 0 is "no SKU"."""
    given = pl.col("sku") != ""
    return (
        pl.when(given).then(pl.col("sku").hash(4)).otherwise(pl.lit(0, pl.UInt64)).alias("sku_key")
    )
