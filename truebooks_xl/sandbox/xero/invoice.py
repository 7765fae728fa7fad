"""One invoice or bill: its value, and its row in the database.

Protects: totals are always the sum of the lines; PAID is nothing but AUTHORISED with 0.00 due.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from truebooks_xl.sandbox.xero.amounts import Line
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Json, Refusal

NOT_UNIQUE: Final = "Invoice # must be unique."


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received for an invoice or paid for a bill; or a credit note set against it."""

    id: str
    on: str
    amount: str
    kind: str = "payment"


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice (ACCREC) or a bill (ACCPAY); days are ISO text."""

    id: str
    type: str
    number: str
    reference: str
    contact: str
    status: str
    date: str
    due_date: str
    currency: str
    rate: Decimal
    amount_types: str
    url: str
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...] = ()

    @property
    def tax(self) -> Decimal:
        """Sum of the lines' tax."""
        return sum((line.tax for line in self.lines), Decimal("0.00"))

    @property
    def total(self) -> Decimal:
        """Sum of the lines, tax included."""
        lines = sum((line.amount for line in self.lines), Decimal("0.00"))
        return lines + self.tax if self.amount_types == "Exclusive" else lines

    @property
    def paid(self) -> Decimal:
        """Sum of the payments."""
        return self._applied("payment")

    @property
    def credited(self) -> Decimal:
        """Sum of what credit notes took off."""
        return self._applied("credit note")

    @property
    def due(self) -> Decimal:
        """What is left; a voided document still shows it (recorded)."""
        return self.total - self.paid - self.credited

    def _applied(self, kind: str) -> Decimal:
        amounts = (Decimal(each.amount) for each in self.payments if each.kind == kind)
        return sum(amounts, Decimal("0.00"))


def load(books: Books, invoice_id: str) -> Invoice | None:
    """Read one by its id, in any status."""
    row = books.row("SELECT * FROM invoice WHERE tenant = ? AND id = ?", [invoice_id.lower()])
    return from_row(row) if row else None


def from_row(row: sqlite3.Row) -> Invoice:
    """Read one from a row of the table."""
    texts = ("id", "type", "number", "reference", "contact", "status", "date", "due_date")
    return Invoice(
        **{name: row[name] for name in (*texts, "currency", "amount_types", "url")},
        rate=Decimal(row["rate"]),
        lines=tuple(Line.stored(each) for each in json.loads(row["lines"])),
        payments=tuple(Payment(**each) for each in json.loads(row["payments"])),
    )


def save(books: Books, invoice: Invoice) -> Invoice:
    """Keep one, new or changed, if nobody else has its number."""
    kept = replace(invoice, status=_settled(books, invoice))
    values = {
        "id": kept.id,
        "tenant": books.tenant,
        "type": kept.type,
        "number": kept.number,
        "claim": kept.number if _claims(books, kept) else None,
        "reference": kept.reference,
        "contact": kept.contact,
        "status": kept.status,
        "date": kept.date,
        "due_date": kept.due_date,
        "currency": kept.currency,
        "rate": str(kept.rate),
        "amount_types": kept.amount_types,
        "url": kept.url,
        "total": int(kept.total * 100),
        "paid": int((kept.total - kept.due) * 100),
        "lines": json.dumps([line.to_store() for line in kept.lines]),
        "payments": json.dumps([_payment(each) for each in kept.payments]),
        "app": books.app,
        "updated_ms": books.now_ms,
    }
    fields, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    changes = ", ".join(f"{name} = :{name}" for name in values if name not in {"id", "app"})
    sql = (
        f"INSERT INTO invoice ({fields}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {changes}"  # noqa: S608
    )
    try:
        books.connection.execute(sql, values)
    except sqlite3.IntegrityError:
        raise Refusal(_taken(books, kept.number)) from None
    return kept


def _payment(payment: Payment) -> Json:
    return {name: getattr(payment, name) for name in ("id", "on", "amount", "kind")}


def _claims(books: Books, invoice: Invoice) -> bool:
    """Whether nobody else may have this number: bills never claim one (no unique number)."""
    policies = {"VOIDED": "voided_number", "DELETED": "deleted_number"}
    freed = invoice.status in policies and books.policy(policies[invoice.status]) == "free"
    return invoice.type == "ACCREC" and not freed


def _taken(books: Books, number: str) -> str:
    sql = "SELECT status FROM invoice WHERE tenant = ? AND claim = ? COLLATE NOCASE"
    holder = books.row(sql, [number])
    voided = holder is not None and holder["status"] == "VOIDED"
    return books.policy("voided_number_message") if voided else NOT_UNIQUE


def _settled(books: Books, invoice: Invoice) -> str:
    """AUTHORISED with nothing due reads PAID, and back again when a payment is removed."""
    if invoice.status not in {"AUTHORISED", "PAID"}:
        return invoice.status
    if invoice.total == 0 and not invoice.payments:
        return books.policy("zero_total_status")
    return "PAID" if invoice.due == 0 else "AUTHORISED"
