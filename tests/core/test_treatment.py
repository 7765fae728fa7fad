"""The reading order of an order item's VAT, one row of the law at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

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
    of_principal,
    reading,
    treated,
)

from truebooks_xl.core.dated import Dated
from truebooks_xl.core.treatment import (
    FacilitatorDifference,
    ImpliedVat,
    TaxGroup,
    Treatment,
    VatContext,
)

TO_FRANCE = {"A": "FR"}
SOLD_WITH_VAT = "B | TOY | Order ItemPrice Principal | 10.00\nB | TOY | Order ItemPrice Tax | 2.00"


@pytest.mark.parametrize(
    ("context", "amounts", "treatment"),
    [
        # goods     principal   tax   withheld
        (UK, ("100.00", "20.00"), "Standard"),
        (UK, ("100.00", "5.00"), "Reduced"),
        (UK, ("100.00", "19.00"), "Unknown"),  # fits no rate of the day
        (UK, ("100.00", "20.00", "-20.00"), "Facilitator"),
        (UK, ("100.00", "19.00", "-19.00"), "Facilitator"),  # whatever the rate: IOSS
        (UK, ("100.00", "20.00", "-19.00"), "Unknown"),  # neither cancels nor stands alone
        (UK, ("100.00", "0.00", "-20.00"), "Unknown"),
        (ABROAD, ("100.00", "19.00"), "Foreign"),
        (ABROAD, ("100.00", "20.00"), "Foreign"),  # France has 20 % as well
        (ABROAD, ("100.00",), "Foreign"),
        (ABROAD, ("100.00", "7.00", "-7.00"), "Facilitator abroad"),
        (MIXED, ("100.00", "20.00"), "Unknown"),
        (MIXED, ("100.00", "20.00", "-20.00"), "Unknown"),  # zero-rated or outside the scope?
    ],
)
def test_tax_and_withheld_rows_come_first(
    context: VatContext, amounts: tuple[str, ...], treatment: str
) -> None:
    table = {1: SALE, 2: TAXED, 3: WITHHELD}[len(amounts)]
    assert of_principal(table.format(*amounts), context) == treatment


@pytest.mark.parametrize(
    ("context", "group", "destination", "treatment"),
    [
        # service off: Principal is gross
        (VCS_OFF, "Standard", "", "Standard"),
        (VCS_OFF, "Reduced", "", "Reduced"),
        (VCS_OFF, "Zero", "", "Zero"),
        (VCS_OFF, "", "", "Unknown"),
        (VCS_OFF, "Standard", "FR", "Export"),
        (VCS_OFF, "", "FR", "Export"),
        (VCS_OFF, "Standard", "GB", "Standard"),
        (UK, "Standard", "", "Standard"),  # auto, and no tax row in the settlement: off
        (UK, "", "", "Unknown"),
        # service on: no tax row is zero VAT
        (VCS_ON, "Zero", "", "Zero"),
        (VCS_ON, "Zero", "FR", "Export"),
        (VCS_ON, "", "", "Zero"),  # never seen with tax: with a notice
        (VCS_ON, "", "GB", "Zero"),
        (VCS_ON, "Standard", "", "Unknown"),  # asks
        (VCS_ON, "Reduced", "", "Unknown"),
        (VCS_ON, "Standard", "FR", "Export"),
        (VCS_ON, "Standard", "GB", "Unknown"),
        (replace(VCS_ON, zero_vat_orders=(Dated("export"),)), "Standard", "", "Export"),
        (replace(VCS_ON, zero_vat_orders=(Dated("domestic zero"),)), "Standard", "", "Zero"),
        (replace(VCS_ON, zero_vat_orders=(Dated("export"),)), "Zero", "", "Zero"),
    ],
)
def test_without_a_tax_row_group_destination_and_settings_decide(
    context: VatContext, group: str, destination: str, treatment: str
) -> None:
    context = replace(
        context,
        tax_groups=(TaxGroup("UK", "TOY", group),) if group else (),  # type: ignore[arg-type]
        destinations={"A": destination} if destination else {},
    )
    assert of_principal(SALE.format("12.00"), context) == treatment


def test_a_sku_sold_with_vat_elsewhere_in_the_settlement_is_known_as_standard() -> None:
    table = SALE.format("10.00") + "\n" + SOLD_WITH_VAT
    read = reading(table)
    assert treated(read)["Principal", "Unknown"] == "10.00"
    (unknown,) = read.unknown
    assert (unknown.order_id, unknown.sku, unknown.minor) == ("A", "TOY", 1000)
    assert "export or zero-rated" in unknown.reason
    assert of_principal(table, replace(UK, destinations=TO_FRANCE)) == "Export"


def test_a_sku_seen_only_with_facilitator_tax_is_not_taken_for_zero() -> None:
    table = """
        order | sku | description                                               | amount
        A     | TOY | Order ItemPrice Principal                                 |  10.00
        B     | TOY | Order ItemPrice Principal                                 |  10.00
        B     | TOY | Order ItemPrice Tax                                       |   2.00
        B     | TOY | Order ItemWithheldTax MarketplaceFacilitatorVAT-Principal |  -2.00
    """
    assert of_principal(table, VCS_ON) == "Unknown"
    assert of_principal(table, replace(VCS_ON, zero_vat_orders=(Dated("export"),))) == "Export"


@pytest.mark.parametrize(
    ("net", "tax", "units", "treatment"),
    [
        ("9.99", "2.00", 1, "Standard"),  # 1.998
        ("9.99", "2.01", 1, "Unknown"),  # 1.2p away, one unit
        ("9.99", "2.01", 2, "Standard"),  # a penny per unit
        ("9.99", "0.50", 1, "Reduced"),
        ("0.08", "0.01", 1, "Standard"),  # as far from 0.016 as from 0.004: the standard rate
        ("0.06", "0.01", 1, "Standard"),  # 0.012 is closer than 0.003
        ("0.10", "0.01", 1, "Reduced"),  # 0.005 is closer than 0.02
        ("0.00", "0.01", 1, "Unknown"),  # without a base no rate is proved
    ],
)
def test_a_rate_fits_within_a_penny_per_unit_and_the_closest_wins(
    net: str, tax: str, units: int, treatment: str
) -> None:
    table = f"""
        order | sku | units   | description               | amount
        A     | TOY | {units} | Order ItemPrice Principal | {net}
        A     | TOY |         | Order ItemPrice Tax       | {tax}
    """
    assert of_principal(table, UK) == treatment


def test_rates_are_those_of_the_day_and_may_have_decimals() -> None:
    uk = replace(
        UK,
        standard_rates=(
            Dated(Decimal("17.5"), None, date(2011, 1, 3)),
            Dated(Decimal(20), date(2011, 1, 4)),
        ),
    )
    table = """
        order | sku | description               | amount | posted
        A     | TOY | Order ItemPrice Principal | 100.00 | {}
        A     | TOY | Order ItemPrice Tax       |  17.50 | {}
    """
    assert of_principal(table.format("2011-01-03", "2011-01-03"), uk) == "Standard"
    assert of_principal(table.format("2011-01-04", "2011-01-04"), uk) == "Unknown"
    (implied,) = reading(table.format("2011-01-03", "2011-01-03"), uk).implied
    assert implied == ImpliedVat(Treatment.STANDARD, Decimal("17.5"), 1750, 11750, 1)


@pytest.mark.parametrize(
    ("rows", "delivery"),
    [
        ("A|BOOK|Order ItemPrice Tax|0.00\nA|BOOK|Order ItemPrice ShippingTax|0.80", "Standard"),
        ("A|BOOK|Order ItemPrice Tax|0.50", "Reduced"),  # no tax row of its own: as its item
        ("A|BOOK|Order ItemPrice Tax|0.00", "Zero"),
        ("A|BOOK|Order ItemPrice Tax|2.00\nA|BOOK|Order ItemPrice ShippingTax|0.20", "Reduced"),
        ("A|BOOK|Order ItemPrice Tax|2.00\nA|BOOK|Order ItemPrice ShippingTax|0.50", "Unknown"),
    ],
)
def test_delivery_goes_by_its_own_tax_row_else_as_its_item(rows: str, delivery: str) -> None:
    head = "order|sku|description|amount\nA|BOOK|Order ItemPrice Principal|10.00"
    read = reading(f"{head}\nA|BOOK|Order ItemPrice Shipping|4.00\n{rows}", VCS_ON)
    assert treated(read)["Shipping", delivery] == "4.00"


def test_gift_wrap_is_a_component_of_its_own() -> None:
    read = reading("""
        order | sku  | description                 | amount
        A     | BOOK | Order ItemPrice Principal   |  10.00
        A     | BOOK | Order ItemPrice GiftWrap    |   3.00
        A     | BOOK | Order ItemPrice GiftWrapTax |   0.60
    """)
    assert treated(read) == {
        ("Principal", "Zero"): "10.00",
        ("GiftWrap", "Standard"): "3.00",
        ("GiftWrapTax", "Standard"): "0.60",
    }


@pytest.mark.parametrize(
    ("rows", "discount"),
    [
        # the tax row before the promotion, TaxDiscount beside it
        ("Tax|2.00\nPromotion Principal|-1.00\nPromotion TaxDiscount|-0.20", "Standard"),
        # the tax row after the promotion
        ("Tax|1.80\nPromotion Principal|-1.00", ""),
        # given away: all is taken back, and 20 % stays proved
        ("Tax|2.00\nPromotion Principal|-10.00\nPromotion TaxDiscount|-2.00", "Standard"),
    ],
)
def test_promotions_are_read_before_and_after(rows: str, discount: str) -> None:
    cells = [f"A|TOY|Order {'' if ' ' in row else 'ItemPrice '}{row}" for row in rows.split("\n")]
    table = "order|sku|description|amount\nA|TOY|Order ItemPrice Principal|10.00\n"
    read = reading(table + "\n".join(cells))
    assert {each.treatment for each in read.tallies} == {"Standard"}
    assert bool(discount) == any(each.amount_description == "TaxDiscount" for each in read.tallies)


def test_a_tax_discount_follows_the_delivery_that_alone_was_discounted() -> None:
    read = reading("""
        order | sku  | description                 | amount
        A     | BOOK | Order ItemPrice Principal   |  10.00
        A     | BOOK | Order ItemPrice Shipping    |   4.00
        A     | BOOK | Order ItemPrice ShippingTax |   0.80
        A     | BOOK | Order Promotion Shipping    |  -4.00
        A     | BOOK | Order Promotion TaxDiscount |  -0.80
    """)
    assert treated(read)["TaxDiscount", "Standard"] == "-0.80"
    assert treated(read)["Principal", "Zero"] == "10.00"


def test_fees_and_withheld_rows_carry_the_treatment_of_their_item() -> None:
    read = reading(
        WITHHELD.format("10.00", "2.00", "-2.00") + "\nA | TOY | Order ItemFees FBA | -3.00"
    )
    assert {each.treatment for each in read.tallies} == {"Facilitator"}


@pytest.mark.parametrize(
    "description",
    [
        "Order ItemWithheldTax MarketplaceFacilitatorTax-Principal",
        "Order ItemFees MarketplaceFacilitatorVAT-Principal",  # as older reports have it
        "Order ItemWithheldTax LowValueGoodsTax-Principal",
        "ORDER ITEM_WITHHELD_TAX LOWVALUEGOODSTAX-OTHER",
    ],
)
def test_every_spelling_of_withheld_tax_is_known(description: str) -> None:
    table = TAXED.format("10.00", "2.00") + f"\nA | TOY | {description} | -2.00"
    assert of_principal(table, UK) == "Facilitator"


def test_tax_deducted_at_source_is_no_withheld_vat() -> None:
    table = TAXED.format("10.00", "2.00") + "\nA | TOY | Order ItemWithheldTax TCS-IGST | -0.10"
    assert of_principal(table, UK) == "Standard"


def test_offenders_are_listed_with_both_sums() -> None:
    read = reading(WITHHELD.format("100.00", "20.00", "-19.00"))
    assert read.offenders == (FacilitatorDifference("A", "A", "TOY", 2000, -1900),)
    abroad = reading(WITHHELD.format("100.00", "20.00", "-19.00"), ABROAD)
    assert len(abroad.offenders) == 1
    assert reading(WITHHELD.format("100.00", "20.00", "-20.00")).offenders == ()


BY_AMAZON = WITHHELD.format("10.00", "2.00", "-2.00")
REFUNDED = "A | TOY | Refund ItemPrice Principal | -10.00\nA | TOY | Refund ItemPrice Tax | -2.00"
GIVEN_BACK = "A | TOY | Refund ItemWithheldTax MarketplaceFacilitatorVAT-Principal | 2.00"


@pytest.mark.parametrize(
    ("rows", "offender"),
    [
        ((BY_AMAZON, REFUNDED, GIVEN_BACK), None),
        ((BY_AMAZON, REFUNDED.partition("\n")[0]), None),  # a refund that names no tax at all
        ((BY_AMAZON, REFUNDED), (-200, 0)),  # Amazon's tax is refunded and not given back
        ((TAXED.format("10.00", "2.00"), REFUNDED, GIVEN_BACK), (-200, 200)),  # it was our VAT
        ((TAXED.format("10.00", "2.00"), REFUNDED), None),
    ],
)
def test_nothing_may_stay_on_the_facilitator_tax_account_of_sale_or_refund(
    rows: tuple[str, ...], offender: tuple[int, int] | None
) -> None:
    read = reading("\n".join(rows))
    found = [(each.tax_minor, each.withheld_minor) for each in read.offenders]
    assert found == ([] if offender is None else [offender])


def test_stock_here_and_abroad_is_unknown_and_no_offender_when_the_tax_cancels() -> None:
    assert reading(BY_AMAZON, MIXED).offenders == ()
    assert reading(TAXED.format("10.00", "2.00"), MIXED).offenders == ()
    assert len(reading(WITHHELD.format("10.00", "2.00", "-1.99"), MIXED).offenders) == 1


def test_fees_alone_are_unknown_where_stock_is_here_and_abroad() -> None:
    fee = "order | sku | description | amount\nA | TOY | Order ItemFees FBA | -3.00"
    assert treated(reading(fee, MIXED)) == {("FBA", "Unknown"): "-3.00"}
    assert reading(fee, MIXED).unknown == (), "a fee is no sale"


@pytest.mark.parametrize(
    ("row", "treatment"),
    [
        ("", "Standard"),  # nothing was charged: its fees go as the SKU's do at home
        ("Order Promotion Principal | 0.00", "Standard"),
        ("Order ItemPrice Shipping | 30.00", "Unknown"),  # delivery was charged, without VAT
        ("Order ItemPrice GiftWrap | 3.00", "Unknown"),
        ("Order ItemPrice Goodwill | -1.00", "Unknown"),
        ("Order ItemPrice Principal | 10.00\nA|TOY|Order Promotion Principal | -10.00", "Unknown"),
    ],
)
def test_nothing_was_charged_only_where_every_amount_is_nothing(row: str, treatment: str) -> None:
    context = replace(VCS_ON, tax_groups=(TaxGroup("UK", "TOY", "Standard"),))
    table = SALE.format("0.00") + (f"\nA|TOY|{row}" if row else "")
    assert of_principal(table, context) == treatment
    export = replace(context, zero_vat_orders=(Dated("export"),))
    chosen = [each for each in reading(table, export).notices if "Zero-VAT orders" in each]
    assert bool(chosen) == (treatment == "Unknown")


def test_what_was_given_away_proves_no_zero_rate() -> None:
    table = SALE.format("10.00") + "\nA | TOY | Order Promotion Principal | -10.00"
    assert reading(table, VCS_ON).group_proposals == ()
