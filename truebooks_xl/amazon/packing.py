"""Packing: the lines of a report as they are kept between two passes, a tenth of their size.

Protects: flat memory and one parse. A report of five million lines stays in some 90 MiB, so the
file is read once; what is unpacked for a pass is a block at a time, and equal to what was read.

Two things make lines small: the four names come from a handful of words, and the rows of an order
item stand together, so order, item, SKU, instant and quantity are kept once for each *run* of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from truebooks_xl.core.settlement import LINE_SCHEMA

NAMES: Final = ("transaction_type", "amount_type", "amount_description", "marketplace")
"""Columns of few words."""

RUN: Final = ("order_id", "order_item", "sku", "posted_at", "quantity")
"""Columns that stay the same from row to row of an order item."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A block of lines, packed.

    Attributes:
        line_numbers: n, in the file.
        names: n codes in each of ``NAMES``; a code is a place in ``words``.
        words: of this block, trimmed; two codes may have the same.
        runs: m <= n rows of ``RUN``, as in ``LINE_SCHEMA``.
        run: for each line the row of ``runs`` it belongs to.
        minor: n amounts, in the smallest integer type that holds them.
    """

    line_numbers: range | pl.Series
    names: pl.DataFrame
    words: pl.Series
    runs: pl.DataFrame
    run: pl.Series
    minor: pl.Series

    def __len__(self) -> int:
        return len(self.minor)

    @property
    def packed_bytes(self) -> int:
        """What it takes in memory, about."""
        columns = (self.names, self.runs, self.run, self.minor)
        return sum(int(each.estimated_size()) for each in columns)

    def marketplace_lines(self) -> Iterator[tuple[str, int]]:
        """Yield marketplace names with their number of lines; a name may come twice."""
        for code, lines in self.names["marketplace"].value_counts().iter_rows():
            yield self.words[code], lines

    def lines(self) -> pl.DataFrame:
        """Unpack the lines, in file order."""
        columns = [
            pl.Series("line_number", self.line_numbers, dtype=LINE_SCHEMA["line_number"]),
            *(self.words.gather(codes).alias(codes.name) for codes in self.names.iter_columns()),
            *self.runs[self.run].iter_columns(),
            self.minor.cast(LINE_SCHEMA["minor"]).alias("minor"),
        ]
        return pl.DataFrame(columns).select(LINE_SCHEMA.names())


def coded(names: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Replace texts by the codes of their words, in the smallest integer type that holds them.

    Args:
        names: columns of texts, never null.

    Returns:
        The codes, and the word of each, trimmed.
    """
    # Polars forgets the words of categories that no column is left of: one set for each block.
    words = pl.Categories.random("truebooks")
    categories = names.cast(pl.Categorical(words))
    codes = pl.DataFrame(each.to_physical().shrink_dtype() for each in categories.iter_columns())
    return codes, words.to_series().str.strip_chars()


@dataclass(frozen=True, slots=True)
class PackedBlocks:
    """All lines of a report, in memory."""

    parts: tuple[Packed, ...]

    def __call__(self) -> Iterator[pl.DataFrame]:
        """Yield them in file order, one block unpacked at a time."""
        for part in self.parts:
            yield part.lines()
