"""The chain: each settlement follows the one before it, and what is missing between them is named.

Protects: no settlement is forgotten and no debt or reserve gets lost between two of them. A period
starts at the very second the one before it ended; a negative total opens the next settlement as
``Payable to Amazon``; a reserve that was kept back comes back.

Source: facts on Amazon, "Negative settlements, reserves, carried balances" and invariants I7 to I9,
true to the second and the cent in all real files seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, Literal

import polars as pl

from truebooks_xl.core.folding import fold
from truebooks_xl.core.money import Money
from truebooks_xl.core.settlement import Settlement

PAYABLE: Final = fold("Payable to Amazon")
CHARGED: Final = fold("Successful charge")
CURRENT_RESERVE: Final = fold("Current Reserve Amount")
PREVIOUS_RESERVE: Final = fold("Previous Reserve Amount Balance")


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """What a settlement says about its neighbours; all money in its currency.

    Attributes:
        marketplace: code of the marketplace it belongs to.
        start, end: of the period, UTC instants.
        total: of the settlement; negative is a debt to Amazon.
        payable: the debt of the settlement before, taken over (negative); 0 when there was none.
        charged: what the seller's card paid of a debt (positive).
        current_reserve: kept back for the next settlement (negative).
        previous_reserve: come back from the settlement before (positive).
    """

    settlement_id: str
    marketplace: str
    start: datetime
    end: datetime
    total: Money
    payable: Money
    charged: Money
    current_reserve: Money
    previous_reserve: Money


Name = Literal[
    "debt not taken over",
    "debt from nowhere",
    "reserve differs",
    "periods overlap",
    "debt charged",
    "debt carried",
    "charge without debt",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the chain says of a settlement.

    Attributes:
        name: what it is; a debt charged or carried is in order, all else is not.
        sentence: for the accountant.
    """

    name: Name
    sentence: str

    @property
    def in_order(self) -> bool:
        """Say whether this is how Amazon works, not a contradiction."""
        return self.name in {"debt charged", "debt carried"}

    @property
    def blocks(self) -> bool:
        """Say whether two settlements contradict each other about money owed (I8)."""
        return self.name in {"debt not taken over", "debt from nowhere"}


@dataclass(frozen=True, slots=True)
class Linked:
    """A settlement in its place.

    Attributes:
        previous_id: of the settlement whose end is its start; "" when none is loaded: it is the
            first, which is no fault, or follows a gap.
        findings: what the two say about each other.
    """

    entry: ChainEntry
    previous_id: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class MissingSettlement:
    """A hole between two settlements: one or more reports are not loaded.

    Attributes:
        start, end: of the hole, UTC instants: the end before it, the start after it.
        total: of the last settlement in it, known when it was negative: the next one took it over.
        reserve: its Current Reserve Amount (negative), known when the next one gives it back.
    """

    marketplace: str
    currency: str
    start: datetime
    end: datetime
    total: Money | None
    reserve: Money | None

    @property
    def sentence(self) -> str:
        """Say what is missing, what is known of it, and what to do."""
        total = self.total.words if self.total else "not known, but no debt"
        kept = f"; it kept back {(-self.reserve).words}" if self.reserve else ""
        return (
            f"No settlement from {_instant(self.start)} to {_instant(self.end)} is loaded. "
            f"The total of the last one in this hole is {total}{kept}. "
            "Download it from Seller Central and import it."
        )


ChainResult = Linked | MissingSettlement


def chain_entry(settlement: Settlement, marketplace_code: str) -> ChainEntry:
    """Take from a settlement what its neighbours must agree with, in one pass over its lines."""
    sums: Counter[str] = Counter()
    for block in settlement.blocks():
        for description, minor in (
            block.group_by("amount_description").agg(pl.col("minor").sum()).iter_rows()
        ):
            sums[fold(description)] += minor
    names = (PAYABLE, CHARGED, CURRENT_RESERVE, PREVIOUS_RESERVE)
    named = (Money(sums[name], settlement.total.currency) for name in names)
    period = (settlement.start, settlement.end)
    return ChainEntry(settlement.settlement_id, marketplace_code, *period, settlement.total, *named)


def link(settlements: Sequence[ChainEntry]) -> tuple[ChainResult, ...]:
    """Put settlements in their order and name what is missing between them.

    Args:
        settlements: in any order, of any marketplaces and currencies; each of these is a chain.

    Returns:
        Each settlement once, and a ``MissingSettlement`` in each hole; by marketplace, currency
        and start.
    """

    def chain(entry: ChainEntry) -> tuple[str, str]:
        return entry.marketplace, entry.total.currency

    ordered = sorted(settlements, key=lambda each: (*chain(each), each.start, each.settlement_id))
    return tuple(result for _, group in groupby(ordered, chain) for result in _linked(group))


def _linked(chain: Iterator[ChainEntry]) -> Iterator[ChainResult]:
    previous: ChainEntry | None = None
    for entry in chain:
        if previous is not None and previous.end < entry.start:
            yield _missing(previous, entry)
            previous = None
        if previous is None:
            yield Linked(entry, "", tuple(_alone(entry)))
        else:
            yield Linked(entry, previous.settlement_id, tuple(_between(previous, entry)))
        previous = entry


def _missing(before: ChainEntry, after: ChainEntry) -> MissingSettlement:
    return MissingSettlement(
        after.marketplace,
        after.total.currency,
        before.end,
        after.start,
        after.payable or None,
        -after.previous_reserve if after.previous_reserve else None,
    )


def _between(previous: ChainEntry, entry: ChainEntry) -> Iterator[Finding]:
    if previous.end > entry.start:
        yield Finding(
            "periods overlap",
            f"It starts {_instant(entry.start)}, before {previous.settlement_id} ends "
            f"({_instant(previous.end)}).",
        )
    debt = previous.total if previous.total.minor < 0 else Money(0, previous.total.currency)
    if debt and entry.payable != debt:
        yield Finding(
            "debt not taken over",
            f"{previous.settlement_id} ended at {debt.words}, but Payable to Amazon is "
            f"{entry.payable.words} here; the difference is {(debt - entry.payable).words}.",
        )
    elif entry.payable != debt:
        yield Finding(
            "debt from nowhere",
            f"Payable to Amazon is {entry.payable.words} here, but {previous.settlement_id} "
            f"ended at {previous.total.words}, which is no debt.",
        )
    if reserve := previous.current_reserve + entry.previous_reserve:
        yield Finding(
            "reserve differs",
            f"{previous.settlement_id} kept back {(-previous.current_reserve).words}, "
            f"{entry.previous_reserve.words} came back; the difference is {reserve.words}.",
        )
    yield from _alone(entry)


def _alone(entry: ChainEntry) -> Iterator[Finding]:
    """What a settlement says of a debt by itself."""
    rest = entry.payable + entry.charged
    if not entry.payable and entry.charged:
        yield Finding(
            "charge without debt",
            f"The card was charged {entry.charged.words} though nothing was payable: "
            "clear it against the account of carried balances.",
        )
    elif entry.payable and not rest:
        yield Finding("debt charged", f"The card paid the debt of {entry.payable.words}.")
    elif entry.payable:
        yield Finding(
            "debt carried",
            f"Of the debt of {entry.payable.words} the card paid {entry.charged.words}; "
            f"{rest.words} is taken from this settlement.",
        )


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
