"""Order items in columns: kept apart in parts, in small numbers, and found again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from vat_lines import UK, lines

from truebooks_xl.core.dated import Dated, effective
from truebooks_xl.core.vat.local_days import local_days
from truebooks_xl.core.vat.lookup import Lookup
from truebooks_xl.core.vat.order_items import order_items
from truebooks_xl.core.vat.rows import Role, role
from truebooks_xl.core.vat.status import in_force

SALES = lines(
    "order | sku | description | amount\n"
    + "\n".join(
        f"{order} | TOY | Order ItemPrice {row}"
        for order in range(30)
        for row in ("Principal | 10.00", "Tax | 2.00")
    )
)


@pytest.mark.parametrize("parts", [2, 5])
@pytest.mark.parametrize("height", [1, 7, 60])
def test_parts_and_blocks_change_nothing(parts: int, height: int) -> None:
    whole = order_items([SALES], UK).sort("item_key")
    cut = order_items(SALES.iter_slices(height), UK, parts=parts).sort("item_key")
    assert whole.height == 30
    assert_frame_equal(cut, whole)


def test_the_day_of_an_order_item_is_that_of_its_first_row_in_any_order() -> None:
    frame = lines("""
        order | sku | description                | amount | posted
        A     | TOY | Order ItemPrice Principal  |  10.00 | 2026-05-08
        A     | TOY | Order ItemFees Commission  |  -1.00 | 2026-05-06
        A     | TOY | Order ItemPrice Tax        |   2.00 | 2026-05-07
    """)
    for cut in (frame.iter_slices(3), frame.reverse().iter_slices(3), frame.iter_slices(1)):
        assert order_items(cut, UK)["day"].to_list() == [date(2026, 5, 6)]


def test_amounts_beyond_small_numbers_are_kept_exactly() -> None:
    # 2.1 billion pence do not fit into 32 bits; in the block beside it all do.
    table = """
        order | sku | description                                               |         amount
        A     | TOY | Order ItemPrice Principal                                 | 150,000,000.00
        A     | TOY | Order ItemPrice Tax                                       |  30,000,000.01
        A     | TOY | Order ItemWithheldTax MarketplaceFacilitatorVAT-Principal | -30,000,000.01
    """
    frame = lines(table)
    (item,) = order_items([frame[:1], frame[1:2], frame[2:]], UK).rows(named=True)
    assert item["balances"]


def test_small_numbers_may_add_up_to_a_large_one() -> None:
    thrice = "A | TOY | Order ItemPrice Principal | 15,000,000.00\n" * 3
    table = (
        f"order | sku | description | amount\n{thrice}A | TOY | Order ItemPrice Tax | 9,000,000.00"
    )
    (item,) = order_items(lines(table).iter_slices(1), UK).rows(named=True)
    assert item["own_item"] == "Standard"


@pytest.mark.parametrize(
    ("amount_type", "description", "found"),
    [
        ("ItemPrice", "Principal", Role("item", "item_net")),
        ("ItemPrice", "Tax", Role("item", "item_tax")),
        ("ItemPrice", "Shipping", Role("delivery", "delivery_net")),
        ("Item Price", "shipping_tax", Role("delivery", "delivery_tax")),
        ("ItemPrice", "GiftWrapTax", Role("gift", "gift_tax")),
        ("ItemPrice", "Goodwill", Role("item", "other_sale")),
        ("Promotion", "Principal", Role("item", "item_promotion")),
        ("Promotion", "Shipping", Role("delivery", "delivery_promotion")),
        ("Promotion", "TaxDiscount", Role("discount", "tax_discount")),
        ("ItemWithheldTax", "MarketplaceFacilitatorTax-Shipping", Role("item", "withheld")),
        ("ItemFees", "MarketplaceFacilitatorVAT-Principal", Role("item", "withheld")),
        ("ItemWithheldTax", "TCS-CGST", Role("item", "fee")),
        ("ItemFees", "ShippingChargeback", Role("item", "fee")),
        ("FBA Inventory Storage Fee", "Tax on fee", Role("item", "fee")),
    ],
)
def test_a_row_adds_to_one_sum(amount_type: str, description: str, found: Role) -> None:
    assert role(amount_type, description) == found


def test_a_look_up_finds_what_is_there_and_nulls_for_the_rest() -> None:
    table = pl.DataFrame({"key": [30, 10, 20], "word": ["c", "a", "b"]})
    asked = pl.Series([10, 10, 5, 30, 31, 10, 20])
    found = Lookup.by("key", table).find(asked)
    assert found["word"].to_list() == ["a", "a", None, "c", None, "a", "b"]


def test_an_empty_look_up_finds_nothing() -> None:
    table = pl.DataFrame(schema={"key": pl.Int64, "word": pl.String})
    found = Lookup.by("key", table).find(pl.Series([1, 2]))
    assert found["word"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("Europe/London", "2026-03-28 23:59", "2026-03-28"),  # winter: London keeps UTC
        ("Europe/London", "2026-03-31 22:59", "2026-03-31"),
        ("Europe/London", "2026-03-31 23:00", "2026-04-01"),
        ("Europe/London", "2026-10-24 23:00", "2026-10-25"),
        ("Europe/London", "2026-10-25 23:59", "2026-10-25"),  # the clocks went back that morning
        ("America/Los_Angeles", "2026-01-01 07:59", "2025-12-31"),
        ("Asia/Tokyo", "2026-01-01 15:00", "2026-01-02"),
        ("Asia/Kolkata", "2026-01-01 18:29", "2026-01-01"),  # half an hour beside the others
        ("Asia/Kolkata", "2026-01-01 18:30", "2026-01-02"),
    ],
)
def test_a_day_is_the_marketplace_s_own(zone: str, instant: str, day: str) -> None:
    posted = pl.Series([datetime.fromisoformat(instant).replace(tzinfo=UTC)])
    assert local_days(posted, zone).to_list() == [date.fromisoformat(day)]


def test_settings_in_columns_say_what_they_say_for_a_day() -> None:
    start = date(2026, 1, 1)
    values = (
        Dated("late", start + timedelta(5)),
        Dated("always"),
        Dated("within", start + timedelta(2), start + timedelta(7)),
        Dated("later row", start + timedelta(2), start + timedelta(3)),
    )
    days = [start + timedelta(each) for each in range(10)]
    frame = pl.DataFrame({"day": days}).select(found=in_force(values, pl.col("day"), None))
    assert frame["found"].to_list() == [effective(values, day) for day in days]
    assert frame["found"].to_list() == [
        *["always"] * 2,
        *["later row"] * 2,
        "within",
        *["late"] * 5,
    ]
