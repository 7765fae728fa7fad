"""The chain in the Settlements sheet: how each follows the one before, and rows for the gaps.

Protects: a gap is a row with status Missing that the settlement takes over once it arrives; rows
are only added and updated, so that what the accountant wrote beside them stays beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from truebooks_xl.actions.archiving import archive, archived
from truebooks_xl.actions.gather import Workspace
from truebooks_xl.core.chain import ChainEntry, Linked, MissingSettlement, chain_entry, link
from truebooks_xl.core.marketplaces import Marketplace
from truebooks_xl.core.money import Money
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.journal.archive import Archive, NotArchived
from truebooks_xl.workbook.book import AppendRows, Edit, Row, UpdateRows, Writable
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS

Cells = dict[str, Writable]

MONEY_FIELDS = ("total", "payable", "charged", "current_reserve", "previous_reserve")


def chain_edits(
    space: Workspace,
    taken: Sequence[tuple[Settlement, Marketplace]],
    cells: Mapping[str, Cells],
) -> list[Edit]:
    """Return the edits that bring new settlements into their places.

    Args:
        taken: settlements read just now.
        cells: settlement id to the cells of its row; completed with what the chain says.
    """
    rows = space.book.rows(SETTLEMENTS)
    known = {text(row, "settlement_id"): row for row in rows if text(row, "file")}
    gaps = [row for row in rows if not text(row, "file")]
    kept = archive(space.settings)
    entries = [_recorded(space, kept, row) for id_, row in known.items() if id_ not in cells]
    entries += [chain_entry(settlement, store.code) for settlement, store in taken]
    updates: dict[int, Cells] = {}
    added: list[Cells] = []
    after_gap = False
    for result in link(entries):
        if isinstance(result, MissingSettlement):
            after_gap = True
            _put(_gap_row(gaps, result), _missing_cells(result), updates, added)
            continue
        id_ = result.entry.settlement_id
        row = known.get(id_) or (_home_in(gaps, result.entry) if id_ in cells else None)
        _put(row, {**cells.get(id_, {}), "chain": told(result, after_gap)}, updates, added)
        after_gap = False
    for row in gaps:  # holes that no longer are: the settlements there are linked
        updates[row.number] = {"status": "Nothing to post", "problem": "The gap is closed."}
    edits: list[Edit] = [UpdateRows(SETTLEMENTS, updates)] if updates else []
    return [*edits, AppendRows(SETTLEMENTS, added)] if added else edits


def contradictions(space: Workspace, row: Row) -> tuple[str, ...]:
    """Return what a settlement and the one before it say against each other about money owed (I8).

    A first settlement, and one after a gap, have nothing before them to contradict.
    """
    store, kept = text(row, "marketplace"), archive(space.settings)
    entries = []
    for each in space.book.rows(SETTLEMENTS):
        if text(each, "file") and text(each, "marketplace") == store:
            # A report that is no longer archived says nothing, and stops nobody else's preview.
            with suppress(NotArchived):
                entries.append(_recorded(space, kept, each))
    return tuple(
        finding.sentence
        for result in link(entries)
        if isinstance(result, Linked) and result.entry.settlement_id == text(row, "settlement_id")
        for finding in result.findings
        if finding.blocks
    )


def told(result: Linked, after_gap: bool) -> str:
    """Say in a sentence or two how a settlement follows the one before it."""
    if result.previous_id:
        follows = f"Follows {result.previous_id}."
    else:
        follows = "Follows a gap." if after_gap else "First of its chain."
    return " ".join((follows, *(each.sentence for each in result.findings)))


def _put(row: Row | None, cells: Cells, updates: dict[int, Cells], added: list[Cells]) -> None:
    if row is None:
        added.append(cells)
    else:
        updates[row.number] = cells


def _gap_row(gaps: list[Row], hole: MissingSettlement) -> Row | None:
    """Take the row that stands for a hole already, whole or wider."""
    return _overlapping(gaps, hole.marketplace, hole.start, hole.end)


def _home_in(gaps: list[Row], entry: ChainEntry) -> Row | None:
    """Take over the row of the hole a new settlement fills."""
    return _overlapping(gaps, entry.marketplace, entry.start, entry.end)


def _overlapping(gaps: list[Row], marketplace: str, start: datetime, end: datetime) -> Row | None:
    for row in gaps:
        begins, ends = text(row, "start_at"), text(row, "end_at")
        if not begins or not ends or text(row, "marketplace") != marketplace:
            continue
        if datetime.fromisoformat(begins) < end and start < datetime.fromisoformat(ends):
            gaps.remove(row)
            return row
    return None


def _missing_cells(hole: MissingSettlement) -> Cells:
    return {
        "settlement_id": "",
        "marketplace": hole.marketplace,
        "status": "Missing",
        "start_on": hole.start.date(),
        "end_on": hole.end.date(),
        "currency": hole.currency,
        "total": None if hole.total is None else hole.total.amount,
        "problem": hole.sentence,
        "chain": "A gap: the settlements before and after it do not touch.",
        "start_at": hole.start.isoformat(),
        "end_at": hole.end.isoformat(),
    }


def _recorded(space: Workspace, kept: Archive, row: Row) -> ChainEntry:
    """Return what an earlier report says of its neighbours, from its note or from itself."""
    store = text(row, "marketplace")

    def make() -> dict[str, Any]:
        return _plain(chain_entry(archived(space, row), store))

    return _entry(kept.note(text(row, "file"), "chain", make), store)


def _plain(entry: ChainEntry) -> dict[str, Any]:
    return {
        "settlement_id": entry.settlement_id,
        "start": entry.start.isoformat(),
        "end": entry.end.isoformat(),
        "currency": entry.total.currency,
        **{name: getattr(entry, name).minor for name in MONEY_FIELDS},
    }


def _entry(note: Mapping[str, Any], store: str) -> ChainEntry:
    return ChainEntry(
        note["settlement_id"],
        store,
        datetime.fromisoformat(note["start"]),
        datetime.fromisoformat(note["end"]),
        *(Money(note[name], note["currency"]) for name in MONEY_FIELDS),
    )
