"""Dates: one style per file, found from the summary row and held against every line.

Protects: a day is never taken for a month. Each style has one width and one order; where month
and day could change places (slashes), only a style that alone fits the whole file is accepted.

All instants are UTC. Source: real V2 and V1 files; Amazon's changelog for the slashed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import polars as pl


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a file writes an instant, and a day alone.

    Attributes:
        example: an instant in this style; every instant of the file has its length.
        instant: its format; ``day``: the format of the day at its beginning.
    """

    example: str
    instant: str
    day: str
    day_width: int

    def read(self, text: str) -> datetime | None:
        """Read one instant (a day alone is its midnight, UTC); None where it does not fit."""
        pattern = {len(self.example): self.instant, self.day_width: self.day}.get(len(text))
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC) if pattern else None
        except ValueError:
            return None

    def column(self, texts: pl.Series) -> pl.Series:
        """Read n texts as instants, or as days alone; null where one does not fit."""
        instants = _strict(texts, self.instant, len(self.example))
        if instants.null_count():
            trimmed = texts.str.strip_chars()
            for pattern, width in ((self.instant, len(self.example)), (self.day, self.day_width)):
                instants = instants.zip_with(
                    instants.is_not_null(), _strict(trimmed, pattern, width)
                )
        return instants.dt.replace_time_zone("UTC")


def _strict(texts: pl.Series, pattern: str, width: int) -> pl.Series:
    """Polars takes ``7`` for ``%d`` and ``26`` for ``%Y``; the fixed width does not."""
    parsed = texts.str.to_datetime(pattern, time_unit="us", strict=False)
    fits = (texts.str.len_bytes() == width).fill_null(value=False)
    return parsed if fits.all() else parsed.set(~fits, None)


def _style(example: str, day: str, rest: str, day_width: int = 10) -> DateStyle:
    return DateStyle(example, day + rest, day, day_width)


DATE_STYLES: Final = (
    _style("2026-07-17 07:06:34 UTC", "%Y-%m-%d", " %H:%M:%S UTC"),
    _style("17.07.2026 07:06:34 UTC", "%d.%m.%Y", " %H:%M:%S UTC"),
    _style("2026-07-17T07:06:34+00:00", "%Y-%m-%d", "T%H:%M:%S+00:00"),
    _style("07/17/26 07:06:34 UTC", "%m/%d/%y", " %H:%M:%S UTC", 8),
    _style("17/07/26 07:06:34 UTC", "%d/%m/%y", " %H:%M:%S UTC", 8),
    _style("07/17/2026 07:06:34 UTC", "%m/%d/%Y", " %H:%M:%S UTC"),
    _style("17/07/2026 07:06:34 UTC", "%d/%m/%Y", " %H:%M:%S UTC"),
)

ALL_EXAMPLES: Final = ", ".join(style.example for style in DATE_STYLES[:4])
