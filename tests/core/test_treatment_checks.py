"""From the VAT reading to what blocks: unknown items, the accountant's word, the flat rate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ledger import ledger
from pipeline import proposal_of, written_workspace

from truebooks_xl.actions.defaults import marketplace_rules
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.core.matching import Rule, RuleBook
from truebooks_xl.core.proof import Check

HEAD = """
settlement    99000000140
period        2026-05-04 to 2026-05-18
deposit       2026-05-20
currency      GBP
"""
ROWS = """
type  | amount type | description              | amount | order | sku | units | posted
Order | ItemPrice   | Principal                | 100.00 | A     | TOY |     1 | 2026-05-06
Order | ItemPrice   | Tax                      |  20.00 | A     | TOY |     1 | 2026-05-06
Order | ItemPrice   | Principal                |  50.00 | B     | TOY |     1 | 2026-05-07
Order | ItemPrice   | Shipping                 |   4.00 | B     | TOY |     1 | 2026-05-07
Order | ItemPrice   | Tax                      |   0.00 | B     | TOY |     1 | 2026-05-07
Order | ItemFees    | Commission               |  -7.50 | B     | TOY |     1 | 2026-05-07
"""


def unknown_rule(description: str, treatment: str = "Unknown") -> Rule:
    """Write the accountant's row: such sales are exports."""
    triple = ("Order", "ItemPrice", description)
    place = ("AMZ1 Sales", "Amazon sales – by hand", "200", "ZERORATEDOUTPUT")
    return Rule(*triple, "UK", treatment, None, None, *place, row="Mapping!A900")


def proposal(rows: str, *rules: Rule, settings: str = "", instead: bool = False) -> Proposal:
    """Decide a report under the default rules and some more (``instead`` of those they name)."""
    written = ledger(f"{HEAD.strip()}\n{settings}".strip() + f"\n\n{rows.strip()}")
    space = written_workspace(written)
    ours = {each.triple for each in rules} if instead else set()
    kept = (each for each in space.rules.rules if each.triple not in ours)
    return proposal_of(written.report(), replace(space, rules=RuleBook((*kept, *rules))))


def check(found: Proposal, key: str) -> Check:
    return next(each for each in found.checks if each.key == key)


def test_an_unknown_item_says_what_is_missing() -> None:
    (item,) = proposal(ROWS).unknown_vat
    assert (item.order_id, str(item.amount)) == ("B", "54.00")
    assert item.reason == "Sold without VAT, but the SKU is sold with VAT: export or zero-rated?"


def test_a_mapping_rule_for_unknown_is_the_accountant_s_word() -> None:
    found = proposal(ROWS, unknown_rule("Principal"), unknown_rule("Shipping"))
    assert (found.unknown_vat, found.unknown, found.postable) == ((), (), True)
    (line,) = (each for each in found.lines if each.description == "Amazon sales – by hand")
    assert (str(line.gross), str(line.tax)) == ("54.00", "0.00")
    assert any(each.startswith("1 order items of unknown VAT go by") for each in found.notices)


def test_a_rule_for_part_of_an_unknown_item_decides_nothing() -> None:
    found = proposal(ROWS, unknown_rule("Principal"))
    assert [str(each.amount) for each in found.unknown_vat] == ["54.00"]
    assert not check(found, "unknown").ok


def test_a_rule_for_any_treatment_does_not_say_that_unknown_was_meant() -> None:
    rules = [unknown_rule(each, "") for each in ("Principal", "Shipping", "Tax")]
    found = proposal(ROWS, *rules, instead=True)
    assert found.unknown == (), "the rules map every amount"
    assert [str(each.amount) for each in found.unknown_vat] == ["54.00"]
    assert not check(found, "unknown").ok


def test_unknown_items_that_cancel_each_other_are_still_unknown() -> None:
    rows = "\n".join(
        row
        for row in ROWS.replace("50.00 | B ", "10.00 | B ").splitlines()
        if "Shipping" not in row and "Commission" not in row
    )
    rows += "\nOrder | ItemPrice | Principal | -10.00 | C | TOY | 1 | 2026-05-07"
    assert check(proposal(rows), "unknown").actual == "2"
    assert check(proposal(rows, unknown_rule("Principal")), "unknown").ok


def test_a_fee_of_goods_from_nobody_knows_where_waits_for_the_accountant() -> None:
    rows = """
        type  | amount type | description              | amount | order | sku | units | posted
        Order | ItemFees    | FBAPerUnitFulfillmentFee |  -3.66 | B     | TOY |     1 | 2026-05-07
        Order | ItemFees    | Commission               |  -7.50 | B     | TOY |     1 | 2026-05-07
    """
    settings = "setting       Goods leave from = mixed"
    written = ledger(f"{HEAD.strip()}\n{settings}\n\n{rows.strip()}")
    space = written_workspace(written)
    store = marketplace("UK")
    rules = marketplace_rules("GB", store, space.accounts, "GB", "mixed")
    found = proposal_of(written.report(), replace(space, rules=RuleBook(rules)))
    assert [str(each.amount) for each in found.unknown] == ["-3.66"]
    assert found.unknown_vat == (), "a fee is no sale"
    assert check(found, "unknown").actual == "1"


@pytest.mark.parametrize(
    ("period", "claimed"),
    [
        ("", ["Referral fees, 402 INPUT2"]),
        (", from 2026-05-07", ["Referral fees, 402 INPUT2"]),
        (", from 2026-05-08", []),  # in force on the document's day, not on the fee's
        (", to 2026-05-07", ["Referral fees, 402 INPUT2"]),  # and the other way round
        (", to 2026-05-06", []),
    ],
)
def test_input_vat_under_the_flat_rate_goes_by_the_line_s_own_day(
    period: str, claimed: list[str]
) -> None:
    found = check(proposal(ROWS, settings=f"setting VAT scheme = flat rate{period}"), "flat rate")
    assert (found.actual, found.note) == (str(len(claimed)), "; ".join(claimed))
