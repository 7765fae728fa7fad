"""Amounts and days on their way to Xero and back: exact, or not sent at all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from contract import DAY, draft, line
from hypothesis import given
from hypothesis import strategies as st
from practice import Practice
from xero_python.api_client.serializer import serialize

from truebooks_xl.core.ledger import DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.errors import Unavailable
from truebooks_xl.xero import wire
from truebooks_xl.xero.sdk import XeroSdk

pytest_plugins = ["practice_fixtures"]

LARGEST_MINOR = 999_999_999_999
"""9,999,999,999.99, the largest line amount Xero takes."""

minors = st.integers(-LARGEST_MINOR, LARGEST_MINOR)


@given(minors, st.sampled_from(["GBP", "JPY"]))
def test_an_amount_survives_the_sdk_to_the_penny(minor: int, currency: str) -> None:
    sent = Money(minor, currency)
    text = json.dumps(serialize({"UnitAmount": wire.exact(sent)}))
    back = json.loads(text, parse_float=Decimal)["UnitAmount"]
    assert wire.money(back, currency) == sent


def test_an_amount_a_float_would_change_is_never_sent() -> None:
    with pytest.raises(AssertionError, match="journey"):
        wire.exact(Money(12_345_678_901_234_567_89, "GBP"))


@pytest.mark.parametrize("amount", [Decimal("0.005"), True, "12.00", None, Decimal("NaN")])
def test_an_amount_that_is_none_is_not_read_as_one(amount: object) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        wire.money(amount, "GBP")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/Date(1789344000000+0000)/", datetime(2026, 9, 14, tzinfo=UTC)),
        ("/Date(1789344000000)/", datetime(2026, 9, 14, tzinfo=UTC)),
        ("/Date(1789344000000+1300)/", datetime(2026, 9, 14, tzinfo=UTC)),
        ("/Date(-86400000+0000)/", datetime(1969, 12, 31, tzinfo=UTC)),
    ],
)
def test_instants_are_milliseconds_whatever_the_offset(text: str, expected: datetime) -> None:
    assert wire.instant(text) == expected
    assert wire.day(text) == expected.date()


def test_a_draft_is_sent_as_it_was_previewed(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    xero.reserve(draft(contact), network_key="reserve")
    (sent,) = practice.sent("PUT", "/Invoices")
    expected_line = {"Quantity": 1, "AccountCode": "200", "TaxType": "OUTPUT2"}
    assert sent["Invoices"][0]["LineItems"][0] == expected_line | {
        "Description": "Sales",
        "UnitAmount": 42.0,
    }
    del sent["Invoices"][0]["LineItems"]
    assert sent == {
        "Invoices": [
            {
                "Type": "ACCREC",
                "InvoiceNumber": "TBR-26881161592",
                "Reference": "(£31.70) TBUK-26881161592",
                "Contact": {"ContactID": contact},
                "Date": "2026-05-20",
                "DueDate": "2026-05-20",
                "CurrencyCode": "GBP",
                "LineAmountTypes": "Inclusive",
                "Status": "DRAFT",
            }
        ]
    }
    (asked,) = practice.asked("PUT", "/Invoices")
    assert asked["query"] == {"summarizeErrors": "false"}
    assert asked["key"] == "reserve"


def test_authorising_sends_no_line(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    made = xero.reserve(draft(contact), network_key="reserve")
    xero.authorise(made.id, "AMZ-TB-10001", network_key="authorise")
    (asked,) = practice.asked("POST")
    assert asked["path"] == f"/Invoices/{made.id}", "by id; without one POST overwrites by number"
    change = {"InvoiceID": made.id, "InvoiceNumber": "AMZ-TB-10001", "Status": "AUTHORISED"}
    assert json.loads(asked["body"]) == {"Invoices": [change]}


def test_tracking_travels_both_ways(xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    tracked = DocumentLine(
        *("Sales", "200", "OUTPUT2", Money(4200, "GBP"), Money(700, "GBP")),
        (("Marketplace", "UK"), ("Brand", "Toys")),
    )
    wanted = Draft(*("ACCREC", "TBR-1", "TBUK-1", contact, DAY, DAY, "GBP"), (tracked, line(*FEES)))
    assert xero.reserve(wanted, network_key="reserve").lines == wanted.lines


FEES = ("Seller fees", "402", "INPUT2", "-10.30")

SHOWN: dict[str, Any] = {
    "InvoiceID": "1",
    "Type": "ACCREC",
    "Status": "DRAFT",
    "Date": "/Date(1789344000000+0000)/",
    "CurrencyCode": "GBP",
    "Total": Decimal("120.0"),
    "TotalTax": 20,
    "UpdatedDateUTC": "/Date(1789344000000+0000)/",
}


def test_a_document_made_by_hand_is_read_with_gross_lines() -> None:
    amounts = {"LineAmount": Decimal("100.0"), "TaxAmount": Decimal("20.0")}
    by_hand = SHOWN | {"LineAmountTypes": "Exclusive", "LineItems": [amounts]}
    read = wire.document(by_hand)
    assert str(read.lines[0].gross) == "120.00"
    assert (read.number, read.reference, read.due_on) == ("", "", None)
    assert read.dated_on == date(2026, 9, 14)


def test_null_fields_are_read_as_nothing() -> None:
    nulls = dict.fromkeys(["InvoiceNumber", "Reference", "DueDate", "LineItems", "Payments"])
    assert wire.document(SHOWN | nulls).applied == ()
    account = {"Type": "BANK", "Name": "Bank", "Code": None, "SystemAccount": None, "Class": None}
    assert wire.account(account).account_class == "ASSET"


@pytest.mark.parametrize("missing", ["Total", "Date", "CurrencyCode", "InvoiceID"])
def test_a_reply_without_what_every_document_has_is_unusable(missing: str, xero: XeroSdk) -> None:
    from truebooks_xl.xero.outcomes import Asked  # noqa: PLC0415 only here

    shown = {name: value for name, value in SHOWN.items() if name != missing}
    with pytest.raises(Unavailable, match="cannot be read"):
        xero._each(Asked("x"), {"Invoices": [shown]}, "Invoices", wire.document)
