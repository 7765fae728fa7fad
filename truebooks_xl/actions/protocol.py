"""The protocol of one post: look, reserve, compare, look again, authorise, look.

Protects: the intent is in the journal before each call; Xero's figures are compared before a
draft is authorised and after; a repeat, a crash or a lost answer ends in the same one document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from truebooks_xl import environment
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.ledger import Document, Draft
from truebooks_xl.core.posting import (
    Authorise,
    Reserve,
    Standing,
    Step,
    TotalsDiffer,
    difference,
    draft,
    network_key,
    plan_post,
)
from truebooks_xl.core.reference import NUMBER_PREFIX, Key, next_number, number
from truebooks_xl.errors import Refused, Unavailable
from truebooks_xl.journal.store import Attempt, Journal
from truebooks_xl.xero.errors import NumberTaken
from truebooks_xl.xero.gateway import Organisation, Xero

MOST_STEPS: Final = 6
"""Reserve, authorise, look, and three to spare for numbers taken by others."""


class NeverSettles(Unavailable):
    """Xero does not list what it accepted."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what="Xero does not show the document it accepted.",
            remedy="Wait a minute and press Post again; it looks before it writes.",
        )


@dataclass(frozen=True, slots=True)
class Session:
    """What posting one settlement works with."""

    xero: Xero
    organisation: Organisation
    journal: Journal
    counter: int


def key_of(proposal: Proposal) -> Key:
    """Name the document of a proposal."""
    return Key(proposal.marketplace, proposal.settlement_id, proposal.part)


def settle(
    session: Session, proposal: Proposal, contact_name: str, before: Callable[[], None]
) -> tuple[Document, bool]:
    """Take step after step until the document stands; say whether it stood at the first look.

    Args:
        before: called once before anything is written, and before a refusal is believed; raises
            what must be put right first. A document that stands already needs none of it.

    A number that is taken is no end: whoever took it shows in the next look, which decides anew.
    """
    key = key_of(proposal)
    wanted = draft(proposal, "ACCREC", key.reservation, "")
    taken: set[str] = set()
    for n in range(MOST_STEPS):
        step = _step(session, wanted, key, before if n == 0 else _nothing)
        attempt = session.journal.attempt(session.organisation.id, key.token)
        final = ""
        try:
            match step:
                case Standing(document):
                    return document, n == 0
                case Reserve():
                    _reserve(session, wanted, contact_name, attempt)
                case Authorise(document_id, numbered):
                    final = numbered or _final_number(session, attempt, taken)
                    _authorise(session, attempt, document_id, final)
        except NumberTaken:
            if n == MOST_STEPS - 1:
                raise
            taken.add(final)
    raise NeverSettles(wanted.reference)


def _step(session: Session, wanted: Draft, key: Key, before: Callable[[], None]) -> Step:
    posting = session.journal.posting(session.organisation.id, key.token)
    known_id = str(posting["document_id"]) if posting else ""
    found = _look(session.xero, wanted, key)
    try:
        step = plan_post(wanted, found, known_id)
    except Refused:
        before()
        raise
    if not isinstance(step, Standing):
        before()
    return step


def _nothing() -> None:
    """Was asked before."""


def _look(xero: Xero, wanted: Draft, key: Key) -> list[Document]:
    """Look up all that may belong to the settlement, and read each by its id, which never lags."""
    found = xero.find(wanted.reference, key.token, (wanted.number,))
    return [xero.document(each.id) for each in found if each.status not in {"VOIDED", "DELETED"}]


def _reserve(session: Session, wanted: Draft, contact_name: str, attempt: Attempt) -> None:
    named = network_key(attempt.organisation, attempt.token, attempt.uuid, "Contact", contact_name)
    contact = session.xero.contact(contact_name, network_key=named)
    wanted = replace(wanted, contact_id=contact)
    key = network_key(attempt.organisation, attempt.token, attempt.uuid, "Reserve", repr(wanted))
    at = environment.now()
    with session.journal.writing(attempt, "Reserve", network_key=key, at=at, draft=wanted.number):
        made = session.xero.reserve(wanted, network_key=key)
    if differs := difference(wanted, made):
        raise TotalsDiffer(wanted.reference, made.number, differs)


def _final_number(session: Session, attempt: Attempt, taken: set[str]) -> str:
    """Return the number to spend: the one kept from a failed post, or the next free one."""
    if attempt.number and attempt.number not in taken:
        return attempt.number
    highest = max(
        session.xero.highest_number(NUMBER_PREFIX),
        session.journal.highest_number(attempt.organisation, NUMBER_PREFIX),
    )
    return number(next_number(session.counter, highest))


def _authorise(session: Session, attempt: Attempt, document_id: str, final: str) -> None:
    payload = f"{document_id} {final}"
    key = network_key(attempt.organisation, attempt.token, attempt.uuid, "Authorise", payload)
    with session.journal.writing(
        attempt,
        "Authorise",
        network_key=key,
        at=environment.now(),
        number=final,
        document_id=document_id,
    ):
        session.xero.authorise(document_id, final, network_key=key)
