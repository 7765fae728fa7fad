"""The four edits of the contract, done to rows of XML: nothing here opens or writes a file.

Protects: each edit changes its own cells only. Styles come from the table's first body row, so
that a new row looks like its neighbours; formulas of calculated columns come with each new row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from truebooks_xl.workbook.book import (
    AppendRows,
    Edit,
    ReplaceRows,
    SetNames,
    UpdateRows,
    Writable,
)
from truebooks_xl.workbook.closed.addresses import Area
from truebooks_xl.workbook.closed.bodies import Styles, column_styles, ending_in, rows_of
from truebooks_xl.workbook.closed.cells import ending
from truebooks_xl.workbook.closed.guards import (
    check_last_row,
    check_room,
    check_writable,
    follow,
)
from truebooks_xl.workbook.closed.package import Chunks
from truebooks_xl.workbook.closed.sheet import SheetXml, cell_xml, has_content, style_of
from truebooks_xl.workbook.closed.snapshot import Snapshot
from truebooks_xl.workbook.closed.tables import Table, TableColumn
from truebooks_xl.workbook.schema import Sheet

FORMULA_MARK = b"<f"


@dataclass
class Editing:
    """One ``write``: the sheets and tables it has touched so far, apart from those that were read.

    Attributes:
        snapshot: the workbook as it was read; it stays so.
        sheets, tables: by their parts' names and their own.
    """

    snapshot: Snapshot
    sheets: dict[str, SheetXml] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)

    def apply(self, edit: Edit) -> None:
        """Do one edit; a DataError leaves the book as it was, since nothing is saved yet."""
        match edit:
            case ReplaceRows():
                self._replace(edit)
            case AppendRows():
                self._append(edit)
            case UpdateRows():
                self._update(edit)
            case SetNames():
                self._set_names(edit)

    def changes(self) -> dict[str, Chunks | None]:
        """Return the parts that are different now."""
        tables = {each.part: (each.xml(),) for each in self.tables.values() if each.changed}
        return {**{part: sheet.chunks() for part, sheet in self.sheets.items()}, **tables}

    def _sheet(self, part: str) -> SheetXml:
        if part not in self.sheets:
            self.sheets[part] = self.snapshot.sheet(part).copy()
        return self.sheets[part]

    def _table(self, sheet: Sheet) -> Table:
        return self.tables.get(sheet.table) or self.snapshot.table(sheet)

    def _replace(self, edit: ReplaceRows) -> None:
        old = self._table(edit.sheet)
        check_last_row(old, edit.count)
        new = old.showing_all().resized(edit.count)
        sheet = self._sheet(old.sheet_part)
        arrays = [each.number for each in old.columns if each.is_array]
        check_writable(sheet, old.tab, _replaced_areas(old, new), arrays)
        styles = column_styles(sheet, old)
        self._resize(sheet, old, new)
        written = 0
        for number, row in rows_of(sheet, old, new, styles, edit.rows):
            sheet.set_row(number, row)
            written += 1
        assert written == max(edit.count, 1), f"{edit.count} rows were promised, {written} came"

    def _append(self, edit: AppendRows) -> None:
        if not edit.rows:
            return
        old = self._table(edit.sheet)
        sheet = self._sheet(old.sheet_part)
        first = _first_free(sheet, old)
        rows = max(first + len(edit.rows) - old.body.top, old.body.bottom - old.body.top + 1)
        check_last_row(old, rows)
        new = old.in_use().resized(rows)
        styles = column_styles(sheet, old)
        self._resize(sheet, old, new)
        columns = [each for each in new.columns if each.ours or each.formula]
        last = min(first + len(edit.rows) - 1, old.body.bottom)
        check_writable(sheet, old.tab, _columns_between(columns, first, last))
        for number, row in enumerate(edit.rows, first):
            _homes(new, row)
            fresh = new.columns if number > old.body.bottom else columns
            _set_row(sheet, fresh, styles, number, row)

    def _update(self, edit: UpdateRows) -> None:
        table = self._table(edit.sheet)
        sheet = self._sheet(table.sheet_part)
        styles = column_styles(sheet, table)
        homes = {number: _homes(table, row) for number, row in edit.cells.items()}
        areas = [Area(row, each.number, row, each.number) for row in homes for each in homes[row]]
        check_writable(sheet, table.tab, areas)
        for number, row in edit.cells.items():
            inside = table.body.top <= number <= table.body.bottom
            assert inside, f"row {number} is not in {edit.sheet.table}"
            _set_row(sheet, homes[number], styles, number, row)

    def _set_names(self, edit: SetNames) -> None:
        for name, value in edit.cells.items():
            tab, cell = self.snapshot.workbook.cell(name)
            sheet = self._sheet(self.snapshot.workbook.sheets[tab])
            check_writable(sheet, tab, [cell])
            style = style_of(sheet.cells(cell.top).get(cell.left, b""))
            style = style or sheet.column_style(cell.left)
            xml = cell_xml(cell.left, cell.top, style, ending(value))
            sheet.set_cells(cell.top, {cell.left: xml})
            sheet.cover(cell)

    def _other_areas(self, table: Table) -> list[Area]:
        """Return where the sheet's other tables lie by now."""
        now = {each.part: each.area for each in self.tables.values()}
        lying = self.snapshot.areas(table.sheet_part)
        return [now.get(part, area) for part, area in lying.items() if part != table.part]

    def _resize(self, sheet: SheetXml, old: Table, new: Table) -> None:
        """Clear or check the rows a table leaves or takes, and let all that follows it follow."""
        if new.area.bottom > old.area.bottom:
            check_room(sheet, old, new, self._other_areas(old))
        _move_totals(sheet, old, new)
        follow(sheet, old, new)
        self.tables[new.sheet.table] = new
        if new.area != old.area:
            sheet.cover(new.area)


def _replaced_areas(old: Table, new: Table) -> list[Area]:
    """Return what replacing the body overwrites: our columns, and all of the rows that go."""
    body = old.body
    last = min(body.bottom, new.body.bottom)
    ours = [each for each in old.columns if each.ours or each.formula]
    areas = _columns_between(ours, body.top, last)
    if new.area.bottom < old.area.bottom:
        areas.append(Area(new.body.bottom + 1, body.left, old.area.bottom, body.right))
    return areas


def _columns_between(columns: Iterable[TableColumn], top: int, bottom: int) -> list[Area]:
    return [Area(top, each.number, bottom, each.number) for each in columns if top <= bottom]


def _move_totals(sheet: SheetXml, old: Table, new: Table) -> None:
    """Take the totals row along, and empty the rows the table leaves."""
    if new.area.bottom == old.area.bottom:
        return
    columns = range(old.area.left, old.area.right + 1)
    totals: dict[int, bytes] = {}
    if old.totals:
        here = Area(old.area.bottom, old.area.left, old.area.bottom, old.area.right)
        check_writable(sheet, old.tab, [here])
        cells = sheet.cells(old.area.bottom)
        totals = {each: cells[each] for each in columns if each in cells}
    # A growing table overwrites its old totals row; a shrinking one empties what it leaves.
    first = old.area.bottom if old.totals else new.area.bottom + 1
    for number in sheet.numbers_within(min(first, new.body.bottom + 1), old.area.bottom):
        sheet.set_cells(number, dict.fromkeys(columns, b""))
    if totals:
        was, now = (b'%d"' % area.bottom for area in (old.area, new.area))
        moved = {column: cell.replace(was, now, 1) for column, cell in totals.items()}
        sheet.set_cells(new.area.bottom, moved)


def _first_free(sheet: SheetXml, table: Table) -> int:
    """Return the row after the last one in which anything is entered."""
    body = table.body
    for number in reversed(sheet.numbers_within(body.top, body.bottom)):
        for column, cell in sheet.cells(number).items():
            entered = has_content(cell) and FORMULA_MARK not in cell
            if body.left <= column <= body.right and entered:
                return number + 1
    return body.top


def _set_row(
    sheet: SheetXml,
    columns: Iterable[TableColumn],
    styles: Styles,
    number: int,
    row: Mapping[str, Writable],
) -> None:
    """Set cells of one row in the given columns; a cell there keeps its style."""
    there = sheet.cells(number)
    cells = {}
    for each in columns:
        value = row.get(each.ours.key) if each.ours else None
        style = style_of(there.get(each.number, b"")) or styles[each.number]
        cells[each.number] = cell_xml(each.number, number, style, ending_in(each, number, value))
    sheet.set_cells(number, cells)


def _homes(table: Table, row: Mapping[str, Writable]) -> list[TableColumn]:
    """Return the columns a row's values belong in; a blank needs none."""
    filled = [key for key, value in row.items() if value is not None or key in table.by_key]
    return [table.column(key) for key in filled]
