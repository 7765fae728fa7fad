"""References and numbers: the key by which a settlement is found again."""

from __future__ import annotations

import pytest

from truebooks_xl.core.marketplaces import UnknownMarketplace, by_name, marketplace
from truebooks_xl.core.money import Money
from truebooks_xl.core.reference import Key, next_number, number, reference


def test_the_reference_is_total_and_settlement() -> None:
    of = Key("UK", "26881161592")
    assert reference(Money(127520, "GBP"), of) == "(£1,275.20) TBUK-26881161592"
    assert reference(Money(-6231, "CAD"), Key("CA", "24288684721")) == (
        "(-CAD 62.31) TBCA-24288684721"
    )


def test_the_suffix_stands_in_token_and_reservation() -> None:
    of = Key("UK", "26881161592", "-C1")
    assert (of.token, of.reservation) == ("TBUK-26881161592-C1", "TBR-26881161592-C1")


@pytest.mark.parametrize(
    ("counter", "highest", "spent"),
    [(10001, 0, "AMZ-TB-10001"), (10001, 10007, "AMZ-TB-10008"), (10020, 10007, "AMZ-TB-10020")],
)
def test_the_next_number_is_above_the_counter_and_above_xero(
    counter: int, highest: int, spent: str
) -> None:
    assert number(next_number(counter, highest)) == spent


def test_gb_is_read_as_uk_and_nonsense_is_named() -> None:
    assert marketplace("gb").code == "UK"
    with pytest.raises(UnknownMarketplace, match="“XX” is not a marketplace"):
        marketplace("XX")


def test_non_amazon_names_no_store() -> None:
    assert by_name("Non-Amazon CA") is None
    found = by_name("amazon.com")
    assert found is not None
    assert found.code == "US"
