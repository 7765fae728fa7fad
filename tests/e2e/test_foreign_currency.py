"""A German settlement in a British organisation: whose rate, what it comes to, what stops it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from office import GB, Office, report

pytest_plugins = ["office_fixtures"]

GERMAN, LATER = "99000000203", "99000000204"


@pytest.fixture
def german(office: Office) -> Office:
    """€84.00, while Xero says € 1.20 for £ 1 and so does Settings."""
    office.bring({GERMAN: report(GERMAN, currency="EUR", marketplace="DE")})
    office.control.set_rate(GB, "EUR", "1.2")
    office.set("Exchange rate", "1.2", "--marketplace", "DE")
    return office


def test_the_rate_is_left_to_xero_and_its_base_total_is_in_the_row(german: Office) -> None:
    assert german.post(GERMAN)["result"] == "posted"
    (invoice,) = german.documents(GERMAN)
    assert (invoice["CurrencyCode"], Decimal(invoice["CurrencyRate"])) == ("EUR", Decimal("1.2"))
    assert german.shown(GERMAN)["base_total"] == "70"
    assert german.shown(GERMAN)["reference"] == f"(€84.00) TBDE-{GERMAN}"
    assert german.post(GERMAN)["result"] == "already posted"


def test_a_typed_rate_is_sent_and_kept(german: Office) -> None:
    german.type_in(GERMAN, exchange_rate=Decimal("1.21"))
    german.post(GERMAN)
    (invoice,) = german.documents(GERMAN)
    assert Decimal(invoice["CurrencyRate"]) == Decimal("1.21")
    assert german.shown(GERMAN)["base_total"] == "69.42"
    german.control.set_rate(GB, "EUR", "1.3")
    assert german.post(GERMAN)["result"] == "already posted"


@pytest.mark.parametrize(("rate", "off"), [("1.24", "3.3"), ("1.16", "3.3"), ("0.12", "90.0")])
def test_more_than_three_per_cent_off_stops_and_lets_the_draft_go(
    german: Office, rate: str, off: str
) -> None:
    german.control.set_rate(GB, "EUR", rate)
    error = german.refused("post", GERMAN)
    assert f"{off} % off" in error
    assert german.standing(GERMAN) == [], "the draft was let go"
    assert german.status(GERMAN) == ("Draft", "")
    german.control.set_rate(GB, "EUR", "1.2")
    assert german.post(GERMAN)["number"] == "AMZ-TB-10001"


def test_a_typed_rate_is_held_against_settings_too(german: Office) -> None:
    german.type_in(GERMAN, exchange_rate=Decimal("12.1"))
    assert "% off" in german.refused("post", GERMAN)
    assert german.standing(GERMAN) == []


def test_with_nothing_to_hold_it_against_nothing_is_written(office: Office) -> None:
    office.bring({GERMAN: report(GERMAN, currency="EUR", marketplace="DE")})
    assert "no rate for 1 GBP" in office.refused("post", GERMAN, status=1)
    assert office.documents() == []


def test_the_rate_posted_last_will_do(german: Office) -> None:
    german.post(GERMAN)
    german.set("Exchange rate", "", "--marketplace", "DE")
    later = report(LATER, currency="EUR", marketplace="DE", start="2026-05-18")
    german.bring({LATER: later})
    german.control.set_rate(GB, "EUR", "1.3")
    assert "8.3 % off" in german.refused("post", LATER)
    german.control.set_rate(GB, "EUR", "1.22")
    assert german.post(LATER)["result"] == "posted"


def test_a_currency_that_is_not_enabled_is_refused_before_anything_is_written(
    german: Office,
) -> None:
    german.control.unsubscribe(GB, "EUR")
    error = german.refused("post", GERMAN, status=1)
    assert "not subscribed to currency EUR" in error
    assert "Add EUR under Settings, Currencies" in error
    assert german.documents() == []


def test_a_manual_journal_is_refused_in_a_foreign_currency(german: Office) -> None:
    german.set("Post as", "manual journal", "--marketplace", "DE")
    german.set("Clearing account", "632", "--marketplace", "DE")
    error = german.refused("post", GERMAN, status=1)
    assert "It is in EUR, and Xero keeps manual journals in GBP only" in error
    assert german.documents() == []


def test_a_foreign_settlement_is_reposted_and_rolled_back(german: Office) -> None:
    german.post(GERMAN)
    german.set("Group lines by", "account")
    german.control.set_rate(GB, "EUR", "1.21")
    assert german.row("repost", GERMAN)["result"] == "reposted"
    assert german.shown(GERMAN)["base_total"] == "69.42"
    assert german.row("rollback", GERMAN)["result"] == "rolled back"
    assert german.shown(GERMAN)["base_total"] == ""
