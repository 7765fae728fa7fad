"""What an imported report adds to the workbook: its row, and groups for SKUs nobody knows.

Protects: a group is proposed once, from the report's own tax rows; the accountant may change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import cast

from truebooks_xl.actions.archiving import archive
from truebooks_xl.actions.gather import Workspace
from truebooks_xl.actions.previewing.originals import keep_sales
from truebooks_xl.actions.previewing.proposals import vat_context
from truebooks_xl.core.marketplaces import Marketplace
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.core.treatment import Group, TaxGroup
from truebooks_xl.core.vat.reading import read_vat
from truebooks_xl.workbook.book import AppendRows, Book, Edit, Writable
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS, TAX_GROUPS


def settlement_cells(
    settlement: Settlement, store: Marketplace, *, early: bool
) -> dict[str, Writable]:
    """Return the cells of a settlement's row as it is imported.

    Args:
        early: it is older than the first settlement to post.
    """
    empty = settlement.line_count == 0
    status, problem = "Draft", "Imported; preview it next."
    if early:
        status, problem = "Before start", "Older than the first settlement to post."
    elif empty:
        status, problem = "Nothing to post", "No lines."
    return {
        "settlement_id": settlement.settlement_id,
        "marketplace": store.code,
        "status": status,
        "start_on": settlement.start.date(),
        "end_on": settlement.end_on,
        "deposit_on": settlement.deposit_on,
        "currency": settlement.total.currency,
        "total": settlement.total.amount,
        "lines": Decimal(settlement.line_count),
        "problem": problem,
        "start_at": settlement.start.isoformat(),
        "end_at": settlement.end.isoformat(),
        "layout": settlement.layout,
        "file": settlement.sha256,
        # Of an earlier report, if this one replaces it.
        "fingerprint": None,
        "inputs": None,
        "previewed_at": None,
        "prepared_by": None,
        "reviewed_by": None,
    }


def known_starts(book: Book) -> dict[str, tuple[str, datetime]]:
    """Return marketplace and start of every settlement of which the workbook has the report."""
    return {
        text(row, "settlement_id"): (
            text(row, "marketplace"),
            datetime.fromisoformat(text(row, "start_at")),
        )
        for row in book.rows(SETTLEMENTS)
        if text(row, "start_at")
    }


def group_edits(space: Workspace, taken: Sequence[tuple[Settlement, Marketplace]]) -> list[Edit]:
    """Propose a VAT group for each SKU that Tax Groups does not know, from its own tax rows."""
    rows: list[dict[str, Writable]] = []
    for settlement, store in taken:
        context = vat_context(space, store)
        keep_sales(archive(space.settings), settlement, context)
        reading = read_vat(settlement, context)
        found = [
            TaxGroup(store.code, each.sku, cast(Group, each.group))
            for each in reading.group_proposals
            if each.proved
        ]
        rows += [
            {
                "marketplace": each.marketplace,
                "sku": each.sku,
                "group": each.group,
                "who": f"Proposed from {settlement.settlement_id}",
            }
            for each in found
        ]
        space = replace(space, tax_groups=(*space.tax_groups, *found))
    return [AppendRows(TAX_GROUPS, rows)] if rows else []
