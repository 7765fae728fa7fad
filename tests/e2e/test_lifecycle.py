"""A settlement's whole life: posted, reposted, rolled back, copied by hand, paid, corrected."""

from __future__ import annotations

from pathlib import Path

import pytest
from office import GB, JUNE, MAY, Office

pytest_plugins = ["office_fixtures"]

STANDS = ("AMZ-TB-10001", "AUTHORISED")


def test_the_whole_life_of_a_settlement(office: Office) -> None:
    first = office.post(MAY)
    assert (first["result"], first["number"]) == ("posted", "AMZ-TB-10001")
    assert office.standing(MAY) == [STANDS]
    post_voids_nothing_when_the_mapping_changes(office)
    repost_shows_the_difference_and_keeps_the_number(office)
    rolled_back_it_is_a_draft_and_is_posted_again_under_its_number(office)
    a_copy_by_hand_stops_everything_until_it_is_fixed(office)
    once_it_is_paid_nothing_is_voided(office)
    correct_posts_the_difference_once(office)
    what_a_correction_speaks_of_stays(office)
    assert office.post(JUNE)["number"] == "AMZ-TB-10003"


def post_voids_nothing_when_the_mapping_changes(office: Office) -> None:
    office.remap("400", "402")
    changed = office.refused("post", MAY, status=1)
    assert "Since its preview this changed: mapping." in changed
    office.preview(MAY)
    differs = office.refused("post", MAY)
    assert "AMZ-TB-10001, and that differs from the preview" in differs
    assert "Use Repost to replace it" in differs
    assert office.standing(MAY) == [STANDS]
    assert office.status(MAY) == ("Posted", "AMZ-TB-10001")


def repost_shows_the_difference_and_keeps_the_number(office: Office) -> None:
    shown = office.row("repost", MAY, "--dry-run")
    assert shown["result"] == "would repost"
    assert moved(shown) == [("400", "-12.00", "0.00"), ("402", "-24.00", "-36.00")]
    assert shown["difference"]["causes"] == ["mapping"]
    assert office.standing(MAY) == [STANDS], "a dry run changes nothing"
    row = office.row("repost", MAY)
    assert (row["result"], row["number"]) == ("reposted", "AMZ-TB-10001")
    assert row["difference"] == shown["difference"]
    assert row["previous"] == ["AMZ-TB-10001-V1"]
    assert office.standing(MAY) == [STANDS, ("AMZ-TB-10001-V1", "VOIDED")]
    assert office.shown(MAY)["previous_numbers"] == "AMZ-TB-10001-V1, voided"
    office.agree([MAY])


def moved(row: dict[str, dict[str, list[dict[str, dict[str, str]]]]]) -> list[tuple[object, ...]]:
    """Return account, old and new gross of each account that differs."""
    accounts = row["difference"]["accounts"]
    return [(each["account"], each["old"]["gross"], each["new"]["gross"]) for each in accounts]


def rolled_back_it_is_a_draft_and_is_posted_again_under_its_number(office: Office) -> None:
    rolled_back = office.row("rollback", MAY)
    assert (rolled_back["result"], rolled_back["previous"]) == ("rolled back", ["AMZ-TB-10001-V2"])
    row = office.shown(MAY)
    assert (row["status"], row["number"], row["link"], row["document_id"]) == ("Draft", "", "", "")
    assert {status for _, status in office.standing(MAY)} == {"VOIDED"}
    assert office.post(MAY)["number"] == "AMZ-TB-10001"
    office.agree([MAY])


def a_copy_by_hand_stops_everything_until_it_is_fixed(office: Office) -> None:
    office.control.copy(GB, office.id_of("AMZ-TB-10001"), "INV-0077")
    for verb in ("post", "repost", "rollback"):
        error = office.refused(verb, MAY)
        assert "INV-0077 (AUTHORISED) carries the reference and was not posted from here" in error
    before = office.standing()
    (copies,) = office.integrity()["duplicates"]
    assert (copies["keep"], copies["void"]) == ("AMZ-TB-10001", ["INV-0077"])
    assert office.standing() == before, "a dry run changes nothing"
    (fixed,) = office.integrity("--fix")["fixed"]
    assert (fixed["kept"], fixed["voided"]) == ("AMZ-TB-10001", ["INV-0077"])
    office.agree([MAY])


def once_it_is_paid_nothing_is_voided(office: Office) -> None:
    office.control.pay(GB, office.id_of("AMZ-TB-10001"), "84.00", "2026-05-22")
    office.remap("402", "404")
    office.preview(MAY)
    before = office.standing()
    for verb in ("repost", "rollback"):
        error = office.refused(verb, MAY)
        assert "AMZ-TB-10001 cannot be voided: payment of £84.00 on 2026-05-22 is applied" in error
        assert "use Correct" in error
    assert office.standing() == before, "nothing was changed, and no draft is left"
    assert office.status(MAY) == ("Posted", "AMZ-TB-10001")


def correct_posts_the_difference_once(office: Office) -> None:
    shown = office.row("correct", MAY, "--dry-run")
    assert shown["result"] == "would correct"
    row = office.row("correct", MAY)
    assert (row["result"], row["number"]) == ("corrected", "AMZ-TB-10002")
    assert row["correction"]["lines"] == shown["correction"]["lines"]
    (correction,) = office.documents(f"{MAY}-C1")
    assert correction["Reference"] == f"(£84.00) TBUK-{MAY}-C1"
    assert (correction["Total"], correction["Status"]) == (0, "PAID")
    assert ("AMZ-TB-10001", "PAID") in office.standing(MAY), "the original is untouched"
    assert office.status(MAY) == ("Posted", "AMZ-TB-10001")
    assert "Corrected by AMZ-TB-10002" in office.shown(MAY)["problem"]
    again = office.row("correct", MAY)
    assert (again["result"], again["exit"]) == ("nothing to correct", 0)


def what_a_correction_speaks_of_stays(office: Office) -> None:
    before = office.standing()
    for verb in ("repost", "rollback"):
        assert "Corrections of it stand: AMZ-TB-10002" in office.refused(verb, MAY)
    assert office.standing() == before
    assert office.integrity()["duplicates"] == []


@pytest.mark.parametrize("verb", ["post", "repost", "rollback"])
def test_a_document_whose_reference_was_edited_in_xero_is_not_lost(
    office: Office, verb: str
) -> None:
    office.post(MAY)
    office.control.edit(GB, office.id_of("AMZ-TB-10001"), reference="Amazon, May")
    if verb == "post":
        error = office.refused("post", MAY)
        assert f"reference (£84.00) TBUK-{MAY} in the preview, Amazon, May in Xero" in error
    else:
        assert office.row(verb, MAY)["exit"] == 0
    stands = [each for each in office.standing() if each[1] == "AUTHORISED"]
    assert stands == ([] if verb == "rollback" else [STANDS])


def test_correct_stops_at_a_document_that_is_not_as_it_was_posted(office: Office) -> None:
    office.post(MAY)
    posted = office.id_of("AMZ-TB-10001")
    office.remap("400", "404")
    office.control.edit(GB, posted, line=0, amount="-13.00")
    error = office.refused("correct", MAY)
    assert "AMZ-TB-10001 is not as it was posted" in error
    office.control.edit(GB, posted, line=0, amount="-12.00")
    office.control.edit(GB, posted, reference="Amazon, May")
    assert "is not as it was posted: reference" in office.refused("correct", MAY)
    assert office.standing(f"{MAY}-C1") == []


def test_a_colleague_without_our_journal_is_shown_what_the_document_itself_tells(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.post(MAY)
    office.remap("400", "404")
    monkeypatch.setenv("TRUEBOOKS_HOME", str(tmp_path / "colleague"))
    office.set("Archive folder", str(tmp_path / "home" / "archive"))
    shown = office.row("repost", MAY, "--dry-run")
    assert moved(shown) == [("400", "-12.00", "0.00"), ("404", "0.00", "-12.00")]
    assert shown["difference"]["causes"] == ["not recorded"]
    office.control.edit(GB, office.id_of("AMZ-TB-10001"), reference="Amazon, May")
    error = office.refused("correct", MAY)
    assert "AMZ-TB-10001 is not as it was posted: its reference is another" in error
    assert office.standing() == [STANDS]
