"""A table's own part: where it lies, what its columns are called, how it grows.

Protects: a column is found by its heading within the table's range, so that users may move
columns, add their own, and move the table; a resized table stays one that Excel accepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from lxml import etree

from truebooks_xl.errors import DataError
from truebooks_xl.workbook.closed.addresses import LAST_ROW, Area, column_letters
from truebooks_xl.workbook.closed.hostile import DamagedBook
from truebooks_xl.workbook.closed.package import Package
from truebooks_xl.workbook.closed.parts import WorkbookPart, parse, relations, serialised, tag
from truebooks_xl.workbook.schema import Column, Kind, Sheet


class MissingTable(DataError):
    """A table the product reads or writes is gone."""

    def __init__(self, book: str, sheet: str, table: str) -> None:
        super().__init__(
            where=f"{book}, {sheet}",
            what=f"The table {table} is missing.",
            remedy="Put it back (undo), or make a new workbook and copy your other tables there.",
        )


class MissingColumn(DataError):
    """A column the product reads or writes is gone."""

    def __init__(self, sheet: str, address: str, heading: str) -> None:
        super().__init__(
            where=f"{sheet}!{address}",
            what=f"The table has no column “{heading}”.",
            remedy=f"Add a column with the heading “{heading}” to the table, anywhere in it.",
        )


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table as the workbook has it, ours or the user's.

    Attributes:
        number: the sheet's column, from 1.
        formula: of a calculated column, without ``=``; "" for others.
        is_array: the formula is an array formula.
        ours: what the schema says of it; None for a column the user added.
    """

    number: int
    heading: str
    formula: str = ""
    is_array: bool = False
    ours: Column | None = None

    @property
    def letters(self) -> str:
        """The column's letters: ``G``."""
        return column_letters(self.number)


def folded(heading: str) -> str:
    """Return a heading as it is compared: one case, single blanks."""
    return " ".join(heading.replace("_x000a_", " ").replace("_x000A_", " ").split()).casefold()


@dataclass(frozen=True)
class Table:
    """A table of the workbook and where it lies.

    Attributes:
        sheet: what the schema says of it.
        tab: the tab it lies on now.
        sheet_part, part: names of the sheet's and the table's parts.
        area: headings, body and totals row.
        changed: it was resized since it was read.
    """

    sheet: Sheet
    tab: str
    sheet_part: str
    part: str
    area: Area
    root: etree._Element
    changed: bool = False

    @property
    def body(self) -> Area:
        """The rows between headings and totals."""
        top = self.area.top + int(self.root.get("headerRowCount", "1"))
        return replace(self.area, top=top, bottom=self.area.bottom - self.totals)

    @property
    def totals(self) -> int:
        """How many totals rows there are: 0 or 1."""
        return int(self.root.get("totalsRowCount", "0"))

    @cached_property
    def columns(self) -> tuple[TableColumn, ...]:
        """All columns from left to right; of two with one heading the first is ours."""
        wanted = {folded(each.heading): each for each in self.sheet.columns}
        return tuple(
            _column(number, each, wanted.pop(folded(each.get("name", "")), None))
            for number, each in enumerate(
                self.root.iterfind(f"{tag('tableColumns')}/{tag('tableColumn')}"), self.area.left
            )
        )

    @cached_property
    def by_key(self) -> dict[str, TableColumn]:
        """Our columns that are there, by the schema's key."""
        return {each.ours.key: each for each in self.columns if each.ours}

    @cached_property
    def ours(self) -> dict[int, tuple[str, Column]]:
        """Our columns that are there: the sheet's column number to key and schema."""
        return {each.number: (each.ours.key, each.ours) for each in self.columns if each.ours}

    @cached_property
    def kinds(self) -> dict[int, Kind | None]:
        """How the cells of our columns are read: the sheet's column number to the kind."""
        return {number: column.kind for number, (_, column) in self.ours.items()}

    def column(self, key: str) -> TableColumn:
        """Find one of our columns.

        Raises:
            MissingColumn: the user deleted it or changed its heading.
        """
        found = self.by_key.get(key)
        if found is None:
            address = f"{column_letters(self.area.left)}{self.area.top}"
            raise MissingColumn(self.tab, address, self.sheet.column(key).heading)
        return found

    def check_required(self) -> Self:
        """Refuse a table without a column that must be filled."""
        for each in self.sheet.columns:
            if each.required:
                self.column(each.key)
        return self

    def resized(self, rows: int) -> Table:
        """Return the table with a body of that many rows, at least one.

        Everything in its part that ended at the old last row (filter, sort) ends at the new one.
        """
        body = self.body
        bottom = body.top + max(rows, 1) - 1
        if bottom == body.bottom:
            return self
        assert bottom + self.totals <= LAST_ROW
        root = deepcopy(self.root)
        for each in root.iter(
            tag("table"), tag("autoFilter"), tag("sortState"), tag("sortCondition")
        ):
            area = Area.parse(each.get("ref", ""))
            if area and area.bottom in {body.bottom, self.area.bottom}:
                each.set("ref", str(area.ending_at(area.bottom + bottom - body.bottom)))
        area = self.area.ending_at(bottom + self.totals)
        return replace(self, area=area, root=root, changed=True)

    def in_use(self) -> Table:
        """Return the table without Excel's mark that its one body row is only a place to type."""
        if self.root.get("insertRow") is None:
            return self
        root = deepcopy(self.root)
        del root.attrib["insertRow"]
        return replace(self, root=root, changed=True)

    def showing_all(self) -> Table:
        """Return the table without filters: new rows must not vanish behind an old one."""
        if self.root.find(f"{tag('autoFilter')}/{tag('filterColumn')}") is None:
            return self.in_use()
        root = deepcopy(self.root)
        for autofilter in root.iter(tag("autoFilter")):
            for each in autofilter.findall(tag("filterColumn")):
                autofilter.remove(each)
        return replace(self, root=root, changed=True).in_use()

    def xml(self) -> bytes:
        """Return the table's part as it stands now."""
        return serialised(self.root)


def _column(number: int, element: etree._Element, ours: Column | None) -> TableColumn:
    formula = element.find(tag("calculatedColumnFormula"))
    text = (formula.text or "") if formula is not None else ""
    is_array = formula is not None and formula.get("array") in {"1", "true"}
    if not text and ours:
        text = ours.formula.removeprefix("=")
    return TableColumn(number, element.get("name", ""), text, is_array, ours)


def find_table(package: Package, workbook: WorkbookPart, sheet: Sheet) -> Table:
    """Find a table by its name, first on the tab the schema names, then on all others.

    Raises:
        MissingTable: no tab has it.
    """
    tabs = sorted(workbook.sheets.items(), key=lambda tab: tab[0] != sheet.name)
    for tab, sheet_part in tabs:
        for part, area, root in tables_of(package, sheet_part):
            if root.get("displayName", root.get("name", "")).casefold() == sheet.table.casefold():
                return Table(sheet, tab, sheet_part, part, area, root)
    raise MissingTable(package.book, sheet.name, sheet.table)


def tables_of(package: Package, sheet_part: str) -> Iterator[tuple[str, Area, etree._Element]]:
    """Give each table of a sheet: its part's name, its area and its XML."""
    for relation in relations(package, sheet_part):
        if relation.kind != "table":
            continue
        part = package.name(relation.target)
        root = parse(package.book, part, package.read(part))
        area = Area.parse(root.get("ref", ""))
        if area is None:
            raise DamagedBook(package.book, f"{part} does not say where its table lies")
        yield part, area, root
