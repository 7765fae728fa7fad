"""What an accountant sees: no cell too narrow for its figure, and a picture for the README."""

from __future__ import annotations

import subprocess
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from libreoffice import needs_libreoffice

from truebooks_xl.workbook.book import ReplaceRows, Writable
from truebooks_xl.workbook.closed.book import ClosedBook
from truebooks_xl.workbook.schema import BESIDE, SHEETS, Column
from workbook_template.build import template
from workbook_template.libreoffice import convert
from workbook_template.picture import picture

pytestmark = needs_libreoffice

WIDE: dict[str, Writable] = {
    "money": Decimal("-12345678.90"),
    "count": Decimal(1234567),
    "percent": Decimal("10.1025"),
    "decimal": Decimal("187.654321"),
    "day": date(2026, 12, 28),
    "instant": datetime(2026, 12, 28, 23, 59),  # noqa: DTZ001 Excel knows no zone
    "id": "26881161592",
    "text": "Word",
    "link": "Open",
}


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with one row of wide values in each table."""
    path = tmp_path_factory.mktemp("wide") / "wide.xlsx"
    path.write_bytes(template("1.2.3"))
    tables = [each for each in (*SHEETS, *BESIDE) if each.table]
    ClosedBook(path).write([ReplaceRows(each, [row(each.columns)], 1) for each in tables])
    return path


def row(columns: tuple[Column, ...]) -> dict[str, Writable]:
    return {
        each.key: each.choices[0] if isinstance(each.choices, tuple) and each.choices else value
        for each in columns
        if not each.formula and (value := WIDE[each.kind]) is not None
    }


def test_no_figure_and_no_date_is_too_wide_for_its_column(wide: Path, tmp_path: Path) -> None:
    pdf = convert(wide, tmp_path, "pdf")
    command = ["pdftotext", "-layout", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    assert text.count("(12,345,678.90)") > 8
    assert text.count("2026-12-28") > 8
    assert "###" not in text
    assert text.count("\f") == len(SHEETS) + len(BESIDE), "each table prints one page wide"


def test_a_picture_shows_the_sheet_down_to_its_last_row(wide: Path, tmp_path: Path) -> None:
    made = picture(wide, "Tax Groups", tmp_path / "groups.png")
    header = made.read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    width, height = int.from_bytes(header[16:20]), int.from_bytes(header[20:24])
    assert width > 4 * height, "the empty paper is cut off"


def test_a_sheet_that_is_not_there_has_no_picture(wide: Path, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no page of wide"):
        picture(wide, "Dashboard", tmp_path / "none.png")
