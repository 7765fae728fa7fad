"""Tasks driven side by side: up to fifty settlements take each step in one call, each on its own.

Protects: the intent of every write is in the journal before the call and its outcome after it; a
call nobody knows the end of is settled settlement by settlement; one that fails stops nobody else.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from truebooks_xl import environment
from truebooks_xl.actions.posting.budget import ends_the_run
from truebooks_xl.actions.posting.jobs import Job
from truebooks_xl.actions.posting.looking import looks, reads
from truebooks_xl.core.ledger import Document
from truebooks_xl.core.posting.asks import (
    Allocate,
    Alter,
    Answered,
    Ask,
    Create,
    Denied,
    Look,
    Pause,
    Read,
    Ready,
    Silent,
    Written,
)
from truebooks_xl.core.posting.keys import network_key
from truebooks_xl.core.reference import NUMBER_PREFIX, next_number, number
from truebooks_xl.errors import Refused, TrueBooksError, Unavailable
from truebooks_xl.journal.store import Journal
from truebooks_xl.journal.tasks import Entry
from truebooks_xl.xero.errors import NumberTaken
from truebooks_xl.xero.gateway import Organisation, Xero

MOST_TOGETHER: Final = 50
"""Documents in one call. Source: Xero's API documentation, which advises about 50 elements."""


@dataclass(slots=True)
class Session:
    """What all tasks of one run share.

    Attributes:
        counter: the workbook's next document number.
        settle_wait_s: how long lists may lag; 0 where they are known not to.
        wait: pauses that many seconds, visibly, and can be interrupted.
        over: why no call is made any more: the day's limit, or the sign-in; None while all is well.
    """

    xero: Xero
    organisation: Organisation
    journal: Journal
    counter: int
    settle_wait_s: int
    wait: Callable[[int], None]
    over: TrueBooksError | None = None
    _next: int = 0

    def look_up_numbers(self, *, again: bool = False) -> None:
        """Ask once which numbers are spent, in any status; part of the pre-flight of a run."""
        if self._next and not again:
            return
        highest = max(
            self.xero.highest_number(NUMBER_PREFIX),
            self.journal.highest_number(self.organisation.id, NUMBER_PREFIX),
        )
        self._next = max(self._next, next_number(self.counter, highest))

    def allocate(self, taken: frozenset[str]) -> str:
        """Return the next number nobody has; Xero is asked again when one was taken."""
        self.look_up_numbers(again=bool(taken))
        while number(self._next) in taken:
            self._next += 1
        self._next += 1
        return number(self._next - 1)


def drive(session: Session, jobs: Sequence[Job]) -> None:
    """Carry all jobs to their ends; each keeps its own outcome or error.

    An interrupt leaves what is under way as it is: it is in the journal, and the next run looks.
    """
    for first in range(0, len(jobs), MOST_TOGETHER):
        together = jobs[first : first + MOST_TOGETHER]
        while asking := [job for job in together if job.ask]:
            if session.over is None:
                _round(session, together)
                met = (job.met for job in together if ends_the_run(job.met))
                session.over = next(met, None)
            else:
                for job in asking:
                    job.fail(session.over)


def _round(session: Session, jobs: Sequence[Job]) -> None:
    """Answer every open ask once; those of one kind together."""
    for job in _asking(jobs, Ready):
        job.make_ready(session.look_up_numbers)
    if paused := _asking(jobs, Pause):
        if session.settle_wait_s:
            session.wait(session.settle_wait_s)
        for job in paused:
            job.answer(None)
        return
    for job in _asking(jobs, Allocate):
        _allocated(session, job)
    looks(session.xero, _asking(jobs, Look))
    reads(session.xero, _asking(jobs, Read))
    for kind in (Create, Alter):
        asking = _asking(jobs, kind)
        for of_journals in (False, True):
            _write(session, [job for job in asking if job.of_journal is of_journals])


def _asking(jobs: Iterable[Job], kind: type[Ask]) -> list[Job]:
    return [job for job in jobs if isinstance(job.ask, kind)]


def _allocated(session: Session, job: Job) -> None:
    assert isinstance(job.ask, Allocate)
    try:
        free = session.allocate(job.ask.taken)
    except TrueBooksError as wrong:
        job.fail(wrong)
    else:
        job.answer(free)


def _write(session: Session, jobs: Sequence[Job]) -> None:
    """Send the open writes of all jobs in one call, between their intents and their outcomes."""
    if not jobs:
        return
    asks = [cast("Create | Alter", job.ask) for job in jobs]
    entries = [Entry.of(job.begun, ask) for job, ask in zip(jobs, asks, strict=True)]
    key = network_key(session.organisation.id, uuid.uuid4().hex, entries[0].step, repr(asks))
    session.journal.intend(entries, network_key=key, at=environment.now())
    answers = _sent(session.xero, asks, key)
    session.journal.outcome(entries, answers, network_key=key, at=environment.now())
    for job, answer in zip(jobs, answers, strict=True):
        job.answer(answer)


def _sent(xero: Xero, asks: Sequence[Create | Alter], key: str) -> list[Answered]:
    """Send; a call refused or lost as a whole is that for each of its documents."""
    drafts = [ask.draft for ask in asks if isinstance(ask, Create)]
    changes = [ask.change for ask in asks if isinstance(ask, Alter)]
    try:
        if drafts:
            results = xero.create(drafts, network_key=key)
        else:
            results = xero.change(changes, network_key=key)
    except Refused as no:
        return [Denied(no) for _ in asks]
    except Unavailable as silence:
        return [Silent(silence) for _ in asks]
    return [_answered(each) for each in results]


def _answered(result: Document | Refused) -> Answered:
    if isinstance(result, Refused):
        return Denied(result, isinstance(result, NumberTaken))
    return Written(result)
