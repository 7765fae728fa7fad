"""Drift: a document as it stands against what was posted, and against what would be posted today.

Protects: whatever somebody changed in Xero since is named with both figures, in the settlement's
signs; looking changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from truebooks_xl.core.ledger import Applied, Document, DocumentLine
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.drafts import SIGN, reference_of

Snapshot = Mapping[str, Any]
"""What was posted, as ``core/canonical.as_json`` writes a proposal; so is today's."""

Change = Literal["edited", "voided", "deleted", "paid"]

INPUT_WORDS: Final = {
    "file": "the settlement report",
    "mapping": "the mapping",
    "costs": "the costs",
    "tax_rates": "the tax rates",
    "settings": "the settings",
    "tax_groups": "the tax groups",
    "originals": "the original sales of refunds",
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that happened to a document by hand since it was posted; ``what`` is a phrase."""

    change: Change
    what: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line in the settlement's signs; tracking in the order of the alphabet."""

    description: str
    account: str
    tax_type: str
    gross: Money
    tax: Money
    tracking: tuple[str, ...]

    @property
    def words(self) -> str:
        """``“Sales” £120.00 on 200 OUTPUT2``."""
        return f"“{self.description}” {self.gross.words} on {self.account} {self.tax_type}"


@dataclass(frozen=True, slots=True)
class Content:
    """What a document says, whoever holds it: a snapshot, a proposal or Xero."""

    kind: str
    reference: str
    currency: str
    dated_on: date
    total: Money
    tax: Money
    lines: tuple[Line, ...]


def drift(as_posted: Snapshot, document: Document) -> tuple[Drift, ...]:
    """Say what happened to a document since it was posted; empty: nothing.

    Args:
        document: with its lines, read by its id or from a page of a list.
    """
    if document.status == "VOIDED":
        return (Drift("voided", f"{named(document)} was voided in Xero"),)
    if document.status == "DELETED":
        return (Drift("deleted", f"{named(document)} was deleted in Xero"),)
    edited = differences(content(as_posted), shown(document, str(as_posted["reference"])))
    return (
        *(Drift("edited", each) for each in edited),
        *(Drift("paid", applied_words(each)) for each in document.applied),
    )


def would_differ(
    as_posted: Snapshot, decided: Snapshot, corrections: Sequence[Snapshot] = ()
) -> tuple[str, ...]:
    """Say in what a settlement decided anew would be posted otherwise; empty: in nothing.

    Inputs that changed without changing a figure are no difference. A corrected settlement is
    held against today by account, tax type and tracking: its corrections have texts of their own.
    """
    sides = ("as posted", "today")
    if not corrections:
        return differences(content(as_posted), content(decided), sides)
    booked = [content(each) for each in (as_posted, *corrections)]
    return tuple(_lines(_summed(booked), _summed([content(decided)]), sides))


def _summed(contents: Iterable[Content]) -> tuple[Line, ...]:
    """Add up lines by account, tax type and tracking; what comes to nothing is left out."""
    sums: dict[tuple[str, str, tuple[str, ...]], Line] = {}
    for line in (line for each in contents for line in each.lines):
        place = (line.account, line.tax_type, line.tracking)
        before = sums.get(place)
        gross = line.gross + before.gross if before else line.gross
        tax = line.tax + before.tax if before else line.tax
        sums[place] = Line(f"all on {' '.join(place[:2])}", *place[:2], gross, tax, place[2])
    return tuple(each for each in sums.values() if each.gross or each.tax)


def changed_inputs(as_posted: Snapshot, decided: Snapshot) -> tuple[str, ...]:
    """Name the inputs that are not what they were when it was posted."""
    before, after = as_posted["inputs"], decided["inputs"]
    changed = (name for name in after if before.get(name, after[name]) != after[name])
    return tuple(INPUT_WORDS.get(name, name) for name in changed)


def content(snapshot: Snapshot) -> Content:
    """Read a snapshot, or a proposal of today."""
    currency = str(snapshot["currency"])
    lines = tuple(_line(each, currency) for each in snapshot["lines"])
    return Content(
        str(snapshot["document"]),
        str(snapshot["reference"]),
        currency,
        date.fromisoformat(snapshot["date"]),
        _money(snapshot["total"], currency),
        Money.total((each.tax for each in lines), currency),
        lines,
    )


def shown(document: Document, reference: str | None = None) -> Content:
    """Read a document of Xero's, its signs turned back to the settlement's.

    Args:
        reference: looked for; the line that balances a journal bears it and is left out. None
            leaves every line and the reference as they are.
    """
    sign, currency = SIGN[document.kind], document.currency
    journal = document.kind == "MANUALJOURNAL"
    held = [_turned(each, sign) for each in document.lines]
    balance = reference if journal else None
    lines = tuple(each for each in held if each.description != balance)
    # A journal has no total of its own: what it books besides its balance is the settlement's.
    whole = Money.total((each.gross for each in lines), currency)
    tax = Money.total((each.tax for each in lines), currency)
    return Content(
        document.kind,
        document.reference if reference is None else reference_of(document, reference),
        currency,
        document.dated_on,
        whole if journal else Money(sign * document.total.minor, currency),
        tax if journal else Money(sign * document.total_tax.minor, currency),
        lines,
    )


def differences(
    one: Content, other: Content, sides: tuple[str, str] = ("as posted", "in Xero")
) -> tuple[str, ...]:
    """Name each figure that differs, with both; the order of lines is no figure.

    Args:
        sides: what each of the two is called: ``total £96.00 as posted, £96.01 in Xero``.
    """
    if one.kind != other.kind:  # every figure then has another sign, which says nothing more
        return tuple(_unequal([("kind", one.kind, other.kind)], sides))
    pairs = (
        ("reference", one.reference, other.reference),
        ("currency", one.currency, other.currency),
        ("date", one.dated_on.isoformat(), other.dated_on.isoformat()),
        ("total", one.total.words, other.total.words),
        ("tax", one.tax.words, other.tax.words),
    )
    return (*_unequal(pairs, sides), *_lines(one.lines, other.lines, sides))


def _unequal(pairs: Iterable[tuple[str, str, str]], sides: tuple[str, str]) -> Iterator[str]:
    for name, ours, theirs in pairs:
        if ours != theirs:
            yield f"{name} {ours or 'none'} {sides[0]}, {theirs or 'none'} {sides[1]}"


def _lines(one: Sequence[Line], other: Sequence[Line], sides: tuple[str, str]) -> Iterator[str]:
    """Name each line that is not on both sides; lines of one text are held against each other."""
    gone = list((Counter(one) - Counter(other)).elements())
    new = list((Counter(other) - Counter(one)).elements())
    for line in gone:
        twin = next((each for each in new if each.description == line.description), None)
        if twin is None:
            yield f"line {line.words} only {sides[0]}"
        else:
            new.remove(twin)
            yield from _unequal(_fields(line, twin), sides)
    yield from (f"line {line.words} only {sides[1]}" for line in new)


def _fields(line: Line, twin: Line) -> Iterator[tuple[str, str, str]]:
    of = f"of line “{line.description}”"
    yield f"account {of}", line.account, twin.account
    yield f"tax type {of}", line.tax_type, twin.tax_type
    yield f"amount {of}", line.gross.words, twin.gross.words
    yield f"tax {of}", line.tax.words, twin.tax.words
    yield f"tracking {of}", "; ".join(line.tracking), "; ".join(twin.tracking)


def applied_words(applied: Applied) -> str:
    """Write ``payment of £10.00 on 2026-05-22``."""
    when = f" on {applied.on}" if applied.on else ""
    return f"{applied.kind} of {applied.amount.words}{when}"


def named(document: Document) -> str:
    """Name a document as the accountant finds it: by number, a journal by its narration."""
    return document.number or document.reference


def _money(written: object, currency: str) -> Money:
    return Money.exact(Decimal(str(written)), currency)


def _line(kept: Mapping[str, Any], currency: str) -> Line:
    return Line(
        str(kept["description"]),
        str(kept["account"]),
        str(kept["tax_type"]),
        _money(kept["gross"], currency),
        _money(kept["tax"], currency),
        tuple(sorted(kept["tracking"])),
    )


def _turned(line: DocumentLine, sign: int) -> Line:
    return Line(
        line.description,
        line.account,
        line.tax_type,
        Money(sign * line.gross.minor, line.gross.currency),
        Money(sign * line.tax.minor, line.tax.currency),
        tuple(sorted(f"{category}: {option}" for category, option in line.tracking)),
    )
