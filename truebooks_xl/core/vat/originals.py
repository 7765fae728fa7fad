"""Originals: a refund takes the treatment of the sale it refunds, in this report or an earlier one.

Protects: a refund undoes the VAT of its own sale, not that of a sale like it (facts 4.1).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from truebooks_xl.core.vat.findings import FINDING, WORDS
from truebooks_xl.core.vat.rows import COMPONENTS, item_key, order_key, sku_key

ANSWER: Final = ("sold_on", *COMPONENTS)

_KEPT: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "order_item": pl.String(),
        "sku": pl.String(),
        "sold_on": pl.Date(),
        **dict.fromkeys(COMPONENTS, pl.String()),
    }
)
"""What an archive keeps of each order item sold: ``reading.order_facts``."""


def earlier_sales(kept: pl.DataFrame | None) -> pl.DataFrame:
    """Read the sales of earlier settlements; a treatment that was unknown then proves nothing."""
    frame = pl.DataFrame(schema=_KEPT) if kept is None else kept.select(*_KEPT).cast(_KEPT)
    known = [
        pl.when(pl.col(each).is_in(WORDS) & ~pl.col(each).is_in(["Unknown", "Not registered"]))
        .then(pl.col(each))
        .cast(FINDING)
        for each in COMPONENTS
    ]
    return frame.select(item_key().alias("sale_key"), order_key(), sku_key(), "sold_on", *known)


def originals(asking: pl.DataFrame, sources: tuple[pl.DataFrame, ...]) -> pl.DataFrame:
    """Find the sale behind each order item that asks for one.

    Args:
        asking: ``item_key``, ``sale_key``, ``order_key``, ``sku_key`` and ``fees_only``.
        sources: sales, nearest first: ``sale_key``, ``order_key``, ``sku_key`` and ``ANSWER``.

    Returns:
        ``item_key`` and ``ANSWER`` of those found: by order item, else by order and SKU; fees
        alone also by order. Where several sales match, only what they agree on.
    """
    asked = (
        (["sale_key"], asking),
        (["order_key", "sku_key"], asking.filter(pl.col("sku_key") != 0)),
        (["order_key"], asking.filter("fees_only")),
    )
    answers = [
        who.join(_agreed(source.join(who, on=key, how="semi"), key), on=key)
        for key, who in asked
        for source in sources
    ]
    found = pl.concat([each.select("item_key", *ANSWER) for each in answers])
    return found.unique("item_key", keep="first", maintain_order=True)


def _agreed(sales: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    agreed = [
        pl.when(pl.col(each).n_unique() == 1).then(pl.col(each).first()).alias(each)
        for each in COMPONENTS
    ]
    return sales.group_by(key).agg(pl.col("sold_on").min(), *agreed)
