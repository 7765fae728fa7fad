"""What every Xero gateway must do, whatever stands behind it; ``test_xero_contract.py`` runs it.

A subclass gives two fixtures: ``xero``, the gateway of a British organisation with the usual
chart, and ``world``, which does what people do in Xero's own screens. What hangs beside documents
is in ``contract_beside.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Protocol

import pytest

from truebooks_xl.core.ledger import Applied, Change, Document, DocumentLine, Draft, Kind
from truebooks_xl.core.money import Money
from truebooks_xl.core.tax import tax_within
from truebooks_xl.errors import Refused
from truebooks_xl.xero.errors import NotInXero, NumberTaken, RefusedByXero
from truebooks_xl.xero.gateway import Xero

DAY = date(2026, 5, 20)
SALES = ("Sales", "200", "OUTPUT2", "42.00")
FEES = ("Seller fees", "402", "INPUT2", "-10.30")
REFERENCE = "(£31.70) TBUK-26881161592"
BILLED = "(-£10.30) TBUK-5"

KEYS = count()

Line = tuple[str, str, str, str]
RATES = {"OUTPUT2": Decimal(20), "INPUT2": Decimal(20), "NONE": Decimal(0)}


class World(Protocol):
    """What happens in Xero besides our calls."""

    def pay(self, document_id: str, amount: str) -> None: ...
    def lock(self, period: str | None, year_end: str | None) -> None: ...
    def archive_contact(self, contact_id: str) -> None: ...
    def bank_money(self, on: str, total: str, reference: str) -> None: ...


def line(description: str, account: str, tax_type: str, gross: str) -> DocumentLine:
    amount = Money.exact(Decimal(gross), "GBP")
    return DocumentLine(description, account, tax_type, amount, tax_within(amount, RATES[tax_type]))


def draft(
    contact: str,
    *lines: Line,
    number: str = "TBR-26881161592",
    reference: str = REFERENCE,
    kind: Kind = "ACCREC",
    dated_on: date = DAY,
) -> Draft:
    """A draft as posting makes it; two usual lines unless others are given."""
    written = tuple(line(*each) for each in lines or (SALES, FEES))
    return Draft(kind, number, reference, contact, dated_on, dated_on, "GBP", written)


def bill(contact: str, reference: str = BILLED) -> Draft:
    fees = ("Seller fees", "402", "INPUT2", "10.30")
    return draft(contact, fees, number=reference, reference=reference, kind="ACCPAY")


def drafts(contact: str, count: int) -> list[Draft]:
    """So many drafts, each of a settlement and of an amount of its own."""
    return [
        draft(
            *(contact, ("Sales", "200", "OUTPUT2", f"{n}.00")),
            number=f"TBR-{n}",
            reference=f"(£{n}.00) TBUK-{n}",
        )
        for n in range(1, count + 1)
    ]


def one(told: Sequence[Document | Refused]) -> Document:
    """The one outcome of a call; a refusal is raised."""
    (outcome,) = told
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def create(xero: Xero, wanted: Draft, key: str = "") -> Document:
    """Create one draft; unless a key is given, under one made of what it is."""
    key = key or f"create {wanted.number} {wanted.reference}"
    return one(xero.create([wanted], network_key=key))


def alter(xero: Xero, of: Document, *, number: str = "", status: str = "") -> Document:
    """Change one document, under a key of its own: Xero remembers refusals too."""
    return one(xero.change([Change(of, number, status)], network_key=f"change {next(KEYS)}"))


def authorise(xero: Xero, of: Document, number: str = "AMZ-TB-10001") -> Document:
    return alter(xero, of, number=number, status="AUTHORISED")


def numbers(found: Sequence[Document]) -> list[str]:
    return sorted(each.number for each in found)


class XeroContract:
    """Reads first, then the way of documents from nothing to their ends."""

    @pytest.fixture
    def contact(self, xero: Xero) -> str:
        return xero.contact("Amazon.co.uk", network_key="contact")

    # The organisation ----------------------------------------------------------------------------

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

    def test_a_contact_written_otherwise_is_the_same_one(self, xero: Xero) -> None:
        first = xero.contact("AMAZON.CO.UK", network_key="one")
        assert xero.contact("Amazon.co.uk", network_key="two") == first
        assert xero.contact("Amazon.co", network_key="three") != first

    def test_an_archived_contact_is_not_used(self, xero: Xero, world: World, contact: str) -> None:
        world.archive_contact(contact)
        assert xero.contact("Amazon.co.uk", network_key="again") != contact

    def test_the_day_still_holds_calls(self, xero: Xero) -> None:
        assert xero.calls_left() is None
        xero.organisation()
        assert xero.calls_left()

    # Creating ------------------------------------------------------------------------------------

    def test_a_new_document_is_a_draft_with_xeros_own_totals(
        self, xero: Xero, contact: str
    ) -> None:
        wanted = draft(contact)
        made = create(xero, wanted)
        assert (made.status, made.kind, made.number) == ("DRAFT", "ACCREC", wanted.number)
        assert (made.reference, made.contact_id) == (REFERENCE, contact)
        assert (made.dated_on, made.due_on) == (DAY, DAY)
        assert (str(made.total), str(made.total_tax)) == ("31.70", "5.28")
        assert made.lines == wanted.lines

    def test_a_document_reads_back_as_it_was_sent(self, xero: Xero, contact: str) -> None:
        made = create(xero, draft(contact))
        read = xero.document(made.id)
        assert (read.lines, read.total, read.applied) == (made.lines, made.total, ())
        assert (read.contact_id, read.has_attachments) == (contact, False)

    def test_half_a_penny_of_tax_is_rounded_up_and_away_from_zero(
        self, xero: Xero, contact: str
    ) -> None:
        # 0.03 holds 0.005 of tax, and so does -0.03: 0.01 and -0.01.
        lines = [("Plus", "200", "OUTPUT2", "0.03"), ("Minus", "200", "OUTPUT2", "-0.03")]
        made = create(xero, draft(contact, *lines, SALES))
        assert [str(each.tax) for each in made.lines] == ["0.01", "-0.01", "7.00"]

    def test_fifty_drafts_get_fifty_answers_in_order(self, xero: Xero, contact: str) -> None:
        wanted = drafts(contact, 50)
        told = xero.create(wanted, network_key="fifty")
        documents = [each for each in told if isinstance(each, Document)]
        assert [each.number for each in documents] == [each.number for each in wanted]
        assert [each.lines for each in documents] == [each.lines for each in wanted]
        assert len({each.id for each in documents}) == 50

    def test_bad_rows_are_refused_by_name_and_the_good_ones_are_made(
        self, xero: Xero, contact: str
    ) -> None:
        wanted = drafts(contact, 50)
        bad = {3: ("Sales", "999", "OUTPUT2", "4.00"), 17: ("Sales", "402", "OUTPUT2", "18.00")}
        for n, wrong in bad.items():
            wanted[n] = replace(wanted[n], lines=(line(*wrong),))
        wanted[49] = replace(wanted[49], number="TBR-1")
        told = xero.create(wanted, network_key="fifty, three of them bad")
        refused = {n: each for n, each in enumerate(told) if isinstance(each, RefusedByXero)}
        assert list(refused) == [3, 17, 49]
        assert [type(each) for each in refused.values()] == [
            *(RefusedByXero, RefusedByXero, NumberTaken)
        ]
        assert refused[3].where == "Xero, (£4.00) TBUK-4"
        assert "'999'" in refused[3].what
        assert "'402'" in refused[17].what
        assert len(xero.search("TBUK-")) == 47

    def test_invoices_and_bills_go_together(self, xero: Xero, contact: str) -> None:
        told = xero.create([draft(contact), bill(contact)], network_key="both")
        assert [each.kind for each in told if isinstance(each, Document)] == ["ACCREC", "ACCPAY"]

    def test_nothing_to_create_or_to_change_is_nothing(self, xero: Xero) -> None:
        assert not xero.create([], network_key="nothing")
        assert not xero.change([], network_key="nothing")

    def test_a_number_is_given_once(self, xero: Xero, contact: str) -> None:
        create(xero, draft(contact))
        with pytest.raises(NumberTaken):
            create(xero, draft(contact, SALES), "a rival")

    def test_the_same_request_under_the_same_key_is_the_same_document(
        self, xero: Xero, contact: str
    ) -> None:
        first = create(xero, draft(contact))
        assert create(xero, draft(contact)).id == first.id

    def test_a_lock_is_a_description_and_no_money(self, xero: Xero, contact: str) -> None:
        nothing = Money(0, "GBP")
        held = DocumentLine("TrueBooks XL lock 8f1e accountant", "", "", nothing, nothing)
        made = create(xero, replace(draft(contact), lines=(held,)))
        assert (made.lines, str(made.total)) == ((held,), "0.00")
        assert xero.document(made.id).lines == (held,)

    def test_a_rate_that_was_given_is_the_documents(self, xero: Xero, contact: str) -> None:
        euros = tuple(
            replace(each, gross=replace(each.gross, currency="EUR"), tax=Money(0, "EUR"))
            for each in (line("Sales", "200", "NONE", "42.00"),)
        )
        wanted = replace(draft(contact), currency="EUR", lines=euros)
        assert create(xero, replace(wanted, rate=Decimal("1.1734567"))).rate == Decimal("1.173457")

    def test_a_bill_carries_its_reference_as_number(self, xero: Xero, contact: str) -> None:
        made = create(xero, bill(contact))
        assert (made.kind, made.number, made.reference) == ("ACCPAY", BILLED, "")

    def test_two_bills_may_have_one_number(self, xero: Xero, contact: str) -> None:
        """Why a bill needs a lock beside it: nothing in Xero stops the second."""
        assert create(xero, bill(contact), "one").id != create(xero, bill(contact), "two").id

    # Looking -------------------------------------------------------------------------------------

    def test_a_reference_is_compared_exactly(self, xero: Xero, contact: str) -> None:
        for number, reference in {
            "TBR-1": "(£31.70) TBUK-1",
            "TBR-2": "(£31.70) tbuk-1",  # Xero does not see the difference
            "TBR-1-1": "(£31.70) TBUK-1-1",
            "(£31.70) TBUK-1": "the number of an invoice is no reference",
        }.items():
            create(xero, draft(contact, number=number, reference=reference))
        assert numbers(xero.by_reference("(£31.70) TBUK-1")) == ["TBR-1"]

    def test_a_bill_is_found_by_its_number(self, xero: Xero, contact: str) -> None:
        made = create(xero, bill(contact))
        assert [each.id for each in xero.by_reference(BILLED)] == [made.id]

    def test_references_with_commas_and_pounds_are_found(self, xero: Xero, contact: str) -> None:
        reference = "(£1,275.20) TBUK-26881161592"
        made = create(xero, draft(contact, reference=reference))
        assert [each.id for each in xero.by_reference(reference)] == [made.id]
        assert [each.id for each in xero.search("(£1,275.20)")] == [made.id]

    @pytest.mark.parametrize("reference", ['a "quoted" one', "a \\ one"])
    def test_a_reference_no_filter_can_hold_is_never_asked_for(
        self, xero: Xero, reference: str
    ) -> None:
        with pytest.raises(AssertionError, match="filter"):
            xero.by_reference(reference)

    def test_a_search_is_loose_and_brings_lines(self, xero: Xero, contact: str) -> None:
        made = [
            create(xero, draft(contact, number="AMZ-TB-1", reference="by number")),
            create(xero, draft(contact, number="2", reference="see amz-tb-1")),
            create(xero, bill(contact, "AMZ-TB-11")),
        ]
        create(xero, draft(contact, number="AMZ-TB-2"))
        found = {each.id: each for each in xero.search("AMZ-TB-1")}
        assert set(found) == {each.id for each in made}
        assert all(found[each.id].lines == each.lines for each in made)

    def test_ended_documents_are_listed_too(self, xero: Xero, contact: str) -> None:
        gone = create(xero, draft(contact, number="TBX-1"))
        alter(xero, gone, status="DELETED")
        voided = authorise(xero, create(xero, draft(contact)))
        alter(xero, voided, status="VOIDED")
        for found in (
            xero.by_reference(REFERENCE),
            xero.search("26881161592"),
            xero.documents([gone.id, voided.id]).values(),
        ):
            assert sorted(each.status for each in found) == ["DELETED", "VOIDED"]

    def test_documents_of_some_days_are_listed_with_both_ends(
        self, xero: Xero, contact: str
    ) -> None:
        for number, day_of_may in (("a", 19), ("b", 20), ("c", 21), ("d", 22)):
            dated_on = date(2026, 5, day_of_may)
            create(xero, draft(contact, number=number, dated_on=dated_on))
        found = xero.dated(date(2026, 5, 20), date(2026, 5, 21))
        assert numbers(found) == ["b", "c"]
        assert [(str(each.total), each.lines) for each in found] == [("31.70", ())] * 2

    def test_documents_are_read_by_their_ids(self, xero: Xero, contact: str) -> None:
        made = [create(xero, each) for each in drafts(contact, 3)]
        missing = "0a8a1d48-9d2e-4a52-9e8b-3f1c5f7f3c11"
        wanted = [made[2].id, missing, made[0].id, made[2].id]
        read = xero.documents(wanted)
        assert list(read) == [made[2].id, made[0].id]
        assert read[made[0].id].lines == made[0].lines
        assert xero.documents([]) == {}

    def test_the_highest_number_counts_retired_ones(self, xero: Xero, contact: str) -> None:
        assert xero.highest_number("AMZ-TB-") == 0
        for number in ("AMZ-TB-9", "AMZ-TB-10", "AMZ-TB-12-V1", "AMZ-TB-x", "XAMZ-TB-77"):
            create(xero, draft(contact, number=number))
        assert xero.highest_number("AMZ-TB-") == 12

    def test_what_xero_does_not_have_is_refused(self, xero: Xero) -> None:
        with pytest.raises(NotInXero):
            xero.document("0a8a1d48-9d2e-4a52-9e8b-3f1c5f7f3c11")

    # Changing ------------------------------------------------------------------------------------

    def test_authorising_gives_the_number_and_keeps_the_lines(
        self, xero: Xero, contact: str
    ) -> None:
        made = create(xero, draft(contact))
        told = authorise(xero, made)
        for each in (told, xero.document(made.id)):
            assert (each.status, each.number) == ("AUTHORISED", "AMZ-TB-10001")
            assert (each.lines, each.total) == (made.lines, made.total)

    def test_a_total_of_nothing_reads_paid_at_once(self, xero: Xero, contact: str) -> None:
        lines = [("Sales", "200", "OUTPUT2", "10.00"), ("Refunds", "200", "OUTPUT2", "-10.00")]
        made = authorise(xero, create(xero, draft(contact, *lines)))
        read = xero.document(made.id)
        assert (read.status, read.applied) == ("PAID", ())

    def test_many_are_changed_each_with_its_own_answer(self, xero: Xero, contact: str) -> None:
        made = [create(xero, each) for each in drafts(contact, 4)]
        authorise(xero, made[1], "AMZ-TB-2")
        changes = [
            Change(made[0], number="AMZ-TB-1", status="AUTHORISED"),
            Change(made[1], status="DELETED"),  # too late for that
            Change(made[2], number="AMZ-TB-2"),  # another has it
            Change(made[3], number="TBX-4", status="DELETED"),
        ]
        told = xero.change(changes, network_key="four")
        kinds = [type(each).__name__ for each in told]
        assert kinds == ["Document", "RefusedByXero", "NumberTaken", "Document"]
        now = xero.documents([each.id for each in made])
        assert [(each.number, each.status) for each in now.values()] == [
            ("AMZ-TB-1", "AUTHORISED"),
            ("AMZ-TB-2", "AUTHORISED"),
            ("TBR-3", "DRAFT"),
            ("TBX-4", "DELETED"),
        ]

    def test_one_that_is_missing_does_not_keep_the_others(self, xero: Xero, contact: str) -> None:
        made = create(xero, draft(contact))
        ghost = replace(made, id="0a8a1d48-9d2e-4a52-9e8b-3f1c5f7f3c11", number="a ghost")
        changes = [Change(ghost, number="b"), Change(made, number="AMZ-TB-1")]
        missing, renamed = xero.change(changes, network_key="one is missing")
        assert isinstance(missing, NotInXero)
        assert isinstance(renamed, Document)
        assert xero.document(made.id).number == "AMZ-TB-1"

    def test_a_payment_is_seen_on_the_document_and_forbids_its_void(
        self, xero: Xero, world: World, contact: str
    ) -> None:
        made = authorise(xero, create(xero, draft(contact)))
        world.pay(made.id, "31.70")
        read = xero.document(made.id)
        assert read.status == "PAID"
        (payment,) = read.applied
        assert payment == Applied("payment", payment.id, date(2026, 5, 22), read.total)
        assert payment.id
        with pytest.raises(RefusedByXero, match="Remove & Redo"):
            alter(xero, read, status="VOIDED")

    def test_a_payment_is_seen_in_a_summary_as_well(
        self, xero: Xero, world: World, contact: str
    ) -> None:
        made = authorise(xero, create(xero, draft(contact)))
        world.pay(made.id, "11.70")
        (shown,) = xero.dated(DAY, DAY)
        assert [(each.kind, str(each.amount)) for each in shown.applied] == [("payment", "11.70")]

    def test_a_negative_invoice_is_refused_when_it_is_approved(
        self, xero: Xero, contact: str
    ) -> None:
        made = create(xero, draft(contact, FEES))
        with pytest.raises(RefusedByXero, match="Use a bill instead"):
            authorise(xero, made)
        assert xero.document(made.id).status == "DRAFT"

    def test_links_open_the_document_in_its_organisation(self, xero: Xero, contact: str) -> None:
        made = create(xero, draft(contact))
        assert xero.link(made) == (
            f"https://go.xero.com/AccountsReceivable/View.aspx?InvoiceID={made.id}"
        )
        xero.organisation()
        pages: tuple[tuple[Kind, str], ...] = (
            ("ACCREC", "/AccountsReceivable/View.aspx%3FInvoiceID%3D"),
            ("ACCPAY", "/AccountsPayable/Edit.aspx%3FInvoiceID%3D"),
            ("MANUALJOURNAL", "/Journal/View.aspx%3FinvoiceID%3D"),
        )
        for kind, page in pages:
            link = xero.link(replace(made, kind=kind))
            start = "https://go.xero.com/organisationlogin/default.aspx?shortcode=%21"
            assert link.startswith(start)
            assert link.endswith(page + made.id)
            assert len(link) < 255, "longer ones do not fit HYPERLINK()"
