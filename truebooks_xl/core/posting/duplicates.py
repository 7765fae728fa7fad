"""Duplicates voided under the settlement's lock, while the one that is to stay stands.

Protects: two who keep different copies never void each other's; whoever posts the settlement at
that moment waits.
"""

from __future__ import annotations

from dataclasses import replace

from truebooks_xl.core.ledger import ACTIVE, Document, Draft
from truebooks_xl.core.posting.asks import Silent, Steps, pause, read, ready
from truebooks_xl.core.posting.backing_out import SAYS_NO, letting_go
from truebooks_xl.core.posting.deciding import let_go
from truebooks_xl.core.posting.found import Found, bears_mark
from truebooks_xl.core.posting.locking import fence
from truebooks_xl.core.posting.locks import lock_draft, still_own
from truebooks_xl.core.posting.looking import looked
from truebooks_xl.core.posting.numbers import order
from truebooks_xl.core.posting.refusals import LockLost, NeverSettles
from truebooks_xl.core.posting.releasing import release, release_own
from truebooks_xl.core.posting.reserving import MOST_ROUNDS, created
from truebooks_xl.core.posting.retiring import retire, voidable
from truebooks_xl.core.posting.task import Outcome, Task
from truebooks_xl.errors import Refused


class NoneWouldStand(Refused):
    """The copy that was to stay does not stand any more."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what="The copy that was to stay does not stand any more; nothing was voided.",
            remedy="Run Integrity scan again, and look at what stands.",
        )


def fix(task: Task) -> Steps[Outcome]:
    """Void the duplicates the plan names, whoever made them, while another one stands.

    Raises:
        NoneWouldStand: the one that was to stay is gone; nothing was voided.
        Refused: one of them cannot be voided; those before it are.
        Unavailable: nobody knows; the same task again finds out.
    """
    silence, lock = None, None
    for n in range(MOST_ROUNDS):
        if n and task.guard != "off":
            yield from pause()
        task = replace(task, thorough=task.thorough or n > 0)
        seen = yield from looked(task, thorough=True, first=True)
        lock = next(iter(seen.drafts("reservation")), lock)
        own = (lock,) if lock is not None and bears_mark(lock, task) else ()
        stays = yield from letting_go(_stays(seen), own)
        if not own and len(seen.unplanned) == len(seen.active):
            return Outcome(stays, existed=True)
        contact = yield from letting_go(ready(), own)
        stays = replace(stays, contact_id=stays.contact_id or contact)
        held = yield from letting_go(_held(seen, stays, lock), own)
        if isinstance(held, Document):
            return (yield from _under(task, seen, held))
        silence = held.error if isinstance(held, Silent) else silence
    raise silence or NeverSettles(task.reference)


def _stays(seen: Found) -> Steps[Document]:
    """Read the document that stays, by its id: a list may lag behind a void by hand."""
    ranked = sorted(seen.unplanned, key=lambda each: (not seen.ours(each), order(each.number)))
    for each in ranked:
        if seen.task.shown and each.id not in seen.task.shown:
            continue  # another one than was shown to stay
        stays = yield from read(each, certain=True)
        if stays.status in ACTIVE:
            return stays
    raise NoneWouldStand(seen.task.reference)


def _held(seen: Found, stays: Document, lock: Document | None) -> Steps[Document | Silent | None]:
    """Return our lock, made now where there is none; None or Silent: another look decides.

    Raises:
        ReservedNow, ReservedLong: somebody posts the settlement.
    """
    task = seen.task
    if lock is not None and not bears_mark(lock, task):
        step = let_go(seen, lock, "its settlement is being posted")
        yield from release(step.document)
        return None
    return (yield from still_own(task, lock)) or (yield from created(_lock(task, stays)))


def _lock(task: Task, stays: Document) -> Draft:
    """Return the lock beside a document that stands: of its contact, date and currency."""
    return lock_draft(
        task,
        Draft(
            stays.kind,
            stays.number,
            task.reference,
            stays.contact_id,
            stays.dated_on,
            stays.due_on or stays.dated_on,
            stays.currency,
            (),
        ),
    )


def _under(task: Task, first: Found, lock: Document) -> Steps[Outcome]:
    """Look again under the lock, void, and read once more what was to stay."""
    try:
        again = yield from looked(task, thorough=task.thorough)
        stays = yield from _stays(again)
        old = yield from voidable(again)
        yield from fence(task, lock)
        gone = yield from retire(task, old, again.numbers | first.numbers)
        now = yield from read(stays, certain=True)
    except LockLost:
        raise
    except SAYS_NO:
        yield from release_own(lock)
        raise
    yield from release_own(lock)
    if now.status in ACTIVE:
        return Outcome(now, existed=not gone, retired=gone)
    name = now.number or now.kind.lower()
    alarm = f"{name} was to stay and is {now.status} since: look at what stands, and post again."
    return Outcome(None, retired=gone, alarms=(alarm,))
