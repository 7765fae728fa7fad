"""Addresses of cells and areas: ``G17``, ``A4:N120``; rows and columns are counted from 1.

Protects: nothing is ever written outside the 1,048,576 x 16,384 cells of a sheet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Self

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384

_AREA: Final = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})(?::\$?([A-Z]{1,3})\$?([1-9]\d{0,6}))?")


@lru_cache(maxsize=LAST_COLUMN)
def column_number(letters: str) -> int:
    """Return 1 for ``A``, 27 for ``AA``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=LAST_COLUMN)
def column_letters(number: int) -> str:
    """Return ``A`` for 1, ``AA`` for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, all four edges inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read ``B2`` or ``$A$4:N120``; None for anything else (whole columns, other sheets)."""
        found = _AREA.fullmatch(text)
        if found is None:
            return None
        left, top, right, bottom = found.groups()
        first = (int(top), column_number(left))
        last = (int(bottom), column_number(right)) if right else first
        area = cls(*first, *last)
        inside = area.bottom <= LAST_ROW and area.right <= LAST_COLUMN
        return area if inside and area.top <= area.bottom and area.left <= area.right else None

    def __str__(self) -> str:
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def ending_at(self, bottom: int) -> Self:
        """Return the same area with another last row."""
        return replace(self, bottom=bottom)

    def overlaps(self, other: Area) -> bool:
        """Say whether the two have a cell in common."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def covers(self, other: Area) -> bool:
        """Say whether every cell of the other is a cell of this."""
        return (
            self.top <= other.top
            and other.bottom <= self.bottom
            and self.left <= other.left
            and other.right <= self.right
        )

    def union(self, other: Area) -> Area:
        """Return the smallest area that covers both."""
        return Area(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )
