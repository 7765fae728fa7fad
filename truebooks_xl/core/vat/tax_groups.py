"""Tax groups: how a SKU is taxed where no tax row decides; dated, proposed, contradicted.

Protects: the group is the accountant's word and Amazon's tax row is Amazon's; where they disagree
the row wins, because the VAT shown is due, and the disagreement is red.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from truebooks_xl.core.treatment import TaxGroup, Treatment, VatContext
from truebooks_xl.core.vat.findings import FINDING, finding, is_own_vat
from truebooks_xl.core.vat.rows import sku_key

_SCHEMA: Final = {
    "sku": pl.String(),
    "group": FINDING,
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
}


def group_on_day(items: pl.DataFrame, context: VatContext) -> pl.DataFrame:
    """Return ``group``: the SKU's row in force on each item's day; null where there is none.

    A row of the marketplace beats one of any; then the one begun last, then the later row.
    """
    rows = _ranked(context.tax_groups, context.marketplace)
    if rows.is_empty():
        return items.select(pl.repeat(None, pl.len(), dtype=FINDING).alias("group"))
    key, day = ["sku_key", "day"], pl.col("day")
    days = items.lazy().select(key).unique().join(rows.lazy(), on="sku_key")
    in_force = days.filter(
        (pl.col("valid_from") <= day).fill_null(value=True),
        (pl.col("valid_to") >= day).fill_null(value=True),
    )
    best = in_force.group_by(key).agg(pl.col("group").sort_by("rank").last()).collect()
    return items.select(key).join(best, on=key, how="left", maintain_order="left").select("group")


def _ranked(groups: Sequence[TaxGroup], marketplace: str) -> pl.DataFrame:
    ours = [each for each in groups if each.sku and each.marketplace in {"", marketplace}]
    ours.sort(key=lambda each: (each.marketplace != "", each.valid_from or date.min))
    rows = [(each.sku, each.group, each.valid_from, each.valid_to) for each in ours]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row").with_row_index("rank")
    return frame.select("rank", sku_key(), "group", "valid_from", "valid_to")


def sku_evidence(items: pl.DataFrame, bare: pl.Expr) -> pl.DataFrame:
    """Say what the order items of each SKU without a group prove about it.

    Args:
        items: as ``order_items`` gives them, with ``group``.
        bare: says which were sold at home without a tax row, the VAT service being on.

    Returns:
        ``sku_key``; ``sku_taxed``: seen with any tax; ``proposal``: what most tax rows imply, of
        as many the standard rate, Zero only for a SKU never seen with tax, else null; and
        ``order_items``: how many speak for it.
    """
    own, reduced, zero = pl.col("own_item"), pl.col("reduced"), pl.col("zero")
    counts = (
        items.lazy()
        .filter(pl.col("group").is_null(), pl.col("sku_key") != 0)
        .group_by("sku_key")
        .agg(
            standard=(own == Treatment.STANDARD).sum(),
            reduced=(own == Treatment.REDUCED).sum(),
            zero=bare.sum(),
            sku_taxed=pl.col("item_taxed").any(),
        )
    )
    choices = {
        Treatment.STANDARD: (pl.col("standard") > 0) & (pl.col("standard") >= reduced),
        Treatment.REDUCED: reduced > 0,
        Treatment.ZERO: (zero > 0) & ~pl.col("sku_taxed"),
    }
    proposal = pl.coalesce(pl.when(when).then(finding(word)) for word, when in choices.items())
    speaking = pl.max_horizontal("standard", reduced)
    return counts.select(
        "sku_key",
        "sku_taxed",
        proposal=proposal,
        order_items=pl.when(speaking > 0).then(speaking).otherwise(zero),
    ).collect()


def disagrees() -> pl.Expr:
    """Say where a tax row implies another rate than the SKU's group."""
    own = pl.col("own_item")
    return (is_own_vat(own) & (own != pl.col("group"))).fill_null(value=False)
