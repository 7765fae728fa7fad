"""Post: one authorised document for each settlement, never two, never another than previewed.

Protects: Post voids nothing. What stands and is equal is adopted, what differs is refused; the
intent is in the journal before each call, and a repeat ends in the same one document.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.carrying import Results, carry
from truebooks_xl.actions.desk import Desk, at_desk
from truebooks_xl.actions.preparing import Prepared, prepare
from truebooks_xl.actions.proposals import decide
from truebooks_xl.actions.recording import record, stopped
from truebooks_xl.errors import DataError, TrueBooksError
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS


class NotToBePosted(DataError):
    """A settlement is before the first one to post."""

    def __init__(self, settlement_id: str, status: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"Its status is {status}: it is older than the first settlement to post.",
            remedy="Change “First settlement to post” in Settings, and import it again.",
        )


def post(
    path: Path,
    settlement_ids: Sequence[str],
    *,
    all_draft: bool = False,
    take_over: bool = False,
    progress: Progress = silent,
) -> Answer:
    """Post each settlement; a failure is its row's, and the rest go on.

    Args:
        all_draft: all settlements whose status is Draft, besides those named.
        take_over: let go of another's reservation that was left more than ten minutes ago.
    """
    results = Results()
    with at_desk(path, progress) as desk:
        ids = chosen(desk, settlement_ids, {"Draft"} if all_draft else set())
        prepared = _prepared(desk, ids, results, take_over=take_over)
        carry(desk, prepared, results)
    return results.answer(ids)


def chosen(desk: Desk, settlement_ids: Sequence[str], statuses: set[str]) -> list[str]:
    """Return the settlements named, and those of a status, each once, in the sheet's order."""
    found = [
        text(row, "settlement_id")
        for row in desk.space.book.rows(SETTLEMENTS)
        if text(row, "status") in statuses
    ]
    return list(dict.fromkeys((*(each.strip() for each in settlement_ids), *found)))


def _prepared(
    desk: Desk, ids: Sequence[str], results: Results, *, take_over: bool
) -> list[Prepared]:
    prepared = []
    for n, settlement_id in enumerate(ids, start=1):
        desk.progress(f"Deciding {settlement_id} ({n} of {len(ids)})")
        try:
            case = decide(desk.space, settlement_id)
            status = text(case.row, "status")
            if status == "Before start":
                raise NotToBePosted(settlement_id, status)
            prepared.append(prepare(desk, case, "post", take_over=take_over))
        except TrueBooksError as wrong:
            refused(desk, settlement_id, wrong, results)
    return prepared


def refused(
    desk: Desk, settlement_id: str, wrong: TrueBooksError, results: Results, action: str = "Post"
) -> None:
    """Say in the answer and in the row why a settlement was not even begun."""
    results.failed(settlement_id, wrong)
    rows = {text(row, "settlement_id"): row for row in desk.space.book.rows(SETTLEMENTS)}
    if settlement_id in rows:
        cells = stopped(text(rows[settlement_id], "status"), wrong)
        record(desk.path, {settlement_id: cells}, action, {settlement_id: "Stopped"})
