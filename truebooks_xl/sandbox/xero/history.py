"""The history of a document: notes that are sent, and what the world did to it.

Protects: a note is only ever added, never changed, and is read back newest first.
Source: the official examples; the longest note is from Xero's pages.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Final

from truebooks_xl.sandbox.xero.batches import each_element
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Refusal, Reply
from truebooks_xl.sandbox.xero.envelope import enveloped, instant

TABLES: Final = """
CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, document TEXT NOT NULL, at_ms INTEGER NOT NULL,
    changes TEXT NOT NULL, details TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS history_of ON history (tenant, document);
"""
LONGEST_NOTE: Final = 2500
DOCUMENTS: Final = {"Invoices": "invoice", "ManualJournals": "manual_journal"}
"""What may carry notes and attachments: the word of the address, and its table."""


def has_document(books: Books, kind: str, document_id: str) -> bool:
    """Whether there is such a document, in any status."""
    sql = f"SELECT 1 FROM {DOCUMENTS[kind]} WHERE tenant = ? AND id = ?"  # noqa: S608 our word
    return books.row(sql, [document_id.lower()]) is not None


def history(books: Books, call: Call, kind: str, document_id: str) -> Reply:
    """GET /Invoices/{id}/History, newest first."""
    call.only(())
    if not has_document(books, kind, document_id):
        return Reply.missing()
    sql = "SELECT * FROM history WHERE tenant = ? AND document = ? ORDER BY id DESC"
    rows = books.rows(sql, [document_id.lower()])
    whose = {"User": "System Generated"}
    shown = [{"Changes": row["changes"]} | whose | _shown(row) for row in rows]
    return enveloped(books, "HistoryRecords", shown)


def put_history(books: Books, call: Call, kind: str, document_id: str) -> Reply:
    """PUT /Invoices/{id}/History."""
    call.only(())
    if not has_document(books, kind, document_id):
        return Reply.missing()

    def note(books: Books, element: Json) -> Json:
        details = str(element.get("Details", ""))
        if not details.strip():
            raise Refusal("A history record must have details.")
        if len(details) > LONGEST_NOTE:
            raise Refusal(f"The details must not be longer than {LONGEST_NOTE} characters.")
        return _shown(record(books, document_id, "Note", details)) | {"ValidationErrors": []}

    return each_element(books, call, "HistoryRecords", {"Details"}, note)


def record(books: Books, document_id: str, changes: str, details: str) -> sqlite3.Row:
    """Add an entry; ``changes`` says what happened in a word or two."""
    sql = (
        "INSERT INTO history (tenant, document, at_ms, changes, details) "
        "VALUES (?, ?, ?, ?, ?) RETURNING *"
    )
    row = books.row(sql, [document_id.lower(), books.now_ms, changes, details])
    assert row is not None
    return row


def _shown(row: sqlite3.Row) -> Json:
    at = datetime.fromtimestamp(row["at_ms"] // 1000, UTC)
    return {
        "DateUTCString": at.strftime("%Y-%m-%d %H:%M:%S"),
        "DateUTC": instant(row["at_ms"]),
        "Details": row["details"],
    }


_OF: Final = r"/(Invoices|ManualJournals)/([^/]+)/History"
ROUTES: Final = (("GET", _OF, history), ("PUT", _OF, put_history))
