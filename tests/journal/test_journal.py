"""The journal and the archive: what must not be forgotten."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from truebooks_xl.errors import Refused, Unavailable
from truebooks_xl.journal.archive import Archive, NotArchived
from truebooks_xl.journal.store import Journal, JournalUnusable

AT = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)


class No(Refused):
    """The world says no."""

    def __init__(self) -> None:
        super().__init__(where="Xero", what="No.", remedy="Ask again.")


class Silence(Unavailable):
    """The world says nothing."""

    def __init__(self) -> None:
        super().__init__(where="Xero", what="Nothing.", remedy="Ask again.")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(f"sqlite:///{tmp_path / 'journal.sqlite'}")


def test_the_intent_is_written_before_the_call_and_the_outcome_after(journal: Journal) -> None:
    attempt = journal.attempt("org", "TBUK-1")
    assert not journal.touched("org", "TBUK-1")
    with journal.writing(attempt, "Reserve", network_key="k", at=AT):
        assert journal.touched("org", "TBUK-1"), "a crash during the call leaves it unfinished"
    assert not journal.touched("org", "TBUK-1"), "a known outcome ends it"


def test_a_refusal_is_known_and_silence_is_not(journal: Journal) -> None:
    refused = journal.attempt("org", "TBUK-1")
    with pytest.raises(No), journal.writing(refused, "Reserve", network_key="k", at=AT):
        raise No
    assert not journal.touched("org", "TBUK-1")
    silent = journal.attempt("org", "TBUK-1")
    with pytest.raises(Silence), journal.writing(silent, "Reserve", network_key="k", at=AT):
        raise Silence
    assert journal.touched("org", "TBUK-1")


def test_no_two_requests_are_named_alike(journal: Journal) -> None:
    assert journal.attempt("org", "TBUK-1").uuid != journal.attempt("org", "TBUK-1").uuid


def test_a_failed_post_keeps_its_number_for_the_same_settlement(journal: Journal) -> None:
    attempt = journal.attempt("org", "TBUK-1")
    with (
        pytest.raises(No),
        journal.writing(attempt, "Authorise", network_key="k", at=AT, number="AMZ-TB-10007"),
    ):
        raise No
    assert journal.attempt("org", "TBUK-1").number == "AMZ-TB-10007"
    assert journal.attempt("org", "TBUK-2").number is None
    assert journal.highest_number("org", "AMZ-TB-") == 10007, "nobody else takes it"
    assert journal.highest_number("other", "AMZ-TB-") == 0
    assert journal.attempt("other", "TBUK-1").number is None


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
