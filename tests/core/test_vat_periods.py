"""VAT periods: nobody's VAT moves between two returns unseen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from truebooks_xl.core.tax import TaxRate
from truebooks_xl.core.vat.periods import period_sums, returned, vat_period


@dataclass(frozen=True)
class Line:
    posted_on: date
    minor: int
    line_key: str
    tax_type: str


RATES = {
    "OUTPUT2": TaxRate("OUTPUT2", "20%", Decimal(20), frozenset({"REVENUE"})),
    "NONE": TaxRate("NONE", "No VAT", Decimal(0), frozenset({"REVENUE"})),
}


@pytest.mark.parametrize(
    ("periods", "day", "period"),
    [
        ("monthly", "2026-05-31", "ending 2026-05"),
        ("quarters ending Mar Jun Sep Dec", "2026-05-31", "ending 2026-06"),
        ("quarters ending Mar Jun Sep Dec", "2026-12-31", "ending 2026-12"),
        ("quarters ending Jan Apr Jul Oct", "2026-11-01", "ending 2027-01"),
        ("quarters ending Feb May Aug Nov", "2026-12-01", "ending 2027-02"),
        ("none", "2026-05-31", ""),
        ("", "2026-05-31", ""),
    ],
)
def test_a_day_falls_into_the_period_that_ends_next(periods: str, day: str, period: str) -> None:
    assert vat_period(date.fromisoformat(day), periods) == period


def test_gross_vat_and_net_are_shown_per_month_and_per_vat_period() -> None:
    lines = [
        Line(date(2026, 6, 30), 12000, "L01", "OUTPUT2"),
        Line(date(2026, 7, 1), 6000, "L01", "OUTPUT2"),
        Line(date(2026, 7, 2), -500, "L02", "NONE"),
    ]
    sums = period_sums(lines, RATES, "quarters ending Mar Jun Sep Dec", "GBP")
    table = [
        (each.kind, each.period, str(each.gross), str(each.tax), str(each.net)) for each in sums
    ]
    assert table == [
        ("VAT period", "ending 2026-06", "120.00", "20.00", "100.00"),
        ("VAT period", "ending 2026-09", "55.00", "10.00", "45.00"),
        ("month", "2026-06", "120.00", "20.00", "100.00"),
        ("month", "2026-07", "55.00", "10.00", "45.00"),
    ]


def test_what_is_on_no_return_belongs_to_no_period() -> None:
    lines = [
        Line(date(2026, 6, 30), -500, "L02", "NONE"),
        Line(date(2026, 7, 1), 6000, "L01", "OUTPUT2"),
        Line(date(2026, 6, 1), 0, "L01", "OUTPUT2"),
    ]
    assert returned(lines, "quarters ending Mar Jun Sep Dec") == ("ending 2026-09",)
    assert returned(lines, "") == ("2026-07",)
