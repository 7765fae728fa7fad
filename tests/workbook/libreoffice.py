"""A workbook as LibreOffice calculates it, read back by a reader that is not ours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from workbook_template.libreoffice import convert, programs

Value = int | float | str | bool | time | date | datetime | timedelta
Rows = list[list[Value]]

needs_libreoffice = pytest.mark.skipif(
    programs() is None, reason="LibreOffice (soffice) or pdftoppm is not installed"
)


class Recalculated:
    """All sheets of a workbook after LibreOffice has calculated every formula anew."""

    def __init__(self, book: Path, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._book = CalamineWorkbook.from_path(convert(book, folder, "xlsx"))
        self._rows: dict[str, Rows] = {}

    def rows(self, sheet: str) -> Rows:
        """Return the rows of a sheet from A1 on; blank is ""."""
        if sheet not in self._rows:
            self._rows[sheet] = self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        return self._rows[sheet]

    def cell(self, sheet: str, address: str) -> Value:
        """Return one cell by its address; columns A to Z."""
        row, column = int(address[1:]) - 1, ord(address[0]) - ord("A")
        return self.rows(sheet)[row][column]

    def table(self, sheet: str, first_row: int, count: int) -> list[dict[str, Value]]:
        """Return ``count`` rows below the headings in ``first_row``, by heading."""
        headings, *body = self.rows(sheet)[first_row - 1 : first_row + count]
        return [dict(zip(map(str, headings), row, strict=True)) for row in body]
