"""One consistent reading of a workbook file, and what has been understood of it so far.

Protects: all that one command reads comes from the same bytes, and a part is unpacked once, when
somebody asks for it: Settings never waits for Lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from truebooks_xl.workbook.closed.addresses import Area
from truebooks_xl.workbook.closed.package import Package
from truebooks_xl.workbook.closed.parts import WorkbookPart
from truebooks_xl.workbook.closed.reading import CellReader
from truebooks_xl.workbook.closed.sheet import SheetXml
from truebooks_xl.workbook.closed.tables import Table, find_table, tables_of
from truebooks_xl.workbook.schema import Sheet


class Snapshot:
    """A workbook file as it was when it was read; nothing here is ever changed."""

    def __init__(self, path: Path) -> None:
        self.package = Package(path)
        self.workbook = WorkbookPart(self.package)
        self.cells = CellReader(self.package, self.workbook)
        self._tables: dict[str, Table] = {}
        self._sheets: dict[str, SheetXml] = {}

    def table(self, sheet: Sheet) -> Table:
        """Find a table, once."""
        if sheet.table not in self._tables:
            self._tables[sheet.table] = find_table(self.package, self.workbook, sheet)
        return self._tables[sheet.table]

    def sheet(self, part: str) -> SheetXml:
        """Unpack a sheet, once."""
        if part not in self._sheets:
            self._sheets[part] = SheetXml(self.package.book, part, self.package.read(part))
        return self._sheets[part]

    def areas(self, sheet_part: str) -> Mapping[str, Area]:
        """Return where all tables of a sheet lie, by their parts."""
        return {part: area for part, area, _ in tables_of(self.package, sheet_part)}
