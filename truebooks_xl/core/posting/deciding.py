"""What is to be done next, on a fresh look, in one function.

Protects: an equal document is adopted, a different one refused; Post voids nothing; nothing made
by another hand is touched.
"""

from __future__ import annotations

from dataclasses import dataclass

from truebooks_xl.core.ledger import Document, Draft
from truebooks_xl.core.posting.drafts import difference
from truebooks_xl.core.posting.found import Found, is_lock
from truebooks_xl.core.posting.numbers import order
from truebooks_xl.core.posting.refusals import (
    ChangedMeanwhile,
    CorrectionUnderWay,
    DraftHeld,
    ForeignCopy,
    HasCorrections,
    InterruptedRepost,
    PostedDifferently,
    ReservedLong,
    ReservedNow,
    SeveralStand,
    SubmittedForApproval,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The document stands and equals what is wanted; nothing to do."""

    document: Document


@dataclass(frozen=True, slots=True)
class Awaiting:
    """It was left as a checked draft for approval in Xero, and is to stay so."""

    document: Document


@dataclass(frozen=True, slots=True)
class Adopt:
    """A draft with equal content is there: it is the document to be, whoever made it."""

    document: Document


@dataclass(frozen=True, slots=True)
class LetGo:
    """A draft is in the way and may go; then look again."""

    document: Document


@dataclass(frozen=True, slots=True)
class Reserve:
    """Nothing is in the way: create the draft."""


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """A draft was approved in Xero before it had its own number: give it one; then look again."""

    document: Document


Verdict = Standing | Awaiting | Adopt | LetGo | Reserve | Unnumbered


def verdict(found: Found, wanted: Draft) -> Verdict:
    """Decide on a fresh look.

    Raises:
        Refused: somebody must look first; nothing may be written.
    """
    refuse_foreign(found)
    refuse_corrections(found)
    for each in found.active:
        waits = each.status == "SUBMITTED" and each.id not in found.task.plan
        if found.role(each) in {"reservation", "placed", "released"} and not waits:
            return Unnumbered(each)
    stands = _standing(found, wanted)
    if stands is not None:
        return stands
    for left in found.drafts("released"):
        return LetGo(left)
    # One under a final number is an unfinished commit, or left for approval: it goes first.
    final = found.drafts("final")
    for draft in final:
        if differs := difference(wanted, draft):
            raise DraftHeld(found.task.reference, draft.number or draft.kind, differs)
    for draft in final:
        return Awaiting(draft) if found.task.as_draft else Adopt(draft)
    for draft in found.drafts("reservation"):
        return _reserved(found, wanted, draft)
    return Reserve()


def refuse_foreign(found: Found) -> None:
    """Refuse to go on beside a document of somebody else's."""
    for each in found.foreign:
        raise ForeignCopy(found.task.reference, each.number or each.id, each.status)


def refuse_corrections(found: Found) -> None:
    """Refuse to replace what standing corrections speak of, and a correction nobody had seen."""
    task = found.task
    unseen = [each for each in found.standing_corrections if each.id not in task.family]
    if task.aim == "correct":
        for each in unseen:
            raise ChangedMeanwhile(task.reference, each.number)
    elif task.plan and found.standing_corrections:
        numbers = ", ".join(sorted(each.number for each in found.standing_corrections))
        raise HasCorrections(task.reference, numbers)
    elif found.corrections_begun and any(each.id in task.plan for each in found.active):
        # Where nothing of the plan stands any more, it is the correction that stops.
        numbers = ", ".join(sorted(each.number for each in found.corrections_begun))
        raise CorrectionUnderWay(task.reference, numbers)


def refuse_posting(found: Found) -> None:
    """Refuse to correct what somebody posts anew at this moment."""
    for each in found.originals_begun:
        raise ChangedMeanwhile(found.task.reference, each.number or each.kind)


def _standing(found: Found, wanted: Draft) -> Standing | None:
    """Say whether what stands is what is wanted; a second or a different one is refused."""
    reference, active = found.task.reference, found.active
    unplanned = found.unplanned
    if len(unplanned) > 1 or (unplanned and len(active) > 1):
        raise SeveralStand(reference, ", ".join(sorted(each.number for each in active)))
    if not unplanned:
        return _planned_equal(found, wanted)
    (each,) = unplanned
    if each.status == "SUBMITTED":
        raise SubmittedForApproval(reference, each.number)
    if found.role(each) == "retired":
        raise InterruptedRepost(reference, each.number)
    if differs := difference(wanted, each):
        if found.task.plan:
            raise ChangedMeanwhile(reference, each.number)
        raise PostedDifferently(reference, each.number or each.kind, differs)
    return Standing(each)


def _planned_equal(found: Found, wanted: Draft) -> Standing | None:
    """Leave alone what a repost would only make again, unless its void may be under way."""
    if len(found.active) == 1 and not found.task.retiring:
        (each,) = found.active
        usable = each.status != "SUBMITTED" and found.role(each) == "final"
        if usable and not difference(wanted, each):
            return Standing(each)
    return None


def _reserved(found: Found, wanted: Draft, draft: Document) -> Verdict:
    """Adopt a reservation with equal content; another content is its owner's, for a while."""
    differs = (
        "it is the lock of a document in the making"
        if is_lock(draft)
        else difference(wanted, draft)
    )
    if not differs:
        return Adopt(draft)
    return let_go(found, draft, differs)


def let_go(found: Found, draft: Document, differs: str) -> LetGo:
    """Let a reservation go that was left behind, if the accountant said so.

    Raises:
        ReservedNow, ReservedLong: it is somebody's; nothing was written.
    """
    since = f"{draft.updated_at:%Y-%m-%d %H:%M} UTC"
    if not found.held_long(draft):
        raise ReservedNow(found.task.reference, draft.number, since, differs)
    if not found.task.take_over:
        raise ReservedLong(found.task.reference, draft.number, since, differs)
    return LetGo(draft)


def by_number(found: Found, retired: tuple[Document, ...]) -> tuple[Document, ...]:
    """Return our documents of this key that bear or bore a number of ours, lowest first."""
    ours = {each.id: each for each in (*found.documents, *retired) if each.kind == "ACCREC"}
    return tuple(sorted(ours.values(), key=lambda each: order(each.number)))
