"""What every Xero gateway must do, whatever stands behind it; ``test_xero_contract.py`` runs it.

A subclass gives two fixtures: ``xero``, the gateway of a British organisation with the usual
chart, and ``world``, which does what people do in Xero's own screens.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Protocol

import pytest

from truebooks_xl.core.ledger import Document, DocumentLine, Draft, Kind
from truebooks_xl.core.money import Money
from truebooks_xl.core.tax import tax_within
from truebooks_xl.errors import Refused
from truebooks_xl.xero.errors import NotInXero, NumberTaken
from truebooks_xl.xero.gateway import Xero

DAY = date(2026, 5, 20)
SALES = ("Sales", "200", "OUTPUT2", "42.00")
FEES = ("Seller fees", "402", "INPUT2", "-10.30")

Line = tuple[str, str, str, str]
RATES = {"OUTPUT2": Decimal(20), "INPUT2": Decimal(20), "NONE": Decimal(0)}


class World(Protocol):
    """What happens in Xero besides our calls."""

    def pay(self, document_id: str, amount: str) -> None: ...
    def lock(self, period: str | None, year_end: str | None) -> None: ...
    def archive_contact(self, contact_id: str) -> None: ...


def line(description: str, account: str, tax_type: str, gross: str) -> DocumentLine:
    amount = Money.exact(Decimal(gross), "GBP")
    return DocumentLine(description, account, tax_type, amount, tax_within(amount, RATES[tax_type]))


def draft(
    contact: str,
    *lines: Line,
    number: str = "TBR-26881161592",
    reference: str = "(£31.70) TBUK-26881161592",
    kind: Kind = "ACCREC",
    dated_on: date = DAY,
) -> Draft:
    """A draft as posting makes it; two usual lines unless others are given."""
    written = tuple(line(*each) for each in lines or (SALES, FEES))
    return Draft(kind, number, reference, contact, dated_on, dated_on, "GBP", written)


class XeroContract:
    """Reads first, then the way of a document from nothing to AUTHORISED."""

    @pytest.fixture
    def contact(self, xero: Xero) -> str:
        return xero.contact("Amazon.co.uk", network_key="contact")

    def reserved(self, xero: Xero, wanted: Draft, key: str = "reserve") -> Document:
        return xero.reserve(wanted, network_key=f"{key} {wanted.number} {wanted.reference}")

    def test_the_organisation_says_where_it_is_and_in_what_it_counts(self, xero: Xero) -> None:
        organisation = xero.organisation()
        assert (organisation.country, organisation.base_currency) == ("GB", "GBP")
        assert organisation.id
        assert organisation.period_lock is None

    def test_lock_dates_are_calendar_days(self, xero: Xero, world: World) -> None:
        world.lock("2026-03-31", "2025-12-31")
        organisation = xero.organisation()
        assert organisation.period_lock == date(2026, 3, 31)
        assert organisation.year_end_lock == date(2025, 12, 31)

    def test_accounts_are_read_with_class_and_system(self, xero: Xero) -> None:
        chart = {each.code: each for each in xero.accounts()}
        assert (chart["200"].type, chart["200"].account_class) == ("REVENUE", "REVENUE")
        assert chart["090"].type == "BANK"
        assert chart["610"].system == "DEBTORS"
        assert all(type(code) is str for code in chart)

    def test_tax_rates_are_the_organisations_own(self, xero: Xero) -> None:
        rates = {each.tax_type: each for each in xero.tax_rates()}
        assert rates["OUTPUT2"].rate_percent == 20
        assert "REVENUE" in rates["OUTPUT2"].classes
        assert "EXPENSE" not in rates["OUTPUT2"].classes
        assert rates["NONE"].rate_percent == 0

    def test_the_base_currency_is_switched_on(self, xero: Xero) -> None:
        assert "GBP" in xero.currencies()

    def test_a_contact_is_made_once_and_then_found(self, xero: Xero) -> None:
        first = xero.contact("Amazon.co.uk", network_key="one")
        assert xero.contact("Amazon.co.uk", network_key="two") == first
        assert xero.contact("Amazon.de", network_key="three") != first

    def test_an_archived_contact_is_not_used(self, xero: Xero, world: World, contact: str) -> None:
        world.archive_contact(contact)
        assert xero.contact("Amazon.co.uk", network_key="again") != contact

    def test_a_reservation_is_a_draft_with_xeros_own_totals(self, xero: Xero, contact: str) -> None:
        wanted = draft(contact)
        made = self.reserved(xero, wanted)
        assert (made.status, made.kind, made.number) == ("DRAFT", "ACCREC", wanted.number)
        assert made.reference == wanted.reference
        assert (made.dated_on, made.due_on) == (DAY, DAY)
        assert (str(made.total), str(made.total_tax)) == ("31.70", "5.28")
        assert made.lines == wanted.lines

    def test_a_document_reads_back_as_it_was_sent(self, xero: Xero, contact: str) -> None:
        made = self.reserved(xero, draft(contact))
        read = xero.document(made.id)
        assert (read.lines, read.total, read.applied) == (made.lines, made.total, ())

    def test_half_a_penny_of_tax_is_rounded_up_and_away_from_zero(
        self, xero: Xero, contact: str
    ) -> None:
        # 0.03 holds 0.005 of tax, and so does -0.03: 0.01 and -0.01.
        lines = [("Plus", "200", "OUTPUT2", "0.03"), ("Minus", "200", "OUTPUT2", "-0.03")]
        made = self.reserved(xero, draft(contact, *lines, SALES))
        assert [str(each.tax) for each in made.lines] == ["0.01", "-0.01", "7.00"]

    def test_authorising_gives_the_number_and_keeps_the_lines(
        self, xero: Xero, contact: str
    ) -> None:
        made = self.reserved(xero, draft(contact))
        xero.authorise(made.id, "AMZ-TB-10001", network_key="authorise")
        read = xero.document(made.id)
        assert (read.status, read.number) == ("AUTHORISED", "AMZ-TB-10001")
        assert (read.lines, read.total) == (made.lines, made.total)

    def test_a_total_of_nothing_reads_paid_at_once(self, xero: Xero, contact: str) -> None:
        lines = [("Sales", "200", "OUTPUT2", "10.00"), ("Refunds", "200", "OUTPUT2", "-10.00")]
        made = self.reserved(xero, draft(contact, *lines))
        xero.authorise(made.id, "AMZ-TB-10001", network_key="authorise")
        read = xero.document(made.id)
        assert (read.status, read.applied) == ("PAID", ())

    def test_a_reservation_number_is_given_once(self, xero: Xero, contact: str) -> None:
        self.reserved(xero, draft(contact))
        with pytest.raises(NumberTaken):
            xero.reserve(draft(contact, SALES), network_key="a rival")

    def test_the_same_request_under_the_same_key_is_the_same_document(
        self, xero: Xero, contact: str
    ) -> None:
        first = self.reserved(xero, draft(contact))
        assert self.reserved(xero, draft(contact)).id == first.id

    def test_find_takes_whole_tokens_only(self, xero: Xero, contact: str) -> None:
        references = {
            "TBR-1": "(£31.70) TBUK-1",
            "TBR-1-1": "(£31.70) TBUK-1-1",  # a part of it
            "TBR-1-C1": "(£31.70) TBUK-1-C1",  # a correction
            "TBR-12": "(£31.70) TBUK-12",
            "TBR-2": "(£99.00) TBUK-1",  # another amount, by hand
            "TBUK-1": "a number by hand",
        }
        for number, reference in references.items():
            self.reserved(xero, draft(contact, number=number, reference=reference))
        found = xero.find("(£31.70) TBUK-1", "TBUK-1")
        assert {each.number for each in found} == {"TBR-1", "TBR-2", "TBUK-1"}

    def test_find_also_takes_the_numbers_it_is_given(self, xero: Xero, contact: str) -> None:
        made = self.reserved(xero, draft(contact, reference="changed by hand"))
        found = xero.find("(£31.70) TBUK-26881161592", "TBUK-26881161592", [made.number])
        assert [each.id for each in found] == [made.id]
        assert found[0].lines == made.lines

    def test_find_finds_references_with_commas_and_pounds(self, xero: Xero, contact: str) -> None:
        reference = "(£1,275.20) TBUK-26881161592"
        made = self.reserved(xero, draft(contact, reference=reference))
        found = xero.find(reference, "TBUK-26881161592", ["£1,275.20"])
        assert [each.id for each in found] == [made.id]

    def test_find_finds_nothing_where_there_is_nothing(self, xero: Xero) -> None:
        assert xero.find("(£1.00) TBUK-9", "TBUK-9", ["TBR-9"]) == ()

    def test_a_bill_carries_its_reference_as_number(self, xero: Xero, contact: str) -> None:
        reference = "(-£1,010.30) TBUK-5"
        lines = [("Seller fees", "402", "INPUT2", "1010.30")]
        wanted = draft(contact, *lines, number="", reference=reference, kind="ACCPAY")
        made = self.reserved(xero, wanted)
        assert (made.kind, made.number, made.reference) == ("ACCPAY", reference, "")
        assert [each.id for each in xero.find(reference, "TBUK-5")] == [made.id]

    def test_two_bills_may_have_one_number(self, xero: Xero, contact: str) -> None:
        """Why a bill needs a reservation of its own: nothing in Xero stops the second."""
        lines = [("Seller fees", "402", "INPUT2", "10.30")]
        wanted = draft(contact, *lines, reference="(-£10.30) TBUK-5", kind="ACCPAY")
        one = xero.reserve(wanted, network_key="one")
        assert xero.reserve(wanted, network_key="two").id != one.id

    def test_the_highest_number_counts_retired_ones(self, xero: Xero, contact: str) -> None:
        assert xero.highest_number("AMZ-TB-") == 0
        for number in ("AMZ-TB-9", "AMZ-TB-10", "AMZ-TB-12-V1", "AMZ-TB-x", "XAMZ-TB-77"):
            self.reserved(xero, draft(contact, number=number))
        assert xero.highest_number("AMZ-TB-") == 12

    def test_a_payment_is_seen_on_the_document(
        self, xero: Xero, world: World, contact: str
    ) -> None:
        made = self.reserved(xero, draft(contact))
        xero.authorise(made.id, "AMZ-TB-10001", network_key="authorise")
        world.pay(made.id, "31.70")
        read = xero.document(made.id)
        assert read.status == "PAID"
        assert len(read.applied) == 1

    def test_a_negative_invoice_is_refused_when_it_is_approved(
        self, xero: Xero, contact: str
    ) -> None:
        made = self.reserved(xero, draft(contact, FEES))
        with pytest.raises(Refused, match="Use a bill instead"):
            xero.authorise(made.id, "AMZ-TB-10001", network_key="authorise")
        assert xero.document(made.id).status == "DRAFT"

    def test_what_xero_does_not_have_is_refused(self, xero: Xero) -> None:
        with pytest.raises(NotInXero):
            xero.document("0a8a1d48-9d2e-4a52-9e8b-3f1c5f7f3c11")

    def test_a_link_opens_the_document_in_its_organisation(self, xero: Xero, contact: str) -> None:
        xero.organisation()
        made = self.reserved(xero, draft(contact))
        link = xero.link(made)
        assert link.startswith("https://go.xero.com/organisationlogin/default.aspx?shortcode=%21")
        assert link.endswith(f"/AccountsReceivable/View.aspx%3FInvoiceID%3D{made.id}")
        assert len(link) < 255, "longer ones do not fit HYPERLINK()"
