"""What becomes of a tally: a line of the document, or a question with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from truebooks_xl.core.classification import (
    Classified,
    Unmapped,
    classify,
    classify_all,
    shared_accounts,
)
from truebooks_xl.core.mapping import Rule, RuleBook
from truebooks_xl.core.settlement import Tally

DAY = date(2026, 5, 6)


def rule(triple: str, category: str, account: str, tax_type: str, treatment: str = "") -> Rule:
    first, second, third = (part.strip() for part in triple.split("|"))
    text = (category, category.partition(" ")[2], account, tax_type)
    return Rule(first, second, third, "UK", treatment, None, None, *text, row=f"Mapping: {triple}")


def tally(triple: str, treatment: str = "Standard", minor: int = 12_000) -> Tally:
    first, second, third = (part.strip() for part in triple.split("|"))
    return Tally(first, second, third, "Amazon.co.uk", treatment, DAY, minor, 0, 1)


SALE = rule("Order | ItemPrice | Principal", "AMZ1 Sales", "200", "OUTPUT2", "Standard")
SALE_ANY = rule("Order | ItemPrice | Principal", "AMZ1 Sales", "200", "")
REFERRAL = rule("| ItemFees | Commission", "AMZ3 Referral fee", "402", "INPUT2")
CLOSING = rule("| ItemFees | *ClosingFee", "AMZ3 Closing fee", "402", "INPUT2")
DIGITAL = rule("| ItemFees | DigitalServicesFee", "AMZ3 Digital services fee", "407", "INPUT2")
STORAGE = rule("| other-transaction | Storage Fee", "AMZ5 Storage", "405", "INPUT2")
ADJUSTMENT = rule("| other-transaction | Adjustment", "AMZ0 Adjustment", "", "")
BOOK = RuleBook([SALE, SALE_ANY, REFERRAL, CLOSING, DIGITAL, STORAGE, ADJUSTMENT])


def unmapped(triple: str, treatment: str = "None", book: RuleBook = BOOK) -> Unmapped:
    outcome = classify(tally(triple, treatment), book, "UK")
    assert isinstance(outcome, Unmapped)
    return outcome


def test_a_rule_gives_account_tax_type_text_and_tracking() -> None:
    tracked = replace(SALE, tracking=(("Channel", "Amazon"),))
    found = classify(tally("Order | ItemPrice | Principal"), RuleBook([tracked]), "UK")
    assert found == Classified(
        tally("Order | ItemPrice | Principal"),
        tracked,
        "AMZ1 Sales",
        "Sales",
        "200",
        "OUTPUT2",
        (("Channel", "Amazon"),),
    )


def test_every_tally_gives_one_outcome_in_its_order() -> None:
    tallies = [tally("Zebra | Crossing | Fee"), tally("Order | ItemPrice | Principal")]
    outcomes = classify_all(tallies, BOOK, "UK")
    assert [each.tally for each in outcomes] == tallies


def test_rules_of_another_marketplace_do_not_speak() -> None:
    found = classify(tally("Order | ItemPrice | Principal"), BOOK, "DE")
    assert isinstance(found, Unmapped)
    assert found.reason == "No rule names it for DE. Add a row to Mapping."
    assert found.suggestion == "AMZ1 Sales"


def test_an_account_not_yet_chosen_stays_empty_and_known() -> None:
    book = RuleBook([replace(SALE, account="")])
    found = classify(tally("Order | ItemPrice | Principal"), book, "UK")
    assert isinstance(found, Classified)
    assert (found.category, found.account, found.tax_type) == ("AMZ1 Sales", "", "OUTPUT2")


def test_not_registered_is_no_tax_whatever_the_rule_says() -> None:
    for triple, account in (
        ("Order | ItemPrice | Principal", "200"),
        ("Order | ItemFees | Commission", "402"),
    ):
        found = classify(tally(triple, "Not registered"), BOOK, "UK")
        assert isinstance(found, Classified)
        assert (found.account, found.tax_type) == (account, "NONE")


def test_a_sale_of_unknown_vat_is_listed_with_its_category() -> None:
    found = unmapped("Order | ItemPrice | Principal", "Unknown")
    assert found.reason == "Nobody knows the VAT of these order items."
    assert found.suggestion == "AMZ1 Sales"
    assert BOOK.speaks_for(found.tally, "UK"), "the VAT is missing, not the rule"


def test_a_fee_on_an_order_of_unknown_vat_is_still_a_fee() -> None:
    found = classify(tally("Order | ItemFees | Commission", "Unknown"), BOOK, "UK")
    assert isinstance(found, Classified)
    assert found.tax_type == "INPUT2"


def test_nothing_is_taxed_on_a_sale_of_nothing() -> None:
    found = classify(tally("Order | ItemPrice | Principal", "Unknown", 0), BOOK, "UK")
    assert isinstance(found, Classified)
    assert (found.account, found.tax_type) == ("200", "NONE")


def test_a_line_of_nothing_without_a_rule_is_still_listed() -> None:
    found = classify(tally("Zebra | Crossing | Fee", "None", 0), BOOK, "UK")
    assert isinstance(found, Unmapped)
    assert not BOOK.speaks_for(found.tally, "UK")


def test_an_amz0_rule_asks_and_says_where() -> None:
    book = RuleBook([replace(ADJUSTMENT, description="It differs per seller.", row="Mapping!A9")])
    found = unmapped("other-transaction | other-transaction | Adjustment", book=book)
    assert found.reason == (
        "It differs per seller. Give Mapping!A9 a category, an account and a tax type."
    )
    assert not book.speaks_for(found.tally, "UK")


def test_an_amz0_rule_asks_even_with_an_account() -> None:
    half = replace(ADJUSTMENT, account="429", tax_type="INPUT2")
    unmapped("other-transaction | other-transaction | Adjustment", book=RuleBook([half]))


def test_a_rule_with_neither_account_nor_tax_type_asks() -> None:
    bare = replace(STORAGE, account="", tax_type="", row="Mapping!A9")
    found = unmapped("x | other-transaction | Storage Fee", book=RuleBook([bare]))
    assert found.reason == (
        "AMZ5 Storage is not decided. Give Mapping!A9 a category, an account and a tax type."
    )


def test_two_rules_of_equal_rank_are_named_and_neither_wins() -> None:
    other = replace(STORAGE, account="403", row="Mapping!A8")
    book = RuleBook([replace(STORAGE, row="Mapping!A7"), other])
    found = unmapped("x | other-transaction | Storage Fee", book=book)
    assert found.reason == (
        "Mapping!A7 and Mapping!A8 apply with equal rank: end one of them, or make it more"
        " specific."
    )


def test_a_rule_that_begins_later_is_said_to_exist() -> None:
    later = replace(STORAGE, valid_from=date(2026, 6, 1))
    found = unmapped("x | other-transaction | Storage Fee", book=RuleBook([later]))
    assert found.reason == (
        "Rules for it exist, but none for None on 2026-05-06. Add a row to Mapping."
    )


@pytest.mark.parametrize(
    ("triple", "suggestion"),
    [
        ("Refund    | Item Price        | Principal                 ", "AMZ1 Sales"),
        ("Zebra     | Crossing          | Storage Fee               ", "AMZ5 Storage"),
        ("Order     | ItemFees          | DigitalServicesFeeFBA     ", "AMZ3 Digital services fee"),
        ("x         | other-transaction | Storage Fees              ", "AMZ5 Storage"),
        # A commission under another type may be anything: only the letters speak for it.
        ("Zebra     | Crossing          | Commission                ", ""),
        ("Zebra     | Crossing          | Fee                       ", ""),
        # What asks is never suggested.
        ("Zebra     | Crossing          | Adjustment                ", ""),
    ],
)
def test_the_nearest_known_kind_is_suggested(triple: str, suggestion: str) -> None:
    book = RuleBook([SALE, REFERRAL, DIGITAL, STORAGE, ADJUSTMENT])
    book = RuleBook([replace(each, marketplace="") for each in book.rules])
    first, second, third = (part.strip() for part in triple.split("|"))
    wanted = Tally(first, second, third, "", "Export", DAY, 1, 0, 1)
    found = classify(wanted, book, "UK")
    assert isinstance(found, Unmapped)
    assert found.suggestion == suggestion


def test_kinds_of_fee_in_one_account_are_noticed() -> None:
    outcomes = classify_all(
        [
            tally("Order | ItemFees | VariableClosingFee"),
            tally("Order | ItemFees | Commission"),
            tally("Refund | ItemFees | Commission"),
            tally("Order | ItemFees | DigitalServicesFee"),
            tally("Order | ItemPrice | Principal"),
            tally("Zebra | Crossing | Fee"),
        ],
        BOOK,
        "UK",
    )
    assert shared_accounts(outcomes) == (
        "Account 402 holds 2 kinds of fee: Closing fee, Referral fee.",
    )
