"""What a cell says is what is read: exact numbers, days, texts; errors are never blanks."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from tiny_workbook import COSTS, MAIN, pack, sheet_xml, tiny_parts, tiny_workbook

from truebooks_xl.workbook.book import UpdateRows
from truebooks_xl.workbook.closed.book import ClosedBook
from truebooks_xl.workbook.closed.guards import MergedCells
from truebooks_xl.workbook.closed.hostile import DamagedBook

VALUES: dict[str, tuple[str, str, object]] = {
    # what stands in the cell, its column, what is read
    "shortest text": ('<c r="B2"><v>0.10000000000000001</v></c>', "cost", Decimal("0.1")),
    "whole number": ('<c r="B2"><v>1000</v></c>', "cost", Decimal(1000)),
    "exponent": ('<c r="B2"><v>1.5E-7</v></c>', "cost", Decimal("1.5E-7")),
    "sum of halves": ('<c r="B2"><v>2.3999999999999999</v></c>', "cost", Decimal("2.4")),
    "text in a money column": (
        '<c r="B2" t="inlineStr"><is><t>£12.50</t></is></c>',
        "cost",
        "£12.50",
    ),
    "true": ('<c r="B2" t="b"><v>1</v></c>', "cost", True),
    "calculated": ('<c r="B2"><f>1+1</f><v>2</v></c>', "cost", Decimal(2)),
    "a formula's empty text": ('<c r="B2" t="str"><f>""</f><v></v></c>', "cost", None),
    "day": ('<c r="C2" s="1"><v>45505</v></c>', "day", date(2024, 8, 1)),
    "day with an hour": ('<c r="C2"><v>45505.75</v></c>', "day", date(2024, 8, 1)),
    "ISO day": ('<c r="C2" t="d"><v>2024-08-01</v></c>', "day", date(2024, 8, 1)),
    "no day": ('<c r="C2"><v>-3</v></c>', "day", Decimal(-3)),
    "a year is a day in 1905": ('<c r="C2"><v>2024</v></c>', "day", date(1905, 7, 16)),
    "day as text": ('<c r="C2" t="inlineStr"><is><t>01/02/2026</t></is></c>', "day", "01/02/2026"),
    "instant": (
        '<c r="D2"><v>45505.999988425923</v></c>',
        "at",
        datetime.fromisoformat("2024-08-01T23:59:59"),
    ),
    "shared text": ('<c r="A2" t="s"><v>0</v></c>', "sku", "shared"),
    "rich text, no phonetics": ('<c r="A2" t="s"><v>1</v></c>', "sku", "rich"),
    "id as number": ('<c r="A2"><v>26881161592</v></c>', "sku", "26881161592"),
    "id as fraction": ('<c r="A2"><v>1.5</v></c>', "sku", "1.5"),
    "id as day": ('<c r="A2" s="1"><v>45505</v></c>', "sku", "2024-08-01"),
    "id as day, own format": ('<c r="A2" s="2"><v>45505</v></c>', "sku", "2024-08-01"),
    "id as truth": ('<c r="A2" t="b"><v>0</v></c>', "sku", "FALSE"),
    "blanks round it": (
        '<c r="A2" t="inlineStr"><is><t xml:space="preserve"> a\n b </t></is></c>',
        "sku",
        " a\n b ",
    ),
    "escapes": (
        '<c r="A2" t="inlineStr"><is><t>a_x000B_b_x005F_x000B_&amp;&#233;&#xE9;&lt;</t></is></c>',
        "sku",
        "a\x0bb_x000B_&éé<",
    ),
    "runs with an empty one": (
        '<c r="A2" t="inlineStr"><is><r><t xml:space="preserve"/></r><r><t>b</t></r></is></c>',
        "sku",
        "b",
    ),
    "empty text": ('<c r="A2" t="inlineStr"><is><t/></is></c>', "sku", None),
}
BESIDE = '<c r="A2" t="inlineStr"><is><t>x</t></is></c>'


@pytest.mark.parametrize(("cell", "key", "value"), VALUES.values(), ids=VALUES.keys())
def test_a_cell_reads_as_what_it_shows(tmp_path: Path, cell: str, key: str, value: object) -> None:
    # B3 keeps the row from being blank where the cell itself says nothing
    rows = f'<row r="2">{cell if key == "sku" else BESIDE + cell}</row>'
    rows += '<row r="3"><c r="B3"><v>1</v></c></row>'
    first, *_ = ClosedBook(tiny_workbook(tmp_path / "a.xlsx", rows)).rows(COSTS)
    if value is None and key == "sku":
        assert first.number == 3
        return
    assert first.cells[key] == value
    assert type(first.cells[key]) is type(value)
    assert first.errors == {}


WRONG = {
    "error value": ('<c r="B2" t="e"><v>#N/A</v></c>', "#N/A"),
    "formula with an error": ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
    "uncalculated": ('<c r="B2"><f>A2&amp;"x"</f></c>', '=A2&"x"'),
    "uncalculated, empty value": ('<c r="B2"><f>1.2*2</f><v/></c>', "=1.2*2"),
    "uncalculated, shared": ('<c r="B2"><f t="shared" si="0"/></c>', "=…"),
}


@pytest.mark.parametrize(("cell", "text"), WRONG.values(), ids=WRONG.keys())
def test_an_error_or_a_formula_without_result_is_named_never_missing(
    tmp_path: Path, cell: str, text: str
) -> None:
    path = tiny_workbook(tmp_path / "a.xlsx", f'<row r="2">{cell}</row>')
    (row,) = ClosedBook(path).rows(COSTS)
    assert (row.errors, row.cells["cost"]) == ({"cost": text}, None)
    assert row.where("cost") == "Costs!B2"


def test_blank_rows_are_left_out_and_blank_cells_are_none(tmp_path: Path) -> None:
    rows = '<row r="2"><c r="A2" s="1"/></row><row r="4"><c r="B4"><v>0</v></c></row>'
    (row,) = ClosedBook(tiny_workbook(tmp_path / "a.xlsx", rows)).rows(COSTS)
    assert row.number == 4
    assert row.cells == {"sku": None, "cost": Decimal(0), "day": None, "at": None}


def test_rows_below_the_table_are_not_its_rows(tmp_path: Path) -> None:
    rows = '<row r="4"><c r="B4"><v>1</v></c></row><row r="5"><c r="B5"><v>2</v></c></row>'
    read = ClosedBook(tiny_workbook(tmp_path / "a.xlsx", rows)).rows(COSTS)
    assert [row.number for row in read] == [4]


@pytest.mark.parametrize("cell", ['<c r="B2"><v>a</v></c>', '<c r="A2" t="s"><v>9</v></c>'])
def test_a_cell_no_program_writes_is_named(tmp_path: Path, cell: str) -> None:
    path = tiny_workbook(tmp_path / "a.xlsx", f'<row r="2">{cell}</row>')
    with pytest.raises(DamagedBook, match=r"Costs![AB]2 cannot be read"):
        ClosedBook(path).rows(COSTS)


PLAIN = sheet_xml(f'<row r="2">{BESIDE}<c r="B2"><v>2.5</v></c></row>')
ODD = {
    "prefixed": PLAIN.replace("<", "<x:")
    .replace("<x:/", "</x:")
    .replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"'),
    "no addresses": PLAIN.replace(' r="A2"', "").replace(' r="B2"', "").replace(' r="2"', ""),
    "address last": PLAIN.replace('r="A2" t="inlineStr"', 't="inlineStr" r="A2"'),
    "single quotes": PLAIN.replace('r="B2"', "r='B2'"),
    "comment": PLAIN.replace("<sheetData>", '<sheetData><!-- <row r="9"> -->'),
    "character data": PLAIN.replace("<v>2.5</v>", "<v><![CDATA[2.5]]></v>"),
    "line ends": PLAIN.replace("<c ", "<c\n ").replace("<row ", "<row\n"),
    "pretty": PLAIN.replace("><", ">\n  <"),
    "UTF-16": '<?xml version="1.0" encoding="UTF-16"?>' + PLAIN,
}


@pytest.mark.parametrize("sheet", ODD.values(), ids=ODD.keys())
def test_xml_written_in_another_hand_reads_and_writes_the_same(tmp_path: Path, sheet: str) -> None:
    coded = sheet.encode("utf-16" if "UTF-16" in sheet else "utf-8")
    path = pack(tmp_path / "a.xlsx", tiny_parts("") | {"xl/sheet1.xml": coded})
    book = ClosedBook(path)
    (row,) = book.rows(COSTS)
    assert (row.number, row.cells["sku"], row.cells["cost"]) == (2, "x", Decimal("2.5"))
    book.write([UpdateRows(COSTS, {2: {"cost": Decimal("3.25")}})])
    (row,) = book.rows(COSTS)
    assert (row.cells["sku"], row.cells["cost"]) == ("x", Decimal("3.25"))


def test_a_merge_in_single_quotes_is_seen(tmp_path: Path) -> None:
    tail = "<mergeCells><mergeCell ref='A2:B2'/></mergeCells>"
    path = tiny_workbook(tmp_path / "a.xlsx", '<row r="2"/>', tail)
    with pytest.raises(MergedCells):
        ClosedBook(path).write([UpdateRows(COSTS, {2: {"cost": Decimal(1)}})])


def test_settings_never_wait_for_other_sheets(tmp_path: Path) -> None:
    """A part nobody asks for is not unpacked: this one could not be."""
    parts: dict[str, str | bytes] = {**tiny_parts(PLAIN)}
    parts["xl/workbook.xml"] = tiny_parts("")["xl/workbook.xml"].replace(
        "</sheets>", '<sheet name="Lines" sheetId="2" r:id="rId4"/></sheets>'
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    more = f'<Relationship Id="rId4" Type="{kind}" Target="sheet2.xml"/></Relationships>'
    relations = tiny_parts("")["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", more)
    parts["xl/sheet2.xml"] = b"<torn"
    path = pack(tmp_path / "a.xlsx", parts)
    assert len(ClosedBook(path).rows(COSTS)) == 1
    with ZipFile(path) as saved:
        assert saved.read("xl/sheet2.xml") == b"<torn"
