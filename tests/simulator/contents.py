"""What the simulated operators post: a settlement in a few versions, alike in all but one thing.

Protects: two contents of one settlement have the same reference, date and total, and differ in an
account only, the hardest difference to see; a bill and a journal turn the signs.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

from truebooks_xl.core.ledger import Document, DocumentLine, Draft, Kind
from truebooks_xl.core.money import Money
from truebooks_xl.core.reference import Key, reference

SETTLEMENT: Final = "26881161592"
LONGER: Final = "268811615920"
"""Another settlement whose id begins with the first one's: every search finds both."""

DATED_ON: Final = date(2026, 5, 22)
CLEARING: Final = "821"


def key(suffix: str = "", settlement_id: str = SETTLEMENT) -> Key:
    return Key("UK", settlement_id, suffix)


def pounds(minor: int) -> Money:
    return Money(minor, "GBP")


@cache
def reference_of(of: Key) -> str:
    return reference(pounds(10000), of)


@cache
def wanted(of: Key, kind: Kind, content: int, *, zero: bool = False) -> Draft:
    """Return the document of a content: 0 and 1 differ in the account of the fees."""
    sign = 1 if kind == "ACCREC" else -1
    fees = -12000 if zero else -2000
    amounts = [("Sales", "200", 12000), ("Selling fees", f"31{content}", fees)]
    if kind == "MANUALJOURNAL":
        amounts.append(("Deposit", CLEARING, -sum(minor for *_, minor in amounts)))
    lines = tuple(
        DocumentLine(text, account, "OUTPUT2", pounds(sign * minor), _tax(sign * minor))
        for text, account, minor in amounts
    )
    return sent(of, kind, lines)


@cache
def correction(of: Key, lines: tuple[tuple[str, int], ...]) -> Draft:
    """Return a document that moves amounts between accounts and comes to 0.00."""
    every = (
        DocumentLine("Correction", account, "OUTPUT2", pounds(minor), _tax(minor))
        for account, minor in lines
    )
    return sent(of, "ACCREC", tuple(every))


def sent(of: Key, kind: Kind, lines: tuple[DocumentLine, ...]) -> Draft:
    own = {"ACCREC": of.reservation, "ACCPAY": reference_of(of), "MANUALJOURNAL": ""}
    contact = "" if kind == "MANUALJOURNAL" else "contact"
    return Draft(kind, own[kind], reference_of(of), contact, DATED_ON, DATED_ON, "GBP", lines)


def by_account(document: Document | Draft) -> dict[str, int]:
    """Add up the lines per account, in the settlement's signs."""
    sign = 1 if document.kind == "ACCREC" else -1
    sums: dict[str, int] = {}
    for line in document.lines:
        sums[line.account] = sums.get(line.account, 0) + sign * line.gross.minor
    return {account: minor for account, minor in sums.items() if minor}


def same(wanted: Draft, found: Document) -> bool:
    """Say whether a document is what was to be sent; written apart from the product's own rule."""
    own = found.number if found.kind == "ACCPAY" else found.reference
    return (
        found.kind == wanted.kind
        and found.lines == wanted.lines
        and own == wanted.reference
        and found.dated_on == wanted.dated_on
    )


def _tax(minor: int) -> Money:
    return pounds(round(minor / 6))
