"""Settlements one after another: debts, reserves, and what is missing between them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger import ledger

from truebooks_xl.amazon.flat_file import read_settlement_bytes
from truebooks_xl.core.chain import (
    ChainEntry,
    ChainResult,
    Linked,
    MissingSettlement,
    chain_entry,
    link,
)
from truebooks_xl.core.money import Money

HEAD = """
settlement    {id}
period        {start} 06:00 to {end} 06:00
currency      GBP

type              | amount type       | description                     |  amount | posted
"""

DEBTS = {
    "101 2026-05-04 2026-05-18": """
other-transaction | other-transaction | Subscription Fee                |  -30.00 | 2026-05-05
""",
    "102 2026-05-18 2026-06-01": """
other-transaction | other-transaction | Payable to Amazon               |  -30.00 | 2026-05-18 06:00
other-transaction | other-transaction | Successful charge               |   30.00 | 2026-05-18 07:00
other-transaction | other-transaction | Storage Fee                     |  -12.31 | 2026-05-20
""",
    "103 2026-06-01 2026-06-15": """
other-transaction | other-transaction | Payable to Amazon               |  -12.31 | 2026-06-01 06:00
Order             | ItemPrice         | Principal                       |  100.00 | 2026-06-02
""",
}
"""A complete chain of debts: one paid by card, one carried into the next payout."""

RESERVES = {
    "201 2026-05-04 2026-05-18": """
Order             | ItemPrice         | Principal                       |  900.00 | 2026-05-05
other-transaction | other-transaction | Current Reserve Amount          | -250.00 | 2026-05-18
""",
    "202 2026-05-18 2026-06-01": """
other-transaction | other-transaction | Previous Reserve Amount Balance |  250.00 | 2026-05-18 06:00
other-transaction | other-transaction | Current  Reserve_Amount         |  -40.00 | 2026-06-01
""",
    "203 2026-06-01 2026-06-15": """
other-transaction | other-transaction | Previous Reserve Amount Balance |   40.00 | 2026-06-01 06:00
""",
}
"""G-14: 250.00 is kept back, then comes back."""


def entries(chain: dict[str, str], marketplace: str = "UK") -> list[ChainEntry]:
    found = []
    for words, rows in chain.items():
        number, start, end = words.split()
        head = HEAD.format(id=f"99000000{number}", start=start, end=end)
        report = ledger(head.rstrip("\n") + rows).report()
        settlement = read_settlement_bytes(report, f"{number}.txt")
        found.append(chain_entry(settlement, marketplace))
    return found


def findings(results: tuple[ChainResult, ...]) -> list[str]:
    return [
        each.name for result in results if isinstance(result, Linked) for each in result.findings
    ]


def missing(results: tuple[ChainResult, ...]) -> list[MissingSettlement]:
    return [result for result in results if isinstance(result, MissingSettlement)]


def test_an_entry_says_what_its_neighbours_must_agree_with() -> None:
    second = entries(DEBTS)[1]
    assert second == ChainEntry(
        "99000000102",
        "UK",
        datetime(2026, 5, 18, 6, tzinfo=UTC),
        datetime(2026, 6, 1, 6, tzinfo=UTC),
        total=Money(-1231, "GBP"),
        payable=Money(-3000, "GBP"),
        charged=Money(3000, "GBP"),
        current_reserve=Money(0, "GBP"),
        previous_reserve=Money(0, "GBP"),
    )


def test_a_complete_chain_of_debts_is_in_order() -> None:
    results = link(entries(DEBTS))
    assert [each.previous_id for each in results if isinstance(each, Linked)] == [
        "",
        "99000000101",
        "99000000102",
    ]
    assert missing(results) == []
    assert findings(results) == ["debt charged", "debt carried"]
    last = results[2]
    assert isinstance(last, Linked)
    assert all(each.in_order and not each.blocks for each in last.findings)
    assert last.findings[0].sentence == (
        "Of the debt of -£12.31 the card paid £0.00; -£12.31 is taken from this settlement."
    )


def test_reserves_are_kept_back_and_come_back() -> None:
    results = link(entries(RESERVES))
    assert (findings(results), missing(results)) == ([], [])


def test_the_first_settlement_without_a_predecessor_is_no_fault() -> None:
    (only,) = link(entries(DEBTS)[:1])
    assert isinstance(only, Linked)
    assert (only.previous_id, only.findings) == ("", ())


def test_a_missing_debt_is_named_with_its_total() -> None:
    first, _, third = entries(DEBTS)
    (gap,) = missing(link([first, third]))
    assert (gap.marketplace, gap.currency) == ("UK", "GBP")
    assert (gap.start, gap.end) == (first.end, third.start)
    assert (gap.total, gap.reserve) == (Money(-1231, "GBP"), None)
    assert gap.sentence == (
        "No settlement from 2026-05-18 06:00:00 UTC to 2026-06-01 06:00:00 UTC is loaded. "
        "The total of the last one in this hole is -£12.31. "
        "Download it from Seller Central and import it."
    )


def test_a_missing_reserve_is_named_with_what_was_kept_back() -> None:
    first, _, third = entries(RESERVES)
    (gap,) = missing(link([first, third]))
    assert (gap.total, gap.reserve) == (None, Money(-4000, "GBP"))
    assert "is not known, but no debt; it kept back £40.00." in gap.sentence


def test_nothing_is_compared_across_a_hole() -> None:
    first, _, third = entries(RESERVES)
    assert findings(link([first, third])) == []


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "name", "sentence"),
    [
        (
            {"payable": Money(-2999, "GBP"), "charged": Money(2999, "GBP")},
            "debt not taken over",
            (
                "99000000101 ended at -£30.00, but Payable to Amazon is -£29.99 here; "
                "the difference is -£0.01."
            ),
        ),
        (
            {"payable": Money(0, "GBP"), "charged": Money(0, "GBP")},
            "debt not taken over",
            (
                "99000000101 ended at -£30.00, but Payable to Amazon is £0.00 here; "
                "the difference is -£30.00."
            ),
        ),
        (
            {"previous_reserve": Money(500, "GBP")},
            "reserve differs",
            "99000000101 kept back £0.00, £5.00 came back; the difference is £5.00.",
        ),
        (
            {"start": datetime(2026, 5, 17, 6, tzinfo=UTC)},
            "periods overlap",
            "It starts 2026-05-17 06:00:00 UTC, before 99000000101 ends (2026-05-18 06:00:00 UTC).",
        ),
    ],
)
def test_what_two_settlements_contradict_is_named(
    change: dict[str, Money], name: str, sentence: str
) -> None:
    first, second, _ = entries(DEBTS)
    _, linked = link([first, replace(second, **change)])  # type: ignore[arg-type]
    assert isinstance(linked, Linked)
    finding = linked.findings[0]
    assert (finding.name, finding.sentence) == (name, sentence)
    assert not finding.in_order
    assert finding.blocks == name.startswith("debt")


def test_a_debt_from_nowhere_is_named() -> None:
    first, second, _ = entries(DEBTS)
    paid = replace(first, total=Money(500, "GBP"))
    _, linked = link([paid, second])
    assert isinstance(linked, Linked)
    assert linked.findings[0].sentence == (
        "Payable to Amazon is -£30.00 here, but 99000000101 ended at £5.00, which is no debt."
    )
    assert linked.findings[0].blocks


def test_a_charge_without_a_debt_is_listed() -> None:
    first, *_ = entries(DEBTS)
    assert findings(link([replace(first, charged=Money(3209, "GBP"))])) == ["charge without debt"]


def test_each_marketplace_and_currency_is_a_chain_of_its_own() -> None:
    uk = entries(DEBTS)
    german = [replace(each, marketplace="DE") for each in entries(RESERVES)]
    results = link([uk[2], german[2], uk[0], german[0], uk[1], german[1]])
    assert missing(results) == []
    codes = [each.entry.marketplace for each in results if isinstance(each, Linked)]
    assert codes == ["DE"] * 3 + ["UK"] * 3


def test_a_second_between_two_settlements_is_a_hole() -> None:
    first, second, _ = entries(DEBTS)
    later = replace(second, start=second.start + timedelta(seconds=1))
    assert len(missing(link([first, later]))) == 1


@given(st.permutations(range(3)), st.sets(st.integers(0, 2)))
def test_order_means_nothing_and_every_loaded_settlement_comes_out_once(
    order: list[int], lost: set[int]
) -> None:
    kept = [CHAIN[at] for at in order if at not in lost]
    results = link(kept)
    linked = [each.entry for each in results if isinstance(each, Linked)]
    assert linked == sorted(kept, key=lambda each: each.start)
    assert len(missing(results)) == (1 if lost == {1} else 0)


CHAIN = entries(DEBTS)
