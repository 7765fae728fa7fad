"""What somebody changed in Xero since it was posted, and what would be posted otherwise today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from copies_in_xero import (
    DAY,
    LINES,
    PAYMENT,
    REFERENCE,
    bill,
    document,
    line,
    pounds,
    snapshot,
)
from hypothesis import given
from hypothesis import strategies as st

from truebooks_xl.core.drift import changed_inputs, drift, would_differ
from truebooks_xl.core.ledger import Document, DocumentLine

POSTED = document("AMZ-TB-10001")
DEARER = replace(LINES[0], gross=pounds(12100), tax=pounds(2017))

EDITS = {
    "a day": (
        replace(POSTED, dated_on=date(2026, 5, 21)),
        ["edited: date 2026-05-20 as posted, 2026-05-21 in Xero"],
    ),
    "an amount": (
        document("AMZ-TB-10001", lines=(DEARER, LINES[1])),
        [
            "edited: total £96.00 as posted, £97.00 in Xero",
            "edited: tax £16.00 as posted, £16.17 in Xero",
            "edited: amount of line “Sales” £120.00 as posted, £121.00 in Xero",
            "edited: tax of line “Sales” £20.00 as posted, £20.17 in Xero",
        ],
    ),
    "an account": (
        document("AMZ-TB-10001", lines=(replace(LINES[0], account="260"), LINES[1])),
        ["edited: account of line “Sales” 200 as posted, 260 in Xero"],
    ),
    "a reference": (
        replace(POSTED, reference="Amazon May"),
        [f"edited: reference {REFERENCE} as posted, Amazon May in Xero"],
    ),
    "a tracking option": (
        document("AMZ-TB-10001", lines=(replace(LINES[0], tracking=(("Shop", "UK"),)), LINES[1])),
        ["edited: tracking of line “Sales” none as posted, Shop: UK in Xero"],
    ),
    "a line more": (
        document("AMZ-TB-10001", lines=(*LINES, line("Tip", "200", "NONE", 0, 0))),
        ["edited: line “Tip” £0.00 on 200 NONE only in Xero"],
    ),
    "a line less": (
        replace(POSTED, lines=LINES[:1]),
        ["edited: line “Fees” -£24.00 on 402 INPUT2 only as posted"],
    ),
    "a void": (replace(POSTED, status="VOIDED"), ["voided: AMZ-TB-10001 was voided in Xero"]),
    "a deletion": (
        replace(POSTED, status="DELETED"),
        ["deleted: AMZ-TB-10001 was deleted in Xero"],
    ),
    "a payment": (
        replace(POSTED, applied=(PAYMENT,)),
        ["paid: payment of £10.00 on 2026-05-22"],
    ),
    "nothing": (POSTED, []),
    "nothing but the order of its lines": (replace(POSTED, lines=LINES[::-1]), []),
    "nothing: it comes to 0.00 and is paid by itself": (replace(POSTED, status="PAID"), []),
}


@pytest.mark.parametrize(("found", "said"), EDITS.values(), ids=EDITS)
def test_each_change_by_hand_is_named_with_both_figures(found: Document, said: list[str]) -> None:
    assert [f"{each.change}: {each.what}" for each in drift(snapshot(), found)] == said


def test_a_bill_is_held_against_the_settlement_in_its_own_signs() -> None:
    owed = tuple(replace(each, gross=-each.gross, tax=-each.tax) for each in LINES)
    posted = snapshot(owed, document="ACCPAY", reference="(-£96.00) TBUK-26881161592")
    assert drift(posted, bill()) == ()
    assert drift(posted, replace(bill(), lines=LINES[:1])) != ()


def test_the_line_that_balances_a_journal_is_no_edit() -> None:
    balance = line(REFERENCE, "850", "NONE", 9600, 0)
    booked = [replace(each, gross=-each.gross, tax=-each.tax) for each in LINES]
    journal = replace(
        document("", reference=f"{REFERENCE} Amazon", kind="MANUALJOURNAL"),
        lines=(*booked, balance),
        total=pounds(12000),
    )
    posted = snapshot(document="MANUALJOURNAL")
    assert drift(posted, journal) == ()
    moved = replace(journal, lines=(replace(booked[0], account="999"), booked[1], balance))
    assert [each.what for each in drift(posted, moved)] == [
        "account of line “Sales” 200 as posted, 999 in Xero"
    ]


def test_a_changed_mapping_would_post_otherwise_and_is_named() -> None:
    today = snapshot((replace(LINES[0], account="260"), LINES[1]))
    today["inputs"] = {"file": "f", "mapping": "other", "costs": "c"}
    assert would_differ(snapshot(), today) == ("account of line “Sales” 200 as posted, 260 today",)
    assert changed_inputs(snapshot(), today) == ("the mapping",)


def test_a_changed_input_that_moves_no_figure_would_post_the_same() -> None:
    today = snapshot() | {"inputs": {"file": "f", "mapping": "other", "costs": "c"}}
    assert would_differ(snapshot(), today) == ()


def test_what_a_correction_put_right_would_not_differ() -> None:
    today = snapshot((replace(LINES[0], account="260"), LINES[1]))
    moved = (
        line("Correction of AMZ-TB-10001: Sales", "200", "OUTPUT2", -12000, -2000),
        line("Correction of AMZ-TB-10001: Sales", "260", "OUTPUT2", 12000, 2000),
    )
    assert would_differ(snapshot(), today, [snapshot(moved)]) == ()
    assert would_differ(snapshot(), snapshot(), [snapshot(moved)]) != ()


lines = st.lists(
    st.builds(
        line,
        st.sampled_from(["Sales", "Fees", "Refunds"]),
        st.sampled_from(["200", "402"]),
        st.sampled_from(["OUTPUT2", "NONE"]),
        st.integers(-500, 500),
        st.integers(-5, 5),
    ),
    min_size=1,
    max_size=6,
).map(tuple)


@given(posted=lines, found=lines)
def test_drift_is_silent_exactly_when_the_lines_are_the_same_in_any_order(
    posted: tuple[DocumentLine, ...], found: tuple[DocumentLine, ...]
) -> None:
    same = sorted(map(repr, posted)) == sorted(map(repr, found))
    shown = document("AMZ-TB-10001", lines=found, dated_on=DAY)
    assert (drift(snapshot(posted), shown) == ()) is same
