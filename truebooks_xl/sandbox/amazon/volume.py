"""Reports of any size, quickly: what the benchmarks and the stress tests read.

Protects: five million lines are written in seconds and in little memory, and still are a real
settlement: the lines add up to the total, the tax rows are 20 % to the penny, an item's rows
stand together and its refund comes later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Final

import polars as pl

from truebooks_xl.core.marketplaces import marketplace as find_marketplace
from truebooks_xl.core.money import exponent
from truebooks_xl.sandbox.amazon.amounts import amounts, prices, sku_number
from truebooks_xl.sandbox.amazon.layout import COLUMNS, DAY_FORMAT, Style, Summary, head
from truebooks_xl.sandbox.amazon.shapes import ACCOUNT, LINES_PER_CYCLE, RESERVE, SHAPES, SLOTS

BLOCK_CYCLES: Final = 200
"""Cycles of a hundred items made at once: some 90,000 lines, 100 MiB while they are written."""

REFUND_AFTER_CYCLES: Final = 40
"""How far behind its sale a refund stands; at the start of a file it is of an older order."""

DEPOSIT_PER_LINE_MINOR: Final = 100
"""The total is chosen first: all above it is kept back as reserve, in the last line."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What every block has to know."""

    summary: Summary
    marketplace: str
    style: Style
    cycles: int


def report(
    lines: int,
    *,
    marketplace: str = "UK",
    settlement_id: str = "99000000777",
    start: datetime = datetime(2026, 5, 4, 6, 12, 41, tzinfo=UTC),
    days: int = 14,
    currency: str = "",
    style: Style = "iso",
) -> Iterator[bytes]:
    """Write a Flat File V2 of exactly so many lines, in chunks.

    Args:
        lines: without heading and summary row; at least one.
        marketplace: code; its name stands on the order rows.
        days: length of the period; the deposit comes two days after it.
        currency: ISO 4217; "" is the marketplace's own. JPY has no decimals.
    """
    store = find_marketplace(marketplace)
    end = start + timedelta(days=days)
    deposit = end + timedelta(days=2)
    summary = Summary(settlement_id, start, end, deposit, currency or store.currency)
    cycles = max(0, (lines - 1 - len(ACCOUNT)) // LINES_PER_CYCLE)
    plan = _Plan(summary, store.name, style, cycles)
    left = lines * DEPOSIT_PER_LINE_MINOR
    yield head(summary, left, style).encode()
    for first in range(0, cycles, BLOCK_CYCLES):
        block = _items(plan, range(first, min(first + BLOCK_CYCLES, cycles)))
        left -= int(block["minor"].sum())
        yield _written(block, plan)
    rest = _beside(plan, lines - 1 - cycles * LINES_PER_CYCLE, left)
    yield _written(rest, plan)


def _items(plan: _Plan, cycles: range) -> pl.DataFrame:
    """Make the lines of these cycles; an item's attributes follow from its number alone."""
    numbers = pl.int_range(cycles.start * 100, cycles.stop * 100, eager=True, dtype=pl.Int64)
    items = (
        pl.DataFrame({"item": numbers})
        .with_columns(slot=pl.col("item") % 100)
        .join(_slots(), on="slot", maintain_order="left")
        .with_columns(sale=pl.col("item") - pl.col("behind"))
        .with_columns(sku_number())
        .with_columns(**prices())
        .with_columns(**amounts())
        .with_columns(**_texts(plan))
    )
    lines = items.join(_templates(), on="shape", maintain_order="left")
    minor = pl.coalesce(pl.when(pl.col("part") == part).then(part) for part in amounts())
    return lines.with_columns(minor=minor)


def _slots() -> pl.DataFrame:
    # The first refund of a cycle is of the first toy of an older cycle, and so on.
    behind = REFUND_AFTER_CYCLES * 100 + SLOTS.index("refund") - SLOTS.index("toy")
    behinds = [behind if shape == "refund" else 0 for shape in SLOTS]
    return pl.DataFrame({"slot": range(100), "shape": SLOTS, "behind": behinds})


def _templates() -> pl.DataFrame:
    rows = [(shape, *row.split("|")) for shape, parts in SHAPES.items() for row in parts]
    names = ("shape", "transaction-type", "amount-type", "amount-description", "part")
    return pl.DataFrame(rows, schema=names, orient="row")


def _texts(plan: _Plan) -> dict[str, pl.Expr]:
    """Give the texts of an item's rows, once for the item."""
    item, sale = pl.col("item"), pl.col("sale")
    # Every tenth item shares its neighbour's order; older orders keep their numbers positive.
    order = 2_000_000 + sale - ((sale + 1) % 10 == 0).cast(pl.Int64)
    order_id = pl.format("999-{}-{}", _digits(order, 7), _digits(order * 7919 % 10**7, 7))
    span = int((plan.summary.end - plan.summary.start).total_seconds())
    seconds = item * (span - 7200) // (plan.cycles * 100) + item * 7919 % 7200
    at = pl.lit(plan.summary.start.replace(tzinfo=None)) + pl.duration(seconds=seconds)
    return {
        "order-id": order_id,
        "shipment-id": pl.format("Demo{}", sale + 100_000),
        "marketplace-name": pl.lit(plan.marketplace),
        "fulfillment-id": pl.lit("AFN"),
        **_posted(at, plan.style),
        "order-item-code": pl.format("99{}", _digits(sale + 100_000, 12)),
        "sku": pl.format("DEMO-{}", _digits(pl.col("sku"), 5)),
        "quantity-purchased": pl.col("quantity"),
    }


def _posted(at: pl.Expr, style: Style) -> dict[str, pl.Expr]:
    day = at.dt.strftime(DAY_FORMAT[style])
    return {
        "posted-date": day,
        "posted-date-time": pl.format("{} {} UTC", day, at.dt.strftime("%T")),
    }


def _digits(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _beside(plan: _Plan, count: int, left: int) -> pl.DataFrame:
    """Make the account's own rows, and the reserve that brings the sum to the total."""
    rows = [ACCOUNT[nth % len(ACCOUNT)].split("|") for nth in range(count)]
    minors = [-(1000 + 37 * nth) for nth in range(count)]
    names = ("transaction-type", "amount-type", "amount-description")
    frame = pl.DataFrame([*rows, RESERVE.split("|")], schema=names, orient="row")
    at = pl.lit(plan.summary.end.replace(tzinfo=None)) - pl.duration(hours=1)
    return frame.with_columns(
        pl.Series("minor", [*minors, left - sum(minors)], pl.Int64), **_posted(at, plan.style)
    )


def _written(lines: pl.DataFrame, plan: _Plan) -> bytes:
    decimals = exponent(plan.summary.currency)
    ids = {
        "settlement-id": pl.lit(plan.summary.settlement_id),
        "amount": _amount(decimals, plan.style),
    }
    made = lines.with_columns(**ids)
    if "order-id" in made.columns:
        made = made.with_columns(pl.col("order-id").alias("merchant-order-id"))
    blanks = [pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in made.columns]
    out = BytesIO()
    made.with_columns(blanks).select(COLUMNS).write_csv(
        out, include_header=False, separator="\t", quote_style="never", null_value=""
    )
    return out.getvalue()


def _amount(decimals: int, style: Style) -> pl.Expr:
    sign = pl.when(pl.col("minor") < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    digits = _digits(pl.col("minor").abs(), decimals + 1)
    if not decimals:
        return sign + digits
    mark = "," if style == "comma" else "."
    return sign + digits.str.head(-decimals) + mark + digits.str.tail(decimals)
