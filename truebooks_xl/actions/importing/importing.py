"""Import: settlement reports become rows of Settlements; each file proves itself first.

Protects: the same report twice changes nothing, another report of the same settlement is refused
with both totals, and a file that fails leaves the workbook as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from truebooks_xl import environment
from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.archiving import archive, archived
from truebooks_xl.actions.defaults import with_defaults
from truebooks_xl.actions.gather import Workspace, workspace
from truebooks_xl.actions.importing.chaining import chain_edits
from truebooks_xl.actions.importing.imported import group_edits, known_starts, settlement_cells
from truebooks_xl.actions.log import log_row
from truebooks_xl.actions.posting.unfinished import ready_to_write
from truebooks_xl.amazon.flat_file import read_settlement
from truebooks_xl.core.marketplaces import Marketplace, marketplace, of_settlement
from truebooks_xl.core.reference import Key
from truebooks_xl.core.reimport import Differs, compare
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.core.start import before_start
from truebooks_xl.errors import DataError, Misuse, Refused, TrueBooksError
from truebooks_xl.workbook.book import Edit, Row
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS


class WhichMarketplace(Misuse):
    """Nothing says which marketplace a report belongs to."""

    def __init__(self, name: str, currency: str) -> None:
        super().__init__(
            where=name,
            what=f"No line names a marketplace, and {currency} is not the active one's currency.",
            remedy="Say it with --marketplace CODE.",
        )


class OtherLines(DataError):
    """A report differs from the one on record for its settlement."""

    def __init__(self, settlement_id: str, recorded: str, new: str, first: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"The report on record totals {recorded}, this one {new}. Differing: {first}.",
            remedy="Find out which one Amazon stands by; --replace takes this one.",
        )


class PostedAlready(Refused):
    """A posted settlement's report cannot be replaced."""

    def __init__(self, settlement_id: str, number: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"It is posted, or may be, as {number or 'a document in Xero'}.",
            remedy="Roll the posting back in Xero before its report is replaced.",
        )


@dataclass(slots=True)
class Batch:
    """The files of one import, and what they add to the workbook."""

    space: Workspace
    replace: bool
    marketplace_code: str
    taken: dict[str, tuple[Settlement, Marketplace]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    worst: int = 0


def import_files(
    path: Path,
    files: Sequence[Path],
    *,
    replace: bool = False,
    marketplace_code: str = "",
    progress: Progress = silent,
) -> Answer:
    """Import each file; a failure is its row's, and the rest go on.

    The workbook is written once, after all files were read; stopped before, nothing has changed.
    """
    workspace(path).sound().book.ensure_closed()
    warnings = ready_to_write(path, progress)
    space = workspace(path).sound()
    batch = Batch(space, replace, marketplace_code)
    for n, file in enumerate(files, start=1):
        progress(f"Reading {file.name} ({n} of {len(files)})")
        try:
            batch.rows.append(_take(batch, file))
        except TrueBooksError as wrong:
            batch.worst = max(batch.worst, wrong.exit_status)
            batch.rows.append({"file": str(file), "result": "failed", "error": str(wrong)})
    if batch.taken:
        progress("Writing the workbook")
        space.book.write(_edits(batch))
    return Answer({"rows": batch.rows, "warnings": warnings}, batch.worst)


def _take(batch: Batch, file: Path) -> dict[str, Any]:
    settlement = read_settlement(file)
    store = _store(batch, settlement, file)
    known = _recorded(batch, settlement.settlement_id)
    result = "imported"
    if known is not None and text(known, "file"):
        result = _again(batch, known, settlement)
        if result == "unchanged":
            store = marketplace(text(known, "marketplace"))
    elif settlement.settlement_id in batch.taken:
        other, _ = batch.taken[settlement.settlement_id]
        result = _compared(settlement, other, replace=batch.replace)
    if result != "unchanged":
        archive(batch.space.settings).keep(file, settlement.sha256)
        batch.taken[settlement.settlement_id] = (settlement, store)
    return {
        "file": str(file),
        "settlement_id": settlement.settlement_id,
        "marketplace": store.code,
        "currency": settlement.total.currency,
        "total": str(settlement.total),
        "lines": settlement.line_count,
        "layout": settlement.layout,
        "result": result,
        "error": "",
    }


def _store(batch: Batch, settlement: Settlement, file: Path) -> Marketplace:
    """Name the marketplace: as the lines say, as told, or the active one if its currency fits."""
    found = of_settlement(settlement.marketplace_lines)
    if found is not None:
        return found
    if batch.marketplace_code:
        return marketplace(batch.marketplace_code)
    active = batch.space.identity.marketplace
    if active.currency == settlement.total.currency:
        return active
    raise WhichMarketplace(file.name, settlement.total.currency)


def _recorded(batch: Batch, settlement_id: str) -> Row | None:
    for row in batch.space.book.rows(SETTLEMENTS):
        if text(row, "settlement_id") == settlement_id:
            return row
    return None


def _again(batch: Batch, row: Row, settlement: Settlement) -> str:
    """Compare with the report on record; only another one may replace it, and only unposted."""
    if text(row, "file") == settlement.sha256:
        return "unchanged"
    result = _compared(settlement, archived(batch.space, row), replace=batch.replace)
    if result == "replaced" and _may_stand(batch, row):
        raise PostedAlready(settlement.settlement_id, text(row, "number"))
    return result


def _may_stand(batch: Batch, row: Row) -> bool:
    """Say whether a document of this settlement may be in Xero: by the sheet or by the journal."""
    from truebooks_xl.journal.store import Journal  # noqa: PLC0415 only where a report changes

    if text(row, "status") in {"Posted", "Posting", "Unknown"}:
        return True
    journal = Journal(environment.journal_url(), environment.place())
    try:
        token = Key(text(row, "marketplace"), text(row, "settlement_id")).token
        return journal.touched(batch.space.identity.organisation_id, token)
    finally:
        journal.close()


def _compared(settlement: Settlement, recorded: Settlement, *, replace: bool) -> str:
    outcome = compare(recorded, settlement)
    if not isinstance(outcome, Differs):
        return "unchanged"
    if replace:
        return "replaced"
    raise OtherLines(
        settlement.settlement_id,
        outcome.recorded_total.words,
        outcome.new_total.words,
        "; ".join(outcome.first_differences) or "none but the totals",
    )


# What the files add ------------------------------------------------------------------------------


def _edits(batch: Batch) -> list[Edit]:
    taken = sorted(batch.taken.values(), key=lambda each: (each[0].start, each[0].settlement_id))
    starts = known_starts(batch.space.book)
    starts |= {each.settlement_id: (store.code, each.start) for each, store in taken}
    cells = {
        each.settlement_id: settlement_cells(
            each,
            store,
            early=before_start(batch.space.settings, store, each.start, each.settlement_id, starts),
        )
        for each, store in taken
    }
    space, edits = with_defaults(batch.space, [store for _, store in taken])
    edits += chain_edits(space, taken, cells)
    edits += group_edits(space, taken)
    for settlement, store in taken:
        detail = f"{settlement.line_count} lines, {settlement.total.words}, {store.name}."
        edits.append(log_row("Import", settlement.settlement_id, "Done", detail))
    return edits
