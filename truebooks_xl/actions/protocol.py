"""The protocol of one post: look, reserve, compare, look again, authorise, look.

Protects: the intent is in the journal before each call; Xero's figures are compared before a
draft is authorised and after; a repeat, a crash or a lost answer ends in the same one document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from truebooks_xl import environment
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.ledger import Document, Draft
from truebooks_xl.core.posting import (
    Authorise,
    Reserve,
    Standing,
    TotalsDiffer,
    difference,
    draft,
    network_key,
    plan_post,
)
from truebooks_xl.core.reference import NUMBER_PREFIX, Key, next_number, number
from truebooks_xl.errors import Unavailable
from truebooks_xl.journal.store import Attempt, Journal
from truebooks_xl.xero.gateway import Organisation, Xero

MOST_STEPS: Final = 4
"""Reserve, authorise, look, and one to spare."""


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
    session: Session, proposal: Proposal, contact_name: str, attempt: Attempt
) -> tuple[Document, bool]:
    """Take step after step until the document stands; say whether it stood at the first look."""
    key = key_of(proposal)
    contact = session.xero.contact(
        contact_name,
        network_key=network_key(session.organisation.id, key.token, attempt.uuid, "Contact", ""),
    )
    wanted = draft(proposal, "ACCREC", key.reservation, contact)
    for n in range(MOST_STEPS):
        step = plan_post(wanted, _look(session.xero, wanted, key))
        match step:
            case Standing(document):
                return document, n == 0
            case Reserve():
                _reserve(session, wanted, attempt)
            case Authorise(document_id):
                _authorise(session, attempt, document_id, proposal.fingerprint)
    raise NeverSettles(wanted.reference)


def _look(xero: Xero, wanted: Draft, key: Key) -> list[Document]:
    """Look up all that may belong to the settlement, and read each by its id, which never lags."""
    found = xero.find(wanted.reference, key.token, (wanted.number,))
    return [xero.document(each.id) for each in found if each.status not in {"VOIDED", "DELETED"}]


def _reserve(session: Session, wanted: Draft, attempt: Attempt) -> None:
    key = network_key(attempt.organisation, attempt.token, attempt.uuid, "Reserve", repr(wanted))
    at = environment.now()
    with session.journal.writing(attempt, "Reserve", network_key=key, at=at, draft=wanted.number):
        made = session.xero.reserve(wanted, network_key=key)
    if differs := difference(wanted, made):
        raise TotalsDiffer(wanted.reference, made.number, differs)


def _authorise(session: Session, attempt: Attempt, document_id: str, payload: str) -> None:
    known = attempt.number
    highest = session.xero.highest_number(NUMBER_PREFIX)
    final = known or number(next_number(session.counter, highest))
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
