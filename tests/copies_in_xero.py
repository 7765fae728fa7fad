"""Documents in Xero as tests write them down: one settlement, its copies, and what was posted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from truebooks_xl.core.ledger import Applied, Document, DocumentLine, Kind
from truebooks_xl.core.money import Money

TOKEN = "TBUK-26881161592"
REFERENCE = f"(£96.00) {TOKEN}"
AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
DAY = date(2026, 5, 20)


def pounds(minor: int) -> Money:
    return Money(minor, "GBP")


def line(description: str, account: str, tax_type: str, gross: int, tax: int) -> DocumentLine:
    return DocumentLine(description, account, tax_type, pounds(gross), pounds(tax))


LINES = (line("Sales", "200", "OUTPUT2", 12000, 2000), line("Fees", "402", "INPUT2", -2400, -400))
PAYMENT = Applied("payment", "p-1", date(2026, 5, 22), pounds(1000))


def document(
    number: str,
    status: str = "AUTHORISED",
    *,
    reference: str = REFERENCE,
    lines: tuple[DocumentLine, ...] = LINES,
    applied: tuple[Applied, ...] = (),
    kind: Kind = "ACCREC",
    dated_on: date = DAY,
    minutes_ago: int = 60,
    has_attachments: bool = True,
    identity: str = "",
) -> Document:
    return Document(
        id=identity or f"id-{number}",
        kind=kind,
        number=number,
        reference=reference,
        status=status,
        dated_on=dated_on,
        due_on=dated_on,
        currency="GBP",
        total=Money.total((each.gross for each in lines), "GBP"),
        total_tax=Money.total((each.tax for each in lines), "GBP"),
        lines=lines,
        applied=applied,
        updated_at=AT - timedelta(minutes=minutes_ago),
        has_attachments=has_attachments,
    )


def bill(status: str = "AUTHORISED", identity: str = "bill", token: str = TOKEN) -> Document:
    """A settlement that owes £96.00, as Xero holds it: signs turned, the reference its number."""
    number = f"(-£96.00) {token}"
    return document(number, status, reference="", kind="ACCPAY", identity=identity)


def snapshot(lines: tuple[DocumentLine, ...] = LINES, **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    """What the journal keeps of the posted proposal, in the settlement's signs."""
    total = Money.total((each.gross for each in lines), "GBP")
    return {
        "document": "ACCREC",
        "reference": REFERENCE,
        "currency": "GBP",
        "date": DAY.isoformat(),
        "total": str(total),
        "lines": [
            {
                "description": each.description,
                "account": each.account,
                "tax_type": each.tax_type,
                "tracking": [f"{category}: {option}" for category, option in each.tracking],
                "gross": str(each.gross),
                "tax": str(each.tax),
            }
            for each in lines
        ],
        "inputs": {"file": "f", "mapping": "m", "costs": "c"},
    } | changed
