"""What Settings asks of a posting: review, drafts, a first settlement, numbers, guards, care."""

from __future__ import annotations

import shutil

import pytest
from office import GB, JUNE, MAY, Office, counted

from truebooks_xl.actions.gather import open_book
from truebooks_xl.actions.posting import desk
from truebooks_xl.workbook.book import SetNames

pytest_plugins = ["office_fixtures"]

STANDS = ("AMZ-TB-10001", "AUTHORISED")


# Review ------------------------------------------------------------------------------------------


def test_without_two_signatures_nothing_is_posted(office: Office) -> None:
    office.set("Review required", "yes")
    assert "The preview that was signed is not what would be posted now" in office.refused(
        "post", MAY, status=1
    )
    office.preview(MAY)
    error = office.refused("post", MAY, status=1)
    assert "Prepared by is empty" in error
    assert "Reviewed by is empty" in error
    office.type_in(MAY, prepared_by="Ann", reviewed_by="ann ")
    assert "are the same person" in office.refused("post", MAY, status=1)
    office.type_in(MAY, reviewed_by="Bob")
    assert office.documents() == []
    assert office.post(MAY)["result"] == "posted"
    assert (office.shown(MAY)["prepared_by"], office.shown(MAY)["reviewed_by"]) == ("Ann", "Bob")


def test_other_figures_need_new_signatures(office: Office) -> None:
    office.set("Review required", "yes")
    office.preview(MAY)
    office.type_in(MAY, prepared_by="Ann", reviewed_by="Bob")
    office.remap("400", "404")
    assert "Since its preview this changed: mapping" in office.refused("post", MAY, status=1)
    office.preview(MAY)
    assert "Prepared by is empty" in office.refused("post", MAY, status=1)
    assert office.documents() == []


def test_a_repost_is_reviewed_too(office: Office) -> None:
    office.post(MAY)
    office.set("Review required", "yes")
    office.remap("400", "404")
    error = office.refused("repost", MAY, status=1)
    assert "The preview that was signed is not what would be posted now" in error
    office.preview(MAY)
    office.type_in(MAY, prepared_by="Ann", reviewed_by="Bob")
    assert office.row("repost", MAY)["result"] == "reposted"


# Left as a draft ---------------------------------------------------------------------------------


@pytest.fixture
def waiting(office: Office) -> Office:
    """May waits in Xero for approval."""
    office.set("Leave as draft", "yes")
    row = office.post(MAY)
    assert (row["result"], row["number"]) == ("awaiting approval", "AMZ-TB-10001")
    assert office.standing(MAY) == [("AMZ-TB-10001", "DRAFT")]
    assert office.status(MAY) == ("Awaiting approval", "AMZ-TB-10001")
    return office


def test_a_draft_is_left_and_nothing_is_written_twice(waiting: Office) -> None:
    since = len(waiting.asked())
    assert waiting.post(MAY)["result"] == "awaiting approval"
    assert not [each for each in waiting.asked(since) if each["method"] in {"PUT", "POST"}]


def test_what_was_approved_in_xero_is_taken_over(waiting: Office) -> None:
    waiting.control.approve(GB, waiting.id_of("AMZ-TB-10001"))
    assert waiting.post(MAY)["result"] == "already posted"
    assert waiting.status(MAY) == ("Posted", "AMZ-TB-10001")
    waiting.agree([MAY])


def test_what_was_edited_in_xero_stops_with_both_figures(waiting: Office) -> None:
    waiting.control.edit(GB, waiting.id_of("AMZ-TB-10001"), amount="-13.00")
    error = waiting.refused("post", MAY)
    assert "Draft AMZ-TB-10001 waits there with another content" in error
    assert "line 1 gross -12.00 in the preview, -13.00 in Xero" in error
    assert waiting.status(MAY) == ("Awaiting approval", "AMZ-TB-10001")
    waiting.control.approve(GB, waiting.id_of("AMZ-TB-10001"))
    assert "that differs from the preview" in waiting.refused("post", MAY)


def test_what_was_deleted_in_xero_is_drafted_again_under_its_number(waiting: Office) -> None:
    waiting.control.delete(GB, waiting.id_of("AMZ-TB-10001"))
    row = waiting.post(MAY)
    assert (row["result"], row["number"]) == ("awaiting approval", "AMZ-TB-10001")
    assert waiting.statuses() == {"DRAFT": 1, "DELETED": 1}


def test_with_the_setting_off_a_post_approves_what_waits(waiting: Office) -> None:
    waiting.set("Leave as draft", "no")
    waiting.preview(MAY)
    assert waiting.post(MAY)["result"] == "posted"
    assert waiting.standing(MAY) == [STANDS]
    assert waiting.statuses() == {"AUTHORISED": 1}
    waiting.agree([MAY])


def test_a_draft_that_waits_is_rolled_back_by_being_deleted(waiting: Office) -> None:
    assert waiting.row("rollback", MAY)["result"] == "rolled back"
    assert waiting.statuses() == {"DELETED": 1}
    assert waiting.status(MAY) == ("Draft", "")


def test_a_repost_would_leave_nothing_standing_and_is_refused(office: Office) -> None:
    office.post(MAY)
    office.set("Leave as draft", "yes")
    assert "Roll it back first, then Post" in office.refused("repost", MAY, status=1)
    assert office.standing(MAY) == [STANDS]


# Where posting begins ----------------------------------------------------------------------------


@pytest.mark.parametrize("first", [JUNE, "2026-05-18"])
def test_what_is_older_than_the_first_settlement_is_not_posted(office: Office, first: str) -> None:
    office.set("First settlement to post", first)
    assert "It is older than the first settlement to post" in office.refused("post", MAY, status=1)
    assert office.post(JUNE)["result"] == "posted"
    assert office.standing(MAY) == []


def test_what_another_tool_has_posted_stops_a_first_post_until_it_is_ticked(
    office: Office,
) -> None:
    elsewhere = posted_by_another_tool(office)
    error = office.refused("post", MAY)
    assert "A2X-1" in error
    assert "/AccountsReceivable/View.aspx" in error
    assert office.post(JUNE)["result"] == "posted", "another amount is another settlement"
    assert office.row("post", MAY, "--not-this", elsewhere)["result"] == "posted"
    office.row("rollback", MAY)
    assert office.post(MAY)["result"] == "posted", "it is asked once"


def posted_by_another_tool(office: Office) -> str:
    """Book the deposit of May as another tool does: its amount, near its day, in its own words."""
    office.post(MAY)
    copied = office.control.copy(GB, office.id_of("AMZ-TB-10001"), "A2X-1")
    office.control.edit(GB, copied, reference="Amazon deposit", date="2026-05-20")
    office.row("rollback", MAY)
    forget(office)
    return copied


def forget(office: Office) -> None:
    """Lose the journal, so that nothing of ours has ever been posted."""
    home = office.book.parent
    for each in home.glob("journal.sqlite*"):
        each.unlink()


# Numbers -----------------------------------------------------------------------------------------


def test_a_retired_number_that_is_kept_makes_the_next_one_r2(office: Office) -> None:
    office.set("Retired number", "keep")
    office.post(MAY)
    office.remap("400", "404")
    row = office.row("repost", MAY)
    assert (row["number"], row["previous"]) == ("AMZ-TB-10001-R2", ["AMZ-TB-10001"])
    assert office.standing(MAY) == [("AMZ-TB-10001", "VOIDED"), ("AMZ-TB-10001-R2", "AUTHORISED")]
    office.remap("404", "400")
    assert office.row("repost", MAY)["number"] == "AMZ-TB-10001-R3"
    assert office.post(JUNE)["number"] == "AMZ-TB-10002"
    office.agree([MAY, JUNE])


def test_where_xero_lets_no_number_be_changed_the_new_one_is_r2(office: Office) -> None:
    office.control.set_policy("rename_authorised", "refused")
    office.post(MAY)
    office.remap("400", "404")
    row = office.row("repost", MAY)
    assert (row["number"], row["previous"]) == ("AMZ-TB-10001-R2", ["AMZ-TB-10001"])
    assert office.shown(MAY)["previous_numbers"] == "AMZ-TB-10001, voided"
    office.agree([MAY])


def test_the_counter_is_held_against_xero(office: Office) -> None:
    office.set("Next document number", "20000")
    assert office.post(MAY)["number"] == "AMZ-TB-20000"
    office.set("Next document number", "10001")
    assert office.post(JUNE)["number"] == "AMZ-TB-20001"


# Lists that lag ----------------------------------------------------------------------------------


@pytest.fixture
def waits(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note each wait, and let the sandbox's time pass instead of ours."""
    waited: list[int] = []

    def pause(self: object, seconds: int) -> None:
        waited.append(seconds)
        office.control.advance(seconds)

    monkeypatch.setattr(desk.Waiter, "__call__", pause)
    office.set("Settle wait", "10")
    return waited


def test_with_several_people_each_batch_waits_once(office: Office, waits: list[int]) -> None:
    office.settle("post", "--all-draft")
    assert waits == [10]
    assert office.statuses() == {"AUTHORISED": 2}


def test_alone_only_what_moved_a_moment_ago_waits(office: Office, waits: list[int]) -> None:
    office.set("People posting", "one")
    office.post(MAY)
    assert waits == []
    office.remap("400", "404")
    office.row("repost", MAY)
    assert waits == [10]
    office.post(JUNE)
    assert waits == [10], "another settlement is untouched"


@pytest.mark.parametrize("delay", ["5", "30"])
@pytest.mark.parametrize("guard", ["wait", "placeholder"])
def test_lists_that_lag_double_nothing(
    office: Office, waits: list[int], guard: str, delay: str
) -> None:
    """Posted, reposted and rolled back at once; the longest lag is for the placeholder alone."""
    if (guard, delay) == ("wait", "30"):
        office.set("Settle wait", "40")
    office.set("List lag guard", guard)
    office.control.set_policy("list_delay_s", delay)
    office.post(MAY)
    office.remap("400", "404")
    row = office.row("repost", MAY)
    assert (row["result"], row["error"]) == ("reposted", ""), "and no false alarm"
    assert office.statuses()["AUTHORISED"] == 1
    row = office.row("rollback", MAY)
    assert (row["result"], row["error"]) == ("rolled back", "")
    assert set(office.statuses()) <= {"VOIDED", "DELETED"}
    assert office.post(MAY)["number"] == "AMZ-TB-10001"
    assert office.statuses()["AUTHORISED"] == 1
    assert office.statuses()["DRAFT"] == 0


def test_a_placeholder_locks_with_a_draft_of_its_own(office: Office, waits: list[int]) -> None:
    office.set("List lag guard", "placeholder")
    since = len(office.asked())
    assert office.post(MAY)["number"] == "AMZ-TB-10001"
    assert counted(office.asked(since)).count("PUT") == 2
    assert office.statuses() == {"AUTHORISED": 1, "DELETED": 1}
    assert waits == []


def test_no_guard_waits_for_nothing(office: Office, waits: list[int]) -> None:
    office.set("List lag guard", "off")
    office.post(MAY)
    office.remap("400", "404")
    office.row("repost", MAY)
    assert waits == []


# Care --------------------------------------------------------------------------------------------


def test_thorough_posting_reads_each_write_back(office: Office) -> None:
    office.set("Thorough posting", "yes")
    since = len(office.asked())
    office.post(MAY)
    assert counted(office.asked(since)) == [
        *("search", "by reference", "PUT", "GET id", "search", "by reference"),
        *("POST each", "GET id", "search", "by reference"),
    ]


def test_an_older_copy_of_the_workbook_refuses_and_says_what_it_lacks(office: Office) -> None:
    older = office.book.with_name("Older.xlsx")
    shutil.copy(office.book, older)
    office.post(MAY)
    refused = office.run("settlements", "post", older, JUNE)
    assert refused.status == 1
    assert f"lacks AMZ-TB-10001 (settlement {MAY}, posted " in refused.err
    assert "Use the newest copy" in refused.err
    assert office.standing(JUNE) == []


def test_a_workbook_of_another_organisation_posts_nothing(office: Office) -> None:
    open_book(office.book).write([SetNames({"TB_OrganisationId": "another"})])
    refused = office.run("settlements", "post", office.book, MAY)
    assert refused.status == 3
    assert "The workbook belongs to" in refused.err
    assert office.documents() == []
