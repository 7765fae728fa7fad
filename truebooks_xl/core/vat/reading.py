"""Reading the VAT of a settlement: two passes over its lines, treated tallies at the end.

Protects: the first pass gathers what proves the treatments, the second adds lines up under them;
what is kept in between grows with order items, never with lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from truebooks_xl.core.settlement import LINE_SCHEMA, Settlement, added_up, tally
from truebooks_xl.core.treatment import GroupProposal, Treatment, VatContext, VatReading
from truebooks_xl.core.vat.agreement import implied_vat, unregistered_tax
from truebooks_xl.core.vat.lists import Lists
from truebooks_xl.core.vat.order_items import order_items
from truebooks_xl.core.vat.reading_order import Read, read_items, sales
from truebooks_xl.core.vat.rows import COMPONENTS, item_keys
from truebooks_xl.core.vat.verdicts import Verdicts

_PLACE: Final = [
    "transaction_type",
    "amount_type",
    "amount_description",
    "marketplace",
    "verdict",
    "posted_on",
    "nothing",
]
"""Lines that share these have the same treatment, so they are added up first and read then.
``nothing`` keeps lines of 0.00 apart: a tax row of 0.00 is none."""

_LINES_PER_PART: Final = 1_000_000

_SHOWN: Final = 10
"""SKUs named in a notice; Tax Groups has them all."""


def read_vat(settlement: Settlement, context: VatContext) -> VatReading:
    """Read the VAT treatment of every order item, then add up the treated lines."""
    found = _read_items(settlement, context)
    verdicts = Verdicts.of(found.items, context)
    lists = Lists(found, verdicts)
    sums = []
    for block in _blocks(settlement):
        lines = verdicts.placed(block)
        lists.add(lines)
        sums.append(added_up(lines.with_columns(nothing=pl.col("minor") == 0), _PLACE))
    treated = verdicts.read(pl.concat(sums))
    tallies = tally([treated])
    assert sum(each.minor for each in tallies) == settlement.total.minor, "a line went missing"
    proposals = lists.proposals()
    return VatReading(
        tallies=tallies,
        lines_minor=lists.lines_minor,
        unknown=lists.unknown(),
        offenders=lists.offenders(),
        implied=implied_vat(treated, context),
        unregistered_tax_minor=unregistered_tax(treated),
        group_proposals=proposals,
        group_conflicts=lists.conflicts(),
        vcs_detected=found.vcs_detected,
        vcs_conflict=found.vcs_conflict,
        notices=(*_notices(proposals), *_not_proved(found)),
        verdicts=verdicts,
    )


def _read_items(settlement: Settlement, context: VatContext) -> Read:
    parts = 1 + settlement.line_count // _LINES_PER_PART
    return read_items(order_items(_blocks(settlement), context, parts=parts), context)


def _blocks(settlement: Settlement) -> Iterator[pl.DataFrame]:
    return settlement.blocks() if settlement.line_count else iter([LINE_SCHEMA.to_frame()])


def order_facts(settlement: Settlement, context: VatContext) -> pl.DataFrame:
    """Return what later refunds need to know of this settlement's sales.

    Returns:
        One row per order item sold, sorted: ``order_id``, ``order_item``, ``sku``, ``sold_on``
        (local day), and the treatments ``item``, ``delivery``, ``gift`` as words. Registration
        is not applied: it is read again from Settings, on ``sold_on``.
    """
    found = _read_items(settlement, context)
    words = pl.col(COMPONENTS).cast(pl.String).fill_null(Treatment.UNKNOWN.value)
    sold = sales(found.items).select("sale_key", "sold_on", words)
    names = [pl.col(each).max() for each in ("order_id", "order_item", "sku")]
    ids = pl.concat(
        block.hstack(item_keys(block).select("item_key"))
        .filter(pl.col("order_id") != "")
        .group_by("item_key")
        .agg(names)
        for block in _blocks(settlement)
    )
    merged = ids.join(sold.select(item_key="sale_key"), on="item_key", how="semi")
    named = merged.group_by("item_key").agg(names)
    columns = ["order_id", "order_item", "sku", "sold_on", *COMPONENTS]
    return sold.join(named, left_on="sale_key", right_on="item_key").select(columns).sort(columns)


def _notices(proposals: Sequence[GroupProposal]) -> Iterator[str]:
    """Say what was decided on the settlement's own evidence and may be changed."""
    for group in ("Standard", "Reduced", "Zero"):
        skus = [each.sku for each in proposals if each.group == group]
        why = "sold without VAT and never with it" if group == "Zero" else "by their tax rows"
        if skus:
            counted = "1 new SKU" if len(skus) == 1 else f"{len(skus)} new SKUs"
            more = f" and {len(skus) - _SHOWN} more" if len(skus) > _SHOWN else ""
            yield (
                f"Tax Groups: {counted} read as {group}, {why}: {', '.join(skus[:_SHOWN])}{more}."
            )


def _not_proved(found: Read) -> Iterator[str]:
    """Say how much was decided by a setting or a group where neither tax nor a sale proved it."""
    chosen = found.items.filter("by_setting").group_by("item").len().sort("item")
    for treatment, count in chosen.iter_rows():
        yield (
            "Order items without VAT, of SKUs sold with VAT, taken as"
            f" {treatment} by the setting “Zero-VAT orders”: {count}."
        )
    if grouped := int(found.items["by_group"].sum()):
        yield f"Refunds whose sale is not on record, read by the SKU's group: {grouped}."
