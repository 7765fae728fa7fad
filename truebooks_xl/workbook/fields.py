"""Cells of our own columns read back as text: what a row of Settlements says.

What the accountant types is read by ``core.rows.CellReader``, which collects what is wrong.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from truebooks_xl.workbook.book import Cell, Row


def text(row: Row, key: str) -> str:
    """Return a cell as trimmed text; blank, and a column the user deleted, are ""."""
    return plain(row.cells.get(key))


def plain(cell: Cell) -> str:
    """Write a cell's value out: ``123`` for 123.0, ISO for a day, "" for a blank."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case Decimal():
            return f"{cell:f}".rstrip("0").rstrip(".") if cell % 1 else f"{cell:.0f}"
        case datetime() | date():
            return cell.isoformat()
        case str():
            return cell.strip()
