"""Correct: what can no longer be voided is put right by its difference, in an open period.

Protects: the original, its number and its bank match stay; what Xero holds must be what was posted,
or the difference would correct something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.posting.carrying import carry, dressed
from truebooks_xl.actions.posting.comparing import corrected
from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.manual_journals import not_read
from truebooks_xl.actions.posting.opening import at_desk
from truebooks_xl.actions.posting.post import chosen, refused
from truebooks_xl.actions.posting.preflight import PAST_LOCK, filed, locked, world_problems
from truebooks_xl.actions.posting.preparing import (
    Prepared,
    contact,
    evidence,
    key_of,
    task_of,
)
from truebooks_xl.actions.posting.refusing import refuse_unfit
from truebooks_xl.actions.posting.results import Results
from truebooks_xl.actions.posting.standing import NothingStands, as_xero_tells, standing
from truebooks_xl.actions.previewing.proposals import Case, decide
from truebooks_xl.core.as_posted import snapshot
from truebooks_xl.core.correcting import Nothing, correction, open_day
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.drift import Snapshot, drift
from truebooks_xl.core.groups import key_of as key_borne
from truebooks_xl.core.ledger import ACTIVE, Document
from truebooks_xl.core.posting.found import of_correction, of_key
from truebooks_xl.core.posting.refusals import SeveralStand
from truebooks_xl.core.posting.rests_on import RestsOn
from truebooks_xl.core.reference import Key
from truebooks_xl.errors import DataProblems, Refused, TrueBooksError
from truebooks_xl.workbook.fields import text


class ChangedSincePosted(Refused):
    """A document is not what was posted, so its difference is not known."""

    def __init__(self, reference: str, number: str, changes: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} is not as it was posted: {changes}.",
            remedy="Put it back in Xero, or run Integrity scan and correct it by hand.",
        )


class StillVoidable(Refused):
    """A document that can still be voided was to be corrected."""

    def __init__(self, reference: str, number: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"{number} is not paid, not locked and not on a filed return: it can be replaced.",
            remedy="Use Repost; a correction would stand beside it for good.",
        )


def correct(
    path: Path,
    settlement_ids: Sequence[str],
    *,
    all_posted: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Answer:
    """Correct each settlement; a failure is its row's, and the rest go on.

    Args:
        all_posted: all settlements whose status is Posted, besides those named.
        dry_run: show each correction, and write nothing to Xero.
    """
    results = Results()
    with at_desk(path, progress, dry_run=dry_run) as desk:
        ids = chosen(desk, settlement_ids, {"Posted"} if all_posted else set())
        prepared = []
        for settlement_id in ids:
            progress(f"Computing the correction of {settlement_id}")
            try:
                prepared += _prepared(desk, settlement_id, results, dry_run=dry_run)
            except TrueBooksError as wrong:
                refused(desk, settlement_id, wrong, results, "Correct")
        warnings = dressed(desk, carry(desk, prepared, results))
    return results.answer(ids, warnings=[*desk.looked_into(), *not_read(desk), *warnings])


def _prepared(desk: Desk, settlement_id: str, results: Results, *, dry_run: bool) -> list[Prepared]:
    desk.refuse_unresolved(settlement_id)
    case = decide(desk.space, settlement_id)
    refuse_unfit(case, desk.space.settings, previewed=False)
    original, corrections = _as_they_stand(desk, case)
    keys = [key_of(case.proposed.proposal), *map(key_borne, corrections)]
    booked = [
        _as_posted(desk, each, key)
        for each, key in zip((original, *corrections), keys, strict=True)
    ]
    if not corrections:
        _refuse_voidable(desk, original)
    wanted = correction(
        booked,
        case.proposed.proposal,
        desk.world.rates(),
        number=original.number or original.kind,
        dated_on=open_day(original.dated_on, _closed(desk)),
    )
    if isinstance(wanted, Nothing):
        results.add(settlement_id, "nothing to correct", notices=[*wanted.notices])
        return []
    told = corrected(desk, wanted, original.dated_on)
    if dry_run:
        notices = [*wanted.notices]
        results.add(settlement_id, "would correct", notices=notices, correction=told)
        return []
    return [_task(desk, case, wanted, (original, *corrections), {"correction": told})]


def _refuse_voidable(desk: Desk, original: Document) -> None:
    """Refuse to correct what a repost would put right without a second document.

    Raises:
        StillVoidable: it is neither paid nor locked nor on a filed return.
    """
    filed_to = desk.space.settings.value("VAT filed to")
    closed = locked(original.dated_on, desk.world) or filed(original.dated_on, filed_to)
    if original.status == "AUTHORISED" and not original.applied and not closed:
        raise StillVoidable(original.reference or original.number, original.number)


def _task(
    desk: Desk,
    case: Case,
    wanted: Proposal,
    booked: Sequence[Document],
    told: dict[str, Any],
) -> Prepared:
    """Make the task of a correction; ``booked`` is the original, then its corrections."""
    family = tuple(each.id for each in booked[1:])
    task = task_of(desk, case.row, wanted, "correct", family=family)
    task = replace(
        task,
        rests_on=tuple(map(RestsOn.of, booked)),
        # In another currency the difference is booked back at the rate it was booked at.
        wanted=replace(task.wanted, rate=_rate(desk, booked[0])) if task.wanted else None,
        rate_expected=_rate(desk, booked[0]),
    )
    proposed = replace(case.proposed, proposal=wanted)

    def ready() -> str:
        if problems := world_problems(wanted, desk.world):
            raise DataProblems(problems)
        return contact(desk, case.marketplace.name)

    kept = snapshot(evidence(desk, case.row, case.settlement, proposed, task))
    status = text(case.row, "status")
    return Prepared(wanted.settlement_id, status, task, kept, ready, {}, told)


def _rate(desk: Desk, original: Document) -> Decimal | None:
    base = desk.session.organisation.base_currency
    return original.rate if original.currency != base else None


def _as_they_stand(desk: Desk, case: Case) -> tuple[Document, list[Document]]:
    """Read the original and its active corrections, each by its id.

    Raises:
        NothingStands: there is no original to correct.
    """
    now = standing(desk, case.row)
    if len(now.ids) != 1:
        raise NothingStands(now.key.settlement_id)
    original = desk.session.xero.document(now.ids[0], now.kind)
    if original.status not in ACTIVE:
        raise NothingStands(now.key.settlement_id)
    active = [
        each
        for each in desk.session.xero.search(now.key.settlement_id)
        if each.status in ACTIVE and each.id != original.id
    ]
    if copies := [each.number for each in active if of_key(each, now.key)]:
        raise SeveralStand(now.reference, ", ".join(sorted((original.number, *copies))))
    found = [each for each in active if of_correction(each, now.key)]
    return original, [desk.session.xero.document(each.id) for each in found]


def _as_posted(desk: Desk, document: Document, key: Key | None) -> Snapshot:
    """Return what was posted as a document, if that is what it still says.

    Raises:
        ChangedSincePosted: somebody changed it in Xero.
    """
    token = key.token if key else ""
    kept = desk.session.journal.posting(desk.organisation_id, token)
    if kept is not None and kept["document_id"] == document.id:
        changes = [each for each in drift(kept["snapshot"], document) if each.change != "paid"]
        if changes:
            what = "; ".join(each.what for each in changes)
            raise ChangedSincePosted(document.reference, document.number, what)
        found: Snapshot = kept["snapshot"]
        return found
    told = as_xero_tells(desk, document, key) if key else None
    if told is None:
        raise ChangedSincePosted(document.reference, document.number, "its reference is another")
    return told


def _closed(desk: Desk) -> list[date | None]:
    """Return the last days that are locked or filed."""
    organisation, filed_to = desk.world.organisation(), desk.space.settings.value("VAT filed to")
    adviser = desk.world.rights().get(PAST_LOCK, False)
    return [
        None if adviser else organisation.period_lock,
        organisation.year_end_lock,
        date.fromisoformat(filed_to) if filed_to else None,
    ]
