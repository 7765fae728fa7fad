"""What an edit must not harm: merged cells, array and shared formulas, whatever lies below a table.

Protects: an edit that would damage something the user made is refused, with the cell's address,
before anything is written. What only has to follow a growing table is moved along here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from truebooks_xl.errors import DataError
from truebooks_xl.workbook.closed.addresses import LAST_ROW, Area, column_letters
from truebooks_xl.workbook.closed.sheet import SheetXml, has_content
from truebooks_xl.workbook.closed.tables import Table

_MERGE: Final = re.compile(rb'<mergeCell [^>]*?ref="([^"]*)"')
_FORMULA: Final = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><f ([^>]*)')
_KIND: Final = re.compile(rb'\bt="(array|shared|dataTable)"')
_REF: Final = re.compile(rb'\bref="([^"]*)"')
_FOLLOWERS: Final = re.compile(
    rb"(<(?:dataValidation|conditionalFormatting|ignoredError)\s"
    rb"(?:[^\"<>]|\"[^\"]*\")*?\bsqref=\"|<\w+:sqref>)([^\"<]*)"
)


class FormulaInTheWay(DataError):
    """A cell to be written belongs to a formula of several cells."""

    def __init__(self, tab: str, cell: str, area: str, kind: str) -> None:
        super().__init__(
            where=f"{tab}!{cell}",
            what=f"The cell belongs to {kind} formula over {area}, which writing would break.",
            remedy="Put that formula elsewhere, or paste its values over it.",
        )


class MergedCells(DataError):
    """A cell to be written is hidden under a merged one."""

    def __init__(self, tab: str, cell: str, area: str) -> None:
        super().__init__(
            where=f"{tab}!{cell}",
            what=f"The cell is part of the merged cells {area}.",
            remedy="Remove the merge (Home, Merge & Center), then run the command again.",
        )


class NoRoom(DataError):
    """Something lies below a table that has to grow."""

    def __init__(self, tab: str, cell: str, table: str, rows: int) -> None:
        super().__init__(
            where=f"{tab}!{cell}",
            what=f"The table {table} needs {rows:,} more rows, and this cell below it is in use.",
            remedy="Put what lies below the table on another sheet, or to the table's right.",
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """A formula that speaks for several cells, or owns its cell in a special way."""

    anchor: Area
    area: Area
    kind: Literal["array", "shared", "dataTable"]


def check_writable(
    sheet: SheetXml, tab: str, areas: Sequence[Area], array_columns: Iterable[int] = ()
) -> None:
    """Refuse to overwrite part of a merged cell, an array formula or a shared formula's master.

    Args:
        areas: all that is overwritten or removed by one edit.
        array_columns: calculated columns made of array formulas: these are written anew.
    """
    for merged in _merged(sheet):
        for area in areas:
            hidden = next((each for each in _common(area, merged) if each != _anchor(merged)), None)
            if hidden:
                raise MergedCells(tab, str(hidden), str(merged))
    for spread in _spreads(sheet):
        if spread.kind == "shared":
            harmed = _touches(areas, spread.anchor) and not _all_covered(areas, spread.area)
        else:
            own = spread.anchor.left in set(array_columns)
            harmed = _touches(areas, spread.area) and not own
        if harmed:
            words = "a shared" if spread.kind == "shared" else "an array"
            raise FormulaInTheWay(tab, str(spread.anchor), str(spread.area), words)


def check_room(sheet: SheetXml, old: Table, new: Table, others: Iterable[Area]) -> None:
    """Refuse to let a table grow over anything that holds a value, a formula or a table."""
    grown = Area(old.area.bottom + 1, old.area.left, new.area.bottom, new.area.right)
    rows = new.area.bottom - old.area.bottom
    for other in (*others, *_merged(sheet)):
        if grown.overlaps(other):
            raise NoRoom(old.tab, str(_anchor(other)), old.sheet.table, rows)
    for number in sheet.numbers_within(grown.top, grown.bottom):
        for column, cell in sheet.cells(number).items():
            if grown.left <= column <= grown.right and has_content(cell):
                address = f"{column_letters(column)}{number}"
                raise NoRoom(old.tab, address, old.sheet.table, rows)


def check_last_row(table: Table, rows: int) -> None:
    """Refuse a body that would leave the sheet."""
    last = table.body.top + rows - 1 + table.totals
    if last > LAST_ROW:
        address = f"{column_letters(table.area.left)}{LAST_ROW}"
        raise NoRoom(table.tab, address, table.sheet.table, last - table.area.bottom)


def follow(sheet: SheetXml, old: Table, new: Table) -> None:
    """Let validations and formats that stopped at the table's old last row stop at its new one."""
    if old.body.bottom == new.body.bottom:
        return
    within = Area(old.area.top, old.area.left, old.body.bottom, old.area.right)

    def moved(reference: str) -> str:
        area = Area.parse(reference)
        follows = area and area.bottom == within.bottom and within.covers(area)
        reaches = area and area.top <= new.body.bottom
        return str(area.ending_at(new.body.bottom)) if area and follows and reaches else reference

    def rewritten(found: re.Match[bytes]) -> bytes:
        references = found[2].decode().split()
        return found[1] + " ".join(map(moved, references)).encode()

    sheet.tail = _FOLLOWERS.sub(rewritten, sheet.tail)


def _merged(sheet: SheetXml) -> list[Area]:
    areas = (Area.parse(each.decode()) for each in _MERGE.findall(sheet.tail))
    return [each for each in areas if each]


def _spreads(sheet: SheetXml) -> Iterator[Spread]:
    if b"<f " not in sheet.data:
        return
    for found in _FORMULA.finditer(sheet.data):
        kind, reference = _KIND.search(found[2]), _REF.search(found[2])
        anchor = Area.parse(found[1].decode())
        area = Area.parse(reference[1].decode()) if reference else None
        if kind and area and anchor:
            yield Spread(anchor, area, kind[1].decode())  # type: ignore[arg-type] # the three words


def _anchor(area: Area) -> Area:
    return Area(area.top, area.left, area.top, area.left)


def _common(one: Area, other: Area) -> Iterator[Area]:
    """Give the first cells two areas share: two are enough to know one is no anchor."""
    if one.overlaps(other):
        top, left = max(one.top, other.top), max(one.left, other.left)
        bottom, right = min(one.bottom, other.bottom), min(one.right, other.right)
        yield Area(top, left, top, left)
        yield Area(bottom, right, bottom, right)


def _touches(areas: Sequence[Area], other: Area) -> bool:
    return any(each.overlaps(other) for each in areas)


def _all_covered(areas: Sequence[Area], other: Area) -> bool:
    """Say whether the areas together cover the other; they are columns, or blocks of rows."""
    missing = [other]
    for area in areas:
        missing = [rest for each in missing for rest in _without(each, area)]
    return not missing


def _without(area: Area, cut: Area) -> Iterator[Area]:
    """Give what remains of an area outside another: at most four rectangles."""
    if not area.overlaps(cut):
        yield area
        return
    top, bottom = max(area.top, cut.top), min(area.bottom, cut.bottom)
    if area.top < top:
        yield Area(area.top, area.left, top - 1, area.right)
    if bottom < area.bottom:
        yield Area(bottom + 1, area.left, area.bottom, area.right)
    if area.left < cut.left:
        yield Area(top, area.left, bottom, cut.left - 1)
    if cut.right < area.right:
        yield Area(top, cut.right + 1, bottom, area.right)
