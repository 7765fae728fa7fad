"""One organisation's books, open within one transaction: what every handler works on."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from truebooks_xl.sandbox.xero.policies import POLICIES
from truebooks_xl.sandbox.xero.store import Store


@dataclass(frozen=True, slots=True)
class Books:
    """One organisation within one transaction.

    Attributes:
        tenant: the organisation's id; ``xero-tenant-id`` of the call.
        app: who calls; keys and ``createdByMyApp`` are its own.
        now_ms: the instant of the call, in milliseconds since 1970.
    """

    store: Store
    connection: sqlite3.Connection
    tenant: str
    app: str
    now_ms: int

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Select; the first ``?`` is always the organisation."""
        return self.connection.execute(sql, (self.tenant, *values)).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """Select one row, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def policy(self, name: str) -> str:
        """How this sandbox answers one of the open questions."""
        default = POLICIES[name].default
        sql = "SELECT setting FROM policy WHERE name = ?"
        found = self.connection.execute(sql, (name,)).fetchone()
        return str(found["setting"]) if found else default
