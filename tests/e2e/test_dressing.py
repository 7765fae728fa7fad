"""Evidence and notes on what was posted: after everything else, and never in its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evidences import DAY, FINGERPRINT, evidence

from truebooks_xl import environment
from truebooks_xl.actions.posting.dressing import (
    LONGEST_NOTE,
    dress,
    dress_all,
    fingerprint_in,
    note,
)
from truebooks_xl.core.as_posted import snapshot
from truebooks_xl.core.evidence import Evidence
from truebooks_xl.core.ledger import Document, DocumentLine, Draft
from truebooks_xl.core.posting.asks import Written
from truebooks_xl.core.posting.task import Task
from truebooks_xl.journal.store import Begun, Entry, Journal
from truebooks_xl.sandbox.xero.connect import sandbox_xero
from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.workbook.evidence import read
from truebooks_xl.xero.gateway import Xero

pytest_plugins = ["command_fixtures"]

AT = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def xero(home: Path) -> Iterator[Xero]:
    assert home
    with sandbox_xero(environment.sandbox_folder(), "GB") as xero:
        yield xero


@pytest.fixture
def world(xero: Xero) -> Control:
    return Control(Store(environment.sandbox_folder()))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(f"sqlite:///{tmp_path / 'journal.sqlite'}")


def standing(xero: Xero, number: str = "AMZ-TB-10001") -> Document:
    """Put a document of the evidence into the practice Xero; a draft will do."""
    held = evidence()
    lines = tuple(
        DocumentLine(each.description, each.account, each.tax_type, each.gross, each.tax)
        for each in held.lines
    )
    contact = xero.contact("Amazon.co.uk", network_key=number)
    draft = Draft("ACCREC", number, held.reference, contact, DAY, DAY, "GBP", lines)
    (made,) = xero.create([draft], network_key=f"create {number}")
    assert isinstance(made, Document), made
    return made


def notes(xero: Xero, document: Document) -> list[str]:
    """Our notes; Xero writes notes of its own."""
    return [each for each in xero.notes(document.id, document.kind) if "TB-FP" in each]


def attached(xero: Xero, document: Document) -> Evidence:
    found: Mapping[str, bytes] = {
        name: xero.attachment(document.id, document.kind, name)
        for name in xero.attachments(document.id, document.kind)
    }
    return read(found)


def posted(journal: Journal, document: Document, held: Evidence) -> Begun:
    """Let the journal know a document as posted and not dressed."""
    task = Task(aim="post", key=held.key, reference="", wanted=None, mark=document.id, at=AT)
    begun = journal.begin("org", "book", task, at=AT)
    entry = Entry(begun, "Create")
    journal.intend([entry], network_key="k", at=AT)
    journal.outcome([entry], [Written(document)], network_key="k", at=AT)
    journal.posted(
        "org",
        held.token,
        document_id=document.id,
        number=document.number,
        fingerprint=held.fingerprint,
        snapshot=snapshot(held),
        at=AT,
    )
    journal.end(begun, "posted", document_id=document.id, number=document.number, at=AT)
    return begun


def test_a_document_gets_its_evidence_and_each_retired_one_a_note(xero: Xero) -> None:
    new, old = standing(xero), standing(xero, "AMZ-TB-10001-V1")
    assert dress(xero, new, evidence(previous=(), number=""), [old]) == []
    assert attached(xero, new) == evidence(), "with the numbers as they are by now"
    (told,) = notes(xero, new)
    assert told.startswith(
        "TrueBooks XL 0.2.0: posted as AMZ-TB-10001, in place of AMZ-TB-10001-V1"
    )
    assert f"TB-FP {FINGERPRINT}, attempt 5e9d, by anna." in told
    (gone,) = notes(xero, old)
    assert "AMZ-TB-10001-V1 is draft, AMZ-TB-10001 stands in its place." in gone
    assert fingerprint_in([told]) == fingerprint_in(["by hand", gone]) == FINGERPRINT
    assert fingerprint_in(["by hand"]) is None


def test_a_repeat_writes_no_note_twice(xero: Xero) -> None:
    new = standing(xero)
    for repeat in (False, True, True):
        assert dress(xero, new, evidence(), repeat=repeat) == []
    assert len(notes(xero, new)) == 1
    assert len(xero.attachments(new.id, "ACCREC")) == 1
    other = evidence(fingerprint="b" * 64)
    assert dress(xero, new, other, repeat=True) == []
    assert len(notes(xero, new)) == 2, "another fingerprint is another note"


def test_a_failure_is_a_warning_and_the_rest_is_still_written(xero: Xero, world: Control) -> None:
    new = standing(xero)
    world.fault("PUT", "/Invoices/.+/Attachments/.+", "unavailable")
    (warning,) = dress(xero, new, evidence())
    assert "TBUK-26881161592_preview_1a2b3c4d.xlsx" in str(warning)
    assert len(notes(xero, new)) == 1


def test_a_note_stays_within_what_xero_takes() -> None:
    long = evidence(user="x" * 4_000)
    document = Document(
        *("id", "ACCREC", "AMZ-TB-10001", "", "AUTHORISED", DAY, DAY, "GBP"),
        *(long.total, long.total, (), (), AT),
    )
    assert len(note(document, document, long)) == LONGEST_NOTE
    assert FINGERPRINT in note(document, document, long)
    assert "  " not in note(document, document, replace(long, user="an\n\nna  b"))


def test_an_interrupted_run_is_taken_up_by_the_next(
    xero: Xero, world: Control, journal: Journal
) -> None:
    documents = [standing(xero, f"AMZ-TB-{n}") for n in (10001, 10002, 10003)]
    begun = [posted(journal, each, evidence()) for each in documents]
    world.fault("PUT", "/Invoices/.+/History", "drop after commit", nth=2)
    told: list[str] = []
    warnings = dress_all(xero, journal, "org", progress=told.append)
    assert len(warnings) == 1
    assert told == [f"Attaching evidence {n} of 3" for n in (1, 2, 3)]
    assert [each.begun for each in journal.undressed("org")] == [begun[1]]
    assert dress_all(xero, journal, "org") == []
    assert journal.undressed("org") == []
    assert [len(notes(xero, each)) for each in documents] == [1, 1, 1]
    assert dress_all(xero, journal, "org", progress=told.append) == []
    assert len(told) == 3, "nothing is left, and nothing is asked"


def test_what_xero_refuses_is_told_once(xero: Xero, journal: Journal) -> None:
    document = standing(xero)
    missing = replace(document, id="00000000-0000-4000-8000-000000000000")
    posted(journal, missing, evidence())
    (warning,) = dress_all(xero, journal, "org")
    assert "Xero does not have it" in warning
    assert journal.undressed("org") == []
    assert dress_all(xero, journal, "org") == []


def test_a_silent_xero_is_not_asked_for_every_document(
    xero: Xero, world: Control, journal: Journal
) -> None:
    documents = [standing(xero, f"AMZ-TB-{n}") for n in range(10001, 10006)]
    for each in documents:
        posted(journal, each, evidence())
    for n in range(1, 6):
        world.fault("PUT", "/Invoices/.+/Attachments/.+", "unavailable", nth=n)
    warnings = dress_all(xero, journal, "org", known={each.id: each for each in documents})
    assert warnings[-1] == "Evidence of 2 more documents follows with the next run."
    assert len(warnings) == 4
