"""One organisation's books, open within one transaction: what every handler works on."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
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
        known: what was read once and does not change within the transaction.
    """

    store: Store
    connection: sqlite3.Connection
    tenant: str
    app: str
    now_ms: int
    known: dict[str, dict[str, str]] = field(default_factory=dict)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Select; the first ``?`` is always the organisation."""
        return self.connection.execute(sql, (self.tenant, *values)).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """Select one row, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def policy(self, name: str) -> str:
        """How this sandbox answers one of the open questions."""
        if "policies" not in self.known:
            self.known["policies"] = dict(self.connection.execute("SELECT * FROM policy"))
        return self.known["policies"].get(name, POLICIES[name].default)

    def account_id(self, code: str) -> str:
        """Return the AccountID of an account; "" where there is none."""
        if self.tenant not in self.known:
            rows = self.rows("SELECT code, id FROM account WHERE tenant = ?")
            self.known[self.tenant] = {row["code"]: row["id"] for row in rows}
        return self.known[self.tenant].get(code, "")
