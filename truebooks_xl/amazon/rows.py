"""Rows: a clean chunk of a report becomes lines of ``LINE_SCHEMA``.

Protects: each text is read once, by one style per file; a row that does not fit is named, a row
that is blank where money should be is a line of zero and stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from truebooks_xl.amazon import v1
from truebooks_xl.amazon.columns import READ, Heading
from truebooks_xl.amazon.dates import DateStyle
from truebooks_xl.amazon.decoding import Chunk
from truebooks_xl.amazon.flat_file_errors import (
    UnreadableAmount,
    UnreadableDate,
    UnreadableQuantity,
)
from truebooks_xl.amazon.numbers import NumberStyle, hundredths
from truebooks_xl.amazon.packing import Block
from truebooks_xl.core.settlement import LINE_SCHEMA

_NAMES: Final = {
    "transaction-type": "transaction_type",
    "amount-type": "amount_type",
    "amount-description": "amount_description",
    "marketplace-name": "marketplace",
}
_RUN_TEXTS: Final = {"order-id": "order_id", "order-item-code": "order_item", "sku": "sku"}
_RUN_COLUMNS: Final = (*_RUN_TEXTS, "posted-date-time", "quantity-purchased")


@dataclass(frozen=True, slots=True)
class Styles:
    """How one file writes; every amount and date of it is read in these styles.

    Attributes:
        decimals: of the currency: 2, or 0 for JPY.
    """

    encoding: str
    numbers: NumberStyle
    dates: DateStyle
    decimals: int


def parse(chunk: Chunk, heading: Heading) -> pl.DataFrame:
    """Split a chunk into its columns: texts, null where blank, and ``line_number``."""
    frame = pl.read_csv(
        chunk.data,
        has_header=False,
        separator="\t",
        quote_char=None,  # a lone " in a promotion must not swallow rows
        schema={_unique(at, each, heading): pl.String for at, each in enumerate(heading.names)},
        columns=heading.read(),
    )
    assert frame.height == len(chunk.line_numbers), "each line is a row"
    numbers = pl.Series("line_number", chunk.line_numbers, dtype=LINE_SCHEMA["line_number"])
    return frame.with_columns(numbers)


def _unique(at: int, name: str, heading: Heading) -> str:
    """Columns that are not read may be called anything, even the same."""
    return name if name in READ[heading.layout] else f"{at}"


def block(rows: pl.DataFrame, heading: Heading, styles: Styles, name: str) -> Block:
    """Read parsed rows, the summary row left out, as lines.

    Args:
        rows: what ``parse`` gave, one row at least.
        heading: of the file; V1 is translated to V2's names.
        styles: of the file.
        name: of the file, for messages.

    Raises:
        UnreadableAmount, UnreadableDate, UnreadableQuantity
    """
    v2 = v1.translated(rows.with_columns(_trimmed(pl.String))) if heading.layout == "V1" else rows
    starts = _run_starts(v2)
    heads = v2.filter(starts)
    runs = heads.select(
        *(_trimmed(theirs).alias(ours) for theirs, ours in _RUN_TEXTS.items()),
        _posted_at(heads, styles, name).alias("posted_at"),
        _quantity(heads, name).alias("quantity"),
    )
    names = v2.select(pl.col(theirs).fill_null("").alias(ours) for theirs, ours in _NAMES.items())
    return Block(v2["line_number"], names, starts, runs, _minor(v2, styles, name))


def _run_starts(v2: pl.DataFrame) -> pl.Series:
    """Say of each row whether it differs from the row before in a column of ``RUN``."""
    changes = (pl.col(each).ne_missing(pl.col(each).shift()) for each in _RUN_COLUMNS)
    first = pl.int_range(pl.len()) == 0
    return v2.select(pl.any_horizontal(first, *changes).alias("run")).to_series()


def _trimmed(columns: str | type[pl.String]) -> pl.Expr:
    return pl.col(columns).fill_null("").str.strip_chars()


def _minor(v2: pl.DataFrame, styles: Styles, name: str) -> pl.Series:
    read = hundredths(v2["amount"], styles.numbers)
    if read.null_count():
        line, text = _first(v2, read.is_null(), "amount")
        raise UnreadableAmount(name, line, text, f"{styles.numbers.words}, as the total is")
    if styles.decimals == 0:
        if (broken := read % 100 != 0).any():
            raise broken_units(name, *_first(v2, broken, "amount"))
        read = read // 100
    return read


def broken_units(name: str, line: int, text: str) -> UnreadableAmount:
    """Say that an amount has a fraction of a unit that cannot be divided, like half a yen."""
    return UnreadableAmount(name, line, text, "in whole units; this currency has no decimals")


def _posted_at(v2: pl.DataFrame, styles: Styles, name: str) -> pl.Series:
    read = styles.dates.column(v2["posted-date-time"])
    if read.null_count():
        line, text = _first(v2, read.is_null(), "posted-date-time")
        raise UnreadableDate(name, line, "posted-date-time", text, styles.dates.example)
    return read


def _quantity(v2: pl.DataFrame, name: str) -> pl.Series:
    texts = v2["quantity-purchased"]
    read = texts.cast(pl.Int64, strict=False)
    if read.null_count() == texts.null_count():
        return read
    read = texts.str.strip_chars().cast(pl.Int64, strict=False)
    if (unread := read.is_null() & ~is_blank(texts)).any():
        raise UnreadableQuantity(name, *_first(v2, unread, "quantity-purchased"))
    return read


def is_blank(texts: pl.Series) -> pl.Series:
    """Say of each text whether it is null or nothing but blanks."""
    if texts.null_count() == texts.len():
        return texts.is_null()
    return texts.fill_null("").str.strip_chars() == ""


def _first(rows: pl.DataFrame, wrong: pl.Series, column: str) -> tuple[int, str]:
    """Return line number and text of the first row that is wrong."""
    line, text = rows.filter(wrong).select("line_number", column).row(0)
    return line, text or ""
