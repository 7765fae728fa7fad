"""What people do by hand in Xero between two of our calls."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from desk import GB, Desk, invoice
from rooms import made_journal, read_journal
from specification import Specification

from truebooks_xl.sandbox.xero.call import Refusal

pytest_plugins = ["desk_fixtures"]


def test_a_document_is_voided_approved_and_deleted_by_hand(desk: Desk, contact: str) -> None:
    made = [desk.put(invoice(contact, f"A-{n}")).one for n in range(2)]
    desk.control.approve(GB, made[0]["InvoiceID"])
    assert desk.read(made[0])["Status"] == "AUTHORISED"
    desk.control.void(GB, made[0]["InvoiceID"])
    desk.control.delete(GB, made[1]["InvoiceID"])
    assert [desk.read(each)["Status"] for each in made] == ["VOIDED", "DELETED"]


def test_a_journal_is_posted_copied_and_voided_by_hand(desk: Desk) -> None:
    posted, dropped = made_journal(desk), made_journal(desk)
    desk.control.approve(GB, posted["ManualJournalID"])
    copied = desk.control.copy(GB, posted["ManualJournalID"])
    desk.control.void(GB, posted["ManualJournalID"])
    desk.control.delete(GB, dropped["ManualJournalID"])
    every = (posted, {"ManualJournalID": copied}, dropped)
    statuses = [read_journal(desk, each)["Status"] for each in every]
    assert statuses == ["VOIDED", "POSTED", "DELETED"]


def test_hands_obey_what_the_screens_refuse(desk: Desk, contact: str) -> None:
    draft = desk.put(invoice(contact, "A-1")).one["InvoiceID"]
    paid = desk.put(invoice(contact, "A-2", Status="AUTHORISED")).one["InvoiceID"]
    words = desk.put(invoice(contact, "A-3", LineItems=[{"Description": "x"}])).one["InvoiceID"]
    desk.control.pay(GB, paid, "1.00", "2026-05-22")
    for act, said in (
        (lambda: desk.control.void(GB, draft), "A-1 is DRAFT"),
        (lambda: desk.control.delete(GB, paid), "A-2 is AUTHORISED"),
        (lambda: desk.control.void(GB, paid), "A-2 has payments"),
        (lambda: desk.control.edit(GB, paid, amount="2.00"), "A-2 has payments"),
        (lambda: desk.control.edit(GB, draft, mood="good"), "mood cannot be edited"),
        (lambda: desk.control.pay(GB, paid, "120.00", "2026-05-22"), "more than 119.00"),
        (lambda: desk.control.void(GB, "nobody"), "no document nobody"),
    ):
        with pytest.raises(AssertionError, match=said):
            act()
    with pytest.raises(Refusal, match="One or more line items"):
        desk.control.approve(GB, words)


EDITS: list[tuple[dict[str, Any], str, Any]] = [
    ({"number": "INV-7"}, "InvoiceNumber", "INV-7"),
    ({"reference": "changed"}, "Reference", "changed"),
    ({"date": "2026-05-21"}, "DateString", "2026-05-21T00:00:00"),
    ({"due_date": "2026-06-21"}, "DueDateString", "2026-06-21T00:00:00"),
    ({"amount": "60.00"}, "Total", Decimal("60.00")),
    ({"amount": "60.00"}, "TotalTax", Decimal("10.00")),
    ({"tax_type": "NONE"}, "TotalTax", 0),
]


@pytest.mark.parametrize(("edit", "field", "shown"), EDITS)
def test_a_document_is_edited_by_hand(
    desk: Desk, contact: str, edit: dict[str, Any], field: str, shown: object
) -> None:
    made = desk.put(invoice(contact, Status="AUTHORISED")).one
    desk.control.edit(GB, made["InvoiceID"], **edit)
    assert desk.read(made)[field] == shown


def test_one_line_of_several_is_edited(desk: Desk, contact: str) -> None:
    lines = invoice(contact)["LineItems"] * 2
    made = desk.put(invoice(contact, LineItems=lines)).one
    desk.control.edit(GB, made["InvoiceID"], line=1, account="260", description="Other")
    first, second = desk.read(made)["LineItems"]
    assert (first["AccountCode"], second["AccountCode"]) == ("200", "260")
    assert (first["Description"], second["Description"]) == ("Sales", "Other")
    assert first["LineItemID"] == made["LineItems"][0]["LineItemID"]


def test_a_copy_has_everything_but_the_number(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact, "AMZ-TB-1", Reference="(£120.00) TBUK-1")).one
    copied = desk.control.copy(GB, made["InvoiceID"], "INV-0007")
    copy = desk.read({"InvoiceID": copied})
    assert (copy["InvoiceNumber"], copy["Status"]) == ("INV-0007", "AUTHORISED")
    for same in ("Reference", "Contact", "Total", "Date"):
        assert copy[same] == made[same]
    assert copy["LineItems"][0]["LineItemID"] != made["LineItems"][0]["LineItemID"]
    assert desk.get("/Invoices", createdByMyApp="true").numbers == ["AMZ-TB-1"]
    with pytest.raises(Refusal, match="must be unique"):
        desk.control.copy(GB, made["InvoiceID"], "INV-0007")


def test_a_number_may_be_taken_by_a_voided_document(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact, "TBR-1")).one
    desk.control.copy(GB, made["InvoiceID"], "AMZ-TB-1", status="VOIDED")
    assert desk.change(made, InvoiceNumber="AMZ-TB-1").status == 400


def test_a_credit_note_counts_like_a_payment_and_is_told_apart(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact, Status="AUTHORISED")).one
    credit = desk.control.credit(GB, made["InvoiceID"], "20.00", "2026-05-23")
    desk.control.pay(GB, made["InvoiceID"], "100.00", "2026-05-22")
    read = desk.read(made)
    amounts = {name: read[name] for name in ("AmountPaid", "AmountCredited", "AmountDue")}
    assert amounts == {
        "AmountPaid": Decimal("100.00"),
        "AmountCredited": Decimal("20.00"),
        "AmountDue": 0,
    }
    (note,) = read["CreditNotes"]
    assert (note["CreditNoteID"], note["AppliedAmount"]) == (credit, Decimal("20.00"))
    assert (read["Status"], len(read["Payments"])) == ("PAID", 1)
    assert desk.get("/Invoices", where="AmountPaid==100.00 AND AmountDue==0").numbers == ["A-1"]
    assert desk.change(made, Status="VOIDED").status == 400
    desk.control.unpay(GB, made["InvoiceID"])
    assert desk.read(made)["AmountCredited"] == 0


def test_a_credit_alone_keeps_a_document_from_being_voided(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact, Status="AUTHORISED")).one
    desk.control.credit(GB, made["InvoiceID"], "1.00", "2026-05-23")
    assert desk.change(made, Status="VOIDED").status == 400


def test_everything_there_is_can_be_looked_at(desk: Desk, contact: str) -> None:
    desk.control.set_policy("list_delay_s", "30")
    kept, gone = desk.put(invoice(contact, "A-1"), invoice(contact, "A-2")).body["Invoices"]
    desk.change(gone, Status="DELETED")
    made_journal(desk)
    desk.control.set_policy("list_delay_s", "0")
    shown = desk.control.documents(GB)
    assert [each.get("InvoiceNumber", "journal") for each in shown] == ["A-1", "A-2", "journal"]
    assert [each["Status"] for each in shown] == ["DRAFT", "DELETED", "DRAFT"]
    assert shown[0]["Total"] == kept["Total"]


def test_a_contact_gets_another_name(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact)).one
    desk.control.rename_contact(GB, contact, "Amazon EU S.à r.l.")
    assert desk.read(made)["Contact"]["Name"] == "Amazon EU S.à r.l."
    assert desk.get("/Contacts", where='Name=="Amazon.co.uk"').body["Contacts"] == []


def test_documents_changed_by_hand_speak_as_the_official_description_does(
    desk: Desk, contact: str
) -> None:
    made = desk.put(invoice(contact, CurrencyCode="EUR", Status="AUTHORISED")).one
    desk.put(invoice(contact, "TBR-1", LineItems=[{"Description": "TrueBooks XL lock"}]))
    desk.control.credit(GB, made["InvoiceID"], "20.00", "2026-05-23")
    desk.control.pay(GB, made["InvoiceID"], "1.00", "2026-05-22")
    desk.read(made)
    desk.get("/Invoices", page="1")
    Specification.official().check_all(desk.control.requests())
