"""Barriers: calls that wait for each other, so that a race happens on every run of a test.

Protects: two operators can be brought to the same moment, also from two processes.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Collection
from typing import Final

from truebooks_xl.sandbox.xero.call import Call
from truebooks_xl.sandbox.xero.store import Store

TABLES: Final = """
CREATE TABLE IF NOT EXISTS barrier (
    name TEXT PRIMARY KEY, method TEXT NOT NULL, path TEXT NOT NULL, parties INTEGER NOT NULL,
    arrived INTEGER NOT NULL, open INTEGER NOT NULL);
"""
LONGEST_S: Final = 10
STEP_S: Final = 0.005


def put_up(connection: sqlite3.Connection, name: str, parties: int, method: str, path: str) -> None:
    """Put up a barrier, or put it up again; it opens once, for good."""
    row = (name, method, path, parties)
    connection.execute("INSERT OR REPLACE INTO barrier VALUES (?, ?, ?, ?, 0, 0)", row)


def reach(connection: sqlite3.Connection, call: Call) -> list[str]:
    """Count a call at the closed barriers that are meant for it; return where it has to wait."""
    waits = []
    for row in connection.execute("SELECT * FROM barrier WHERE NOT open").fetchall():
        if not (re.fullmatch(row["method"], call.method) and re.fullmatch(row["path"], call.path)):
            continue
        last = row["arrived"] + 1 >= row["parties"]
        sql = "UPDATE barrier SET arrived = arrived + 1, open = ? WHERE name = ?"
        connection.execute(sql, (last, row["name"]))
        if not last:
            waits.append(row["name"])
    return waits


def wait(store: Store, names: Collection[str]) -> None:
    """Wait until these are open; who waits too long opens them for everybody."""
    given_up_at = time.monotonic() + LONGEST_S
    closed = list(names)
    while closed:
        time.sleep(STEP_S)
        with store.transaction() as connection:
            if time.monotonic() > given_up_at:
                for name in closed:
                    connection.execute("UPDATE barrier SET open = 1 WHERE name = ?", (name,))
            rows = connection.execute("SELECT name FROM barrier WHERE NOT open").fetchall()
        closed = [row["name"] for row in rows if row["name"] in closed]
