"""One manual journal: its value, its row in the database, and how Xero shows it.

Protects: a journal comes to 0.00, tax included; it has no number, no contact and no currency but
the organisation's own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from truebooks_xl.sandbox.xero.amounts import Line
from truebooks_xl.sandbox.xero.attachments import has_attachments
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Json
from truebooks_xl.sandbox.xero.envelope import day, instant
from truebooks_xl.sandbox.xero.tracking import tracking_ids

TABLES: Final = """
CREATE TABLE IF NOT EXISTS manual_journal (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, narration TEXT NOT NULL, date TEXT NOT NULL,
    status TEXT NOT NULL, amount_types TEXT NOT NULL, url TEXT NOT NULL, lines TEXT NOT NULL,
    updated_ms INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS journal_by_date ON manual_journal (tenant, date);
"""


@dataclass(frozen=True, slots=True)
class Journal:
    """A manual journal; the day is ISO text. Lines are of quantity 1: debit +, credit -."""

    id: str
    narration: str
    date: str
    status: str
    amount_types: str
    url: str
    lines: tuple[Line, ...]

    @property
    def debits(self) -> Decimal:
        """Sum of the debits, their tax included."""
        return sum((each for each in self._whole() if each > 0), Decimal("0.00"))

    @property
    def credits(self) -> Decimal:
        """Sum of the credits, their tax included; negative."""
        return sum((each for each in self._whole() if each < 0), Decimal("0.00"))

    def _whole(self) -> Iterator[Decimal]:
        on_top = self.amount_types == "Exclusive"
        return (line.amount + line.tax if on_top else line.amount for line in self.lines)


def load(books: Books, journal_id: str) -> Journal | None:
    """Read one by its id, in any status."""
    sql = "SELECT * FROM manual_journal WHERE tenant = ? AND id = ?"
    row = books.row(sql, [journal_id.lower()])
    return from_row(row) if row else None


def from_row(row: sqlite3.Row) -> Journal:
    """Read one from a row of the table."""
    texts = ("id", "narration", "date", "status", "amount_types", "url")
    lines = tuple(Line.stored(each) for each in json.loads(row["lines"]))
    return Journal(**{name: row[name] for name in texts}, lines=lines)


def save(books: Books, journal: Journal) -> None:
    """Keep one, new or changed."""
    values = {
        "id": journal.id,
        "tenant": books.tenant,
        "narration": journal.narration,
        "date": journal.date,
        "status": journal.status,
        "amount_types": journal.amount_types,
        "url": journal.url,
        "lines": json.dumps([line.to_store() for line in journal.lines]),
        "updated_ms": books.now_ms,
    }
    marks = ", ".join(f":{name}" for name in values)
    changes = ", ".join(f"{name} = :{name}" for name in values if name != "id")
    sql = f"INSERT INTO manual_journal ({', '.join(values)}) VALUES ({marks})"  # noqa: S608
    books.connection.execute(f"{sql} ON CONFLICT (id) DO UPDATE SET {changes}", values)


def shown(books: Books, row: sqlite3.Row, *, lines: bool = True, written: bool = False) -> Json:
    """A journal as Xero shows it.

    Args:
        row: of the table.
        lines: False in lists without a page.
        written: the reply to a write, which does not tell of attachments (official example).
    """
    journal = from_row(row)
    result: Json = {
        "Date": day(journal.date),
        "Status": journal.status,
        "LineAmountTypes": journal.amount_types,
        "UpdatedDateUTC": instant(row["updated_ms"]),
        "ManualJournalID": journal.id,
        "Narration": journal.narration,
        "JournalLines": [_line(books, each) for each in journal.lines] if lines else [],
        "ShowOnCashBasisReports": True,
    }
    if journal.url:
        result["Url"] = journal.url
    return result if written else result | {"HasAttachments": has_attachments(books, journal.id)}


def shown_by_id(books: Books, journal_id: str, *, written: bool) -> Json:
    """Show one that is known to be there."""
    sql = "SELECT * FROM manual_journal WHERE tenant = ? AND id = ?"
    row = books.row(sql, [journal_id.lower()])
    assert row is not None
    return shown(books, row, written=written)


def _line(books: Books, line: Line) -> Json:
    account = books.row("SELECT id FROM account WHERE tenant = ? AND code = ?", [line.account])
    return {
        "Description": line.description,
        "TaxType": line.tax_type,
        "LineAmount": line.amount,
        "TaxAmount": line.tax,
        "AccountCode": line.account,
        **({"AccountID": account["id"]} if account else {}),
        "Tracking": [_tracked(books, *each) for each in line.tracking],
        "IsBlank": False,
    }


def _tracked(books: Books, name: str, option: str) -> Json:
    told = {"Name": name, "Option": option}
    ids = tracking_ids(books, name, option)
    return told | (
        dict(zip(("TrackingCategoryID", "TrackingOptionID"), ids, strict=True)) if ids else {}
    )
