"""Protocol P: one invoice stands, or none is written; Post, Repost and Correct are the same.

Protects: exactly one active document. Xero takes a reservation's number once, whoever asks: that
is the lock. A draft is harmless, an id can be authorised twice without harm, and everything else
is found out by looking again. Source: xero.md 4.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from truebooks_xl.core.ledger import ENDED, Document, Draft
from truebooks_xl.core.posting.asks import (
    Denied,
    Silent,
    Steps,
    Written,
    create,
    look,
    pause,
    read,
    read_id,
    ready,
)
from truebooks_xl.core.posting.committing import Numbers, commit
from truebooks_xl.core.posting.deciding import (
    Adopt,
    Awaiting,
    LetGo,
    Standing,
    Verdict,
    refuse_corrections,
    verdict,
)
from truebooks_xl.core.posting.drafts import difference
from truebooks_xl.core.posting.found import Found, found
from truebooks_xl.core.posting.rates import rate_problem
from truebooks_xl.core.posting.refusals import NeverSettles, TotalsDiffer
from truebooks_xl.core.posting.releasing import release
from truebooks_xl.core.posting.retiring import retire, voidable
from truebooks_xl.core.posting.task import Outcome, Task
from truebooks_xl.errors import Refused, Unavailable

MOST_ROUNDS: Final = 8
"""Looks at one settlement before it is given up; each round ends in a reason to look again."""


def reserve(task: Task) -> Steps[Outcome]:
    """Bring about that exactly the wanted invoice stands.

    Raises:
        Refused: it does not, and what was reserved is let go.
        Unavailable: nobody knows; the same task again finds out.
    """
    assert task.wanted is not None
    wanted, silence, wrote = task.wanted, None, False
    for n in range(MOST_ROUNDS):
        if n and task.guard == "wait":
            yield from pause()
        task = replace(task, thorough=task.thorough or n > 0)
        seen = yield from looked(task, thorough=True)
        step = verdict(seen, wanted)
        if isinstance(step, Standing | Awaiting):
            stands = yield from confirmed(step, wanted)
            if stands is None:
                continue
            yield from tidied(seen)
            return Outcome(stands, existed=not wrote, notices=by_hand(seen))
        wanted, wrote = replace(wanted, contact_id=(yield from ready())), True
        held = yield from _held(task, step, wanted)
        if isinstance(held, Silent):
            silence = held.error
        elif held is not None and held.status == "DRAFT":
            outcome = yield from _with_reservation(task, wanted, seen, held)
            if outcome is not None:
                return outcome
    raise silence or NeverSettles(task.reference)


def _held(task: Task, step: Verdict, wanted: Draft) -> Steps[Document | Silent | None]:
    """Adopt or create the reservation; None or Silent when another look has to decide."""
    match step:
        case LetGo(draft):
            yield from release(draft)
            return None
        case Adopt(draft):
            return (yield from read(draft))
    made = yield from created(wanted)
    if isinstance(made, Document) and task.thorough:
        return (yield from read(made))
    return made


def created(wanted: Draft) -> Steps[Document | Silent | None]:
    """Create a draft; None when its number is taken, so that another look has to decide.

    Raises:
        Refused: Xero says no for another reason; nothing was written.
    """
    match (yield from create(wanted)):
        case Written(document):
            return document
        case Denied(error, number_taken):
            if not number_taken:
                raise error
            return None
        case silent:
            return silent


def looked(task: Task, *, thorough: bool) -> Steps[Found]:
    """Look for all that belongs to the task's key."""
    listed = yield from look(task.key, task.reference, thorough=thorough)
    return found(task, (*listed, *(yield from _made(task, listed))))


def _made(task: Task, listed: Sequence[Document]) -> Steps[list[Document]]:
    """Read what a run that was cut off had made: no list need show it yet (xero.md 4.9)."""
    over = {each.id for each in listed if each.status in ENDED}
    now: list[Document] = []
    for each in task.made:
        if each not in over and task.wanted is not None:
            now += [(yield from read_id(each, task.wanted.kind))]
    return now


def confirmed(step: Standing | Awaiting, wanted: Draft) -> Steps[Document | None]:
    """Read by its id what a list showed to stand; None when it does no more: look again."""
    now = yield from read(step.document)
    gone = now.status in ENDED or now.status == "SUBMITTED"
    return None if gone or difference(wanted, now) else now


def tidied(seen: Found) -> Steps[None]:
    """Delete what was let go already and is still about; nobody can want it."""
    for each in seen.drafts("released"):
        yield from release(each)


def by_hand(seen: Found) -> tuple[str, ...]:
    """Tell of drafts somebody made by hand; they are never touched."""
    return tuple(
        f"Draft {each.number or each.id} carries the reference and was made by hand; it was left."
        for each in seen.drafts("other")
    )


def _with_reservation(
    task: Task, wanted: Draft, first: Found, held: Document
) -> Steps[Outcome | None]:
    """Go on under the reservation; None when a rival was there first and another look decides."""
    yield from checked(task, wanted, held)
    if task.guard == "wait" and (task.pauses or first.recent()):
        yield from pause()
    again = yield from looked(task, thorough=task.thorough)
    if _rivals(again, held):
        yield from release(held)
        return None
    try:
        refuse_corrections(again)
        old = yield from voidable(again)
    except Refused:
        yield from release(held)
        raise
    gone = yield from retire(task, old, again.numbers | first.numbers)
    numbers = Numbers(again, gone)
    return (yield from _committed(task, wanted, held, numbers))


def checked(task: Task, wanted: Draft, held: Document) -> Steps[None]:
    """Compare Xero's figures with the preview's to the penny; different ones are let go.

    Raises:
        TotalsDiffer, RateOff: the draft is gone.
    """
    problem: Refused | None = None
    if differs := difference(wanted, held):
        problem = TotalsDiffer(task.reference, held.number or held.kind, differs)
    problem = problem or rate_problem(task, held)
    if problem is not None:
        yield from release(held)
        raise problem


def _rivals(again: Found, held: Document) -> bool:
    """Say whether somebody else posts this settlement: stands already, or drafts it as well.

    A draft under a final number goes on beside another's reservation: that one stops by this rule.
    """
    if again.unplanned or again.foreign:
        return True
    roles = (
        ("final", "placed")
        if again.role(held) == "final"
        else (
            *("final", "placed"),
            "reservation",
        )
    )
    return any(each.id != held.id for each in again.drafts(*roles))


def _committed(
    task: Task, wanted: Draft, held: Document, numbers: Numbers
) -> Steps[Outcome | None]:
    status = "" if task.as_draft else "AUTHORISED"
    try:
        document = yield from commit(held, numbers, status=status)
    except Unavailable:
        raise
    except Refused:
        if (yield from read(held)).status == "DELETED":
            return None  # somebody let it go; the next look decides
        yield from release(held)
        raise
    notices = yield from proved(task, wanted, document)
    return Outcome(document, False, numbers.retired, (*by_hand(numbers.found), *notices))


def proved(task: Task, wanted: Draft, document: Document) -> Steps[tuple[str, ...]]:
    """Compare what stands with what was wanted, and look once more that it stands alone."""
    notices = []
    if differs := difference(wanted, document):
        notices.append(f"{document.number} stands and was changed meanwhile: {differs}.")
    after = yield from looked(task, thorough=task.thorough)
    if any(each.id == document.id and each.status in ENDED for each in after.documents):
        notices.append(f"{document.number or document.kind} was posted, and voided meanwhile.")
    others = [each.number for each in after.active if each.id != document.id]
    if others:
        notices.append(f"Also active: {', '.join(sorted(others))}. Run Integrity scan.")
    return tuple(notices)
