"""Older copies of a workbook are not written."""

from __future__ import annotations

from collections.abc import Iterable

from truebooks_xl.core.copies import OldCopy, Shown, lacking
from truebooks_xl.journal.store import Journal
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.fields import text


def refuse_old_copy(
    journal: Journal, organisation_id: str, book_id: str, rows: Iterable[Row]
) -> None:
    """Refuse to write into a copy that lacks what the journal has ended for this workbook.

    What is under way is not asked for: a run that was killed may have written the row already, and
    the end not yet.

    Args:
        rows: all of Settlements.

    Raises:
        OldCopy: with each settlement it lacks.
    """
    shown = [
        Shown(
            *(text(row, "settlement_id"), text(row, "status"), text(row, "document_id")),
            row.where("status"),
        )
        for row in rows
    ]
    under_way = {
        each.begun.token
        for each in journal.unfinished(organisation_id)
        if each.begun.book == book_id
    }
    recorded = {
        token: each
        for token, each in journal.standing(organisation_id, book_id).items()
        if token not in under_way
    }
    if problems := lacking(recorded, shown):
        raise OldCopy(problems)
