"""One sheet's XML as rows of raw cells between an untouched head and tail.

Protects: what an edit does not touch keeps its very bytes, inside a touched sheet too; and 650,000
cells never become 650,000 objects. Rows are found by their tags, which is exact on *plain* XML:
well-formed, UTF-8, no comments or CDATA, no prefix, double quotes, each row and cell beginning with
its address. Excel, LibreOffice and the libraries write it so; the rest is made so by ``lxml``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from copy import copy
from typing import Final

from lxml import etree

from truebooks_xl.workbook.closed.addresses import Area, column_letters, column_number
from truebooks_xl.workbook.closed.hostile import DamagedBook, check_xml
from truebooks_xl.workbook.closed.parts import MAIN, tag

_ODD: Final = re.compile(rb'<(?:c|row)(?! r="[A-Z0-9]|[A-Za-z])')
_PREFIX: Final = re.compile(rb"<([A-Za-z_][\w.-]*:)worksheet[\s>]")
_ROW: Final = re.compile(rb'<row r="(\d+)"([^>]*?)(/?)>')
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})\d+"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_FILLED: Final = re.compile(rb'<c r="([A-Z]{1,3})\d+"((?:[^>]*[^/>])?)>(.*?)</c>', re.DOTALL)
_STYLE: Final = re.compile(rb' s="(\d+)"')
_HINTS: Final = re.compile(rb' (?:spans|hidden)="[^"]*"')
_SPANS: Final = re.compile(rb' spans="[^"]*"')
_COLUMN: Final = re.compile(rb"<col [^>]*>")
_BATCH: Final = 1_000  # rows joined before they are packed


def plain(book: str, part: str, data: bytes) -> bytes:
    """Return a sheet's XML in the form rows can be found in by their tags.

    Raises:
        DamagedBook, HostileBook: it is not well-formed, or declares a document type.
    """
    simple = check_xml(book, part, data)
    around = data[: data.find(b"<sheetData")], data[data.rfind(b"</sheetData") :]
    quoted = all(b"='" not in each for each in around)
    if simple and quoted and not _ODD.search(data) and not _PREFIX.search(data, 0, 4096):
        return data
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    root = etree.fromstring(data, parser)
    _address_all(root)
    return _without_prefix(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _address_all(root: etree._Element) -> None:
    """Put ``r`` first on each row and cell; where it is left out, it is the next place."""
    number = 0
    for row in root.iterfind(f"{tag('sheetData')}/{tag('row')}"):
        number = int(row.get("r") or number + 1)
        _lead_with(row, str(number))
        column = 0
        for cell in row.iterfind(tag("c")):
            given = (cell.get("r") or "").rstrip("0123456789")
            column = column_number(given) if given else column + 1
            _lead_with(cell, f"{column_letters(column)}{number}")


def _lead_with(element: etree._Element, address: str) -> None:
    others = [(name, value) for name, value in element.attrib.items() if name != "r"]
    element.attrib.clear()
    element.set("r", address)
    for name, value in others:
        element.set(name, value)


def _without_prefix(data: bytes) -> bytes:
    """Turn ``<x:row>`` into ``<row>``: a ``<`` is only ever the start of a tag."""
    found = _PREFIX.search(data, 0, 4096)
    if found is None:
        return data
    prefix = found[1]
    bare = data.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
    return bare.replace(b"xmlns:" + prefix[:-1] + b"=", b"xmlns=", 1)


class SheetXml:
    """A sheet as it was read, and over it the rows that edits have changed.

    Attributes:
        head, tail: all before the first and after the last row; edits may rewrite them.
    """

    def __init__(self, book: str, part: str, data: bytes) -> None:
        self.book, self.part = book, part
        self.data = plain(book, part, data)
        start, end = self._body()
        self.rows: dict[int, tuple[int, int]] = {}
        self._index(start, end)
        self._changed: dict[int, bytes] = {}

    def _body(self) -> tuple[int, int]:
        open_tag, close_tag = b"<sheetData>", b"</sheetData>"
        start = self.data.find(open_tag)
        if start >= 0:
            start += len(open_tag)
            end = self.data.rfind(close_tag)
            self.head, self.tail = self.data[:start], self.data[end:]
            return start, end
        empty = re.search(rb"<sheetData\s*/>", self.data)
        if empty is None or MAIN.encode() not in self.data[:4096]:
            raise DamagedBook(self.book, f"{self.part} is no worksheet")
        self.head = self.data[: empty.start()] + open_tag
        self.tail = close_tag + self.data[empty.end() :]
        return 0, 0

    def _index(self, start: int, end: int) -> None:
        found = [(int(each[1]), each.start()) for each in _ROW.finditer(self.data, start, end)]
        ends = [place for _, place in found[1:]] + [end]
        last = 0
        for (number, place), after in zip(found, ends, strict=True):
            if number <= last:
                raise DamagedBook(self.book, f"the rows of {self.part} are out of order")
            self.rows[number] = (place, after)
            last = number

    def copy(self) -> SheetXml:
        """Return a second view of the same bytes for edits that may fail."""
        other = copy(self)
        other._changed = dict(self._changed)  # noqa: SLF001 of its own class
        return other

    def raw(self, number: int) -> bytes:
        """Return a row's XML; empty where there is no such row."""
        if number in self._changed:
            return self._changed[number]
        start, end = self.rows.get(number, (0, 0))
        return self.data[start:end]

    def numbers(self) -> list[int]:
        """Return the numbers of all rows there are, ascending."""
        gone = {number for number, row in self._changed.items() if not row}
        return sorted((self.rows.keys() | self._changed.keys()) - gone)

    def numbers_within(self, first: int, last: int) -> list[int]:
        """Return the numbers of the rows there are from first to last, both inclusive."""
        numbers = self.numbers()
        return numbers[bisect_left(numbers, first) : bisect_left(numbers, last + 1)]

    def cells(self, number: int) -> dict[int, bytes]:
        """Return a row's cells: column number to the cell's XML."""
        return {
            column_number(each[1].decode()): each[0] for each in _CELL.finditer(self.raw(number))
        }

    def split(self, number: int) -> list[tuple[int, bytes, bytes]]:
        """Return the cells of a row that hold something: column, attributes, content."""
        return [
            (column_number(letters.decode()), attributes, content)
            for letters, attributes, content in _FILLED.findall(self.raw(number))
        ]

    def columns(self, number: int) -> tuple[int, int]:
        """Return a row's first and last column without reading between; (0, 0) for none."""
        row = self.raw(number)
        first, last = row.find(b'<c r="'), row.rfind(b'<c r="')
        if first < 0:
            return 0, 0
        return _letters_at(row, first), _letters_at(row, last)

    def attributes(self, number: int) -> bytes:
        """Return a row's own attributes that still hold once its cells have changed."""
        found = _ROW.match(self.raw(number))
        return _HINTS.sub(b"", found[2]) if found else b""

    def set_row(self, number: int, row: bytes) -> None:
        """Put a whole row; empty bytes remove it."""
        self._changed[number] = row

    def set_cells(self, number: int, cells: Mapping[int, bytes]) -> None:
        """Put some cells of a row and keep its others; empty bytes remove a cell."""
        found = _ROW.match(self.raw(number))
        kept = _SPANS.sub(b"", found[2]) if found else b""
        self.set_row(number, row_xml(number, kept, {**self.cells(number), **cells}))

    def column_style(self, column: int) -> bytes:
        """Return the style that the sheet gives a whole column, as an attribute."""
        for each in _COLUMN.findall(self.head):
            first, last = (re.search(rb' %s="(\d+)"' % name, each) for name in (b"min", b"max"))
            style = re.search(rb' style="(\d+)"', each)
            if first and last and int(first[1]) <= column <= int(last[1]):
                return b' s="%s"' % style[1] if style else b""
        return b""

    def cover(self, area: Area) -> None:
        """Let the sheet's dimension cover an area and end at its last row."""
        found = re.search(rb'<dimension ref="([^"]*)"', self.head)
        if found is None:
            return
        old = Area.parse(found[1].decode())
        bottom = max(self.numbers(), default=area.bottom)
        new = (old.union(area) if old else area).ending_at(max(bottom, area.top))
        self.head = self.head[: found.start(1)] + str(new).encode() + self.head[found.end(1) :]

    def chunks(self) -> Iterator[bytes]:
        """Give the sheet's XML as it stands now, in pieces."""
        yield self.head
        numbers = self.numbers()
        for start in range(0, len(numbers), _BATCH):
            yield b"".join(map(self.raw, numbers[start : start + _BATCH]))
        yield self.tail


def _letters_at(row: bytes, place: int) -> int:
    end = place + 6
    while row[end] > 0x39:  # noqa: PLR2004 beyond the digit 9 are the letters
        end += 1
    return column_number(row[place + 6 : end].decode())


def row_xml(number: int, attributes: bytes, cells: Mapping[int, bytes]) -> bytes:
    """Return a row of the given cells in the order of their columns; empty cells are left out."""
    inside = b"".join(cells[column] for column in sorted(cells))
    if not inside and not attributes:
        return b""
    return b'<row r="%d"%s>%s</row>' % (number, attributes, inside)


def cell_xml(column: int, number: int, style: bytes, ending: str) -> bytes:
    """Return a cell; a blank one without a style is nothing at all."""
    if not style and ending == "/>":
        return b""
    address = b"%s%d" % (column_letters(column).encode(), number)
    return b'<c r="%s"%s%s' % (address, style, ending.encode())


def style_of(cell: bytes) -> bytes:
    """Return a cell's style as the attribute it has; empty for none."""
    found = _STYLE.search(cell, 0, cell.find(b">") + 1)
    return found[0] if found else b""


def has_content(cell: bytes) -> bool:
    """Say whether a cell holds a value or a formula, and not only a style."""
    return any(mark in cell for mark in (b"<v", b"<f", b"<is"))
