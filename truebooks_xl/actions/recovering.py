"""Recovery: what an earlier run left unfinished is resolved by reading, before anything new.

Protects: after a kill, a lost answer or a power cut the settlement ends as if nothing had happened,
from the journal's record of what was agreed to, not from a workbook that may have changed since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from truebooks_xl import environment
from truebooks_xl.actions.carrying import keep
from truebooks_xl.actions.desk import Desk
from truebooks_xl.actions.driving import drive
from truebooks_xl.actions.ending import ACTIONS, ended, ended_row
from truebooks_xl.actions.jobs import Job
from truebooks_xl.actions.preparing import Prepared, contact
from truebooks_xl.actions.recording import record
from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.errors import TrueBooksError
from truebooks_xl.journal.store import Ended, Unfinished
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS


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
    written = [each for each in mine if each.wrote]
    _close(desk, [each for each in mine if not each.wrote])
    for each in written:
        _resolve(desk, each)
    return [each.begun.task.key.settlement_id for each in mine]


def _close(desk: Desk, untouched: Sequence[Unfinished]) -> None:
    """End tasks that never wrote; a row that was marked as being posted is a draft again."""
    rows = {text(row, "settlement_id"): row for row in desk.space.book.rows(SETTLEMENTS)}
    ids = dict.fromkeys(each.begun.task.key.settlement_id for each in untouched)
    marked = [
        each
        for each in ids
        if each in rows and text(rows[each], "status") in {"Posting", "Unknown"}
    ]
    if marked:
        cells = {"status": "Draft", "problem": "It was stopped before anything was written."}
        record(desk.path, dict.fromkeys(marked, cells), "Recover", dict.fromkeys(marked, "Closed"))
    ends = [Ended(each.begun, "stopped", status="Draft") for each in untouched]
    desk.session.journal.end_all(ends, at=environment.now())


def _resolve(desk: Desk, left: Unfinished) -> None:
    """Carry a task to its end, on the long path, and write its row."""
    task = replace(left.begun.task, at=environment.now(), pauses=left.begun.task.guard == "wait")
    begun = replace(left.begun, task=task)
    name = marketplace(task.key.marketplace).name
    rows = {text(row, "settlement_id"): row for row in desk.space.book.rows(SETTLEMENTS)}
    row = rows.get(task.key.settlement_id)
    if row is None:
        return
    job = Job(begun, lambda: contact(desk, name))
    drive(desk.session, [job])
    prepared = Prepared(task.key.settlement_id, "Unknown", task, left.proposal, job.ready)
    cells, _ = ended_row(desk, prepared, job)
    try:
        if job.outcome is not None:
            keep(desk, begun, left.proposal, job.outcome)
        record(
            desk.path,
            {task.key.settlement_id: cells},
            ACTIONS[task.aim],
            {task.key.settlement_id: "Recovered"},
        )
        if end := ended(job, cells):
            desk.session.journal.end_all([end], at=environment.now())
    except TrueBooksError:
        return  # it stays unfinished; the next run takes it up
