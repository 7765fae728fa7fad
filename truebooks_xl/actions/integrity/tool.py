"""The Integrity tool: a scan of Xero into the sheet Integrity; with ``fix``, duplicates voided.

Protects: a dry run writes to no place but its own sheet; a fix voids only what cannot be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from truebooks_xl import environment
from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.gather import Workspace, open_book, workspace
from truebooks_xl.actions.integrity.fixing import carry_out_fixes, reconcile, worst
from truebooks_xl.actions.integrity.scanning import Scan, Source, scan
from truebooks_xl.actions.integrity.sheet import decisions, findings_edit
from truebooks_xl.actions.log import log_row
from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.opening import at_desk
from truebooks_xl.actions.posting.recording import MOST_WRITES
from truebooks_xl.actions.previewing.proposals import decide
from truebooks_xl.actions.xero import connected
from truebooks_xl.core.canonical import as_json
from truebooks_xl.core.copies import Recorded
from truebooks_xl.core.drift import changed_inputs, would_differ
from truebooks_xl.core.findings import Finding
from truebooks_xl.core.fixing import Asked, Fix, Plan
from truebooks_xl.core.integrity import Records
from truebooks_xl.core.ledger import Document
from truebooks_xl.errors import TrueBooksError
from truebooks_xl.journal.store import Journal
from truebooks_xl.workbook.closed.swap import BookChanged
from truebooks_xl.workbook.fields import plain
from truebooks_xl.workbook.schema import SETTLEMENTS
from truebooks_xl.xero.gateway import Xero

DRIFT = frozenset(
    {"edited", "voided by hand", "deleted by hand", "payment added", "number changed"}
)
"""What was done by hand to a document since it was posted."""


def integrity(
    path: Path, *, fix: bool = False, differing: bool = False, progress: Progress = silent
) -> Answer:
    """Scan Xero for all that is not as it should be, and show it in Integrity.

    Args:
        fix: void duplicates where no figure can be lost, then put rows and journal right.
        differing: also decide every posted settlement anew and list what would differ; it reads
            each report from the archive, and changes nothing.
    """
    fixed: list[dict[str, Any]] = []
    if fix:
        with at_desk(path, progress) as desk:
            source = _of_desk(desk)
            found = scan(source, progress)
            plans = [each for each in found.survey.plans.values() if isinstance(each, Fix)]
            progress(f"Voiding the copies of {len(plans)} settlements")
            fixed = carry_out_fixes(desk, plans, found.records)
            desk.reread()
            found = scan(_of_desk(desk), progress)
            if reconcile(desk, found.survey.groups, found.records):
                desk.reread()
                found = scan(_of_desk(desk), progress)
            answer = _answer(path, desk.space, source, found, fixed, differing=differing)
    else:
        with _looking(path, progress) as (space, source):
            found = scan(source, progress)
            answer = _answer(path, space, source, found, fixed, differing=differing)
    return answer


@contextmanager
def _looking(path: Path, progress: Progress) -> Iterator[tuple[Workspace, Source]]:
    """Open what a dry run reads from: it waits for nobody, and recovers nothing."""
    space = workspace(path)
    space.book.ensure_closed()
    with (
        connected(space.identity, path, progress) as (xero, organisation),
        closing(Journal(environment.journal_url(), environment.place())) as journal,
    ):
        yield space, _source(space, xero, organisation.id, journal)


def _of_desk(desk: Desk) -> Source:
    session = desk.session
    return _source(desk.space, session.xero, desk.organisation_id, session.journal)


def _source(space: Workspace, xero: Xero, organisation_id: str, journal: Journal) -> Source:
    return Source(
        xero,
        organisation_id,
        journal,
        plain(space.book.names(("TB_BookId",)).get("TB_BookId")),
        space.identity.marketplace.code,
        space.settings,
        space.book.rows(SETTLEMENTS),
        decisions(space.book).keep,
    )


def _answer(
    path: Path,
    space: Workspace,
    source: Source,
    found: Scan,
    fixed: Sequence[Mapping[str, Any]],
    *,
    differing: bool,
) -> Answer:
    findings, xero = found.survey.findings, source.xero
    _write(path, findings, xero)
    wrong = any(each.wrong for each in findings)
    listed = [
        _document(each, xero)
        for group in found.survey.groups
        for each in sorted(group.documents, key=group.rank)
    ]
    return Answer(
        {
            "documents": listed,
            "duplicates": [_duplicate(token, plan) for token, plan in found.survey.plans.items()],
            "drift": [_finding(each, xero) for each in findings if each.word in DRIFT],
            "fixed": [*fixed],
            "findings": [_finding(each, xero) for each in findings],
            "would_differ": _differing(space, found.records) if differing else [],
            "searched": list(found.terms),
        },
        max(int(wrong), worst(fixed)),
    )


def _write(path: Path, findings: Sequence[Finding], xero: Xero) -> None:
    """Show the findings, on a fresh reading of the workbook."""
    count = sum(each.wrong for each in findings)
    said = f"{count} to put right, {len(findings) - count} to know of."
    for n in range(1, MOST_WRITES + 1):
        book = open_book(path)
        edit = findings_edit(book, findings, xero, environment.now())
        try:
            book.write([edit, log_row("Integrity", "", "Done", said)])
        except BookChanged:
            if n == MOST_WRITES:
                raise
        else:
            return


def _document(each: Document, xero: Xero) -> dict[str, Any]:
    return {
        "reference": each.reference or each.number,
        "number": each.number,
        "status": each.status,
        "total": str(each.total),
        "currency": each.currency,
        "id": each.id,
        "url": xero.link(each),
    }


def _finding(each: Finding, xero: Xero) -> dict[str, Any]:
    document = each.document
    return {
        "finding": each.word,
        "token": each.token,
        "settlement_id": each.settlement_id,
        "number": each.number,
        "id": document.id if document else "",
        "url": xero.link(document) if document else "",
        "what": each.what,
        "remedy": each.remedy,
    }


def _duplicate(token: str, plan: Plan) -> dict[str, Any]:
    """Say what Fix does with the copies of one settlement, or why it does not."""
    assert plan.group is not None, "several stand, so there is a group"
    names = {each.id: each.number or each.id for each in plan.group.active}
    told = {"token": token, "numbers": [*names.values()], "keep": "", "void": [], "reason": ""}
    match plan:
        case Fix(_, keep, void):
            keeps = {"keep": names[keep.id], "void": [names[each.id] for each in void]}
            return told | {"decision": "fix"} | keeps
        case Asked(_, reason):
            return told | {"decision": "ask", "reason": reason}
        case _:
            return told | {"decision": "leave", "reason": plan.reason}


def _differing(space: Workspace, records: Records) -> list[dict[str, Any]]:
    """Decide each posted settlement as of today, and list those that would differ."""
    found = []
    for token, each in records.recorded.items():
        snapshot = records.snapshots.get(token)
        if each.suffix or not each.document_id or snapshot is None:
            continue
        told = {"settlement_id": each.settlement_id, "number": each.number}
        try:
            today = as_json(decide(space, each.settlement_id).proposed.proposal)
        except TrueBooksError as wrong:
            found.append(told | {"inputs": [], "differences": [], "error": str(wrong)})
            continue
        corrections = [
            records.snapshots[other]
            for other, one in records.recorded.items()
            if _corrects(one, each) and other in records.snapshots
        ]
        if lines := would_differ(snapshot, today, corrections):
            inputs = [*changed_inputs(snapshot, today)]
            found.append(told | {"inputs": inputs, "differences": [*lines], "error": ""})
    return found


def _corrects(one: Recorded, of: Recorded) -> bool:
    """Say whether a record is of a correction of a settlement that stands."""
    same = (one.settlement_id, one.marketplace) == (of.settlement_id, of.marketplace)
    return same and one.suffix.startswith("-C") and one.suffix != "-COGS" and bool(one.document_id)
