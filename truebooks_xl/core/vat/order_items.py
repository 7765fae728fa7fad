"""What the rows of each order item prove about VAT, added up in columns.

Protects: block boundaries and the order of lines mean nothing; what is kept grows with order
items, never with lines, and is some 80 bytes for each.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from truebooks_xl.core.treatment import VatContext
from truebooks_xl.core.vat.implied_rates import Rates, discounts_delivery_only
from truebooks_xl.core.vat.local_days import local_days
from truebooks_xl.core.vat.rows import COMPONENTS, IS_SALE, SUMS, item_keys, roles
from truebooks_xl.core.vat.status import in_force

RETROCHARGE: Final = pl.col("side").is_in(["sale retrocharge", "refund retrocharge"])

_NUMBERS: Final = (*SUMS, "units")
_FLAGS: Final = (*(f"{each}_taxed" for each in COMPONENTS), "has_vat", "amounts")
_SAME: Final = {
    "order_key": pl.col("order_key").max(),
    "other_order_key": pl.col("order_key").min(),
    "sku_key": pl.col("sku_key").max(),
    "side": pl.col("side").first(),
    "posted_at": pl.col("posted_at").min(),
}
"""What is one value for all rows of an order item, or is made one: any order gives the same."""


def order_items(
    blocks: Iterable[pl.DataFrame], context: VatContext, *, parts: int = 1
) -> pl.DataFrame:
    """Say what the rows of each order item prove, over all blocks.

    Args:
        blocks: frames of ``LINE_SCHEMA``, in any order, split anywhere.
        parts: order items are kept apart by key in so many parts, which are let go one by one, so
            that there never are two copies of all at once.

    Returns:
        One row per ``item_key``; rows without an order are left out. ``order_key``, ``sku_key``,
        ``side``, ``day`` (the local day of its first row). FINDING, where its own tax row speaks
        of own VAT, else null: ``own_item``, ``own_delivery``, ``own_gift``. Booleans:

        - ``item_taxed``, ``delivery_taxed``, ``gift_taxed``: has a tax row other than 0;
        - ``has_vat``: has any row but fees; ``amounts``: a price, promotion or other sale row is
          not 0; ``paid_for``: its price after promotions is not 0;
        - ``keeps``: nothing is withheld; ``balances``: tax and withheld tax come to 0;
        - ``delivery_discount``: TaxDiscount is delivery's.
    """
    kept: list[list[pl.DataFrame]] = [[] for _ in range(parts)]
    for block in blocks:
        sums = _small(_added_up(block))
        for number, part in enumerate(kept):
            ours = pl.col("item_key") % parts == number
            part.append(sums.filter(ours) if parts > 1 else sums)
    evidence = []
    while kept:
        evidence.append(_evidence(_merged(kept.pop()), context))
    return pl.concat(evidence)


def _added_up(block: pl.DataFrame) -> pl.DataFrame:
    ordered = block.filter(pl.col("order_id") != "")
    figures = ordered.select("minor", "quantity", "posted_at")
    rows = pl.concat([item_keys(ordered), roles(ordered), figures], how="horizontal")
    adds_to, minor = pl.col("adds_to"), pl.col("minor")
    quantity = pl.col("quantity").fill_null(0).abs()
    return rows.group_by("item_key").agg(
        *((minor * (adds_to == each)).sum().alias(each) for each in SUMS),
        (quantity * (adds_to == "item_net")).sum().alias("units"),
        *(
            ((adds_to == f"{each}_tax") & (minor != 0)).any().alias(f"{each}_taxed")
            for each in COMPONENTS
        ),
        (adds_to != "fee").any().alias("has_vat"),
        (IS_SALE & (minor != 0)).any().alias("amounts"),
        **_SAME,
    )


def _small(sums: pl.DataFrame) -> pl.DataFrame:
    """Keep the numbers in half the space where all of them fit."""
    try:
        return sums.with_columns(pl.col(_NUMBERS).cast(pl.Int32))
    except pl.exceptions.InvalidOperationError:
        return sums


def _merged(part: list[pl.DataFrame]) -> pl.DataFrame:
    whole = pl.concat(part, how="vertical_relaxed").with_columns(pl.col(_NUMBERS).cast(pl.Int64))
    same = _SAME | {"other_order_key": pl.col("other_order_key").min()}
    merged = whole.group_by("item_key").agg(pl.col(_NUMBERS).sum(), pl.col(_FLAGS).any(), **same)
    shared = merged.filter(pl.col("order_key") != pl.col("other_order_key"))
    assert shared.is_empty(), "two orders share one key"
    return merged


def _evidence(sums: pl.DataFrame, context: VatContext) -> pl.DataFrame:
    sums = sums.with_columns(local_days(sums["posted_at"], context.time_zone).alias("day"))
    tax = pl.sum_horizontal(*(f"{each}_tax" for each in COMPONENTS), "tax_discount")
    withheld, rates = pl.col("withheld"), Rates(context)
    from_home = in_force(context.goods_leave_from, pl.col("day"), "mixed") == "home"
    own = from_home & (withheld == 0)
    return sums.select(
        *("item_key", "order_key", "sku_key", "side", "day", *_FLAGS),
        *(pl.when(own).then(rates.implied(each)).alias(f"own_{each}") for each in COMPONENTS),
        paid_for=pl.col("item_net") + pl.col("item_promotion") != 0,
        keeps=withheld == 0,
        balances=tax + withheld == 0,
        delivery_discount=discounts_delivery_only(),
    )
