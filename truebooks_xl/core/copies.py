"""An older copy of a workbook: what the journal has ended for it and its rows do not show.

Protects: a copy taken before a posting does not write over what the newest copy knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from truebooks_xl.errors import DataProblems, Problem

NEWEST: Final = (
    "Use the newest copy, or run “truebooks journal rebuild BOOK” to write into it what Xero holds."
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the journal recorded last for one key of one workbook.

    Attributes:
        outcome: ``posted``, ``awaiting approval`` or ``rolled back``.
        number, document_id: "" after a rollback.
        status: of the settlement's row, as it was written.
        at: UTC instant of the record.
    """

    settlement_id: str
    marketplace: str
    suffix: str
    aim: str
    outcome: str
    number: str
    document_id: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """What a row of Settlements shows.

    Attributes:
        where: the cell of its status: ``Settlements!C6``.
    """

    settlement_id: str
    status: str
    document_id: str
    where: str


class OldCopy(DataProblems):
    """The workbook is an older copy than the journal knows."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)


def lacking(recorded: Mapping[str, Recorded], rows: Iterable[Shown]) -> list[Problem]:
    """List what the journal has ended for a workbook and its rows do not show.

    Args:
        recorded: by token, as ``Journal.standing`` tells it for the workbook's own id.
        rows: all of Settlements.
    """
    shown = {row.settlement_id: row for row in rows}
    return [
        _problem(each, shown.get(each.settlement_id))
        for each in recorded.values()
        if not _shows(each, shown.get(each.settlement_id))
    ]


def _shows(recorded: Recorded, row: Shown | None) -> bool:
    """Say whether a row is as new as the record; a correction stands beside it, not in it."""
    if row is None:
        return False
    if recorded.suffix.startswith(("-C", "-COGS")):
        return True
    if recorded.outcome == "rolled back":
        return not row.document_id
    return row.document_id == recorded.document_id


def _problem(recorded: Recorded, row: Shown | None) -> Problem:
    name, on = f"settlement {recorded.settlement_id}{recorded.suffix}", recorded.at.date()
    if recorded.outcome == "rolled back":
        what = f"that {name} was rolled back on {on}"
    else:
        done = "left as a draft" if recorded.outcome == "awaiting approval" else "posted"
        what = f"{recorded.number or recorded.document_id} ({name}, {done} {on})"
    where = row.where if row else "Settlements"
    return Problem(where, f"This copy of the workbook lacks {what}.", NEWEST)
