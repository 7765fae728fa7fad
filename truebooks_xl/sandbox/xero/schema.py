"""Every table of the sandbox's Xero: the store's own, the rooms', and what goes on behind them."""

from __future__ import annotations

from collections.abc import Iterator
from sqlite3 import complete_statement
from typing import Final

from truebooks_xl.sandbox.xero import barriers, faults, in_hand, lag, late, limits, rates
from truebooks_xl.sandbox.xero.routes import ROOMS

BEHIND: Final = (barriers, faults, in_hand, late, limits, rates)
TABLES: Final = "".join(
    # What remembers the rows of other tables comes last.
    getattr(each, "TABLES", "")
    for each in (*ROOMS, *BEHIND, lag)
)


def statements(sql: str) -> Iterator[str]:
    """Split at each semicolon that ends a statement; a trigger has others inside."""
    statement = ""
    for part in sql.split(";"):
        statement += f"{part};"
        if complete_statement(statement):
            yield statement
            statement = ""
