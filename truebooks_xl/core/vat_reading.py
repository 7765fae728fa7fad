"""Reading the VAT of a settlement: two passes over its lines, treated tallies at the end.

Protects: the tallies, the lists of what is open and the Lines sheet take each row's treatment from
one join (``Verdicts``); none of them can disagree with another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from truebooks_xl.core.findings import finding, is_reason
from truebooks_xl.core.local_days import local_days
from truebooks_xl.core.lookup import Lookup
from truebooks_xl.core.order_items import order_items
from truebooks_xl.core.reading_order import Read, read_items, sales
from truebooks_xl.core.settlement import LINE_SCHEMA, Settlement, tally
from truebooks_xl.core.tax_groups import GroupProposal
from truebooks_xl.core.treatment import Treatment, VatContext, VatReading
from truebooks_xl.core.vat_lists import Lists
from truebooks_xl.core.vat_proof import Proof
from truebooks_xl.core.vat_rows import COMPONENTS, vat_rows
from truebooks_xl.core.vat_status import registered

_SHOWN: Final = 10
"""SKUs named in a notice; Tax Groups has them all."""

_PARTS: Final = (*COMPONENTS, "discount")
_KEPT: Final = ("sold_on", "keeps", "offends", "disagrees")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The findings of all order items, ready to be joined to lines."""

    items: Lookup
    context: VatContext

    @classmethod
    def of(cls, found: Read, context: VatContext) -> Verdicts:
        """Keep of the order items what lines need."""
        discounted = pl.when("delivery_discount").then("delivery_taxed").otherwise("item_taxed")
        items = found.items.with_columns(discount_taxed=discounted)
        taxed = [f"{each}_taxed" for each in _PARTS]
        return cls(
            Lookup.by("item_key", items.select("item_key", *_PARTS, *taxed, *_KEPT)), context
        )

    def read(self, block: pl.DataFrame) -> pl.DataFrame:
        """Add to each row its role, its order item's verdict, ``posted_on`` and ``finding``.

        ``charged`` says that its component has a tax row.
        """
        keyed = vat_rows(block)
        days = local_days(block["posted_at"], self.context.time_zone)
        rows = keyed.hstack(self.items.find(keyed["item_key"])).with_columns(days)
        # A refund goes by the day of its sale, all else by its own.
        status = registered(self.context.registered, pl.coalesce("sold_on", "posted_on"))
        found = pl.coalesce(_of_component(_PARTS), finding(Treatment.NONE))
        unregistered = finding(Treatment.NOT_REGISTERED)
        findings = rows.select(
            *("item_key", "sku_key", "side", "adds_to", "posted_on", *_KEPT),
            finding=pl.when(status).then(found).otherwise(unregistered),
            charged=_of_component([f"{each}_taxed" for each in _PARTS]),
        )
        return block.hstack(findings)

    def treated(self, block: pl.DataFrame) -> pl.DataFrame:
        """Add ``treatment`` and ``posted_on`` to the rows, and nothing else."""
        return block.hstack(self.read(block).select(treatment_word(), "posted_on"))


def _of_component(columns: Sequence[str]) -> pl.Expr:
    """Take of four columns that of the row's component."""
    component = pl.col("component")
    return pl.coalesce(
        pl.when(component == each).then(column)
        for each, column in zip(_PARTS, columns, strict=True)
    )


def treatment_word() -> pl.Expr:
    """Show a finding as the word of ``Treatment``: a reason is ``Unknown``."""
    found = pl.col("finding")
    word = pl.when(is_reason(found)).then(finding(Treatment.UNKNOWN)).otherwise(found)
    return word.cast(pl.String).alias("treatment")


def read(settlement: Settlement, context: VatContext) -> VatReading:
    """Read the VAT treatment of every order item, then add up the treated lines."""
    found = read_items(order_items(_blocks(settlement), context), context)
    verdicts, lists, proof = Verdicts.of(found, context), Lists(found), Proof(context)

    def treated() -> Iterator[pl.DataFrame]:
        for block in _blocks(settlement):
            rows = verdicts.read(block)
            lists.add(rows)
            proof.add(rows)
            yield rows.with_columns(treatment_word())

    tallies = tally(treated())
    assert sum(each.minor for each in tallies) == settlement.total.minor, "a line went missing"
    proposals = lists.proposals()
    return VatReading(
        tallies=tallies,
        lines_minor=lists.lines_minor,
        unknown=lists.unknown(),
        offenders=lists.offenders(),
        implied=proof.implied(),
        unregistered_tax_minor=proof.unregistered_minor,
        group_proposals=proposals,
        group_conflicts=lists.conflicts(),
        vcs_detected=found.vcs_detected,
        vcs_conflict=found.vcs_conflict,
        notices=tuple(_notices(proposals)),
        verdicts=verdicts,
    )


def _blocks(settlement: Settlement) -> Iterator[pl.DataFrame]:
    return settlement.blocks() if settlement.line_count else iter([LINE_SCHEMA.to_frame()])


def sales_of(settlement: Settlement, context: VatContext) -> pl.DataFrame:
    """Return the order items sold with their ids and treatments; see ``order_facts``."""
    found = read_items(order_items(_blocks(settlement), context), context)
    words = pl.col(COMPONENTS).cast(pl.String).fill_null(Treatment.UNKNOWN.value)
    sold = sales(found.items).select("sale_key", "sold_on", words)
    names = [pl.col(each).max() for each in ("order_id", "order_item", "sku")]
    ids = pl.concat(
        block.hstack(vat_rows(block).select("item_key"))
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
            more = f" and {len(skus) - _SHOWN} more" if len(skus) > _SHOWN else ""
            yield (
                f"Tax Groups: {len(skus)} new SKU(s) read as {group}, {why}: "
                f"{', '.join(skus[:_SHOWN])}{more}."
            )
