"""Post: one authorised document for each settlement, never two, never another than previewed.

Protects: Post voids nothing. What stands and is equal is adopted, what differs is refused; the
intent is in the journal before each call, and a repeat ends in the same one document.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.importing.imported import known_starts
from truebooks_xl.actions.posting.carrying import carry, dressed
from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.first_posts import FirstPosts
from truebooks_xl.actions.posting.journal_days import around, days_of
from truebooks_xl.actions.posting.manual_journals import not_read
from truebooks_xl.actions.posting.opening import at_desk
from truebooks_xl.actions.posting.preparing import Prepared, prepare
from truebooks_xl.actions.posting.recording import record, stopped
from truebooks_xl.actions.posting.results import Results
from truebooks_xl.actions.previewing.proposals import Case, decide
from truebooks_xl.core.start import before_start
from truebooks_xl.errors import DataError, TrueBooksError
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS


class BeforeStart(DataError):
    """A settlement is older than the first one to post."""

    def __init__(self, settlement_id: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what="It is older than the first settlement to post, so it was booked elsewhere.",
            remedy="Correct “First settlement to post” in Settings, if that is not so.",
        )


class NothingToPost(DataError):
    """A settlement has no lines."""

    def __init__(self, settlement_id: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what="It has no lines, so there is nothing to post.",
            remedy="Leave it as it is.",
        )


def post(
    path: Path,
    settlement_ids: Sequence[str],
    *,
    all_draft: bool = False,
    take_over: bool = False,
    not_this: Collection[str] = (),
    progress: Progress = silent,
) -> Answer:
    """Post each settlement; a failure is its row's, and the rest go on.

    Args:
        all_draft: all settlements whose status is Draft or Blocked, besides those named.
        take_over: let go of another's reservation that was left more than ten minutes ago.
        not_this: ids of documents in Xero that look like one of these and are something else.
    """
    results = Results()
    with at_desk(path, progress) as desk:
        ids = chosen(desk, settlement_ids, {"Draft", "Blocked"} if all_draft else set())
        first = FirstPosts(desk, not_this)
        prepared = _prepared(desk, ids, results, first, take_over=take_over)
        warnings = dressed(desk, carry(desk, prepared, results))
    return results.answer(
        ids, warnings=[*desk.looked_into(), *first.notices, *not_read(desk), *warnings]
    )


def chosen(desk: Desk, settlement_ids: Sequence[str], statuses: set[str]) -> list[str]:
    """Return the settlements named, and those of a status, each once, in the sheet's order.

    The desk keeps their days: manual journals are listed once for all of them.
    """
    rows = desk.space.book.rows(SETTLEMENTS)
    found = [text(row, "settlement_id") for row in rows if text(row, "status") in statuses]
    ids = dict.fromkeys((*(each.strip() for each in settlement_ids), *found))
    days = days_of(row for row in rows if text(row, "settlement_id") in ids)
    desk.journal_days = around(days) if days else None
    return list(ids)


def _prepared(
    desk: Desk, ids: Sequence[str], results: Results, first: FirstPosts, *, take_over: bool
) -> list[Prepared]:
    prepared, starts = [], known_starts(desk.space.book)
    for n, settlement_id in enumerate(ids, start=1):
        desk.progress(f"Deciding {settlement_id} ({n} of {len(ids)})")
        try:
            desk.refuse_unresolved(settlement_id)
            case = decide(desk.space, settlement_id)
            refuse_early(desk, case, starts)
            first.add(case)
            prepared.append(_prepare(desk, case, first, take_over=take_over))
        except TrueBooksError as wrong:
            refused(desk, settlement_id, wrong, results)
    return prepared


def _prepare(desk: Desk, case: Case, first: FirstPosts, *, take_over: bool) -> Prepared:
    settlement_id = case.settlement.settlement_id
    checks = partial(first.refuse, settlement_id)
    return prepare(desk, case, "post", take_over=take_over, checks=checks)


def refuse_early(desk: Desk, case: Case, starts: Mapping[str, tuple[str, datetime]]) -> None:
    """Refuse what posting does not begin with, and what has no lines.

    Raises:
        DataError: nothing was asked of Xero for it.
    """
    found = case.settlement
    settings = desk.space.settings
    if before_start(settings, case.marketplace, found.start, found.settlement_id, starts):
        raise BeforeStart(found.settlement_id)
    if not found.line_count:
        raise NothingToPost(found.settlement_id)


def refused(
    desk: Desk, settlement_id: str, wrong: TrueBooksError, results: Results, action: str = "Post"
) -> None:
    """Say in the answer and in the row why a settlement was not even begun."""
    results.failed(settlement_id, wrong)
    rows = {text(row, "settlement_id"): row for row in desk.space.book.rows(SETTLEMENTS)}
    if settlement_id in rows:
        cells = stopped(text(rows[settlement_id], "status"), wrong)
        record(desk.path, {settlement_id: cells}, action, {settlement_id: "Stopped"})
