"""Amounts and days on their way to Xero and back: exact, or not sent at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from contract import DAY, FEES, alter, authorise, create, draft, line
from contract_beside import NARRATION, journal
from hypothesis import given
from hypothesis import strategies as st
from practice import GB, Practice
from xero_python.api_client.serializer import serialize

from truebooks_xl.core.ledger import DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.errors import Unavailable
from truebooks_xl.xero import journals, lists, wire
from truebooks_xl.xero.outcomes import Asked, only
from truebooks_xl.xero.sdk import XeroSdk

pytest_plugins = ["practice_fixtures"]

LARGEST_MINOR = 999_999_999_999
"""9,999,999,999.99, the largest line amount Xero takes."""

minors = st.integers(-LARGEST_MINOR, LARGEST_MINOR)


@given(minors, st.sampled_from(["GBP", "JPY"]))
def test_an_amount_survives_the_sdk_to_the_penny(minor: int, currency: str) -> None:
    sent = Money(minor, currency)
    text = json.dumps(serialize({"UnitAmount": wire.exact(sent.amount)}))
    back = json.loads(text, parse_float=Decimal)["UnitAmount"]
    assert wire.money(back, currency) == sent


def test_an_amount_a_float_would_change_is_never_sent() -> None:
    with pytest.raises(AssertionError, match="journey"):
        wire.exact(Money(12_345_678_901_234_567_89, "GBP").amount)


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
    create(xero, draft(contact), "create")
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
    assert asked["key"] == "create"


def test_authorising_sends_no_line(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    made = create(xero, draft(contact))
    authorise(xero, made)
    (asked,) = practice.asked("POST")
    assert asked["path"] == f"/Invoices/{made.id}", "by id; without one POST overwrites by number"
    change = {"InvoiceID": made.id, "InvoiceNumber": "AMZ-TB-10001", "Status": "AUTHORISED"}
    assert json.loads(asked["body"]) == {"Invoices": [change]}


def test_tracking_travels_both_ways(practice: Practice, xero: XeroSdk) -> None:
    practice.control.add_tracking(GB, "Marketplace", ["UK"])
    practice.control.add_tracking(GB, "Brand", ["Toys"])
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    tracked = DocumentLine(
        *("Sales", "200", "OUTPUT2", Money(4200, "GBP"), Money(700, "GBP")),
        (("Marketplace", "UK"), ("Brand", "Toys")),
    )
    lines = (tracked, line(*FEES))
    wanted = Draft(*("ACCREC", "TBR-1", "TBUK-1", contact, DAY, DAY, "GBP"), lines)
    assert create(xero, wanted).lines == lines
    turned = tuple(replace(each, gross=-each.gross, tax=-each.tax) for each in lines)
    rest = line("Rest", "850", "NONE", "31.70")
    turned_round = replace(wanted, kind="MANUALJOURNAL", lines=(*turned, rest))
    assert create(xero, turned_round, "a journal").lines == turned_round.lines


def test_a_journal_is_sent_as_it_was_previewed(practice: Practice, xero: XeroSdk) -> None:
    xero.organisation()  # which tells the currency; a journal's reply does not
    made = create(xero, journal(), "create")
    alter(xero, made, status="POSTED")
    (put,) = practice.asked("PUT", "/ManualJournals")
    assert (put["query"], put["key"]) == ({"summarizeErrors": "false"}, "create")
    (sent,) = json.loads(put["body"])["ManualJournals"]
    assert sent["JournalLines"][0] == {
        "LineAmount": -42.0,
        "AccountCode": "200",
        "Description": "Sales",
        "TaxType": "OUTPUT2",
    }
    del sent["JournalLines"]
    assert sent == {
        "Narration": NARRATION,
        "Date": "2026-05-20",
        "LineAmountTypes": "Inclusive",
        "Status": "DRAFT",
    }
    (post,) = practice.asked("POST")
    assert post["path"] == f"/ManualJournals/{made.id}"
    (change,) = json.loads(post["body"])["ManualJournals"]
    assert change == {"ManualJournalID": made.id, "Narration": NARRATION, "Status": "POSTED"}


def test_a_journal_in_another_currency_is_never_sent(xero: XeroSdk) -> None:
    with pytest.raises(AssertionError, match="base currency"):
        create(xero, replace(journal(), currency="EUR"))


def test_a_lock_is_sent_as_its_description_and_nothing_else() -> None:
    nothing = Money(0, "GBP")
    lock = DocumentLine("TrueBooks XL lock 8f1e", "", "", nothing, nothing)
    sent = wire.draft_json(replace(draft("a contact"), lines=(lock,)))
    assert sent["LineItems"] == [{"Description": "TrueBooks XL lock 8f1e"}]
    money = replace(lock, gross=Money(100, "GBP"))
    with pytest.raises(AssertionError):
        wire.draft_json(replace(draft("a contact"), lines=(money,)))


def test_a_rate_is_sent_with_six_decimals_and_only_when_given() -> None:
    plain = draft("a contact")
    assert "CurrencyRate" not in wire.draft_json(plain)
    sent = wire.draft_json(replace(plain, rate=Decimal("1.17345678")))
    assert sent["CurrencyRate"] == Decimal("1.173457")


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
    lists_and_texts = ["InvoiceNumber", "Reference", "DueDate", "LineItems", "Payments", "Warnings"]
    others = ["Contact", "CurrencyRate", "HasAttachments", "AmountPaid", "AmountCredited"]
    read = wire.document(SHOWN | dict.fromkeys([*lists_and_texts, *others]))
    assert (read.applied, read.lines, read.warnings) == ((), (), ())
    assert (read.contact_id, read.rate, read.has_attachments) == ("", None, False)
    amounts = ["Description", "AccountCode", "TaxType", "LineAmount", "TaxAmount", "Tracking"]
    (blank,) = wire.document(SHOWN | {"LineItems": [dict.fromkeys(amounts)]}).lines
    assert blank == DocumentLine("", "", "", Money(0, "GBP"), Money(0, "GBP"))
    account = {"Type": "BANK", "Name": "Bank"}
    nulls = dict.fromkeys(["Code", "SystemAccount", "Class", "TaxType", "Status"])
    assert lists.account(account | nulls).account_class == "ASSET"
    empty = dict.fromkeys(["PaysTax", "PeriodLockDate", "ShortCode", "IsDemoCompany"])
    organisation = {"OrganisationID": "1", "Name": "A", "CountryCode": "GB", "BaseCurrency": "GBP"}
    read_organisation = lists.organisation(organisation | empty)
    assert (read_organisation.pays_tax, read_organisation.demo) == (True, False)


APPLIED = [
    # what the reply carries                                              what counts as applied
    ({"Payments": [{"PaymentID": "p", "Amount": 5, "Date": None}]}, ("payment", "p", "5.00")),
    (
        {"CreditNotes": [{"CreditNoteID": "c", "AppliedAmount": 7, "Total": 90}]},
        ("credit note", "c", "7.00"),
    ),
    (
        {"Prepayments": [{"PrepaymentID": "q", "AppliedAmount": Decimal("7.50")}]},
        ("prepayment", "q", "7.50"),
    ),
    ({"Overpayments": [{"OverpaymentID": "o", "Total": 3}]}, ("overpayment", "o", "3.00")),
    ({"AmountPaid": Decimal("5.0")}, ("payment", "", "5.00")),
    ({"AmountCredited": 5, "CreditNotes": []}, ("credit note", "", "5.00")),
    (
        {"AmountPaid": 5, "Payments": [{"PaymentID": "p", "Amount": 5}]},
        ("payment", "p", "5.00"),
    ),
]


@pytest.mark.parametrize(("carried", "expected"), APPLIED, ids=range(len(APPLIED)))
def test_whatever_is_applied_forbids_a_void(
    carried: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    (applied,) = wire.document(SHOWN | carried).applied
    assert (applied.kind, applied.id, str(applied.amount)) == expected


def test_nothing_is_applied_where_nothing_is_due_or_paid() -> None:
    read = wire.document(SHOWN | {"AmountPaid": Decimal("0.00"), "AmountDue": Decimal("120.00")})
    assert read.applied == ()


def test_words_nobody_has_heard_of_are_read_as_they_are(xero: XeroSdk) -> None:
    words = {"Type": "REINCARNATED", "Status": "REINCARNATED", "CurrencyCode": "XXX"}
    read = wire.document(SHOWN | words | {"LineAmountTypes": "REINCARNATED"})
    assert (read.kind, read.status, read.currency) == ("REINCARNATED", "REINCARNATED", "XXX")
    assert xero.link(read).endswith("InvoiceID=1")
    account = {"Type": "REINCARNATED", "Name": "A", "Status": "REINCARNATED"}
    assert lists.account(account).active is False
    rate = {"TaxType": "A", "Name": "A", "EffectiveRate": 20, "Status": "REINCARNATED"}
    assert lists.tax_rate(rate).active is False
    assert lists.permission({"Name": "A", "Status": "REINCARNATED"}) == ("A", False)


@pytest.mark.parametrize("missing", ["Total", "Date", "CurrencyCode", "InvoiceID"])
def test_a_reply_without_what_every_document_has_is_unusable(missing: str) -> None:
    shown = {name: value for name, value in SHOWN.items() if name != missing}
    with pytest.raises(Unavailable, match="cannot be read"):
        only(Asked("x"), [shown], wire.document)


@pytest.mark.parametrize("missing", ["ManualJournalID", "Status", "Date", "UpdatedDateUTC"])
def test_a_journal_without_what_every_journal_has_is_unusable(missing: str) -> None:
    shown = {"ManualJournalID": "1", "Status": "DRAFT", "Narration": "x"}
    shown |= {"Date": SHOWN["Date"], "UpdatedDateUTC": SHOWN["UpdatedDateUTC"]}
    assert journals.document(shown, "GBP").lines == ()
    del shown[missing]
    with pytest.raises(Unavailable, match="cannot be read"):
        only(Asked("x"), [shown], lambda each: journals.document(each, "GBP"))


@pytest.mark.parametrize("shown", [None, "x", [], [{}, {}], [[]]])
def test_an_answer_of_another_shape_is_unusable(shown: object) -> None:
    with pytest.raises(Unavailable):
        only(Asked("x"), shown, wire.document)
