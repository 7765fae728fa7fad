"""Which row of Mapping speaks for a line, and which rows may not stand there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest

from truebooks_xl.core.mapping import Ambiguous, Rule, RuleBook, read_rules
from truebooks_xl.core.matching import Triple
from truebooks_xl.workbook.book import Cell, Row
from truebooks_xl.workbook.schema import MAPPING

DAY = date(2026, 5, 6)
LINE = ("Order", "ItemFees", "Commission")


def rule(written: str, category: str = "AMZ3 Fee", **more: date) -> Rule:
    """Write a rule as ``Order | ItemFees | Commission``, then marketplace, then treatment."""
    parts = [part.strip() for part in written.split("|")]
    first, second, third, store, treatment = parts + [""] * (5 - len(parts))
    since, until = more.get("valid_from"), more.get("valid_to")
    key = (first, second, third, store, treatment, since, until)
    return Rule(*key, category, category, "402", "INPUT2", row=written)


def match(
    rules: list[Rule], triple: Triple = LINE, treatment: str = "Standard", day: date = DAY
) -> Rule | Ambiguous | None:
    return RuleBook(rules).match(triple, marketplace="UK", treatment=treatment, day=day)


# Each row beats every row below it, for Order | ItemFees | Commission on UK, treatment Standard.
FIRST_TO_LAST = """
Order | ItemFees | Commission | UK | Standard
Order | ItemFees | Commission |    | Standard
Order | ItemFees | Commission | UK |
Order | ItemFees | Commission |    |
*der  | ItemFees | Commission |    |
      | ItemFees | Commission |    |
Order | Item*    | Commission |    |
Order |          | Commission |    |
*     | *        | Commission |    |
Order | ItemFees | Comm*      |    |
Order | ItemFees |            |    |
      | ItemFees | *mission   |    |
*der  | ItemFees |            |    |
      | ItemFees |            |    |
Order |          | *mm*       |    |
Order |          |            |    |
Or*   | Item*    | Comm*      |    | Standard
      |          | Comm*      |    |
      | *Fees    |            |    |
O*    |          |            |    |
""".strip().splitlines()


@pytest.mark.parametrize(("better", "worse"), list(pairwise(FIRST_TO_LAST)))
def test_the_more_specific_row_wins_wherever_it_stands(better: str, worse: str) -> None:
    rules = [rule(better), rule(worse)]
    assert match(rules) == match(rules[::-1]) == rules[0]


@pytest.mark.parametrize(
    "written",
    [
        "Refund | ItemFees | Commission",
        "Order | ItemFees | Commissions",
        "Order | ItemFees | *commissioning",
        "Order | ItemFees | Commission | DE",
        "Order | ItemFees | Commission | UK | Export",
    ],
)
def test_a_row_that_names_something_else_does_not_speak(written: str) -> None:
    assert match([rule(written)]) is None


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Order | ItemFees | DigitalServicesFee", ("order", "Item Fees", "Digital Services Fee")),
        ("| FBA Inventory Reimbursement |", ("x", "FBA_INVENTORY_REIMBURSEMENT", "WAREHOUSE_LOST")),
        ("| Shipment-Fees |", ("Order", "Shipment Fees", "FBA transportation fee")),
        ("Order | ItemFees | Commission", ("Ｏｒｄｅｒ ", "ITEMFEES", " commission")),
        ("AmazonFees | Eco-contribution* |", ("AmazonFees", "ECO_CONTRIBUTION for EPR - GB", "y")),
        ("*Refund | |", ("A-to-z Guarantee Refund", "x", "y")),
    ],
)
def test_spellings_of_one_name_meet_the_same_row(written: str, named: Triple) -> None:
    assert match([rule(written)], named) == rule(written)


def test_both_ends_of_a_period_are_inclusive() -> None:
    old = rule("Order | ItemFees | Commission", "AMZ3 Old", valid_to=date(2024, 7, 31))
    new = rule("Order | ItemFees | Commission", "AMZ3 New", valid_from=date(2024, 8, 1))
    assert match([old, new], day=date(2024, 7, 31)) == old
    assert match([old, new], day=date(2024, 8, 1)) == new


def test_an_ended_row_leaves_its_lines_to_the_next_best() -> None:
    ended = rule("Order | ItemFees | Commission", valid_to=date(2024, 7, 31))
    general = rule("| ItemFees | Commission")
    assert match([ended, general]) == general


def test_two_rows_of_equal_rank_are_an_error_that_names_both() -> None:
    found = match([rule("Order | ItemFees | Comm*"), rule("Order | ItemFees | *mission")])
    assert isinstance(found, Ambiguous)
    assert str(found) == (
        "Order | ItemFees | Comm* and Order | ItemFees | *mission apply with equal rank: end one of"
        " them, or make it more specific."
    )


def test_equal_rank_below_the_best_is_no_error() -> None:
    best = rule("Order | ItemFees | Commission")
    others = [rule("Order | ItemFees | Comm*"), rule("Order | ItemFees | *mission")]
    assert match([*others, best]) == best


def test_the_content_of_a_rule_does_not_say_where_it_stands() -> None:
    one, other = read_rules([row(5), row(6, marketplace="UK")])[0]
    assert one.content == read_rules([row(9)])[0][0].content
    assert one.content != other.content


# Reading the sheet

KEYS = [each.key for each in MAPPING.columns if each.entered]
LETTERS = {key: chr(ord("A") + n) for n, key in enumerate(KEYS)}


def row(number: int, **cells: Cell) -> Row:
    """A row of Mapping with a referral fee; the named cells are what the accountant changed."""
    usual: dict[str, Cell] = {
        "transaction_type": "Order",
        "amount_type": "ItemFees",
        "amount_description": "Commission",
        "category": "AMZ3 Referral fee",
        "line_text": "Referral fees",
        "account": "402",
        "tax_type": "INPUT2",
    }
    return Row("Mapping", number, usual | cells, LETTERS)


def test_a_text_that_xero_would_refuse_is_named() -> None:
    _, problems = read_rules([row(17, line_text="x" * 4001)])
    assert [each.where for each in problems] == ["Mapping!I17"]


def test_a_row_becomes_a_rule() -> None:
    whole = row(
        17,
        marketplace="gb",
        treatment="standard",
        valid_from=datetime(2024, 8, 1),  # noqa: DTZ001 Excel's days have no zone
        valid_to="2026-12-31",
        account=Decimal(402),
        tracking_1="Channel: Amazon: UK",
    )
    rules, problems = read_rules([whole])
    assert problems == ()
    assert rules == (
        Rule(
            *LINE,
            marketplace="UK",
            treatment="Standard",
            valid_from=date(2024, 8, 1),
            valid_to=date(2026, 12, 31),
            category="AMZ3 Referral fee",
            description="Referral fees",
            account="402",
            tax_type="INPUT2",
            tracking=(("Channel", "Amazon: UK"),),
            row="Mapping!A17",
            account_at="Mapping!J17",
            tax_type_at="Mapping!K17",
        ),
    )


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"valid_from": "soon"},
            "Mapping!F17: “soon” is not a day. Type a date, such as 2024-08-01.",
        ),
        (
            {"valid_from": date(2024, 8, 1), "valid_to": date(2024, 7, 31)},
            (
                "Mapping!G17: Effective to 2024-07-31 is before Effective from 2024-08-01."
                " Correct one of the two days."
            ),
        ),
        (
            {"treatment": "Domestic"},
            (
                "Mapping!E17: “Domestic” is not a treatment. Leave it blank, or use one of"
                " Standard, Reduced, Zero, Export, Facilitator, Facilitator abroad, Foreign,"
                " Unknown, Not registered, None."
            ),
        ),
        (
            {"category": None},
            "Mapping!H17: Category is empty. Fill in Category.",
        ),
        (
            {"line_text": " "},
            "Mapping!I17: Line text is empty. Fill in Line text.",
        ),
        (
            {"account": "40200000000"},
            (
                "Mapping!J17: “40200000000” is longer than a Xero account code (10 characters)."
                " Choose a code of the Accounts sheet."
            ),
        ),
        (
            {"account": True},
            "Mapping!J17: “True” is not a text. Type the text itself.",
        ),
        (
            {"tracking_1": "Amazon"},
            "Mapping!L17: “Amazon” names no tracking option. Write it as Category: option.",
        ),
        (
            {"tracking_1": "Channel: Amazon", "tracking_2": "Channel: eBay"},
            (
                "Mapping!M17: Tracking category Channel is given twice."
                " Xero takes one option of a category: clear one of the two."
            ),
        ),
        (
            {"amount_description": "Comm*ission"},
            (
                "Mapping!C17: “Comm*ission” has a * in the middle."
                " Put * at the start or the end only, and name the rest."
            ),
        ),
        (
            {"transaction_type": "", "amount_type": "*", "amount_description": None},
            (
                "Mapping!A17: The rule names no line at all and would catch every one."
                " Give a transaction type, an amount type or a description."
            ),
        ),
    ],
)
def test_a_bad_cell_is_named_and_its_row_is_no_rule(cells: dict[str, Cell], message: str) -> None:
    rules, problems = read_rules([row(17, **cells), row(18, marketplace="UK")])
    assert [str(each) for each in problems] == [message]
    assert [each.row for each in rules] == ["Mapping!A18"]


def test_an_unknown_marketplace_is_named() -> None:
    _, (problem,) = read_rules([row(17, marketplace="XX")])
    assert (problem.where, problem.what) == ("Mapping!D17", "“XX” is not a marketplace.")


def test_an_error_value_is_no_empty_cell() -> None:
    broken = replace(row(17, category=None), errors={"category": "#REF!"})
    rules, problems = read_rules([broken])
    assert rules == ()
    assert [str(each) for each in problems] == [
        "Mapping!H17: The cell holds #REF!, not a value. Type the value itself."
    ]


def test_all_problems_of_all_rows_are_shown_at_once() -> None:
    bad: dict[str, Cell] = {"valid_from": "soon", "treatment": "Home", "category": ""}
    _, problems = read_rules([row(17, **bad), row(18, **bad)])
    assert [each.where for each in problems] == [
        *("Mapping!E17", "Mapping!F17", "Mapping!H17"),
        *("Mapping!E18", "Mapping!F18", "Mapping!H18"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("Principal", "Tax", "Shipping", "ShippingTax", "GiftWrap", "GiftWrapTax", "*Tax"),
        *("GiftwrapChargeback", "Commission", "RefundCommission", "ShippingChargeback"),
        *("Digital Services Fee", "RegulatoryFee", "TaxDiscount", "Base fee", "Tax on fee"),
        *("Discount on fee", "DISCOUNT_ON_FEE", "MarketplaceFacilitatorVAT-Principal"),
        *("MarketplaceFacilitatorTax-Shipping", "MarketplaceFacilitator*"),
    ],
)
def test_a_name_with_several_meanings_needs_a_type_beside_it(name: str) -> None:
    alone = row(17, transaction_type="", amount_type="*", amount_description=name)
    rules, (problem,) = read_rules([alone])
    assert rules == ()
    assert str(problem) == (
        f"Mapping!C17: “{name}” alone means different things on different lines."
        " Give the amount type or the transaction type as well."
    )
    assert read_rules([row(17, transaction_type="", amount_description=name)])[1] == ()


def test_a_name_with_one_meaning_may_stand_alone() -> None:
    alone = row(17, transaction_type="", amount_type="", amount_description="ShippingHB")
    assert read_rules([alone])[1] == ()


def test_two_rows_of_one_key_may_follow_each_other() -> None:
    rules = [row(17, valid_to=date(2024, 7, 31)), row(18, valid_from=date(2024, 8, 1))]
    assert read_rules(rules)[1] == ()


@pytest.mark.parametrize("numbers", [(17, 18), (18, 17)])
def test_two_rows_of_one_key_may_not_overlap_however_they_are_spelt(
    numbers: tuple[int, int],
) -> None:
    first, second = numbers
    ends = row(first, valid_to=date(2024, 8, 1))
    begins = row(second, amount_type="Item Fees", valid_from=date(2024, 8, 1))
    in_sheet_order: list[Row] = sorted((ends, begins), key=lambda each: each.number)
    rules, (problem,) = read_rules(in_sheet_order)
    assert len(rules) == 2, "neither wins: the line is ambiguous and blocks"
    assert str(problem) == (
        "Mapping!A18: The rule has the same key as Mapping!A17, and their periods overlap."
        " End one before the other begins, or delete one."
    )
