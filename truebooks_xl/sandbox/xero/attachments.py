"""Files attached to invoices and journals: bytes in, the same bytes out.

Protects: a file keeps every byte, a name is one file (sent again it replaces the file), and what
Xero would not take is refused with a sentence, never cut short.
Source: facts of Xero's API; the largest file differs from page to page (3, 10, 25 MB), the
smallest of them counts here. The words of these refusals are ours.
"""

from __future__ import annotations

import sqlite3
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import ROOT, Call, Json, Rejected, Reply, Unknown
from truebooks_xl.sandbox.xero.envelope import enveloped, problem
from truebooks_xl.sandbox.xero.history import has_document, record

TABLES: Final = """
CREATE TABLE IF NOT EXISTS attachment (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, document TEXT NOT NULL, name TEXT NOT NULL,
    content BLOB NOT NULL, online INTEGER NOT NULL, UNIQUE (tenant, document, name));
"""
MOST_FILES: Final = 10
LARGEST_BYTES: Final = 3_000_000
FORBIDDEN: Final = '<>:"/\\|?*+\0'
FIELDS: Final = "id, document, name, online, length(content) AS size"

MIME_TYPES: Final = {
    # A list of our own: the system's differs from machine to machine.
    ".csv": "text/csv",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


def has_attachments(books: Books, document_id: str) -> bool:
    """Whether a document carries any file."""
    sql = "SELECT 1 FROM attachment WHERE tenant = ? AND document = ? LIMIT 1"
    return books.row(sql, [document_id.lower()]) is not None


def attachments(books: Books, call: Call, kind: str, document_id: str) -> Reply:
    """GET /Invoices/{id}/Attachments: what there is, without the bytes."""
    call.only(())
    if not has_document(books, kind, document_id):
        return Reply.missing()
    rows = _files(books, document_id)
    return enveloped(books, "Attachments", [_shown(kind, row) for row in rows])


def attachment(books: Books, call: Call, kind: str, document_id: str, name: str) -> Reply:
    """GET /Invoices/{id}/Attachments/{name or AttachmentID}: the bytes."""
    call.only(())
    sql = (
        "SELECT name, content FROM attachment WHERE tenant = ? AND document = ? "
        "AND (name = ? OR id = ?) ORDER BY name = ? DESC"
    )
    row = books.row(sql, [document_id.lower(), name, name.lower(), name])
    if row is None or not has_document(books, kind, document_id):
        return Reply.missing()
    return Reply(200, row["content"], _mime_type(row["name"]))


def attach(books: Books, call: Call, kind: str, document_id: str, name: str) -> Reply:
    """PUT or POST /Invoices/{id}/Attachments/{name}: the body is the file."""
    # Only an invoice is shown online to the customer.
    call.only({"IncludeOnline"} if kind == "Invoices" else ())
    if not has_document(books, kind, document_id):
        return Reply.missing()
    if not call.body:
        raise Unknown("an attachment without content")
    _refuse(books, document_id.lower(), name, len(call.body))
    online = call.flag("IncludeOnline", default=False)
    sql = (
        "INSERT INTO attachment VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, document, name) "
        "DO UPDATE SET content = excluded.content, online = excluded.online"
    )
    row = (str(books.store.new_id()), books.tenant, document_id.lower(), name, call.body, online)
    books.connection.execute(sql, row)
    details = f"Attached the file {name} through the Xero API"
    record(books, document_id, "Attached a file", details)
    (kept,) = (each for each in _files(books, document_id) if each["name"] == name)
    return enveloped(books, "Attachments", [_shown(kind, kept)])


def _refuse(books: Books, document_id: str, name: str, size_bytes: int) -> None:
    bad = sorted(set(FORBIDDEN) & set(name))
    if bad:
        raise _no(f"The file name {name!r} holds {' '.join(map(repr, bad))}, which it may not.")
    if size_bytes > LARGEST_BYTES:
        raise _no(f"The file {name} has {size_bytes:,} bytes; {LARGEST_BYTES:,} is the most.")
    others = [row for row in _files(books, document_id) if row["name"] != name]
    if len(others) >= MOST_FILES:
        raise _no(f"The document has {MOST_FILES} attachments, which is the most.")


def _no(message: str) -> Rejected:
    return Rejected(problem(10, "ValidationException", message))


def _files(books: Books, document_id: str) -> list[sqlite3.Row]:
    """Read what is known of a document's files, in the order they first came."""
    sql = f"SELECT {FIELDS} FROM attachment WHERE tenant = ? AND document = ? ORDER BY rowid"  # noqa: S608 our words
    return books.rows(sql, [document_id.lower()])


def _shown(kind: str, row: sqlite3.Row) -> Json:
    path = f"{ROOT}/{kind}/{row['document']}/Attachments/{quote(row['name'])}"
    shown: Json = {
        "AttachmentID": row["id"],
        "FileName": row["name"],
        "Url": f"https://api.xero.com{path}",
        "MimeType": _mime_type(row["name"]),
        "ContentLength": row["size"],
    }
    return shown | ({"IncludeOnline": True} if row["online"] else {})


def _mime_type(name: str) -> str:
    """Guess from the name, as Xero does (recorded)."""
    return MIME_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")


_ALL: Final = r"/(Invoices|ManualJournals)/([^/]+)/Attachments"
_ONE: Final = _ALL + r"/(.+)"
ROUTES: Final = (
    ("GET", _ALL, attachments),
    ("GET", _ONE, attachment),
    ("PUT", _ONE, attach),
    ("POST", _ONE, attach),
)
