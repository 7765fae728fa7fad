"""Re-import: whether a second report of a settlement says the same as the recorded one.

Protects: the same money is a refresh in whatever layout, order or number style it comes; one line
more, less or different is never taken for the same.

Compared is every line that carries money, as often as it stands there, by its folded triple, order,
SKU, posted instant and amount. Lines of zero are left out: V1 counts units on lines of their own
where V2 repeats them, and neither moves money. Line numbers, the order of lines and the marketplace
name are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from truebooks_xl.core.folding import fold
from truebooks_xl.core.money import Money
from truebooks_xl.core.settlement import Settlement

SHOWN: Final = 5
"""How many differing lines are told."""

_TRIPLE: Final = ("transaction_type", "amount_type", "amount_description")
_KEY: Final = (*_TRIPLE, "order_id", "sku", "posted_at", "minor")


@dataclass(frozen=True, slots=True)
class Same:
    """The same money: refresh, nothing changes."""


@dataclass(frozen=True, slots=True)
class Differs:
    """Another total or other lines.

    Attributes:
        first_differences: up to ``SHOWN`` phrases, in file order; empty when only totals differ.
    """

    recorded_total: Money
    new_total: Money
    first_differences: tuple[str, ...]


def compare(recorded: Settlement, new: Settlement) -> Same | Differs:
    """Compare two reports of one settlement.

    Args:
        recorded: as it was imported.
        new: as it is to be imported.
    """
    assert recorded.settlement_id == new.settlement_id, "only reports of one settlement compare"
    if recorded.sha256 == new.sha256:
        return Same()
    differences = tuple(_differences(recorded, new))
    if not differences and recorded.total == new.total:
        return Same()
    return Differs(recorded.total, new.total, differences)


def _differences(recorded: Settlement, new: Settlement) -> Iterator[str]:
    joined = _counted(recorded).join(
        _counted(new), on=_KEY, how="full", coalesce=True, suffix="_new"
    )
    before, after = (pl.col(name).fill_null(0) for name in ("times", "times_new"))
    differing = (
        joined.with_columns(before=before, after=after, line=pl.coalesce("line_new", "line"))
        .filter(pl.col("before") != pl.col("after"))
        .sort("line", *_KEY)
        .head(SHOWN)
    )
    for row in differing.iter_rows(named=True):
        money = Money(row["minor"], (new if row["after"] else recorded).total.currency)
        yield (
            f"{_named(row)} of {money.words}, posted {row['posted_at']:%Y-%m-%d %H:%M:%S}: "
            f"{row['before']} × recorded, {row['after']} × in the new report"
        )


def _named(row: dict[str, str]) -> str:
    triple = " | ".join(row[f"{part}_shown"] or row[f"{part}_shown_new"] for part in _TRIPLE)
    order = f", order {row['order_id']}" if row["order_id"] else ""
    sku = f", SKU {row['sku']}" if row["sku"] else ""
    return f"{triple}{order}{sku}"


def _counted(settlement: Settlement) -> pl.DataFrame:
    """Count the lines under each key; ``line`` is the first of them."""
    blocks = [_one_block(block) for block in settlement.blocks()]
    if not blocks:
        return _one_block(settlement.lines)
    shown = [f"{part}_shown" for part in _TRIPLE]
    return (
        pl.concat(blocks)
        .group_by(_KEY)
        .agg(pl.col("times").sum(), pl.col("line").min(), pl.col(shown).first())
    )


def _one_block(block: pl.DataFrame) -> pl.DataFrame:
    money = block.filter(pl.col("minor") != 0)
    folded = [money[part].replace_strict(_folds(money[part])) for part in _TRIPLE]
    return (
        money.with_columns(pl.col(part).alias(f"{part}_shown") for part in _TRIPLE)
        .with_columns(folded)
        .group_by(_KEY)
        .agg(
            pl.len().cast(pl.Int64).alias("times"),
            pl.col("line_number").min().alias("line"),
            pl.col(f"{part}_shown" for part in _TRIPLE).first(),
        )
    )


def _folds(texts: pl.Series) -> dict[str, str]:
    return {text: fold(text) for text in texts.unique()}
