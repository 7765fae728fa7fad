"""How values travel: our drafts as Xero's JSON, Xero's JSON as our values.

Protects: an amount arrives as it was sent, to the penny, in both directions; a day is a calendar
day and never moves with a time zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from truebooks_xl.core.ledger import Document, DocumentLine, Draft, Organisation
from truebooks_xl.core.money import Money, exponent
from truebooks_xl.core.tax import Account, TaxRate

Json = dict[str, Any]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT: Final = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
LONGEST_DESCRIPTION: Final = 4000
LONGEST_TEXT: Final = 255

ACCOUNT_CLASS: Final = {
    "REVENUE": "REVENUE",
    "SALES": "REVENUE",
    "OTHERINCOME": "REVENUE",
    "EXPENSE": "EXPENSE",
    "OVERHEADS": "EXPENSE",
    "DIRECTCOSTS": "EXPENSE",
    "DEPRECIATN": "EXPENSE",
    "CURRLIAB": "LIABILITY",
    "LIABILITY": "LIABILITY",
    "TERMLIAB": "LIABILITY",
    "EQUITY": "EQUITY",
}
"""Class of an account type, for replies without one; all others are assets."""

TAX_CLASSES: Final = {
    "CanApplyToAssets": "ASSET",
    "CanApplyToEquity": "EQUITY",
    "CanApplyToExpenses": "EXPENSE",
    "CanApplyToLiabilities": "LIABILITY",
    "CanApplyToRevenue": "REVENUE",
}
APPLIED: Final = {
    "Payments": "PaymentID",
    "CreditNotes": "CreditNoteID",
    "Prepayments": "PrepaymentID",
    "Overpayments": "OverpaymentID",
}


def exact(money: Money) -> Decimal:
    """Return the amount to send; what a float would change is never sent."""
    amount = money.amount
    assert Decimal(repr(float(amount))) == amount, f"{amount} does not survive the journey"
    return amount


def money(amount: object, currency: str) -> Money:
    """Read an amount of a reply; one with more decimals than its currency has is unreadable.

    Raises:
        ValueError: it is no whole number of minor units.
    """
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise ValueError(amount)  # noqa: TRY004 one kind of wrong for an unreadable reply
    value = Decimal(amount)
    if value != round(value, exponent(currency)):
        raise ValueError(amount)
    return Money.rounded(value, currency)


def instant(text: str) -> datetime:
    """Read ``/Date(1789344000000+0000)/``: milliseconds since 1970, whatever the offset says."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return EPOCH + timedelta(milliseconds=int(found[1]))


def day(text: str | None) -> date | None:
    """Read a calendar day: the UTC day of the instant; None for none."""
    return instant(text).date() if text else None


def draft_json(draft: Draft) -> Json:
    """Write a draft as Xero takes it: inclusive lines of quantity 1, and no totals.

    A bill has no reference of its own: its InvoiceNumber is what Xero shows as "Reference".
    """
    bill = draft.kind == "ACCPAY"
    assert max(len(draft.number), len(draft.reference)) <= LONGEST_TEXT, draft.reference
    head: Json = {
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
    return head if bill else head | {"Reference": draft.reference}


def _line_json(line: DocumentLine) -> Json:
    assert 0 < len(line.description) <= LONGEST_DESCRIPTION, line.description
    sent: Json = {
        "Description": line.description,
        "Quantity": 1,
        "UnitAmount": exact(line.gross),
        "AccountCode": line.account,
        "TaxType": line.tax_type,
    }
    tracking = [{"Name": name, "Option": option} for name, option in line.tracking]
    return sent | ({"Tracking": tracking} if tracking else {})


def document(shown: Json) -> Document:
    """Read a document as Xero shows it.

    Raises:
        KeyError, ValueError: the reply lacks or garbles what every document has.
    """
    currency = shown["CurrencyCode"]
    dated_on = day(shown["Date"])
    if dated_on is None:
        raise ValueError(shown["Date"])
    return Document(
        id=shown["InvoiceID"],
        kind=shown["Type"],
        number=shown.get("InvoiceNumber") or "",
        reference=shown.get("Reference") or "",
        status=shown["Status"],
        dated_on=dated_on,
        due_on=day(shown.get("DueDate")),
        currency=currency,
        total=money(shown["Total"], currency),
        total_tax=money(shown["TotalTax"], currency),
        lines=tuple(_lines(shown, currency)),
        applied=tuple(_applied(shown)),
        updated_at=instant(shown["UpdatedDateUTC"]),
        warnings=tuple(each["Message"] for each in shown.get("Warnings") or ()),
    )


def _lines(shown: Json, currency: str) -> Iterator[DocumentLine]:
    """Read the lines; amounts that exclude tax get it added, so that gross is always gross."""
    exclusive = shown.get("LineAmountTypes") == "Exclusive"
    for line in shown.get("LineItems") or ():
        tax = money(line.get("TaxAmount", 0), currency)
        amount = money(line.get("LineAmount", 0), currency)
        tracking = tuple((t["Name"], t["Option"]) for t in line.get("Tracking") or ())
        yield DocumentLine(
            line.get("Description") or "",
            line.get("AccountCode") or "",
            line.get("TaxType") or "",
            amount + tax if exclusive else amount,
            tax,
            tracking,
        )


def _applied(shown: Json) -> Iterator[str]:
    for name, id_name in APPLIED.items():
        yield from (each[id_name] for each in shown.get(name) or ())


def organisation(shown: Json) -> Organisation:
    """Read the organisation."""
    return Organisation(
        id=shown["OrganisationID"],
        name=shown["Name"],
        country=shown["CountryCode"],
        base_currency=shown["BaseCurrency"],
        period_lock=day(shown.get("PeriodLockDate")),
        year_end_lock=day(shown.get("EndOfYearLockDate")),
        pays_tax=shown.get("PaysTax", True),
        tax_basis=shown.get("SalesTaxBasis") or "",
        tax_period=shown.get("SalesTaxPeriod") or "",
        short_code=shown.get("ShortCode") or "",
        demo=shown.get("IsDemoCompany", False),
    )


def account(shown: Json) -> Account:
    """Read an account; its class is the reply's, or follows from its type."""
    kind = shown["Type"]
    return Account(
        code=shown.get("Code") or "",
        name=shown["Name"],
        type=kind,
        account_class=shown.get("Class") or ACCOUNT_CLASS.get(kind, "ASSET"),
        system=shown.get("SystemAccount") or "",
        tax_type=shown.get("TaxType") or "",
        active=shown.get("Status", "ACTIVE") == "ACTIVE",
    )


def tax_rate(shown: Json) -> TaxRate:
    """Read a tax rate."""
    return TaxRate(
        tax_type=shown["TaxType"],
        name=shown["Name"],
        rate_percent=Decimal(shown["EffectiveRate"]),
        classes=frozenset(each for name, each in TAX_CLASSES.items() if shown.get(name)),
        active=shown.get("Status", "ACTIVE") == "ACTIVE",
    )
