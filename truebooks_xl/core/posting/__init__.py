"""Posting decided: the next step towards exactly one document for a settlement.

Protects: never two documents, never a different one than previewed; Post never voids. Each step
is decided on a fresh look at Xero, so that a lost answer or a crash needs no code of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from truebooks_xl.core.document import Proposal
from truebooks_xl.core.ledger import ACTIVE, Document, DocumentLine, Draft, Kind
from truebooks_xl.core.money import Money
from truebooks_xl.core.reference import NUMBER_PREFIX
from truebooks_xl.errors import Refused


@dataclass(frozen=True, slots=True)
class Standing:
    """The settlement's document stands in Xero and equals the proposal; nothing to do."""

    document: Document


@dataclass(frozen=True, slots=True)
class Reserve:
    """Create the DRAFT under the reservation number."""


@dataclass(frozen=True, slots=True)
class Authorise:
    """Give the checked draft its final number and its status.

    Attributes:
        number: the final number it bears already; "" while it bears the reservation's.
    """

    document_id: str
    number: str = ""


Step = Standing | Reserve | Authorise

LET_GO: Final = (
    "Check that nobody is posting it, change its number in Xero to TBX-, delete it, then Post."
)
"""A draft is never deleted under its own number: Xero may keep the number taken (xero.md 4.4)."""

OURS: Final = re.compile(rf"{NUMBER_PREFIX}\d+(-[VR]\d+)?")
"""Numbers of documents posted from here (xero.md 4.1)."""


class PostedDifferently(Refused):
    """Xero holds another document for this settlement."""

    def __init__(self, reference: str, number: str, difference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"It is posted as {number}, and that differs from the preview: {difference}.",
            remedy="Compare both; Post never voids, so use Repost to replace it.",
        )


class SeveralStand(Refused):
    """Xero holds more than one active document for this settlement."""

    def __init__(self, reference: str, numbers: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"More than one active document carries the reference: {numbers}.",
            remedy="Void all but one in Xero, then press Post again.",
        )


class ForeignCopy(Refused):
    """Somebody else's document carries the settlement's reference."""

    def __init__(self, reference: str, number: str, status: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} ({status}) carries the reference and was not posted from here.",
            remedy="Void it in Xero, or take its reference away there, then Post again.",
        )


class SubmittedForApproval(Refused):
    """The settlement's document waits for approval in Xero."""

    def __init__(self, reference: str, number: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} is submitted for approval and not in the ledger yet.",
            remedy="Approve it in Xero, then press Post again; it will be taken over.",
        )


class ReservationHeld(Refused):
    """A draft of this settlement has another content than the preview."""

    def __init__(self, reference: str, number: str, difference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"Draft {number} holds this settlement with another content: {difference}.",
            remedy=LET_GO,
        )


class TotalsDiffer(Refused):
    """Xero computed other figures for the draft than the preview shows."""

    def __init__(self, reference: str, number: str, difference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"Draft {number} came back with other figures: {difference}.",
            remedy=LET_GO,
        )


def draft(proposal: Proposal, kind: Kind, number: str, contact_id: str) -> Draft:
    """Turn a proposal into what is sent; a bill's signs are flipped here and nowhere else."""
    sign = -1 if kind == "ACCPAY" else 1
    lines = tuple(
        DocumentLine(
            line.description,
            line.account,
            line.tax_type,
            _signed(line.gross, sign),
            _signed(line.tax, sign),
            line.tracking,
        )
        for line in proposal.lines
    )
    return Draft(
        kind,
        number,
        proposal.reference,
        contact_id,
        proposal.dated_on,
        proposal.due_on,
        proposal.currency,
        lines,
    )


def _signed(amount: Money, sign: int) -> Money:
    return Money(sign * amount.minor, amount.currency)


def difference(wanted: Draft, found: Document) -> str:
    """Say in what a document differs from what was to be sent; "" when it does not.

    Lines are compared as they were sent, in order: text, account, tax type, gross and tax, and the
    totals to the penny. The number is not compared: a reservation gets its own later.
    """
    total = Money.total((line.gross for line in wanted.lines), wanted.currency)
    tax = Money.total((line.tax for line in wanted.lines), wanted.currency)
    pairs = [
        ("kind", wanted.kind, found.kind),
        ("reference", wanted.reference, found.reference),
        ("currency", wanted.currency, found.currency),
        ("date", wanted.dated_on, found.dated_on),
        ("due date", wanted.due_on, found.due_on),
        ("total", total, found.total),
        ("tax", tax, found.total_tax),
        ("number of lines", len(wanted.lines), len(found.lines)),
    ]
    for n, (ours, theirs) in enumerate(zip(wanted.lines, found.lines, strict=False), start=1):
        names = ("description", "account", "tax_type", "gross", "tax", "tracking")
        pairs += [
            (f"line {n} {name}", getattr(ours, name), getattr(theirs, name)) for name in names
        ]
    return "; ".join(
        f"{name} {ours} in the preview, {theirs} in Xero"
        for name, ours, theirs in pairs
        if ours != theirs
    )


def plan_post(wanted: Draft, found: Sequence[Document], known_id: str = "") -> Step:
    """Decide the next step on a fresh look (the table of xero.md 4.5; Post never voids).

    Args:
        wanted: what Preview showed, under the reservation number.
        found: all documents with the reference or the reservation number, in any status.
        known_id: of the document our journal posted; "" when it knows none.

    Raises:
        Refused: somebody must look first; nothing may be written.
    """
    active = [each for each in found if each.status in ACTIVE]
    if len(active) > 1:
        raise SeveralStand(wanted.reference, ", ".join(sorted(each.number for each in active)))
    if active:
        return _standing(wanted, active[0], known_id)
    drafts = [each for each in found if each.status == "DRAFT"]
    # One under a final number is an unfinished commit and goes before any reservation.
    numbered = [each for each in drafts if OURS.fullmatch(each.number)]
    reserved = [each for each in drafts if each.number == wanted.number]
    for each in (*numbered, *reserved):
        if differs := difference(wanted, each):
            raise ReservationHeld(wanted.reference, each.number, differs)
        return Authorise(each.id, each.number if each in numbered else "")
    return Reserve()


def _standing(wanted: Draft, active: Document, known_id: str) -> Standing:
    if not OURS.fullmatch(active.number) and active.id != known_id:
        raise ForeignCopy(wanted.reference, active.number, active.status)
    if active.status == "SUBMITTED":
        raise SubmittedForApproval(wanted.reference, active.number)
    if differs := difference(wanted, active):
        raise PostedDifferently(wanted.reference, active.number, differs)
    return Standing(active)


def network_key(organisation: str, token: str, attempt: str, step: str, payload: str) -> str:
    """Name one request of an attempt for network retries; at most 128 characters (xero.md 4.3)."""
    named = f"{organisation}|{token}|{attempt}|{step}|{payload}"
    return "tb1-" + hashlib.sha256(named.encode()).hexdigest()
