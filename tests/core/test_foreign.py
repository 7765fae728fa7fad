"""Other currencies: which rate is expected, what may be typed, and the base total."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from booked import booked, in_xero
from sheet_row import SheetRow

from truebooks_xl.core.foreign import NoRateKnown, base_total, expected_rate, typed_rate
from truebooks_xl.core.ledger import Document
from truebooks_xl.core.posting.drafts import draft
from truebooks_xl.core.rows import CellReader
from truebooks_xl.core.settings import Entry, Settings

RATES = Settings(
    (
        Entry("Exchange rate", "DE", "1.15", date(2026, 1, 1), date(2026, 3, 31)),
        Entry("Exchange rate", "DE", "1.1865", date(2026, 4, 1)),
    )
)
IN_MAY = ("26881161592", "DE", "EUR", date(2026, 5, 20))


def expected(
    day: date, last: str = "", typed: str = "", settings: Settings = RATES
) -> Decimal | None:
    return expected_rate(
        settings,
        (*IN_MAY[:3], day),
        "GBP",
        typed=Decimal(typed) if typed else None,
        last=Decimal(last) if last else None,
    )


def test_the_rate_of_the_documents_own_day_is_expected() -> None:
    assert expected(date(2026, 3, 31)) == Decimal("1.15")
    assert expected(date(2026, 4, 1)) == Decimal("1.1865")
    assert expected(date(2026, 4, 1), last="9", typed="8") == Decimal("1.1865")


def test_without_a_setting_it_is_the_last_one_posted_then_the_one_typed() -> None:
    assert expected(date(2025, 12, 31), last="1.17", typed="1.30") == Decimal("1.17")
    assert expected(date(2025, 12, 31), typed="1.30") == Decimal("1.30")


def test_where_nobody_knows_a_rate_somebody_is_asked() -> None:
    with pytest.raises(NoRateKnown, match="no rate for 1 GBP on 2025-12-31"):
        expected(date(2025, 12, 31))


def test_the_base_currency_needs_no_rate() -> None:
    assert expected_rate(RATES, ("1", "UK", "GBP", date(2026, 5, 20)), "GBP") is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (None, None),
        ("", None),
        (Decimal("1.1865"), Decimal("1.1865")),
        ("1.1865", Decimal("1.1865")),
        (Decimal("186.25"), Decimal("186.25")),
    ],
)
def test_a_rate_is_typed_or_left_to_xero(typed: object, read: Decimal | None) -> None:
    cells = CellReader(SheetRow({"exchange_rate": typed}))
    assert (typed_rate(cells), cells.problems) == (read, [])


@pytest.mark.parametrize("typed", [Decimal(0), Decimal("-1.2"), Decimal("1.18650001"), "1,1865"])
def test_what_is_no_rate_is_a_problem_of_its_cell(typed: object) -> None:
    cells = CellReader(SheetRow({"exchange_rate": typed}))
    assert typed_rate(cells) is None
    assert [each.where for each in cells.problems] == ["Settlements!exchange_rate"]


def euros(amount: str, rate: str | None) -> Document:
    proposal = booked(f"Sales | 200 | NONE | {amount}", "EUR")
    found = in_xero(draft(proposal, "TBR-1", "contact"))
    return replace(found, rate=None if rate is None else Decimal(rate))


@pytest.mark.parametrize(
    ("amount", "rate", "words"),
    [
        ("1000.00", "1.25", "£800.00"),
        ("1000.00", "1.200000", "£833.33"),
        ("-5.79", "1.1865", "-£4.88"),  # a bill, in the settlement's sign
        ("0.01", "2", "£0.01"),  # half a penny, up
    ],
)
def test_the_base_total_is_xeros_rate_at_work(amount: str, rate: str, words: str) -> None:
    found = base_total(euros(amount, rate), "GBP")
    assert found is not None
    assert found.words == words


def test_no_rate_told_is_no_base_total() -> None:
    assert base_total(euros("1000.00", None), "GBP") is None


def test_the_base_currency_is_its_own_base_total() -> None:
    proposal = booked("Sales | 200 | NONE | -62.31")
    found = base_total(in_xero(draft(proposal, "", "contact")), "GBP")
    assert found is not None
    assert found.words == "-£62.31"
