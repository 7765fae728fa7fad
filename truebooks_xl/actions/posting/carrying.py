"""Prepared settlements carried out, fifty at a time, each with its own end.

Protects: a settlement is ended in the journal only after its row shows how; a row that fails stops
no other; what was interrupted is found by the next run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from truebooks_xl import environment
from truebooks_xl.actions.posting.budget import DayTooShort, affordable, needed
from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.dressing import dress_all
from truebooks_xl.actions.posting.driving import MOST_TOGETHER, drive
from truebooks_xl.actions.posting.ending import ACTIONS, ended, ended_row
from truebooks_xl.actions.posting.jobs import Job
from truebooks_xl.actions.posting.preparing import Prepared
from truebooks_xl.actions.posting.recording import Cells, record
from truebooks_xl.actions.posting.results import Results
from truebooks_xl.core.posting.task import Outcome, Task
from truebooks_xl.errors import TrueBooksError
from truebooks_xl.journal.store import Begun, JournalUnusable


def carry(
    desk: Desk, several: Sequence[Prepared], results: Results
) -> list[tuple[Prepared, Outcome]]:
    """Carry all out; returns those that stand, for their notes and evidence.

    What the day's calls do not reach for is not begun, nor is anything once Xero lets us in no
    more.
    """
    done: list[tuple[Prepared, Outcome]] = []
    first = 0
    while first < len(several):
        together = several[first : first + MOST_TOGETHER]
        if wrong := _not_now(desk, together):
            _left(desk, several[first:], wrong, results)
            break
        together = together[: affordable(_tasks(together), desk.session.xero.calls_left())]
        last = first + len(together)
        desk.progress(f"{_doing(together)} {first + 1}–{last} of {len(several)}")
        done += _together(desk, together, results)
        first = last
    return done


def _tasks(several: Sequence[Prepared]) -> list[Task]:
    return [each.task for each in several]


def _not_now(desk: Desk, together: Sequence[Prepared]) -> TrueBooksError | None:
    """Return why not even the first of a batch may be begun; None where it may."""
    session, left = desk.session, desk.session.xero.calls_left()
    if session.over is not None or left is None or affordable(_tasks(together), left):
        return session.over
    return DayTooShort(session.organisation.name, left, needed(_tasks(together[:1])))


def _left(desk: Desk, several: Sequence[Prepared], wrong: TrueBooksError, results: Results) -> None:
    """Say of each that it was not begun; its row stays what it was."""
    rows: dict[str, Cells] = {
        each.settlement_id: {"status": each.status, "problem": str(wrong)} for each in several
    }
    for each in several:
        results.failed(each.settlement_id, wrong, **each.told)
    record(desk.path, rows, ACTIONS[several[0].task.aim], dict.fromkeys(rows, "Not begun"))


def dressed(desk: Desk, done: Sequence[tuple[Prepared, Outcome]]) -> list[str]:
    """Write notes and attach evidence, after all is posted; returns the warnings.

    Where Xero lets us in no more it is left to the next run.
    """
    if desk.session.over is not None:
        return []
    known = {
        each.id: each
        for _, outcome in done
        for each in (outcome.standing, *outcome.retired)
        if each is not None
    }
    session = desk.session
    return dress_all(
        session.xero, session.journal, desk.organisation_id, known=known, progress=desk.progress
    )


def _doing(together: Sequence[Prepared]) -> str:
    doing = {"post": "Posting", "repost": "Reposting", "rollback": "Rolling back"}
    return doing.get(together[0].task.aim, "Correcting")


def _together(
    desk: Desk, together: Sequence[Prepared], results: Results
) -> list[tuple[Prepared, Outcome]]:
    journal = desk.session.journal
    begun = journal.begin_all(
        desk.organisation_id,
        desk.book_id,
        [(each.task, each.snapshot) for each in together],
        at=environment.now(),
    )
    marking = _Marking(desk, together)
    jobs = [Job(name, marking.before(each)) for name, each in zip(begun, together, strict=True)]
    drive(desk.session, jobs)
    _ended(desk, together, jobs, results)
    pairs = zip(together, jobs, strict=True)
    return [(each, job.outcome) for each, job in pairs if job.outcome is not None]


@dataclass(slots=True)
class _Marking:
    """Marks the rows as being posted, once, when the first of them is about to be written."""

    desk: Desk
    together: Sequence[Prepared]
    marked: bool = False

    def before(self, each: Prepared) -> Any:  # noqa: ANN401 a closure over one settlement
        """Return what is called before the first write of a settlement."""

        def ready() -> str:
            contact = each.ready()
            if not self.marked:
                self.marked = True
                self._mark()
            return contact

        return ready

    def _mark(self) -> None:
        cells: Cells = {"status": "Posting", "problem": "Being posted."}
        ids = [each.settlement_id for each in self.together if each.status != "Posted"]
        if ids:
            action = ACTIONS[self.together[0].task.aim]
            rows = dict.fromkeys(ids, cells)
            record(self.desk.path, rows, action, dict.fromkeys(ids, "Begun"))


def _ended(desk: Desk, together: Sequence[Prepared], jobs: Sequence[Job], results: Results) -> None:
    """Write rows, then the journal; what goes wrong here changes nothing of what stands."""
    rows: dict[str, Cells] = {}
    words: dict[str, str] = {}
    for each, job in zip(together, jobs, strict=True):
        rows[each.settlement_id], words[each.settlement_id] = ended_row(desk, each, job)
    trouble = _kept(desk, together, jobs)
    ends = [ended(job, rows[each.settlement_id]) for each, job in zip(together, jobs, strict=True)]
    try:
        spent = [
            job.outcome.standing.number for job in jobs if job.outcome and job.outcome.standing
        ]
        record(desk.path, rows, ACTIONS[together[0].task.aim], words, spent)
        desk.session.journal.end_all([each for each in ends if each], at=environment.now())
    except TrueBooksError as wrong:
        trouble += f" What was done stands in Xero; it could not be written down. {wrong}"
    for each, job in zip(together, jobs, strict=True):
        word = words[each.settlement_id]
        _told(desk, each, job, results, trouble=trouble.strip(), word=word)


def _kept(desk: Desk, together: Sequence[Prepared], jobs: Sequence[Job]) -> str:
    """Record in the journal what stands; losing the record does not lose the document."""
    try:
        for each, job in zip(together, jobs, strict=True):
            if job.outcome is not None:
                keep(desk, job.begun, each.snapshot, job.outcome)
    except JournalUnusable as wrong:
        return f"What was done stands in Xero; the journal could not be written. {wrong}"
    return ""


def keep(desk: Desk, begun: Begun, snapshot: Mapping[str, Any] | None, outcome: Outcome) -> None:
    """Keep as posted what was previewed, under the document that stands."""
    standing = outcome.standing
    if standing is None or snapshot is None:
        return
    desk.session.journal.posted(
        desk.organisation_id,
        begun.token,
        document_id=standing.id,
        number=standing.number,
        fingerprint=str(snapshot["fingerprint"]),
        snapshot=snapshot,
        at=environment.now(),
    )


def _told(
    desk: Desk, each: Prepared, job: Job, results: Results, *, word: str, trouble: str
) -> None:
    if job.error is not None:
        results.failed(each.settlement_id, job.error, **each.told)
        return
    assert job.outcome is not None
    standing = job.outcome.standing
    url = desk.session.xero.link(standing) if standing else ""
    if standing is not None and standing.status == "DRAFT":
        word = "Awaiting approval"
    results.add(
        each.settlement_id,
        word.lower(),
        number=standing.number if standing else "",
        url=url,
        error=" ".join(filter(None, (*job.outcome.alarms, trouble))),
        notices=[*job.outcome.notices],
        previous=[document.number for document in job.outcome.retired],
        **each.told,
    )
