"""What stands of a settlement as the accountant sees it: what Repost and Rollback may void.

Protects: the plan is what the sheet shows; only where it shows nothing is Xero asked, and only
documents of ours get into a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from truebooks_xl.actions.desk import Desk
from truebooks_xl.actions.preflight import filed, locked
from truebooks_xl.core.ledger import ACTIVE, Kind
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.found import of_key
from truebooks_xl.core.posting.numbers import role
from truebooks_xl.core.reference import Key, reference
from truebooks_xl.core.rows import CellReader
from truebooks_xl.errors import DataProblems, Refused
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.fields import text


class NothingStands(Refused):
    """There is no document of the settlement to change."""

    def __init__(self, settlement_id: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what="No document of it stands in Xero.",
            remedy="Use Post.",
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """The documents a repost or rollback may void.

    Attributes:
        snapshot: what was posted, as the journal keeps it; None when it does not.
        days: the dates of the documents.
    """

    key: Key
    reference: str
    ids: tuple[str, ...]
    days: tuple[date, ...]
    snapshot: dict[str, Any] | None

    @property
    def kind(self) -> Kind:
        """What was posted, as far as is known."""
        return self.snapshot["document"] if self.snapshot else "ACCREC"

    @property
    def journals_about(self) -> date | None:
        """The day of a manual journal; None when it is none."""
        is_journal = self.snapshot and self.snapshot["document"] == "MANUALJOURNAL"
        return self.days[0] if is_journal and self.days else None


def standing(desk: Desk, row: Row) -> Standing:
    """Tell what the settlement of a row has standing in Xero."""
    key = Key(text(row, "marketplace"), text(row, "settlement_id"))
    named = text(row, "reference") or reference(_total(row), key)
    shown = text(row, "document_id")
    posting = desk.session.journal.posting(desk.organisation_id, key.token)
    snapshot = posting["snapshot"] if posting else None
    if shown and posting and posting["document_id"] == shown:
        day = date.fromisoformat(posting["snapshot"]["date"])
        return Standing(key, named, (shown,), (day,), snapshot)
    if shown:
        document = desk.session.xero.document(shown)
        return Standing(key, named, (shown,), (document.dated_on,), None)
    found = [
        each
        for each in desk.session.xero.search(key.settlement_id)
        if of_key(each, key) and each.status in ACTIVE
    ]
    ours = [each for each in found if each.kind == "ACCPAY" or role(each.number, key) != "other"]
    ids, days = (tuple(each.id for each in ours), tuple(each.dated_on for each in ours))
    return Standing(key, named, ids, days, snapshot)


def refuse_closed(desk: Desk, days: tuple[date, ...]) -> None:
    """Refuse to void what lies in a locked period or in a filed VAT return.

    Raises:
        DataProblems: with each reason and the way on.
    """
    filed_to = desk.space.settings.value("VAT filed to")
    problems = [
        problem for day in days for problem in (*locked(day, desk.world), *filed(day, filed_to))
    ]
    if problems:
        raise DataProblems(list(dict.fromkeys(problems)))


def _total(row: Row) -> Money:
    cells = CellReader(row)
    cells.required("total", "Total")
    total = cells.amount("total")
    if cells.problems:
        raise DataProblems(cells.problems)
    return Money.rounded(total or Decimal(0), text(row, "currency"))
