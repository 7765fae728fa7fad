"""Repost: the difference is shown, the old document is voided, the new one takes its number.

Protects: only what the sheet shows is voided; the new document is checked as a draft while the old
one still stands; a refused void stops everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.posting.carrying import carry, dressed
from truebooks_xl.actions.posting.comparing import repostal
from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.manual_journals import not_read
from truebooks_xl.actions.posting.opening import at_desk
from truebooks_xl.actions.posting.post import chosen, refused
from truebooks_xl.actions.posting.preparing import Prepared, prepare
from truebooks_xl.actions.posting.results import Results
from truebooks_xl.actions.posting.standing import NothingStands, refuse_closed, standing
from truebooks_xl.actions.previewing.proposals import decide
from truebooks_xl.errors import DataError, TrueBooksError


class DraftsOnly(DataError):
    """A repost was asked for while documents are only left as drafts."""

    def __init__(self, settlement_id: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what="“Leave as draft” is on, and a repost would void what stands before anybody has "
            "approved the new document.",
            remedy="Roll it back first, then Post.",
        )


def repost(
    path: Path,
    settlement_ids: Sequence[str],
    *,
    all_posted: bool = False,
    take_over: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Answer:
    """Repost each settlement; a failure is its row's, and the rest go on.

    Args:
        all_posted: all settlements whose status is Posted, besides those named.
        take_over: let go of another's reservation that was left more than ten minutes ago.
        dry_run: show each difference, and write nothing to Xero.
    """
    results = Results()
    with at_desk(path, progress, dry_run=dry_run) as desk:
        ids = chosen(desk, settlement_ids, {"Posted"} if all_posted else set())
        prepared = []
        for n, settlement_id in enumerate(ids, start=1):
            progress(f"Comparing {settlement_id} ({n} of {len(ids)})")
            try:
                prepared.append(_prepared(desk, settlement_id, take_over=take_over))
            except TrueBooksError as wrong:
                refused(desk, settlement_id, wrong, results, "Repost")
        if dry_run:
            for each in prepared:
                results.add(each.settlement_id, "would repost", **each.told)
            return results.answer(ids)
        warnings = dressed(desk, carry(desk, prepared, results))
    return results.answer(ids, warnings=[*desk.looked_into(), *not_read(desk), *warnings])


def _prepared(desk: Desk, settlement_id: str, *, take_over: bool) -> Prepared:
    desk.refuse_unresolved(settlement_id)
    case = decide(desk.space, settlement_id)
    now = standing(desk, case.row)
    if not now.ids:
        raise NothingStands(settlement_id)
    if desk.space.settings.value("Leave as draft") == "yes":
        raise DraftsOnly(settlement_id)
    prepared = prepare(
        desk,
        case,
        "repost",
        plan=now.ids,
        journal_on=now.journal_on,
        take_over=take_over,
        checks=lambda: refuse_closed(desk, now.days),
    )
    if now.snapshot is None:
        return prepared
    proposed = case.proposed
    changes = repostal(desk, now.snapshot, proposed.proposal, proposed.rules)
    return replace(prepared, told={"difference": changes})
