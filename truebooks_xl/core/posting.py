"""Posting decided: the next step towards exactly one document for a settlement.

Protects: never two documents, never a different one than previewed; Post never voids. Each step
is decided on a fresh look at Xero, so that a lost answer or a crash needs no code of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from truebooks_xl.core.document import Proposal
from truebooks_xl.core.ledger import ACTIVE, Document, DocumentLine, Draft, Kind
from truebooks_xl.core.money import Money
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
    """Give the checked draft its final number and its status."""

    document_id: str


Step = Standing | Reserve | Authorise


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


class ReservationHeld(Refused):
    """A draft under the reservation number has another content than the preview."""

    def __init__(self, reference: str, number: str, difference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"Draft {number} reserves this settlement with another content: {difference}.",
            remedy="Delete that draft in Xero if nobody is posting it, then press Post again.",
        )


class TotalsDiffer(Refused):
    """Xero computed other figures for the draft than the preview shows."""

    def __init__(self, reference: str, number: str, difference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"Draft {number} came back with other figures: {difference}.",
            remedy="Delete that draft in Xero, then Preview again; nothing was authorised.",
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


def plan_post(wanted: Draft, found: Sequence[Document]) -> Step:
    """Decide the next step on a fresh look.

    Args:
        wanted: what Preview showed, under the reservation number.
        found: all documents with the reference or the reservation number, in any status.

    Raises:
        PostedDifferently, SeveralStand, ReservationHeld: somebody must look first.
    """
    active = [each for each in found if each.status in ACTIVE]
    if len(active) > 1:
        raise SeveralStand(wanted.reference, ", ".join(sorted(each.number for each in active)))
    if active:
        if differs := difference(wanted, active[0]):
            raise PostedDifferently(wanted.reference, active[0].number, differs)
        return Standing(active[0])
    for each in found:
        if each.status == "DRAFT" and each.number == wanted.number:
            if differs := difference(wanted, each):
                raise ReservationHeld(wanted.reference, each.number, differs)
            return Authorise(each.id)
    return Reserve()


def network_key(organisation: str, token: str, attempt: str, step: str, payload: str) -> str:
    """Name one request of an attempt for network retries; at most 128 characters (xero.md 4.3)."""
    named = f"{organisation}|{token}|{attempt}|{step}|{payload}"
    return "tb1-" + hashlib.sha256(named.encode()).hexdigest()
