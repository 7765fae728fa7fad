"""Rate limits: counted and enforced only when the policy says so, told on every reply.

Source: facts of Xero's API: per organisation 60 calls a minute and 5,000 (or 1,000) a day.
"""

from __future__ import annotations

from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Reply
from truebooks_xl.sandbox.xero.faults import limited

UNLIMITED: Final = "60/5000"
"""What the headers say while nothing is enforced."""

MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000


def remaining(books: Books) -> tuple[int, int]:
    """How many calls are left this minute and this day."""
    policy = books.policy("rate_limits")
    minute, day = (int(each) for each in (UNLIMITED if policy == "off" else policy).split("/"))
    if policy == "off":
        return minute, day
    return minute - _calls(books, MINUTE_MS), day - _calls(books, DAY_MS)


def _calls(books: Books, window_ms: int) -> int:
    sql = "SELECT count(*) AS n FROM request WHERE tenant = ? AND at_ms > ?"
    row = books.row(sql, [books.now_ms - window_ms])
    assert row is not None
    return int(row["n"])


def over_limit(books: Books) -> Reply | None:
    """Answer 429 if this call, which is counted already, is one too many."""
    minute, day = remaining(books)
    if day < 0:
        return limited("day", DAY_MS // 1000)
    return limited("minute", MINUTE_MS // 1000) if minute < 0 else None


def headers(books: Books) -> dict[str, str]:
    """What every reply tells of the limits."""
    minute, day = remaining(books)
    return {
        "X-DayLimit-Remaining": str(max(day, 0)),
        "X-MinLimit-Remaining": str(max(minute, 0)),
        "X-AppMinLimit-Remaining": "10000",
    }
