"""Protocol P: one invoice stands, or none is written; Post, Repost and Correct are the same.

Protects: exactly one active document. Xero takes a reservation's number once, whoever asks: that
is the lock. A draft is harmless, an id can be authorised twice without harm, and everything else
is found out by looking again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from truebooks_xl.core.ledger import Document, Draft
from truebooks_xl.core.posting.asks import (
    Denied,
    Silent,
    Steps,
    Written,
    create,
    pause,
    read,
)
from truebooks_xl.core.posting.backing_out import SAYS_NO, begun_here, decided
from truebooks_xl.core.posting.committing import Numbers, commit
from truebooks_xl.core.posting.deciding import (
    Adopt,
    Awaiting,
    LetGo,
    Standing,
    Unnumbered,
    Verdict,
    refuse_corrections,
    refuse_posting,
    verdict,
)
from truebooks_xl.core.posting.drafts import difference
from truebooks_xl.core.posting.found import Found
from truebooks_xl.core.posting.looking import beside, by_hand, confirmed, looked, proved, tidied
from truebooks_xl.core.posting.rates import rate_problem
from truebooks_xl.core.posting.refusals import KeepsItsNumber, NeverSettles, TotalsDiffer
from truebooks_xl.core.posting.releasing import give_back, release
from truebooks_xl.core.posting.resting import changed_since, refuse_changed
from truebooks_xl.core.posting.retiring import retire, voidable
from truebooks_xl.core.posting.task import Outcome, Task
from truebooks_xl.errors import Refused

MOST_ROUNDS: Final = 8
"""Looks at one settlement before it is given up; each round ends in a reason to look again."""


def reserve(task: Task) -> Steps[Outcome]:
    """Bring about that exactly the wanted invoice stands.

    Raises:
        Refused: it does not, and what was reserved is let go.
        Unavailable: nobody knows; the same task again finds out.
    """
    assert task.wanted is not None
    wanted, silence, before = task.wanted, None, None
    for n in range(MOST_ROUNDS):
        if n and task.guard == "wait":
            yield from pause()
        task = replace(task, thorough=task.thorough or n > 0)
        seen = yield from looked(task, thorough=True, first=True)
        held_so_far = begun_here(seen, before, wanted, "reservation")
        step, contact = yield from decided(verdict, seen, wanted, held_so_far)
        if isinstance(step, Standing | Awaiting):
            stands = yield from confirmed(step, wanted)
            if stands is None:
                continue
            yield from tidied(beside(seen, stands), wanted)
            alarms = yield from changed_since(task)
            existed = before is None
            return Outcome(stands, existed, notices=by_hand(seen), alarms=alarms)
        wanted, before = replace(wanted, contact_id=contact), before or seen
        held = yield from _held(task, step, wanted, seen)
        if isinstance(held, Silent):
            silence = held.error
        elif held is not None and held.status == "DRAFT":
            outcome = yield from _with_reservation(task, wanted, seen, held)
            if outcome is not None:
                return outcome
    raise silence or NeverSettles(task.reference)


def _held(task: Task, step: Verdict, wanted: Draft, seen: Found) -> Steps[Document | Silent | None]:
    """Adopt or create the reservation; None or Silent when another look has to decide."""
    match step:
        case LetGo(draft):
            yield from release(draft)
            return None
        case Unnumbered(document):
            yield from numbered(task, document, Numbers(seen, ()))
            return None
        case Adopt(draft):
            now = yield from read(draft)
            return None if difference(wanted, now) else now
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


def _with_reservation(
    task: Task, wanted: Draft, first: Found, held: Document
) -> Steps[Outcome | None]:
    """Go on under the reservation; None when a rival was there first and another look decides."""
    yield from checked(task, wanted, held)
    if task.guard == "wait" and (task.pauses or first.recent()):
        yield from pause()
    again = yield from looked(task, thorough=task.thorough)
    if _edited(again, held, wanted):
        return None  # it is no more what was checked: another look decides
    if _rivals(again, held):
        yield from release(held)
        return None
    try:
        refuse_corrections(again)
        refuse_posting(again)
        old = yield from voidable(again)
        yield from refuse_changed(task)
    except SAYS_NO:
        if not for_approval(again, held):
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
    except SAYS_NO:
        if not for_approval(numbers.found, held) and not (yield from give_back(held)):
            return None
        raise
    if document is None:
        return None
    alarms = yield from proved(task, wanted, document)
    return Outcome(document, False, numbers.retired, by_hand(numbers.found), alarms)


def for_approval(found: Found, held: Document) -> bool:
    """Say whether a draft was left for approval, and not made by this task: it stays."""
    now = next((each for each in found.documents if each.id == held.id), held)
    return held.id not in found.task.made and "final" in {found.role(held), found.role(now)}


def _edited(again: Found, held: Document, wanted: Draft) -> bool:
    """Say whether somebody has changed the draft in Xero since: another look has to decide."""
    return any(each.id == held.id and difference(wanted, each) for each in again.documents)


def numbered(task: Task, document: Document, numbers: Numbers) -> Steps[None]:
    """Give a document that was approved by hand its own number.

    Raises:
        KeepsItsNumber: Xero does not let its number be changed.
    """
    try:
        yield from commit(document, numbers, status="")
    except Refused as no:
        raise KeepsItsNumber(task.reference, document.number, no.what) from None
