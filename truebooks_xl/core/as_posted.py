"""What was posted as the journal keeps it, and what a document itself tells where nothing was kept.

Protects: amounts are kept in the settlement's signs and read back to the penny, in the one form
that a proposal of today is held against.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from truebooks_xl.core.evidence import Evidence, EvidenceUnreadable, PostedLine
from truebooks_xl.core.ledger import Document, Organisation
from truebooks_xl.core.money import Money
from truebooks_xl.core.plain import plain, record
from truebooks_xl.core.posting.drafts import SIGN
from truebooks_xl.core.reference import Key

_APART: Final = ("lines", "number", "previous")


def snapshot(evidence: Evidence) -> dict[str, Any]:
    """Return what the journal keeps as posted: the form of ``canonical.as_json``, and the rest.

    ``lines`` are as a proposal's, with rate, count and part beside; money as text. Which numbers
    its documents bear is not said: that is told by the record it is kept in.
    """
    rest = {name: each for name, each in plain(evidence).items() if name not in _APART}
    return {
        "settlement_id": evidence.key.settlement_id,
        "marketplace": evidence.key.marketplace,
        "currency": evidence.currency,
        "part": evidence.key.suffix,
        "reference": evidence.reference,
        "document": evidence.document,
        "date": evidence.dated_on.isoformat(),
        "due_date": evidence.due_on.isoformat(),
        "total": str(evidence.total),
        "lines": [_line_json(each) for each in evidence.lines],
        "inputs": dict(evidence.inputs),
        "fingerprint": evidence.fingerprint,
        "evidence": rest,
    }


def from_snapshot(
    kept: Mapping[str, Any], *, number: str = "", previous: tuple[str, ...] = ()
) -> Evidence:
    """Read back what the journal keeps, with the numbers that its documents bear.

    Raises:
        EvidenceUnreadable: it was kept by a version that kept less, or is damaged.
    """
    name = str(kept.get("reference"))
    try:
        currency = kept["currency"]
        lines = tuple(_line(each, currency) for each in kept["lines"])
        held = record(Evidence, {**kept["evidence"], "number": number})
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as wrong:
        raise EvidenceUnreadable(name, str(wrong)) from None
    return replace(held, lines=lines, previous=previous)


def _line_json(line: PostedLine) -> dict[str, Any]:
    return {
        "description": line.description,
        "account": line.account,
        "tax_type": line.tax_type,
        "tracking": [f"{category}: {option}" for category, option in line.tracking],
        "gross": str(line.gross),
        "tax": str(line.tax),
        "net": str(line.net),
        "rate_percent": plain(line.rate_percent),
        "count": line.count,
        "part": line.part,
    }


def _line(kept: Mapping[str, Any], currency: str) -> PostedLine:
    rate = kept["rate_percent"]
    pairs = (each.partition(": ") for each in kept["tracking"])
    return PostedLine(
        kept["description"],
        kept["account"],
        kept["tax_type"],
        None if rate is None else Decimal(rate),
        tuple((category, option) for category, _, option in pairs),
        Money.exact(Decimal(kept["gross"]), currency),
        Money.exact(Decimal(kept["tax"]), currency),
        kept["count"],
        kept["part"],
    )


def told_by(
    document: Document,
    key: Key,
    organisation: Organisation,
    rates_percent: Mapping[str, Decimal],
    fingerprint: str = "",
) -> Evidence:
    """Return what a document in Xero tells of its own posting: all but what it was decided from.

    Args:
        document: with its lines, as read by its id.
        rates_percent: TaxType to the organisation's rate; one it lacks is left open.
        fingerprint: of its history note; "" when there is none.
    """
    text = document.reference or document.number  # a bill's number is its reference
    reference = text[: text.index(key.token) + len(key.token)]
    lines = tuple(_told(document, reference, rates_percent))
    journal = document.kind == "MANUALJOURNAL"
    whole = Money.total((each.gross for each in lines), document.currency)
    return Evidence(
        version="",
        organisation_id=organisation.id,
        organisation=organisation.name,
        key=key,
        reference=reference,
        document=document.kind,
        currency=document.currency,
        dated_on=document.dated_on,
        due_on=document.due_on or document.dated_on,
        total=whole if journal else _turned(document.total, SIGN[document.kind]),
        number=document.number,
        fingerprint=fingerprint,
        at=document.updated_at,
        lines=lines,
    )


def _told(
    document: Document, reference: str, rates_percent: Mapping[str, Decimal]
) -> Iterator[PostedLine]:
    """Yield the lines with their signs turned back; the one that balances a journal is left out."""
    sign = SIGN[document.kind]
    for each in document.lines:
        if document.kind != "MANUALJOURNAL" or each.description != reference:
            yield PostedLine(
                each.description,
                each.account,
                each.tax_type,
                rates_percent.get(each.tax_type),
                each.tracking,
                _turned(each.gross, sign),
                _turned(each.tax, sign),
                count=0,
            )


def _turned(amount: Money, sign: int) -> Money:
    return Money(sign * amount.minor, amount.currency)
