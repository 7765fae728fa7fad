"""How documents travel: our drafts as Xero's JSON, Xero's JSON as our documents.

Protects: an amount arrives as it was sent, to the penny, in both directions; a day is a calendar
day and never moves with a time zone; what a reply adds or leaves empty does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from truebooks_xl.core.ledger import Applied, Document, DocumentLine, Draft
from truebooks_xl.core.money import Money, exponent

Json = dict[str, Any]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT: Final = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
LONGEST_DESCRIPTION: Final = 4000
LONGEST_TEXT: Final = 255
RATE: Final = Decimal("0.000001")
"""Six decimals: what Xero keeps of an exchange rate."""

APPLIED: Final = {
    "Payments": ("payment", "PaymentID"),
    "CreditNotes": ("credit note", "CreditNoteID"),
    "Prepayments": ("prepayment", "PrepaymentID"),
    "Overpayments": ("overpayment", "OverpaymentID"),
}
SUMS: Final = {
    "AmountPaid": ("payment", {"Payments"}),
    "AmountCredited": ("credit note", {"CreditNotes", "Prepayments", "Overpayments"}),
}
"""What a document says was applied to it, and the lists that should tell it in detail."""


def exact(amount: Decimal) -> Decimal:
    """Return the number to send; what a float would change is never sent."""
    assert Decimal(repr(float(amount))) == amount, f"{amount} does not survive the journey"
    return amount


def money(amount: object, currency: str) -> Money:
    """Read an amount of a reply; one with more decimals than its currency has is unreadable.

    Raises:
        ValueError: it is no whole number of minor units.
    """
    value = number(amount)
    if value != round(value, exponent(currency)):
        raise ValueError(amount)
    return Money.rounded(value, currency)


def number(shown: object) -> Decimal:
    """Read a number of a reply.

    Raises:
        ValueError: it is none.
    """
    if isinstance(shown, bool) or not isinstance(shown, int | Decimal):
        raise ValueError(shown)  # noqa: TRY004 one kind of wrong for an unreadable reply
    return Decimal(shown)


def instant(text: str) -> datetime:
    """Read ``/Date(1789344000000+0000)/``: milliseconds since 1970, whatever the offset says."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return EPOCH + timedelta(milliseconds=int(found[1]))


def day(text: str | None) -> date | None:
    """Read a calendar day: the UTC day of the instant; None for none."""
    return instant(text).date() if text else None


def the_day(shown: Json) -> date:
    """Read the day every document has.

    Raises:
        KeyError, ValueError: this one has none.
    """
    dated_on = day(shown["Date"])
    if dated_on is None:
        raise ValueError(shown["Date"])
    return dated_on


def draft_json(draft: Draft) -> Json:
    """Write an invoice or a bill as Xero takes it: inclusive lines of quantity 1, and no totals.

    A bill has no reference of its own: its InvoiceNumber is what Xero shows as "Reference".
    """
    bill = draft.kind == "ACCPAY"
    assert max(len(draft.number), len(draft.reference)) <= LONGEST_TEXT, draft.reference
    sent: Json = {
        "Type": draft.kind,
        "InvoiceNumber": draft.reference if bill else draft.number,
        "Contact": {"ContactID": draft.contact_id},
        "Date": draft.dated_on.isoformat(),
        "DueDate": draft.due_on.isoformat(),
        "CurrencyCode": draft.currency,
        "LineAmountTypes": "Inclusive",
        "Status": "DRAFT",
        "LineItems": [_line_json(line) for line in draft.lines],
    }
    if draft.rate is not None:
        sent["CurrencyRate"] = exact(draft.rate.quantize(RATE))
    return sent if bill else sent | {"Reference": draft.reference}


def _line_json(line: DocumentLine) -> Json:
    assert 0 < len(line.description) <= LONGEST_DESCRIPTION, line.description
    if not line.account:  # the one line of a lock
        assert not line.gross, line
        return {"Description": line.description}
    sent: Json = {
        "Description": line.description,
        "Quantity": 1,
        "UnitAmount": exact(line.gross.amount),
        "AccountCode": line.account,
        "TaxType": line.tax_type,
    }
    return sent | tracking_json(line)


def tracking_json(line: DocumentLine) -> Json:
    """Write the tracking options of a line; nothing where it has none."""
    tracking = [{"Name": name, "Option": option} for name, option in line.tracking]
    return {"Tracking": tracking} if tracking else {}


def document(shown: Json) -> Document:
    """Read an invoice or a bill as Xero shows it.

    Raises:
        KeyError, ValueError: the reply lacks or garbles what every document has.
    """
    currency, rate = shown["CurrencyCode"], shown.get("CurrencyRate")
    return Document(
        id=shown["InvoiceID"],
        kind=shown["Type"],
        number=shown.get("InvoiceNumber") or "",
        reference=shown.get("Reference") or "",
        status=shown["Status"],
        dated_on=the_day(shown),
        due_on=day(shown.get("DueDate")),
        currency=currency,
        total=money(shown["Total"], currency),
        total_tax=money(shown["TotalTax"], currency),
        lines=read_lines(shown, "LineItems", currency),
        applied=tuple(_applied(shown, currency)),
        updated_at=instant(shown["UpdatedDateUTC"]),
        warnings=warnings(shown),
        contact_id=(shown.get("Contact") or {}).get("ContactID") or "",
        rate=None if rate is None else number(rate),
        has_attachments=bool(shown.get("HasAttachments")),
    )


def warnings(shown: Json) -> tuple[str, ...]:
    """Read what Xero found odd and did all the same."""
    return tuple(str(each["Message"]) for each in shown.get("Warnings") or ())


def read_lines(shown: Json, name: str, currency: str) -> tuple[DocumentLine, ...]:
    """Read the lines; amounts that exclude tax get it added, so that gross is always gross."""
    return tuple(_lines(shown, name, currency))


def _lines(shown: Json, name: str, currency: str) -> Iterator[DocumentLine]:
    exclusive = shown.get("LineAmountTypes") == "Exclusive"
    for line in shown.get(name) or ():
        tax = money(line.get("TaxAmount") or 0, currency)
        amount = money(line.get("LineAmount") or 0, currency)
        tracking = tuple((t["Name"], t["Option"]) for t in line.get("Tracking") or ())
        yield DocumentLine(
            line.get("Description") or "",
            line.get("AccountCode") or "",
            line.get("TaxType") or "",
            amount + tax if exclusive else amount,
            tax,
            tracking,
        )


def _applied(shown: Json, currency: str) -> Iterator[Applied]:
    """Read what is applied; a sum without its details, as in summaries, counts as well."""
    for name, (kind, id_name) in APPLIED.items():
        for each in shown.get(name) or ():
            # Of a credit note its Total may be more than the part that is applied here.
            amounts = (each.get(part) for part in ("AppliedAmount", "Amount", "Total"))
            amount = next((amount for amount in amounts if amount is not None), 0)
            yield Applied(kind, each[id_name], day(each.get("Date")), money(amount, currency))
    for name, (kind, lists) in SUMS.items():
        if shown.get(name) and not any(shown.get(each) for each in lists):
            yield Applied(kind, "", None, money(shown[name], currency))
