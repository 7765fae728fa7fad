"""The lock of a document without a number of its own: an invoice draft that bears a mark.

Protects: a lock is whose mark it bears, as it is now and not as a list shows it; it is released
only when a list shows what was committed under it, so that no reader can miss it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from truebooks_xl.core.ledger import ENDED, Document, DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.asks import Steps, pause, read
from truebooks_xl.core.posting.found import LOCK, bears_mark
from truebooks_xl.core.posting.looking import looked
from truebooks_xl.core.posting.refusals import NeverSettles
from truebooks_xl.core.posting.releasing import release_own
from truebooks_xl.core.posting.task import Task

MOST_LOOKS: Final = 6
"""Looks for the committed document before its lock is left to the next run."""


def lock_draft(task: Task, wanted: Draft) -> Draft:
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


def holds(task: Task, lock: Document) -> bool:
    """Say whether a lock, as it is now, still keeps everybody else out."""
    own = bears_mark(lock, task) and lock.number == task.key.reservation
    return own and lock.status == "DRAFT"


def still_own(task: Task, lock: Document | None) -> Steps[Document | None]:
    """Return a lock that is ours as it is now; lists may show it too late, and too long."""
    if lock is None:
        return None
    now = yield from read(lock)
    return now if holds(task, now) else None


def let_go_when_shown(task: Task, document: Document) -> Steps[tuple[str, ...]]:
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
                yield from release_own(lock)
        if shown.status in ENDED:
            return (f"{shown.number or shown.kind} was posted, and voided meanwhile.",)
        return ()
    raise NeverSettles(task.reference)
