"""A closed workbook file as the ``Book`` of the actions.

Protects: only the parts an edit touches are ever written; all edits of one ``write`` arrive
together or none does. Parts are unpacked when somebody asks: Settings never waits for Lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from truebooks_xl.workbook.book import Cell, Edit, Row
from truebooks_xl.workbook.closed.addresses import column_letters
from truebooks_xl.workbook.closed.hostile import DamagedBook
from truebooks_xl.workbook.closed.reading import Wrong
from truebooks_xl.workbook.closed.sheet import SheetXml
from truebooks_xl.workbook.closed.snapshot import Snapshot
from truebooks_xl.workbook.closed.tables import Table
from truebooks_xl.workbook.schema import SHEETS, Kind, Sheet

_KINDS: Final = {cell.name: cell.kind for sheet in SHEETS for cell in sheet.cells}


class ClosedBook:
    """A workbook file that no spreadsheet program has open."""

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()
        self._read: dict[str, Sequence[Row]] = {}

    @property
    def path(self) -> Path:
        """Where the workbook lies."""
        return self._path

    @cached_property
    def _snapshot(self) -> Snapshot:
        return Snapshot(self._path)

    def ensure_closed(self) -> None:
        """Refuse a book that could not be written now; for commands that first ask the world.

        Raises:
            BookOpen, BookBusy, NotWritable: with the sentence that says what to do.
        """
        from truebooks_xl.workbook.closed.swap import refuse_if_stuck  # noqa: PLC0415 as in write

        refuse_if_stuck(self._path)

    def rows(self, sheet: Sheet) -> Sequence[Row]:
        """Read a table; rows in which nothing is entered are left out.

        Raises:
            DataError: the file, the table or a required column is missing or damaged.
        """
        if sheet.table not in self._read:
            self._read[sheet.table] = self._rows(sheet)
        return self._read[sheet.table]

    def _rows(self, sheet: Sheet) -> list[Row]:
        table = self._snapshot.table(sheet).check_required()
        source = self._snapshot.sheet(table.sheet_part)
        body = table.body
        numbers = source.numbers_within(body.top, body.bottom)
        letters = {key: each.letters for key, each in table.by_key.items()}
        found = (self._row(table, source, letters, number) for number in numbers)
        return [row for row in found if row is not None]

    def _row(
        self, table: Table, source: SheetXml, letters: Mapping[str, str], number: int
    ) -> Row | None:
        cells: dict[str, Cell] = dict.fromkeys(letters)
        errors: dict[str, str] = {}
        entered = False
        for place, value in self._values(table.tab, source, number, table.kinds):
            key, column = table.ours[place]
            if not isinstance(value, Wrong):
                cells[key] = value
            elif not (column.formula and value.uncalculated):
                errors[key] = value.text
            entered = entered or (not column.formula and not _is_blank(value))
        return Row(table.tab, number, cells, letters, errors) if entered else None

    def _values(
        self, tab: str, source: SheetXml, number: int, kinds: Mapping[int, Kind | None]
    ) -> Iterator[tuple[int, Cell | Wrong]]:
        """Give the cells of a row that are not empty, in the columns whose kinds are given."""
        for place, attributes, content in source.split(number):
            if place not in kinds:
                continue
            try:
                value = self._snapshot.cells.value(attributes, content, kinds[place])
            except (ValueError, IndexError, KeyError, OverflowError):
                address = f"{tab}!{column_letters(place)}{number}"
                raise DamagedBook(self._path.name, f"{address} cannot be read") from None
            yield place, value

    def names(self, names: Sequence[str]) -> Mapping[str, Cell]:
        """Read named single cells; an error or a formula without a result reads as its text.

        Raises:
            MissingName: a name is gone or is not one cell.
        """
        return {name: self._named(name) for name in names}

    def _named(self, name: str) -> Cell:
        workbook = self._snapshot.workbook
        tab, cell = workbook.cell(name)
        source = self._snapshot.sheet(workbook.sheets[tab])
        for _, value in self._values(tab, source, cell.top, {cell.left: _KINDS.get(name)}):
            return value.text if isinstance(value, Wrong) else value
        return None

    def write(self, edits: Sequence[Edit]) -> None:
        """Apply all edits at once: the file is the old one or the new one, never between.

        Raises:
            BookChanged: it was saved by someone else since it was read; nothing was written.
                Open it anew, read it, and work the edits out again: row numbers may differ.
            DataError: the book is open, or an edit would harm what the user added; nothing was
                written.
        """
        # Half of the commands only read: they need not wait for what writes.
        from truebooks_xl.workbook.closed.saving import save  # noqa: PLC0415

        save(self._snapshot, edits)
        self._read.clear()
        del self._snapshot  # what is read from now on is the new file


def _is_blank(value: Cell | Wrong) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
