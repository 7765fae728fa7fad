"""Corrections: what is posted and its corrections together become what the preview says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from booked import ACCOUNTS, G11, RATES, booked
from hypothesis import given
from hypothesis import strategies as st

from truebooks_xl.core.boxes import effect, vat_error
from truebooks_xl.core.canonical import as_json
from truebooks_xl.core.correcting import (
    Nothing,
    RateNotKnown,
    TotalChanged,
    correction,
    open_day,
)
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.drift import Snapshot, content
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.drafts import draft
from truebooks_xl.core.proof import none_of
from truebooks_xl.core.tax import TaxRate

JUNE = date(2026, 6, 1)


def corrected(posted: Sequence[Proposal], now: Proposal) -> Proposal | Nothing:
    snapshots = [as_json(each) for each in posted]
    return correction(snapshots, now, RATES, number="AMZ-TB-10001", dated_on=JUNE)


def made(posted: Proposal, now: Proposal) -> Proposal:
    found = corrected([posted], now)
    assert isinstance(found, Proposal)
    return found


def figures(proposal: Proposal) -> list[str]:
    return [
        f"{line.description} | {line.account} {line.tax_type} {line.gross} {line.tax}"
        for line in proposal.lines
    ]


EXPORT_AS_HOME = "Sales | 200 | OUTPUT2 | 2550.00"
EXPORT = """
    Sales         | 200 | OUTPUT2         | 2400.00
    Sales, export | 200 | ZERORATEDOUTPUT |  150.00
"""


def test_g20_an_export_booked_as_a_home_sale() -> None:
    found = made(booked(EXPORT_AS_HOME), booked(EXPORT))
    assert figures(found) == [
        "Correction of AMZ-TB-10001: Sales | 200 OUTPUT2 -150.00 -25.00",
        "Correction of AMZ-TB-10001: Sales, export | 200 ZERORATEDOUTPUT 150.00 0.00",
    ]
    assert (found.document, str(found.total), found.dated_on) == ("ACCREC", "0.00", JUNE)
    assert (found.part, found.reference) == ("-C1", "(£2,550.00) TBUK-26881161592-C1")
    moved = effect(found.lines, RATES, ACCOUNTS, "GBP")
    assert moved.as_json() == {
        "boxes": {"1": "-25.00", "4": "0.00", "5": "-25.00", "6": "25.00", "7": "0.00"},
        "profit": "25.00",
    }
    assert vat_error(moved.boxes).startswith("Net VAT error £25.00: too much VAT was declared.")


def test_what_is_right_already_is_not_booked_again() -> None:
    now = booked(G11.replace("Advertising       | 400", "Advertising       | 402"))
    assert figures(made(booked(G11), now)) == [
        "Correction of AMZ-TB-10001: Advertising | 400 INPUT2 300.00 50.00",
        "Correction of AMZ-TB-10001: Advertising | 402 INPUT2 -300.00 -50.00",
    ]


def test_nothing_to_correct_posts_nothing() -> None:
    assert corrected([booked(G11)], booked(G11)) == Nothing()


def test_a_new_text_alone_is_nothing_to_correct() -> None:
    assert corrected([booked(G11)], booked(G11.replace("Storage", "Lagergeld"))) == Nothing()


def test_a_correction_of_a_bill_and_of_a_journal_is_an_invoice_too() -> None:
    table = "Sales | 200 | OUTPUT2 | 100.00\nFees | 402 | INPUT2 | -162.31"
    for kind in ("ACCPAY", "MANUALJOURNAL"):
        now = booked(table.replace("402", "403"), document=kind)
        found = made(booked(table, document=kind), now)
        sent = draft(found, "TBR-26881161592-C1", "contact")
        assert sent.kind == "ACCREC"
        assert [f"{line.account} {line.gross}" for line in sent.lines] == [
            "402 162.31",
            "403 -162.31",
        ]


def test_a_penny_that_one_line_would_lose_is_kept_by_two() -> None:
    # 0.06 holds 0.01 of VAT; 0.03 holds half a penny, which rounds up, twice.
    posted = booked("A | 200 | OUTPUT2 | 0.06")
    now = booked("A | 200 | OUTPUT2 | 0.03\nC | 200 | OUTPUT2 | 0.03")
    assert [str(line.tax) for line in (*posted.lines, *now.lines)] == ["0.01", "0.01", "0.01"]
    assert figures(made(posted, now)) == [
        "Correction of AMZ-TB-10001: A | 200 OUTPUT2 -0.06 -0.01",
        "Correction of AMZ-TB-10001: A | 200 OUTPUT2 0.03 0.01",
        "Correction of AMZ-TB-10001: C | 200 OUTPUT2 0.03 0.01",
    ]


def test_a_rate_that_changed_in_xero_leaves_tax_that_no_line_carries() -> None:
    posted = booked("A | 200 | OUTPUT2 | 120.00\nB | 201 | OUTPUT2 | 24.00")
    lower = {**RATES, "OUTPUT2": TaxRate("OUTPUT2", "", Decimal("17.5"), frozenset({"REVENUE"}))}
    rows = (
        replace(line, gross=gross, tax=tax)
        for line, gross, tax in zip(
            posted.lines,
            (Money(12000, "GBP"), Money(2400, "GBP")),
            (Money(1787, "GBP"), Money(357, "GBP")),
            strict=True,
        )
    )
    now = replace(posted, lines=tuple(rows))
    found = correction([as_json(posted)], now, lower, number="AMZ-TB-10001", dated_on=JUNE)
    assert isinstance(found, Nothing)
    assert [each.partition(";")[2] for each in found.notices] == [
        " -£2.13 stays open, as no line carries tax alone.",
        " -£0.43 stays open, as no line carries tax alone.",
    ]


def test_the_deposit_never_changes() -> None:
    with pytest.raises(TotalChanged, match=r"£1,275\.20 and would come to £1,275\.21"):
        corrected([booked(G11)], booked(G11.replace("45.20", "45.21")))


def test_a_tax_type_that_left_the_lists_is_named() -> None:
    rates = {name: rate for name, rate in RATES.items() if name != "OUTPUT2"}
    with pytest.raises(RateNotKnown, match="OUTPUT2 is not in it, and AMZ-TB-10001"):
        correction(
            [as_json(booked(EXPORT_AS_HOME))],
            booked("Sales | 200 | ZERORATEDOUTPUT | 2550.00"),
            rates,
            number="AMZ-TB-10001",
            dated_on=JUNE,
        )


def test_the_lowest_free_suffix_is_taken() -> None:
    home, export = booked(EXPORT_AS_HOME), booked(EXPORT)
    first = made(home, export)
    second = corrected([home, first], home)
    assert isinstance(second, Proposal)
    assert second.part == "-C2"
    assert [line.description for line in second.lines] == [
        "Correction of AMZ-TB-10001: Sales",
        "Correction of AMZ-TB-10001: Sales, export",
    ]
    again = corrected([home, replace(first, part="-C2")], home)
    assert isinstance(again, Proposal)
    assert again.part == "-C1", "C1 was voided: its number is free"


def test_tracking_is_kept_apart() -> None:
    north = booked("Sales | 200 | OUTPUT2 | 120.00 | Region: North")
    south = booked("Sales | 200 | OUTPUT2 | 120.00 | Region: South")
    lines = made(north, south).lines
    assert [(line.tracking, str(line.gross)) for line in lines] == [
        ((("Region", "North"),), "-120.00"),
        ((("Region", "South"),), "120.00"),
    ]


def test_checks_of_the_preview_still_block() -> None:
    blocked = replace(booked(EXPORT), checks=(none_of("unmapped", "Nothing unmapped", 1),))
    found = made(booked(EXPORT_AS_HOME), blocked)
    assert not found.postable
    assert [each.ok for each in found.checks] == [False, True]


@pytest.mark.parametrize(
    ("original", "closed", "expected"),
    [
        ("2026-05-20", [], "2026-05-20"),
        ("2026-05-20", ["2026-03-31"], "2026-05-20"),  # paid, and nothing of it is closed
        ("2026-03-18", ["2026-03-31"], "2026-04-01"),
        ("2026-03-31", ["2026-03-31"], "2026-04-01"),
        ("2026-03-18", ["2025-12-31", None, "2026-06-30"], "2026-07-01"),
        ("2026-12-30", ["2026-12-31"], "2027-01-01"),
    ],
)
def test_it_is_dated_on_the_first_open_day(
    original: str, closed: list[str | None], expected: str
) -> None:
    ends = [None if each is None else date.fromisoformat(each) for each in closed]
    assert open_day(date.fromisoformat(original), ends) == date.fromisoformat(expected)


# Over all settlements ----------------------------------------------------------------------------

PLACES = [
    ("200", "OUTPUT2"),
    ("200", "ZERORATEDOUTPUT"),
    ("201", "RROUTPUT"),
    ("402", "INPUT2"),
    ("402", "NONE"),
]


@st.composite
def settlements(draw: st.DrawFn, total: int = 5_000) -> Proposal:
    """One way to book a settlement of £50.00; small amounts round in all directions."""
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from("ABC"), st.sampled_from(PLACES), st.integers(-400, 400)),
            max_size=7,
        )
    )
    rest = total - sum(minor for *_, minor in drawn)
    rows = [
        f"{name} | {account} | {tax_type} | {Decimal(minor).scaleb(-2)}"
        for name, (account, tax_type), minor in drawn
    ]
    return booked("\n".join([*rows, f"Rest | 632 | NONE | {Decimal(rest).scaleb(-2)}"]))


def sums(snapshots: Sequence[Snapshot]) -> dict[tuple[str, str], tuple[int, int]]:
    """Gross and tax of each account and tax type, in pence; what is nil is left out."""
    found: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for snapshot in snapshots:
        for line in content(snapshot).lines:
            gross, tax = found[line.account, line.tax_type]
            found[line.account, line.tax_type] = (gross + line.gross.minor, tax + line.tax.minor)
    return {place: pair for place, pair in found.items() if any(pair)}


def test_a_line_of_nothing_is_not_booked_back() -> None:
    posted = booked("A | 200 | OUTPUT2 | 0.03\nB | 200 | OUTPUT2 | 0.03\nC | 200 | OUTPUT2 | 0.00")
    now = booked("A | 200 | OUTPUT2 | 0.06")
    found = made(posted, now)
    assert [str(line.gross) for line in found.lines] == ["-0.03", "0.06", "-0.03"]


@given(settlements(), st.lists(settlements(), min_size=1, max_size=3))
def test_original_and_corrections_are_what_the_preview_says(
    original: Proposal, previews: list[Proposal]
) -> None:
    posted = [original]
    for now in previews:
        found = corrected(posted, now)
        if isinstance(found, Proposal):
            assert sum(line.gross.minor for line in found.lines) == 0, "the deposit stays"
            assert all(line.gross for line in found.lines), "a line of nothing is left out"
            assert found.lines == tuple(sorted(found.lines, key=lambda line: line.key))
            posted.append(found)
        snapshots = [as_json(each) for each in posted]
        assert sums(snapshots) == sums([as_json(now)])
        assert corrected(posted, now) == Nothing(), "once corrected, nothing is left to correct"
    assert len({each.part for each in posted}) == len(posted)


@given(settlements(), settlements())
def test_a_correction_moves_the_boxes_by_their_difference(
    original: Proposal, now: Proposal
) -> None:
    found = corrected([original], now)
    lines = found.lines if isinstance(found, Proposal) else ()
    moved = effect(lines, RATES, ACCOUNTS, "GBP")
    before, after = (effect(each.lines, RATES, ACCOUNTS, "GBP") for each in (original, now))
    assert moved == after - before
