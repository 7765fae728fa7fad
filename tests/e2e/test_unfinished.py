"""A posting that was cut off is found out by the next command that writes, whatever it is for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import Run

from truebooks_xl import environment
from truebooks_xl.sandbox.xero.connect import sandbox_xero
from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.store import Store

pytest_plugins = ["command_fixtures"]

FORTNIGHT = "99000000001"


@pytest.fixture
def cut_off(run: Run, book: Path) -> Path:
    """Authorise a document without an answer, and let Xero be silent from then on."""
    world = Control(Store(environment.sandbox_folder()))
    world.fault("POST", "/Invoices/.+", "drop after commit")
    world.fault("GET", "/Invoices/.+", "unavailable")
    assert run("settlements", "post", book, FORTNIGHT).status == 4
    return book


def status(run: Run, book: Path) -> str:
    (row,) = run("settlements", "list", book, "--json").document["rows"]
    return str(row["status"])


@pytest.mark.parametrize(
    "words",
    [
        ("settlements", "preview", "BOOK", FORTNIGHT),
        ("settlements", "import", "BOOK", "REPORT"),
        ("settings", "set", "BOOK", "VAT periods", "monthly"),
        ("xero", "refresh", "BOOK"),
    ],
    ids=" ".join,
)
def test_the_next_command_that_writes_finds_out(
    run: Run, cut_off: Path, fortnight: Path, words: tuple[str, ...]
) -> None:
    assert status(run, cut_off) == "Unknown"
    places = {"BOOK": cut_off, "REPORT": fortnight}
    done = run(*(places.get(each, each) for each in words))
    assert done.status == 0, done.err
    assert status(run, cut_off) == "Posted"
    with sandbox_xero(environment.sandbox_folder(), "GB") as xero:
        assert [each.number for each in xero.search(FORTNIGHT)] == ["AMZ-TB-10001"]


def test_while_xero_is_silent_an_import_goes_on_and_says_so(
    run: Run, cut_off: Path, fortnight: Path
) -> None:
    world = Control(Store(environment.sandbox_folder()))
    world.fault("GET", "/Organisation", "unavailable")
    done = run("settlements", "import", cut_off, fortnight, "--json")
    assert done.status == 0
    assert "could not be resolved" in done.document["warnings"][0]
    assert status(run, cut_off) == "Unknown"


def test_a_command_that_only_reads_asks_nobody(run: Run, cut_off: Path) -> None:
    shown = run("settlements", "preview", cut_off, FORTNIGHT, "--no-write")
    assert shown.status == 0
    assert status(run, cut_off) == "Unknown"


def test_an_older_copy_of_the_workbook_is_not_written(
    run: Run, book: Path, fortnight: Path, tmp_path: Path
) -> None:
    older = tmp_path / "Older.xlsx"
    shutil.copy(book, older)
    assert run("settlements", "post", book, FORTNIGHT).status == 0
    before = older.read_bytes()
    for words in (
        ("settlements", "preview", older, FORTNIGHT),
        ("settlements", "import", older, fortnight),
        ("settings", "set", older, "VAT periods", "monthly"),
    ):
        refused = run(*words)
        assert refused.status == 1
        assert "lacks AMZ-TB-10001" in refused.err
    assert older.read_bytes() == before
