"""What a sheet, a table and a column are, as declarations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "id", "money", "percent", "decimal", "count", "day", "instant", "link"]
"""How a cell is read and shown. ``id`` is text that looks like a number: formatted ``@``."""

Role = Literal["input", "working", "output", "control"]
"""What a sheet is for; decides its tab colour and its protection."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        key: the field's name in Python.
        heading: the exact heading in the sheet.
        note: what the accountant reads as the heading's comment.
        entered: True where the accountant types (blue on pale yellow, unlocked).
        required: True where an empty cell is a problem.
        choices: literal values allowed, or ``=Name`` of a list defined in the workbook.
        wrap: True where sentences stand, which go on in the next line.
        formula: calculated column; table-qualified structured references only.
    """

    key: str
    heading: str
    kind: Kind
    note: str
    width: int = 14
    entered: bool = False
    required: bool = False
    choices: tuple[str, ...] | str = ()
    wrap: bool = False
    formula: str = ""


@dataclass(frozen=True, slots=True)
class NamedCell:
    """One cell that is reached by its defined name, wherever the user moves it.

    Attributes:
        name: the defined name: ``TB_Decimals``.
        at: where the template puts it: ``B6``.
        label: what stands in the cell to its left; "" for nothing.
        formula: with ``=``; "" where Python or the accountant writes a value.
        value: what a new workbook holds there.
    """

    name: str
    at: str
    label: str
    kind: Kind = "text"
    note: str = ""
    entered: bool = False
    choices: tuple[str, ...] = ()
    formula: str = ""
    value: str | int = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table and the sheet it stands on, or stands on beside the sheet's first table.

    Attributes:
        name: the tab, also what messages call it.
        table: the table's name: ``tblMapping``; "" on a sheet without a table.
        first_row: 1-based row of the table's headings.
        first_column: 1-based column of its first heading.
        cells: the sheet's named cells; all stand above the headings.
    """

    name: str
    table: str
    role: Role
    purpose: str
    columns: tuple[Column, ...] = ()
    first_row: int = 5
    first_column: int = 1
    cells: tuple[NamedCell, ...] = ()

    def column(self, key: str) -> Column:
        """Find a column by its key; an unknown key is our bug."""
        return next(each for each in self.columns if each.key == key)
