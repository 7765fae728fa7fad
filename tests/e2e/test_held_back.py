"""What may not be voided or posted: locked, filed, refused by Xero; and what is left as it was."""

from __future__ import annotations

import pytest
from office import GB, JUNE, MAY, Office

pytest_plugins = ["office_fixtures"]

STANDS = ("AMZ-TB-10001", "AUTHORISED")
RESERVED = (f"TBR-{MAY}", "DRAFT")
"""After a refused void the new draft stays reserved, so that pressing again goes on from there."""


@pytest.fixture
def posted(office: Office) -> Office:
    """May is posted, and its mapping was changed since."""
    office.post(MAY)
    office.remap("400", "404")
    office.preview(MAY)
    return office


def locked(office: Office) -> str:
    office.control.lock(GB, period="2026-05-20")  # the document's own day is locked, too
    return "The document is dated 2026-05-20, and the period lock date is 2026-05-20"


def year_ended(office: Office) -> str:
    office.control.lock(GB, year_end="2026-05-31")
    return "and the end of year lock date is 2026-05-31"


def filed(office: Office) -> str:
    office.set("VAT filed to", "2026-05-31")
    return "The document is dated 2026-05-20, and VAT is filed to 2026-05-31"


CLOSED = pytest.mark.parametrize("closed", [locked, year_ended, filed])


@CLOSED
@pytest.mark.parametrize("verb", ["repost", "rollback"])
def test_what_is_closed_is_neither_reposted_nor_rolled_back(
    posted: Office, closed: object, verb: str
) -> None:
    assert callable(closed)
    says = closed(posted)
    error = posted.refused(verb, MAY, status=1)
    assert says in error
    assert "use Correct" in error or "Use Correct" in error
    assert posted.statuses() == {"AUTHORISED": 1}, "and no draft is left"
    assert posted.standing(MAY) == [STANDS]
    assert posted.status(MAY) == ("Posted", "AMZ-TB-10001")


@CLOSED
def test_what_is_closed_is_corrected_in_an_open_period(posted: Office, closed: object) -> None:
    assert callable(closed)
    closed(posted)
    row = posted.row("correct", MAY)
    assert row["result"] == "corrected", row
    (correction,) = posted.documents(f"{MAY}-C1")
    assert correction["DateString"] > "2026-05-20"
    assert posted.standing(MAY) == [STANDS, ("AMZ-TB-10002", "PAID")]


@CLOSED
def test_what_is_closed_is_not_posted(office: Office, closed: object) -> None:
    assert callable(closed)
    says = closed(office)
    assert says in office.refused("post", MAY, status=1)
    assert office.documents() == []
    assert office.post(JUNE)["result"] == "posted", "another day is open"


def test_a_period_locked_after_the_pre_flight_leaves_the_old_one_standing(posted: Office) -> None:
    """The lock comes between the look at the lock dates and the void: Xero itself refuses."""
    then = {"tenant": GB, "period": "2026-05-31"}
    posted.control.fault("PUT", "/Invoices", "then", verb="lock", arguments=then)
    error = posted.refused("repost", MAY)
    assert "AMZ-TB-10001 was not voided, and nothing new was authorised" in error
    assert "lock date" in error
    assert posted.standing(MAY) == [STANDS, RESERVED]
    assert posted.status(MAY) == ("Posted", "AMZ-TB-10001")


@pytest.mark.parametrize("verb", ["repost", "rollback"])
def test_a_refused_void_stops_everything_and_the_number_is_put_back(
    posted: Office, verb: str
) -> None:
    """The rename goes through, the void does not, at length neither."""
    for nth in (2, 3):
        posted.control.fault("POST", "/Invoices/.+", "refuse", nth, messages=["Not today."])
    error = posted.refused(verb, MAY)
    assert "AMZ-TB-10001 was not voided, and nothing new was authorised" in error
    assert "Not today." in error
    assert posted.standing(MAY) == ([STANDS, RESERVED] if verb == "repost" else [STANDS])
    assert posted.status(MAY) == ("Posted", "AMZ-TB-10001")
    assert posted.row(verb, MAY)["exit"] == 0, "pressed again it goes through"


def test_where_the_number_cannot_be_put_back_it_is_told(posted: Office) -> None:
    for nth in (2, 3, 4):
        posted.control.fault("POST", "/Invoices/.+", "refuse", nth, messages=["Not today."])
    assert "was not voided" in posted.refused("repost", MAY)
    assert posted.standing(MAY) == [("AMZ-TB-10001-V1", "AUTHORISED"), RESERVED]
    assert "finishes what was begun" in posted.refused("post", MAY)
    row = posted.row("repost", MAY)
    assert (row["result"], row["number"]) == ("reposted", "AMZ-TB-10001")
    posted.agree([MAY])


def test_a_paid_document_is_left_exactly_as_it_was(posted: Office) -> None:
    posted.control.pay(GB, posted.id_of("AMZ-TB-10001"), "10.00", "2026-05-22")
    before = posted.documents()
    for verb in ("repost", "rollback"):
        assert "payment of £10.00 on 2026-05-22" in posted.refused(verb, MAY)
    after = [each for each in posted.documents() if each["Status"] != "DELETED"]
    assert after == before


def test_a_payment_that_comes_between_the_looks_stops_the_repost(posted: Office) -> None:
    then = {
        "tenant": GB,
        "invoice_id": posted.id_of("AMZ-TB-10001"),
        "amount": "10.00",
        "on": "2026-05-22",
    }
    posted.control.fault("PUT", "/Invoices", "then", verb="pay", arguments=then)
    assert "payment of £10.00" in posted.refused("repost", MAY)
    assert posted.standing(MAY) == [STANDS]
    assert posted.statuses() == {"AUTHORISED": 1, "DELETED": 1}


def test_a_credit_note_holds_it_as_well(posted: Office) -> None:
    posted.control.credit(GB, posted.id_of("AMZ-TB-10001"), "84.00", "2026-05-23")
    assert "credit note of £84.00 on 2026-05-23" in posted.refused("rollback", MAY)
    assert posted.standing(MAY) == [("AMZ-TB-10001", "PAID")]


def test_what_waits_for_approval_by_others_is_left_to_them(office: Office) -> None:
    office.post(MAY)
    posted = office.id_of("AMZ-TB-10001")
    copied = office.control.copy(GB, posted, "AMZ-TB-10009", "SUBMITTED")
    office.control.void(GB, posted)
    error = office.refused("post", MAY)
    assert "AMZ-TB-10009 is submitted for approval" in error
    office.control.approve(GB, copied)
    assert office.post(MAY)["number"] == "AMZ-TB-10009"
