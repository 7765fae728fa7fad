"""The template as a file: what stands where, what may be typed, and which formulas are used."""

from __future__ import annotations

import html
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from truebooks_xl.workbook.schema import BESIDE, SHEETS, Column, NamedCell, Sheet
from workbook_template.build import template

TABLES = [each for each in (*SHEETS, *BESIDE) if each.table]
CELLS = [(sheet, cell) for sheet in SHEETS for cell in sheet.cells]
ALLOWED = {  # facts of Excel 8: in Excel 2010, and calculated by LibreOffice
    *("SUM", "SUMIFS", "COUNTIFS", "SUMPRODUCT", "INDEX", "MATCH", "LOOKUP", "IF", "IFERROR"),
    *("ROUND", "ABS", "TEXT", "SUBTOTAL", "HYPERLINK", "AND", "OR", "LEFT"),
}
NUMBER_FORMATS = {
    "money": "#,##0.00;[Red](#,##0.00);-",
    "id": "@",
    "day": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
    "percent": "General",
}


@pytest.fixture(scope="module")
def packed() -> bytes:
    return template("1.2.3")


@pytest.fixture(scope="module")
def book(packed: bytes) -> Workbook:
    return load_workbook(io.BytesIO(packed))


@pytest.fixture(scope="module")
def formulas(packed: bytes) -> list[str]:
    """All formulas of cells, calculated columns, names, validations and conditional formats."""
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist() if ".xml" in name)
    tags = "f|calculatedColumnFormula|definedName|formula1|formula"
    return [html.unescape(f) for f in re.findall(rf"<(?:{tags})(?: [^>]*)?>([^<]*)</", text)]


def body(page: Worksheet, table: Sheet) -> Iterator[tuple[Column, Any]]:
    """The cells of the one body row, which new rows copy."""
    for offset, column in enumerate(table.columns):
        yield column, page.cell(table.first_row + 1, table.first_column + offset)


def test_two_builds_are_the_same_bytes(packed: bytes) -> None:
    assert template("1.2.3") == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.read("docProps/core.xml").count(b"2026-01-01T00:00:00Z") == 2


def test_the_tabs_are_in_the_declared_order(book: Workbook) -> None:
    assert book.sheetnames == [each.name for each in SHEETS]


@pytest.mark.parametrize("table", TABLES, ids=lambda each: each.table)
def test_each_table_stands_where_the_schema_says(book: Workbook, table: Sheet) -> None:
    page = book[table.name]
    found = page.tables[table.table]
    assert found.column_names == [column.heading for column in table.columns]
    last = page.cell(table.first_row + 1, table.first_column + len(table.columns) - 1)
    first = page.cell(table.first_row, table.first_column)
    assert found.ref == f"{first.coordinate}:{last.coordinate}"
    for offset, column in enumerate(table.columns):
        heading = page.cell(table.first_row, table.first_column + offset)
        assert heading.value == column.heading
        assert heading.comment is not None
        assert heading.comment.text == column.note


@pytest.mark.parametrize("table", TABLES, ids=lambda each: each.table)
def test_nothing_stands_below_a_table(book: Workbook, table: Sheet) -> None:
    for row in book[table.name].iter_rows(min_row=table.first_row + 2):
        assert all(cell.value is None for cell in row)


@pytest.mark.parametrize("table", TABLES, ids=lambda each: each.table)
def test_the_first_body_row_carries_every_columns_format(book: Workbook, table: Sheet) -> None:
    for column, cell in body(book[table.name], table):
        assert cell.value == (column.formula or None)
        expected = NUMBER_FORMATS.get(column.kind)
        if column.entered and column.kind == "text":
            expected = "@"  # what is typed stays as typed: 001, 1-2
        assert expected in {None, cell.number_format}, column.heading
        assert cell.protection.locked is not column.entered
        pale_yellow = cell.fill.fgColor.rgb == "FFFFFBE0"
        blue = cell.font.color.rgb == "FF0000FF"
        outside = column.kind in {"text", "id"} and not (column.entered or column.formula)
        assert cell.quotePrefix is outside, f"{column.heading}: =1+1 stays text when edited"
        assert bool(cell.alignment.wrap_text) is column.wrap
        assert (pale_yellow, blue) == (column.entered, column.entered), column.heading


@pytest.mark.parametrize(("sheet", "cell"), CELLS, ids=lambda each: each.name)
def test_each_named_cell_stands_above_its_table(
    book: Workbook, sheet: Sheet, cell: NamedCell
) -> None:
    found = book.defined_names[cell.name].attr_text.replace("$", "").replace("'", "")
    assert found == f"{sheet.name}!{cell.at}"
    page = book[sheet.name]
    here = page[cell.at]
    assert not sheet.table or here.row < sheet.first_row
    if cell.label:
        assert page.cell(here.row, here.column - 1).value == cell.label
    assert here.protection.locked is not cell.entered


def test_the_version_stands_on_home(book: Workbook) -> None:
    assert book["Home"]["B16"].value == "1.2.3"


def test_formulas_use_only_what_every_excel_and_libreoffice_know(formulas: list[str]) -> None:
    used = {word for formula in formulas for word in re.findall(r"([A-Z][A-Z0-9.]*)\(", formula)}
    assert used <= ALLOWED
    assert {"SUMIFS", "SUMPRODUCT", "ROUND"} <= used


def test_every_structured_reference_names_a_table_and_a_column(formulas: list[str]) -> None:
    known = {f"{each.table}[{column.heading}]" for each in TABLES for column in each.columns}
    used = set()
    for formula in formulas:
        plain = formula.replace("[[#This Row],[", "[").replace("]]", "]")
        used |= set(re.findall(r"\w*\[[^\]]*\]", plain))
    assert used
    assert used <= known


def test_every_name_used_is_defined(book: Workbook, formulas: list[str]) -> None:
    used = {name for formula in formulas for name in re.findall(r"TB_\w+", formula)}
    assert used <= set(book.defined_names)


def test_no_formula_is_longer_than_an_accountant_reads(formulas: list[str]) -> None:
    assert max(map(len, formulas)) < 300


def test_no_formula_carries_an_invented_result(packed: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
    assert sum(sheet.count(b"<f>") for sheet in sheets) > 30
    assert not any(b"</f><v>" in sheet for sheet in sheets)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda each: each.name)
def test_outputs_are_protected_without_a_password_and_the_rest_is_free(
    book: Workbook, sheet: Sheet
) -> None:
    protection = book[sheet.name].protection
    assert protection.sheet is (sheet.role in {"output", "control"})
    assert protection.password is None


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda each: each.name)
def test_every_sheet_prints_on_pages_one_wide(book: Workbook, sheet: Sheet) -> None:
    page: Any = book[sheet.name]
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) in {(1, 0), (None, 0)}
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.oddFooter.left.text == "&F"
    assert page.oddFooter.center.text == "&A"
    assert "&D" in page.oddFooter.right.text
    if sheet.table:
        assert page.print_title_rows == f"${sheet.first_row}:${sheet.first_row}"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda each: each.name)
def test_every_sheet_has_title_purpose_and_the_banner_of_the_checks(
    book: Workbook, sheet: Sheet
) -> None:
    page = book[sheet.name]
    assert page["A1"].value in {sheet.name, "TrueBooks XL"}
    assert page["A2"].value == sheet.purpose
    assert page["A3"].value == "=TB_Banner" or sheet.name == "Proof"
    assert not page.merged_cells.ranges
    if sheet.table:
        assert page.freeze_panes is not None
        assert page.freeze_panes.endswith(str(sheet.first_row + 1))


@pytest.mark.parametrize("table", TABLES, ids=lambda each: each.table)
def test_choices_are_offered_as_a_list_far_below_the_table(book: Workbook, table: Sheet) -> None:
    rules = book[table.name].data_validations.dataValidation
    lists = {str(rule.sqref): rule for rule in rules if rule.type == "list"}
    for column, cell in body(book[table.name], table):
        if not column.choices:
            continue
        rule = lists[f"{cell.coordinate}:{cell.column_letter}5000"]
        if isinstance(column.choices, str):
            assert rule.formula1 == column.choices.lstrip("=")
            assert rule.formula1 in book.defined_names
        else:
            assert rule.formula1 == f'"{",".join(column.choices)}"'
            assert len(rule.formula1) <= 255


def test_home_leads_to_every_sheet(book: Workbook) -> None:
    home: Any = book["Home"]
    links = [cell.hyperlink.location for row in home.iter_rows() for cell in row if cell.hyperlink]
    targets = {link.split("!")[0].strip("'") for link in links}
    assert targets == {each.name for each in SHEETS} - {"Home"}


def test_numbers_stored_as_text_are_no_error(packed: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        for number, sheet in enumerate(SHEETS, 1):
            text = parts.read(f"xl/worksheets/sheet{number}.xml")
            assert (b"numberStoredAsText" in text) is bool(sheet.table)


def test_the_schema_loads_nothing_a_build_does_not_have() -> None:
    code = (
        "import sys; before = set(sys.modules); import truebooks_xl.workbook.schema;"
        "print(*{name.split('.')[0] for name in set(sys.modules) - before})"
    )
    run = [sys.executable, "-c", code]
    loaded = set(subprocess.run(run, check=True, capture_output=True, text=True).stdout.split())
    assert loaded - sys.stdlib_module_names == {"truebooks_xl"}
