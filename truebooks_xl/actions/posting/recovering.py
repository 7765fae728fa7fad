"""Recovery: what an earlier run left unfinished is looked up in Xero and brought to its end.

Protects: after a kill, a lost answer or a power cut the settlement ends as if nothing had happened,
from the journal's record of what was agreed to. What was voided or authorised is finished; before
that, a draft is let go if what was agreed to no longer holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from truebooks_xl import environment
from truebooks_xl.actions.posting.carrying import keep
from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.driving import drive
from truebooks_xl.actions.posting.ending import ended, ended_row
from truebooks_xl.actions.posting.jobs import Job
from truebooks_xl.actions.posting.preparing import Prepared, contact
from truebooks_xl.actions.posting.recording import Cells, record
from truebooks_xl.actions.posting.refusing import PreviewChanged, refuse_unfit, refuse_world
from truebooks_xl.actions.posting.standing import refuse_closed, standing
from truebooks_xl.actions.previewing.proposals import decide
from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.errors import TrueBooksError
from truebooks_xl.journal.store import Ended, Unfinished
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS

UNDER_WAY: Final = frozenset({"Posting", "Unknown"})
"""Statuses that say nothing of what stands."""


def recover(desk: Desk) -> list[str]:
    """Resolve every unfinished task of this workbook; returns the ids of their settlements.

    A task of which no write was ever intended has done nothing in Xero and is only closed. What
    cannot be resolved now stays unfinished, and the settlement's own command says why.
    """
    every = desk.session.journal.unfinished(desk.organisation_id)
    mine = [each for each in every if each.begun.book == desk.book_id]
    if not mine:
        return []
    desk.progress(f"Finding out what became of {len(mine)} unfinished postings")
    rows = {text(row, "settlement_id"): row for row in desk.space.book.rows(SETTLEMENTS)}
    _close(desk, [each for each in mine if not each.wrote], rows)
    for each in _waves([each for each in mine if each.wrote and _id(each) in rows]):
        _resolve(desk, each, rows)
    return [_id(each) for each in mine]


def _id(left: Unfinished) -> str:
    return left.begun.task.key.settlement_id


def _waves(every: Sequence[Unfinished]) -> list[list[Unfinished]]:
    """Split tasks so that those of one settlement come one after the other."""
    waves: list[list[Unfinished]] = []
    seen: Counter[str] = Counter()
    for each in every:
        seen[_id(each)] += 1
        if seen[_id(each)] > len(waves):
            waves.append([])
        waves[seen[_id(each)] - 1].append(each)
    return waves


def _before(desk: Desk, row: Row) -> str:
    """Return a settlement's status from before it was under way."""
    status, shown = text(row, "status"), text(row, "document_id")
    if status not in UNDER_WAY:
        return status
    recorded = desk.session.journal.standing(desk.organisation_id, desk.book_id).values()
    stood = (each.status for each in recorded if shown and each.document_id == shown)
    return next(stood, "Posted" if shown else "Draft")


def _close(desk: Desk, untouched: Sequence[Unfinished], rows: Mapping[str, Row]) -> None:
    """End tasks that never wrote; a row that was marked as being posted is what it was before."""
    ids = dict.fromkeys(map(_id, untouched))
    marked = {
        each: {"status": _before(desk, rows[each]), "problem": "It was stopped before any write."}
        for each in ids
        if each in rows and text(rows[each], "status") in UNDER_WAY
    }
    if marked:
        record(desk.path, marked, "Recover", dict.fromkeys(marked, "Closed"))
    ends = [Ended(each.begun, "stopped") for each in untouched]
    desk.session.journal.end_all(ends, at=environment.now())


def _resolve(desk: Desk, wave: Sequence[Unfinished], rows: Mapping[str, Row]) -> None:
    """Carry tasks to their ends, on the long path, and write their rows."""
    jobs = [_job(desk, each, rows[_id(each)]) for each in wave]
    drive(desk.session, jobs)
    cells: dict[str, Cells] = {}
    ends: list[Ended | None] = []
    for left, job in zip(wave, jobs, strict=True):
        status = _before(desk, rows[_id(left)])
        prepared = Prepared(_id(left), status, job.begun.task, left.proposal, job.ready)
        cells[_id(left)], _ = ended_row(desk, prepared, job)
        ends.append(ended(job, cells[_id(left)]))
        if job.error is not None and ends[-1] is None:
            desk.unresolved[_id(left)] = job.error
    try:
        for left, job in zip(wave, jobs, strict=True):
            if job.outcome is not None:
                keep(desk, job.begun, left.proposal, job.outcome)
        record(desk.path, cells, "Recover", dict.fromkeys(cells, "Recovered"))
        desk.session.journal.end_all([each for each in ends if each], at=environment.now())
    except TrueBooksError as wrong:  # the next run takes them up
        desk.unresolved |= dict.fromkeys(cells, wrong)


def _job(desk: Desk, left: Unfinished, row: Row) -> Job:
    task = replace(left.begun.task, at=environment.now(), pauses=left.begun.task.guard == "wait")

    def ready() -> str:
        if not left.binding:
            _refuse_changed(desk, left, row)
        return contact(desk, marketplace(task.key.marketplace).name)

    return Job(replace(left.begun, task=task), ready, wrote=True)


def _refuse_changed(desk: Desk, left: Unfinished, row: Row) -> None:
    """Refuse to go on with what nobody would begin any more; its draft is let go then.

    While nothing is voided and nothing authorised, what was agreed to must still hold: the same
    figures, reviewed, in an open period that is not filed.

    Raises:
        DataError: with what changed and the way on.
    """
    task = left.begun.task
    days = standing(desk, row).days if task.plan else ()
    refuse_closed(desk, (*days, task.wanted.dated_on) if task.wanted else days)
    if task.aim in {"post", "repost"}:
        case = decide(desk.space, task.key.settlement_id)
        agreed = left.proposal["fingerprint"] if left.proposal else ""
        if case.proposed.proposal.fingerprint != agreed:
            raise PreviewChanged(task.key.settlement_id, "its inputs, while it was cut off")
        refuse_unfit(case, desk.space.settings, previewed=False)
        refuse_world(desk, case.proposed.proposal)
