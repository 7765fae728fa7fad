"""How Xero shows an invoice or a bill: after a write, by its id, and in lists.

Source: recordings of a demo company (September 2026); credit notes from the official examples.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from truebooks_xl.sandbox.xero.attachments import has_attachments
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Json
from truebooks_xl.sandbox.xero.envelope import day, instant
from truebooks_xl.sandbox.xero.invoice import Invoice, from_row

SELECT: Final = "invoice.*, contact.name AS contact_name"
FROM: Final = "invoice JOIN contact ON contact.id = invoice.contact"


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
        result |= {"Payments": _payments(invoice), "CreditNotes": _credit_notes(invoice)}
        result |= {"AmountCredited": invoice.credited}
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
    return [line.shown(books.account_id(line.account)) for line in invoice.lines]


def _payments(invoice: Invoice) -> list[Json]:
    return [
        {
            "PaymentID": each.id,
            "Date": day(each.on),
            "Amount": Decimal(each.amount),
            "CurrencyRate": invoice.rate,
            "HasAccount": False,
            "HasValidationErrors": False,
        }
        for each in invoice.payments
        if each.kind == "payment"
    ]


def _credit_notes(invoice: Invoice) -> list[Json]:
    return [
        {
            "CreditNoteID": each.id,
            "CreditNoteNumber": f"CN-{each.id[:8]}",
            "HasErrors": False,
            "AppliedAmount": Decimal(each.amount),
            "DateString": f"{each.on}T00:00:00",
            "Date": day(each.on),
            "LineItems": [],
            "Total": Decimal(each.amount),
        }
        for each in invoice.payments
        if each.kind == "credit note"
    ]
