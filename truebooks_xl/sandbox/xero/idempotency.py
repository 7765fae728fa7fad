"""Idempotency-Key: the same request with the same key gets the stored answer, errors included.

Protects: a lost reply may be asked for again; another request under the same key is refused.
Source: facts of Xero's API; a key lives six minutes, for one app, and 429 is never stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Reply
from truebooks_xl.sandbox.xero.envelope import problem

LONGEST_KEY: Final = 128


def once(books: Books, call: Call, work: Callable[[], Reply]) -> Reply:
    """Do the work, unless this very request was answered under its key before."""
    key = call.headers.get("idempotency-key", "")
    if not key or call.method not in {"PUT", "POST"}:
        return work()
    if len(key) > LONGEST_KEY:
        return problem(0, "BadRequestException", "Idempotency Key: longer than 128 characters")
    oldest_ms = books.now_ms - 1000 * int(books.policy("idem_ttl_s"))
    books.connection.execute("DELETE FROM answered WHERE at_ms <= ?", (oldest_ms,))
    sql = "SELECT * FROM answered WHERE app = ? AND key = ?"
    before = books.connection.execute(sql, (books.app, key)).fetchone()
    if before is None:
        reply = work()
        row = (books.app, key, _request(call), books.now_ms, reply.status, reply.body)
        books.connection.execute("INSERT INTO answered VALUES (?, ?, ?, ?, ?, ?)", row)
        return reply
    if before["request"] != _request(call):
        message = f"Idempotency Key: {key} is used with a different request"
        return problem(0, "BadRequestException", message)
    missing = Reply.missing()
    return (
        missing if before["status"] == missing.status else Reply(before["status"], before["body"])
    )


def _request(call: Call) -> str:
    head = f"{call.method} {call.path} {sorted(call.query.items())}".encode()
    return hashlib.sha256(head + b"\n" + call.body).hexdigest()
