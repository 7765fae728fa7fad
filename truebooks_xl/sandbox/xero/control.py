"""The hand of the world: payments, lock dates, archived accounts, policies and faults on demand.

Protects: whatever happens to a Xero organisation between two of our calls can be made to happen,
by this object or, from another process, by ``POST /__sim__/<name>`` with the same arguments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from truebooks_xl.sandbox.xero import (
    actions,
    bank,
    barriers,
    faults,
    late,
    organisation,
    policies,
    rates,
    tracking,
)
from truebooks_xl.sandbox.xero.call import Json, Reply, Unknown
from truebooks_xl.sandbox.xero.hands import Hands
from truebooks_xl.sandbox.xero.store import Store


@dataclass(frozen=True, slots=True)
class Control(Hands):
    """Changes everything around the documents, too: settings, policies, faults, the clock."""

    def advance(self, seconds: int) -> None:
        """Put the sandbox's clock ahead, or back, for every process that serves it."""
        self.store.put_ahead(seconds)

    def lock(self, tenant: str, period: str | None = None, year_end: str | None = None) -> None:
        """Set both lock dates, as ISO text; None is no lock."""
        sql = "UPDATE organisation SET period_lock = ?, year_end_lock = ? WHERE tenant = ?"
        with self._books(tenant) as books:
            books.connection.execute(sql, (period, year_end, tenant))

    def add_account(
        self, tenant: str, code: str, name: str, account_type: str, account_class: str
    ) -> None:
        """Add an account to the chart."""
        with self._books(tenant) as books:
            row = (tenant, code, str(self.store.new_id()), name, account_type, account_class)
            books.connection.execute(
                "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, '', 'NONE', 'ACTIVE', ?)",
                (*row, books.now_ms),
            )

    def archive_account(self, tenant: str, code: str) -> None:
        """Archive an account."""
        with self._books(tenant) as books:
            sql = "UPDATE account SET status = 'ARCHIVED' WHERE tenant = ? AND code = ?"
            books.connection.execute(sql, (tenant, code))

    def archive_tax_rate(self, tenant: str, tax_type: str) -> None:
        """Archive a tax rate."""
        with self._books(tenant) as books:
            sql = "UPDATE tax_rate SET status = 'ARCHIVED' WHERE tenant = ? AND tax_type = ?"
            books.connection.execute(sql, (tenant, tax_type))

    def archive_contact(self, tenant: str, contact_id: str) -> None:
        """Archive a contact."""
        with self._books(tenant) as books:
            sql = "UPDATE contact SET status = 'ARCHIVED' WHERE tenant = ? AND id = ?"
            books.connection.execute(sql, (tenant, contact_id))

    def set_organisation(self, tenant: str, **fields: bool | str) -> None:
        """Set what kind of organisation it is; the names are Xero's own: PaysTax."""
        with self._books(tenant) as books:
            organisation.set_organisation(books, **fields)

    def set_action(self, tenant: str, name: str, setting: str) -> None:
        """Allow the user an action, forbid it (NOT-ALLOWED), or leave it untold."""
        with self._books(tenant) as books:
            actions.set_action(books, name, setting)

    def add_tracking(self, tenant: str, name: str, options: Sequence[str]) -> None:
        """Add a tracking category, or options to one."""
        with self._books(tenant) as books:
            tracking.add_tracking(books, name, options)

    def archive_tracking(self, tenant: str, name: str, option: str | None = None) -> None:
        """Archive a tracking category, or one option of it."""
        with self._books(tenant) as books:
            tracking.archive_tracking(books, name, option)

    def add_bank_transaction(self, tenant: str, on: str, total: str, **more: Any) -> str:  # noqa: ANN401
        """Book money straight to the bank, as another tool would. Returns its id."""
        with self._books(tenant) as books:
            return bank.add_bank_transaction(books, on, total, **more)

    def rename_contact(self, tenant: str, contact_id: str, name: str) -> None:
        """Give a contact another name."""
        with self._books(tenant) as books:
            sql = "UPDATE contact SET name = ?, updated_ms = ? WHERE tenant = ? AND id = ?"
            books.connection.execute(sql, (name, books.now_ms, tenant, contact_id.lower()))

    def set_rate(self, tenant: str, currency: str, rate: str) -> None:
        """Move Xero's own exchange rate: units of the currency for one of the organisation's."""
        with self._books(tenant) as books:
            rates.set_rate(books, currency, rate)

    def unsubscribe(self, tenant: str, currency: str) -> None:
        """Take a currency off the organisation's list."""
        with self._books(tenant) as books:
            sql = "DELETE FROM currency WHERE tenant = ? AND code = ?"
            books.connection.execute(sql, (tenant, currency))

    def set_policy(self, name: str, setting: str) -> None:
        """Flip a switch, from the next call on."""
        with self.store.transaction() as connection:
            sql = "INSERT OR REPLACE INTO policy VALUES (?, ?)"
            connection.execute(sql, (name, policies.checked(name, setting)))

    def fault(
        self,
        method: str,
        path: str,
        action: str,
        nth: int = 1,
        *,
        rate: float | None = None,
        seed: int = 0,
        **detail: Any,  # noqa: ANN401
    ) -> None:
        """Let calls from now on go wrong.

        Args:
            method: a regular expression, as is ``path``.
            action: a name of ``mishaps.ACTIONS``.
            nth: which call; only that one.
            rate: instead of ``nth``, the chance of every call, from 0 to 1.
            seed: decides which calls a rate hits; the same seed, the same calls.
            detail: what the action needs, such as ``seconds``.
        """
        if action == "then" and detail.get("verb") not in VERBS:
            raise Unknown(f"verb {detail.get('verb')}; known are {', '.join(sorted(VERBS))}")
        rule = {"method": method, "path": path, "action": action, "nth": nth}
        with self.store.transaction() as connection:
            faults.add(connection, **rule, rate=rate, seed=seed, detail=detail)

    def clear_faults(self) -> None:
        """Let nothing go wrong any more; what is on its way stays so."""
        with self.store.transaction() as connection:
            faults.clear(connection)

    def barrier(self, name: str, parties: int, method: str = ".*", path: str = ".*") -> None:
        """Hold calls that match until so many have come, or ten seconds have passed."""
        with self.store.transaction() as connection:
            barriers.put_up(connection, name, parties, method, path)

    def let_late_arrive(self) -> int:
        """Let every call that is still on its way arrive now; returns how many there were."""
        with self.store.transaction() as connection:
            return late.let_arrive(self.store, connection, all_of_them=True)

    def requests(self) -> list[Json]:
        """The request log, oldest first; ``status`` is None where no reply was sent."""
        with self.store.transaction() as connection:
            rows = connection.execute("SELECT * FROM request ORDER BY id").fetchall()
        texts = ("body", "reply")
        return [
            dict(row)
            | {name: (row[name] or b"").decode(errors="replace") for name in texts}
            | {"query": json.loads(row["query"])}
            for row in rows
        ]


def then(store: Store, detail: Mapping[str, Any], reply: Reply) -> None:
    """Move the world after a call; ``{id}`` stands for the first document of the reply it had."""
    arguments = dict(detail["arguments"])
    if "{id}" in arguments.values():
        named = _first_id(json.loads(reply.body))
        arguments |= {name: named for name, value in arguments.items() if value == "{id}"}
    getattr(Control(store), detail["verb"])(**arguments)


def _first_id(body: Json) -> str:
    documents = body.get("Invoices") or body["ManualJournals"]
    return str(documents[0].get("InvoiceID") or documents[0]["ManualJournalID"])


VERBS: Final = {name for name in dir(Control) if not name.startswith("_")} - {"store"}
"""What ``/__sim__/`` offers."""
