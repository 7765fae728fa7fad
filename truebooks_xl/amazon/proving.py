"""Proving: every line of a report is read once and held against its summary row.

Protects: one summary row, one settlement, one currency, and lines that add up to the total exactly;
no ``Settlement`` exists for which this was not shown (I1, I2 and I3 of the settlement invariants).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

import polars as pl

from truebooks_xl.amazon import rows
from truebooks_xl.amazon.ahead import ahead
from truebooks_xl.amazon.decoding import chunks
from truebooks_xl.amazon.flat_file_errors import (
    JoinedReports,
    OtherCurrency,
    OtherSettlement,
    ResavedByExcel,
    SecondSummaryRow,
    TotalsDiffer,
)
from truebooks_xl.amazon.numbers import hundredths_of
from truebooks_xl.amazon.opening import SCIENTIFIC, SCIENTIFIC_BYTES, Opening, Summary
from truebooks_xl.amazon.packing import Block, Packed, PackedBlocks
from truebooks_xl.amazon.rows import Styles
from truebooks_xl.core.money import Money
from truebooks_xl.core.settlement import Settlement


def proved(opening: Opening, styles: Styles, block_bytes: int) -> Settlement:
    """Read a report in these styles and hold it against its own summary row.

    Raises:
        UndecodableText, UnreadableAmount, UnreadableDate: it is not written in these styles.
        OtherSettlement, OtherCurrency, SecondSummaryRow, TotalsDiffer: it contradicts itself.
        TornLine, ControlCharacter, JoinedReports, UnreadableQuantity: it is damaged.
    """
    file, summary = opening.file, opening.summary
    seen, digest = _Seen(), sha256()
    for parsed in _parsed(opening, styles, _hashed(file.blocks(block_bytes), digest)):
        _refuse_strangers(parsed, opening)
        for block in _lines(parsed, opening, styles):
            seen.add(block)
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
        blocks=PackedBlocks(tuple(seen.parts)),
    )


@dataclass(slots=True)
class _Seen:
    """What the pass over a report has added up so far."""

    line_count: int = 0
    minor: int = 0
    marketplace_lines: Counter[str] = field(default_factory=Counter)
    parts: list[Packed] = field(default_factory=list)

    def add(self, block: Block) -> None:
        self.line_count += len(block.minor)
        # 128 bits: no sum of damaged amounts may wrap round to the total.
        self.minor += int(block.minor.cast(pl.Int128).sum())
        for name, lines in block.names["marketplace"].value_counts().iter_rows():
            self.marketplace_lines[name.strip()] += lines
        self.parts.append(block.packed())


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def _hashed(blocks: Iterator[bytes], digest: _Digest) -> Iterator[bytes]:
    for block in blocks:
        digest.update(block)
        yield block


def _parsed(opening: Opening, styles: Styles, blocks: Iterator[bytes]) -> Iterator[pl.DataFrame]:
    heading = opening.heading
    for chunk in ahead(chunks(opening.file.name, blocks, heading, styles.encoding)):
        if chunk.data:
            yield rows.parse(chunk, heading)


def _lines(parsed: pl.DataFrame, opening: Opening, styles: Styles) -> Iterator[Block]:
    """Read all rows as lines but the summary row, which is none; nothing when no other is there."""
    blank = rows.is_blank(parsed["total-amount"])
    detail = parsed if blank.all() else parsed.filter(blank)
    if detail.height:
        yield rows.block(detail, opening.heading, styles, opening.file.name)


def _total(opening: Opening, styles: Styles) -> Money:
    hundredths = hundredths_of(opening.summary.total, styles.numbers)
    minor, rest = divmod(hundredths, 100) if styles.decimals == 0 else (hundredths, 0)
    if rest:
        raise rows.broken_units(opening.file.name, opening.summary.line, opening.summary.total)
    return Money(minor, opening.summary.currency)


def _refuse_strangers(parsed: pl.DataFrame, opening: Opening) -> None:
    """Refuse rows of another settlement or currency, a second total, and a spreadsheet's marks."""
    summary = opening.summary
    suspicious = parsed.select(
        pl.col("settlement-id").ne_missing(summary.settlement_id).any().alias("settlement-id"),
        (pl.col("currency") != summary.currency).any(),
        pl.col("total-amount").is_not_null().any(),
        (pl.col("order-id", "order-item-code").str.len_bytes() <= SCIENTIFIC_BYTES).any(),
    ).row(0)
    if any(suspicious):
        _look_closely(parsed, opening.file.name, summary)


def _look_closely(parsed: pl.DataFrame, name: str, summary: Summary) -> None:
    ids = ("settlement-id", "order-id", "order-item-code")
    scientific = {each: pl.col(each).str.contains(SCIENTIFIC) for each in ids}
    other_settlement = pl.col("settlement-id") != summary.settlement_id
    other_currency = ~pl.col("currency").is_in(["", summary.currency])
    second = (pl.col("total-amount") != "") & (pl.col("line_number") != summary.line)
    wrong = (*scientific.values(), other_settlement, other_currency, second)
    trimmed = parsed.select("line_number", pl.col(pl.String).fill_null("").str.strip_chars())
    strange = trimmed.filter(pl.any_horizontal(wrong))
    if strange.is_empty():
        return
    for column, has_become in scientific.items():
        for line, text in _where(strange, column, has_become):
            raise ResavedByExcel(name, line, f"the {column} has become {text}")
    for line, text in _where(strange, "settlement-id", other_settlement):
        if text.casefold() == "settlement-id":
            raise JoinedReports(name, line)
        raise OtherSettlement(name, line, text, summary.settlement_id)
    for line, text in _where(strange, "currency", other_currency):
        raise OtherCurrency(name, line, text, summary.currency)
    for line, _ in _where(strange, "total-amount", second):
        raise SecondSummaryRow(name, line, summary.line)


def _where(rows: pl.DataFrame, column: str, wrong: pl.Expr) -> Iterator[tuple[int, str]]:
    yield from rows.filter(wrong).select("line_number", column).head(1).iter_rows()
