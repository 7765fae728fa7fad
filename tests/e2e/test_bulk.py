"""Many at once: batches of up to fifty, counted to the call; a bad row fails alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from commands import Run
from office import GB, MAY, Office, command, counted, made, many, opened, report

from truebooks_xl.actions.posting import desk
from truebooks_xl.actions.posting.post import post

pytest_plugins = ["office_fixtures", "shop_fixtures"]

HUNDRED, TWELVE = list(many(120)), list(many(12))

POSTED = ["search", "PUT", "search", "POST together", "IDs=", "search"]
"""A batch of first posts: six calls, and seven are allowed."""

REPOSTED = [
    *("search", "PUT", "search", "IDs="),
    *("POST together", "POST together", "IDs="),  # renamed, voided, seen to be voided
    *("POST together", "IDs=", "search"),
]
"""A batch of reposts: ten calls, and thirteen are allowed."""


def each(calls: list[str], documents: int) -> list[str]:
    """Write the same calls with one for each document where Xero changes only one at a time."""
    return [
        one
        for call in calls
        for one in (["POST each"] * documents if call == "POST together" else [call])
    ]


def calls(office: Office, verb: str, *words: object) -> list[str]:
    """Run a command that must succeed; returns the calls it made."""
    since = len(office.asked())
    done = office.settle(verb, *words)
    assert done.status == 0, done.document
    return counted(office.asked(since))


# Call counts -------------------------------------------------------------------------------------


def test_a_single_first_post_takes_seven_calls_and_a_repost_eleven(office: Office) -> None:
    assert calls(office, "post", MAY) == [
        *("search", "by reference", "PUT", "search", "POST each", "GET id", "search")
    ]
    office.remap("400", "404")
    assert calls(office, "repost", MAY) == [
        *("search", "by reference", "PUT", "search", "GET id"),
        *("POST each", "POST each", "GET id", "POST each", "GET id", "search"),
    ]
    assert calls(office, "rollback", MAY) == [
        *("search", "by reference", "GET id", "POST each", "POST each", "GET id", "search")
    ]


def test_a_hundred_and_twenty_are_posted_and_reposted_in_batches_of_fifty(firm: Office) -> None:
    assert calls(firm, "post", "--all-draft") == POSTED * 3
    firm.remap("400", "404")
    assert calls(firm, "repost", "--all-posted") == REPOSTED * 3
    firm.agree(HUNDRED)
    assert firm.statuses() == {"AUTHORISED": 120, "VOIDED": 120}


def test_where_xero_changes_one_at_a_time_each_write_but_the_first_is_its_own(shop: Office) -> None:
    shop.control.set_policy("batch_post_by_id", "refused")
    batches = [*each(POSTED, 5), *each(POSTED, 5), *each(POSTED, 2)]
    refused = batches.index("POST each")  # the first batch finds out
    batches.insert(refused, "POST together")
    assert calls(shop, "post", "--all-draft") == batches
    shop.remap("400", "404")
    batches = [*each(REPOSTED, 5), *each(REPOSTED, 5), *each(REPOSTED, 2)]
    batches.insert(batches.index("POST each"), "POST together")
    assert calls(shop, "repost", "--all-posted") == batches
    shop.agree(TWELVE)


def test_five_hundred_take_what_the_facts_allow() -> None:
    assert 10 * len(POSTED) <= 70
    assert 10 * len(each(POSTED, 50)) <= 570
    assert 10 * len(REPOSTED) <= 130
    assert 10 * len(each(REPOSTED, 50)) <= 1_650


def test_what_is_done_is_told(shop: Office) -> None:
    told: list[str] = []
    post(shop.book, [], all_draft=True, progress=told.append)
    assert [each for each in told if each.startswith("Posting")] == [
        *("Posting 1–5 of 12", "Posting 6–10 of 12", "Posting 11–12 of 12")
    ]
    assert f"Deciding {TWELVE[3]} (4 of 12)" in told
    assert told[-1] == "Attaching evidence 12 of 12"


def test_what_a_list_by_ids_shows_too_late_is_read_singly(
    shop: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists lag by five seconds, those by ids too; the guard waits ten, on the sandbox's clock."""
    monkeypatch.setattr(desk.Waiter, "__call__", lambda _, wait_s: shop.control.advance(wait_s))
    shop.set("Settle wait", "10")
    shop.control.set_policy("list_delay_s", "5")
    shop.control.set_policy("ids_delay", "yes")
    five = TWELVE[:5]
    posted = calls(shop, "post", *five)
    assert (posted.count("IDs="), posted.count("GET id")) == (1, 5), "no list shows them yet"
    shop.remap("400", "404")
    calls(shop, "repost", *five)
    shop.agree(five)
    assert shop.statuses() == {"AUTHORISED": 5, "VOIDED": 5}


# A bad row ---------------------------------------------------------------------------------------

STRANGE = "99000000301"


@pytest.mark.parametrize("when", ["before", "after the pre-flight"])
def test_an_archived_account_stops_its_own_settlement_and_no_other(shop: Office, when: str) -> None:
    """One settlement alone pays for storage, and the account of storage fees is archived."""
    row = "other-transaction | other-transaction | Storage Fee | -30.00 | | | | {start}\n"
    shop.bring({STRANGE: report(STRANGE, start="2023-01-02", days=7, more=row)})
    shop.preview(STRANGE)
    if when == "before":
        shop.control.archive_account(GB, "405")
    else:
        then = {"tenant": GB, "code": "405"}
        shop.control.fault("GET", "/Accounts", "then", verb="archive_account", arguments=then)
    done = shop.settle("post", STRANGE, *TWELVE)
    results = {row["settlement_id"]: row for row in done.document["rows"]}
    assert done.status == (1 if when == "before" else 3)
    assert "405" in results[STRANGE]["error"]
    assert "archived" in results[STRANGE]["error"]
    assert {results[one]["result"] for one in TWELVE} == {"posted"}
    shop.agree(TWELVE)
    assert shop.standing(STRANGE) == []
    assert shop.status(STRANGE)[0] == ("Blocked" if when == "before" else "Draft")


def test_a_paid_one_stops_its_own_repost_and_no_other(shop: Office) -> None:
    calls(shop, "post", "--all-draft")
    _, number = shop.status(TWELVE[6])
    shop.control.pay(GB, shop.id_of(number), "10.00", "2026-05-22")
    shop.remap("400", "404")
    done = shop.settle("repost", *TWELVE)
    assert done.status == 3
    failed = {row["settlement_id"]: row["error"] for row in done.document["rows"] if row["error"]}
    assert list(failed) == [TWELVE[6]]
    assert "payment of £10.00 on 2026-05-22" in failed[TWELVE[6]]
    assert shop.statuses() == {"AUTHORISED": 12, "VOIDED": 11, "DELETED": 1}
    shop.agree(TWELVE)


# Lost replies ------------------------------------------------------------------------------------

STEPS = {
    "the drafts": ("PUT", 1),
    "the numbers of the old": ("POST", 1),
    "the old voided": ("POST", 2),
    "the new authorised": ("POST", 3),
}


@pytest.fixture(scope="session")
def three_posted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with three settlements posted, whose mapping was changed since, once."""
    folder = tmp_path_factory.mktemp("three")
    with opened(made(folder / "made", many(3)), folder / "home", command) as office:
        calls(office, "post", "--all-draft")
        office.remap("400", "404")
    return folder / "home"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("action", "detail"),
    [
        ("drop before commit", {}),
        ("drop after commit", {}),
        ("error after commit", {}),
        ("save first k", {"k": 2}),
        ("execute twice", {}),
        ("truncated", {}),
    ],
)
def test_the_lost_reply_of_a_batch_is_settled_one_by_one(
    three_posted: Path, home: Path, run: Run, step: str, action: str, detail: dict[str, Any]
) -> None:
    method, nth = STEPS[step]
    with opened(three_posted, home, run) as office:
        office.control.fault(method, "/Invoices.*", action, nth, **detail)
        done = office.settle("repost", "--all-posted")
        assert done.status == 0, done.document
        office.agree(TWELVE[:3])
        assert (office.statuses()["AUTHORISED"], office.statuses()["DRAFT"]) == (3, 0)


@pytest.mark.parametrize("nth", range(1, 8))
def test_where_a_batch_cannot_be_read_the_next_run_finds_out(
    three_posted: Path, home: Path, run: Run, nth: int
) -> None:
    """The nth list of documents is not answered: looks, reads by ids, and looks again."""
    with opened(three_posted, home, run) as office:
        office.control.fault("GET", "/Invoices", "unavailable", nth)
        silent = office.settle("repost", "--all-posted")
        assert silent.status in {0, 4}, silent.document
        done = office.settle("repost", "--all-posted")
        assert done.status == 0, done.document
        office.agree(TWELVE[:3])
        assert (office.statuses()["AUTHORISED"], office.statuses()["DRAFT"]) == (3, 0)
