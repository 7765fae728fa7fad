"""Post: one authorised document for each settlement, never two, never another than previewed.

Protects: the intent is in the journal before each call; Xero's figures are compared before a
draft is authorised and after; a repeat, a crash or a lost answer ends in the same one document.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from truebooks_xl import environment
from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.gather import workspace
from truebooks_xl.actions.preflight import world_problems
from truebooks_xl.actions.previewing import inputs_text, previewed
from truebooks_xl.actions.proposals import Case, decide
from truebooks_xl.actions.protocol import Session, key_of, settle
from truebooks_xl.actions.recording import posted, record, stopped
from truebooks_xl.actions.xero import connected
from truebooks_xl.core.canonical import as_json
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.ledger import Document
from truebooks_xl.errors import DataError, DataProblems, Refused, TrueBooksError
from truebooks_xl.journal.store import Journal, JournalUnusable
from truebooks_xl.workbook.book import Writable
from truebooks_xl.workbook.fields import text
from truebooks_xl.xero.gateway import Organisation, Xero


class Blocked(DataError):
    """A settlement's preview has a failed check."""

    def __init__(self, settlement_id: str, checks: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"It cannot be posted: {checks}.",
            remedy="Preview it and put right what Proof shows in red.",
        )


class PreviewChanged(DataError):
    """What would be posted is not what was previewed."""

    def __init__(self, settlement_id: str, changed: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"Since its preview this changed: {changed}.",
            remedy="Preview it again and look at the new figures, then Post.",
        )


class BillsNotPosted(Refused):
    """A negative settlement becomes a bill, which this version only previews."""

    def __init__(self, settlement_id: str, total: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"Its total is {total}, so it becomes a bill, which is only previewed yet.",
            remedy="Keep it as a draft for the version that posts bills.",
        )


def post(path: Path, settlement_ids: Sequence[str], *, progress: Progress = silent) -> Answer:
    """Post each settlement; a failure is its row's, and the rest go on."""
    space = workspace(path).sound()
    space.book.ensure_closed()
    rows: list[dict[str, Any]] = []
    worst = 0
    with connected(space.identity, path) as (xero, organisation):
        journal = Journal(environment.journal_url())
        try:
            for n, settlement_id in enumerate(settlement_ids, start=1):
                progress(f"Posting {settlement_id} ({n} of {len(settlement_ids)})")
                try:
                    row = _post_one(path, settlement_id, xero, organisation, journal)
                    worst = max(worst, int(bool(row["error"])))
                    rows.append(row)
                except TrueBooksError as wrong:
                    worst = max(worst, wrong.exit_status)
                    rows.append(_failed(settlement_id, wrong))
        finally:
            journal.close()
    return Answer({"rows": rows}, worst)


def _failed(settlement_id: str, wrong: TrueBooksError) -> dict[str, Any]:
    word = {3: "refused", 4: "unavailable"}.get(wrong.exit_status, "blocked")
    return {
        "settlement_id": settlement_id,
        "result": word,
        "number": "",
        "url": "",
        "error": str(wrong),
    }


def _post_one(
    path: Path, settlement_id: str, xero: Xero, organisation: Organisation, journal: Journal
) -> dict[str, Any]:
    """Post one settlement on a fresh reading of the workbook, and write its row."""
    space = workspace(path).sound()
    case = decide(space, settlement_id)
    proposal = case.proposed.proposal
    counter = int(space.settings.value("Next document number") or 0)
    session = Session(xero, organisation, journal, counter)
    status = text(case.row, "status")

    def before() -> None:
        _ready(case, proposal)
        if problems := world_problems(proposal, organisation, xero):
            raise DataProblems(problems)
        record(path, settlement_id, {"status": "Posting", "problem": "Being posted."}, "Begun")

    try:
        document, existed = settle(session, proposal, case.marketplace.name, before)
    except TrueBooksError as wrong:
        _row_written(path, settlement_id, stopped(status, wrong), "Stopped")
        raise
    url = xero.link(document)
    result = "already posted" if existed else "posted"
    cells = {**previewed(case), **posted(document, url)}
    return {
        "settlement_id": settlement_id,
        "result": result,
        "number": document.number,
        "url": url,
        "error": " ".join(
            (
                _kept(session, proposal, document),
                _row_written(path, settlement_id, cells, result.capitalize()),
            )
        ).strip(),
    }


def _kept(session: Session, proposal: Proposal, document: Document) -> str:
    """Record in the journal what stands; losing the record does not lose the document."""
    try:
        session.journal.posted(
            session.organisation.id,
            key_of(proposal).token,
            document_id=document.id,
            number=document.number,
            fingerprint=proposal.fingerprint,
            snapshot=as_json(proposal),
            at=environment.now(),
        )
    except JournalUnusable as wrong:
        return f"The document stands in Xero; the journal could not be written. {wrong}"
    return ""


def _row_written(path: Path, settlement_id: str, cells: dict[str, Writable], result: str) -> str:
    """Write the row; what goes wrong here no longer changes that the document stands."""
    try:
        record(path, settlement_id, cells, result)
    except TrueBooksError as wrong:
        return f"The document stands in Xero; its row could not be written. {wrong}"
    return ""


def _ready(case: Case, proposal: Proposal) -> None:
    """Refuse what is blocked, what changed since its preview, and what this version cannot post."""
    settlement_id = proposal.settlement_id
    if not proposal.postable:
        names = "; ".join(check.name for check in proposal.checks if not check.ok)
        raise Blocked(settlement_id, names)
    recorded = text(case.row, "fingerprint")
    if recorded and recorded != proposal.fingerprint:
        raise PreviewChanged(settlement_id, _changed(case))
    if proposal.document == "ACCPAY":
        raise BillsNotPosted(settlement_id, proposal.total.words)


def _changed(case: Case) -> str:
    before = dict(each.split("=", 1) for each in text(case.row, "inputs").split(";") if "=" in each)
    now = dict(each.split("=", 1) for each in inputs_text(case).split(";"))
    names = [name.replace("_", " ") for name in now if before.get(name) != now[name]]
    return ", ".join(names) or "the deposit date or the rules of this version"
