"""The Integrity sheet: what was found, as rows; and what the accountant decided beside them.

Protects: a decision stays beside the document it was made for, however often it is scanned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from truebooks_xl.core.findings import Finding
from truebooks_xl.core.other_postings import Suspect
from truebooks_xl.workbook.book import Book, Edit, Link, ReplaceRows, Row, Writable
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import INTEGRITY, KEEP, NOT_THIS
from truebooks_xl.xero.gateway import Xero

ELSEWHERE: Final = "posted elsewhere"
OPEN: Final = "Open"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the accountant decided in the sheet.

    Attributes:
        keep: ids of documents declared right.
        not_this: settlement id to the ids declared to be something else.
    """

    keep: frozenset[str]
    not_this: Mapping[str, frozenset[str]]


def decisions(book: Book) -> Decisions:
    """Read what was decided; a row without a document id decides nothing."""
    keep: set[str] = set()
    not_this: dict[str, set[str]] = defaultdict(set)
    for row in book.rows(INTEGRITY):
        document_id = text(row, "document_id")
        match text(row, "decision").casefold():
            case word if word == KEEP and document_id:
                keep.add(document_id)
            case word if word == NOT_THIS and document_id:
                not_this[text(row, "settlement_id")].add(document_id)
    return Decisions(frozenset(keep), {each: frozenset(ids) for each, ids in not_this.items()})


def findings_edit(book: Book, findings: Sequence[Finding], xero: Xero, at: datetime) -> Edit:
    """Return the edit that replaces what the last scan found; decisions stay, suspects stay."""
    before = list(book.rows(INTEGRITY))
    decided = {text(row, "document_id"): text(row, "decision") for row in before}
    rows = [_finding_row(each, xero, at, decided) for each in findings]
    rows += [_kept(row) for row in before if text(row, "finding") == ELSEWHERE]
    return ReplaceRows(INTEGRITY, rows, len(rows))


def suspects_edit(book: Book, found: Mapping[str, Iterable[Suspect]], at: datetime) -> Edit:
    """Return the edit that shows another tool's postings beside what the last scan found."""
    before = list(book.rows(INTEGRITY))
    decided = {
        (text(row, "settlement_id"), text(row, "document_id")): text(row, "decision")
        for row in before
    }
    rows = [
        _kept(row)
        for row in before
        if text(row, "finding") != ELSEWHERE or text(row, "settlement_id") not in found
    ]
    for settlement_id, suspects in found.items():
        for each in suspects:
            row = _suspect_row(settlement_id, each, at)
            rows.append(row | {"decision": decided.get((settlement_id, each.id)) or None})
    return ReplaceRows(INTEGRITY, rows, len(rows))


def _kept(row: Row) -> dict[str, Writable]:
    """Write a row as it was read; a cell's text does not tell its link's address, its id does."""
    cells: dict[str, Writable] = {
        each.key: row.cells.get(each.key) for each in INTEGRITY.columns if each.key != "link"
    }
    return cells | {"link": text(row, "link") or None}


def _finding_row(
    each: Finding, xero: Xero, at: datetime, decided: Mapping[str, str]
) -> dict[str, Writable]:
    cells: dict[str, Writable] = {
        "finding": each.word,
        "settlement_id": each.settlement_id,
        "number": each.number,
        "what": each.what,
        "remedy": each.remedy,
        "seen_at": at.replace(tzinfo=None),  # Excel has no time zones: UTC
    }
    document = each.document
    if document is None:
        return cells
    return cells | {
        "reference": document.reference,
        "status": document.status,
        "total": document.total.amount,
        "currency": document.currency,
        "dated_on": document.dated_on,
        "link": Link(xero.link(document), document.number or OPEN),
        "document_id": document.id,
        "decision": decided.get(document.id) or None,
    }


def _suspect_row(settlement_id: str, each: Suspect, at: datetime) -> dict[str, Writable]:
    return {
        "finding": ELSEWHERE,
        "settlement_id": settlement_id,
        "reference": each.reference,
        "number": each.number,
        "status": each.status,
        "total": each.total.amount,
        "currency": each.total.currency,
        "dated_on": each.dated_on,
        "link": Link(each.link, each.number or OPEN) if each.link else None,
        "what": f"This {each.kind} may be it: {each.reason}.",
        "remedy": "Void it in Xero; or decide “not this” if it is something else.",
        "seen_at": at.replace(tzinfo=None),
        "document_id": each.id,
    }
