"""A table's whole body written anew, fast: 50,000 rows as text, never as objects.

Protects: cells beside the table and in columns the user added stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from truebooks_xl.workbook.book import Formula, Writable
from truebooks_xl.workbook.closed.cells import calculated, ending
from truebooks_xl.workbook.closed.sheet import SheetXml, row_xml, style_of
from truebooks_xl.workbook.closed.tables import Table, TableColumn

Styles = Mapping[int, bytes]
"""Column number to the style of new cells there, as an attribute; empty for none."""


def column_styles(sheet: SheetXml, table: Table) -> Styles:
    """Return the styles of the table's first body row, or else of the sheet's columns."""
    first = sheet.cells(table.body.top)
    return {
        each.number: style_of(first.get(each.number, b"")) or sheet.column_style(each.number)
        for each in table.columns
    }


def rows_of(
    sheet: SheetXml,
    old: Table,
    new: Table,
    styles: Styles,
    rows: Iterable[Mapping[str, Writable]],
) -> Iterator[tuple[int, bytes]]:
    """Give each row of a new body: its number and its XML, with what is kept of the old row.

    Args:
        old, new: the table before and after; they differ in their last row only.
        rows: keys of the schema to values; no row at all gives one blank row.
    """
    keepers = _Keepers(sheet, old)
    top = new.body.top
    given = False
    for number, cells in enumerate(_written(new, styles, rows), top):
        given = True
        yield number, keepers.row(number, new.columns, cells)
    if not given:
        blank = [
            f'<c r="{each.letters}{top}"{styles[each.number].decode()}/>' for each in new.columns
        ]
        yield top, keepers.row(top, new.columns, blank)


def _written(
    table: Table, styles: Styles, rows: Iterable[Mapping[str, Writable]]
) -> Iterator[list[str]]:
    """Give the cells of each row, one for each column of the table; "" is no cell."""
    plan = [
        (
            each.ours.key if each.ours else "",
            f'<c r="{each.letters}',
            f'"{styles[each.number].decode()}',
            each if each.formula else None,
            f'"{styles[each.number].decode()}/>' if styles[each.number] else "",
        )
        for each in table.columns
    ]
    keys = {each.key for each in table.sheet.columns}
    absent = keys - table.by_key.keys()
    for number, row in enumerate(rows, table.body.top):
        assert row.keys() <= keys, f"no such columns: {sorted(row.keys() - keys)}"
        _refuse_homeless(table, absent, row)
        get = row.get
        cells = []
        for key, start, style, formula, blank in plan:
            value = get(key)
            if formula is not None:
                cells.append(f"{start}{number}{style}{ending_in(formula, number, value)}")
            elif value is not None:
                cells.append(f"{start}{number}{style}{ending(value)}")
            else:
                cells.append(blank and f"{start}{number}{blank}")
        yield cells


def ending_in(column: TableColumn, number: int, value: Writable) -> str:
    """Return the ending of a cell in a column: its value, or its formula with that value."""
    if not column.formula or isinstance(value, Formula):
        return ending(value)
    return calculated(column.formula, value, f"{column.letters}{number}" if column.is_array else "")


def _refuse_homeless(table: Table, absent: Iterable[str], row: Mapping[str, Writable]) -> None:
    for key in absent:
        if row.get(key) is not None:
            table.column(key)  # raises: the user deleted the column this value belongs in


class _Keepers:
    """What stays of the old rows: cells beside the table, and the user's own columns in it."""

    def __init__(self, sheet: SheetXml, old: Table) -> None:
        self._sheet = sheet
        self._old = old
        self._body = old.body
        self._users = {each.number for each in old.columns if not each.ours and not each.formula}

    def row(self, number: int, columns: Sequence[TableColumn], cells: Sequence[str]) -> bytes:
        """Return the row's XML: the given cells, one for each column, and what is kept."""
        attributes = self._sheet.attributes(number)
        kept = self._kept(number)
        if not kept:
            return b'<row r="%d"%s>%s</row>' % (number, attributes, "".join(cells).encode())
        written = {each.number: cell.encode() for each, cell in zip(columns, cells, strict=True)}
        return row_xml(number, attributes, written | kept)

    def _kept(self, number: int) -> dict[int, bytes]:
        area = self._old.area
        first, last = self._sheet.columns(number)
        if not first or (not self._users and first >= area.left and last <= area.right):
            return {}
        in_body = number <= self._body.bottom
        return {
            column: cell
            for column, cell in self._sheet.cells(number).items()
            if not area.left <= column <= area.right or (in_body and column in self._users)
        }
