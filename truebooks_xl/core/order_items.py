"""The facts of each order item, added up in columns: what its rows say about VAT.

Protects: block boundaries and the order of lines mean nothing; what is kept grows with order
items, never with lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from truebooks_xl.core.local_days import local_days
from truebooks_xl.core.vat_rows import COMPONENTS, ITEM_KEY, SIDE, SUMS, with_roles

COUNTS: Final = ("units", *(f"{component}_tax_rows" for component in COMPONENTS), "vat_rows")
"""``units``: of Principal rows. ``…_tax_rows``: those other than 0. ``vat_rows``: all but fees."""


def order_items(blocks: Iterable[pl.DataFrame], time_zone: str) -> pl.DataFrame:
    """Add up the rows of each order item and side, over all blocks.

    Args:
        blocks: frames of ``LINE_SCHEMA``, in any order, split anywhere.

    Returns:
        One row per ``ITEM_KEY``: ``SUMS`` in minor units, ``COUNTS``, ``sku_key`` and ``day``,
        the local day of its first row. Rows without an order id are left out.
    """
    parts = [_added_up(block) for block in blocks]
    facts = _merged(parts) if len(parts) > 1 else parts[0]
    return facts.with_columns(day=local_days(facts["posted_at"], time_zone)).drop("posted_at")


def _added_up(block: pl.DataFrame) -> pl.DataFrame:
    adds_to, minor = pl.col("adds_to"), pl.col("minor")
    taxed = {
        f"{each}_tax_rows": ((adds_to == f"{each}_tax") & (minor != 0)).sum() for each in COMPONENTS
    }
    return (
        with_roles(block.filter(pl.col("order_id") != ""))
        .group_by(ITEM_KEY)
        .agg(
            *((minor * (adds_to == each)).sum().alias(each) for each in SUMS),
            (pl.col("quantity").fill_null(0).abs() * (adds_to == "item_net")).sum().alias("units"),
            **taxed,
            vat_rows=(adds_to != "fee").sum(),
            sku_key=pl.col("sku_key").max(),
            posted_at=pl.col("posted_at").min(),
        )
    )


def _merged(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return (
        pl.concat(parts)
        .group_by(ITEM_KEY)
        .agg(
            pl.col(*SUMS, *COUNTS).sum(),
            pl.col("sku_key").max(),
            pl.col("posted_at").min(),
        )
    )
