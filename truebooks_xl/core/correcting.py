"""What a correction posts: only the difference, on a document of 0.00 in an open period.

Protects: the original, its number and its bank match stay as they are; as posted, that is original
and corrections together, becomes what the preview says, for each account and tax type to the penny.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from truebooks_xl.core.canonical import as_json, fingerprinted
from truebooks_xl.core.document import Proposal, ProposalLine
from truebooks_xl.core.drift import Content, Line, Snapshot, content
from truebooks_xl.core.grouping import TEXT_ROOM
from truebooks_xl.core.money import Money
from truebooks_xl.core.proof import equal
from truebooks_xl.core.reference import Key, reference
from truebooks_xl.core.tax import TaxRate, tax_within
from truebooks_xl.errors import DataError, Refused

PREFIX: Final = "Correction of "

MOST_NAMES: Final = 5
"""Texts of corrected lines that a correction's line names before it says how many more."""

Place = tuple[str, str, tuple[str, ...]]
"""Account, tax type, tracking: what a correction is computed for."""


class TotalChanged(Refused):
    """A correction would have to change the deposit."""

    def __init__(self, settlement_id: str, posted: str, wanted: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"It is posted with {posted} and would come to {wanted} now.",
            remedy="Compare the reports: a correction never changes the deposit.",
        )


class RateNotKnown(DataError):
    """A tax type that was posted is no longer in the lists."""

    def __init__(self, tax_type: str, number: str) -> None:
        super().__init__(
            where="Tax Rates",
            what=f"{tax_type} is not in it, and {number} was posted with it.",
            remedy="Refresh the lists from Xero; if it is gone there too, correct it in Xero.",
        )


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing can be corrected.

    Attributes:
        notices: tax that a line cannot put right, if any; empty where all is as it should be.
    """

    notices: tuple[str, ...] = ()


def correction(
    as_posted: Sequence[Snapshot],
    proposal: Proposal,
    rates: Mapping[str, TaxRate],
    *,
    number: str,
    dated_on: date,
) -> Proposal | Nothing:
    """Return the document that makes of what is posted what the proposal says.

    Args:
        as_posted: the original, then each correction that stands; what Xero holds equals them.
        proposal: of the whole settlement, as it would be posted today.
        rates: of the organisation, today's.
        number: of the original: ``AMZ-TB-10001``.
        dated_on: a day in an open period; see ``open_day``.

    Returns:
        An ACCREC of 0.00 with the suffix ``-C<n>``; or ``Nothing``. Gross is exact for each
        account, tax type and tracking; so is tax, unless the rate itself changed, and then a
        notice says how much stays open.

    Raises:
        TotalChanged: the deposit would not stay what it is.
        RateNotKnown: a tax type is no longer listed.
    """
    before, current = [content(each) for each in as_posted], content(as_json(proposal))
    old = [line for each in before for line in each.lines]
    _same_deposit(proposal.settlement_id, before, current)
    lines: list[Line] = []
    open_tax: list[str] = []
    for place, (was, will_be) in sorted(_places(old, current.lines).items()):
        rate = rates.get(place[1])
        if rate is None and Counter(was) != Counter(will_be):
            raise RateNotKnown(place[1], number)
        if rate is None:
            continue
        booked = _bookings(place, was, will_be, rate)
        lines += booked
        open_tax += _left_open(place, was, will_be, booked)
    if not lines:
        return Nothing(tuple(open_tax))
    suffix = _next_suffix(as_posted)
    nothing = Money(0, proposal.currency)
    total = Money.total((line.gross for line in lines), proposal.currency)
    return fingerprinted(
        replace(
            proposal,
            part=suffix,
            reference=reference(
                proposal.total, Key(proposal.marketplace, proposal.settlement_id, suffix)
            ),
            document="ACCREC",
            dated_on=dated_on,
            total=total,
            lines=_numbered(lines, rates, f"{PREFIX}{number}: "),
            checks=(*proposal.checks, equal("correction", "Correction = 0.00", nothing, total)),
            notices=tuple(open_tax),
            periods=(),
        )
    )


def open_day(original: date, closed: Iterable[date | None]) -> date:
    """Return the day a correction is dated on: the original's own while it is open.

    So it falls into the VAT period it corrects as long as that may change, and otherwise on the
    first day after everything that is closed, which is on the next return.

    Args:
        closed: the last days that are locked or filed: both lock dates, "VAT filed to"; None: none.
    """
    ends = [each for each in closed if each is not None]
    return max([original, *(each + timedelta(days=1) for each in ends)])


def _same_deposit(settlement_id: str, before: Iterable[Content], current: Content) -> None:
    posted = Money.total((line.gross for each in before for line in each.lines), current.currency)
    wanted = Money.total((line.gross for line in current.lines), current.currency)
    if posted != wanted:
        raise TotalChanged(settlement_id, posted.words, wanted.words)


def _places(old: Iterable[Line], new: Iterable[Line]) -> dict[Place, tuple[list[Line], list[Line]]]:
    """Sort the lines posted and the lines wanted by what a correction is computed for."""
    found: dict[Place, tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
    for at, lines in enumerate((old, new)):
        for line in lines:
            found[line.account, line.tax_type, line.tracking][at].append(line)
    return found


def _bookings(
    place: Place, was: Sequence[Line], will_be: Sequence[Line], rate: TaxRate
) -> list[Line]:
    """Return the lines that bring one place from what it was to what it will be.

    One line of the difference, where its tax comes out right: tax is rounded once per line, so
    that several lines may carry a penny more or less than their sum. Otherwise what differs is
    booked back line by line and anew, which is exact as long as the rate is what it was.
    """
    gone = [each for each in (Counter(was) - Counter(will_be)).elements() if each.gross]
    new = [each for each in (Counter(will_be) - Counter(was)).elements() if each.gross]
    back = [replace(line, gross=-line.gross, tax=-line.tax) for line in gone]
    if not back and not new:
        return []
    currency = (*back, *new)[0].gross.currency
    gross = Money.total((line.gross for line in (*back, *new)), currency)
    names = _named((*gone, *new))
    net = Line(names, *place[:2], gross, tax_within(gross, rate.rate_percent), place[2])
    one = [net] if gross else []
    rate_holds = all(line.tax == tax_within(line.gross, rate.rate_percent) for line in back)
    if _tax(one, currency) == _tax((*back, *new), currency) or not rate_holds:
        return one
    return [replace(line, description=_bare(line.description)) for line in (*back, *new)]


def _left_open(
    place: Place, was: Sequence[Line], will_be: Sequence[Line], booked: Sequence[Line]
) -> Iterator[str]:
    currency = (*was, *will_be)[0].gross.currency
    wanted = _tax(will_be, currency) - _tax(was, currency)
    got = _tax(booked, currency)
    if wanted != got:
        yield (
            f"Account {place[0]}, {place[1]}: tax should change by {wanted.words} and changes by"
            f" {got.words}; {(wanted - got).words} stays open, as no line carries tax alone."
        )


def _tax(lines: Iterable[Line], currency: str) -> Money:
    return Money.total((line.tax for line in lines), currency)


def _bare(description: str) -> str:
    """Return what a line is about; one of an earlier correction says it after its prefix."""
    return description.partition(": ")[2] if description.startswith(PREFIX) else description


def _named(lines: Iterable[Line]) -> str:
    """Name the lines that one line of a correction stands for."""
    names = list(dict.fromkeys(_bare(line.description) for line in lines))
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES])[:TEXT_ROOM] + more


def _numbered(
    lines: Iterable[Line], rates: Mapping[str, TaxRate], prefix: str
) -> tuple[ProposalLine, ...]:
    """Write the lines as a proposal's; they hold no settlement lines of their own."""
    ordered = sorted(
        lines, key=lambda each: (each.description, each.account, each.tax_type, each.tracking)
    )
    return tuple(
        ProposalLine(
            f"L{n:02}",
            f"{prefix}{line.description}"[:TEXT_ROOM],
            line.account,
            line.tax_type,
            tuple(_option(each) for each in line.tracking),
            rates[line.tax_type].rate_percent,
            line.gross,
            line.tax,
            0,
        )
        for n, line in enumerate(ordered, start=1)
    )


def _option(written: str) -> tuple[str, str]:
    category, _, option = written.partition(": ")
    return category, option


def _next_suffix(as_posted: Sequence[Snapshot]) -> str:
    """Return ``-C<n>``, n the lowest that no standing correction has."""
    taken = {str(each["part"]) for each in as_posted}
    return next(name for n in range(1, len(taken) + 2) if (name := f"-C{n}") not in taken)
