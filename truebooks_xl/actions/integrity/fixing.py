"""Duplicates voided through the posting protocol, and our own records put right after it.

Protects: what is voided was planned on a fresh reading, and another copy stands; a failure is its
settlement's own, and the rest go on; a repeat finds nothing left to do.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from truebooks_xl import environment
from truebooks_xl.actions.posting.carrying import keep
from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.driving import drive
from truebooks_xl.actions.posting.ending import ended
from truebooks_xl.actions.posting.fixed_row import fixed_row, gone_row, standing_row
from truebooks_xl.actions.posting.jobs import Job
from truebooks_xl.actions.posting.preparing import contact
from truebooks_xl.actions.posting.recording import Cells, record
from truebooks_xl.actions.posting.standing import refuse_closed
from truebooks_xl.core.fixing import Fix, posted_differences
from truebooks_xl.core.groups import Group
from truebooks_xl.core.integrity import Records
from truebooks_xl.core.ledger import ENDED, Document
from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.core.posting.task import Task
from truebooks_xl.core.reference import Key


def carry_out_fixes(desk: Desk, fixes: Sequence[Fix], records: Records) -> list[dict[str, Any]]:
    """Void what the fixes name, each on its own; returns what became of each."""
    if not fixes:
        return []
    journal = desk.session.journal
    tasks = [_task(desk, each) for each in fixes]
    snapshots = [_still_posted(each, records) for each in fixes]
    begun = journal.begin_all(
        desk.organisation_id,
        desk.book_id,
        list(zip(tasks, snapshots, strict=True)),
        at=environment.now(),
    )
    jobs = [Job(name, _ready(desk, each)) for name, each in zip(begun, fixes, strict=True)]
    drive(desk.session, jobs)
    rows: dict[str, Cells] = {}
    for each, job in zip(fixes, jobs, strict=True):
        settlement_id = _key(each).settlement_id
        if settlement_id in records.rows:
            before = rows.get(settlement_id, {})
            rows[settlement_id] = {**before, **fixed_row(desk, _key(each), job)}
    record(desk.path, rows, "Fix", dict.fromkeys(rows, "Done"))
    for job, snapshot in zip(jobs, snapshots, strict=True):
        if job.outcome is not None:
            keep(desk, job.begun, snapshot, job.outcome)
    ends = [ended(job, {"status": "Posted"}) for job in jobs]
    journal.end_all([each for each in ends if each], at=environment.now())
    return [_told(each, job) for each, job in zip(fixes, jobs, strict=True)]


def _key(fix: Fix) -> Key:
    assert fix.group.key is not None, "documents without a token are nobody's copies"
    return fix.group.key


def _task(desk: Desk, fix: Fix) -> Task:
    known = desk.session.journal.known(desk.organisation_id, fix.group.token)
    own_text = fix.keep.number if fix.keep.kind == "ACCPAY" else fix.keep.reference
    return Task(
        aim="fix",
        key=_key(fix),
        reference=own_text,
        wanted=None,
        mark=uuid.uuid4().hex,
        at=environment.now(),
        user=environment.user(),
        plan=tuple(each.id for each in fix.void),
        shown=(fix.keep.id,),
        take_over=True,  # whoever left a reservation ten minutes ago looks again before he goes on
        known=tuple(dict.fromkeys((fix.keep.id, *known.ids))),
        marks=known.marks,
        keep_retired=desk.space.settings.value("Retired number") == "keep",
        journals_about=fix.keep.dated_on if fix.keep.kind == "MANUALJOURNAL" else None,
    )


def _still_posted(fix: Fix, records: Records) -> Mapping[str, Any] | None:
    """Return the last snapshot if the copy that stays still says the same."""
    snapshot = records.snapshots.get(fix.group.token)
    if snapshot is None or posted_differences(snapshot, fix.keep):
        return None
    return snapshot


def _ready(desk: Desk, fix: Fix) -> Any:  # noqa: ANN401 a closure over one fix
    """Return what is called before the first write: nothing closed may be voided."""

    def ready() -> str:
        refuse_closed(desk, tuple(each.dated_on for each in fix.void))
        if fix.keep.contact_id:
            return fix.keep.contact_id
        return contact(desk, marketplace(_key(fix).marketplace).name)  # a journal has none

    return ready


def _told(fix: Fix, job: Job) -> dict[str, Any]:
    retired = job.outcome.retired if job.outcome else ()
    alarms = " ".join(job.outcome.alarms) if job.outcome else ""
    done = "fixed" if retired else "unchanged"  # somebody was faster, or lists lag
    return {
        "token": fix.group.token,
        "settlement_id": _key(fix).settlement_id,
        "result": "failed" if job.error else done,
        "kept": fix.keep.number or fix.keep.id,
        "voided": [each.number or each.id for each in retired],
        "error": str(job.error) if job.error else alarms,
        "exit_status": job.error.exit_status if job.error else int(bool(alarms)),
    }


def reconcile(desk: Desk, groups: Sequence[Group], records: Records) -> list[str]:
    """Write rows and journal as Xero shows it; returns the settlements that were written.

    What the journal never held is left to ``journal rebuild``, which also restores what was posted.
    The row goes first: a workbook behind its journal would be an older copy.
    """
    changed = [
        (group.key, *now)
        for group in groups
        if group.key and not group.key.suffix and (now := _now(desk, group, records))
    ]
    rows = {key.settlement_id: cells for key, _, cells in changed}
    if rows:
        record(desk.path, rows, "Fix", dict.fromkeys(rows, "Done"))
    for key, document, _ in changed:
        desk.session.journal.restored(
            desk.organisation_id,
            desk.book_id,
            key,
            document_id=document.id if document else "",
            number=document.number if document else "",
            at=environment.now(),
        )
    return [*rows]


def _now(desk: Desk, group: Group, records: Records) -> tuple[Document | None, Cells] | None:
    """Return what stands of a settlement and its row, where rows or journal say otherwise."""
    assert group.key is not None
    row = records.rows.get(group.key.settlement_id)
    if row is None:
        return None
    if not group.active:
        shown = {each.id: each for each in group.documents}.get(row.document_id)
        return (None, gone_row(shown)) if shown and shown.status in ENDED else None
    stands, recorded = group.active[0], records.recorded.get(group.token)
    as_shown = (row.status, row.document_id) == ("Posted", stands.id)
    as_recorded = recorded is not None and recorded.document_id == stands.id
    if len(group.active) > 1 or (as_shown and as_recorded):
        return None
    posting = desk.session.journal.posting(desk.organisation_id, group.token)
    if not as_recorded and (posting is None or posting["document_id"] != stands.id):
        return None
    return stands, standing_row(desk, stands)


def worst(told: Sequence[Mapping[str, Any]]) -> int:
    """Return the exit status of the fix that went worst."""
    return max((int(each["exit_status"]) for each in told), default=0)
