"""What the VAT reading lists, proposes and proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from vat_lines import (
    ABROAD,
    SALE,
    TAXED,
    UK,
    VCS_OFF,
    VCS_ON,
    WITHHELD,
    groups,
    lines,
    of_principal,
    reading,
    settlement,
    treated,
)

from truebooks_xl.core.dated import Dated
from truebooks_xl.core.treatment import (
    GroupConflict,
    GroupProposal,
    ImpliedVat,
    TaxGroup,
    Treatment,
    VatContext,
)
from truebooks_xl.core.vat.reading import read_vat

STANDARD_TOY = groups([("TOY", "Standard")])
ZERO_TOY = groups([("TOY", "Zero")])
TO_FRANCE = {"A": "FR"}


def test_unknown_that_comes_to_nothing_is_listed_as_zero() -> None:
    read = reading(SALE.format("10.00") + "\nA | TOY | Order Promotion Principal | -10.00", VCS_OFF)
    assert [each.minor for each in read.unknown] == [0]


def test_unknown_counts_sales_and_tax_rows_only() -> None:
    table = TAXED.format("100.00", "19.00") + "\nA | TOY | Order ItemFees Commission | -15.00"
    (unknown,) = reading(table).unknown
    assert unknown.minor == 119_00
    assert unknown.reason == "Its tax fits no VAT rate of the day."


def test_groups_are_proposed_from_tax_rows_and_zero_for_skus_never_taxed() -> None:
    read = reading("""
        order | sku  | description               | amount
        A     | TOY  | Order ItemPrice Principal | 100.00
        A     | TOY  | Order ItemPrice Tax       |  20.00
        B     | SEAT | Order ItemPrice Principal | 100.00
        B     | SEAT | Order ItemPrice Tax       |   5.00
        C     | BOOK | Order ItemPrice Principal | 100.00
    """)
    assert read.group_proposals == (
        GroupProposal("BOOK", "Zero", 1),
        GroupProposal("SEAT", "Reduced", 1),
        GroupProposal("TOY", "Standard", 1),
    )
    assert any("BOOK" in each and "Zero" in each for each in read.notices)


def test_only_tax_rows_prove_a_group() -> None:
    proved = {
        word: GroupProposal("TOY", word, 1).proved for word in ("Standard", "Reduced", "Zero")
    }
    assert proved == {"Standard": True, "Reduced": True, "Zero": False}


def test_of_as_many_tax_rows_for_two_rates_the_standard_rate_is_proposed() -> None:
    read = reading("""
        order | sku | description               | amount
        A     | TOY | Order ItemPrice Principal | 100.00
        A     | TOY | Order ItemPrice Tax       |  20.00
        B     | TOY | Order ItemPrice Principal | 100.00
        B     | TOY | Order ItemPrice Tax       |   5.00
        C     | CUP | Order ItemPrice Principal | 100.00
        C     | CUP | Order ItemPrice Tax       |  20.00
        D     | CUP | Order ItemPrice Principal | 100.00
        D     | CUP | Order ItemPrice Tax       |   5.00
        E     | CUP | Order ItemPrice Principal |  40.00
        E     | CUP | Order ItemPrice Tax       |   2.00
    """)
    assert read.group_proposals == (
        GroupProposal("CUP", "Reduced", 2),
        GroupProposal("TOY", "Standard", 1),
    )


@pytest.mark.parametrize("context", [VCS_OFF, ABROAD, replace(VCS_ON, destinations=TO_FRANCE)])
def test_zero_is_proposed_only_for_home_sales_with_the_service_on(context: VatContext) -> None:
    assert reading(SALE.format("100.00"), context).group_proposals == ()


def test_a_known_sku_is_not_proposed_again() -> None:
    known = replace(UK, tax_groups=STANDARD_TOY)
    assert reading(TAXED.format("100.00", "20.00"), known).group_proposals == ()


def test_a_tax_row_against_the_group_wins_and_is_red() -> None:
    wrong = replace(UK, tax_groups=ZERO_TOY)
    read = reading(TAXED.format("100.00", "20.00"), wrong)
    assert treated(read)["Principal", "Standard"] == "100.00"
    assert read.group_conflicts == (GroupConflict("TOY", "Zero", "Standard", ("A",)),)
    assert "check the Product Tax Code" in str(read.group_conflicts[0])


@pytest.mark.parametrize(
    ("rows", "treatment"),
    [
        (("", "TOY", "Zero"), "Zero"),
        (("DE", "TOY", "Zero"), "Unknown"),
        (("UK", "TOY", "Zero", date(2026, 5, 7)), "Unknown"),
        (("UK", "TOY", "Zero", None, date(2026, 5, 5)), "Unknown"),
        (("UK", "TOY", "Zero", date(2026, 5, 6), date(2026, 5, 6)), "Zero"),
    ],
)
def test_a_group_holds_for_its_marketplace_and_days(rows: tuple[str, ...], treatment: str) -> None:
    context = replace(VCS_OFF, tax_groups=(TaxGroup(*rows),))  # type: ignore[arg-type]
    assert of_principal(SALE.format("10.00"), context) == treatment


def test_of_several_groups_the_marketplace_s_own_then_the_last_begun_wins() -> None:
    rows = (
        TaxGroup("UK", "TOY", "Standard", date(2026, 1, 1)),
        TaxGroup("UK", "TOY", "Reduced", date(2026, 2, 1)),
        TaxGroup("", "TOY", "Zero", date(2026, 3, 1)),
    )
    context = replace(VCS_OFF, tax_groups=rows)
    assert of_principal(SALE.format("10.00"), context) == "Reduced"


def test_amazon_s_vat_is_set_beside_ours_per_rate() -> None:
    read = reading("""
        order | sku  | description                | amount
        A     | TOY  | Order ItemPrice Principal  |   9.99
        A     | TOY  | Order ItemPrice Tax        |   2.00
        A     | TOY  | Order ItemPrice Tax        |   0.00
        B     | SEAT | Order ItemPrice Principal  |  20.00
        B     | SEAT | Order ItemPrice Tax        |   1.00
        B     | SEAT | Order ItemPrice Shipping   |   4.00
        B     | SEAT | Order ItemPrice ShippingTax|   0.80
        C     | BOOK | Order ItemPrice Principal  |   7.00
        A     | TOY  | Refund ItemPrice Principal |  -9.99
        A     | TOY  | Refund ItemPrice Tax       |  -2.00
    """)
    assert read.implied == (
        ImpliedVat(Treatment.REDUCED, Decimal(5), 100, 2100, 1),
        ImpliedVat(Treatment.STANDARD, Decimal(20), 80, 480, 3),
    )


def test_vat_within_a_gross_price_is_nothing_amazon_said() -> None:
    assert reading(SALE.format("12.00"), replace(VCS_OFF, tax_groups=STANDARD_TOY)).implied == ()


@pytest.mark.parametrize(
    ("service", "detected", "conflict"),
    [((), True, False), (("on",), True, False), (("off",), True, True)],
)
def test_the_service_is_detected_by_a_tax_row_of_own_vat(
    service: tuple[str, ...], *, detected: bool, conflict: bool
) -> None:
    context = replace(UK, vcs=tuple(Dated(each) for each in service))  # type: ignore[arg-type]
    read = reading(TAXED.format("10.00", "2.00"), context)
    assert (read.vcs_detected, read.vcs_conflict) == (detected, conflict)
    facilitated = reading(WITHHELD.format("10.00", "2.00", "-2.00"), context)
    assert (facilitated.vcs_detected, facilitated.vcs_conflict) == (False, False)


def test_where_there_is_no_vat_what_carries_no_tax_is_zero() -> None:
    us = VatContext(home="US", marketplace="US", time_zone="America/Los_Angeles")
    assert of_principal(SALE.format("10.00"), us) == "Zero"
    assert of_principal(WITHHELD.format("10.00", "0.80", "-0.80"), us) == "Facilitator"


def test_account_level_rows_have_no_treatment() -> None:
    read = reading("order|sku|description|amount\n||FBAFees Storage Base_fee|-30.00")
    assert treated(read) == {("Base fee", "None"): "-30.00"}


def test_treated_adds_two_columns_and_keeps_the_rows() -> None:
    frame = lines(WITHHELD.format("10.00", "2.00", "-2.00"))
    shown = read_vat(settlement([frame]), UK).treated(frame)
    assert shown.drop("treatment", "posted_on").equals(frame)
    assert shown["treatment"].to_list() == ["Facilitator"] * 3
    assert shown.schema["treatment"] == pl.String
    assert shown["posted_on"].to_list() == [date(2026, 5, 6)] * 3


def test_a_settlement_without_lines_has_no_tallies() -> None:
    read = read_vat(settlement([]), UK)
    assert (read.tallies, read.unknown, read.group_proposals) == ((), (), ())
