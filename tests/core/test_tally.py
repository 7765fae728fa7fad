"""The one reduction: lines become tallies, and no penny or line is lost."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from truebooks_xl.core.settlement import KEY, Tally, added_up, tally

DAY = date(2026, 5, 6)


def block(*rows: tuple[str, str, int, int | None]) -> pl.DataFrame:
    """Write treated lines: triple, treatment, minor, quantity."""
    return pl.DataFrame(
        [
            (*triple.split("|"), "Amazon.co.uk", word, DAY, minor, units)
            for triple, word, minor, units in rows
        ],
        schema={
            "transaction_type": pl.String,
            "amount_type": pl.String,
            "amount_description": pl.String,
            "marketplace": pl.String,
            "treatment": pl.String,
            "posted_on": pl.Date,
            "minor": pl.Int64,
            "quantity": pl.Int64,
        },
        orient="row",
    )


PRINCIPAL, COMMISSION = "Order|ItemPrice|Principal", "Order|ItemFees|Commission"


def of(triple: str, treatment: str, minor: int, units: int, lines: int) -> Tally:
    transaction, amount, description = triple.split("|")
    store = "Amazon.co.uk"
    return Tally(transaction, amount, description, store, treatment, DAY, minor, units, lines)


def test_lines_of_one_key_become_one_tally_in_key_order() -> None:
    one = block((PRINCIPAL, "Standard", 1000, 1), (COMMISSION, "Standard", -150, 1))
    other = block((PRINCIPAL, "Standard", 2000, 2), (PRINCIPAL, "Zero", 700, 1))
    tallies = tally([added_up(one), added_up(other)])
    assert tallies == (
        of(COMMISSION, "Standard", -150, 0, 1),
        of(PRINCIPAL, "Standard", 3000, 3, 2),
        of(PRINCIPAL, "Zero", 700, 1, 1),
    )


@pytest.mark.parametrize(
    ("triple", "units"),
    [
        ("Order|ItemPrice|Principal", 2),
        ("ORDER|ITEM_PRICE|PRINCIPAL", 2),
        ("Order|ItemPrice|Tax", 0),  # Amazon repeats the quantity on every row of the item
        ("Order|Promotion|Principal", 0),
        ("Refund|ItemPrice|Principal", 0),
    ],
)
def test_units_sold_come_from_principal_rows_of_orders_alone(triple: str, units: int) -> None:
    (found,) = tally([added_up(block((triple, "Standard", 1000, 2)))])
    assert found.units == units


def test_a_principal_row_of_nothing_still_counts_its_unit() -> None:
    (found,) = tally([added_up(block((PRINCIPAL, "Zero", 0, 1), (PRINCIPAL, "Zero", 0, None)))])
    assert (found.minor, found.units, found.lines) == (0, 1, 2)


def test_no_lines_give_no_tallies() -> None:
    assert tally([]) == tally([added_up(block())]) == ()


def test_sums_by_a_finer_key_give_the_same_tallies() -> None:
    lines = block((PRINCIPAL, "Standard", 1000, 1), (PRINCIPAL, "Standard", 2000, 2))
    finer = added_up(lines.with_columns(order=pl.Series(["A", "B"])), [*KEY, "order"])
    assert finer.height == 2
    assert tally([finer]) == tally([added_up(lines)])


def test_money_that_is_no_integer_or_a_key_that_is_missing_is_our_bug() -> None:
    lines = block((PRINCIPAL, "Standard", 1000, 1))
    with pytest.raises(AssertionError, match="Int64"):
        added_up(lines.with_columns(pl.col("minor").cast(pl.Int32)))
    with pytest.raises(AssertionError, match="nulls"):
        added_up(lines.with_columns(minor=pl.lit(None, dtype=pl.Int64)))
    with pytest.raises(AssertionError, match="no key"):
        tally([added_up(lines.with_columns(treatment=pl.lit(None, dtype=pl.String)))])
