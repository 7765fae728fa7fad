"""The workbook as the actions see it: tables of typed rows and named cells, read and written.

Protects: an action cannot tell a closed file from a live one; every write of one action is one
``write`` call, which happens whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from truebooks_xl.workbook.schema import Sheet

Cell = str | Decimal | date | datetime | bool | None
"""A cell's value. Numbers arrive as the Decimal of their shortest text; blank is None. Written
``Decimal`` becomes a number; ``str`` always text, however it begins (``=``, ``http``, digits)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table as read.

    Attributes:
        number: its 1-based row number in the sheet.
        cells: column key to value; a column the user deleted is absent.
        letters: column key to the column's letter, for messages: ``Mapping!G17``.
        errors: column key to the text of an error value or an uncalculated formula in that cell.
    """

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    letters: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)

    def where(self, key: str) -> str:
        """Return the address of a cell: ``Mapping!G17``."""
        return f"{self.sheet}!{self.letters.get(key, 'A')}{self.number}"


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that shows ``text`` and opens ``address``."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula for one cell (with ``=``) and its value now, for readers that do not calculate."""

    formula: str
    value: str | Decimal | None


Writable = Cell | int | Link | Formula
"""What may be written; ``int`` is a count, never an id: ids are text."""


@dataclass(frozen=True, slots=True)
class ReplaceRows:
    """Replace a table's body by these rows; the table shrinks or grows to fit.

    Each row maps column key to value; a key left out clears the cell. Calculated columns keep the
    formula of the schema; a value given for one is written beside it as its cached result.
    Columns the user added keep their cells where the row count allows, and are blank in new rows.
    """

    sheet: Sheet
    rows: Iterable[Mapping[str, Writable]]
    count: int


@dataclass(frozen=True, slots=True)
class AppendRows:
    """Add rows below a table's last row; existing rows are untouched."""

    sheet: Sheet
    rows: Sequence[Mapping[str, Writable]]


@dataclass(frozen=True, slots=True)
class UpdateRows:
    """Set some cells of existing rows: row number (from ``Row.number``) to column key to value."""

    sheet: Sheet
    cells: Mapping[int, Mapping[str, Writable]]


@dataclass(frozen=True, slots=True)
class SetNames:
    """Set named single cells: defined name to value."""

    cells: Mapping[str, Writable]


Edit = ReplaceRows | AppendRows | UpdateRows | SetNames


class Book(Protocol):
    """One workbook of one Xero organisation."""

    @property
    def path(self) -> Path:
        """Where the workbook lies."""

    def rows(self, sheet: Sheet) -> Sequence[Row]:
        """Read a table; rows that are wholly blank are left out.

        Raises:
            DataError: the sheet, the table or a required column is missing; the message says which.
        """

    def names(self, names: Sequence[str]) -> Mapping[str, Cell]:
        """Read named single cells."""

    def ensure_closed(self) -> None:
        """Refuse now what ``write`` would refuse later; asked before Xero is.

        Raises:
            DataError: the book is open in Excel, or cannot be written.
        """

    def write(self, edits: Sequence[Edit]) -> None:
        """Apply all edits at once: the file is the old one or the new one, never between.

        Raises:
            DataError: the book is open in Excel, changed since it was read, or cannot be edited
                without harming what the user added; nothing was written.
        """
