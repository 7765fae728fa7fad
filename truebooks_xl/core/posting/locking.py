"""Protocol B: bills and journals have no unique number, so an invoice draft is their lock.

Protects: exactly one active document where Xero itself would take two. The lock bears this
attempt's mark, is looked at once more right before the commit (the fence), and is let go only when
a look-up shows what was committed, so that no reader can miss it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from truebooks_xl.core.ledger import ACTIVE, Document, Draft
from truebooks_xl.core.posting.asks import (
    Denied,
    Silent,
    Steps,
    alter,
    pause,
    read,
)
from truebooks_xl.core.posting.backing_out import SAYS_NO, begun_here, decided, letting_go
from truebooks_xl.core.posting.committing import MOST_TRIES, Numbers, commit
from truebooks_xl.core.posting.deciding import (
    Awaiting,
    LetGo,
    Standing,
    Unnumbered,
    Verdict,
    let_go,
    refuse_corrections,
    refuse_posting,
    verdict,
)
from truebooks_xl.core.posting.drafts import difference
from truebooks_xl.core.posting.found import Found, bears_mark
from truebooks_xl.core.posting.locks import holds, let_go_when_shown, lock_draft, still_own
from truebooks_xl.core.posting.looking import beside, by_hand, confirmed, looked, proved, tidied
from truebooks_xl.core.posting.numbers import placed
from truebooks_xl.core.posting.refusals import LockLost, NeverSettles
from truebooks_xl.core.posting.releasing import give_back, release, release_own
from truebooks_xl.core.posting.reserving import (
    MOST_ROUNDS,
    checked,
    created,
    numbered,
)
from truebooks_xl.core.posting.resting import changed_since, refuse_changed
from truebooks_xl.core.posting.retiring import retire, voidable
from truebooks_xl.core.posting.task import Outcome, Task
from truebooks_xl.errors import Unavailable


def settle_locked(task: Task) -> Steps[Outcome]:
    """Bring about that exactly the wanted document stands, under a lock of its own.

    Raises:
        Refused: it does not, and drafts and lock are let go.
        Unavailable: nobody knows; the same task again finds out.
    """
    assert task.wanted is not None
    wanted, silence, before = task.wanted, None, None
    lock: Document | None = None
    if wanted.kind == "ACCREC":
        wanted = replace(wanted, number=placed(task.mark))
    for n in range(MOST_ROUNDS):
        if n and task.guard != "off":
            yield from pause()
        task = replace(task, thorough=task.thorough or n > 0)
        seen = yield from looked(task, thorough=True, first=True)
        lock = next(iter(seen.drafts("reservation")), lock)
        own = lock is not None and bears_mark(lock, task)
        # Under another's lock our drafts may be his by now.
        drafts = begun_here(seen, before, wanted, "final", "placed")
        begun = (lock, *drafts) if lock is not None and own else ()
        step, contact = yield from decided(partial(_step, lock=lock), seen, wanted, begun)
        if isinstance(step, Standing | Awaiting):
            stands = yield from confirmed(step, wanted)
            if stands is None:
                continue
            alarms = yield from _over(seen, wanted, stands, own=own)
            return Outcome(stands, before is None, notices=by_hand(seen), alarms=alarms)
        wanted, before = replace(wanted, contact_id=contact), before or seen
        held = yield from letting_go(_held(task, step, wanted, lock, seen), begun)
        if isinstance(held, Silent):
            silence, held = held.error, None
        if held is not None:
            outcome = yield from _under(task, wanted, seen, held)
            if outcome is not None:
                return outcome
        lock = held
    raise silence or NeverSettles(task.reference)


def _over(seen: Found, wanted: Draft, stands: Document, *, own: bool) -> Steps[tuple[str, ...]]:
    """Clear up beside a document that stands, our own lock last; returns alarms."""
    yield from tidied(beside(seen, stands), wanted)
    changed = yield from changed_since(seen.task)
    if not seen.task.made and not own:
        return changed
    return (*changed, *(yield from let_go_when_shown(seen.task, stands)))


def _held(
    task: Task, step: Verdict, wanted: Draft, lock: Document | None, seen: Found
) -> Steps[Document | Silent | None]:
    """Return our lock, made now where there is none; None or Silent: another look decides."""
    if isinstance(step, LetGo):
        yield from release(step.document)
        return None
    if isinstance(step, Unnumbered):
        yield from numbered(task, step.document, Numbers(seen, ()))
        return None
    return (yield from still_own(task, lock)) or (yield from created(lock_draft(task, wanted)))


def _step(seen: Found, wanted: Draft, lock: Document | None) -> Verdict:
    """Decide as for an invoice, but that a reservation here is a lock: ours, or another's."""
    if lock is None or bears_mark(lock, seen.task):
        others = tuple(each for each in seen.documents if lock is None or each.id != lock.id)
        return verdict(replace(seen, documents=others), wanted)
    others = tuple(each for each in seen.documents if each.id != lock.id)
    step = verdict(replace(seen, documents=others), wanted)
    if isinstance(step, Standing):
        return step
    return let_go(seen, lock, "it is the lock of a document in the making")


def _under(task: Task, wanted: Draft, first: Found, lock: Document) -> Steps[Outcome | None]:
    """Go on under the lock; None when another look has to decide."""
    if task.guard == "wait" and (task.pauses or first.recent()):
        yield from pause()
    again = yield from looked(task, thorough=task.thorough)
    if again.unplanned or again.foreign:
        yield from release_own(lock)
        return None
    held: Document | None = None
    try:
        refuse_corrections(again)
        refuse_posting(again)
        held = yield from _draft(wanted, again)
        if held is None:
            return None
        yield from checked(task, wanted, held)
        old = yield from voidable(again)
        yield from refuse_changed(task)
        gone = yield from retire(task, old, again.numbers | first.numbers)
        document = yield from _committed(task, held, lock, Numbers(again, gone))
    except LockLost:
        raise
    except SAYS_NO:
        # What was there before may be left for approval; what this task made goes.
        mine = held is not None and (held.id in task.made or held.id not in _ids(again))
        if held is not None and mine and not (yield from give_back(held)):
            return None
        yield from release_own(lock)
        raise
    if document is None:
        return None
    alarms = yield from proved(task, wanted, document)
    late = yield from let_go_when_shown(task, document)
    return Outcome(document, False, gone, by_hand(again), (*alarms, *late))


def _draft(wanted: Draft, again: Found) -> Steps[Document | None]:
    """Keep one draft with equal content, delete the others, create one where there is none.

    Under the lock nobody else makes one; what is found was left by a run that was cut off. One
    with other content may have been left for approval since the first look: look again.
    """
    kept: Document | None = None
    for each in again.drafts("final", "placed"):
        differs = difference(wanted, each)
        if kept is None and not differs:
            kept = each
        elif differs and again.role(each) == "final":
            return None
        elif not (yield from release(each)):
            return None  # it is no draft any more: look again
    if kept is not None:
        return (yield from read(kept))
    made = yield from created(wanted)
    return None if isinstance(made, Silent) else made


def _ids(seen: Found) -> frozenset[str]:
    return frozenset(each.id for each in seen.documents)


def _committed(
    task: Task, held: Document, lock: Document, numbers: Numbers
) -> Steps[Document | None]:
    """Look at the lock once more, then commit the id.

    Raises:
        LockLost: the draft is left, for the other one may have adopted it.
    """
    yield from fence(task, lock)
    if held.kind == "ACCREC":
        status = "" if task.as_draft else "AUTHORISED"
        return (yield from commit(held, numbers, status=status))
    if task.as_draft:
        return held
    return (yield from _authorised(task, held))


def fence(task: Task, lock: Document) -> Steps[None]:
    """Look at the lock once more, by itself, right before what it is held for.

    Raises:
        LockLost: somebody took it over.
    """
    if not holds(task, (yield from read(lock, certain=True))):
        raise LockLost(task.reference, lock.number)


def _authorised(task: Task, held: Document) -> Steps[Document | None]:
    status = "POSTED" if held.kind == "MANUALJOURNAL" else "AUTHORISED"
    silence: Unavailable | None = None
    for _ in range(MOST_TRIES):
        answer = yield from alter(held, "Authorise", status=status)
        now = yield from read(held)
        if now.status in ACTIVE:
            return now
        if now.status == "DELETED" or now.lines != held.lines:
            return None  # somebody let it go or edited it: another look has to decide
        if isinstance(answer, Denied):
            raise silence or answer.error  # what was not heard of may still be done
        silence = answer.error if isinstance(answer, Silent) else silence
    raise silence or NeverSettles(task.reference)
