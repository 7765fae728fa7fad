"""The days on which manual journals are looked for, and those of a whole workbook listed.

Protects: a journal has no number and no search finds it; it is dated within a month of its
settlement, or nobody finds it at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from truebooks_xl.core.ledger import Document
from truebooks_xl.core.rows import CellReader
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.fields import text
from truebooks_xl.xero.gateway import Xero

JOURNALS: Final = "manual journal"
"""The choice of “Post as”."""

JOURNAL_DAYS: Final = timedelta(days=31)


def around(days: Collection[date]) -> tuple[date, date]:
    """Return the first and the last day on which the journals of these days are looked for."""
    return min(days) - JOURNAL_DAYS, max(days) + JOURNAL_DAYS


def days_of(rows: Iterable[Row]) -> list[date]:
    """Return the days settlements are dated by; a cell that holds none gives none."""
    cells = [CellReader(row) for row in rows]
    found = (each.day(name) for each in cells for name in ("end_on", "deposit_on"))
    return [day for day in found if day is not None]


def listed(xero: Xero, rows: Sequence[Row], posts_as: Collection[str]) -> Sequence[Document]:
    """List manual journals about the settlements' days, if any were ever posted from the rows.

    Args:
        posts_as: what “Post as” says of each marketplace.
    """
    days = days_of(rows)
    posted = JOURNALS in posts_as or any(text(row, "document") == "MANUALJOURNAL" for row in rows)
    return xero.journals(*around(days)) if posted and days else ()
