"""Creating and changing invoices: which status may follow which, and what may still change.

Protects: VOIDED and DELETED are final; what has a payment cannot be voided; who changes a number
or a status sends no lines, and keeps them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from truebooks_xl.sandbox.xero.amounts import Line, read_line
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Json, Refusal, Unknown, only_known
from truebooks_xl.sandbox.xero.checks import check, locked
from truebooks_xl.sandbox.xero.invoice import Invoice, save
from truebooks_xl.sandbox.xero.rates import base_currency, rate_sent, xeros_rate

PROPERTIES: Final = {
    *("Type", "InvoiceID", "InvoiceNumber", "Reference", "Contact", "Date", "DueDate", "Status"),
    *("CurrencyCode", "CurrencyRate", "LineAmountTypes", "LineItems", "Url", "Total", "SubTotal"),
}
NEW: Final = {"DRAFT", "SUBMITTED", "AUTHORISED"}
ALLOWED: Final = {
    "DRAFT": {"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"},
    "SUBMITTED": {"SUBMITTED", "AUTHORISED", "DELETED"},
    "AUTHORISED": {"AUTHORISED", "VOIDED"},
    "PAID": {"PAID"},
    "VOIDED": set[str](),
    "DELETED": set[str](),
}
CONTENT: Final = {"Date", "CurrencyCode", "CurrencyRate", "LineAmountTypes", "LineItems", "Type"}
"""What cannot be changed once something is paid."""

NO_CHANGE: Final = "Invoice not of valid status for modification"
HAS_PAYMENT: Final = (
    "This document cannot be edited as it has a payment or credit note allocated to it."
)


def create(books: Books, element: Json) -> Invoice:
    """Make a new document; without a status it is a DRAFT."""
    if element.get("Status", "DRAFT") not in NEW:
        raise Refusal("Invoice not of valid status for creation")
    if element.get("Type") not in {"ACCREC", "ACCPAY"}:
        raise Refusal("Invoice type must be specified")
    blank = Invoice(
        id=str(books.store.new_id()),
        type=element["Type"],
        number="" if element["Type"] == "ACCPAY" else _next_number(books, element),
        reference="",
        contact="",
        status="DRAFT",
        date=books.store.clock().date().isoformat(),
        due_date=element.get("Date", books.store.clock().date().isoformat()),
        currency=base_currency(books),
        rate=Decimal(1),
        amount_types="Exclusive",
        url="",
        lines=(),
    )
    made = _changed(books, blank, element)
    check(books, made)
    return save(books, made)


def change(books: Books, invoice: Invoice, element: Json) -> Invoice:
    """Change a document as far as its status allows."""
    status = element.get("Status", invoice.status)
    renamed = element.get("InvoiceNumber", invoice.number) != invoice.number
    _may_move(books, invoice, status, element)
    _may_rename(books, invoice, status, renamed=renamed)
    if invoice.payments and CONTENT & set(element):
        raise Refusal(HAS_PAYMENT, NO_CHANGE)
    if invoice.status in {"AUTHORISED", "PAID"} and any(locked(books, invoice.date)):
        raise Refusal(
            "The document cannot be edited as it is currently dated before the period lock date"
        )
    changed = _changed(books, invoice, element)
    if CONTENT & set(element) or status not in {invoice.status, "VOIDED", "DELETED"}:
        check(books, changed)
    return save(books, changed)


def _may_move(books: Books, invoice: Invoice, status: str, element: Json) -> None:
    if status == "VOIDED" and invoice.payments:
        raise Refusal(
            f"The status {status} cannot be applied to the invoice because it has payments or "
            "credit notes allocated to it."
        )
    allowed = ALLOWED[invoice.status]
    if invoice.status == "PAID" and not invoice.payments:
        allowed = allowed | ({"VOIDED"} if books.policy("void_zero_paid") == "allowed" else set())
    if status not in allowed:
        raise Refusal(NO_CHANGE)
    short = not {"Contact", "Date"} <= set(element)
    if status == "VOIDED" and short and books.policy("short_void_body") == "refused":
        raise Refusal("A Contact must be specified for this type of transaction")


def _may_rename(books: Books, invoice: Invoice, status: str, *, renamed: bool) -> None:
    if not renamed:
        return
    policy = {"VOIDED": "rename_with_void", "AUTHORISED": "rename_with_authorise"}.get(status)
    if invoice.status in {"AUTHORISED", "PAID"} and status == invoice.status:
        policy = "rename_authorised"
    if policy and books.policy(policy) == "refused":
        raise Refusal(NO_CHANGE)


def _changed(books: Books, invoice: Invoice, element: Json) -> Invoice:
    """Put what was sent in the place of what was there."""
    if "xero" in element.get("Url", "").lower():
        raise Refusal("Url must not contain xero")
    types = element.get("LineAmountTypes", invoice.amount_types)
    if types not in {"Inclusive", "Exclusive", "NoTax"}:
        raise Unknown(f"LineAmountTypes {types}")
    bill = invoice.type == "ACCPAY"
    result = replace(
        invoice,
        number=element.get("InvoiceNumber", invoice.number),
        # A bill's reference is its number; what is sent as Reference is ignored.
        reference="" if bill else element.get("Reference", invoice.reference),
        contact=_contact(element, invoice.contact),
        status=element.get("Status", invoice.status),
        date=_day(element, "Date", invoice.date),
        due_date=_day(element, "DueDate", invoice.due_date),
        currency=element.get("CurrencyCode", invoice.currency),
        rate=_rate(books, invoice, element),
        amount_types=types,
        url=element.get("Url", invoice.url),
        lines=_lines(books, invoice, element, types),
    )
    for name, amount in (("Total", result.total), ("SubTotal", result.total - result.tax)):
        if element.get(name, amount) != amount and books.policy("wrong_total") == "refused":
            raise Refusal("The invoice total does not equal the sum of the lines.")
    return result


def _rate(books: Books, invoice: Invoice, element: Json) -> Decimal:
    currency = element.get("CurrencyCode", invoice.currency)
    if "CurrencyRate" in element:
        return rate_sent(books, currency, element["CurrencyRate"])
    return invoice.rate if currency == invoice.currency else xeros_rate(books, currency)


def _contact(element: Json, before: str) -> str:
    if "Contact" not in element:
        return before
    only_known(element["Contact"], {"ContactID"}, "of Contact")
    return str(element["Contact"].get("ContactID", "")).lower()


def _day(element: Json, name: str, before: str) -> str:
    text = element.get(name, before)
    try:
        return date.fromisoformat(text).isoformat()
    except (ValueError, TypeError):
        raise Unknown(f"{name} {text!r}; a day is written 2026-09-14") from None


def _lines(books: Books, invoice: Invoice, element: Json, types: str) -> tuple[Line, ...]:
    if "LineItems" not in element:
        return invoice.lines
    return tuple(read_line(books, each, types) for each in element["LineItems"])


def _next_number(books: Books, element: Json) -> str:
    """Number an invoice that was sent without one: INV-0001, then INV-0002."""
    if "InvoiceNumber" in element:
        return ""
    sql = "SELECT claim FROM invoice WHERE tenant = ? AND claim GLOB 'INV-[0-9]*'"
    used = [int(row["claim"][4:]) for row in books.rows(sql) if row["claim"][4:].isdigit()]
    return f"INV-{max(used, default=0) + 1:04}"
