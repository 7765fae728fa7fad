"""Packing: the lines of a report as they are kept between two passes, in a fraction of their size.

Protects: flat memory and one parse. A report of five million lines stays in some 30 MiB, so the
file is read once; what is unpacked for a pass is one block at a time, and equal to what was read.

Three things make lines small: the four names come from a handful of words; the rows of an order
item stand together, so order, item, SKU, instant and quantity are kept once for each *run* of
them; and what is left is compressed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
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
        words: the words of the four names, trimmed; two may be the same.
        lines: n rows: for each of ``NAMES`` its place in ``words``, the place of its ``run`` in
            ``runs``, and ``minor``; each in the smallest integer type that holds it.
        runs: m <= n rows of ``RUN``, as in ``LINE_SCHEMA``.
    """

    line_numbers: range | pl.Series
    words: Sequence[str]
    lines: bytes
    runs: bytes

    def unpacked(self) -> pl.DataFrame:
        """Return the lines as ``LINE_SCHEMA``, in file order."""
        lines, words = pl.read_ipc(self.lines), pl.Series(self.words, dtype=pl.String)
        columns = [
            pl.Series("line_number", self.line_numbers, dtype=LINE_SCHEMA["line_number"]),
            *(words.gather(lines[name]).alias(name) for name in NAMES),
            *pl.read_ipc(self.runs)[lines["run"]].iter_columns(),
            lines["minor"].cast(LINE_SCHEMA["minor"]),
        ]
        return pl.DataFrame(columns).select(LINE_SCHEMA.names())


@dataclass(frozen=True, slots=True)
class PackedBlocks:
    """All lines of a report, in memory."""

    parts: tuple[Packed, ...]

    def __call__(self) -> Iterator[pl.DataFrame]:
        """Yield them in file order, one block unpacked at a time."""
        return (part.unpacked() for part in self.parts)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of lines as it was read, not packed yet.

    Attributes:
        line_numbers: n, in the file.
        names: n rows of ``NAMES``, texts as written, never null.
        run_starts: for each line whether it begins a new run; the first one does.
        runs: a row of ``RUN`` for each run.
        minor: n amounts.
    """

    line_numbers: pl.Series
    names: pl.DataFrame
    run_starts: pl.Series
    runs: pl.DataFrame
    minor: pl.Series

    def packed(self) -> Packed:
        """Pack the lines."""
        # Polars forgets the words of categories that no column is left of: one set for each block.
        words = pl.Categories.random("truebooks")
        categories = self.names.cast(pl.Categorical(words))
        codes = [each.to_physical().shrink_dtype() for each in categories.iter_columns()]
        run = (self.run_starts.cum_sum() - 1).shrink_dtype().alias("run")
        return Packed(
            _contiguous(self.line_numbers),
            tuple(words.to_series().str.strip_chars()),
            _compressed(pl.DataFrame([*codes, run, self.minor.shrink_dtype().alias("minor")])),
            _compressed(self.runs.select(RUN)),
        )


def _contiguous(line_numbers: pl.Series) -> range | pl.Series:
    """Lines that follow one another, nearly always, are two numbers."""
    if (line_numbers.diff().drop_nulls() == 1).all():
        return range(line_numbers[0], line_numbers[0] + len(line_numbers))
    return line_numbers


def _compressed(frame: pl.DataFrame) -> bytes:
    memory = BytesIO()
    frame.write_ipc(memory, compression="zstd")
    return memory.getvalue()
