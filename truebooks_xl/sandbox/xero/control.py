"""The hand of the world: payments, lock dates, archived accounts, policies and faults on demand.

Protects: whatever happens to a Xero organisation between two of our calls can be made to happen,
by this object or, from another process, by ``POST /__sim__/<name>`` with the same arguments.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from truebooks_xl.sandbox.xero import actions, bank, faults, organisation, policies, tracking
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Json
from truebooks_xl.sandbox.xero.invoice import Invoice, Payment, load, save
from truebooks_xl.sandbox.xero.organisation import open_organisation
from truebooks_xl.sandbox.xero.store import Store


@dataclass(frozen=True, slots=True)
class Control:
    """Changes the state as Xero's own screens would; organisations are named by tenant id."""

    store: Store

    def pay(self, tenant: str, invoice_id: str, amount: str, on: str) -> str:
        """Record a payment; the document reads PAID once nothing is due. Returns its id."""
        with self._books(tenant) as books:
            invoice = _standing(books, invoice_id)
            payment = Payment(str(self.store.new_id()), on, amount)
            assert Decimal(amount) <= invoice.due, f"{amount} is more than {invoice.due}"
            save(books, replace(invoice, payments=(*invoice.payments, payment)))
            return payment.id

    def unpay(self, tenant: str, invoice_id: str) -> None:
        """Remove all payments ("Remove & Redo"); the document reads AUTHORISED again."""
        with self._books(tenant) as books:
            save(books, replace(_standing(books, invoice_id), payments=()))

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

    def fault(self, method: str, path: str, action: str, nth: int = 1, **detail: Any) -> None:  # noqa: ANN401
        """Let the nth call from now on go wrong; ``path`` is a regular expression."""
        with self.store.transaction() as connection:
            rule = {"method": method, "path": path, "nth": nth, "action": action}
            faults.add(connection, **rule, detail=detail)

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        with self.store.transaction() as connection:
            connection.execute("DELETE FROM fault")

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

    @contextmanager
    def _books(self, tenant: str) -> Iterator[Books]:
        with self.store.transaction() as connection:
            books = Books(self.store, connection, tenant, "control", self.store.now_ms())
            open_organisation(books)
            yield books


def _standing(books: Books, invoice_id: str) -> Invoice:
    invoice = load(books, invoice_id)
    assert invoice is not None, f"no document {invoice_id}"
    assert invoice.status in {"AUTHORISED", "PAID"}, f"{invoice.number} is {invoice.status}"
    return invoice


VERBS: Final = {
    "pay",
    "unpay",
    "lock",
    "add_account",
    "archive_account",
    "archive_tax_rate",
    "archive_contact",
    "unsubscribe",
    "set_organisation",
    "set_action",
    "add_tracking",
    "archive_tracking",
    "add_bank_transaction",
    "set_policy",
    "fault",
    "clear_faults",
    "requests",
}
"""What ``/__sim__/`` offers."""
