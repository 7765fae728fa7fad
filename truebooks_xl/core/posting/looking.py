"""Looking, and what is concluded from it: what is listed, what stands, what is left about.

Protects: what stands is believed by its id and not by a list, which may lag behind.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from truebooks_xl.core.ledger import ACTIVE, ENDED, Document, Draft, Kind
from truebooks_xl.core.posting.asks import Steps, look, read, read_id
from truebooks_xl.core.posting.deciding import Awaiting, Standing
from truebooks_xl.core.posting.drafts import difference
from truebooks_xl.core.posting.found import Found, found, of_key
from truebooks_xl.core.posting.numbers import placed
from truebooks_xl.core.posting.releasing import release
from truebooks_xl.core.posting.resting import changed_since
from truebooks_xl.core.posting.task import Task
from truebooks_xl.errors import NotThere

EITHER: Final[tuple[Kind, ...]] = ("ACCREC", "MANUALJOURNAL")
"""What an id may be of: bills are read as invoices are."""


def looked(task: Task, *, thorough: bool, first: bool = False) -> Steps[Found]:
    """Look for all that belongs to the task's key.

    Args:
        first: something is decided from this look alone, so what a list shows to stand is read.
    """
    listed = yield from look(task.key, task.reference, thorough=thorough)
    afresh = yield from _shown(task, listed)
    if first:
        afresh += yield from _beside(task, listed)
    return found(task, (*listed, *afresh, *(yield from _made(task, listed))))


def _shown(task: Task, listed: Sequence[Document]) -> Steps[list[Document]]:
    """Read what is known to stand and is not listed so: lists lag, and people edit references."""
    listed_so = {each.id for each in listed if each.status != "DRAFT"}
    now: list[Document] = []
    for each in dict.fromkeys((*task.plan, *task.shown)):
        if each not in listed_so:
            now += yield from _of_either_kind(each)
    return now


def _beside(task: Task, listed: Sequence[Document]) -> Steps[list[Document]]:
    """Read what is listed to stand and is not known to: it may have been voided a moment ago."""
    known = {*task.plan, *task.shown}
    now: list[Document] = []
    for each in listed:
        if each.status in ACTIVE and each.id not in known and of_key(each, task.key):
            now += [(yield from read(each))]
    return now


def _of_either_kind(document_id: str) -> Steps[list[Document]]:
    """Read an id of which nobody knows whether it is a journal's; Xero keeps those apart."""
    for kind in EITHER:
        try:
            return [(yield from read_id(document_id, kind))]
        except NotThere:  # not among those of this kind
            continue
    return []


def _made(task: Task, listed: Sequence[Document]) -> Steps[list[Document]]:
    """Read what a run that was cut off had made: no list need show it yet."""
    if not task.made or task.wanted is None:
        return []
    over = {each.id for each in listed if each.status in ENDED}
    now: list[Document] = []
    for each in task.made:
        if each not in over:
            now += [(yield from read_id(each, task.wanted.kind))]
    for old in listed:  # beside what is read, nothing may be seen as it was before
        if old.id in task.plan and old.id not in over:
            now += [(yield from read(old))]
    return now


def confirmed(step: Standing | Awaiting, wanted: Draft) -> Steps[Document | None]:
    """Read by its id what a list showed to stand; None when it does no more: look again."""
    now = yield from read(step.document)
    gone = now.status in ENDED or now.status == "SUBMITTED"
    return None if gone or difference(wanted, now) else now


def beside(seen: Found, stands: Document) -> Found:
    """Leave out the document that stands: the rest is what is about beside it."""
    return replace(seen, documents=tuple(each for each in seen.documents if each.id != stands.id))


def tidied(seen: Found, wanted: Draft) -> Steps[None]:
    """Delete what is left about beside a document that stands: it is nobody's to want."""
    for each in seen.drafts("released", "reservation", "placed", "final"):
        if _spare(seen, wanted, each):
            yield from release(each)


def _spare(seen: Found, wanted: Draft, draft: Document) -> bool:
    """Say whether a draft was let go, was made by this task, or reserves what stands already.

    A reservation with other content may be somebody's repost under way.
    """
    task, role = seen.task, seen.role(draft)
    if draft.id in task.made or draft.number == placed(task.mark):
        return True
    return role == "released" or (role == "reservation" and not difference(wanted, draft))


def by_hand(seen: Found) -> tuple[str, ...]:
    """Tell of drafts somebody made by hand; they are never touched."""
    return tuple(
        f"Draft {each.number or each.id} carries the reference and was made by hand; it was left."
        for each in seen.drafts("other")
    )


def proved(task: Task, wanted: Draft, document: Document) -> Steps[tuple[str, ...]]:
    """Compare what stands with what was wanted, and look once more that it stands alone.

    Returns:
        Alarms; none when all is as it must be.
    """
    alarms = []
    if differs := difference(wanted, document):
        alarms.append(f"{document.number} stands and was changed meanwhile: {differs}.")
    after = yield from looked(task, thorough=task.thorough)
    if any(each.id == document.id and each.status in ENDED for each in after.documents):
        alarms.append(f"{document.number or document.kind} was posted, and voided meanwhile.")
    others = yield from active_besides(after, {document.id})
    if others:
        numbers = ", ".join(sorted(each.number for each in others))
        alarms.append(f"Also active: {numbers}. Run Integrity scan.")
    return (*alarms, *corrected_meanwhile(after), *(yield from changed_since(task)))


def active_besides(after: Found, known: Collection[str]) -> Steps[list[Document]]:
    """Return what stands besides; a list may still show what was voided a moment ago."""
    others: list[Document] = []
    for each in after.active:
        if each.id not in known:
            others += [(yield from read(each))]
    return [each for each in others if each.status in ACTIVE]


def corrected_meanwhile(after: Found) -> tuple[str, ...]:
    """Tell of corrections that were posted while what they correct was replaced or corrected."""
    task = after.task
    if task.aim != "correct" and not task.plan:
        return ()
    return tuple(
        f"{each.number} was posted meanwhile and corrects what was there before: look at both in "
        "Xero and run Integrity scan."
        for each in after.standing_corrections
        if each.id not in task.family
    )
