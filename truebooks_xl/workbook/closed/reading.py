"""From a cell's XML to its value: exact numbers, text as text, days by the column's kind.

Protects: an error value or a formula nobody has calculated is never taken for a blank, and a
number is the Decimal of its shortest text, so that 0.1 is exactly ``Decimal("0.1")``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from html import escape
from math import isfinite
from typing import Final

from truebooks_xl.workbook.book import Cell
from truebooks_xl.workbook.closed.cells import DAY_ZERO, unescaped
from truebooks_xl.workbook.closed.hostile import check_xml
from truebooks_xl.workbook.closed.package import Package
from truebooks_xl.workbook.closed.parts import WorkbookPart, parse, tag
from truebooks_xl.workbook.schema import Kind

LAST_SERIAL: Final = 2_958_465  # 31 December 9999
TEXTS: Final = frozenset({"text", "id", "link"})

_OURS: Final = b'<is><t xml:space="preserve">'
_TAGS_OF_OURS: Final = 4
_TYPE: Final = re.compile(rb' t="(\w+)"')
_STYLE: Final = re.compile(rb' s="(\d+)"')
_VALUE: Final = re.compile(rb"<v(?:\s[^>]*)?(?<!/)>(.*?)</v>", re.DOTALL)
_FORMULA: Final = re.compile(rb"<f(?:\s[^>]*?)?(?:/>|>(.*?)</f>)", re.DOTALL)
_TEXT: Final = re.compile(rb"<t(?:\s[^>]*)?(?<!/)>(.*?)</t>", re.DOTALL)
_PHONETIC: Final = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
_ITEM: Final = re.compile(rb"<si(?:/>|>(.*?)</si>)", re.DOTALL)
_ENTITY: Final = re.compile("&([^;]+);")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NOT_A_FORMAT: Final = re.compile(r'"[^"]*"|\[(?![hms]+\])[^\]]*\]|\\.|_.|\*.', re.IGNORECASE)
_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})


@dataclass(frozen=True, slots=True)
class Wrong:
    """What stands in a cell instead of a value: ``#N/A``, or a formula without a result."""

    text: str

    @property
    def uncalculated(self) -> bool:
        """Say whether it is a formula that nobody has calculated yet."""
        return self.text.startswith("=")


class CellReader:
    """Reads the cells of one workbook; shared strings and styles only once one asks for them."""

    def __init__(self, package: Package, workbook: WorkbookPart) -> None:
        self._package = package
        self._workbook = workbook

    def value(self, attributes: bytes, content: bytes | None, kind: Kind | None) -> Cell | Wrong:
        """Return a cell's value; a column of text gives text, whatever was typed into it.

        Args:
            attributes: of its tag, after the address.
            content: between its tags; None for an empty tag.
            kind: of its column; None where nothing is declared: its number format decides.

        Raises:
            ValueError, IndexError: the XML says something no spreadsheet writes.
        """
        if content is None:
            return None
        if b'"inlineStr"' in attributes:
            return _joined(content) or None
        found = _TYPE.search(attributes)
        stored = found[1] if found else b"n"
        value = _VALUE.search(content)
        if value is None or not value[1]:
            return self._without_value(content, stored)
        return self._typed(stored, value[1], attributes, kind)

    def _without_value(self, content: bytes, stored: bytes) -> Wrong | None:
        formula = _FORMULA.search(content)
        if formula is None or stored == b"str":  # a formula that gave the empty text
            return None
        return Wrong(f"={_decoded(formula[1])}" if formula[1] else "=…")

    def _typed(
        self, stored: bytes, value: bytes, attributes: bytes, kind: Kind | None
    ) -> Cell | Wrong:
        match stored:
            case b"s":
                return self._shared(int(value)) or None
            case b"str":
                return _decoded(value) or None
            case b"b":
                return ("FALSE", "TRUE")[value == b"1"] if kind in TEXTS else value == b"1"
            case b"e":
                return Wrong(_decoded(value))
            case b"d":
                return _iso(_decoded(value), kind)
            case _:
                return self._number(float(value), attributes, kind)

    def _number(self, number: float, attributes: bytes, kind: Kind | None) -> Cell:
        """Give a number the form its column wants; in a text column a date reads as shown."""
        if not isfinite(number):
            raise ValueError(number)
        if kind == "day":
            return day(number)
        if kind == "instant":
            return instant(number)
        if (kind is None or kind in TEXTS) and self._is_date(attributes):
            moment = day(number) if number.is_integer() else instant(number)
            return str(moment) if kind else moment
        exact = shortest(number)
        return f"{exact:f}" if kind in TEXTS else exact

    def _shared(self, index: int) -> str:
        return _joined(self._strings[index])

    @cached_property
    def _strings(self) -> list[bytes]:
        """The XML of each shared string; decoded only when a cell asks."""
        part = self._workbook.single("sharedStrings")
        if part is None:
            return []
        data = self._package.read(part)
        if not check_xml(self._package.book, part, data) or b"<sst" not in data[:4096]:
            return _strings_of_odd(self._package.book, part, data)
        return [each or b"" for each in _ITEM.findall(data)]

    def _is_date(self, attributes: bytes) -> bool:
        found = _STYLE.search(attributes)
        return found is not None and int(found[1]) in self._date_styles

    @cached_property
    def _date_styles(self) -> frozenset[int]:
        """Indexes of the cell formats that show a number as a day or a time."""
        part = self._workbook.single("styles")
        if part is None:
            return frozenset()
        root = parse(self._package.book, part, self._package.read(part))
        formats = {
            int(each.get("numFmtId", "0"))
            for each in root.iterfind(f"{tag('numFmts')}/{tag('numFmt')}")
            if re.search(
                "[dmyhs]", _NOT_A_FORMAT.sub("", each.get("formatCode", "")), re.IGNORECASE
            )
        } | _BUILT_IN_DATES
        styles = root.iterfind(f"{tag('cellXfs')}/{tag('xf')}")
        return frozenset(
            index for index, each in enumerate(styles) if int(each.get("numFmtId", "0")) in formats
        )


def shortest(number: float) -> Decimal:
    """Return the Decimal of a double's shortest text, whole numbers without a fraction."""
    exact = Decimal(repr(number))
    return Decimal(int(exact)) if number.is_integer() and abs(number) < 1e16 else exact  # noqa: PLR2004


def day(number: float) -> date | Decimal:
    """Return the day of a serial number; a number that is no day stays one, for its reader."""
    if not 1 <= number < LAST_SERIAL + 1:
        return shortest(number)
    return DAY_ZERO + timedelta(days=int(number))


def instant(number: float) -> datetime | Decimal:
    """Return the instant of a serial number, to the millisecond; Excel keeps no finer."""
    if not 1 <= number < LAST_SERIAL + 1:
        return shortest(number)
    midnight = datetime.combine(DAY_ZERO, datetime.min.time())
    milliseconds = round(number % 1 * 86_400_000)
    return midnight + timedelta(days=int(number), milliseconds=milliseconds)


def _iso(text: str, kind: Kind | None) -> Cell:
    moment = datetime.fromisoformat(text).replace(tzinfo=None)
    if kind in TEXTS:
        return text
    return moment.date() if kind == "day" else moment


def _decoded(text: bytes) -> str:
    written = text.decode()
    if "\r" in written:  # XML knows one line end
        written = written.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in written:
        written = _ENTITY.sub(_character, written)
    return unescaped(written)


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    if name.startswith("#"):
        return chr(int(f"0{name[1:]}" if name[1] == "x" else name[1:], 0))
    return _ENTITIES[name]


@lru_cache(maxsize=4096)  # words such as a marketplace or a group stand in every row
def _joined(content: bytes) -> str:
    """Return the text of all runs, without the phonetic guide."""
    if content.startswith(_OURS) and content.count(b"<") == _TAGS_OF_OURS:
        return _decoded(content[len(_OURS) : content.rindex(b"</t>")])  # as we write it: one run
    runs = _TEXT.findall(_PHONETIC.sub(b"", content))
    return "".join(_decoded(each) for each in runs)


def _strings_of_odd(book: str, part: str, data: bytes) -> list[bytes]:
    """Read shared strings that have prefixes or comments: by a parser, rebuilt plain."""
    root = parse(book, part, data)
    return [
        b"".join(
            f"<t>{escape(each.text or '', quote=False)}</t>".encode()
            for each in item.iter(tag("t"))
            if next(each.iterancestors(tag("rPh")), None) is None
        )
        for item in root.iterfind(tag("si"))
    ]
