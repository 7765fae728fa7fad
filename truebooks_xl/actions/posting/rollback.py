"""Rollback: a settlement's document is renamed and voided, and the settlement is a draft again.

Protects: only what the accountant's sheet shows is voided, and never deleted; what is paid,
reconciled, locked or filed is left as it is, with the way on.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.gather import settlement_row
from truebooks_xl.actions.posting.carrying import carry
from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.manual_journals import journals_about, not_read
from truebooks_xl.actions.posting.opening import at_desk
from truebooks_xl.actions.posting.post import chosen, refused
from truebooks_xl.actions.posting.preparing import Prepared, circumstances, contact
from truebooks_xl.actions.posting.results import Results
from truebooks_xl.actions.posting.standing import refuse_closed, standing
from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.core.posting.task import Task
from truebooks_xl.errors import TrueBooksError
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.fields import text


def rollback(
    path: Path,
    settlement_ids: Sequence[str],
    *,
    all_posted: bool = False,
    progress: Progress = silent,
) -> Answer:
    """Roll each settlement back; a failure is its row's, and the rest go on.

    Args:
        all_posted: all settlements whose status is Posted, besides those named.
    """
    results = Results()
    with at_desk(path, progress) as desk:
        ids = chosen(desk, settlement_ids, {"Posted"} if all_posted else set())
        prepared = []
        for settlement_id in ids:
            try:
                desk.refuse_unresolved(settlement_id)
                prepared.append(_prepared(desk, settlement_row(desk.space.book, settlement_id)))
            except TrueBooksError as wrong:
                refused(desk, settlement_id, wrong, results, "Rollback")
        carry(desk, prepared, results)
    return results.answer(ids, warnings=[*desk.looked_into(), *not_read(desk)])


def _prepared(desk: Desk, row: Row) -> Prepared:
    now = standing(desk, row)
    task = Task(
        aim="rollback",
        key=now.key,
        reference=now.reference,
        wanted=None,
        plan=now.ids,
        journals_about=now.journal_on or journals_about(desk, now.key),
        **circumstances(desk, now.key),
    )

    def ready() -> str:
        refuse_closed(desk, now.days)
        return contact(desk, marketplace(now.key.marketplace).name)

    return Prepared(now.key.settlement_id, text(row, "status"), task, None, ready)
