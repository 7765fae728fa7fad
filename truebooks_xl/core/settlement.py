"""A settlement: one bank deposit and the lines behind it, and their reduction to tallies.

Protects: the lines add up to the deposit exactly, and everything said of every line is said once,
in columns; the rules downstream read a few thousand frozen ``Tally`` records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Final, Literal

import polars as pl

from truebooks_xl.core.folding import fold
from truebooks_xl.core.money import Money

LINE_SCHEMA: Final = pl.Schema(
    {
        "line_number": pl.UInt32(),  # in the file; the heading is line 1
        "transaction_type": pl.String(),
        "amount_type": pl.String(),
        "amount_description": pl.String(),
        "marketplace": pl.String(),  # marketplace-name as written; "" on account-level rows
        "order_id": pl.String(),
        "order_item": pl.String(),  # order-item-code
        "sku": pl.String(),
        "posted_at": pl.Datetime("us", "UTC"),
        "minor": pl.Int64(),  # signed, + is money to the seller
        "quantity": pl.Int64(),  # null where Amazon gave none; repeated on every fee row
    }
)
"""The columns of a block of lines. Texts are trimmed and never null; "" is "not given"."""

Blocks = Callable[[], Iterator[pl.DataFrame]]
"""Reads the lines again from the start, in blocks of ``LINE_SCHEMA``, file order kept."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one settlement report says; its invariants were proved when it was read.

    Attributes:
        start, end: the period, UTC instants.
        deposit_on: the calendar day printed in deposit-date, no zone shift; None when blank.
        end_on: the calendar day printed in settlement-end-date.
        total: total-amount; equals the sum of all lines exactly.
        layout: ``V2``, or ``V1`` translated to V2's names.
        sha256: of the raw bytes of the file.
        line_count: lines in ``blocks``; the summary row is not a line.
        marketplace_lines: marketplace-name as written to its number of lines.
        blocks: the lines; call it for each pass. Small files are kept, large ones re-read.
    """

    settlement_id: str
    start: datetime
    end: datetime
    deposit_on: date | None
    end_on: date
    total: Money
    layout: Literal["V2", "V1"]
    sha256: str
    line_count: int
    marketplace_lines: Mapping[str, int]
    blocks: Blocks

    @property
    def lines(self) -> pl.DataFrame:
        """All lines as one frame of ``LINE_SCHEMA``, in file order."""
        return pl.concat(self.blocks(), rechunk=True) if self.line_count else LINE_SCHEMA.to_frame()


@dataclass(frozen=True, slots=True, order=True)
class Tally:
    """All that a settlement says under one key, added up. The rules work on these.

    Attributes:
        treatment: for VAT, of the order item and component the lines belong to (treatment.py).
        posted_on: the marketplace's local calendar day.
        minor: the sum, in minor units of the settlement's currency.
        units: units sold; only ``Order|ItemPrice|Principal`` rows count (FIX-14).
        lines: how many lines were added up.
    """

    transaction_type: str
    amount_type: str
    amount_description: str
    marketplace: str
    treatment: str
    posted_on: date
    minor: int
    units: int
    lines: int


KEY: Final = [field.name for field in fields(Tally)][:-3]
"""What lines are added up by: all fields of a tally but its three sums."""

_SOLD: Final = ("order", "itemprice", "principal")


def added_up(lines: pl.DataFrame, key: Sequence[str] = KEY) -> pl.DataFrame:
    """Add up lines by a key.

    Args:
        lines: n rows in any order: the key, ``minor`` (Int64, signed, + is money to the seller)
            and ``quantity`` (Int64, null where Amazon gave none).

    Returns:
        m <= n rows: the key, ``minor``, ``units`` (the quantities, of whatever rows) and ``lines``.
    """
    assert lines.schema["minor"] == pl.Int64, "money is Int64 minor units, never Float64"
    assert not lines["minor"].null_count(), "sums skip nulls"
    return lines.group_by(key).agg(
        pl.col("minor").sum(),
        pl.col("quantity").sum().alias("units"),
        pl.len().cast(pl.Int64).alias("lines"),
    )


def tally(sums: Iterable[pl.DataFrame]) -> tuple[Tally, ...]:
    """Add up the treated lines of one settlement, once.

    Args:
        sums: of parts of the lines, as ``added_up`` gives them, by ``KEY`` or finer; parts may
            be split anywhere and come in any order.

    Returns:
        m tallies in key order, keys unique. ``minor`` and ``lines`` add up to the input exactly.
        ``units`` is units sold: Amazon repeats a quantity on each fee row, so only
        Order|ItemPrice|Principal rows count (FIX-14).
    """
    figures = ("minor", "units", "lines")
    parts = [part.select(*KEY, *figures) for part in sums]
    if not parts:
        return ()
    whole = pl.concat(parts)
    assert not any(whole[name].null_count() for name in KEY), "a key that is null is no key"
    totals = whole.group_by(KEY).agg(pl.col(figures).sum()).sort(KEY)
    return tuple(_sold_only(Tally(*row)) for row in totals.iter_rows())


def _sold_only(sums: Tally) -> Tally:
    triple = (sums.transaction_type, sums.amount_type, sums.amount_description)
    return sums if tuple(map(fold, triple)) == _SOLD else replace(sums, units=0)
