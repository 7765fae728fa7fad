"""Rate limits: counted and enforced only when the policy says so, told on every reply.

Protects: 60 calls a minute, 5,000 (or 1,000) a day and 5 at once, per organisation. What was
turned away does not count; ``Retry-After`` is the wait after which a call gets in.
Source: facts of Xero's API; that refused calls do not count is likely, not known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Reply
from truebooks_xl.sandbox.xero.envelope import limited

TABLES: Final = """
CREATE TABLE IF NOT EXISTS counted_call (
    id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, at_ms INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS counted_by_time ON counted_call (tenant, at_ms);
"""
UNLIMITED: Final = "60/5000"
"""What the headers say while nothing is enforced."""

AT_ONCE: Final = 5
MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000


def enforced(books: Books) -> bool:
    """Whether there are limits at all."""
    return books.policy("rate_limits") != "off"


def remaining(books: Books) -> tuple[int, int]:
    """How many calls are left this minute and this day."""
    minute, day = _most(books)
    if not enforced(books):
        return minute, day
    return minute - _calls(books, MINUTE_MS), day - _calls(books, DAY_MS)


def _most(books: Books) -> tuple[int, int]:
    policy = books.policy("rate_limits") if enforced(books) else UNLIMITED
    minute, day = policy.split("/")
    return int(minute), int(day)


def _calls(books: Books, window_ms: int) -> int:
    sql = "SELECT count(*) AS n FROM counted_call WHERE tenant = ? AND at_ms > ?"
    row = books.row(sql, [books.now_ms - window_ms])
    assert row is not None
    return int(row["n"])


def over_limit(books: Books) -> Reply | None:
    """Count the call, or answer 429 if it is one too many."""
    if not enforced(books):
        return None
    (minute, day), (most_a_minute, most_a_day) = remaining(books), _most(books)
    if day <= 0:
        return limited("day", _wait_s(books, DAY_MS, most_a_day))
    if minute <= 0:
        return limited("minute", _wait_s(books, MINUTE_MS, most_a_minute))
    execute = books.connection.execute
    execute("INSERT INTO counted_call (tenant, at_ms) VALUES (?, ?)", (books.tenant, books.now_ms))
    execute("DELETE FROM counted_call WHERE at_ms <= ?", (books.now_ms - DAY_MS,))
    return None


def _wait_s(books: Books, window_ms: int, most: int) -> int:
    """Seconds until so many calls have left the window that one more fits."""
    sql = (
        "SELECT at_ms FROM counted_call WHERE tenant = ? ORDER BY at_ms DESC, id DESC "
        "LIMIT 1 OFFSET ?"
    )
    row = books.row(sql, [most - 1])
    assert row is not None, "a full window holds that many"
    return -((books.now_ms - window_ms - int(row["at_ms"])) // 1000)


def with_headers(books: Books, reply: Reply) -> Reply:
    """Tell of the limits, as every reply of an organisation does."""
    minute, day = remaining(books)
    told = {
        "X-DayLimit-Remaining": str(max(day, 0)),
        "X-MinLimit-Remaining": str(max(minute, 0)),
        "X-AppMinLimit-Remaining": "10000",
    }
    return replace(reply, headers={**reply.headers, **told})
