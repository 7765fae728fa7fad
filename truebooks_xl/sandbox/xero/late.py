"""Calls that arrive late: the caller gave up, and the work is done all the same, minutes after.

Protects: a look-up that finds nothing proves nothing about a call that is still on its way. The
waiting calls are kept without their token.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call
from truebooks_xl.sandbox.xero.organisation import open_organisation
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.sandbox.xero.work import work

TABLES: Final = """
CREATE TABLE IF NOT EXISTS late_call (
    id INTEGER PRIMARY KEY, due_ms INTEGER NOT NULL, tenant TEXT NOT NULL, app TEXT NOT NULL,
    method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL, key TEXT NOT NULL,
    body BLOB NOT NULL);
"""


def keep(books: Books, call: Call, seconds: float) -> None:
    """Put a call aside until the clock has passed so many seconds."""
    row = (
        *(books.now_ms + round(1000 * seconds), books.tenant, books.app, call.method, call.path),
        *(json.dumps(dict(call.query)), call.headers.get("idempotency-key", ""), call.body),
    )
    books.connection.execute(
        "INSERT INTO late_call (due_ms, tenant, app, method, path, query, key, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )


def let_arrive(store: Store, connection: sqlite3.Connection, *, all_of_them: bool = False) -> int:
    """Do the work of the calls whose time has come, in their order; returns how many."""
    now_ms = store.now_ms()
    sql = "DELETE FROM late_call WHERE due_ms <= ? OR ? RETURNING *"
    rows = connection.execute(sql, (now_ms, all_of_them)).fetchall()
    for row in sorted(rows, key=lambda row: (row["due_ms"], row["id"])):
        books = Books(store, connection, row["tenant"], row["app"], now_ms)
        open_organisation(books)
        headers = {"idempotency-key": row["key"]} if row["key"] else {}
        query = json.loads(row["query"])
        work(books, Call(row["method"], row["path"], query, headers, row["body"]))
    return len(rows)
