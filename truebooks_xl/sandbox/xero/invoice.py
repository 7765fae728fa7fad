"""One invoice or bill: its value, its row in the database, and how Xero shows it.

Protects: totals are always the sum of the lines; PAID is nothing but AUTHORISED with 0.00 due.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from truebooks_xl.sandbox.xero.amounts import Line
from truebooks_xl.sandbox.xero.attachments import has_attachments
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Json, Refusal
from truebooks_xl.sandbox.xero.envelope import day, instant

SELECT: Final = "invoice.*, contact.name AS contact_name"
FROM: Final = "invoice JOIN contact ON contact.id = invoice.contact"
NOT_UNIQUE: Final = "Invoice # must be unique."


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received for an invoice or paid for a bill."""

    id: str
    on: str
    amount: str


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
        return sum((Decimal(each.amount) for each in self.payments), Decimal("0.00"))

    @property
    def due(self) -> Decimal:
        """What is left; a voided document still shows it (recorded)."""
        return self.total - self.paid


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
        "paid": int(kept.paid * 100),
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
    return {"id": payment.id, "on": payment.on, "amount": payment.amount}


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


def shown(books: Books, row: sqlite3.Row, *, lines: bool = True, written: bool = False) -> Json:
    """A document as Xero shows it.

    Args:
        row: with ``contact_name`` beside the columns of the table.
        lines: False in lists without a page.
        written: the reply to a write, which lacks payments and what belongs to them (recorded).
    """
    invoice = from_row(row)
    updated = datetime.fromtimestamp(row["updated_ms"] / 1000, UTC).isoformat()
    result: Json = {
        "Type": invoice.type,
        "InvoiceID": invoice.id,
        "InvoiceNumber": invoice.number,
        "Reference": invoice.reference,
        "Prepayments": [],
        "Overpayments": [],
        "AmountDue": invoice.due,
        "AmountPaid": invoice.paid,
        "CurrencyRate": invoice.rate,
        "SentToContact": False,
        "IsDiscounted": False,
        "HasErrors": False,
        "InvoicePaymentServices": [],
        "Contact": {
            "ContactID": invoice.contact,
            "Name": row["contact_name"],
            "Addresses": [],
            "Phones": [],
            "ContactGroups": [],
            "ContactPersons": [],
            "HasValidationErrors": False,
        },
        "DateString": f"{invoice.date}T00:00:00",
        "Date": day(invoice.date),
        "DueDateString": f"{invoice.due_date}T00:00:00",
        "DueDate": day(invoice.due_date),
        "Status": invoice.status,
        "LineAmountTypes": invoice.amount_types,
        "LineItems": _lines(books, invoice) if lines else [],
        "SubTotal": invoice.total - invoice.tax,
        "TotalTax": invoice.tax,
        "Total": invoice.total,
        "UpdatedDateUTC": instant(row["updated_ms"]),
        "UpdatedDateUTCString": updated.replace("+00:00", "Z"),
        "CurrencyCode": invoice.currency,
    }
    if invoice.url:
        result["Url"] = invoice.url
    if not written:
        result |= {"Payments": _payments(invoice), "CreditNotes": []}
        result |= {"AmountCredited": Decimal("0.00")}
        result |= {"HasAttachments": has_attachments(books, invoice.id)}
    if invoice.status == "PAID" and invoice.payments:
        result["FullyPaidOnDate"] = day(max(each.on for each in invoice.payments))
    return result


def shown_by_id(books: Books, invoice_id: str, *, written: bool) -> Json:
    """Show one that is known to be there."""
    sql = f"SELECT {SELECT} FROM {FROM} WHERE invoice.tenant = ? AND invoice.id = ?"  # noqa: S608
    row = books.row(sql, [invoice_id.lower()])
    assert row is not None
    return shown(books, row, written=written)


def _lines(books: Books, invoice: Invoice) -> list[Json]:
    rows = books.rows("SELECT code, id FROM account WHERE tenant = ?")
    ids = {row["code"]: row["id"] for row in rows}
    return [line.shown(ids.get(line.account, "")) for line in invoice.lines]


def _payments(invoice: Invoice) -> list[Json]:
    return [
        {
            "PaymentID": each.id,
            "Date": day(each.on),
            "Amount": Decimal(each.amount),
            "CurrencyRate": Decimal(1),
            "HasAccount": False,
            "HasValidationErrors": False,
        }
        for each in invoice.payments
    ]
