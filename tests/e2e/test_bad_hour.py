"""Posting while Xero refuses, forgets and falls silent: press again, and it is one document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run
from judged import judge

from truebooks_xl import environment
from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.connect import sandbox_xero
from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.sandbox.xero.store import Store

pytest_plugins = ["command_fixtures"]

FORTNIGHT = "99000000001"
UK = tenant_of("GB")


@pytest.fixture
def world(home: Path) -> Iterator[Control]:
    """Hold the hand of the world over the practice Xero the commands will meet."""
    assert home
    control = Control(Store(environment.sandbox_folder()))
    yield control
    judge(control)


def standing() -> list[tuple[str, str]]:
    """Return number and status of every document of the fortnight that is not ended."""
    with sandbox_xero(environment.sandbox_folder(), "GB") as xero:
        found = xero.search(FORTNIGHT)
    return [(each.number, each.status) for each in found]


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("PUT", "/Invoices", "drop before commit"),
        ("PUT", "/Invoices", "drop after commit"),
        ("PUT", "/Invoices", "error after commit"),
        ("PUT", "/Invoices", "cut off in the body"),
        ("POST", "/Invoices/.+", "drop before commit"),
        ("POST", "/Invoices/.+", "drop after commit"),
        ("POST", "/Invoices/.+", "error after commit"),
    ],
)
def test_a_write_nobody_answered_is_found_out_by_looking(
    run: Run, book: Path, world: Control, method: str, path: str, action: str
) -> None:
    world.fault(method, path, action)
    done = run("settlements", "post", book, FORTNIGHT, "--json")
    assert done.status == 0, done.document
    assert standing() == [("AMZ-TB-10001", "AUTHORISED")]


def test_while_xero_is_silent_the_row_says_unknown_and_the_next_command_finds_out(
    run: Run, book: Path, world: Control
) -> None:
    silenced(run, book, world)
    listed = run("settlements", "list", book, "--json").document["rows"][0]
    assert listed["status"] == "Unknown"
    again = run("settlements", "post", book, FORTNIGHT, "--json")
    assert again.status == 0, again.document
    assert standing() == [("AMZ-TB-10001", "AUTHORISED")]


def silenced(run: Run, book: Path, world: Control) -> None:
    """Post while Xero authorises without saying so, and can then not be read."""
    world.fault("POST", "/Invoices/.+", "drop after commit")
    world.fault("GET", "/Invoices/.+", "unavailable")
    silent = run("settlements", "post", book, FORTNIGHT, "--json")
    assert silent.status == 4, "a silence is no refusal"
    assert silent.document["rows"][0]["result"] == "unavailable"


def test_a_locked_period_is_found_before_anything_is_written(
    run: Run, book: Path, world: Control
) -> None:
    world.lock(UK, period="2026-05-31")
    refused = run("settlements", "post", book, FORTNIGHT, "--json")
    assert refused.status == 1
    assert "the period lock date is 2026-05-31" in refused.document["rows"][0]["error"]
    assert standing() == []


def test_an_account_archived_since_the_refresh_is_found_before_anything_is_written(
    run: Run, book: Path, world: Control
) -> None:
    world.archive_account(UK, "402")
    refused = run("settlements", "post", book, FORTNIGHT, "--json")
    assert refused.status == 1
    assert "402" in refused.document["rows"][0]["error"]
    assert "archived" in refused.document["rows"][0]["error"]
    assert standing() == []


def test_a_document_changed_by_hand_is_refused_and_left_as_it_is(
    run: Run, book: Path, tmp_path: Path
) -> None:
    run("settlements", "post", book, FORTNIGHT)
    run("settings", "set", book, "Group lines by", "account")
    run("settlements", "preview", book, FORTNIGHT)
    refused = run("settlements", "post", book, FORTNIGHT, "--json")
    assert refused.status == 3
    assert "Post never voids" in refused.document["rows"][0]["error"]
    assert standing() == [("AMZ-TB-10001", "AUTHORISED")]


def test_xero_rounding_otherwise_is_caught_on_the_draft(
    run: Run, book: Path, world: Control
) -> None:
    world.set_policy("half_penny", "truncate")
    refused = run("settlements", "post", book, FORTNIGHT, "--json")
    assert refused.status == 3
    assert "came back with other figures" in refused.document["rows"][0]["error"]
    assert [status for _, status in standing()] == ["DELETED"], "the draft was let go"


def test_a_running_sandbox_is_used_where_its_address_is_given(
    run: Run, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "served"
    elsewhere.mkdir()
    with serving(elsewhere) as url:
        monkeypatch.setenv("TRUEBOOKS_SANDBOX_URL", url)
        assert run("settlements", "post", book, FORTNIGHT).status == 0
    monkeypatch.delenv("TRUEBOOKS_SANDBOX_URL")
    assert standing() == [], "it was posted there, not here"


def test_a_number_refused_once_is_kept_and_nobody_else_takes_it(
    run: Run, book: Path, world: Control, tmp_path: Path, fortnight: Path
) -> None:
    other = tmp_path / "second.txt"
    other.write_text(fortnight.read_text().replace(FORTNIGHT, "99000000002"))
    run("settlements", "import", book, other)
    world.fault("POST", "/Invoices/.+", "error before commit")
    world.fault("GET", "/Invoices/.+", "unavailable")
    assert run("settlements", "post", book, FORTNIGHT).status == 4
    second = run("settlements", "post", book, "99000000002", "--json").document["rows"][0]
    assert second["number"] == "AMZ-TB-10002"
    first = run("settlements", "post", book, FORTNIGHT, "--json").document["rows"][0]
    assert first["number"] == "AMZ-TB-10001"


def test_what_stands_is_found_before_anything_else_is_asked(
    run: Run, book: Path, world: Control
) -> None:
    silenced(run, book, world)
    world.lock(UK, period="2026-05-31")
    found = run("settlements", "post", book, FORTNIGHT, "--json")
    assert found.status == 0, "it was posted before the period was locked"
    assert found.document["rows"][0]["number"] == "AMZ-TB-10001"


def test_a_report_is_not_replaced_while_its_document_may_stand(
    run: Run, book: Path, world: Control, tmp_path: Path, fortnight: Path
) -> None:
    silenced(run, book, world)
    text = fortnight.read_text()
    fee = next(line for line in text.splitlines() if "Subscription Fee" in line)
    other = tmp_path / "other.txt"
    other.write_text(text.replace(fee, fee.replace("Subscription Fee", "Subscription fee 2")))
    refused = run("settlements", "import", book, other, "--replace", "--json")
    assert refused.status == 3
    assert "may be" in refused.document["rows"][0]["error"]
