"""Proving: every line of a report is read once and held against its summary row.

Protects: one summary row, one settlement, one currency, and lines that add up to the total exactly;
no ``Settlement`` exists for which this was not shown (I1, I2 and I3 of the settlement invariants).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Protocol

import polars as pl

from truebooks_xl.amazon import rows
from truebooks_xl.amazon.decoding import chunks
from truebooks_xl.amazon.flat_file_errors import (
    OtherCurrency,
    OtherSettlement,
    ResavedByExcel,
    SecondSummaryRow,
    TotalsDiffer,
)
from truebooks_xl.amazon.numbers import hundredths_of
from truebooks_xl.amazon.opening import SCIENTIFIC, SCIENTIFIC_BYTES, Opening
from truebooks_xl.amazon.rows import Styles
from truebooks_xl.core.money import Money
from truebooks_xl.core.settlement import Blocks, Settlement

KEPT_BYTES: Final = 64 << 20
"""Lines of a report up to this size stay in memory; a larger one is read again for each pass."""


def proved(opening: Opening, styles: Styles, block_bytes: int) -> Settlement:
    """Read a report in these styles and hold it against its own summary row.

    Raises:
        UndecodableText, UnreadableAmount, UnreadableDate: it is not written in these styles.
        OtherSettlement, OtherCurrency, SecondSummaryRow, TotalsDiffer: it contradicts itself.
        TornLine, ControlCharacter, JoinedReports, UnreadableQuantity: it is damaged.
    """
    file, summary = opening.file, opening.summary
    seen, digest = _Seen(), sha256()
    for parsed in _parsed(opening, styles, _hashed(file.blocks(block_bytes), digest, seen)):
        _refuse_strangers(parsed, opening)
        seen.add(_lines(parsed, opening, styles))
    total = _total(opening, styles)
    if seen.minor != total.minor:
        raise TotalsDiffer(file.name, summary.line, total, Money(seen.minor, total.currency))
    end = summary.instant("settlement-end-date", styles.dates)
    return Settlement(
        settlement_id=summary.settlement_id,
        start=summary.instant("settlement-start-date", styles.dates),
        end=end,
        deposit_on=summary.day("deposit-date", styles.dates),
        end_on=end.date(),  # as printed: instants are read in the zone they are printed in
        total=total,
        layout=opening.heading.layout,
        sha256=digest.hexdigest(),
        line_count=seen.line_count,
        marketplace_lines=dict(seen.marketplace_lines),
        blocks=seen.blocks(opening, styles, block_bytes),
    )


@dataclass(frozen=True, slots=True)
class KeptBlocks:
    """The lines of a small report, in memory."""

    frames: tuple[pl.DataFrame, ...]

    def __call__(self) -> Iterator[pl.DataFrame]:
        """Yield them in file order."""
        return iter(self.frames)


@dataclass(frozen=True, slots=True)
class RereadBlocks:
    """The lines of a large report, read from its file again for each pass."""

    opening: Opening
    styles: Styles
    block_bytes: int

    def __call__(self) -> Iterator[pl.DataFrame]:
        """Yield them in file order, one block in memory at a time."""
        blocks = self.opening.file.blocks(self.block_bytes)
        for parsed in _parsed(self.opening, self.styles, blocks):
            yield _lines(parsed, self.opening, self.styles)


@dataclass(slots=True)
class _Seen:
    """What the pass over a report has added up so far."""

    raw_bytes: int = 0
    line_count: int = 0
    minor: int = 0
    marketplace_lines: Counter[str] = field(default_factory=Counter)
    frames: list[pl.DataFrame] = field(default_factory=list)

    def add(self, lines: pl.DataFrame) -> None:
        self.line_count += lines.height
        # 128 bits: no sum of damaged amounts may wrap round to the total.
        self.minor += int(lines["minor"].cast(pl.Int128).sum())
        names = lines["marketplace"].value_counts(sort=True)
        self.marketplace_lines.update(dict(names.iter_rows()))
        if self.raw_bytes > KEPT_BYTES:
            self.frames.clear()
        elif lines.height:
            self.frames.append(lines)

    def blocks(self, opening: Opening, styles: Styles, block_bytes: int) -> Blocks:
        if self.raw_bytes > KEPT_BYTES:
            return RereadBlocks(opening, styles, block_bytes)
        return KeptBlocks(tuple(self.frames))


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def _hashed(blocks: Iterator[bytes], digest: _Digest, seen: _Seen) -> Iterator[bytes]:
    for block in blocks:
        digest.update(block)
        seen.raw_bytes += len(block)
        yield block


def _parsed(opening: Opening, styles: Styles, blocks: Iterator[bytes]) -> Iterator[pl.DataFrame]:
    heading = opening.heading
    for chunk in chunks(opening.file.name, blocks, heading, styles.encoding):
        if chunk.data:
            yield rows.parse(chunk, heading)


def _lines(parsed: pl.DataFrame, opening: Opening, styles: Styles) -> pl.DataFrame:
    """Read all rows as lines but the summary row, which is none."""
    blank = rows.is_blank(parsed["total-amount"])
    detail = parsed if blank.all() else parsed.filter(blank)
    return rows.lines(detail, opening.heading, styles, opening.file.name)


def _total(opening: Opening, styles: Styles) -> Money:
    hundredths = hundredths_of(opening.summary.total, styles.numbers)
    minor, rest = divmod(hundredths, 100) if styles.decimals == 0 else (hundredths, 0)
    if rest:
        raise rows.broken_units(opening.file.name, opening.summary.line, opening.summary.total)
    return Money(minor, opening.summary.currency)


def _refuse_strangers(parsed: pl.DataFrame, opening: Opening) -> None:
    """Refuse rows of another settlement or currency, a second total, and a spreadsheet's marks."""
    name, summary = opening.file.name, opening.summary
    if strange := _first_other(parsed, "settlement-id", summary.settlement_id, blank=False):
        _refuse_scientific(parsed, "settlement-id", name)
        raise OtherSettlement(name, *strange, summary.settlement_id)
    if strange := _first_other(parsed, "currency", summary.currency, blank=True):
        raise OtherCurrency(name, *strange, summary.currency)
    totals = parsed["line_number"].filter(~rows.is_blank(parsed["total-amount"]))
    for line in totals.to_list():
        if line != summary.line:
            raise SecondSummaryRow(name, line, summary.line)
    for column in ("order-item-code", "order-id"):
        _refuse_scientific(parsed, column, name)


def _refuse_scientific(parsed: pl.DataFrame, column: str, name: str) -> None:
    texts = parsed.select("line_number", column)
    short = texts.filter(pl.col(column).str.len_bytes() <= SCIENTIFIC_BYTES)
    for line, text in short.filter(pl.col(column).str.contains(SCIENTIFIC)).iter_rows():
        raise ResavedByExcel(name, line, f"the {column} has become {text}")


def _first_other(
    parsed: pl.DataFrame, column: str, expected: str, *, blank: bool
) -> tuple[int, str] | None:
    """Return line and text of the first row that does not carry the expected text."""
    texts = parsed[column]
    if texts.null_count() == (texts.len() if blank else 0) and (texts == expected).all():
        return None
    trimmed = texts.fill_null("").str.strip_chars()
    other = trimmed != expected
    if blank:
        other &= trimmed != ""
    wrong = parsed.select("line_number", trimmed).filter(other)
    return wrong.row(0) if wrong.height else None
