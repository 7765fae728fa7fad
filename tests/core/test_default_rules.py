"""What the default rules make of a settlement: the golden figures, country by country."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from truebooks_xl import data
from truebooks_xl.core.classification import Classified, classify, classify_all
from truebooks_xl.core.default_rules import choose, default_rules
from truebooks_xl.core.grouping import group
from truebooks_xl.core.mapping import Ambiguous, Rule, RuleBook, read_rules
from truebooks_xl.core.marketplaces import MARKETPLACES, marketplace
from truebooks_xl.core.money import Money
from truebooks_xl.core.settlement import Tally
from truebooks_xl.core.tax import unfit, unusable
from truebooks_xl.core.treatment import Treatment
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.schema import MAPPING

SELLERS = [
    ("GB", "UK", "", ""),
    ("GB", "UK", "", "mixed"),
    ("GB", "UK", "DE", ""),
    ("GB", "UK", "CN", ""),
    ("GB", "DE", "", ""),
    ("GB", "DE", "", "GB"),
    ("GB", "CA", "", ""),
    ("GB", "JP", "", ""),
    ("AU", "AU", "", ""),
    ("NZ", "AU", "", "NZ"),
    ("US", "US", "", ""),
    ("CA", "CA", "", ""),
    ("DE", "DE", "", ""),
    ("SG", "SG", "", ""),
]
"""Organisation, marketplace, established in, goods leave from."""


def rules(country: str, code: str, established_in: str = "", goods: str = "") -> tuple[Rule, ...]:
    accounts = data.account_roles(country)
    store = marketplace(code)
    return default_rules(data.rule_tables(), country, store, established_in, goods, accounts)


def tallies(table: str, day: date = date(2026, 5, 6)) -> list[Tally]:
    """Read ``Order | ItemPrice | Principal | Standard | 2,000.00``, one tally on each line."""
    found = []
    for line in table.strip().splitlines():
        first, second, third, treatment, amount = (cell.strip() for cell in line.split("|"))
        minor = Money.exact(Decimal(amount.replace(",", "")), "GBP").minor
        found.append(Tally(first, second, third, "", treatment, day, minor, 0, 1))
    return found


def document(book: RuleBook, items: list[Tally], code: str = "UK", country: str = "GB") -> str:
    """Write the document as an accountant reads it: text, account, tax type, gross, tax."""
    rates = {each.tax_type: each for each in data.tax_rates(country)}
    grouped = group(classify_all(items, book, code), rates, "GBP")
    assert not grouped.unmapped
    return "\n".join(
        f"{each.description:<46} {each.account} {each.tax_type:<16}{each.gross.amount:>9,}"
        f"{each.tax.amount:>8,}"
        for each in grouped.lines
    )


def places(code: str, table: str, country: str = "GB", **seller: str) -> None:
    """Check account and tax type of each line: ``Order | ItemFees | X | None | 403 INPUT2``."""
    book = RuleBook(rules(country, code, **seller))
    for line in table.strip().splitlines():
        first, second, third, treatment, expected = (cell.strip() for cell in line.split("|"))
        days = expected.split(" until 2024-07-31, then ")
        for each, day in zip(
            [days[0], days[-1]], [date(2024, 7, 31), date(2024, 8, 1)], strict=True
        ):
            tally = Tally(first, second, third, "", treatment, day, 1, 0, 1)
            found = classify(tally, book, code)
            assert isinstance(found, Classified), line
            assert f"{found.account} {found.tax_type or 'asks'}" == each, (line, day)


G_11 = """
Order             | ItemPrice                   | Principal                | Standard | 2,000.00
Order             | ItemPrice                   | Tax                      | Standard |   400.00
Order             | ItemPrice                   | Principal                | Export   |   150.00
Refund            | ItemPrice                   | Principal                | Standard |  -100.00
Refund            | ItemPrice                   | Tax                      | Standard |   -20.00
Order             | ItemFees                    | Commission               | Standard |  -300.00
Order             | ItemFees                    | Commission               | Export   |   -60.00
Order             | ItemFees                    | FBAPerUnitFulfillmentFee | Standard |  -480.00
Order             | ItemFees                    | FBAPerUnitFulfillmentFee | Export   |   -24.00
other-transaction | other-transaction           | Storage Fee              | None     |   -36.00
ServiceFee        | Cost of Advertising         | TransactionTotalAmount   | None     |  -300.00
other-transaction | FBA Inventory Reimbursement | WAREHOUSE_LOST           | None     |    45.20
"""


def test_g_11_a_british_fortnight() -> None:
    assert document(RuleBook(rules("GB", "UK")), tallies(G_11)) == (
        "Advertising                                    400 INPUT2            -300.00  -50.00\n"
        "Amazon refunds – standard rate                 205 OUTPUT2           -120.00  -20.00\n"
        "Amazon sales – export                          200 ZERORATEDOUTPUT    150.00    0.00\n"
        "Amazon sales – standard rate                   200 OUTPUT2          2,400.00  400.00\n"
        "FBA fulfilment fees                            403 INPUT2            -480.00  -80.00\n"
        "FBA fulfilment fees – international            403 ZERORATEDINPUT     -24.00    0.00\n"
        "FBA storage fees                               405 INPUT2             -36.00   -6.00\n"
        "Inventory reimbursements                       261 NONE                45.20    0.00\n"
        "Referral fees                                  402 INPUT2            -360.00  -60.00"
    )


def test_g_4_a_fee_with_its_tax_row_holds_the_vat_amazon_charged() -> None:
    fee = """
    FBAFees | FBA Inventory Storage Fee | Base fee   | None | -3.05
    FBAFees | FBA Inventory Storage Fee | Tax on fee | None | -0.61
    """
    assert document(RuleBook(rules("GB", "UK")), tallies(fee)) == (
        "FBA storage fees                               405 INPUT2              -3.66   -0.61"
    )


def test_g_17_a_debt_keeps_the_settlements_signs() -> None:
    debt = """
    Order | ItemPrice | Principal  | Standard |  100.00
    Order | ItemFees  | Commission | Standard | -162.31
    """
    assert document(RuleBook(rules("GB", "UK")), tallies(debt)) == (
        "Amazon sales – standard rate                   200 OUTPUT2            100.00   16.67\n"
        "Referral fees                                  402 INPUT2            -162.31  -27.05"
    )


def test_g_18_stock_abroad_leaves_the_british_return_alone() -> None:
    abroad = """
    Order | ItemPrice | Principal   | Foreign | 100.00
    Order | ItemPrice | Tax         | Foreign |  19.00
    Order | ItemPrice | ShippingTax | Foreign |   0.95
    Order | Promotion | TaxDiscount | Foreign |  -0.50
    """
    assert document(RuleBook(rules("GB", "DE")), tallies(abroad), "DE") == (
        "Amazon sales – goods abroad                    200 NONE               100.00    0.00\n"
        "Foreign VAT collected                          822 NONE                19.45    0.00"
    )


def test_g_19_a_book_beside_a_toy() -> None:
    basket = """
    Order | ItemPrice | Principal | Zero     | 10.00
    Order | ItemPrice | Tax       | Zero     |  0.00
    Order | ItemPrice | Principal | Standard | 10.00
    Order | ItemPrice | Tax       | Standard |  2.00
    """
    assert document(RuleBook(rules("GB", "UK")), tallies(basket)) == (
        "Amazon sales – standard rate                   200 OUTPUT2             12.00    2.00\n"
        "Amazon sales – zero-rated                      200 ZERORATEDOUTPUT     10.00    0.00"
    )


def test_g_21_before_registration_nothing_is_taxed() -> None:
    items = """
    Order  | ItemPrice | Principal  | Not registered | 300.00
    Order  | ItemPrice | Principal  | Standard       | 120.00
    Refund | ItemPrice | Principal  | Not registered | -60.00
    Order  | ItemFees  | Commission | Not registered | -30.00
    Order  | ItemFees  | Commission | Standard       | -24.00
    """
    assert document(RuleBook(rules("GB", "UK")), tallies(items)) == (
        "Amazon refunds                                 205 NONE               -60.00    0.00\n"
        "Amazon sales                                   200 NONE               300.00    0.00\n"
        "Amazon sales – standard rate                   200 OUTPUT2            120.00   20.00\n"
        "Referral fees                                  402 INPUT2             -24.00   -4.00\n"
        "Referral fees                                  402 NONE               -30.00    0.00"
    )


def test_facilitator_tax_and_its_withholding_meet_on_one_line() -> None:
    items = """
    Order | ItemPrice       | Principal                          | Facilitator |  50.00
    Order | ItemPrice       | Tax                                | Facilitator |  10.00
    Order | ItemPrice       | ShippingTax                        | Facilitator |   1.00
    Order | Promotion       | TaxDiscount                        | Facilitator |  -0.40
    Order | ItemWithheldTax | MarketplaceFacilitatorVAT-Principal | Facilitator |  -9.60
    Order | ItemWithheldTax | MarketplaceFacilitatorVAT-Shipping  | Facilitator |  -1.00
    """
    assert document(RuleBook(rules("GB", "UK")), tallies(items)) == (
        "Amazon sales – VAT by Amazon                   200 ZERORATEDOUTPUT     50.00    0.00\n"
        "Facilitator tax: collected and withheld        821 NONE                 0.00    0.00"
    )


def test_every_kind_of_own_vat_is_wrapped_into_the_line_it_belongs_to() -> None:
    items = """
    Order               | ItemPrice | Shipping    | Standard |  5.00
    Order               | ItemPrice | ShippingTax | Standard |  1.00
    Order               | ItemPrice | GiftWrap    | Reduced  |  2.00
    Order               | ItemPrice | GiftWrapTax | Reduced  |  0.10
    Order               | Promotion | Principal   | Standard | -1.00
    Order               | Promotion | TaxDiscount | Standard | -0.20
    Chargeback Refund   | ItemPrice | Shipping    | Standard | -5.00
    Chargeback Refund   | ItemPrice | ShippingTax | Standard | -1.00
    Order_Retrocharge   | ItemPrice | Tax         | Standard |  2.40
    """
    assert document(RuleBook(rules("GB", "UK")), tallies(items)) == (
        "Gift wrap income – reduced rate                200 RROUTPUT             2.10    0.10\n"
        "Promotions – standard rate                     200 OUTPUT2             -1.20   -0.20\n"
        "Refunded shipping – standard rate              205 OUTPUT2             -6.00   -1.00\n"
        "Shipping income – standard rate                200 OUTPUT2              6.00    1.00\n"
        "VAT retrocharged – standard rate               200 OUTPUT2              2.40    0.40"
    )


UNTIL = "REVERSECHARGES until 2024-07-31, then"


def test_the_fees_of_a_british_seller_change_on_the_first_of_august_2024() -> None:
    places(
        "UK",
        f"""
        Order       | ItemFees            | Commission               | Standard    | 402 {UNTIL} 402 INPUT2
        Order       | ItemFees            | VariableClosingFee       | Export      | 402 {UNTIL} 402 INPUT2
        Order       | ItemFees            | DigitalServicesFee       | Standard    | 402 {UNTIL} 402 INPUT2
        ServiceFee  | Subscription        | Subscription Fee         | None        | 402 {UNTIL} 402 INPUT2
        Order       | ItemFees            | FBAPerUnitFulfillmentFee | Zero        | 403 {UNTIL} 403 INPUT2
        Order       | ItemFees            | FBAPerUnitFulfillmentFee | Export      | 403 {UNTIL} 403 ZERORATEDINPUT
        Order       | ItemFees            | FBAPerUnitFulfillmentFee | Facilitator | 403 {UNTIL} 403 ZERORATEDINPUT
        Order       | ItemFees            | FBAPerUnitFulfillmentFee | Foreign     | 403 asks
        FBAFees     | FBA Long Term Storage Fee | Tax on fee         | None        | 405 {UNTIL} 405 INPUT2
        ServiceFee  | Cost of Advertising | TransactionTotalAmount   | None        | 400 INPUT2
        x           | other-transaction   | Shipping label purchase  | None        | 425 EXEMPTINPUT
        """,  # noqa: E501 a table reads best with a line on a line
    )


def test_the_fees_of_a_british_seller_in_europe() -> None:
    places(
        "DE",
        f"""
        Order       | ItemFees            | Commission               | Foreign     | 402 {UNTIL} 402 INPUT2
        Order       | ItemFees            | FBAPerUnitFulfillmentFee | Export      | 403 {UNTIL} 403 ZERORATEDINPUT
        Order       | ItemFees            | FBAPerUnitFulfillmentFee | Facilitator | 403 {UNTIL} 403 ZERORATEDINPUT
        Order       | ItemFees            | FBAPerUnitFulfillmentFee | Foreign     | 403 asks
        Order       | ItemFees            | FBAPerUnitFulfillmentFee | Facilitator abroad | 403 asks
        FBAFees     | FBA Inventory Storage Fee | Base fee           | None        | 405 asks
        ServiceFee  | Cost of Advertising | TransactionTotalAmount   | None        | 400 REVERSECHARGES
        """,  # noqa: E501
    )


def test_a_seller_from_elsewhere_keeps_the_reverse_charge() -> None:
    places(
        "UK",
        """
        Order      | ItemFees            | Commission             | Facilitator | 402 REVERSECHARGES
        Order      | ItemFees            | FBAWeightBasedFee      | Facilitator | 403 REVERSECHARGES
        ServiceFee | Cost of Advertising | TransactionTotalAmount | None        | 400 asks
        """,
        established_in="CN",
    )


def test_a_seller_from_the_eu_is_asked_from_august_2024() -> None:
    places(
        "UK",
        f"Order | ItemFees | Commission | Standard | 402 {UNTIL} 402 asks",
        established_in="DE",
    )


def test_storage_is_asked_where_goods_leave_from_several_countries() -> None:
    places(
        "UK",
        f"""
        FBAFees | FBA Inventory Storage Fee | Base fee   | None     | 405 asks
        Order   | ItemFees                  | Commission | Standard | 402 {UNTIL} 402 INPUT2
        """,
        goods="mixed",
    )


@pytest.mark.parametrize(
    ("country", "code", "table"),
    [
        (
            "AU",
            "AU",
            """
            Order | ItemPrice | Principal  | Standard           | 200 OUTPUT
            Order | ItemPrice | Tax        | Standard           | 200 OUTPUT
            Order | ItemPrice | Principal  | Zero               | 200 EXEMPTOUTPUT
            Order | ItemPrice | Principal  | Export             | 200 EXEMPTOUTPUT
            Order | ItemPrice | Tax        | Facilitator abroad | 821 NONE
            Order | ItemFees  | Commission | Standard           | 402 INPUT
            """,
        ),
        (
            "NZ",
            "AU",
            """
            Order | ItemPrice | Principal  | Standard           | 200 OUTPUT2
            Order | ItemPrice | Principal  | Export             | 200 ZERORATED
            Order | ItemFees  | Commission | Foreign            | 402 NONE
            """,
        ),
        (
            "US",
            "US",
            """
            Order | ItemPrice | Principal  | Facilitator        | 400 NONE
            Order | ItemPrice | Principal  | Zero               | 400 NONE
            Order | ItemPrice | Tax        | Facilitator        | 221 NONE
            Order | ItemFees  | Commission | Facilitator        | 602 NONE
            """,
        ),
        (
            "GB",
            "JP",
            """
            Order | ItemPrice | Principal  | Foreign            | 200 NONE
            Order | ItemPrice | Tax        | Foreign            | 822 NONE
            Order | ItemPrice | Principal  | Export             | 200 ZERORATEDOUTPUT
            Order | Points | Points Granted| Foreign            | 200 NONE
            Order | ItemFees  | Commission | Foreign            | 402 NONE
            """,
        ),
        (
            "SG",
            "SG",
            """
            Order | ItemPrice | Principal  | Zero               | 200 NONE
            Order | ItemPrice | Principal  | Facilitator        | 200 NONE
            Order | ItemPrice | Principal  | Standard           | 200 asks
            Order | ItemFees  | Commission | Zero               | 402 NONE
            """,
        ),
    ],
)
def test_other_countries(country: str, code: str, table: str) -> None:
    places(code, table, country)


BALANCES = """
Payable to Amazon               | other-transaction | 633
Successful charge               | other-transaction | 633
Micro Deposit                   | other-transaction | 633
Micro Deposit                   | Micro Deposit     | 633
Failed Disbursement             | other-transaction | 633
Transfer of funds unsuccessful: your bank said no | other-transaction | 633
Current Reserve Amount          | other-transaction | 632
Previous Reserve Amount Balance | other-transaction | 632
Amazon Capital Services         | other-transaction | 901
"""


@pytest.mark.parametrize("line", BALANCES.strip().splitlines())
def test_balance_movements_are_never_profit_or_loss(line: str) -> None:
    description, amount_type, account = (cell.strip() for cell in line.split("|"))
    kind = "Transfers" if amount_type == "Micro Deposit" else "other-transaction"
    tally = Tally(kind, amount_type, description, "", "None", date(2026, 5, 6), -1, 0, 1)
    found = classify(tally, RuleBook(rules("GB", "UK")), "UK")
    assert isinstance(found, Classified)
    assert (found.category[:4], found.account, found.tax_type) == ("AMZ8", account, "NONE")
    classes = {each.account.code: each.account.account_class for each in data.accounts("GB")}
    assert classes[account] in {"ASSET", "LIABILITY"}


@pytest.mark.parametrize(
    "triple",
    [
        ("FBAFees", "FBA Zebra Fee", "Base fee"),
        ("AmazonFees", "Zebra Fee", "Base fee"),
        ("Order", "ItemFees", "ZebraFee"),
        ("other-transaction", "other-transaction", "Zebra"),
        ("Order", "ItemPrice", "Zebra"),
    ],
)
def test_an_unknown_name_is_caught_by_no_family(triple: tuple[str, str, str]) -> None:
    for country, code, established_in, goods in SELLERS:
        book = RuleBook(rules(country, code, established_in, goods))
        tally = Tally(*triple, "", "Standard", date(2026, 5, 6), 1, 0, 1)
        assert not book.speaks_for(tally, code)


@pytest.mark.parametrize("seller", SELLERS)
def test_a_default_set_has_no_two_rules_for_one_line(seller: tuple[str, str, str, str]) -> None:
    chosen = rules(*seller)
    book = RuleBook(chosen)
    names = [
        tuple(part.strip("*") or "Zebra" for part in each.triple)
        for each in {rule.triple: rule for rule in chosen}.values()
    ]
    for first, second, third in names:
        for treatment in Treatment:
            for day in (date(2024, 7, 31), date(2024, 8, 1)):
                found = book.match(
                    (first, second, third), marketplace=seller[1], treatment=treatment, day=day
                )
                assert found is not None, (first, second, third, treatment, day)
                assert not isinstance(found, Ambiguous), str(found)


@pytest.mark.parametrize("seller", SELLERS)
def test_a_default_set_survives_the_sheet(seller: tuple[str, str, str, str]) -> None:
    chosen = rules(*seller)
    letters = {each.key: "A" for each in MAPPING.columns}
    rows = [
        Row(
            "Mapping",
            number,
            {
                "transaction_type": each.transaction_type,
                "amount_type": each.amount_type,
                "amount_description": each.amount_description,
                "marketplace": each.marketplace,
                "treatment": each.treatment,
                "valid_from": each.valid_from,
                "valid_to": each.valid_to,
                "category": each.category,
                "line_text": each.description,
                "account": each.account,
                "tax_type": each.tax_type,
            },
            letters,
        )
        for number, each in enumerate(chosen, start=5)
    ]
    again, problems = read_rules(rows)
    assert problems == ()
    assert [each.content for each in again] == [each.content for each in chosen]


@pytest.mark.parametrize("seller", SELLERS)
def test_every_account_and_tax_type_of_a_default_set_can_be_posted(
    seller: tuple[str, str, str, str],
) -> None:
    accounts = {each.account.code: each.account for each in data.accounts(seller[0])}
    rates = {each.tax_type: each for each in data.tax_rates(seller[0])}
    for each in rules(*seller):
        if each.account:
            assert not unusable(accounts[each.account]), each
            if each.tax_type:
                assert not unfit(rates[each.tax_type], accounts[each.account]), each
        else:
            assert each.category.startswith("AMZ0"), each


def test_a_role_without_an_account_leaves_the_account_empty() -> None:
    accounts = {**data.account_roles("GB")}
    del accounts["storage"]
    bare = default_rules(data.rule_tables(), "GB", marketplace("UK"), "", "", accounts)
    empty = {each.category for each in bare if not each.account}
    assert {each for each in empty if not each.startswith("AMZ0")} == {
        "AMZ5 AWD storage",
        "AMZ5 Long-term storage",
        "AMZ5 Storage",
        "AMZ5 Storage capacity",
    }


def test_every_marketplace_has_a_set_for_every_organisation() -> None:
    tables = data.rule_tables()
    for country in (*data.organisation_countries(), "SG"):
        for store in MARKETPLACES:
            assert choose(tables, country, store, "", "").sales


def test_every_kind_of_fee_has_a_text_of_its_own() -> None:
    categories = data.rule_tables().categories.values()
    texts = [each.line_text for each in categories]
    labels = [each.name for each in categories]
    assert len(set(texts)) == len(set(labels)) == len(texts)


# The charts


@pytest.mark.parametrize("country", [*data.organisation_countries(), "SG"])
def test_a_chart_is_one_xero_would_take(country: str) -> None:
    chart = data.accounts(country)
    codes = [each.account.code for each in chart]
    roles = [each.role for each in chart if each.role]
    assert len(set(codes)) == len(codes)
    assert len(set(roles)) == len(roles)
    assert all(len(code) <= 10 for code in codes)
    assert {"DEBTORS", "CREDITORS", "GST"} <= {each.account.system for each in chart}
    assert any(each.account.type == "BANK" for each in chart)
    taxes = {each.tax_type for each in data.tax_rates(country)}
    assert "NONE" in taxes
    assert {each.account.tax_type for each in chart} <= taxes
    assert all(not unusable(each.account) for each in chart if each.role)


def test_the_roles_are_the_same_in_every_country() -> None:
    expected = set(data.account_roles("GB"))
    assert len(expected) == 18
    for country in (*data.organisation_countries(), "SG"):
        assert set(data.account_roles(country)) == expected


def test_the_stock_account_is_no_inventory_account() -> None:
    assert {each.account.code: each.account.type for each in data.accounts("GB")}["631"] == (
        "CURRENT"
    )


def test_a_reverse_charge_adds_no_tax_to_the_document() -> None:
    rates = {each.tax_type: each.rate_percent for each in data.tax_rates("GB")}
    assert rates["REVERSECHARGES"] == 0
    assert rates["OUTPUT2"] == rates["INPUT2"] == 20
    assert rates["RROUTPUT"] == 5


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2008, 11, 30), "17.5"),
        (date(2008, 12, 1), "15"),
        (date(2009, 12, 31), "15"),
        (date(2010, 1, 1), "17.5"),
        (date(2011, 1, 3), "17.5"),
        (date(2011, 1, 4), "20"),
        (date(2026, 5, 6), "20"),
    ],
)
def test_the_british_standard_rate_has_its_history(day: date, rate: str) -> None:
    (found,) = [
        each.rate_percent
        for each in data.vat_rates("GB")
        if each.group == "Standard"
        and (each.valid_from or date.min) <= day <= (each.valid_to or date.max)
    ]
    assert found == Decimal(rate)


def test_the_chart_for_xeros_import_holds_exactly_our_proposals() -> None:
    ours = {each.account.code: each.account.name for each in data.accounts("GB") if each.proposed}
    imported = {row["*Code"]: row["*Name"] for row in data.table("chart_GB.csv")}
    assert imported == ours
