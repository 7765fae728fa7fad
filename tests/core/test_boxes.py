"""VAT boxes and profit: the golden figures, and every tax type on its side of the return."""

from __future__ import annotations

import pytest
from booked import ACCOUNTS, G11, RATES, booked
from hypothesis import given
from hypothesis import strategies as st

from truebooks_xl.core.boxes import Boxes, boxes, profit
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.money import Money


def found(proposal: Proposal) -> Boxes:
    return boxes(proposal.lines, RATES, ACCOUNTS, proposal.currency)


def figures(table: str) -> dict[str, str]:
    return found(booked(table)).as_json()


def test_g11_a_fortnight() -> None:
    assert figures(G11) == {
        "1": "380.00",
        "4": "196.00",
        "5": "184.00",
        "6": "2050.00",
        "7": "1004.00",
    }
    # 2,000.00 + 150.00 - 100.00 + 45.20 of revenue, 1,004.00 of expenses.
    assert str(profit(booked(G11).lines, ACCOUNTS, "GBP")) == "1091.20"


def test_g17_a_bill_moves_the_same_boxes_as_an_invoice() -> None:
    table = """
        Sales       | 200 | OUTPUT2 |  100.00
        Seller fees | 402 | INPUT2  | -162.31
    """
    told = figures(table)
    assert booked(table).document == "ACCPAY"
    assert (told["1"], told["4"], told["6"], told["7"]) == ("16.67", "27.05", "83.33", "135.26")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # line                                    Box 1     4       6        7
        ("Sales | 200 | OUTPUT2 | 120.00", "20.00 0.00 100.00 0.00"),
        ("Refund | 205 | OUTPUT2 | -120.00", "-20.00 0.00 -100.00 0.00"),
        ("Books | 200 | ZERORATEDOUTPUT | 120.00", "0.00 0.00 120.00 0.00"),
        ("Labels | 200 | EXEMPTOUTPUT | 10.00", "0.00 0.00 10.00 0.00"),
        ("Car seats | 200 | RROUTPUT | 10.00", "0.48 0.00 9.52 0.00"),
        ("Fees | 402 | INPUT2 | -120.00", "0.00 20.00 0.00 100.00"),
        ("Fee given back | 402 | INPUT2 | 12.00", "0.00 -2.00 0.00 -10.00"),
        ("Abroad | 403 | ZERORATEDINPUT | -24.00", "0.00 0.00 0.00 24.00"),
        ("Before 2024-08 | 402 | REVERSECHARGES | -100.00", "20.00 20.00 100.00 100.00"),
        ("Reserve | 632 | NONE | -250.00", "0.00 0.00 0.00 0.00"),
        ("Reimbursed | 261 | NONE | 45.20", "0.00 0.00 0.00 0.00"),
    ],
)
def test_each_tax_type_is_on_its_side(line: str, expected: str) -> None:
    told = figures(line)
    assert " ".join(told[box] for box in "1467") == expected


def test_a_type_that_fits_both_sides_goes_by_the_accounts_class() -> None:
    rates = {"OUTPUT2": RATES["NONE"], "INPUT2": RATES["NONE"]}
    proposal = booked("Sales | 200 | OUTPUT2 | 120.00\nFees | 402 | INPUT2 | -60.00")
    for given_rates in (rates, {}):
        told = boxes(proposal.lines, given_rates, ACCOUNTS, "GBP").as_json()
        assert " ".join(told[box] for box in "1467") == "20.00 10.00 100.00 50.00"


def test_balance_sheet_and_unknown_accounts_are_no_profit() -> None:
    proposal = booked("Carried | 633 | NONE | 10.00\nLost | 999 | NONE | 5.00")
    assert profit(proposal.lines, ACCOUNTS, "GBP") == Money(0, "GBP")


@given(st.lists(st.tuples(st.sampled_from(sorted(RATES)), st.integers(-(10**7), 10**7))))
def test_boxes_of_all_are_the_boxes_of_each_added_up(drawn: list[tuple[str, int]]) -> None:
    rows = [f"Line {n} | 200 | {name} | {m}.00" for n, (name, m) in enumerate(drawn)]
    if not rows:
        return
    whole = found(booked("\n".join(rows)))
    parts = [found(booked(row)) for row in rows]
    nothing = whole - whole
    assert sum(parts, nothing) == whole
    assert whole.net_tax == whole.output_tax - whole.input_tax
