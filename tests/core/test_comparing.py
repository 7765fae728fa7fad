"""What a repost would change: every penny, its cause where one is proved, and its effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from booked import ACCOUNTS, G11, RATES, booked
from hypothesis import given
from hypothesis import strategies as st

from truebooks_xl.core.canonical import as_json
from truebooks_xl.core.comparing import Repostal, compare
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.evidence import RuleUsed
from truebooks_xl.core.money import Money
from truebooks_xl.core.plain import plain


def rule(description: str, account: str, tax_type: str, at: str = "Mapping!A17") -> RuleUsed:
    return RuleUsed(
        "AMZ", "Order", "ItemFees", description, "UK", "", account, tax_type, None, None, at
    )


def kept(proposal: Proposal, *rules: RuleUsed) -> dict[str, Any]:
    return {**as_json(proposal), "evidence": {"rules": [plain(each) for each in rules]}}


def held(
    posted: Proposal,
    now: Proposal,
    changed: Sequence[str] = (),
    then: Sequence[RuleUsed] = (),
    rules: Sequence[RuleUsed] = (),
) -> Repostal:
    """Compare, with the named inputs changed since."""
    inputs = replace(now.inputs, **dict.fromkeys(changed, "another"))
    return compare(kept(posted, *then), replace(now, inputs=inputs), RATES, ACCOUNTS, rules)


def told(found: Repostal) -> list[str]:
    return [
        f"{each.description} {each.account} {each.tax_type}: {each.old_gross} -> {each.new_gross},"
        f" tax {each.tax}, {' or '.join(each.causes)}"
        for each in found.lines
    ]


def test_an_equal_settlement_changes_nothing() -> None:
    found = held(booked(G11), booked(G11))
    assert found.nothing
    assert [*found.lines, *found.accounts, *found.headings, *found.causes] == []
    assert str(found.effect.profit) == "0.00"


def test_an_account_changed_in_mapping_moves_its_line() -> None:
    now = booked(G11.replace("Advertising       | 400", "Advertising       | 402"))
    found = held(booked(G11), now, ["mapping"])
    assert told(found) == [
        "Advertising 400 INPUT2: -300.00 -> 0.00, tax 50.00, mapping",
        "Advertising 402 INPUT2: 0.00 -> -300.00, tax -50.00, mapping",
    ]
    assert [(each.account, str(each.gross)) for each in found.accounts] == [
        ("400", "300.00"),
        ("402", "-300.00"),
    ]
    assert set(found.effect.as_json()["boxes"].values()) == {"0.00"}
    assert str(found.effect.profit) == "0.00"


def test_g20_an_export_booked_as_a_home_sale() -> None:
    posted = booked("Sales | 200 | OUTPUT2 | 2550.00")
    now = booked("Sales | 200 | OUTPUT2 | 2400.00\nExport | 200 | ZERORATEDOUTPUT | 150.00")
    found = held(posted, now, ["tax_groups"])
    assert told(found) == [
        "Export 200 ZERORATEDOUTPUT: 0.00 -> 150.00, tax 0.00, tax groups",
        "Sales 200 OUTPUT2: 2550.00 -> 2400.00, tax -25.00, tax groups",
    ]
    boxes = found.effect.as_json()["boxes"]
    assert (boxes["1"], boxes["6"]) == ("-25.00", "25.00")
    assert str(found.effect.profit) == "25.00", "VAT no longer owed is profit"
    (account,) = found.accounts
    assert (str(account.gross), str(account.tax)) == ("0.00", "-25.00")


SALES = "Sales | 200 | OUTPUT2 | 120.00"


@pytest.mark.parametrize(
    ("changed", "posted", "now", "causes"),
    [
        # One input changed: it is the cause, whatever moved.
        (["file"], SALES, SALES.replace("120", "121"), "file"),
        (["costs"], SALES, SALES.replace("120", "121"), "cost"),
        (["originals"], SALES, SALES.replace("120", "121"), "original sales"),
        # No input changed: this version decides otherwise.
        ([], SALES, SALES.replace("120", "121"), "rules version"),
        # A rate never moves gross.
        (["tax_rates", "file"], SALES, SALES.replace("120", "121"), "file"),
        (["tax_rates"], SALES, SALES.replace("120", "121"), "rules version"),
        # Several may have done it, and nothing proves which.
        (["mapping", "file"], SALES, SALES.replace("120", "121"), "file or mapping"),
    ],
)
def test_a_cause_is_named_where_nothing_else_can_be_it(
    changed: list[str], posted: str, now: str, causes: str
) -> None:
    found = held(booked(posted), booked(now), changed)
    assert [" or ".join(each.causes) for each in found.lines] == [causes]


def test_tax_alone_moves_by_the_rate_alone() -> None:
    posted = booked(SALES)
    (line,) = posted.lines
    now = replace(posted, lines=(replace(line, tax=Money(1787, "GBP")),))
    (change,) = held(posted, now, ["tax_rates", "mapping", "settings", "file"]).lines
    assert (str(change.gross), str(change.tax), change.causes) == ("0.00", "-2.13", ("tax rate",))


def test_lines_grouped_otherwise_are_no_matter_of_file_or_tax_groups() -> None:
    posted = booked("A | 402 | INPUT2 | -0.03\nB | 402 | INPUT2 | -0.03")
    now = booked("A, B | 402 | INPUT2 | -0.06")
    found = held(posted, now, ["settings", "file", "tax_groups"])
    assert {each.causes for each in found.lines} == {("method",)}
    assert [(each.account, str(each.gross), str(each.tax)) for each in found.accounts] == [
        ("402", "0.00", "0.01")
    ]


def test_a_rule_that_leads_elsewhere_proves_the_mapping() -> None:
    posted = booked("Fees | 402 | INPUT2 | -60.00\nSales | 200 | OUTPUT2 | 120.00")
    now = booked("Fees | 403 | INPUT2 | -60.00\nSales | 200 | OUTPUT2 | 126.00")
    then, today = [rule("Fee", "402", "INPUT2")], [rule("Fee", "403", "INPUT2", "Mapping!A90")]
    found = held(posted, now, ["mapping", "file"], then, today)
    assert {each.description: " or ".join(each.causes) for each in found.lines} == {
        "Fees": "mapping",
        "Sales": "file or mapping",
    }
    more = booked("Fees | 403 | INPUT2 | -66.00\nSales | 200 | OUTPUT2 | 120.00")
    found = held(posted, more, ["mapping", "file"], then, today)
    assert {each.causes for each in found.lines} == {("file", "mapping")}, "not just this amount"
    unmoved = held(posted, now, ["mapping", "file"], then, then)
    assert {each.causes for each in unmoved.lines} == {("file", "mapping")}


def test_what_nobody_recorded_has_no_known_cause() -> None:
    bare = {**as_json(booked(SALES)), "inputs": {}}
    found = compare(bare, booked(SALES.replace("120", "121")), RATES, ACCOUNTS)
    assert [each.causes for each in found.lines] == [("not recorded",)]


def test_what_the_document_itself_would_be_is_told() -> None:
    now = booked(SALES, document="MANUALJOURNAL", dated_on=date(2026, 5, 21))
    found = held(booked(SALES), now, ["settings"])
    assert [(each.name, each.old, each.new) for each in found.headings] == [
        ("kind", "ACCREC", "MANUALJOURNAL"),
        ("date", "2026-05-20", "2026-05-21"),
    ]
    assert not found.nothing
    assert found.lines == ()


def test_as_json_carries_old_new_and_difference() -> None:
    found = held(booked(SALES), booked(SALES.replace("120.00", "121.50")), ["file"]).as_json()
    assert found["lines"] == [
        {
            "description": "Sales",
            "account": "200",
            "tax_type": "OUTPUT2",
            "tracking": [],
            "old": {"gross": "120.00", "tax": "20.00"},
            "new": {"gross": "121.50", "tax": "20.25"},
            "difference": {"gross": "1.50", "tax": "0.25"},
            "causes": ["file"],
        }
    ]
    assert found["effect"]["profit"] == "1.25"


ROWS = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.sampled_from(["200 | OUTPUT2", "200 | NONE", "402 | INPUT2", "632 | NONE"]),
        st.integers(-500, 500),
    ),
    min_size=1,
    max_size=8,
)
INPUTS = st.sets(st.sampled_from(["file", "mapping", "tax_rates", "settings", "tax_groups"]))


def drawn(rows: Sequence[tuple[str, str, int]]) -> Proposal:
    table = (f"{name} | {place} | {Decimal(minor).scaleb(-2)}" for name, place, minor in rows)
    return booked("\n".join(table))


@given(ROWS, ROWS, INPUTS)
def test_differences_add_up_to_new_less_old(
    before: list[tuple[str, str, int]], after: list[tuple[str, str, int]], changed: set[str]
) -> None:
    posted, now = drawn(before), drawn(after)
    found = held(posted, now, sorted(changed))
    wanted = now.total.minor - posted.total.minor
    for changes in (found.lines, found.accounts):
        assert sum(each.gross.minor for each in changes) == wanted
        assert all(each.gross or each.tax for each in changes), "what is equal is not shown"
    assert all(each.causes for each in found.lines), "no difference is without a cause"
    back = held(now, posted)
    assert found.effect.profit == -back.effect.profit
