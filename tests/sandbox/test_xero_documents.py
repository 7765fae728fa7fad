"""A document's life in the sandbox: made, approved, paid, voided, and what may not happen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from desk import GB, Desk, invoice

pytest_plugins = ["desk_fixtures"]

NO_CHANGE = "Invoice not of valid status for modification"
NO = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("types", "sub_total", "tax", "total"),
    [
        ("Inclusive", "100.00", "20.00", "120.00"),
        ("Exclusive", "120.00", "24.00", "144.00"),
        ("NoTax", "120.00", "0.00", "120.00"),
    ],
)
def test_totals_are_the_sum_of_the_lines(
    desk: Desk, contact: str, types: str, *, sub_total: str, tax: str, total: str
) -> None:
    made = desk.put(invoice(contact, LineAmountTypes=types)).one
    shown = [made["SubTotal"], made["TotalTax"], made["Total"]]
    assert shown == [Decimal(sub_total), Decimal(tax), Decimal(total)]


def test_tax_is_rounded_per_line_then_added_up(desk: Desk, contact: str) -> None:
    # Recorded of the real Xero at 15 %: 89.00 holds 11.61. At 20 %: 0.03 holds 0.005, three times.
    penny = invoice(contact, gross="0.03")["LineItems"][0]
    made = desk.put(invoice(contact, LineItems=[penny, penny, penny])).one
    assert made["TotalTax"] == Decimal("0.03")


@pytest.mark.parametrize(
    ("setting", "tax"), [("half up", "0.01"), ("half even", "0.00"), ("truncate", "0.00")]
)
def test_half_a_penny_follows_the_policy(desk: Desk, contact: str, setting: str, tax: str) -> None:
    desk.control.set_policy("half_penny", setting)
    assert desk.put(invoice(contact, gross="0.03")).one["TotalTax"] == Decimal(tax)


def test_dates_are_shown_twice_and_the_reply_to_a_write_lacks_payments(
    desk: Desk, contact: str
) -> None:
    written = desk.put(invoice(contact)).one
    assert written["Date"] == "/Date(1779235200000+0000)/"
    assert written["DateString"] == "2026-05-20T00:00:00"
    read = desk.read(written)
    assert {*read} - {*written} == {"Payments", "CreditNotes", "AmountCredited", "HasAttachments"}


MOVES = [
    # from         to            allowed
    ("DRAFT", "SUBMITTED", True),
    ("DRAFT", "AUTHORISED", True),
    ("DRAFT", "DELETED", True),
    ("DRAFT", "VOIDED", False),
    ("SUBMITTED", "AUTHORISED", True),
    ("SUBMITTED", "DELETED", True),
    ("AUTHORISED", "VOIDED", True),
    ("AUTHORISED", "DELETED", False),
    ("AUTHORISED", "DRAFT", False),
    ("VOIDED", "AUTHORISED", False),
    ("VOIDED", "VOIDED", False),
    ("DELETED", "DRAFT", False),
]
WAY = {"VOIDED": ["AUTHORISED", "VOIDED"], "DRAFT": []}


@pytest.mark.parametrize(("before", "after", "allowed"), MOVES)
def test_a_status_follows_only_where_it_may(
    desk: Desk, contact: str, before: str, after: str, *, allowed: bool
) -> None:
    made = desk.put(invoice(contact)).one
    for status in WAY.get(before, [before]):
        assert desk.change(made, Status=status).status == 200
    answer = desk.change(made, Status=after)
    assert (answer.status == 200) == allowed
    assert desk.read(made)["Status"] == (after if allowed else before)
    if not allowed:
        assert answer.said == [NO_CHANGE]


def test_a_new_document_cannot_be_void(desk: Desk, contact: str) -> None:
    answer = desk.put(invoice(contact, Status="VOIDED"))
    assert answer.said == ["Invoice not of valid status for creation"]


def test_payments_make_it_paid_and_their_removal_brings_it_back(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact, Status="AUTHORISED")).one
    desk.control.pay(GB, made["InvoiceID"], "100.00", "2026-05-22")
    assert desk.read(made)["Status"] == "AUTHORISED"
    desk.control.pay(GB, made["InvoiceID"], "20.00", "2026-05-23")
    paid = desk.read(made)
    assert (paid["Status"], paid["AmountDue"], len(paid["Payments"])) == ("PAID", 0, 2)
    desk.control.unpay(GB, made["InvoiceID"])
    assert desk.read(made)["Status"] == "AUTHORISED"
    assert desk.change(made, Status="VOIDED").status == 200


def test_what_is_paid_is_neither_voided_nor_edited(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact, Status="AUTHORISED")).one
    desk.control.pay(GB, made["InvoiceID"], "1.00", "2026-05-22")
    assert desk.change(made, Status="VOIDED").said == [
        (
            "The status VOIDED cannot be applied to the invoice because it has payments or credit "
            "notes allocated to it."
        )
    ]
    assert desk.change(made, Date="2026-05-21").said == [
        "This document cannot be edited as it has a payment or credit note allocated to it.",
        NO_CHANGE,
    ]
    assert desk.change(made, Reference="may change").status == 200


def test_a_voided_document_still_shows_what_was_due(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact, Status="AUTHORISED")).one
    voided = desk.change(made, Status="VOIDED").one
    assert voided["AmountDue"] == Decimal("120.00")


def test_a_locked_document_cannot_be_voided(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact, Status="AUTHORISED")).one
    desk.control.lock(GB, period="2026-05-20")
    assert desk.change(made, Status="VOIDED").said == [
        "The document cannot be edited as it is currently dated before the period lock date"
    ]


def test_an_adviser_passes_the_period_lock_only(desk: Desk, contact: str) -> None:
    desk.control.set_policy("lock_adviser", "true")
    desk.control.lock(GB, period="2026-05-31")
    assert desk.put(invoice(contact, Status="AUTHORISED")).status == 200
    desk.control.lock(GB, period="2026-05-31", year_end="2026-05-31")
    assert desk.put(invoice(contact, "A-2", Status="AUTHORISED")).said == [
        "The document date cannot be before the end of year lock date, currently set at 31-May-2026"
    ]


def test_changes_without_lines_keep_the_lines(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact)).one
    changed = desk.change(made, InvoiceNumber="A-2", Status="AUTHORISED").one
    assert changed["LineItems"] == made["LineItems"]


def test_new_lines_replace_the_old(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact)).one
    lines = invoice(contact, gross="60.00")["LineItems"]
    changed = desk.change(made, LineItems=lines).one
    assert (changed["Total"], len(changed["LineItems"])) == (Decimal("60.00"), 1)


def test_a_total_that_is_wrong_is_refused_unless_the_policy_ignores_it(
    desk: Desk, contact: str
) -> None:
    wrong = invoice(contact, Total=Decimal("119.99"))
    assert desk.put(wrong).said == ["The invoice total does not equal the sum of the lines."]
    desk.control.set_policy("wrong_total", "ignored")
    assert desk.put(wrong).one["Total"] == Decimal("120.00")


def test_a_negative_quantity_is_refused(desk: Desk, contact: str) -> None:
    sent = invoice(contact)
    sent["LineItems"][0]["Quantity"] = -1
    assert desk.put(sent).said == [
        "The quantity value '-1.0000' is invalid. Quantity must not be less than zero."
    ]


def test_a_line_without_a_tax_type_takes_its_accounts(desk: Desk, contact: str) -> None:
    sent = invoice(contact)
    del sent["LineItems"][0]["TaxType"]
    assert desk.put(sent).one["LineItems"][0]["TaxType"] == "OUTPUT2"


def test_a_draft_may_be_words_only_but_nothing_is_approved_without_an_amount(
    desk: Desk, contact: str
) -> None:
    """A lock of a bill is such a draft."""
    made = desk.put(invoice(contact, LineItems=[{"Description": "TrueBooks XL lock"}])).one
    (line,) = desk.read(made)["LineItems"]
    assert (made["Total"], line["Description"]) == (0, "TrueBooks XL lock")
    assert (line["LineAmount"], line["TaxAmount"]) == (0, 0)
    assert not {"AccountCode", "Quantity", "UnitAmount", "TaxType"} & set(line)
    assert desk.change(made, Status="AUTHORISED").said == [
        "One or more line items must be specified"
    ]


def test_words_may_stand_beside_amounts_and_amounts_need_an_account(
    desk: Desk, contact: str
) -> None:
    words, sale = {"Description": "Settlement of May"}, invoice(contact)["LineItems"][0]
    made = desk.put(invoice(contact, LineItems=[words, sale], Status="AUTHORISED")).one
    assert (made["Status"], made["Total"]) == ("AUTHORISED", Decimal("120.00"))
    homeless = {"Description": "Sales", "UnitAmount": Decimal("5.00")}
    draft = desk.put(invoice(contact, "A-2", LineItems=[homeless])).one
    assert desk.read(draft)["LineItems"][0]["UnitAmount"] == Decimal("5.00")
    assert desk.change(draft, Status="AUTHORISED").said == ["Account code must be specified."]


def test_every_line_is_looked_at_even_if_it_is_like_the_one_before(
    desk: Desk, contact: str
) -> None:
    (good,) = invoice(contact)["LineItems"]
    answer = desk.put(invoice(contact, LineItems=[good | {"TaxType": "INPUT2"}, good]))
    assert answer.said == ["The TaxType code 'INPUT2' cannot be used with account code '200'."]


def test_a_call_keeps_all_or_each(desk: Desk, contact: str) -> None:
    good, bad = invoice(contact, "A-1"), invoice(contact, "A-2", CurrencyCode="XXX")
    refused = desk.put(good, bad, query={})
    assert (refused.status, refused.body["Message"]) == (400, "A validation exception occurred")
    assert desk.get("/Invoices").numbers == []
    each = desk.put(good, bad, invoice(contact, "A-3"), query={"summarizeErrors": "false"})
    assert each.status == 200
    outcomes = [element["StatusAttributeString"] for element in each.body["Invoices"]]
    assert outcomes == ["OK", "ERROR", "OK"]
    assert desk.get("/Invoices").numbers == ["A-1", "A-3"]


def test_a_refused_element_echoes_what_was_asked_for(desk: Desk, contact: str) -> None:
    """Which is why nobody may read the status of an element with errors."""
    bad = invoice(contact, CurrencyCode="XXX", Status="AUTHORISED")
    echo = desk.put(bad, query={"summarizeErrors": "false"}).one
    assert (echo["HasErrors"], echo["Status"]) == (True, "AUTHORISED")
    assert "InvoiceID" not in echo


def test_posting_without_an_id_overwrites_whoever_has_the_number(desk: Desk, contact: str) -> None:
    """The trap: POST /Invoices is no way to create."""
    theirs = desk.put(invoice(contact, "INV-7", gross="999.00")).one
    ours = desk.ask("POST", "/Invoices", {"Invoices": [invoice(contact, "INV-7")]}).one
    assert ours["InvoiceID"] == theirs["InvoiceID"]
    assert desk.read(theirs)["Total"] == Decimal("120.00")
    fresh = desk.ask("POST", "/Invoices", {"Invoices": [invoice(contact, "INV-8")]}).one
    assert fresh["InvoiceID"] != theirs["InvoiceID"]


def test_posting_a_batch_by_ids_changes_these_unless_the_policy_refuses(
    desk: Desk, contact: str
) -> None:
    made = [desk.put(invoice(contact, f"A-{n}")).one for n in range(2)]
    changes = [{"InvoiceID": each["InvoiceID"], "Status": "AUTHORISED"} for each in made]
    desk.control.set_policy("batch_post_by_id", "refused")
    assert desk.ask("POST", "/Invoices", {"Invoices": changes}).status == 400
    assert [desk.read(each)["Status"] for each in made] == ["DRAFT", "DRAFT"]
    desk.control.set_policy("batch_post_by_id", "allowed")
    assert desk.ask("POST", "/Invoices", {"Invoices": changes}).status == 200
    assert [desk.read(each)["Status"] for each in made] == ["AUTHORISED", "AUTHORISED"]


def test_what_is_not_there_is_an_empty_html_page(desk: Desk) -> None:
    for answer in (desk.get(f"/Invoices/{NO}"), desk.change({"InvoiceID": NO}, Status="DRAFT")):
        assert (answer.status, answer.reply.body) == (404, b"")
        assert answer.reply.content_type == "text/html; charset=utf-8"


UNKNOWN: list[tuple[str, str, dict[str, Any] | None, dict[str, str]]] = [
    ("GET", "/BankTransfers", None, {}),
    ("DELETE", "/Invoices", None, {}),
    ("GET", "/Invoices", None, {"pagesize": "10"}),
    ("GET", "/Invoices", None, {"where": 'Mood=="good"'}),
    ("GET", "/Invoices", None, {"where": 'Reference~"x"'}),
    ("GET", "/Invoices", None, {"where": 'Reference=="x" AND'}),
    ("GET", "/Invoices", None, {"where": "Date>=2026"}),
    ("GET", "/Invoices", None, {"where": '(Reference=="x"'}),
    ("GET", "/Invoices", None, {"where": 'Reference=="x" "y"'}),
    ("GET", "/Invoices", None, {"order": "Mood DESC"}),
    ("GET", "/Invoices", None, {"page": "0"}),
    ("GET", "/Invoices", None, {"page": "first"}),
    ("GET", "/Invoices", None, {"page": "1", "pageSize": "1001"}),
    ("GET", "/Organisation", None, {"page": "1"}),
    ("PUT", "/Invoices", {"Invoices": [{"Typo": "ACCREC"}]}, {}),
    ("PUT", "/Invoices", {"Invoices": [{"Reference": None}]}, {}),
    ("PUT", "/Invoices", {"Invoice": []}, {}),
    ("PUT", "/Invoices", {"Invoices": []}, {"summarizeErrors": "maybe"}),
    ("PUT", "/Contacts", {"Contacts": [{"Name": "A", "Shoe": 7}]}, {}),
]


@pytest.mark.parametrize(("method", "path", "body", "query"), UNKNOWN)
def test_what_the_sandbox_does_not_know_it_refuses_by_name(
    desk: Desk, method: str, path: str, body: dict[str, Any] | None, query: dict[str, str]
) -> None:
    answer = desk.ask(method, path, body, query)
    assert answer.status == 400
    assert answer.body["Message"].startswith("The sandbox does not know ")


def test_a_property_of_a_line_that_is_not_known_is_named(desk: Desk, contact: str) -> None:
    sent = invoice(contact)
    sent["LineItems"][0]["ItemCode"] = "TOY"
    assert "ItemCode" in desk.put(sent).body["Message"]


def test_a_filter_by_time_is_not_silently_forgotten(desk: Desk) -> None:
    for path, stamp in (("/Invoices", "yesterday"), ("/BankTransactions", "2026-05-20T00:00:00")):
        answer = desk.ask("GET", path, if_modified_since=stamp)
        assert "If-Modified-Since" in answer.body["Message"]


def test_nobody_without_a_token_or_an_organisation_gets_in(desk: Desk) -> None:
    assert desk.ask("GET", "/Organisation", authorization="").status == 401
    assert desk.ask("GET", "/Organisation", xero_tenant_id=NO).status == 403
