"""Protocol B: bills and journals have no unique number, so an invoice draft is their lock.

Protects: exactly one active document where Xero itself would take two. The lock bears this
attempt's mark, is looked at once more right before the commit (the fence), and is let go only when
a look-up shows what was committed, so that no reader can miss it. Source: xero.md 4.6, 4.9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from truebooks_xl.core.ledger import ACTIVE, ENDED, Document, DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.asks import (
    Denied,
    Silent,
    Steps,
    alter,
    pause,
    read,
    ready,
)
from truebooks_xl.core.posting.committing import MOST_TRIES, Numbers, commit
from truebooks_xl.core.posting.deciding import (
    Awaiting,
    LetGo,
    Standing,
    Unnumbered,
    let_go,
    refuse_corrections,
    verdict,
)
from truebooks_xl.core.posting.drafts import difference
from truebooks_xl.core.posting.found import LOCK, Found, bears_mark
from truebooks_xl.core.posting.looking import by_hand, confirmed, looked, proved, tidied
from truebooks_xl.core.posting.numbers import placed
from truebooks_xl.core.posting.refusals import LockLost, NeverSettles
from truebooks_xl.core.posting.releasing import release
from truebooks_xl.core.posting.reserving import MOST_ROUNDS, checked, created, numbered
from truebooks_xl.core.posting.retiring import retire, voidable
from truebooks_xl.core.posting.task import Outcome, Task
from truebooks_xl.errors import Refused, Unavailable

MOST_LOOKS: Final = 6
"""Looks for the committed document before its lock is left to the next run."""


def settle_locked(task: Task) -> Steps[Outcome]:
    """Bring about that exactly the wanted document stands, under a lock of its own.

    Raises:
        Refused: it does not, and drafts and lock are let go.
        Unavailable: nobody knows; the same task again finds out.
    """
    assert task.wanted is not None
    wanted, silence, wrote = task.wanted, None, False
    lock: Document | None = None
    if wanted.kind == "ACCREC":
        wanted = replace(wanted, number=placed(task.mark))
    for n in range(MOST_ROUNDS):
        if n and task.guard != "off":
            yield from pause()
        task = replace(task, thorough=task.thorough or n > 0)
        seen = yield from looked(task, thorough=True)
        lock = next(iter(seen.drafts("reservation")), lock)
        step = _step(seen, wanted, lock)
        if isinstance(step, Standing | Awaiting):
            stands = yield from confirmed(step, wanted)
            if stands is None:
                continue
            yield from tidied(seen)
            if task.made or (lock is not None and bears_mark(lock, task)):
                late = yield from _let_go_when_shown(task, stands)
            else:
                late = ()
            return Outcome(stands, existed=not wrote, notices=(*by_hand(seen), *late))
        wanted, wrote = replace(wanted, contact_id=(yield from ready())), True
        held = yield from _held(task, step, wanted, lock, seen)
        if isinstance(held, Silent):
            silence, held = held.error, None
        if held is not None:
            outcome = yield from _under(task, wanted, seen, held)
            if outcome is not None:
                return outcome
        lock = yield from _still_own(task, held)
    raise silence or NeverSettles(task.reference)


def _held(
    task: Task, step: object, wanted: Draft, lock: Document | None, seen: Found
) -> Steps[Document | Silent | None]:
    """Return our lock, made now where there is none; None or Silent: another look decides."""
    if isinstance(step, LetGo):
        yield from release(step.document)
        return None
    if isinstance(step, Unnumbered):
        yield from numbered(task, step.document, Numbers(seen, ()))
        return None
    return lock or (yield from created(_lock(task, wanted)))


def _still_own(task: Task, lock: Document | None) -> Steps[Document | None]:
    """Keep a lock of ours that no list shows yet; it was made a moment ago."""
    if lock is None:
        return None
    now = yield from read(lock)
    return now if now.status == "DRAFT" and bears_mark(now, task) else None


def _step(seen: Found, wanted: Draft, lock: Document | None) -> object:
    """Decide as for an invoice, but that a reservation here is a lock: ours, or another's."""
    if lock is None or bears_mark(lock, seen.task):
        others = tuple(each for each in seen.documents if lock is None or each.id != lock.id)
        return verdict(replace(seen, documents=others), wanted)
    others = tuple(each for each in seen.documents if each.id != lock.id)
    step = verdict(replace(seen, documents=others), wanted)
    if isinstance(step, Standing):
        return step
    return let_go(seen, lock, "it is the lock of a document in the making")


def _lock(task: Task, wanted: Draft) -> Draft:
    """Return the draft that locks: one line that says whose it is, and no amount."""
    nothing = Money(0, wanted.currency)
    words = f"{LOCK}{task.mark} {task.user} {task.at:%Y-%m-%dT%H:%MZ}"
    line = DocumentLine(words, "", "", nothing, nothing)
    return replace(
        wanted,
        kind="ACCREC",
        number=task.key.reservation,
        reference=task.reference,
        lines=(line,),
        rate=None,
    )


def _under(task: Task, wanted: Draft, first: Found, lock: Document) -> Steps[Outcome | None]:
    """Go on under the lock; None when another look has to decide."""
    if task.guard == "wait" and (task.pauses or first.recent()):
        yield from pause()
    again = yield from looked(task, thorough=task.thorough)
    if again.unplanned or again.foreign:
        yield from release(lock)
        return None
    try:
        refuse_corrections(again)
        held = yield from _draft(wanted, again)
        if held is None:
            return None
        yield from checked(task, wanted, held)
        old = yield from voidable(again)
        gone = yield from retire(task, old, again.numbers | first.numbers)
        document = yield from _committed(task, held, lock, Numbers(again, gone))
    except LockLost:
        raise
    except Refused:
        yield from release(lock)
        raise
    if document is None:
        return None
    notices = yield from proved(task, wanted, document)
    late = yield from _let_go_when_shown(task, document)
    return Outcome(document, False, gone, (*by_hand(again), *notices, *late))


def _draft(wanted: Draft, again: Found) -> Steps[Document | None]:
    """Keep one draft with equal content, delete the others, create one where there is none.

    Under the lock nobody else makes one; what is found was left by a run that was cut off.
    """
    kept: Document | None = None
    for each in _candidates(again):
        if kept is None and not difference(wanted, each):
            kept = each
        elif not (yield from release(each)):
            return None  # it is no draft any more: look again
    if kept is not None:
        return (yield from read(kept))
    made = yield from created(wanted)
    return None if isinstance(made, Silent) else made


def _candidates(again: Found) -> Sequence[Document]:
    return again.drafts("final", "placed")


def _committed(
    task: Task, held: Document, lock: Document, numbers: Numbers
) -> Steps[Document | None]:
    """Look at the lock once more, then commit the id.

    Raises:
        LockLost: somebody took it over; the draft is left, for he may have adopted it.
    """
    fence = yield from read(lock)
    standing = fence.status == "DRAFT" and fence.number == task.key.reservation
    if not (standing and bears_mark(fence, task)):
        raise LockLost(task.reference, lock.number)
    if held.kind == "ACCREC":
        status = "" if task.as_draft else "AUTHORISED"
        return (yield from commit(held, numbers, status=status))
    if task.as_draft:
        return held
    return (yield from _authorised(task, held))


def _authorised(task: Task, held: Document) -> Steps[Document | None]:
    status = "POSTED" if held.kind == "MANUALJOURNAL" else "AUTHORISED"
    silence: Unavailable | None = None
    for _ in range(MOST_TRIES):
        answer = yield from alter(held, "Authorise", status=status)
        now = yield from read(held)
        if now.status in ACTIVE:
            return now
        if now.status == "DELETED":
            return None
        if isinstance(answer, Denied):
            yield from release(held)
            raise answer.error
        silence = answer.error if isinstance(answer, Silent) else silence
    raise silence or NeverSettles(task.reference)


def _let_go_when_shown(task: Task, document: Document) -> Steps[tuple[str, ...]]:
    """Release our lock once a list shows the document: until then no list warns a rival.

    Raises:
        NeverSettles: none does yet; the document stands, and the next run releases the lock.
    """
    task = replace(task, made=())  # what is read by its id proves nothing of lists
    for n in range(MOST_LOOKS):
        if n:
            yield from pause()
        seen = yield from looked(task, thorough=task.thorough)
        shown = {each.id: each for each in seen.documents}.get(document.id)
        if shown is None or shown.status not in {document.status, *ENDED}:
            continue
        for lock in seen.drafts("reservation"):
            if bears_mark(lock, task):
                yield from release(lock)
        if shown.status in ENDED:
            return (f"{shown.number or shown.kind} was posted, and voided meanwhile.",)
        return ()
    raise NeverSettles(task.reference)
