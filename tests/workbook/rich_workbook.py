"""A workbook as an accountant makes it after a year: moved columns, own columns, charts, notes.

Built from the schema, so that it follows it; everything an edit must not lose is in it.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet as NewSheet

from truebooks_xl.workbook.schema import MAPPING, PREVIEW, SETTINGS, SETTLEMENTS, Column, Sheet

Formats = Mapping[str, Format]

MAPPING_TOP = 7  # the user moved the table: its headings are in row 7, from column C
MAPPING_LEFT = 3
MAPPING_ROWS = 5
OWN = Column("own", "My note", "text", "The user's own column.")
LENGTH = Column("length", "Length", "count", "The user's own calculated column.")

RIBBON = b"""<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"><ribbon/></customUI>"""
RIBBON_TYPE = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
CUSTOM_XML_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
CHAIN_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
CHAIN_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def rich_workbook(path: Path) -> Path:
    """Write the workbook; an ``.xlsm`` also carries macros."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    if path.suffix == ".xlsm":
        book.add_vba_project(io.BytesIO(b"not really a project"), True)
    formats = {
        "id": book.add_format({"num_format": "@"}),
        "text": book.add_format({"font_color": "#1F3864"}),
        "money": book.add_format({"num_format": "#,##0.00;[Red](#,##0.00);-"}),
        "percent": book.add_format({"num_format": "0.00"}),
        "decimal": book.add_format({"num_format": "0.0000"}),
        "count": book.add_format({"num_format": "0"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "link": book.add_format({"font_color": "blue", "underline": 1}),
    }
    _charts(book)
    _settings(book, formats)
    _mapping(book, formats)
    _settlements(book, formats)
    _preview(book, formats)
    book.close()
    _inject(path)
    return path


def opened(path: Path, sheet: str) -> Worksheet:
    """Read a sheet with openpyxl, which warns of what it would lose; we only look."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = openpyxl.load_workbook(path)[sheet]
    assert isinstance(found, Worksheet)
    return found


def with_text(path: Path, part: str, old: str, new: str) -> None:
    """Change a part's XML, as a program would that is not ours."""
    with zipfile.ZipFile(path) as source:
        parts = {each: source.read(each) for each in source.infolist()}
    assert old.encode() in source_of(parts, part), f"{part} has no {old}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for each, data in parts.items():
            there = each.filename == part
            target.writestr(each, data.replace(old.encode(), new.encode()) if there else data)


def source_of(parts: Mapping[zipfile.ZipInfo, bytes], part: str) -> bytes:
    """Find a part's bytes by its name."""
    return next(data for each, data in parts.items() if each.filename == part)


def mapping_columns() -> list[Column]:
    """The columns of Mapping as the user has arranged them."""
    ours = [each for each in reversed(MAPPING.columns) if not each.formula]
    return [*ours[:3], OWN, *ours[3:], LENGTH]


def mapping_row(index: int) -> dict[str, str | date]:
    """What stands in a row of Mapping before any edit; 0 is the first."""
    return {
        "transaction_type": "Order",
        "amount_type": "ItemPrice",
        "amount_description": f"Kind {index}",
        "category": "AMZ1 Sales",
        "line_text": "Sales & more",
        "account": f"020{index}",
        "tax_type": "OUTPUT2",
        "valid_from": date(2024, 8, 1 + index),
        "own": f"note {index}",
    }


@dataclass(frozen=True)
class Place:
    """A table being written: its sheet, its columns, its first row and column, from 1."""

    sheet: NewSheet
    columns: Sequence[Column]
    top: int
    left: int
    formats: Formats

    def table(self, declared: Sheet, rows: int, **more: object) -> None:
        """Lay the table itself."""
        headings = [self._heading(declared, each) for each in self.columns]
        right = self.left + len(self.columns) - 2
        options = {"name": declared.table, "columns": headings} | more
        self.sheet.add_table(self.top - 1, self.left - 1, self.top - 1 + rows, right, options)

    def _heading(self, declared: Sheet, column: Column) -> dict[str, object]:
        heading = {"header": column.heading, "format": self.formats[column.kind]}
        if column is LENGTH:
            return heading | {"formula": f"=LEN({declared.table}[[#This Row],[Category]])"}
        if column.key == "settlement_id":
            return heading | {"total_string": "Total"}
        if column.key == "total":
            return heading | {"total_function": "sum"}
        return heading | ({"formula": column.formula} if column.formula else {})

    def fill(self, row: int, values: Mapping[str, object]) -> None:
        """Write one row of it; blanks get their format too."""
        for place, each in enumerate(self.columns, self.left - 1):
            value, look = values.get(each.key), self.formats[each.kind]
            if each.formula or each is LENGTH:
                continue
            if value is None:
                self.sheet.write_blank(row - 1, place, None, look)
            elif isinstance(value, date):
                self.sheet.write_datetime(row - 1, place, value, look)
            elif isinstance(value, str):
                self.sheet.write_string(row - 1, place, value, look)
            else:
                self.sheet.write_number(row - 1, place, value, look)


def _settings(book: xlsxwriter.Workbook, formats: Formats) -> None:
    sheet = book.add_worksheet("Settings")
    place = Place(sheet, SETTINGS.columns, SETTINGS.first_row, 1, formats)
    place.table(SETTINGS, 1)
    place.fill(SETTINGS.first_row + 1, {})


def _mapping(book: xlsxwriter.Workbook, formats: Formats) -> None:
    sheet = book.add_worksheet("Mapping")
    place = Place(sheet, mapping_columns(), MAPPING_TOP, MAPPING_LEFT, formats)
    place.table(MAPPING, MAPPING_ROWS)
    for index in range(MAPPING_ROWS):
        place.fill(MAPPING_TOP + 1 + index, mapping_row(index))
        sheet.write_string(MAPPING_TOP + index, 0, f"beside {index}")
    first, last = MAPPING_TOP, MAPPING_TOP + MAPPING_ROWS - 1  # counted from 0
    left, right = MAPPING_LEFT - 1, MAPPING_LEFT + len(place.columns) - 2
    words = {"validate": "list", "source": ["UK", "DE"]}
    sheet.data_validation(first, left, last, left, words)
    sheet.data_validation(first, left + 1, 4999, left + 1, words)
    blanks = {"type": "blanks", "format": book.add_format({"bg_color": "#FFC7CE"})}
    sheet.conditional_format(first, left, last, right, blanks)
    bars = {"type": "data_bar", "data_bar_2010": True}
    sheet.conditional_format(first, right, last, right, bars)
    sheet.write_comment(MAPPING_TOP - 1, left, "A comment of the user", {"author": "Ann"})
    sheet.write_url(0, 0, "https://example.com/mapping", string="guide")
    sheet.write_formula("A2", '=COUNTIF(A8:A12,"beside*")', None, 5)
    letter = chr(ord("A") + right)
    sheet.add_sparkline("B8", {"range": f"Mapping!{letter}8:{letter}12"})
    sheet.freeze_panes(MAPPING_TOP, 2)
    sheet.ignore_errors({"number_stored_as_text": "C8:Z12"})
    sheet.set_row(9, 30)
    below = MAPPING_TOP + MAPPING_ROWS + 60
    sheet.add_table(below, 2, below + 3, 4, {"name": "tblOfTheUser"})


def _settlements(book: xlsxwriter.Workbook, formats: Formats) -> None:
    sheet = book.add_worksheet("Settlements")
    place = Place(sheet, SETTLEMENTS.columns, SETTLEMENTS.first_row, 1, formats)
    place.table(SETTLEMENTS, 3, total_row=True)
    first = SETTLEMENTS.first_row + 1
    for index in range(2):
        values = {
            "settlement_id": f"2688116159{index}",
            "marketplace": "UK",
            "status": "Draft",
            "start_on": date(2026, 3, 1 + index),
            "total": 1275.20 + index,
            "lines": 100,
        }
        place.fill(first + index, values)
    total = next(n for n, each in enumerate(SETTLEMENTS.columns) if each.key == "total")
    letter = chr(ord("A") + total)
    sheet.write_formula("A1", f"=SUM({SETTLEMENTS.table}[Total])", None, 0)
    sheet.write_formula("B1", f"=SUM({letter}{first}:{letter}{first + 1})", None, 0)


def _preview(book: xlsxwriter.Workbook, formats: Formats) -> None:
    sheet = book.add_worksheet("Preview")
    place = Place(sheet, PREVIEW.columns, PREVIEW.first_row, 1, formats)
    place.table(PREVIEW, 2)
    for row in (PREVIEW.first_row + 1, PREVIEW.first_row + 2):
        place.fill(row, {})
    for each in PREVIEW.cells:
        sheet.write_blank(each.at, None, formats[each.kind])
        book.define_name(each.name, f"='Preview'!${each.at[0]}${each.at[1:]}")


def _charts(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Dashboard")
    sheet.write_column("A1", ["One", "Two", "Three"])
    sheet.write_column("B1", [1, 2, 3])
    for place, kind in (("D2", "doughnut"), ("D20", "column")):
        chart = book.add_chart({"type": kind})
        chart.add_series({"categories": "=Dashboard!$A$1:$A$3", "values": "=Dashboard!$B$1:$B$3"})
        sheet.insert_chart(place, chart)
    sheet.insert_image("L2", "dot.png", {"image_data": io.BytesIO(_png())})
    sheet.insert_textbox("L20", "A text box of the user")
    sheet.write_dynamic_array_formula("B6:B8", "=SORT(B1:B3)", None, 1)
    sheet.write_array_formula("C6:C7", "{=B1:B2*2}", None, 2)
    sheet.merge_range("A12:B13", "merged by the user")


def _png() -> bytes:
    """One red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    pixel = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + pixel + chunk(b"IEND", b"")


def _inject(path: Path) -> None:
    """Add what XlsxWriter does not write: a ribbon, custom XML and a calculation chain."""
    with zipfile.ZipFile(path) as old:
        parts = [(each.filename, old.read(each)) for each in old.infolist()]
    chain = f'<calcChain xmlns="{MAIN}"><c r="A2" i="3"/></calcChain>'
    more = [
        ("customUI/customUI14.xml", RIBBON),
        ("customXml/item1.xml", b"<own>of the user</own>"),
        ("xl/calcChain.xml", chain.encode()),
    ]
    inserted = {
        "_rels/.rels": f'<Relationship Id="rIdUI" Type="{RIBBON_TYPE}" '
        'Target="customUI/customUI14.xml"/>',
        "xl/_rels/workbook.xml.rels": f'<Relationship Id="rIdC" Type="{CHAIN_TYPE}" '
        f'Target="calcChain.xml"/><Relationship Id="rIdX" Type="{CUSTOM_XML_TYPE}" '
        'Target="../customXml/item1.xml"/>',
        "[Content_Types].xml": '<Override PartName="/xl/calcChain.xml" '
        f'ContentType="{CHAIN_CONTENT}"/>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts + more:
            extra = inserted.get(name, "").encode()
            end = data.rfind(b"</")
            whole = data[:end] + extra + data[end:] if extra else data
            whole = whole.replace(b' fullCalcOnLoad="1"', b"")  # as Excel saves it
            new.writestr(zipfile.ZipInfo(name, (2026, 3, 1, 12, 0, 0)), whole, zipfile.ZIP_DEFLATED)
