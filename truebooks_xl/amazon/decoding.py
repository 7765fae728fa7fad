"""Decoding: raw blocks become clean UTF-8, every line with the heading's number of fields.

Protects: a torn line, a stray control byte or undecodable text is refused with its line number and
never padded, skipped or replaced by “?”. Blank lines go, their numbers still count.

The whole check is one comparison: without its printable bytes a clean block is nothing but
``tabs`` tabs and a line end, over and over. Only a block that is not takes the slow way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from truebooks_xl.amazon.columns import Heading, refuse_other_width, second_heading
from truebooks_xl.amazon.flat_file_errors import (
    ControlCharacter,
    GarbledText,
    TornLine,
    UndecodableText,
)

UTF_8: Final = "utf-8"
WESTERN: Final = "cp1252"
JAPANESE: Final = "cp932"
_PRINTABLE: Final = bytes(code for code in range(256) if code >= 0x20 and code != 0x7F)  # noqa: PLR2004
_DAMAGED: Final = (re.compile(b"\xc2[\x80-\x9f]"), re.compile(b"\xef\xbf[\xbd-\xbf]"))
"""C1 controls, the replacement character, and two that are none: text decoded wrongly once."""

_NO_LETTER: Final = re.compile("[\uf8f0-\uf8f3]")
"""What Python makes of four bytes that Japanese Windows text does not have."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some whole lines of a report.

    Attributes:
        data: UTF-8, each line ends with a line feed and has the heading's tabs.
        line_numbers: of these lines in the file.
        next_line: the number of the line after them, blank lines counted.
    """

    data: bytes
    line_numbers: Sequence[int]
    next_line: int


def encodings(currency: str) -> tuple[str, str, str]:
    """The encodings a report may have, the likeliest first.

    The older two cannot be told apart by a rule: most of what is text in one is text in the other.
    """
    return (UTF_8, JAPANESE, WESTERN) if currency == "JPY" else (UTF_8, WESTERN, JAPANESE)


def chunks(name: str, blocks: Iterator[bytes], heading: Heading, encoding: str) -> Iterator[Chunk]:
    """Yield all lines below the heading.

    Args:
        name: of the file, for messages.
        blocks: the raw bytes of the file from its beginning, cut at line ends.
        heading: how many fields a line has, and the line it stands in.
        encoding: one of ``encodings``.

    Raises:
        UndecodableText: not in this encoding.
        TornLine, ControlCharacter, GarbledText: damaged in any encoding.
        JoinedReports, MixedLayouts: of more than one report.
    """
    line = 1
    for block in blocks:
        rest = block
        while rest and line <= heading.line:
            rest = rest.partition(b"\n")[2]
            line += 1
        if rest:
            chunk = tidy(name, rest, line, heading, encoding)
            line = chunk.next_line
            yield chunk


def tidy(name: str, block: bytes, first_line: int, heading: Heading, encoding: str) -> Chunk:
    """Check and clean one block of whole lines that begins with line ``first_line``."""
    text = _utf_8(name, block, first_line, encoding)
    if not text.endswith(b"\n"):
        text += b"\n"
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
    skeleton, tabs = text.translate(None, _PRINTABLE), heading.tabs
    lines = len(skeleton) // (tabs + 1)
    if skeleton == (b"\t" * tabs + b"\n") * lines:
        return Chunk(text, range(first_line, first_line + lines), first_line + lines)
    return _line_by_line(name, text, first_line, heading)


def is_blank(line: bytes) -> bool:
    """Nothing but blanks; a line of tabs is not, it has fields."""
    return not line.strip(b" \r")


def refuse_damaged_line(name: str, number: int, line: bytes, heading: Heading) -> None:
    """Refuse a line that has not the heading's fields, or bytes no text has.

    Raises:
        TornLine, ControlCharacter, JoinedReports, MixedLayouts
    """
    if line[:20].lower().lstrip(b' "').startswith(b"settlement-id"):
        raise second_heading(name, number, line.decode("ascii", "replace"), heading.layout)
    if stray := line.translate(None, _PRINTABLE).replace(b"\t", b""):
        raise ControlCharacter(name, number, stray[0])
    if (found := line.count(b"\t")) != heading.tabs:
        refuse_other_width(name, number, found + 1, heading)
        raise TornLine(name, number, found + 1, heading.tabs + 1)


def _line_by_line(name: str, text: bytes, first_line: int, heading: Heading) -> Chunk:
    lines = text.removesuffix(b"\n").split(b"\n")
    kept = [at for at, line in enumerate(lines, first_line) if not is_blank(line)]
    for number in kept:
        refuse_damaged_line(name, number, lines[number - first_line], heading)
    data = b"".join(lines[number - first_line] + b"\n" for number in kept)
    return Chunk(data, kept, first_line + len(lines))


def _utf_8(name: str, block: bytes, first_line: int, encoding: str) -> bytes:
    if block.isascii():
        return block
    try:
        text = block.decode(encoding)
    except UnicodeDecodeError as error:
        line = first_line + block.count(b"\n", 0, error.start)
        raise UndecodableText(name, line) from error
    if encoding == JAPANESE and (found := _NO_LETTER.search(text)):
        raise UndecodableText(name, first_line + text.count("\n", 0, found.start()))
    clean = block if encoding == UTF_8 else text.encode()
    for pattern in _DAMAGED:
        if damaged := pattern.search(clean):
            raise GarbledText(name, first_line + clean.count(b"\n", 0, damaged.start()))
    return clean
