"""The look for another tool's postings, before settlements are posted for the first time.

Protects: one scan of the widest window serves a whole batch; what cannot be read is said, never
taken for nothing. Nothing is written in Xero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from truebooks_xl import environment
from truebooks_xl.actions.answer import Progress
from truebooks_xl.actions.gather import open_book
from truebooks_xl.actions.integrity.sheet import decisions, suspects_edit
from truebooks_xl.actions.posting.recording import MOST_WRITES
from truebooks_xl.core.ledger import BankTransaction, Document
from truebooks_xl.core.other_postings import (
    NOT_IN_THE_API,
    Deposit,
    PostedElsewhere,
    Suspect,
    search_terms,
    suspects,
    widest,
)
from truebooks_xl.core.reference import Key
from truebooks_xl.errors import Refused
from truebooks_xl.journal.store import Journal
from truebooks_xl.workbook.book import Book
from truebooks_xl.workbook.closed.swap import BookChanged
from truebooks_xl.xero.gateway import Xero

BANK_LINK: Final = "https://go.xero.com/Bank/ViewTransaction.aspx?bankTransactionID="

BANK_NOT_READ: Final = (
    "Bank transactions were not looked through for another tool's postings: Xero did not show"
    " them ({reason}). Connect again to give that right, or look through them in Xero."
)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What another hand may have posted.

    Attributes:
        suspects: settlement id to what may be it; every settlement asked for is there.
        notices: what could not be looked through, as sentences.
    """

    suspects: Mapping[str, tuple[Suspect, ...]]
    notices: tuple[str, ...]

    def refusal(self, settlement_id: str) -> PostedElsewhere | None:
        """Return the error that stops a settlement's first post; None lets it go on."""
        found = self.suspects.get(settlement_id, ())
        return PostedElsewhere(settlement_id, [each.words for each in found]) if found else None


def posted_elsewhere(
    xero: Xero,
    deposits: Sequence[Deposit],
    *,
    ours: Collection[str] = (),
    ticks: Mapping[str, Collection[str]] | None = None,
    journals: Sequence[Document] = (),
    progress: Progress,
) -> Elsewhere:
    """Look for what may be these settlements already, posted by another tool or by hand.

    Args:
        ours: ids our journal knows, whatever number they bear.
        ticks: settlement id to the ids that were declared to be something else.
        journals: the manual journals about these days; no search finds them.
    """
    if not deposits:
        return Elsewhere({}, ())
    first, last = widest(deposits)
    progress("Looking for another tool's postings")
    listed = [*_listed(xero, deposits, first, last), *journals]
    transactions, notices = _transactions(xero, first, last)
    found = suspects(deposits, listed, transactions, ours=ours, ticks=ticks)
    documents = {each.id: each for each in listed}
    linked = {
        settlement_id: tuple(replace(each, link=_link(xero, each, documents)) for each in several)
        for settlement_id, several in found.items()
    }
    return Elsewhere(linked, notices)


def _listed(xero: Xero, deposits: Sequence[Deposit], first: date, last: date) -> Iterator[Document]:
    for term in search_terms(each.settlement_id for each in deposits):
        yield from xero.search(term)
    yield from xero.dated(first, last)


def _transactions(
    xero: Xero, first: date, last: date
) -> tuple[Sequence[BankTransaction], tuple[str, ...]]:
    """Read bank transactions; a missing right skips this half of the check, and is said."""
    try:
        return xero.bank_transactions(first, last), (NOT_IN_THE_API,)
    except Refused as refusal:
        return (), (BANK_NOT_READ.format(reason=refusal.what.rstrip(".")),)


def _link(xero: Xero, suspect: Suspect, documents: Mapping[str, Document]) -> str:
    document = documents.get(suspect.id)
    return xero.link(document) if document else f"{BANK_LINK}{suspect.id}"


def show(path: Path, found: Elsewhere) -> None:
    """Show the suspects in Integrity, where they can be ticked; where nothing is found, nothing.

    Raises:
        DataError: the workbook cannot be written.
    """
    if not any(found.suspects.values()):
        return
    for n in range(1, MOST_WRITES + 1):
        book = open_book(path)
        try:
            book.write([suspects_edit(book, found.suspects, environment.now())])
        except BookChanged:
            if n == MOST_WRITES:
                raise
        else:
            return


def ticked(
    book: Book,
    journal: Journal,
    organisation_id: str,
    keys: Sequence[Key],
    not_this: Collection[str] = (),
) -> dict[str, frozenset[str]]:
    """Return the documents declared to be something else, by settlement id.

    What was decided in Integrity or with the command is kept in the journal first, and holds from
    then on.

    Args:
        keys: of the settlements about to be posted.
        not_this: ids given with the command; they speak for each of these settlements.
    """
    decided = decisions(book).not_this
    found: dict[str, frozenset[str]] = {}
    for key in keys:
        known = journal.ticks(organisation_id, key.token)
        told = decided.get(key.settlement_id, frozenset()) | frozenset(not_this)
        for each in sorted(told - known):
            journal.tick(organisation_id, key.token, each, environment.user(), at=environment.now())
        found[key.settlement_id] = known | told
    return found
