"""Over all settlements: the lines are the deposit, and nothing depends on the order of things."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from truebooks_xl.core.classification import Classified, Outcome, Unmapped
from truebooks_xl.core.document import Inputs, Proposal
from truebooks_xl.core.grouping import group
from truebooks_xl.core.matching import Rule
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.drafts import draft
from truebooks_xl.core.settlement import Tally
from truebooks_xl.core.tax import TaxRate

RATES = {
    "OUTPUT2": TaxRate("OUTPUT2", "20%", Decimal(20), frozenset({"REVENUE"})),
    "RROUTPUT": TaxRate("RROUTPUT", "5%", Decimal(5), frozenset({"REVENUE"})),
    "TAX001": TaxRate("TAX001", "8.1%", Decimal("8.1"), frozenset({"REVENUE"})),
    "NONE": TaxRate("NONE", "No VAT", Decimal(0), frozenset({"REVENUE"})),
}
RULE = Rule("", "", "", "", "", None, None, "AMZ1 Sales", "Sales", "200", "OUTPUT2")


@st.composite
def outcomes(draw: st.DrawFn) -> list[Outcome]:
    """Tallies of one settlement, each under a key of its own, mapped or not."""
    found: list[Outcome] = []
    for n in range(draw(st.integers(0, 40))):
        tally = Tally(
            "Order",
            "ItemPrice",
            f"Kind {n % 7}",
            "Amazon.co.uk",
            "Standard",
            date(2026, 5, 1 + n % 28),
            draw(st.integers(-10_000_000, 10_000_000)),
            0,
            draw(st.integers(1, 1000)),
        )
        if draw(st.integers(0, 9)) == 0:
            found.append(Unmapped(tally, "No rule."))
            continue
        text = f"Line {draw(st.integers(0, 3))}"
        account = draw(st.sampled_from(["200", "402", ""]))
        tax_type = draw(st.sampled_from([*RATES, "GONE"]))
        found.append(Classified(tally, RULE, "AMZ1 Sales", text, account, tax_type))
    return found


def lacking_vat(items: list[Outcome]) -> frozenset[Tally]:
    """Say of every other unmapped tally that it only lacks a VAT treatment."""
    unmapped = [item.tally for item in items if isinstance(item, Unmapped)]
    return frozenset(unmapped[::2])


@given(outcomes(), st.booleans())
def test_lines_and_what_is_open_add_up_to_the_deposit(
    items: list[Outcome], by_description: bool
) -> None:
    found = group(
        items, RATES, "GBP", by_description=by_description, vat_unknown=lacking_vat(items)
    )
    lines = sum(line.gross.minor for line in found.lines)
    open_ = sum(each.amount.minor for each in (*found.unmapped, *found.unknown))
    assert lines + open_ == sum(item.tally.minor for item in items)
    counted = sum(line.count for line in found.lines)
    counted += sum(each.count for each in (*found.unmapped, *found.unknown))
    assert counted == sum(item.tally.lines for item in items), "no settlement line is dropped"


@given(outcomes(), st.randoms(use_true_random=False))
def test_the_order_of_tallies_does_not_matter(items: list[Outcome], dice: random.Random) -> None:
    shuffled = items.copy()
    dice.shuffle(shuffled)
    lacking = lacking_vat(items)
    one, other = (group(each, RATES, "GBP", vat_unknown=lacking) for each in (items, shuffled))
    assert (one.lines, one.unmapped, one.unknown) == (other.lines, other.unmapped, other.unknown)
    assert one.keys == other.keys


@given(outcomes())
def test_every_tally_goes_to_exactly_one_place(items: list[Outcome]) -> None:
    lacking = lacking_vat(items)
    found = group(items, RATES, "GBP", vat_unknown=lacking)
    assert set(found.keys) == {item.tally for item in items}
    open_keys = {each.key for each in (*found.unmapped, *found.unknown)}
    assert set(found.keys.values()) == {line.key for line in found.lines} | open_keys
    unknown = {each.key for each in found.unknown}
    assert {tally for tally, key in found.keys.items() if key in unknown} == lacking


@given(outcomes())
def test_tax_has_the_sign_of_its_gross_and_is_never_more(items: list[Outcome]) -> None:
    for line in group(items, RATES, "GBP").lines:
        assert line.tax.minor * line.gross.minor >= 0, "a refund gives VAT back"
        assert abs(line.tax.minor) <= abs(line.gross.minor)
        assert line.net + line.tax == line.gross


@given(st.integers(-(10**9), 10**9), st.sampled_from(sorted(RATES)))
def test_tax_is_within_half_a_penny_of_exact_and_ties_go_up(minor: int, tax_type: str) -> None:
    tally = Tally("Order", "ItemPrice", "Principal", "", "Standard", date(2026, 5, 1), minor, 0, 1)
    item = Classified(tally, RULE, "AMZ1 Sales", "Sales", "200", tax_type)
    (line,) = group([item], RATES, "GBP").lines
    rate = RATES[tax_type].rate_percent
    exact = abs(Decimal(minor)) * rate / (100 + rate)
    rounded = abs(line.tax.minor)
    assert rounded - Decimal("0.5") <= exact < rounded + Decimal("0.5") or exact == rounded


@given(outcomes(), st.sampled_from(["ACCREC", "ACCPAY"]))
def test_a_bill_is_the_mirror_of_what_the_settlement_says(items: list[Outcome], kind: str) -> None:
    found = group(items, RATES, "GBP")
    total = Money.total((line.gross for line in found.lines), "GBP")
    proposal = Proposal(
        settlement_id="1",
        marketplace="UK",
        currency="GBP",
        part="",
        reference="(£0.00) TBUK-1",
        document="ACCPAY" if kind == "ACCPAY" else "ACCREC",
        dated_on=date(2026, 5, 20),
        total=total,
        lines=found.lines,
        unmapped=(),
        unknown=(),
        unknown_vat=(),
        missing_accounts=(),
        checks=(),
        notices=(),
        periods=(),
        inputs=Inputs("", "", "", "", "", "", ""),
    )
    sent = draft(proposal, "TBR-1", "contact")
    sign = -1 if kind == "ACCPAY" else 1
    assert [line.gross.minor for line in sent.lines] == [
        sign * line.gross.minor for line in found.lines
    ]
    assert sum(line.gross.minor for line in sent.lines) == sign * total.minor
