"""What became of postings, written into the rows of Settlements.

Protects: the sheet is a view of what Xero holds; rows are written on a fresh reading of the
workbook, so that two commands on one workbook do not undo each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from truebooks_xl import environment
from truebooks_xl.actions.gather import UnknownSettlement, open_book
from truebooks_xl.actions.log import log_row
from truebooks_xl.actions.previewing.preview import KEEPS_STATUS
from truebooks_xl.core.foreign import base_total
from truebooks_xl.core.ledger import Document
from truebooks_xl.core.posting.numbers import FINAL
from truebooks_xl.core.posting.task import Outcome
from truebooks_xl.errors import DataError, TrueBooksError, Unavailable
from truebooks_xl.workbook.book import Book, Edit, Link, UpdateRows, Writable
from truebooks_xl.workbook.closed.swap import BookChanged
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTINGS, SETTLEMENTS

MOST_WRITES: Final = 5
"""How often rows are written anew because another command wrote the workbook meanwhile."""

Cells = Mapping[str, Writable]


def posted(
    document: Document, url: str, base_currency: str, retired: tuple[Document, ...] = ()
) -> Cells:
    """Return the cells of a settlement whose document stands, or waits for approval."""
    waiting = document.status == "DRAFT"
    name = document.number or document.kind.lower()
    done = "Left as a draft for approval" if waiting else "Posted"
    cells: dict[str, Writable] = {
        "status": "Awaiting approval" if waiting else "Posted",
        "number": document.number,
        "link": Link(url, name),
        "document_id": document.id,
        "posted_at": environment.now().replace(tzinfo=None),  # Excel has no time zones: UTC
        "problem": f"{done} as {name}, {document.status}, {document.total.words}.",
    }
    if document.currency != base_currency and (base := base_total(document, base_currency)):
        cells["base_total"] = base.amount
    return cells | previous(retired)


def rolled_back(outcome: Outcome) -> Cells:
    """Return the cells of a settlement of which nothing stands any more."""
    gone = ", ".join(each.number or each.kind for each in outcome.retired)
    cells: dict[str, Writable] = {
        "status": "Draft",
        "number": "",
        "link": None,
        "document_id": "",
        "posted_at": None,
        "base_total": None,
        "problem": f"Rolled back: {gone} voided." if gone else "Nothing of it stood in Xero.",
    }
    return cells | previous(outcome.retired)


def previous(retired: tuple[Document, ...]) -> dict[str, Writable]:
    """Return the cell that says how voided documents are numbered now."""
    if not retired:
        return {}
    words = [f"{each.number or each.kind}, {each.status.lower()}" for each in retired]
    return {"previous_numbers": "; ".join(words)}


def stopped(status: str, wrong: TrueBooksError) -> Cells:
    """Return the cells of a settlement of which nothing was changed; a posted one stays posted."""
    cells: dict[str, Writable] = {"status": status, "problem": str(wrong)}
    if status in {"Posted", "Awaiting approval"}:
        return cells
    if isinstance(wrong, Unavailable):
        cells["status"] = "Unknown"
    elif isinstance(wrong, DataError):
        cells["status"] = status if status in KEEPS_STATUS else "Blocked"
    else:
        cells["status"] = "Draft"
    return cells


def half_done(wrong: TrueBooksError, *, nothing_stands: bool) -> Cells:
    """Return the cells of a settlement whose old document may be gone while no new one stands."""
    cells: dict[str, Writable] = {"problem": str(wrong)}
    if not nothing_stands:
        return cells | {"status": "Unknown"}
    gone: dict[str, Writable] = {"status": "Draft", "number": "", "link": None, "document_id": ""}
    return cells | gone | {"posted_at": None, "base_total": None}


def record(
    path: Path,
    rows: Mapping[str, Cells],
    action: str,
    results: Mapping[str, str],
    spent: Sequence[str] = (),
) -> None:
    """Write the rows of settlements, the counter of numbers and the log, in one go.

    Args:
        rows: settlement id to cells; ``problem`` is among them.
        results: settlement id to the word of the log.
        spent: numbers of documents that no row shows, a correction's for instance.

    Raises:
        DataError: the workbook cannot be written; what happened in Xero stays as it is.
    """
    for n in range(1, MOST_WRITES + 1):
        book = open_book(path)
        numbers = {text(row, "settlement_id"): row.number for row in book.rows(SETTLEMENTS)}
        if gone := [each for each in rows if each not in numbers]:
            raise UnknownSettlement(gone[0])
        edits: list[Edit] = [
            UpdateRows(SETTLEMENTS, {numbers[each]: cells for each, cells in rows.items()}),
            *_counter(book, [*spent, *(str(cells.get("number") or "") for cells in rows.values())]),
        ]
        edits += [
            log_row(action, each, results[each], str(cells["problem"]))
            for each, cells in rows.items()
        ]
        try:
            book.write(edits)
        except BookChanged:
            if n == MOST_WRITES:
                raise
        else:
            return


def _counter(book: Book, numbers: list[str]) -> list[Edit]:
    """Move the workspace's counter past the numbers that were spent; never back."""
    spent = max((int(found[1]) for each in numbers if (found := FINAL.fullmatch(each))), default=0)
    if not spent:
        return []
    for row in book.rows(SETTINGS):
        if text(row, "setting") == "Next document number":
            known = text(row, "value")
            if known.isdecimal() and int(known) > spent:
                return []
            return [UpdateRows(SETTINGS, {row.number: {"value": str(spent + 1)}})]
    return []
