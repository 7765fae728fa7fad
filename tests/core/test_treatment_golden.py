"""The golden numbers of VAT treatment, as an accountant would work them out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from vat_lines import ABROAD, UK, gross, reading, treated

from truebooks_xl.core.dated import Dated
from truebooks_xl.core.money import Money
from truebooks_xl.core.tax import tax_within
from truebooks_xl.core.treatment import Treatment


def vat(read_gross: Money, rate: int = 20) -> str:
    return str(tax_within(read_gross, Decimal(rate)))


@pytest.mark.parametrize(
    ("gross_amount", "rate", "tax"),
    [
        ("0.03", 20, "0.01"),
        ("0.09", 20, "0.02"),
        ("0.15", 20, "0.03"),
        ("0.45", 20, "0.08"),
        ("0.51", 20, "0.09"),
        ("10.00", 20, "1.67"),
        ("19.99", 20, "3.33"),
        ("-19.99", 20, "-3.33"),
        ("99.99", 20, "16.67"),
        ("1275.20", 20, "212.53"),
        ("10.00", 5, "0.48"),
        ("19.99", 5, "0.95"),
    ],
)
def test_g3_tax_within_gross_is_half_up(gross_amount: str, rate: int, tax: str) -> None:
    assert vat(Money.exact(Decimal(gross_amount), "GBP"), rate) == tax


def test_g1_the_tax_row_is_wrapped_into_its_sale() -> None:
    read = reading("""
        order | sku | description               | amount
        A     | TOY | Order ItemPrice Principal | 100.00
        A     | TOY | Order ItemPrice Tax       |  20.00
    """)
    wrapped = gross(read, Treatment.STANDARD)
    assert (str(wrapped), vat(wrapped)) == ("120.00", "20.00")


def test_g2_adult_clothing_is_standard_and_children_s_is_zero() -> None:
    read = reading("""
        order | sku   | description               |   amount
        A     | ADULT | Order ItemPrice Principal | 1,000.00
        A     | ADULT | Order ItemPrice Tax       |   200.00
        B     | CHILD | Order ItemPrice Principal | 1,000.00
        B     | CHILD | Order ItemPrice Tax       |     0.00
    """)
    adult = gross(read, Treatment.STANDARD)
    assert (str(adult), vat(adult)) == ("1200.00", "200.00")
    assert str(gross(read, Treatment.ZERO)) == "1000.00"


def test_g18_vat_on_stock_abroad_stays_out_of_the_uk_return() -> None:
    read = reading(
        """
        order | sku | description               | amount
        DE    | TOY | Order ItemPrice Principal | 100.00
        DE    | TOY | Order ItemPrice Tax       |  19.00
        FR    | TOY | Order ItemPrice Principal | 100.00
        FR    | TOY | Order ItemPrice Tax       |  20.00
        """,
        ABROAD,
    )
    assert treated(read) == {("Principal", "Foreign"): "200.00", ("Tax", "Foreign"): "39.00"}
    assert read.implied == ()  # a French 20 % proves nothing at home


def test_g19_a_basket_of_book_and_toy_is_read_per_item() -> None:
    read = reading("""
        order | item | sku  | description               | amount
        A     | 1    | BOOK | Order ItemPrice Principal |  10.00
        A     | 2    | TOY  | Order ItemPrice Principal |  10.00
        A     | 2    | TOY  | Order ItemPrice Tax       |   2.00
    """)
    toy = gross(read, Treatment.STANDARD)
    assert (str(toy), vat(toy)) == ("12.00", "2.00")
    assert str(gross(read, Treatment.ZERO)) == "10.00"


def test_g21_a_settlement_across_the_registration_day_splits_its_lines() -> None:
    registered = replace(UK, registered=(Dated(True, date(2026, 3, 15)),))
    earlier = reading(
        """
        order | sku | description               | amount | posted
        D10   | TOY | Order ItemPrice Principal |  60.00 | 2026-03-10
        """,
        registered,
    )
    assert treated(earlier) == {("Principal", "Not registered"): "60.00"}
    read = reading(
        """
        order | sku | description                | amount | posted
        D10   | TOY | Order ItemPrice Principal  |  60.00 | 2026-03-10
        D14   | TOY | Order ItemPrice Principal  | 240.00 | 2026-03-14
        D15   | TOY | Order ItemPrice Principal  | 100.00 | 2026-03-15
        D15   | TOY | Order ItemPrice Tax        |  20.00 | 2026-03-15
        D10   | TOY | Refund ItemPrice Principal | -60.00 | 2026-03-16
              |     | FBAFees Storage Base_fee   | -30.00 | 2026-03-14
              |     | FBAFees Storage Base_fee   | -24.00 | 2026-03-15
        """,
        registered,
    )
    assert treated(read) == {
        ("Principal", "Not registered"): "240.00",  # 300.00 sold, 60.00 refunded of the 10th
        ("Principal", "Standard"): "100.00",
        ("Tax", "Standard"): "20.00",
        ("Base fee", "Not registered"): "-30.00",
        ("Base fee", "None"): "-24.00",
    }
    assert read.unregistered_tax_minor == 0
    assert vat(gross(read, Treatment.STANDARD)) == "20.00"
    assert sum(each.minor for each in read.tallies) == 306_00
