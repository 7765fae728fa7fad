"""Refunds, retrocharges and registration: whose day and whose treatment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from vat_lines import (
    ABROAD,
    MIXED,
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
from truebooks_xl.core.treatment import VatContext, ZeroVatOrders
from truebooks_xl.core.vat.reading import order_facts

STANDARD_TOY = groups([("TOY", "Standard")])
ZERO_TOY = groups([("TOY", "Zero")])
TO_FRANCE = {"A": "FR"}
EXPORT: tuple[Dated[ZeroVatOrders], ...] = (Dated("export"),)


REFUND = "A | TOY | Refund ItemPrice Principal | -10.00"


@pytest.mark.parametrize(
    ("sale", "treatment"),
    [
        (TAXED.format("10.00", "2.00"), "Standard"),
        (TAXED.format("10.00", "0.50"), "Reduced"),
        (WITHHELD.format("10.00", "2.00", "-2.00"), "Facilitator"),
    ],
)
@pytest.mark.parametrize("kind", ["Refund", "A-to-z_Guarantee_Refund", "Chargeback_Refund"])
def test_a_refund_takes_the_treatment_of_its_sale(sale: str, treatment: str, kind: str) -> None:
    read = reading(f"{sale}\n{REFUND.replace('Refund', kind)}")
    assert {each.treatment for each in read.tallies} == {treatment}


def test_a_refund_without_its_order_item_code_is_found_by_order_and_sku() -> None:
    read = reading("""
        order | item | sku  | description                | amount
        A     | 1    | TOY  | Order ItemPrice Principal  |  10.00
        A     | 1    | TOY  | Order ItemPrice Tax        |   2.00
        A     | 2    | BOOK | Order ItemPrice Principal  |   8.00
        A     |      | BOOK | Refund ItemPrice Principal |  -8.00
        A     | 9    | TOY  | Refund ItemPrice Principal | -10.00
    """)
    refunds = {(e.treatment, e.minor) for e in read.tallies if e.transaction_type == "Refund"}
    assert refunds == {("Zero", -800), ("Standard", -1000)}


def test_two_sales_that_differ_are_no_original() -> None:
    read = reading("""
        order | item | sku  | description                | amount
        A     | 1    | TOY  | Order ItemPrice Principal  |  10.00
        A     | 1    | TOY  | Order ItemPrice Tax        |   2.00
        A     | 2    | TOY  | Order ItemPrice Principal  |  10.00
        A     | 2    | TOY  | Order ItemPrice Tax        |   0.50
        A     |      | TOY  | Refund ItemPrice Principal | -10.00
    """)
    assert [each.minor for each in read.unknown] == [-1000]


def test_a_refund_of_an_earlier_settlement_takes_what_was_kept_of_it() -> None:
    sold = replace(VCS_OFF, destinations=TO_FRANCE)
    kept = order_facts(settlement([lines(SALE.format("10.00"))]), sold)
    assert kept.rows() == [("A", "A", "TOY", date(2026, 5, 6), "Export", "Export", "Export")]
    refund = f"order | sku | description | amount\n{REFUND}"
    assert of_principal(refund, replace(UK, originals=kept)) == "Export"
    assert of_principal(refund, UK) == "Unknown"


def test_what_was_unknown_when_it_was_sold_proves_nothing_for_its_refund() -> None:
    kept = order_facts(settlement([lines(SALE.format("10.00"))]), VCS_OFF)
    assert kept["item"].to_list() == ["Unknown"]
    refund = f"order|sku|description|amount\n{REFUND}\nA|TOY|Refund ItemPrice Tax|-2.00"
    assert of_principal(refund, replace(UK, originals=kept)) == "Standard"


@pytest.mark.parametrize(
    ("rows", "context", "treatment"),
    [
        ("A|TOY|Refund ItemPrice Tax|-2.00", UK, "Standard"),  # its own tax row
        ("", replace(VCS_OFF, tax_groups=STANDARD_TOY), "Standard"),
        ("", replace(VCS_ON, tax_groups=ZERO_TOY), "Zero"),
        ("", replace(VCS_ON, tax_groups=STANDARD_TOY), "Unknown"),
        # the setting speaks of sales
        ("", replace(VCS_ON, tax_groups=STANDARD_TOY, zero_vat_orders=EXPORT), "Unknown"),
        ("", replace(VCS_ON, tax_groups=STANDARD_TOY, destinations=TO_FRANCE), "Export"),
        ("", VCS_ON, "Unknown"),  # a SKU nobody sold: a refund alone makes no zero-rated SKU
        ("", VCS_OFF, "Unknown"),
        ("", ABROAD, "Foreign"),
    ],
)
def test_a_refund_whose_sale_is_not_found_is_read_on_its_own(
    rows: str, context: VatContext, treatment: str
) -> None:
    assert (
        of_principal(f"order|sku|description|amount\n{REFUND}\n{rows}".strip(), context)
        == treatment
    )


def test_refunds_read_by_the_group_for_want_of_their_sale_are_counted() -> None:
    refunds = f"order|sku|description|amount\n{REFUND}\nB|TOY|Refund ItemPrice Principal|-5.00"
    told = "Refunds whose sale is not on record, read by the SKU's group: 2."
    for context in (
        replace(VCS_ON, tax_groups=ZERO_TOY),
        replace(VCS_OFF, tax_groups=STANDARD_TOY),
    ):
        assert told in reading(refunds, context).notices
        sold = f"{refunds}\nA|TOY|Order ItemPrice Principal|10.00"
        assert told.replace("2.", "1.") in reading(sold, context).notices
    taxed = f"{refunds}\nA|TOY|Refund ItemPrice Tax|-2.00\nB|TOY|Refund ItemPrice Tax|-1.00"
    assert not any("Refunds" in each for each in reading(taxed).notices)


def test_a_refund_whose_sale_is_nowhere_says_so() -> None:
    context = replace(VCS_ON, tax_groups=STANDARD_TOY)
    (unknown,) = reading(f"order|sku|description|amount\n{REFUND}", context).unknown
    assert unknown.reason == "A refund without tax rows, and its sale is not on record."


def test_fees_alone_take_the_treatment_of_their_sale_or_none() -> None:
    read = reading("""
        order | item | sku | description                         | amount
        A     | 1    | TOY | Order ItemPrice Principal           |  10.00
        A     | 1    | TOY | Order ItemPrice Tax                 |   2.00
        A     |      |     | Order ShipmentFees Transport        |  -1.00
        A     | 1    | TOY | other-transaction Reimbursed Lost   |   4.00
        B     | 2    | CUP | Order ItemFees FBA                  |  -3.00
    """)
    assert treated(read)["Transport", "Standard"] == "-1.00"
    assert treated(read)["Lost", "Standard"] == "4.00"
    assert treated(read)["FBA", "None"] == "-3.00"
    assert read.unknown == ()


# Retrocharges


@pytest.mark.parametrize(
    ("rows", "treatment"),
    [
        # Amazon's own: it cancels by itself, whatever the sale was
        (
            """
            A | TOY | Order_Retrocharge ItemPrice Tax                         |  2.00
            A | TOY | Order_Retrocharge ItemWithheldTax LowValueGoodsTax-Other | -2.00
            """,
            "Facilitator",
        ),
        ("A | TOY | Order_Retrocharge ItemPrice Tax  |  2.00", "Standard"),  # as its sale
        ("A | TOY | Refund_Retrocharge ItemPrice Tax | -2.00", "Standard"),
    ],
)
def test_a_retrocharge_is_read_apart_from_its_sale(rows: str, treatment: str) -> None:
    table = f"{TAXED.format('10.00', '2.00')}\n{rows.strip()}"
    read = reading(table)
    found = {e.treatment for e in read.tallies if "Retrocharge" in e.transaction_type}
    assert found == {treatment}
    assert of_principal(table, UK) == "Standard"


def test_a_retrocharge_without_any_known_sale_is_unknown() -> None:
    read = reading("order|sku|description|amount\nA|TOY|Order_Retrocharge ItemPrice Tax|2.00")
    assert [each.minor for each in read.unknown] == [200]


# Registration


def test_registration_goes_by_the_row_s_own_day_and_refunds_by_the_sale_s() -> None:
    until = replace(UK, registered=(Dated(True, None, date(2026, 4, 1)),))
    read = reading(
        """
        order | sku | description                | amount | posted
        A     | TOY | Order ItemPrice Principal  |  10.00 | 2026-04-01
        A     | TOY | Order ItemPrice Tax        |   2.00 | 2026-04-01
        A     | TOY | Refund ItemPrice Principal | -10.00 | 2026-04-05
        A     | TOY | Refund ItemPrice Tax       |  -2.00 | 2026-04-05
        B     | TOY | Order ItemPrice Principal  |  10.00 | 2026-04-02
        C     | TOY | Refund ItemPrice Principal |  -5.00 | 2026-04-02
        """,
        until,
    )
    assert treated(read) == {
        ("Principal", "Standard"): "0.00",
        ("Tax", "Standard"): "0.00",
        ("Principal", "Not registered"): "5.00",
    }
    assert read.unknown == ()


def test_a_fee_on_a_refund_goes_by_its_own_day() -> None:
    registered = replace(UK, registered=(Dated(True, date(2026, 3, 15)),), tax_groups=STANDARD_TOY)
    read = reading(
        """
        order | sku | description                      | amount | posted
        A     | TOY | Order ItemPrice Principal        |  20.00 | 2026-03-10
        A     | TOY | Order ItemFees Commission        |  -3.60 | 2026-03-10
        A     | TOY | Refund ItemPrice Principal       | -20.00 | 2026-03-16
        A     | TOY | Refund ItemPrice Goodwill        |  -1.00 | 2026-03-16
        A     | TOY | Refund ItemFees RefundCommission |  -3.60 | 2026-03-16
        """,
        registered,
    )
    assert treated(read) == {
        ("Principal", "Not registered"): "0.00",
        ("Goodwill", "Not registered"): "-1.00",
        ("Commission", "Not registered"): "-3.60",
        ("RefundCommission", "Standard"): "-3.60",
    }


@pytest.mark.parametrize(
    ("first", "treatment"),
    [(date(2026, 4, 2), "Not registered"), (date(2026, 4, 1), "Standard")],
)
def test_of_two_sales_that_agree_the_earlier_day_decides(first: date, treatment: str) -> None:
    context = replace(UK, registered=(Dated(True, first),), tax_groups=STANDARD_TOY)
    read = reading(
        """
        order | item | sku | description                | amount | posted
        A     | 1    | TOY | Order ItemPrice Principal  |  10.00 | 2026-04-01
        A     | 2    | TOY | Order ItemPrice Principal  |  10.00 | 2026-04-03
        A     |      | TOY | Refund ItemPrice Principal | -10.00 | 2026-04-05
        """,
        context,
    )
    refunds = {each.treatment for each in read.tallies if each.transaction_type == "Refund"}
    assert refunds == {treatment}


@pytest.mark.parametrize(
    ("rows", "context", "treatment"),
    [
        (WITHHELD.format("100.00", "20.00", "-20.00"), UK, "Facilitator abroad"),
        (WITHHELD.format("100.00", "20.00", "-20.00"), ABROAD, "Facilitator abroad"),
        (WITHHELD.format("100.00", "20.00", "-20.00"), MIXED, "Facilitator abroad"),
        (TAXED.format("100.00", "19.00"), ABROAD, "Foreign"),
        (TAXED.format("100.00", "20.00"), UK, "Not registered"),
        (TAXED.format("100.00", "20.00"), MIXED, "Not registered"),
        (SALE.format("100.00"), VCS_OFF, "Not registered"),
        (SALE.format("100.00"), replace(UK, destinations=TO_FRANCE), "Not registered"),
    ],
)
def test_without_registration_tax_of_others_stays_theirs_and_fees_are_gross(
    rows: str, context: VatContext, treatment: str
) -> None:
    never = replace(context, registered=())
    read = reading(f"{rows}\nA | TOY | Order ItemFees Commission | -15.00", never)
    assert {e.treatment for e in read.tallies if e.amount_type != "ItemFees"} == {treatment}
    assert treated(read)["Commission", "Not registered"] == "-15.00"


def test_vat_charged_while_not_registered_is_red() -> None:
    never = replace(UK, registered=())
    assert reading(TAXED.format("10.00", "2.00"), never).unregistered_tax_minor == 200
    assert reading(WITHHELD.format("10.00", "2.00", "-2.00"), never).unregistered_tax_minor == 0


def test_half_past_eleven_at_night_utc_is_the_next_day_in_a_british_summer() -> None:
    registered = replace(UK, registered=(Dated(True, date(2026, 4, 1)),))
    read = reading(
        """
        order | sku | description               | amount | posted
        A     | TOY | Order ItemPrice Principal |  10.00 | 2026-03-31 22:59
        B     | TOY | Order ItemPrice Principal |  12.00 | 2026-03-31 23:00
        C     | TOY | Order ItemPrice Principal |  10.00 | 2026-03-31 23:30
        C     | TOY | Order ItemPrice Tax       |   2.00 | 2026-03-31 23:30
        """,
        replace(registered, tax_groups=ZERO_TOY),
    )
    days = {(each.posted_on, each.treatment): each.minor for each in read.tallies}
    assert days[date(2026, 3, 31), "Not registered"] == 1000
    assert days[date(2026, 4, 1), "Zero"] == 1200
    assert days[date(2026, 4, 1), "Standard"] in {200, 1000}
