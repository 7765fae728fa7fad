"""Duplicates voided through the posting protocol, and our own records put right after it.

Protects: what is voided was planned on a fresh reading, and another copy stands; a failure is its
settlement's own, and the rest go on; a repeat finds nothing left to do.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from truebooks_xl import environment
from truebooks_xl.actions.carrying import ended, keep
from truebooks_xl.actions.desk import Desk
from truebooks_xl.actions.driving import drive
from truebooks_xl.actions.jobs import Job
from truebooks_xl.actions.recording import Cells, posted, record
from truebooks_xl.actions.standing import refuse_closed
from truebooks_xl.core.fixing import Fix, posted_differences
from truebooks_xl.core.groups import Group
from truebooks_xl.core.integrity import Records
from truebooks_xl.core.ledger import ENDED, Document
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
    rows = {}
    for each, job in zip(fixes, jobs, strict=True):
        cells = _cells(desk, each, job)
        if cells and _key(each).settlement_id in records.rows:
            rows[_key(each).settlement_id] = cells
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
        return ""

    return ready


def _cells(desk: Desk, fix: Fix, job: Job) -> Cells:
    """Return the cells of a settlement's row; a part or a correction has no row of its own."""
    if job.error is not None:
        return {"problem": str(job.error)}
    if _key(fix).suffix:
        return {}
    assert job.outcome is not None
    stays = job.outcome.standing
    assert stays is not None
    base = desk.session.organisation.base_currency
    return posted(stays, desk.session.xero.link(stays), base, job.outcome.retired)


def _told(fix: Fix, job: Job) -> dict[str, Any]:
    retired = job.outcome.retired if job.outcome else ()
    return {
        "token": fix.group.token,
        "settlement_id": _key(fix).settlement_id,
        "result": "failed" if job.error else "fixed",
        "kept": fix.keep.number or fix.keep.id,
        "voided": [each.number or each.id for each in retired],
        "error": str(job.error) if job.error else "",
        "exit_status": job.error.exit_status if job.error else 0,
    }


def reconcile(desk: Desk, groups: Sequence[Group], records: Records) -> list[str]:
    """Write rows and journal as Xero shows it; returns the settlements that were written.

    The row first, then the journal: a workbook behind its journal would be an older copy.
    """
    changed: list[tuple[Key, Document | None, Cells]] = []
    for group in groups:
        key = group.key
        if key is None or key.suffix or key.settlement_id not in records.rows:
            continue
        recorded = records.recorded.get(group.token)
        row = records.rows[key.settlement_id]
        held = {each.id: each for each in group.documents}
        shown = held.get(row.document_id)
        ours = [each for each in group.active if group.ours(each)]
        if len(group.active) == 1 and ours:
            known = recorded is not None and recorded.document_id == ours[0].id
            if not known or row.document_id != ours[0].id or row.status != "Posted":
                base = desk.session.organisation.base_currency
                cells = posted(ours[0], desk.session.xero.link(ours[0]), base)
                changed.append((key, ours[0], cells))
        elif not group.active and shown is not None and shown.status in ENDED:
            changed.append((key, None, _gone(shown)))
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


def _gone(document: Document) -> Cells:
    """Return the cells of a settlement whose document somebody voided or deleted in Xero."""
    name = document.number or document.kind.lower()
    return {
        "status": "Voided by hand",
        "number": "",
        "link": None,
        "document_id": "",
        "posted_at": None,
        "base_total": None,
        "previous_numbers": f"{name}, {document.status.lower()}",
        "problem": f"{name} was {document.status.lower()} in Xero: preview it, then post it again.",
    }


def worst(told: Sequence[Mapping[str, Any]]) -> int:
    """Return the exit status of the fix that went worst."""
    return max((int(each["exit_status"]) for each in told), default=0)
