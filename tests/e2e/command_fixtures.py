"""The command line as a user has it: real workbooks, a real journal, a real practice Xero."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from commands import Ran, Run

from truebooks_xl.cli import main
from truebooks_xl.sandbox.amazon.reports import demo_fortnight


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home of its own: archive, journal and practice Xero."""
    place = tmp_path / "home"
    monkeypatch.setenv("TRUEBOOKS_HOME", str(place))
    return place


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, through the very function the program starts with."""
    assert home

    def command(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["truebooks", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return Ran(int(ended.value.code or 0), shown.out, shown.err)

    return command


@pytest.fixture(scope="session")
def fortnight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the demo's report; its settlement is 99000000001."""
    place = tmp_path_factory.mktemp("reports") / "fortnight.txt"
    place.write_bytes(demo_fortnight())
    return place


@pytest.fixture
def book(run: Run, tmp_path: Path, fortnight: Path) -> Path:
    """Make a UK workbook on the practice Xero with the fortnight imported, exports accepted."""
    place = tmp_path / "Books.xlsx"
    for words in (
        ("new", place, "--sandbox"),
        ("settings", "set", place, "zero-vat-orders", "export"),
        ("settlements", "import", place, fortnight),
    ):
        done = run(*words)
        assert done.status == 0, done.err
    return place
