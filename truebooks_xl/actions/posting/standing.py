"""What stands of a settlement as the accountant sees it: what Repost and Rollback may void.

Protects: the plan is what the sheet shows; only where it shows nothing is Xero asked, and only
documents of ours get into a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.journal_days import around, days_of
from truebooks_xl.actions.posting.manual_journals import journals_about, journals_of_run
from truebooks_xl.actions.posting.preflight import filed, locked
from truebooks_xl.core.as_posted import snapshot, told_by
from truebooks_xl.core.drift import Snapshot
from truebooks_xl.core.ledger import ACTIVE, Document, Kind
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
        kind: of what was posted, as far as is known.
        days: the dates of the documents.
        snapshot: what was posted, as the journal keeps it, else as the document itself tells.
    """

    key: Key
    reference: str
    ids: tuple[str, ...]
    kind: Kind
    days: tuple[date, ...]
    snapshot: Snapshot | None

    @property
    def journal_on(self) -> date | None:
        """The day of a manual journal; None when it is none."""
        return self.days[0] if self.kind == "MANUALJOURNAL" and self.days else None


def standing(desk: Desk, row: Row) -> Standing:
    """Tell what the settlement of a row has standing in Xero."""
    key = Key(text(row, "marketplace"), text(row, "settlement_id"))
    named = text(row, "reference") or reference(_total(row), key)
    shown = text(row, "document_id")
    posting = desk.session.journal.posting(desk.organisation_id, key.token)
    if shown and posting and posting["document_id"] == shown:
        kept = posting["snapshot"]
        day = date.fromisoformat(kept["date"])
        return Standing(key, named, (shown,), kept["document"], (day,), kept)
    if shown:
        kind = cast("Kind", text(row, "document") or "ACCREC")
        if any(each.id == shown for each in journals_of_run(desk)):
            kind = "MANUALJOURNAL"  # the row may say what a preview makes of it now
        found = [desk.session.xero.document(shown, kind)]
    else:
        found = _ours(desk, row, key)
    return Standing(
        key,
        named,
        tuple(each.id for each in found),
        found[0].kind if found else "ACCREC",
        tuple(each.dated_on for each in found),
        as_xero_tells(desk, found[0], key) if len(found) == 1 else None,
    )


def as_xero_tells(desk: Desk, document: Document, key: Key) -> Snapshot | None:
    """Return what a document tells of itself; None when it does not bear its key any more."""
    if key.token not in (document.reference or document.number):
        return None
    percents = {each.tax_type: each.rate_percent for each in desk.world.rates().values()}
    return snapshot(told_by(document, key, desk.session.organisation, percents))


def _ours(desk: Desk, row: Row, key: Key) -> list[Document]:
    """Look for what the sheet does not show: what stands in Xero, and was posted from here."""
    listed = [*desk.session.xero.search(key.settlement_id)]
    if day := journals_about(desk, key, next(iter(days_of([row])), None)):
        listed += desk.session.xero.journals(*around([day]))
    found = [each for each in listed if of_key(each, key) and each.status in ACTIVE]
    return [each for each in found if each.kind != "ACCREC" or role(each.number, key) != "other"]


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
