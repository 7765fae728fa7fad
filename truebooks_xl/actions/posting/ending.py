"""How a task ended, in the settlement's row and in the journal.

Protects: a settlement is Posted only where its document was read back; where an old document is
gone and no new one stands, the row says so; what nobody knows stays unfinished.
"""

from __future__ import annotations

from typing import Final

from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.fixed_row import fixed_row
from truebooks_xl.actions.posting.jobs import Job
from truebooks_xl.actions.posting.preparing import Prepared
from truebooks_xl.actions.posting.recording import Cells, half_done, posted, rolled_back, stopped
from truebooks_xl.core.posting.task import Outcome
from truebooks_xl.errors import DataError, Refused, TrueBooksError, Unavailable
from truebooks_xl.journal.states import End
from truebooks_xl.journal.store import Ended
from truebooks_xl.workbook.book import Writable

ACTIONS: Final = {
    "post": "Post",
    "repost": "Repost",
    "rollback": "Rollback",
    "correct": "Correct",
    "fix": "Fix",
}
"""What the Log calls each aim."""


def ended_row(desk: Desk, each: Prepared, job: Job) -> tuple[Cells, str]:
    """Return the cells of a settlement's row after its task, and the word of the log."""
    if each.task.aim == "fix":
        return fixed_row(desk, each.task.key, job), "Fixed"
    if job.error is not None:
        return _stopped(each, job, job.error), "Stopped"
    outcome = job.outcome
    assert outcome is not None
    standing = outcome.standing
    if each.task.aim == "correct":
        assert standing is not None
        words = f"Corrected by {standing.number}, {standing.status}; the original stands."
        return with_notices({"problem": words}, outcome), "Corrected"
    if standing is None:
        return with_notices({**each.cells, **rolled_back(outcome)}, outcome), "Rolled back"
    cells = posted(
        standing,
        desk.session.xero.link(standing),
        desk.session.organisation.base_currency,
        outcome.retired,
    )
    done = "Reposted" if each.task.aim == "repost" else "Posted"
    word = "Already posted" if outcome.existed else done
    return with_notices({**each.cells, **cells}, outcome), word


def _stopped(each: Prepared, job: Job, wrong: TrueBooksError) -> Cells:
    silent = isinstance(wrong, Unavailable)
    if job.voided or (silent and job.wrote and each.task.plan):
        gone = job.voided >= set(each.task.plan) and not silent
        return half_done(wrong, nothing_stands=gone)
    if silent and not job.wrote:
        return {"status": each.status, "problem": str(wrong)}
    return stopped(each.status, wrong)


def with_notices(cells: dict[str, Writable], outcome: Outcome) -> Cells:
    """Put what the accountant should know behind what was done; what is wrong comes first."""
    words = (str(cells["problem"]), *outcome.alarms, *outcome.notices)
    return cells | {"problem": " ".join(words)}


def ended(job: Job, cells: Cells) -> Ended | None:
    """Return how the journal ends a task; None while nobody knows, and the next run finds out."""
    status = str(cells.get("status", "Posted"))
    if job.error is not None:
        known = isinstance(job.error, Refused | DataError) or not job.wrote
        word: End = "refused" if isinstance(job.error, Refused) else "stopped"
        return Ended(job.begun, word, status=status, error=str(job.error)) if known else None
    assert job.outcome is not None
    standing = job.outcome.standing
    if standing is None:
        return Ended(job.begun, "rolled back", status=status)
    word = "awaiting approval" if standing.status == "DRAFT" else "posted"
    return Ended(job.begun, word, standing.id, standing.number, status)
