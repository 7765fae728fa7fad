"""The frame of every sheet: title, purpose, banner of the checks, named cells, tables, print.

Protects: each sheet reads alike, takes its columns from the schema, and lets type only where the
accountant should.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from truebooks_xl.workbook.schema import BESIDE, Column, NamedCell, Sheet
from workbook_template import rules
from workbook_template.formats import TAB_COLOURS, Formats

BANNER_ROW: Final = 3
BANNER: Final = (
    '=IFERROR(IF(OR(TB_PreviewSettlement="",COUNTIFS(tblProof[Verdict],"?*")=0),'
    '"No settlement previewed yet",IF(TB_ProofOpen=0,'
    '"All checks 0.00 (settlement "&TB_PreviewSettlement&")",'
    'TB_ProofOpen&IF(TB_ProofOpen=1," check"," checks")&" to put right: see Proof")),'
    '"Proof cannot be calculated: see Proof")'
)
"""On Proof, under the name TB_Banner; every other sheet shows that one."""

LAST_PRINTED: Final = {"Settlements": "problem", "Mapping": "tax_name"}
"""Ids, hashes, instants and origins stand right of what is worth paper."""

FROZEN_COLUMNS: Final = {"Settlements": 1}
WITH_GRIDLINES: Final = {"Settings", "Mapping", "Tax Groups"}
A4: Final = 9
NO_PASSWORD: Final = ""
ALLOWED: Final = {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True}


def add_sheet(book: Workbook, formats: Formats, sheet: Sheet) -> Worksheet:
    """Add one tab with its frame, its table and the tables beside it."""
    page = book.add_worksheet(sheet.name)
    page.set_tab_color(TAB_COLOURS[sheet.role])
    _head(book, page, formats, sheet)
    for cell in sheet.cells:
        named_cell(book, page, formats, sheet.name, cell)
    tables = tables_of(sheet)
    for each in tables:
        _table(page, formats, each)
    if tables:
        page.set_row(sheet.first_row - 1, 30)
        page.freeze_panes(sheet.first_row, FROZEN_COLUMNS.get(sheet.name, 0))
        page.repeat_rows(sheet.first_row - 1)
        page.ignore_errors({"number_stored_as_text": f"A1:{_last_letter(tables)}{rules.ALL_ROWS}"})
    _print(book, page, sheet, tables)
    if sheet.role in {"output", "control"}:
        page.protect(NO_PASSWORD, ALLOWED)
    if sheet.name not in WITH_GRIDLINES:
        page.hide_gridlines(2)
    return page


def tables_of(sheet: Sheet) -> tuple[Sheet, ...]:
    """Return the tables of a tab, from left to right."""
    own = (sheet,) if sheet.table else ()
    return own + tuple(each for each in BESIDE if each.name == sheet.name)


def _head(book: Workbook, page: Worksheet, formats: Formats, sheet: Sheet) -> None:
    page.set_row(0, 26)
    page.write_string("A1", "TrueBooks XL" if sheet.name == "Home" else sheet.name, formats.title())
    page.write_string("A2", sheet.purpose, formats.purpose())
    if sheet.name == "Proof":
        book.define_name("TB_Banner", f"=Proof!$A${BANNER_ROW}")
    formula = BANNER if sheet.name == "Proof" else "=TB_Banner"
    page.write_formula(f"A{BANNER_ROW}", formula, formats.get(bold=True))
    rules.banner(page, formats, BANNER_ROW - 1, 0, max(len(sheet.columns), 6) - 1)


def named_cell(
    book: Workbook, page: Worksheet, formats: Formats, sheet: str, cell: NamedCell
) -> None:
    """Write one named cell with its label, and name it."""
    row, column = xl_cell_to_rowcol(cell.at)
    if cell.label:
        page.write_string(row, column - 1, cell.label, formats.label())
        if cell.note:
            _comment(page, row, column - 1, cell.note)
    look = formats.named(cell)
    if cell.formula:
        page.write_formula(row, column, cell.formula, look)
    elif cell.value != "":
        page.write(row, column, cell.value, look)
    else:
        page.write_blank(row, column, None, look)
    if cell.kind == "day" and cell.entered:
        rules.day(page, row, column, row)
    rules.cell(page, formats, cell, row, column)
    book.define_name(cell.name, f"='{sheet}'!${xl_col_to_name(column)}${row + 1}")


def _table(page: Worksheet, formats: Formats, table: Sheet) -> None:
    """Write headings and the one body row, blank, that carries every column's format."""
    heading, left = table.first_row - 1, table.first_column - 1
    beside = left > 0
    columns = []
    for offset, column in enumerate(table.columns):
        page.set_column(left + offset, left + offset, column.width)
        _comment(page, heading, left + offset, column.note)
        look = formats.heading(column)
        columns.append(
            {"header": column.heading, "header_format": look, "formula": column.formula or None}
        )
    options = {
        "name": table.table,
        "columns": columns,
        "style": "Table Style Light 1",
        "banded_rows": False,
        "autofilter": not beside,  # a filter hides whole rows, those of the neighbour too
    }
    right = left + len(table.columns) - 1
    page.add_table(heading, left, heading + 1, right, options)
    for offset, column in enumerate(table.columns):
        _first_body_cell(page, formats, table, column, left + offset)
    rules.table(page, formats, table)
    if beside:
        page.set_column(left - 1, left - 1, 3)
        _head_beside(page, formats, table)


def _head_beside(page: Worksheet, formats: Formats, table: Sheet) -> None:
    """Say on a page of its own what the table holds, of which settlement, and if all is well."""
    left = table.first_column - 1
    page.write_string(0, left, table.purpose, formats.title())
    page.write_formula(BANNER_ROW - 1, left, "=TB_Banner", formats.get(bold=True))
    rules.banner(page, formats, BANNER_ROW - 1, left, left + len(table.columns) - 1)


def _first_body_cell(
    page: Worksheet, formats: Formats, table: Sheet, column: Column, at: int
) -> None:
    look = formats.body(column, table.role)
    if column.formula:
        page.write_formula(table.first_row, at, column.formula, look)
    else:
        page.write_blank(table.first_row, at, None, look)


def _comment(page: Worksheet, row: int, column: int, note: str) -> None:
    look = {"author": "TrueBooks XL", "font_name": "Arial", "font_size": 9, "color": "#FFFFF0"}
    page.write_comment(row, column, note, {**look, "width": 220, "height": 44})


def _print(book: Workbook, page: Worksheet, sheet: Sheet, tables: Sequence[Sheet]) -> None:
    """Landscape A4, one page wide; a table beside the first begins a page of its own."""
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&8&F&C&8&A&R&8&D &T   &P / &N")
    areas = [_printed(sheet, each) for each in tables]
    if len(areas) > 1 or sheet.name in LAST_PRINTED:
        book.define_name(f"{sheet.name}!_xlnm.Print_Area", "=" + ",".join(areas))


def _printed(sheet: Sheet, table: Sheet) -> str:
    keys = [column.key for column in table.columns]
    last = keys.index(LAST_PRINTED[sheet.name]) if sheet.name in LAST_PRINTED else len(keys) - 1
    left = table.first_column - 1
    return f"'{sheet.name}'!${xl_col_to_name(left)}:${xl_col_to_name(left + last)}"


def _last_letter(tables: Sequence[Sheet]) -> str:
    return str(xl_col_to_name(max(each.first_column + len(each.columns) for each in tables) - 2))
