"""Original sales of refunds: what earlier settlements decided, kept beside their reports.

Protects: a refund takes the VAT treatment its sale had when that was last decided, also when the
sale is in an earlier file, which is the usual case.
"""

from __future__ import annotations

import polars as pl

from truebooks_xl.actions.gather import Workspace
from truebooks_xl.core.marketplaces import Marketplace
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.core.treatment import VatContext
from truebooks_xl.core.vat.reading import order_facts
from truebooks_xl.journal.archive import Archive
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS

SALES = "sales"


def keep_sales(archive: Archive, settlement: Settlement, context: VatContext) -> None:
    """Keep how the settlement's sales are treated, for refunds to come."""
    archive.keep_frame(settlement.sha256, SALES, order_facts(settlement, context))


def original_sales(
    space: Workspace, archive: Archive, settlement: Settlement, store: Marketplace
) -> pl.DataFrame | None:
    """Return the sales of earlier settlements that this one refunds; None when there are none.

    Returns:
        Rows of ``order_facts``, the newest settlement's first, so that it is found first.
    """
    earlier = _earlier(space, settlement, store)
    refunded = _refunded_orders(settlement) if earlier else pl.Series("order_id", [], pl.String)
    if refunded.is_empty():
        return None
    kept = archive.frames(earlier, SALES).values()
    found = [each.filter(pl.col("order_id").is_in(refunded.implode())).collect() for each in kept]
    return pl.concat(found) if any(not each.is_empty() for each in found) else None


def _earlier(space: Workspace, settlement: Settlement, store: Marketplace) -> list[str]:
    rows = [
        (text(row, "start_at"), text(row, "file"))
        for row in space.book.rows(SETTLEMENTS)
        if text(row, "file") and text(row, "marketplace") == store.code
    ]
    start = settlement.start.isoformat()
    return [file for begun, file in sorted(rows, reverse=True) if begun < start]


def _refunded_orders(settlement: Settlement) -> pl.Series:
    """Return the orders that are paid back here and were not sold here."""
    refunded: list[pl.Series] = []
    sold: list[pl.Series] = []
    for block in settlement.blocks():
        is_sale = pl.col("transaction_type").str.to_lowercase() == "order"
        orders = block.filter(pl.col("order_id") != "")
        refunded.append(orders.filter(~is_sale)["order_id"].unique())
        sold.append(orders.filter(is_sale)["order_id"].unique())
    asked = pl.concat(refunded).unique() if refunded else pl.Series("order_id", [], pl.String)
    return asked.filter(~asked.is_in(pl.concat(sold).implode())) if sold else asked
