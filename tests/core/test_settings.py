"""Settings: dated, per marketplace, and every wrong value a problem with an address."""

from __future__ import annotations

from datetime import date

import pytest

from truebooks_xl.core.dated import Dated, effective
from truebooks_xl.core.settings import (
    Entry,
    NotAChoice,
    UnknownSetting,
    check_value,
    read_settings,
    setting,
)


def test_the_last_value_that_began_is_in_force() -> None:
    values = (
        Dated("no", None, None),
        Dated("yes", date(2026, 3, 15), None),
        Dated("no", date(2026, 9, 1), date(2026, 9, 30)),
    )
    days = {
        date(2026, 3, 14): "no",
        date(2026, 3, 15): "yes",
        date(2026, 9, 1): "no",
        date(2026, 9, 30): "no",
        date(2026, 10, 1): "yes",
    }
    assert {day: effective(values, day) for day in days} == days


def test_of_two_rows_of_one_day_the_later_entry_wins() -> None:
    start = date(2026, 1, 1)
    assert effective((Dated("a", start), Dated("b", start)), start) == "b"


def test_a_row_of_the_marketplace_beats_one_for_all() -> None:
    settings, problems = read_settings(
        [
            Entry("Zero-VAT orders", "", "ask"),
            Entry("Zero-VAT orders", "UK", "Export"),
        ]
    )
    assert not problems
    assert settings.value("Zero-VAT orders", "UK") == "export"
    assert settings.value("Zero-VAT orders", "DE") == "ask"


def test_without_a_row_the_declared_default_is_in_force() -> None:
    settings, _ = read_settings([])
    assert settings.value("Zero-VAT orders", "UK", date(2026, 5, 1)) == "ask"


def test_what_is_misspelt_is_a_problem_with_its_cell_and_the_rest_goes_on() -> None:
    settings, problems = read_settings(
        [
            Entry("Zero-VAT order", "", "export", where="Settings!C7"),
            Entry("Zero-VAT orders", "", "perhaps", where="Settings!C8"),
            Entry("VAT scheme", "", "cash", where="Settings!C9"),
        ]
    )
    assert [each.where for each in problems] == ["Settings!C7", "Settings!C8"]
    assert "Use one of: ask, export, domestic zero" in problems[1].remedy
    assert settings.value("VAT scheme") == "cash"


def test_registered_from_a_day_is_not_registered_before_it() -> None:
    settings, _ = read_settings([Entry("VAT registered", "", "yes", date(2026, 3, 15))])
    assert effective(settings.dated("VAT registered"), date(2026, 3, 14)) is None
    assert effective(settings.dated("VAT registered"), date(2026, 3, 15)) == "yes"


def test_a_setting_of_the_organisation_is_not_given_for_one_marketplace() -> None:
    settings, problems = read_settings([Entry("VAT registered", "UK", "no", where="Settings!C8")])
    assert [each.where for each in problems] == ["Settings!C8"]
    assert settings.value("VAT registered") == "yes"


def test_two_rows_for_the_same_days_contradict_each_other() -> None:
    _, problems = read_settings(
        [
            Entry("Goods leave from", "DE", "GB", where="Settings!C9"),
            Entry("Goods leave from", "DE", "DE", where="Settings!C14"),
            Entry("Goods leave from", "DE", "FR", date(2026, 1, 1), where="Settings!C15"),
            Entry("Goods leave from", "XX", "FR", where="Settings!C16"),
        ]
    )
    assert [each.where for each in problems] == ["Settings!C14", "Settings!C16"]
    assert "also in Settings!C9" in problems[0].what


@pytest.mark.parametrize("name", ["zero-vat-orders", "ZERO VAT ORDERS", "Zero-VAT orders"])
def test_a_setting_is_found_however_it_is_hyphenated(name: str) -> None:
    assert setting(name).name == "Zero-VAT orders"


def test_an_unknown_setting_lists_the_known_ones() -> None:
    with pytest.raises(UnknownSetting, match="Goods leave from"):
        setting("Godos leave from")


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("Goods leave from", "gb", "GB"),
        ("Goods leave from", "UK", "GB"),
        ("Goods leave from", "Abroad", "abroad"),
        ("Seller established in", "de", "DE"),
        ("Next document number", "10050", "10050"),
        ("VAT filed to", " 2026-03-31 ", "2026-03-31"),
        ("First settlement to post", "26881161592", "26881161592"),
        ("First settlement to post", "2026-04-01", "2026-04-01"),
        ("Exchange rate", "1.1865", "1.1865"),
        ("Settle wait", "0", "0"),
        ("Settle wait", "300", "300"),
        ("Post as", "Manual journal", "manual journal"),
        ("Clearing account", "091", "091"),
        ("VAT periods", "Quarters ending Mar Jun Sep Dec", "quarters ending Mar Jun Sep Dec"),
    ],
)
def test_values_are_kept_in_one_spelling(name: str, value: str, read: str) -> None:
    assert check_value("Settings", setting(name), value) == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Goods leave from", "Britain"),
        ("Goods leave from", "XX"),
        ("Seller established in", "abroad"),
        ("Next document number", "AMZ-TB-1"),
        ("VAT registered", "maybe"),
        ("VAT filed to", "31/03/2026"),
        ("VAT filed to", "2026-02-29"),
        ("VAT filed to", "20260331"),
        ("First settlement to post", "April"),
        ("First settlement to post", "2688116159½"),
        ("Exchange rate", "1,1865"),
        ("Exchange rate", "0"),
        ("Exchange rate", "-1.2"),
        ("Exchange rate", "1.18650001"),
        ("Settle wait", "301"),
        ("Settle wait", "2.5"),
        ("Retired number", "burn"),
    ],
)
def test_values_that_mean_nothing_are_refused(name: str, value: str) -> None:
    with pytest.raises(NotAChoice):
        check_value("Settings", setting(name), value)
