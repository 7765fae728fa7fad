"""Another tool's postings: what may be this settlement already, booked by another hand.

Protects: the first use beside another tool books nothing twice. A document that names the
settlement, or is of its amount near its deposit, stops the first post until somebody looked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, Literal

from truebooks_xl.core.groups import of_our_making
from truebooks_xl.core.ledger import ENDED, BankTransaction, Document
from truebooks_xl.core.money import Money
from truebooks_xl.errors import Refused

BEFORE: Final = timedelta(days=3)
AFTER: Final = timedelta(days=14)
SHARED_DIGITS: Final = 5
"""How many first digits settlement ids share to be searched for in one call."""

SuspectKind = Literal["invoice", "bill", "manual journal", "bank transaction"]

KINDS: Final[Mapping[str, SuspectKind]] = {
    "ACCREC": "invoice",
    "ACCPAY": "bill",
    "MANUALJOURNAL": "manual journal",
}

NOT_IN_THE_API: Final = "Bank lines that are not reconciled yet cannot be seen from here."


@dataclass(frozen=True, slots=True)
class Deposit:
    """What to look for: one settlement about to be posted for the first time.

    Attributes:
        total: in the settlement's currency; its sign does not matter here.
        end_on: last day of the period.
        deposit_on: the day the money arrives; the last day of the period where nobody knows.
    """

    settlement_id: str
    total: Money
    end_on: date
    deposit_on: date

    @property
    def first(self) -> date:
        """The first day another tool may have dated it."""
        return min(self.end_on, self.deposit_on) - BEFORE

    @property
    def last(self) -> date:
        """The last day another tool may have dated it."""
        return max(self.end_on, self.deposit_on) + AFTER


@dataclass(frozen=True, slots=True)
class Suspect:
    """A document that may be the settlement's, posted by another hand.

    Attributes:
        number, reference: as Xero shows them; "" for none.
        total: as Xero shows it; of a journal the amount that matched.
        reason: a phrase: ``it names the settlement``.
        link: opens it in Xero; the shell's to fill.
    """

    kind: SuspectKind
    id: str
    number: str
    reference: str
    total: Money
    dated_on: date
    status: str
    reason: str
    link: str = ""

    @property
    def words(self) -> str:
        """Name it so that it can be found in Xero, by id too for ``--not-this``."""
        name = self.number or self.reference or "without number"
        shown = f"{self.kind} {name}, {self.total.words}, {self.dated_on}, {self.status}"
        return f"{shown}: {self.reason} ({self.link or self.id}; id {self.id})"


class PostedElsewhere(Refused):
    """Xero holds what may be this settlement, posted by another tool or by hand."""

    def __init__(self, settlement_id: str, suspects: Sequence[str]) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"Xero may hold it already: {'; '.join(suspects)}.",
            remedy="Void it there; or, if it is something else, decide “not this” beside it in "
            "Integrity, or repeat with --not-this and its id.",
        )


def widest(deposits: Iterable[Deposit]) -> tuple[date, date]:
    """Return the first and last day that cover the windows of all."""
    windows = [(each.first, each.last) for each in deposits]
    return min(first for first, _ in windows), max(last for _, last in windows)


def search_terms(settlement_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the fewest texts that find every settlement id: what neighbours begin with alike."""
    terms = []
    for _, each in groupby(sorted(set(settlement_ids)), lambda each: each[:SHARED_DIGITS]):
        alike = list(each)
        pairs = zip(alike[0], alike[-1], strict=False)
        shared = next((n for n, (a, b) in enumerate(pairs) if a != b), len(alike[0]))
        terms.append(alike[0][:shared])
    return tuple(terms)


def suspects(
    deposits: Iterable[Deposit],
    documents: Sequence[Document],
    transactions: Sequence[BankTransaction],
    *,
    ours: Collection[str] = (),
    ticks: Mapping[str, Collection[str]] | None = None,
) -> dict[str, tuple[Suspect, ...]]:
    """Say for each settlement what another hand may have posted for it; none is left out.

    Args:
        documents: invoices, bills and journals by search and by date, twice or not.
        ours: ids our journal knows, whatever number they bear.
        ticks: settlement id to the ids that were declared to be something else.
    """
    others = {
        each.id: each
        for each in documents
        if each.status not in ENDED and each.id not in ours and not of_our_making(each)
    }
    booked = {each.id: each for each in transactions if each.status not in ENDED}
    cleared = ticks or {}
    return {
        deposit.settlement_id: tuple(
            each
            for each in (*_documents(deposit, others.values()), *_bank(deposit, booked.values()))
            if each.id not in cleared.get(deposit.settlement_id, ())
        )
        for deposit in deposits
    }


def _documents(deposit: Deposit, others: Iterable[Document]) -> Iterator[Suspect]:
    for each in others:
        amounts = [each.total]
        if each.kind == "MANUALJOURNAL":
            amounts = [line.gross for line in each.lines]
        texts = (each.number, each.reference)
        if reason := _reason(deposit, texts, amounts, each.dated_on):
            amount = next((one for one in amounts if _same(one, deposit.total)), each.total)
            yield Suspect(
                KINDS[each.kind],
                each.id,
                each.number,
                each.reference,
                amount,
                each.dated_on,
                each.status,
                reason,
            )


def _bank(deposit: Deposit, booked: Iterable[BankTransaction]) -> Iterator[Suspect]:
    for each in booked:
        if reason := _reason(deposit, (each.reference,), (each.total,), each.dated_on):
            yield Suspect(
                "bank transaction",
                each.id,
                "",
                each.reference,
                each.total,
                each.dated_on,
                each.status,
                reason,
            )


def _reason(
    deposit: Deposit, texts: Iterable[str], amounts: Iterable[Money], dated_on: date
) -> str:
    """Say why it may be the settlement; "" when nothing speaks for it.

    A total of 0.00 is no sign: half a ledger comes to nothing.
    """
    whole = re.compile(rf"(?<!\d){re.escape(deposit.settlement_id)}(?!\d)")
    if any(whole.search(each) for each in texts):
        return "it names the settlement"
    near = deposit.first <= dated_on <= deposit.last
    if deposit.total and near and any(_same(each, deposit.total) for each in amounts):
        return "it has the same amount, near the deposit"
    return ""


def _same(one: Money, other: Money) -> bool:
    return one.currency == other.currency and abs(one.minor) == abs(other.minor)
