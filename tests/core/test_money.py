"""Money: pennies are made and lost in one place, half up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from truebooks_xl.core.money import CurrencyMismatch, Money
from truebooks_xl.core.tax import tax_within

G3 = """
20   0.03   0.01
20   0.09   0.02
20   0.15   0.03
20   0.45   0.08
20   0.51   0.09
20   10.00  1.67
20   19.99  3.33
20  -19.99 -3.33
20   99.99  16.67
20   1275.20 212.53
5    10.00  0.48
5    19.99  0.95
0    19.99  0.00
"""


@pytest.mark.parametrize("row", G3.strip().splitlines())
def test_tax_within_a_gross_amount_is_rounded_half_up_once(row: str) -> None:
    rate, gross, tax = row.split()
    found = tax_within(Money.rounded(Decimal(gross), "GBP"), Decimal(rate))
    assert str(found) == tax, f"{gross} at {rate} % holds {found}, the accountant says {tax}"


def test_half_up_differs_from_half_even_on_every_other_half_penny() -> None:
    # 0.09 x 20 / 120 is exactly 0.015: half even would say 0.02, and 0.01 for 0.03's 0.005.
    ties = [Decimal(n) / 100 for n in range(3, 3000, 6)]
    for gross in ties:
        exact = gross * 20 / 120
        rounded = tax_within(Money.exact(gross, "GBP"), Decimal(20)).amount
        assert rounded - exact == Decimal("0.005"), f"{gross}: {exact} became {rounded}"


def test_amounts_of_two_currencies_are_never_added_up() -> None:
    with pytest.raises(CurrencyMismatch, match="GBP and EUR"):
        Money(1, "GBP") + Money(1, "EUR")


def test_a_float_is_refused_as_our_own_bug() -> None:
    with pytest.raises(AssertionError, match="float"):
        Money(1.0, "GBP")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minor", "currency", "words", "plain"),
    [
        (127520, "GBP", "£1,275.20", "1275.20"),
        (-6231, "GBP", "-£62.31", "-62.31"),
        (101608, "CAD", "CAD 1,016.08", "1016.08"),
        (-32169, "CAD", "-CAD 321.69", "-321.69"),
        (1275, "JPY", "¥1,275", "1275"),
        (0, "GBP", "£0.00", "0.00"),
        (-1, "EUR", "-€0.01", "-0.01"),
    ],
)
def test_money_is_written_as_the_reference_needs_it(
    minor: int, currency: str, words: str, plain: str
) -> None:
    assert Money(minor, currency).words == words
    assert str(Money(minor, currency)) == plain


def test_minus_zero_is_zero() -> None:
    assert str(Money.rounded(Decimal("-0.004"), "GBP")) == "0.00"
    assert str(-Money(0, "GBP")) == "0.00"
