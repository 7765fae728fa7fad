"""Exchange rates: Xero's own, unless the document brings one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from desk import GB, Desk, invoice

from truebooks_xl.sandbox.xero.organisation import BASE_CURRENCY, CURRENCY_NAMES, tenant_of
from truebooks_xl.sandbox.xero.rates import PER_DOLLAR

pytest_plugins = ["desk_fixtures"]


def test_a_document_in_the_organisations_own_currency_has_the_rate_1(
    desk: Desk, contact: str
) -> None:
    assert desk.put(invoice(contact)).one["CurrencyRate"] == 1
    sent = invoice(contact, "A-2", CurrencyRate=Decimal("1.5"))
    assert desk.put(sent).one["CurrencyRate"] == 1, "nobody changes pounds into pounds"


def test_a_foreign_document_gets_xeros_own_rate(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact, CurrencyCode="EUR")).one
    # 0.86 euros and 0.75 pounds are a dollar each.
    assert made["CurrencyRate"] == Decimal("1.146667")
    assert desk.read(made)["CurrencyRate"] == Decimal("1.146667")


def test_a_rate_that_is_sent_is_kept_to_six_decimals(desk: Desk, contact: str) -> None:
    sent = invoice(contact, CurrencyCode="EUR", CurrencyRate=Decimal("1.1899994"))
    made = desk.put(sent).one
    assert made["CurrencyRate"] == Decimal("1.189999")
    assert desk.change(made, Status="AUTHORISED").one["CurrencyRate"] == Decimal("1.189999")


@pytest.mark.parametrize("rate", [0, -1, "1.2", True])
def test_a_rate_that_is_none_is_refused(desk: Desk, contact: str, rate: object) -> None:
    answer = desk.put(invoice(contact, CurrencyCode="EUR", CurrencyRate=rate))
    assert answer.said == [f"The currency rate {rate} must be greater than zero."]


def test_a_rate_moves_for_new_documents_only(desk: Desk, contact: str) -> None:
    old = desk.put(invoice(contact, CurrencyCode="EUR")).one
    desk.control.set_rate(GB, "EUR", "1.2")
    new = desk.put(invoice(contact, "A-2", CurrencyCode="EUR")).one
    assert (desk.read(old)["CurrencyRate"], new["CurrencyRate"]) == (
        Decimal("1.146667"),
        Decimal("1.2"),
    )
    back = desk.change(old, CurrencyCode="USD").one
    assert back["CurrencyRate"] == Decimal("1.333333"), "another currency, another rate"


def test_only_a_foreign_currency_has_a_rate_to_move(desk: Desk) -> None:
    for currency in ("GBP", "XXX"):
        with pytest.raises(AssertionError, match=currency):
            desk.control.set_rate(GB, currency, "1")


@pytest.mark.parametrize("country", BASE_CURRENCY)
def test_every_organisation_has_a_rate_for_every_currency(desk: Desk, country: str) -> None:
    there = Desk(desk.store, desk.clock, tenant_of(country))
    contact = there.contact()
    lines = [{"Description": "Words"}]
    sent = [
        invoice(contact, code, CurrencyCode=code, LineItems=lines)
        for code in sorted(CURRENCY_NAMES)
    ]
    made = there.put(*sent).body["Invoices"]
    assert {each["CurrencyCode"] for each in made} == set(PER_DOLLAR)
    ones = [each["CurrencyCode"] for each in made if each["CurrencyRate"] == 1]
    assert ones == [BASE_CURRENCY[country]]
    assert all(each["CurrencyRate"] > 0 for each in made)


def test_a_payment_shows_the_documents_rate(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact, CurrencyCode="EUR", Status="AUTHORISED")).one
    desk.control.pay(GB, made["InvoiceID"], "1.00", "2026-05-22")
    assert desk.read(made)["Payments"][0]["CurrencyRate"] == made["CurrencyRate"]
