"""What people do by hand to documents in Xero's own screens, while nobody of ours looks.

Protects: whoever can press a button in Xero can do it between two of our calls: payments, credits,
edits, approvals, copies. What the screens refuse too is an AssertionError with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from truebooks_xl.sandbox.xero import journal
from truebooks_xl.sandbox.xero.amounts import Line, cents, tax_of
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Json
from truebooks_xl.sandbox.xero.checks import check
from truebooks_xl.sandbox.xero.invoice import Invoice, Payment, load, save
from truebooks_xl.sandbox.xero.organisation import open_organisation
from truebooks_xl.sandbox.xero.showing import FROM, SELECT, shown
from truebooks_xl.sandbox.xero.store import Store

STANDING: Final = {"AUTHORISED", "PAID"}
WAITING: Final = {"DRAFT", "SUBMITTED"}
EDITABLE: Final = {"number", "reference", "date", "due_date", "contact"}
OF_A_LINE: Final = {"description", "account", "tax_type", "amount"}


@dataclass(frozen=True, slots=True)
class Hands:
    """Works on documents as Xero's own screens would; organisations are named by tenant id."""

    store: Store

    def pay(self, tenant: str, invoice_id: str, amount: str, on: str) -> str:
        """Record a payment; the document reads PAID once nothing is due. Returns its id."""
        return self._apply(tenant, invoice_id, amount, on, "payment")

    def credit(self, tenant: str, invoice_id: str, amount: str, on: str) -> str:
        """Set a credit note against a document. Returns the credit note's id."""
        return self._apply(tenant, invoice_id, amount, on, "credit note")

    def unpay(self, tenant: str, invoice_id: str) -> None:
        """Remove all payments and credits ("Remove & Redo"); it reads AUTHORISED again."""
        with self._books(tenant) as books:
            save(books, replace(_in(books, invoice_id, STANDING), payments=()))

    def void(self, tenant: str, invoice_id: str) -> None:
        """Void an invoice, a bill or a posted journal that nothing is applied to."""
        with self._books(tenant) as books:
            if _journal_moves(books, invoice_id, "POSTED", "VOIDED"):
                return
            invoice = _in(books, invoice_id, STANDING)
            assert not invoice.payments, f"{invoice.number} has payments or credits"
            save(books, replace(invoice, status="VOIDED"))

    def approve(self, tenant: str, invoice_id: str) -> None:
        """Approve a draft, if Xero would; a journal is posted."""
        with self._books(tenant) as books:
            if _journal_moves(books, invoice_id, "DRAFT", "POSTED"):
                return
            approved = replace(_in(books, invoice_id, WAITING), status="AUTHORISED")
            check(books, approved)
            save(books, approved)

    def delete(self, tenant: str, invoice_id: str) -> None:
        """Delete a draft."""
        with self._books(tenant) as books:
            if not _journal_moves(books, invoice_id, "DRAFT", "DELETED"):
                save(books, replace(_in(books, invoice_id, WAITING), status="DELETED"))

    def edit(self, tenant: str, invoice_id: str, *, line: int = 0, **fields: str) -> None:
        """Edit an invoice or a bill.

        Args:
            line: which line its words are for, the first is 0.
            fields: number, reference, date, due_date, contact (an id); of the line its
                description, account, tax_type, amount (of quantity 1).
        """
        unknown = set(fields) - EDITABLE - OF_A_LINE
        assert not unknown, f"{', '.join(sorted(unknown))} cannot be edited"
        of_line = {name: text for name, text in fields.items() if name in OF_A_LINE}
        with self._books(tenant) as books:
            invoice = _in(books, invoice_id, STANDING | WAITING)
            assert not (of_line and invoice.payments), f"{invoice.number} has payments or credits"
            whole: dict[str, Any] = {name: fields[name] for name in EDITABLE & set(fields)}
            if of_line:
                lines = [*invoice.lines]
                lines[line] = _edited(books, invoice, lines[line], of_line)
                whole["lines"] = tuple(lines)
            save(books, replace(invoice, **whole))

    def copy(
        self, tenant: str, invoice_id: str, number: str = "", status: str = "AUTHORISED"
    ) -> str:
        """Copy a document under its reference, in another number. Returns the copy's id."""
        copied = str(self.store.new_id())
        with self._books(tenant) as books:
            if original := journal.load(books, invoice_id):
                ended = {"AUTHORISED": "POSTED"}.get(status, status)
                journal.save(books, replace(original, id=copied, status=ended))
                return copied
            invoice = _in(books, invoice_id)
            lines = tuple(replace(each, id=str(self.store.new_id())) for each in invoice.lines)
            made = replace(invoice, id=copied, number=number, status=status, payments=())
            save(books, replace(made, lines=lines))
        return copied

    def documents(self, tenant: str) -> list[Json]:
        """Show everything there is, as it is now: invoices, bills, then journals."""
        with self._books(tenant) as books:
            sql = f"SELECT {SELECT} FROM {FROM} WHERE invoice.tenant = ? ORDER BY invoice.rowid"  # noqa: S608
            found = [shown(books, row) for row in books.rows(sql)]
            sql = "SELECT * FROM manual_journal WHERE tenant = ? ORDER BY rowid"
            return found + [journal.shown(books, row) for row in books.rows(sql)]

    def _apply(self, tenant: str, invoice_id: str, amount: str, on: str, kind: str) -> str:
        with self._books(tenant) as books:
            invoice = _in(books, invoice_id, STANDING)
            payment = Payment(str(self.store.new_id()), on, amount, kind)
            assert Decimal(amount) <= invoice.due, f"{amount} is more than {invoice.due}"
            save(books, replace(invoice, payments=(*invoice.payments, payment)))
            return payment.id

    @contextmanager
    def _books(self, tenant: str) -> Iterator[Books]:
        with self.store.transaction() as connection:
            books = Books(self.store, connection, tenant, "by hand", self.store.now_ms())
            open_organisation(books)
            yield books


def _in(books: Books, invoice_id: str, statuses: set[str] | None = None) -> Invoice:
    """Read a document that must be there, in one of these statuses."""
    invoice = load(books, invoice_id)
    assert invoice is not None, f"no document {invoice_id}"
    assert statuses is None or invoice.status in statuses, f"{invoice.number} is {invoice.status}"
    return invoice


def _journal_moves(books: Books, journal_id: str, before: str, after: str) -> bool:
    """Move a journal to another status; False where the id is none of a journal."""
    found = journal.load(books, journal_id)
    if found is None:
        return False
    assert found.status == before, f"the journal is {found.status}"
    journal.save(books, replace(found, status=after))
    return True


def _edited(books: Books, invoice: Invoice, line: Line, fields: dict[str, str]) -> Line:
    amount = cents(Decimal(fields.get("amount", str(line.amount))))
    tax_type = fields.get("tax_type", line.tax_type)
    edited = replace(
        line,
        description=fields.get("description", line.description),
        account=fields.get("account", line.account),
        tax_type=tax_type,
        tax=tax_of(books, amount, tax_type, invoice.amount_types),
    )
    if "amount" not in fields:
        return edited
    return replace(edited, quantity=Decimal(1), unit_amount=amount, amount=amount)
