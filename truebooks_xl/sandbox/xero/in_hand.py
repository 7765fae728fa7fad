"""The calls in hand at this instant: too many at once, and two under one key.

Protects: a call counts from its arrival until its reply is out, in whichever process it is served.
"""

from __future__ import annotations

from typing import Final

from truebooks_xl.sandbox.xero import limits
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Reply
from truebooks_xl.sandbox.xero.envelope import limited, problem

TABLES: Final = """
CREATE TABLE IF NOT EXISTS in_hand (
    request INTEGER PRIMARY KEY, tenant TEXT NOT NULL, app TEXT NOT NULL, key TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER); -- of a reply that is held back, null while the work goes on
"""
LONGEST_MS: Final = 60_000
"""A call that is older died with its server."""


def enter(books: Books, call: Call, request: int) -> Reply | None:
    """Take a call in hand, or answer what Xero answers when that cannot be."""
    key = call.headers.get("idempotency-key", "")
    books.connection.execute(
        "DELETE FROM in_hand WHERE until_ms <= ? OR since_ms < ?",
        (books.now_ms, books.now_ms - LONGEST_MS),
    )
    others = books.rows("SELECT * FROM in_hand WHERE tenant = ?")
    row = (request, books.tenant, books.app, key, books.now_ms)
    books.connection.execute("INSERT INTO in_hand VALUES (?, ?, ?, ?, ?, NULL)", row)
    if limits.enforced(books) and len(others) >= limits.AT_ONCE:
        return limited("concurrent")
    under_way = ((each["app"], each["key"]) for each in others if each["until_ms"] is None)
    if key and (books.app, key) in under_way and books.policy("idem_concurrent") == "400":
        message = f"Idempotency Key: {key} is used by a request that is still being processed"
        return problem(0, "BadRequestException", message)
    return None


def leave(books: Books, request: int, reply: Reply) -> None:
    """Let go of a call; one whose reply is held back stays that long."""
    held_ms = round(1000 * (reply.delay_s + reply.pause_s))
    if held_ms:
        sql = "UPDATE in_hand SET until_ms = ? WHERE request = ?"
        books.connection.execute(sql, (books.now_ms + held_ms, request))
    else:
        books.connection.execute("DELETE FROM in_hand WHERE request = ?", (request,))
