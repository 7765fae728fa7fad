"""Original sales of refunds: what earlier settlements decided, kept beside their reports.

Protects: a refund takes the VAT treatment its sale had when that was last decided, also when the
sale is in an earlier file, which is the usual case; and what one organisation decided decides
nothing for another that shares the archive.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from truebooks_xl.actions.gather import Workspace
from truebooks_xl.core.canonical import digest
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.core.treatment import VatContext
from truebooks_xl.core.vat.reading import order_facts
from truebooks_xl.core.vat.rows import item_keys, roles, sale_key
from truebooks_xl.journal.archive import Archive, NotArchived
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS


def keep_sales(archive: Archive, settlement: Settlement, context: VatContext) -> None:
    """Keep how the settlement's sales are treated, for refunds to come."""
    archive.keep_frame(settlement.sha256, _name(context), order_facts(settlement, context))


def original_sales(
    space: Workspace, archive: Archive, settlement: Settlement, context: VatContext
) -> pl.DataFrame | None:
    """Return the sales of earlier settlements that this one refunds; None when there are none.

    Returns:
        Rows of ``order_facts``, of all earlier settlements together: where several are the sale
        of one refund, only what they agree on counts.
    """
    earlier = _earlier(space, settlement, context)
    refunded = _refunded_orders(settlement) if earlier else pl.Series("order_id", [], pl.String)
    if refunded.is_empty():
        return None
    kept = _kept(archive, earlier, context)
    found = [each.filter(pl.col("order_id").is_in(refunded.implode())).collect() for each in kept]
    return pl.concat(found) if any(not each.is_empty() for each in found) else None


def _name(context: VatContext) -> str:
    """Name the kept sales by what decided them: another decision is another table.

    Registration is read again for each refund. Tax Groups are left out: a SKU that is new today
    would have every earlier report read again, and what a sale was posted under stays.
    """
    decided_by = [
        context.organisation,
        context.home,
        context.marketplace,
        context.time_zone,
        *(
            [[str(each.value), each.valid_from, each.valid_to] for each in values]
            for values in (
                context.standard_rates,
                context.reduced_rates,
                context.goods_leave_from,
                context.vcs,
                context.zero_vat_orders,
            )
        ),
    ]
    return f"sales-{digest(decided_by)[:16]}"


def _kept(archive: Archive, sha256s: Iterable[str], context: VatContext) -> Iterable[pl.LazyFrame]:
    """Yield the sales of each report; what was decided otherwise is read from the report again."""
    from truebooks_xl.amazon.flat_file import read_settlement  # noqa: PLC0415 rarely needed

    name = _name(context)
    for sha256 in sha256s:
        if not archive.frames([sha256], name):
            try:
                report = archive.find(sha256)
            except NotArchived:
                continue  # its refunds are read as those of a sale that is not on record
            keep_sales(archive, read_settlement(report), context)
        yield from archive.frames([sha256], name).values()


def _earlier(space: Workspace, settlement: Settlement, context: VatContext) -> list[str]:
    start = settlement.start.isoformat()
    return [
        text(row, "file")
        for row in space.book.rows(SETTLEMENTS)
        if text(row, "file")
        and text(row, "marketplace") == context.marketplace
        and text(row, "start_at") < start
    ]


def _refunded_orders(settlement: Settlement) -> pl.Series:
    """Return the orders of which something is paid back here that was not sold here."""
    refunded = [pl.DataFrame(schema={"order_id": pl.String, "sale_key": pl.UInt64})]
    sold = [pl.Series(dtype=pl.UInt64)]
    for block in settlement.blocks():
        rows = block.filter(pl.col("order_id") != "")
        parts = [rows.select("order_id"), item_keys(rows), roles(rows)]
        orders = pl.concat(parts, how="horizontal")
        is_sale, is_fee = pl.col("side") == "sale", pl.col("adds_to") == "fee"
        refunded.append(orders.filter(~is_sale).select("order_id", sale_key()).unique())
        sold.append(orders.filter(is_sale & ~is_fee)["item_key"].unique())
    here = pl.concat(sold).unique()
    asked = pl.concat(refunded).filter(~pl.col("sale_key").is_in(here.implode()))
    return asked["order_id"].unique().sort()
