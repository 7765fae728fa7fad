"""Every settlement triple on record has a default rule, or stands among those that ask."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from shared import shared

from truebooks_xl import data
from truebooks_xl.core.classification import Classified, Unmapped, classify
from truebooks_xl.core.default_rules import default_rules
from truebooks_xl.core.mapping import RuleBook
from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.core.settlement import Tally
from truebooks_xl.core.treatment import Treatment

ASKED = ("Adjustments", "Other income", "Direct payments")
"""Categories of the taxonomy without a safe default (Amazon facts 2.3)."""
NOT_ASKED = {"Fee Adjustment", "PROMOTION_ADJUSTMENT"}
"""The two adjustments that are seller fees."""

BUCKETS = {
    "Sales": "AMZ1",
    "Shipping income": "AMZ1",
    "Regulatory fee collected": "AMZ1",
    "Promotions": "AMZ1",
    "Promotions (JP points)": "AMZ1",
    "Sales tax/VAT": "AMZ1",
    "Sales tax/VAT (promotion tax discount)": "AMZ1",
    "Sales tax/VAT (retrocharge)": "AMZ1",
    "Reimbursements": "AMZ2",
    "Liquidations": "AMZ2",
    "Referral fee": "AMZ3",
    "Digital services fee": "AMZ3",
    "Subscription": "AMZ3",
    "Other Amazon fees": "AMZ3",
    "Other Amazon fees (tax service)": "AMZ3",
    "Promotion fees (deals, coupons, Vine)": "AMZ3",
    "Regulatory / EPR": "AMZ3",
    "Shipping labels": "AMZ3",
    "Refunds: Referral fee": "AMZ3",
    "Refunds: Digital services fee": "AMZ3",
    "FBA fulfilment": "AMZ4",
    "FBA fulfilment (MCF shipment fee)": "AMZ4",
    "FBA inbound": "AMZ4",
    "FBA removal/disposal": "AMZ4",
    "Shipping fees (chargeback / holdback)": "AMZ4",
    "Refunds: FBA fulfilment": "AMZ4",
    "Refunds: Shipping fees (chargeback / holdback)": "AMZ4",
    "Storage": "AMZ5",
    "Advertising": "AMZ6",
    "Advertising (tax on ads)": "AMZ6",
    "Marketplace facilitator tax": "AMZ7",
    "Marketplace facilitator tax (low value goods)": "AMZ7",
    "Marketplace facilitator tax (retrocharge)": "AMZ7",
    "Refunds: Marketplace facilitator tax": "AMZ7",
    "Sales tax/VAT (commingling)": "AMZ7",
    "Tax withheld TCS/TDS (IN)": "AMZ7",
    "Tax withheld (income tax)": "AMZ7",
    "Reserve": "AMZ8",
    "Transfers / balance movement": "AMZ8",
    "Transfers / balance movement (cross-account debt)": "AMZ8",
    "Refunds: Sales": "AMZ10",
    "Refunds: Shipping income": "AMZ10",
    "Refunds: goodwill": "AMZ10",
    "Refunds: return shipping": "AMZ10",
    "Refunds: Regulatory fee collected": "AMZ10",
    "Refunds: Promotions": "AMZ10",
    "Refunds: restocking fee": "AMZ10",
    "Refunds: Sales tax/VAT": "AMZ10",
    "Refunds: Sales tax/VAT (promotion tax discount)": "AMZ10",
}
"""The bucket of each category (Amazon facts 2.3), own VAT wrapped into what it taxes."""

SPLIT = {
    ("AWD fees", "storage"): "AMZ5",
    ("AWD fees", ""): "AMZ4",
    ("Gift wrap", "chargeback"): "AMZ4",
    ("Gift wrap", ""): "AMZ1",
    ("Refunds: Gift wrap", "chargeback"): "AMZ4",
    ("Refunds: Gift wrap", ""): "AMZ10",
}
"""Categories the facts split by a word in the triple."""


def rules(country: str, code: str) -> RuleBook:
    return RuleBook(
        default_rules(
            data.rule_tables(), country, marketplace(code), "", "", data.account_roles(country)
        )
    )


def tally(triple: tuple[str, str, str], treatment: str, minor: int = 100) -> Tally:
    return Tally(*triple, "", treatment, date(2026, 5, 6), minor, 0, 1)


def full_triples() -> list[tuple[tuple[str, str, str], str]]:
    """Rows that carry a whole V2 triple; a wildcard is tried with an invented word."""
    with shared("data", "settlement_taxonomy.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = ("transaction_type", "amount_type", "amount_description")
    found = []
    for row in rows:
        first, second, third = ("Zebra Crossing" if row[key] == "any" else row[key] for key in keys)
        if first and second and third and "[" not in second:
            found.append(((first, second, third), row["suggested_category"]))
    return found


def bucket(category: str, triple: tuple[str, str, str]) -> str:
    words = "".join(triple).casefold()
    for (name, word), found in SPLIT.items():
        if name == category and word in words:
            return found
    if category.startswith("Sales tax/VAT") and triple[0].startswith("LIQUIDATIONS"):
        return "AMZ2"
    return BUCKETS[category]


def test_the_taxonomy_has_its_249_rows_with_a_whole_triple() -> None:
    assert len(full_triples()) == 249


@pytest.mark.parametrize("treatment", ["Standard", "Export", "Facilitator", "Foreign", "None"])
def test_every_whole_triple_is_mapped_or_asks(treatment: str) -> None:
    book = rules("GB", "UK")
    for triple, category in full_triples():
        outcome = classify(tally(triple, treatment), book, "UK")
        asked = category.startswith(ASKED) and triple[2] not in NOT_ASKED
        assert isinstance(outcome, Unmapped if asked else Classified), (triple, outcome)
        if isinstance(outcome, Classified):
            assert outcome.account, triple
            assert not outcome.category.startswith("AMZ0"), triple


def test_every_whole_triple_of_own_vat_lands_in_the_bucket_the_facts_name() -> None:
    book = rules("GB", "UK")
    wrong = []
    for triple, category in full_triples():
        outcome = classify(tally(triple, Treatment.STANDARD), book, "UK")
        if isinstance(outcome, Classified):
            found = outcome.category.split()[0]
            expected = "AMZ3" if triple[2] in NOT_ASKED else bucket(category, triple)
            if found != expected or not outcome.tax_type:
                wrong.append((triple, category, found, outcome.tax_type))
    assert not wrong


def test_what_asks_says_why_and_where() -> None:
    outcome = classify(
        tally(("other-transaction", "other-transaction", "MiscAdjustment"), "None"),
        rules("GB", "UK"),
        "UK",
    )
    assert isinstance(outcome, Unmapped)
    assert outcome.reason == (
        "An adjustment may be income, a cost or a correction of either: it differs per seller. Give"
        " any | other-transaction | MiscAdjustment a category, an account and a tax type."
    )


# The names the Canadian sample reports use, once V1 is translated to V2.
CANADIAN = """
Order             | ItemPrice                   | Principal                  | AMZ1 200 | Foreign
Order             | ItemPrice                   | Shipping                   | AMZ1 200 | Foreign
Order             | ItemPrice                   | Tax                        | AMZ7 822 | Foreign
Order             | ItemPrice                   | Tax           | AMZ7 821 | Facilitator abroad
Order             | Promotion                   | Shipping                   | AMZ1 200 | Foreign
Order             | ItemFees                    | Commission                 | AMZ3 402 | Foreign
Order             | ItemFees                    | DigitalServicesFee         | AMZ3 402 | Foreign
Order             | ItemFees                    | FBAPerUnitFulfillmentFee   | AMZ4 403 | Foreign
Order             | ItemFees                    | FBAPerUnitFulfillmentFee   | AMZ4 403 | Unknown
Order             | ItemFees                    | ShippingChargeback         | AMZ4 403 | Foreign
Order             | Shipment-Fees               | FBA transportation fee     | AMZ4 403 | Foreign
Order             | Shipment Fees               | FBA transportation fee     | AMZ4 403 | None
Refund            | ItemPrice                   | Principal                  | AMZ10 205 | Foreign
Refund            | ItemPrice                   | Shipping                   | AMZ10 205 | Foreign
Refund            | Promotion                   | Shipping                   | AMZ10 205 | Foreign
Refund            | ItemFees                    | Commission                 | AMZ3 402 | Foreign
Refund            | ItemFees                    | RefundCommission           | AMZ3 402 | Foreign
Refund            | ItemFees                    | DigitalServicesFee         | AMZ3 402 | Foreign
ServiceFee        | Cost of Advertising         | TransactionTotalAmount     | AMZ6 400 | None
ServiceFee        | Cost of Advertising         | TaxAmount                  | AMZ6 400 | None
other-transaction | FBA Inventory Reimbursement | WAREHOUSE_DAMAGE           | AMZ2 261 | None
other-transaction | FBA Inventory Reimbursement | REVERSAL_REIMBURSEMENT     | AMZ2 261 | None
other-transaction | other-transaction           | Storage Fee                | AMZ5 405 | None
other-transaction | other-transaction           | Subscription Fee           | AMZ3 402 | None
other-transaction | other-transaction           | Inbound Transportation Fee | AMZ4 403 | None
other-transaction | other-transaction           | Payable to Amazon          | AMZ8 633 | None
other-transaction | other-transaction           | Successful charge          | AMZ8 633 | None
other-transaction | other-transaction           | Micro Deposit              | AMZ8 633 | None
"""


@pytest.mark.parametrize("country", ["GB", "CA"])
def test_a_canadian_settlement_has_an_account_and_no_tax_on_every_line(country: str) -> None:
    book = rules(country, "CA")
    for row in CANADIAN.strip().splitlines():
        first, second, third, expected, treatment = (cell.strip() for cell in row.split("|"))
        outcome = classify(tally((first, second, third), treatment), book, "CA")
        assert isinstance(outcome, Classified), row
        assert f"{outcome.category.split()[0]} {outcome.account}" == expected, row
        assert outcome.tax_type == "NONE", row
