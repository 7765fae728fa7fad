"""A glance into the journal: what it says, and that it loads no database library for it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from postings import task

from truebooks_xl.journal.glance import glance
from truebooks_xl.journal.store import Journal

AT = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'journal of ours.sqlite'}"


def test_before_anything_was_posted_there_is_nothing(url: str) -> None:
    assert glance(url, "org", "book") == "nothing"
    Journal(url).close()
    assert glance(url, "org", "book") == "nothing"


def test_a_task_is_unfinished_until_its_end_is_written(url: str) -> None:
    with closing(Journal(url)) as journal:
        begun = journal.begin("org", "book", task(), at=AT)
        assert glance(url, "org", "book") == "unfinished"
        assert glance(url, "org", "another book") == "nothing"
        assert glance(url, "another org", "book") == "nothing"
        journal.end(begun, "posted", document_id="id", number="AMZ-TB-10001", at=AT)
        assert glance(url, "org", "book") == "ended"


def test_a_damaged_journal_is_left_for_the_journal_to_complain_of(tmp_path: Path) -> None:
    place = tmp_path / "journal.sqlite"
    place.write_bytes(b"no database" * 100)
    assert glance(f"sqlite:///{place}", "org", "book") == "unfinished"


def test_a_server_is_always_asked_itself() -> None:
    assert glance("postgresql://host/journal", "org", "book") == "unfinished"


def test_no_database_library_is_loaded() -> None:
    code = "import sys, truebooks_xl.journal.glance; print('sqlalchemy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert said.strip() == b"False"
