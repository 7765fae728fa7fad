"""One cell as XML: from a value to text in the sheet, and the escapes that keep text exact.

Protects: text stays text however it begins (``=cmd|…`` never becomes a formula, an id never a
number), and the one float of a number is made here, from a Decimal, at the last moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Final

from truebooks_xl.errors import DataError
from truebooks_xl.workbook.book import Formula, Link, Writable

LONGEST_TEXT: Final = 32_767  # characters of a cell
LONGEST_LITERAL: Final = 255  # characters of a text inside a formula
DAY_ZERO: Final = date(1899, 12, 30)
SECONDS_A_DAY: Final = 86_400

# XML 1.0 cannot hold these; a bare CR would come back as LF. Excel writes them _x000D_.
_UNWRITABLE: Final = "\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff"
# A literal _x000D_ must not be read as that escape, nor one that an escape would complete.
_ESCAPED: Final = re.compile(f"_(?=x[0-9A-Fa-f]{{4}}[_{_UNWRITABLE}])|[{_UNWRITABLE}]")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


class TextTooLong(DataError):
    """A text is longer than a cell of Excel can hold."""

    def __init__(self, text: str) -> None:
        super().__init__(
            where="Workbook",
            what=f"“{text[:40]}…” has {len(text):,} characters; a cell holds {LONGEST_TEXT:,}.",
            remedy="Correct it where it comes from, then run the command again.",
        )


def escaped(text: str) -> str:
    """Return text as it may stand between tags, control characters as ``_x000B_``."""
    return escape(_ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text), quote=False)


def unescaped(text: str) -> str:
    """Undo ``_x000B_`` in text that the XML parser has already decoded."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def number_text(value: Decimal | int) -> str:
    """Return the shortest text of the double Excel will hold: ``2.4``, ``26881161592``."""
    number = float(value)
    assert abs(number) < float("inf"), f"{value} is no number for a cell"
    text = repr(number)
    return text.removesuffix(".0")


def serial(value: date | datetime) -> Decimal:
    """Return the day number of Excel's 1900 system, the time of day as its fraction."""
    if not isinstance(value, datetime):
        return Decimal((value - DAY_ZERO).days)
    assert value.tzinfo in {None, UTC}, "instants are UTC; a local time needs its day first"
    midnight = value.replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = Decimal(str((value - midnight).total_seconds()))
    return (value.date() - DAY_ZERO).days + seconds / SECONDS_A_DAY


def ending(value: Writable) -> str:
    """Return all of a cell's XML after its address and style: ``><v>2.4</v></c>``."""
    write = _ENDINGS.get(type(value))
    if write is None:  # a StrEnum is text
        write = next(way for kind, way in _ENDINGS.items() if isinstance(value, kind))
    return write(value)


def calculated(formula: str, value: Writable, array_at: str = "") -> str:
    """Return the ending of a formula's cell with its value as far as Python knows it.

    Args:
        formula: with or without its ``=``.
        value: the cached result; None where only Excel will tell.
        array_at: the cell's own address where the formula is an array formula.
    """
    inside = f' t="array" ref="{array_at}"' if array_at else ""
    code = f"<f{inside}>{escape(formula.removeprefix('='), quote=False)}</f>"
    if value is None:
        return f">{code}</c>"
    if isinstance(value, bool):
        return f' t="b">{code}<v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f' t="str">{code}<v>{escaped(value)}</v></c>'
    assert isinstance(value, Decimal | int), f"a formula's result cannot be {value!r}"
    return f">{code}<v>{number_text(value)}</v></c>"


@lru_cache(maxsize=16_384)  # types, SKUs and order ids come again and again
def _text(value: str) -> str:
    if not value:
        return "/>"
    if len(value) > LONGEST_TEXT:
        raise TextTooLong(value)
    return f' t="inlineStr"><is><t xml:space="preserve">{escaped(value)}</t></is></c>'


def _number(value: Decimal | int) -> str:
    return f"><v>{number_text(value)}</v></c>"


def _link(value: Link) -> str:
    """Write a HYPERLINK formula: it touches no other part, as a relationship would."""
    if not value.address:
        return _text(value.text)
    assert len(value.address) < LONGEST_LITERAL, f"too long for a formula: {value.address}"
    assert len(value.text) < LONGEST_LITERAL, f"too long for a formula: {value.text}"
    return calculated(f"HYPERLINK({_quoted(value.address)},{_quoted(value.text)})", value.text)


def _quoted(text: str) -> str:
    plain = re.sub(f"[{_UNWRITABLE}]", " ", text)
    return '"' + plain.replace('"', '""') + '"'


_ENDINGS: Final[dict[type, Callable[..., str]]] = {
    type(None): lambda _: "/>",
    str: _text,
    Decimal: _number,
    bool: lambda value: f' t="b"><v>{int(value)}</v></c>',
    int: _number,
    datetime: lambda value: _number(serial(value)),
    date: lambda value: _number(serial(value)),
    Link: _link,
    Formula: lambda value: calculated(value.formula, value.value),
}
"""Ordered: bool before int and datetime before date, which are their base types."""
