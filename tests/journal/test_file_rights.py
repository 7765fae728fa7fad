"""What lies in the product's folder is the user's alone, also where the folder is open to all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import polars as pl
import pytest

from truebooks_xl import environment
from truebooks_xl.actions.posting.desk import alone
from truebooks_xl.journal.archive import Archive
from truebooks_xl.journal.store import Journal
from truebooks_xl.sandbox.xero.store import Store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights of files are POSIX's")


def rights(folder: Path) -> dict[str, str]:
    """Return the rights of everything below a folder, by its name."""
    every = (each for each in folder.rglob("*"))
    return {each.name: f"{stat.S_IMODE(each.stat().st_mode):o}" for each in every}


@pytest.fixture
def open_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that was there before, and that everybody may read."""
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    monkeypatch.setenv("TRUEBOOKS_HOME", str(home))
    return home


def test_journal_and_locks_are_the_users_alone(open_home: Path) -> None:
    with alone("GB", "Org", lambda _: None):
        journal = Journal(environment.journal_url(), environment.place())
        found = rights(open_home)
        journal.close()
    assert found.pop("locks") == "700"
    assert {"journal.sqlite", "journal.sqlite-wal", "GB.lock", "place"} <= set(found)
    assert set(found.values()) == {"600"}, found


def test_what_is_noted_of_a_report_is_the_users_alone(open_home: Path) -> None:
    archive = Archive(open_home)
    archive.note("ab", "lines", lambda: {"sales": 1})
    archive.keep_frame("ab", "orders", pl.DataFrame({"order": ["A"]}))
    assert rights(open_home) == {"ab.lines.json": "600", "ab.orders.parquet": "600"}
    assert archive.note("ab", "lines", dict) == {"sales": 1}


def test_the_practice_xero_is_the_users_alone(open_home: Path) -> None:
    with Store(open_home / "sandbox"):
        found = rights(open_home)
    assert found.pop("sandbox") == "700"
    assert {"xero.sqlite3", "xero.sqlite3-wal"} <= set(found)
    assert set(found.values()) == {"600"}, found
