"""What an earlier run left unfinished: found out first, ended as it would have been, or said."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest
from office import GB, JUNE, MAY, Office

from truebooks_xl import environment
from truebooks_xl.actions.posting import desk
from truebooks_xl.journal.store import Journal

pytest_plugins = ["office_fixtures"]

STANDS = ("AMZ-TB-10001", "AUTHORISED")


@pytest.fixture
def posted(office: Office) -> Office:
    """May is posted, and its mapping was changed since."""
    office.post(MAY)
    office.remap("400", "404")
    return office


def unfinished() -> list[str]:
    with closing(Journal(environment.journal_url(), environment.place())) as journal:
        return [each.begun.token for each in journal.unfinished(GB)]


@pytest.mark.parametrize("verb", ["repost", "rollback"])
def test_where_nothing_was_written_a_posted_row_stays_posted(posted: Office, verb: str) -> None:
    posted.control.fault("GET", "/Invoices", "unavailable")
    assert "no usable answer" in posted.refused(verb, MAY, status=4)
    assert posted.status(MAY) == ("Posted", "AMZ-TB-10001")
    assert unfinished() == [], "there is nothing to find out"
    assert posted.row(verb, MAY)["exit"] == 0


def test_what_nobody_knows_is_not_begun_anew(posted: Office) -> None:
    """The void goes unanswered, and from then on the document cannot be read."""
    silent_after(posted, "POST", 2)
    assert posted.row("repost", MAY)["exit"] == 4
    assert posted.status(MAY)[0] == "Unknown"
    assert unfinished() == [f"TBUK-{MAY}"]
    posted.control.clear_faults()
    for verb in ("post", "repost", "rollback", "correct"):
        since = len(posted.asked())
        posted.control.fault("GET", "/Invoices", "unavailable")  # of the look that would find out
        assert "no usable answer" in posted.refused(verb, MAY, status=4)
        assert {each["method"] for each in posted.asked(since)} == {"GET"}, "nothing is begun"
    assert unfinished() == [f"TBUK-{MAY}"]
    assert posted.post(JUNE)["result"] == "posted", "any command finds out"
    assert posted.standing(MAY) == [STANDS, ("AMZ-TB-10001-V1", "VOIDED")]
    posted.agree([MAY, JUNE])


def silent_after(office: Office, method: str, nth: int = 1) -> None:
    """Let Xero do a write without a word, and answer no question from then on."""
    silence = {"method": "GET", "path": "/Invoices.*", "action": "unavailable", "rate": 1.0}
    office.control.fault(method, "/Invoices.*", "drop after commit", nth)
    office.control.fault(method, "/Invoices.*", "then", nth, verb="fault", arguments=silence)


def cut_off_while_reserving(office: Office) -> None:
    """The draft of a repost is made, and Xero falls silent."""
    silent_after(office, "PUT")
    assert office.row("repost", MAY)["exit"] == 4
    office.control.clear_faults()
    assert office.statuses() == {"AUTHORISED": 1, "DRAFT": 1}


def test_what_was_paid_meanwhile_stays_posted(posted: Office) -> None:
    cut_off_while_reserving(posted)
    posted.control.pay(GB, posted.id_of("AMZ-TB-10001"), "84.00", "2026-05-22")
    assert posted.post(JUNE)["result"] == "posted"
    assert posted.statuses() == {"PAID": 1, "DELETED": 1, "AUTHORISED": 1}
    assert posted.status(MAY) == ("Posted", "AMZ-TB-10001")
    assert "payment of £84.00" in posted.shown(MAY)["problem"]
    posted.agree([MAY, JUNE])


def test_what_was_voided_before_a_refusal_is_a_draft_again(posted: Office) -> None:
    """The old one is voided unheard, and the new one may not be approved."""
    posted.control.fault("POST", "/Invoices/.+", "drop after commit", 2)
    cap = ["You have reached the limit of invoices you can approve"]
    for nth in (3, 4):
        posted.control.fault("POST", "/Invoices/.+", "refuse", nth, messages=cap)
    error = posted.refused("repost", MAY)
    assert "The Xero plan allows no more documents" in error
    row = posted.shown(MAY)
    assert (row["status"], row["number"], row["document_id"]) == ("Draft", "", "")
    assert posted.standing(MAY) == [("AMZ-TB-10001-V1", "VOIDED")]
    posted.preview(MAY)
    assert posted.post(MAY)["number"] == "AMZ-TB-10001"
    posted.agree([MAY])


def test_a_document_left_for_approval_is_still_so_after_a_silence(office: Office) -> None:
    office.set("Leave as draft", "yes")
    office.post(MAY)
    office.control.fault("GET", "/Invoices", "unavailable")
    assert office.row("rollback", MAY)["exit"] == 4
    assert office.status(MAY) == ("Awaiting approval", "AMZ-TB-10001")
    silent_after(office, "POST")
    assert office.row("rollback", MAY)["exit"] == 4
    assert office.status(MAY)[0] == "Unknown"
    office.control.clear_faults()
    office.post(JUNE)
    assert office.status(MAY) == ("Draft", "")
    assert office.standing(MAY) == []


def pausing(office: Office, monkeypatch: pytest.MonkeyPatch, then: Callable[[], object]) -> None:
    """Let something happen while a posting waits for lists, its draft made and not yet approved."""

    def pause(self: object, seconds: int) -> None:
        then()

    monkeypatch.setattr(desk.Waiter, "__call__", pause)
    office.set("Settle wait", "10")


def test_an_interrupt_loses_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    pausing(office, monkeypatch, interrupted)
    stopped = office.settle("post", "--all-draft")
    assert stopped.status == 130
    assert "Run it again: it looks before it writes." in stopped.err
    assert [office.status(each)[0] for each in (MAY, JUNE)] == ["Posting", "Posting"]
    pausing(office, monkeypatch, lambda: None)
    office.agree([MAY, JUNE])
    assert office.statuses() == {"AUTHORISED": 2}


def test_a_workbook_opened_in_excel_meanwhile_is_written_by_the_next_command(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = office.book.with_name(f"~${office.book.name}")
    pausing(office, monkeypatch, lambda: owner.write_bytes(b"Ann"))
    row = office.row("post", MAY)
    assert (row["result"], row["number"], row["exit"]) == ("posted", "AMZ-TB-10001", 1)
    assert "What was done stands in Xero; it could not be written down" in row["error"]
    assert office.standing(MAY) == [STANDS]
    assert office.status(MAY)[0] == "Posting"
    owner.unlink()
    office.preview(JUNE)
    office.agree([MAY])


def test_a_workbook_that_is_open_when_it_begins_is_left_and_so_is_xero(office: Office) -> None:
    owner = office.book.with_name(f"~${office.book.name}")
    owner.write_bytes(b"Ann")
    for verb in ("post", "repost", "rollback", "correct"):
        assert "open in Excel" in office.run("settlements", verb, office.book, MAY).err
    assert office.documents() == []
