"""Proposals written as a table of their lines, for tests of what is sent, compared and corrected.

::

    Sales, export | 200 | ZERORATEDOUTPUT |  150.00
    Seller fees   | 402 | INPUT2          | -360.00 | Region: North

Tax follows from the tax type's rate; the last column, tracking, may be left out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from truebooks_xl.core.canonical import fingerprinted
from truebooks_xl.core.document import Inputs, Proposal, ProposalLine
from truebooks_xl.core.ledger import Document, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.core.reference import Key, reference
from truebooks_xl.core.tax import Account, TaxRate, tax_within

REVENUE, EXPENSE, ASSET, LIABILITY = (
    frozenset({name}) for name in ("REVENUE", "EXPENSE", "ASSET", "LIABILITY")
)
ANY = REVENUE | EXPENSE | ASSET | LIABILITY

RATES = {
    name: TaxRate(name, name, Decimal(percent), classes)
    for name, percent, classes in (
        ("OUTPUT2", "20", REVENUE),
        ("RROUTPUT", "5", REVENUE),
        ("ZERORATEDOUTPUT", "0", REVENUE),
        ("EXEMPTOUTPUT", "0", REVENUE),
        ("INPUT2", "20", EXPENSE),
        ("RRINPUT", "5", EXPENSE),
        ("ZERORATEDINPUT", "0", EXPENSE),
        ("REVERSECHARGES", "0", EXPENSE),
        ("NONE", "0", ANY),
    )
}

ACCOUNTS = {
    code: Account(code, name, kind, account_class)
    for code, name, kind, account_class in (
        ("200", "Sales", "REVENUE", "REVENUE"),
        ("201", "Sales abroad", "REVENUE", "REVENUE"),
        ("205", "Refunds", "REVENUE", "REVENUE"),
        ("261", "Reimbursements", "REVENUE", "REVENUE"),
        ("400", "Advertising", "OVERHEADS", "EXPENSE"),
        ("402", "Seller fees", "OVERHEADS", "EXPENSE"),
        ("403", "FBA fees", "DIRECTCOSTS", "EXPENSE"),
        ("405", "Storage", "OVERHEADS", "EXPENSE"),
        ("632", "Reserves", "CURRENT", "ASSET"),
        ("633", "Carried", "CURRENT", "ASSET"),
        ("821", "Facilitator tax", "CURRLIAB", "LIABILITY"),
        ("877", "Amazon clearing", "CURRENT", "ASSET"),
    )
}

G11 = """
    Advertising       | 400 | INPUT2          |  -300.00
    FBA fees          | 403 | INPUT2          |  -480.00
    FBA international | 403 | ZERORATEDINPUT  |   -24.00
    Refunds           | 205 | OUTPUT2         |  -120.00
    Reimbursements    | 261 | NONE            |    45.20
    Sales             | 200 | OUTPUT2         |  2400.00
    Sales, export     | 200 | ZERORATEDOUTPUT |   150.00
    Seller fees       | 402 | INPUT2          |  -360.00
    Storage           | 405 | INPUT2          |   -36.00
"""
"""The golden fortnight of £1,275.20 (G-11)."""


def booked(table: str, currency: str = "GBP", **changes: object) -> Proposal:
    """Read the lines; what is not a line can be given by name: ``document="ACCPAY"``."""
    rows = [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]
    lines = tuple(_line(n, row, currency) for n, row in enumerate(rows, start=1))
    total = Money.total((line.gross for line in lines), currency)
    proposal = Proposal(
        settlement_id="26881161592",
        marketplace="UK",
        currency=currency,
        part="",
        reference=reference(total, Key("UK", "26881161592")),
        document="ACCPAY" if total.minor < 0 else "ACCREC",
        dated_on=date(2026, 5, 20),
        total=total,
        lines=lines,
        unmapped=(),
        unknown=(),
        unknown_vat=(),
        missing_accounts=(),
        checks=(),
        notices=(),
        periods=(),
        inputs=Inputs("file", "mapping", "costs", "rates", "settings", "groups", "originals"),
    )
    return fingerprinted(replace(proposal, **changes))  # type: ignore[arg-type]


def _line(n: int, row: list[str], currency: str) -> ProposalLine:
    description, account, tax_type, amount, *tracking = row
    rate = RATES[tax_type].rate_percent
    gross = Money.exact(Decimal(amount.replace(",", "")), currency)
    pairs = [each.split(": ") for each in tracking]
    return ProposalLine(
        f"L{n:02}",
        description,
        account,
        tax_type,
        tuple((category, option) for category, option in pairs),
        rate,
        gross,
        tax_within(gross, rate),
        1,
    )


def in_xero(sent: Draft, number: str = "AMZ-TB-10001", status: str = "AUTHORISED") -> Document:
    """Show a draft as Xero would, once it is there."""
    journal = sent.kind == "MANUALJOURNAL"
    return Document(
        id="id",
        kind=sent.kind,
        number={"ACCREC": number, "ACCPAY": sent.reference, "MANUALJOURNAL": ""}[sent.kind],
        reference="" if sent.kind == "ACCPAY" else sent.reference,
        status=status,
        dated_on=sent.dated_on,
        due_on=None if journal else sent.due_on,
        currency=sent.currency,
        total=Money.total((line.gross for line in sent.lines), sent.currency),
        total_tax=Money.total((line.tax for line in sent.lines), sent.currency),
        lines=sent.lines,
        applied=(),
        updated_at=datetime(2026, 5, 20, tzinfo=UTC),
        rate=sent.rate,
    )
