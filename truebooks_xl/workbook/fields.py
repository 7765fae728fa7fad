"""Cells read as what their column holds; what cannot be read is a problem with an address.

Protects: a blank is never a zero, an error value never a blank, and "2,40" never 240.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from truebooks_xl.errors import DataError
from truebooks_xl.workbook.book import Cell, Row

_AMOUNT: Final = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+(?=\.))(\.\d+)?")


class BadCell(DataError):
    """A cell does not hold what its column is for."""

    def __init__(self, where: str, shown: str, meaning: str) -> None:
        super().__init__(
            where=where,
            what=f"“{shown}” is not {meaning}.",
            remedy=f"Type {meaning}, or clear the cell.",
        )


def text(row: Row, key: str) -> str:
    """Read trimmed text; a number is written out in plain digits, blank is ""."""
    if key in row.errors:
        raise BadCell(row.where(key), row.errors[key], "a plain value")
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


def day(row: Row, key: str) -> date | None:
    """Read a calendar day: a date cell, or ISO text; blank is None."""
    written = text(row, key)
    cell = row.cells.get(key)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date) or not written:
        return cell if isinstance(cell, date) else None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadCell(row.where(key), written, "a day such as 2026-03-15") from None


def amount(row: Row, key: str) -> Decimal | None:
    """Read an amount in major units; blank is None. ``2,40`` could mean two things: refused."""
    written = text(row, key)
    cell = row.cells.get(key)
    if isinstance(cell, Decimal) or not written:
        return cell if isinstance(cell, Decimal) else None
    bare = written.lstrip("£$€¥ ").rstrip()
    if not _AMOUNT.fullmatch(bare):
        raise BadCell(row.where(key), written, "an amount such as 1250.00")
    return Decimal(bare.replace(",", ""))


def instant(row: Row, key: str) -> datetime | None:
    """Read a UTC instant that we wrote as ISO text; blank is None."""
    written = text(row, key)
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC)
    except ValueError:
        raise BadCell(row.where(key), written, "an instant such as 2026-05-04T22:07:18Z") from None
