"""Lists: filters, pages, order, and what stands in them."""

from __future__ import annotations

from typing import Any

import pytest
from desk import Desk, JsonBody, invoice

pytest_plugins = ["desk_fixtures"]


@pytest.fixture
def books(desk: Desk, contact: str) -> Desk:
    other = desk.contact("Amazon.de")
    rows: list[tuple[str, str, str, str, dict[str, Any]]] = [
        # contact  number     reference                     gross     more
        (contact, "A-1", "(£1,275.20) TBUK-1", "120.00", {"Status": "AUTHORISED"}),
        (contact, "A-2", "(£1,275.20) tbuk-1", "60.00", {"Date": "2026-06-01"}),
        (other, "B-1", "100% of TBUK_1", "0.00", {"Status": "AUTHORISED"}),
        (other, "B-2", "", "12.00", {"Type": "ACCPAY", "LineItems": []}),
        (contact, "A-3", "void", "1.00", {"Status": "AUTHORISED"}),
        (contact, "A-4", "gone", "1.00", {}),
    ]
    for who, number, reference, gross, more in rows:
        made = desk.put(invoice(who, number, gross, Reference=reference, **more)).one
        last = {"A-3": "VOIDED", "A-4": "DELETED"}.get(number)
        if last:
            desk.change(made, Status=last)
    return desk


FILTERS = [
    ('Reference=="(£1,275.20) TBUK-1"', "A-1 A-2"),  # text is compared without regard to case
    ('reference=="x"', None),
    ('Reference!="void" AND Type=="ACCREC"', "A-1 A-2 B-1"),
    ('Reference.Contains("tbuk")', "A-1 A-2 B-1"),
    ('Reference.Contains("TBUK_1")', "B-1"),  # no wildcard
    ('Reference.StartsWith("100%")', "B-1"),
    ('InvoiceNumber.StartsWith("B") && Status=="AUTHORISED"', ""),
    ('Status=="PAID"', "B-1"),
    ('Status=="VOIDED" OR Status=="DRAFT"', "A-2 B-2 A-3"),
    ('Type=="ACCPAY" || InvoiceNumber=="A-1" AND Status=="VOIDED"', "B-2"),
    ('(Type=="ACCPAY" || InvoiceNumber=="A-1") AND Status=="AUTHORISED"', "A-1"),
    ("Date>=DateTime(2026,6,1)", "A-2"),
    ("Date>=DateTime(2026, 05, 01) AND Date<DateTime(2026, 06, 01)", "A-1 B-1 B-2 A-3"),
    ("AmountDue>=60.00", "A-1 A-2"),
    ("Total=120", "A-1"),
    ("AmountPaid>0", ""),
    ("Reference==null", "B-2"),
    ("Reference!=null AND AmountDue<2", "B-1 A-3"),
    ('Contact.Name=="Amazon.de"', "B-1 B-2"),
    ('Contact.ContactID==Guid("0a8a1d48-9d2e-4a52-9e8b-3f1c5f7f3c11")', ""),
]


@pytest.mark.parametrize(("where", "numbers"), FILTERS)
def test_a_filter_finds_what_it_says(books: Desk, where: str, numbers: str | None) -> None:
    answer = books.get("/Invoices", where=where)
    if numbers is None:
        assert answer.status == 400, "fields have one spelling"
    else:
        assert answer.numbers == numbers.split()


def test_guids_and_ids_name_documents(books: Desk) -> None:
    one = books.get("/Invoices", InvoiceNumbers="A-1").body["Invoices"][0]["InvoiceID"]
    assert books.get("/Invoices", where=f'InvoiceID==Guid("{one}")').numbers == ["A-1"]
    assert books.get("/Invoices", IDs=one).numbers == ["A-1"]
    assert books.get("/Invoices", IDs=f"{one.upper()},x").numbers == ["A-1"]


def test_a_list_of_numbers_is_split_at_commas(books: Desk) -> None:
    """So a reference used as a bill's number cannot be looked up this way."""
    assert books.get("/Invoices", InvoiceNumbers="A-1,B-2,nobody").numbers == ["A-1", "B-2"]


def test_voided_documents_are_listed_and_deleted_ones_on_request(books: Desk) -> None:
    assert books.get("/Invoices").numbers == ["A-1", "A-2", "B-1", "B-2", "A-3"]
    assert books.get("/Invoices", Statuses="DELETED,VOIDED").numbers == ["A-3", "A-4"]
    books.control.set_policy("deleted_in_lists", "yes")
    assert "A-4" in books.get("/Invoices").numbers


def test_a_search_looks_into_numbers_and_references(books: Desk) -> None:
    assert books.get("/Invoices", searchTerm="tbuk-1").numbers == ["A-1", "A-2"]
    assert books.get("/Invoices", searchTerm="b-").numbers == ["B-1", "B-2"]
    assert books.get("/Invoices", searchTerm="amazon").numbers == []
    books.control.set_policy("search_term_scope", "contact too")
    assert len(books.get("/Invoices", searchTerm="amazon").numbers) == 5


def test_pages_bring_lines_and_say_how_many_there_are(books: Desk) -> None:
    answer = books.get("/Invoices", page="2", pageSize="2")
    assert answer.numbers == ["B-1", "B-2"]
    pages = {"page": 2, "pageSize": 2, "pageCount": 3, "itemCount": 5}
    assert answer.body["pagination"] == pages
    assert answer.body["Invoices"][0]["LineItems"]
    whole = books.get("/Invoices")
    assert "pagination" not in whole.body
    assert whole.body["Invoices"][0]["LineItems"] == []


def test_an_empty_list_has_no_pages(desk: Desk) -> None:
    pages = {"page": 1, "pageSize": 100, "pageCount": 0, "itemCount": 0}
    assert desk.get("/Invoices", page="1").body["pagination"] == pages


def test_lists_come_in_the_order_asked_for(books: Desk) -> None:
    answer = books.get("/Invoices", order="Date DESC, InvoiceNumber")
    assert answer.numbers == ["A-2", "A-1", "A-3", "B-1", "B-2"]


def test_a_summary_has_no_lines(books: Desk) -> None:
    answer = books.get("/Invoices", page="1", summaryOnly="true")
    assert "LineItems" not in answer.body["Invoices"][0]


def test_an_app_can_ask_for_its_own(books: Desk, contact: str) -> None:
    another = Desk(books.store, books.clock, token="another app")
    another.put(invoice(contact, "C-1"))
    assert another.get("/Invoices", createdByMyApp="true").numbers == ["C-1"]


def test_contacts_are_found_by_name_and_archived_ones_on_request(desk: Desk) -> None:
    contact = desk.contact("Amazon.co.uk")
    desk.contact("Amazon.de")
    assert desk.get("/Contacts", where='Name=="amazon.CO.uk"').one["ContactID"] == contact
    assert desk.get("/Contacts", searchTerm=".de").one["Name"] == "Amazon.de"
    assert desk.get("/Contacts", IDs=contact, page="1").one["Name"] == "Amazon.co.uk"
    desk.control.archive_contact(desk.tenant, contact)
    assert desk.get("/Contacts", IDs=contact).body["Contacts"] == []
    archived = desk.get("/Contacts", IDs=contact, includeArchived="true").one
    assert archived["ContactStatus"] == "ARCHIVED"


def test_an_active_name_belongs_to_one_contact(desk: Desk) -> None:
    first = desk.contact("Amazon.co.uk")
    again = desk.ask("PUT", "/Contacts", {"Contacts": [{"Name": "AMAZON.co.uk"}]})
    assert again.said == [
        (
            "The contact name AMAZON.co.uk is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        )
    ]
    desk.control.archive_contact(desk.tenant, first)
    assert desk.contact("Amazon.co.uk") != first


def test_a_list_may_hold_only_what_changed_since(desk: Desk, contact: str) -> None:
    made = [desk.put(invoice(contact, f"A-{n}")).one for n in range(3)]
    desk.clock.move(60)
    desk.change(made[1], Reference="changed")

    def since(stamp: str, path: str = "/Invoices") -> JsonBody:
        return desk.ask("GET", path, if_modified_since=stamp).body

    def numbers(stamp: str) -> list[str]:
        return [each["InvoiceNumber"] for each in since(stamp)["Invoices"]]

    assert numbers("2026-05-20T12:00:30+00:00") == ["A-1"]
    assert numbers("2026-05-20T14:00:30+02:00") == ["A-1"]
    assert numbers("2026-05-20T11:00:00") == ["A-0", "A-1", "A-2"], "without an offset it is UTC"
    assert numbers("2026-05-20T12:01:00") == []
    assert since("2026-05-20T12:00:30", "/Contacts")["Contacts"] == []


def test_a_page_holds_a_hundred_unless_it_is_told_otherwise(desk: Desk, contact: str) -> None:
    for first in range(0, 120, 40):
        desk.put(*[invoice(contact, f"A-{n}") for n in range(first, first + 40)])
    assert len(desk.get("/Invoices", page="1").numbers) == 100
    assert len(desk.get("/Invoices", page="2").numbers) == 20
    assert len(desk.get("/Invoices", page="1", pageSize="1000").numbers) == 120
