"""The proof: each comparison can fail, and by exactly the penny it should."""

from __future__ import annotations

from dataclasses import replace

import pytest

from truebooks_xl.core.document import document_kind
from truebooks_xl.core.money import Money
from truebooks_xl.core.proof import LINKS, Chain, none_of, penny_chain, vat_agrees
from truebooks_xl.core.reference import FIRST_NUMBER, next_number

FIGURES = ("file_total", "lines", "tallies", "preview", "document", "deposit")
GOOD = Chain(*(Money(127520, "GBP") for _ in FIGURES))


def test_six_equal_figures_make_five_differences_of_nothing() -> None:
    checks = penny_chain(GOOD)
    assert len(checks) == 5
    assert all(check.ok for check in checks)


@pytest.mark.parametrize("name", FIGURES)
def test_a_penny_off_turns_exactly_its_comparisons_red(name: str) -> None:
    one_off = replace(GOOD, **{name: Money(127521, "GBP")})
    red = {check.key for check in penny_chain(one_off) if not check.ok}
    assert red == {key for key, _, left, right in LINKS if name in {left, right}}


@pytest.mark.parametrize(
    ("ours", "rows", "ok"),
    [
        (2000, 0, True),
        (2001, 1, False),  # half a penny is less than one
        (2001, 2, True),
        (2002, 3, False),
        (2002, 4, True),
        (1998, 4, True),
        (1997, 5, False),
    ],
)
def test_amazons_vat_may_differ_by_half_a_penny_for_each_tax_row(
    ours: int, rows: int, ok: bool
) -> None:
    check = vat_agrees("20", Money(2000, "GBP"), Money(ours, "GBP"), rows)
    assert check.ok is ok
    assert check.allowed == str(Money(rows // 2, "GBP")), "the sheet allows what Python allows"


def test_a_count_must_be_nil() -> None:
    assert none_of("unmapped", "Nothing unmapped", 0).ok
    assert not none_of("unmapped", "Nothing unmapped", 1).ok


@pytest.mark.parametrize(("minor", "kind"), [(1, "ACCREC"), (0, "ACCREC"), (-1, "ACCPAY")])
def test_a_deposit_is_an_invoice_a_debt_a_bill_and_nothing_an_invoice(
    minor: int, kind: str
) -> None:
    assert document_kind(Money(minor, "GBP")) == kind


def test_numbers_begin_at_ten_thousand_and_one() -> None:
    assert next_number(0, 0) == FIRST_NUMBER == 10001
