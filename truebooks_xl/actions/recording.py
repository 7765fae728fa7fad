"""What became of a post, written into the settlement's row.

Protects: the sheet is a view of what Xero holds; a row is written on a fresh reading of the
workbook, so that two commands on one workbook do not undo each other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from truebooks_xl import environment
from truebooks_xl.actions.gather import open_book, settlement_row
from truebooks_xl.actions.log import log_row
from truebooks_xl.actions.previewing import KEEPS_STATUS
from truebooks_xl.core.ledger import Document
from truebooks_xl.core.reference import NUMBER_PREFIX
from truebooks_xl.errors import DataError, TrueBooksError, Unavailable
from truebooks_xl.workbook.book import Book, Edit, Link, UpdateRows, Writable
from truebooks_xl.workbook.closed.swap import BookChanged
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTINGS, SETTLEMENTS

MOST_WRITES: Final = 5
"""How often a row is written anew because another command wrote the workbook meanwhile."""


def posted(document: Document, url: str) -> dict[str, Writable]:
    """Return the cells of a settlement whose document stands in Xero."""
    return {
        "status": "Posted",
        "number": document.number,
        "link": Link(url, document.number),
        "document_id": document.id,
        "posted_at": environment.now().replace(tzinfo=None),  # Excel has no time zones: UTC
        "problem": f"Posted as {document.number}, {document.status}, {document.total.words}.",
    }


def stopped(status: str, wrong: TrueBooksError) -> dict[str, Writable]:
    """Return the cells of a settlement that was not posted; a posted one stays posted."""
    cells: dict[str, Writable] = {"problem": str(wrong)}
    if status == "Posted":
        return cells
    if isinstance(wrong, Unavailable):
        cells["status"] = "Unknown"
    elif isinstance(wrong, DataError):
        cells["status"] = status if status in KEEPS_STATUS else "Blocked"
    else:
        cells["status"] = "Draft"
    return cells


def record(path: Path, settlement_id: str, cells: dict[str, Writable], result: str) -> None:
    """Write a settlement's row, the counter of numbers and the log, in one go.

    Raises:
        DataError: the workbook cannot be written; what happened in Xero stays as it is.
    """
    for n in range(1, MOST_WRITES + 1):
        book = open_book(path)
        row = settlement_row(book, settlement_id)
        edits: list[Edit] = [
            UpdateRows(SETTLEMENTS, {row.number: cells}),
            *_counter(book, str(cells.get("number") or "")),
            log_row("Post", settlement_id, result, str(cells["problem"])),
        ]
        try:
            book.write(edits)
        except BookChanged:
            if n == MOST_WRITES:
                raise
        else:
            return


def _counter(book: Book, number: str) -> list[Edit]:
    """Move the workspace's counter past a number that was spent; never back."""
    spent = number.removeprefix(NUMBER_PREFIX)
    if not spent.isdecimal():
        return []
    for row in book.rows(SETTINGS):
        if text(row, "setting") == "Next document number":
            known = text(row, "value")
            if known.isdecimal() and int(known) > int(spent):
                return []
            return [UpdateRows(SETTINGS, {row.number: {"value": str(int(spent) + 1)}})]
    return []
