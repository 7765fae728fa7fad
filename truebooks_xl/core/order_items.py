"""The facts of each order item, added up in columns: what its rows say about VAT.

Protects: block boundaries and the order of lines mean nothing; what is kept grows with order
items, never with lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from truebooks_xl.core.local_days import local_days
from truebooks_xl.core.vat_rows import COMPONENTS, SUMS, vat_rows

COUNTS: Final = ("units", *(f"{component}_tax_rows" for component in COMPONENTS), "vat_rows")
"""``units``: of Principal rows. ``…_tax_rows``: those other than 0. ``vat_rows``: all but fees."""


def order_items(blocks: Iterable[pl.DataFrame], time_zone: str) -> pl.DataFrame:
    """Add up the rows of each order item and side, over all blocks.

    Args:
        blocks: frames of ``LINE_SCHEMA``, in any order, split anywhere.

    Returns:
        One row per ``item_key``: ``order_key``, ``sku_key``, ``side``, ``SUMS`` in minor units,
        ``COUNTS`` and ``day``, the local day of its first row. Rows without an order are left out.
    """
    parts = [_added_up(block) for block in blocks]
    facts = _merged(parts) if len(parts) != 1 else parts[0]
    shared = facts.filter(pl.col("order_key") != pl.col("other_order_key")).height
    assert not shared, "two orders share one item key"
    days = local_days(facts["posted_at"], time_zone).alias("day")
    return facts.drop("other_order_key", "posted_at").with_columns(days)


def _added_up(block: pl.DataFrame) -> pl.DataFrame:
    ordered = block.filter(pl.col("order_id") != "")
    rows = vat_rows(ordered).hstack(ordered.select("minor", "quantity", "posted_at"))
    adds_to, minor = pl.col("adds_to"), pl.col("minor")
    tax_rows = {
        f"{each}_tax_rows": ((adds_to == f"{each}_tax") & (minor != 0)).sum() for each in COMPONENTS
    }
    return rows.group_by("item_key").agg(
        *((minor * (adds_to == each)).sum().alias(each) for each in SUMS),
        units=(pl.col("quantity").fill_null(0).abs() * (adds_to == "item_net")).sum(),
        **tax_rows,
        vat_rows=(adds_to != "fee").sum(),
        **_SAME,
    )


_SAME: Final = {
    "order_key": pl.col("order_key").max(),
    "other_order_key": pl.col("order_key").min(),
    "sku_key": pl.col("sku_key").max(),
    "side": pl.col("side").first(),
    "posted_at": pl.col("posted_at").min(),
}
"""What is one value for all rows of an order item, or is made one: any order gives the same."""


def _merged(parts: list[pl.DataFrame]) -> pl.DataFrame:
    same = _SAME | {"other_order_key": pl.col("other_order_key").min()}
    return pl.concat(parts).group_by("item_key").agg(pl.col(*SUMS, *COUNTS).sum(), **same)
