"""The journal and the archive: what must not be forgotten."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from truebooks_xl.journal.archive import Archive, NotArchived
from truebooks_xl.journal.store import Journal, JournalUnusable

AT = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(f"sqlite:///{tmp_path / 'journal.sqlite'}")


def test_what_was_posted_is_kept_once(journal: Journal) -> None:
    for _ in range(2):
        journal.posted(
            "org",
            "TBUK-1",
            document_id="id",
            number="AMZ-TB-10001",
            fingerprint="f",
            snapshot={"total": "96.00"},
            at=AT,
        )
    found = journal.posting("org", "TBUK-1")
    assert found is not None
    assert found["snapshot"] == {"total": "96.00"}
    assert found["id"] == 1


def test_a_journal_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(JournalUnusable, match="cannot be used"):
        Journal(f"sqlite:///{tmp_path / 'no such folder' / 'journal.sqlite'}")


def test_a_report_is_archived_by_its_hash_and_read_again(tmp_path: Path) -> None:
    source = tmp_path / "settlement.txt"
    source.write_bytes(b"settlement-id\t1\n" * 100)
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    archive = Archive(tmp_path)
    kept = archive.keep(source, sha256)
    assert archive.keep(source, sha256) == kept, "kept once"
    assert gzip.decompress(archive.find(sha256).read_bytes()) == source.read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_a_report_that_is_not_archived_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(NotArchived, match="Import the settlement's file again"):
        Archive(tmp_path).find("ab" * 32)


def test_a_note_is_made_once_and_again_when_lost(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> dict[str, int]:
        made.append(1)
        return {"n": len(made)}

    archive = Archive(tmp_path)
    assert [archive.note("ab", "chain", make) for _ in range(2)] == [{"n": 1}, {"n": 1}]
    (tmp_path / "ab.chain.json").write_text("{torn")
    assert archive.note("ab", "chain", make) == {"n": 2}
