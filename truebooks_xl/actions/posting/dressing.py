"""Dressing: each posted document gets its evidence and a note in its history, after all is posted.

Protects: nothing here can undo or delay a posting: a failure is a warning. Repeating is harmless,
and what an interrupted run left undressed the next one dresses.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from truebooks_xl import environment
from truebooks_xl.actions.answer import Progress, silent
from truebooks_xl.core.as_posted import from_snapshot
from truebooks_xl.core.evidence import Evidence, EvidenceUnreadable
from truebooks_xl.core.ledger import Document
from truebooks_xl.core.posting.keys import network_key
from truebooks_xl.core.posting.task import Aim
from truebooks_xl.errors import Refused, TrueBooksError, Unavailable
from truebooks_xl.journal.store import Journal, Undressed
from truebooks_xl.workbook.evidence import files
from truebooks_xl.xero.errors import TooManyCalls
from truebooks_xl.xero.gateway import Xero

FINGERPRINT_MARK: Final = "TB-FP "
"""In a note of ours before the fingerprint: a document that bears it is ours."""

DONE: Final[dict[Aim, str]] = {
    "post": "posted as",
    "repost": "posted again as",
    "rollback": "rolled back",
    "correct": "corrected by",
    "fix": "kept as",
}

LONGEST_NOTE: Final = 2_500
MOST_SILENCES: Final = 3
"""Documents in a row that Xero gave no answer for, before the rest is left for the next time."""


def dress_all(
    xero: Xero,
    journal: Journal,
    organisation_id: str,
    *,
    known: Mapping[str, Document] | None = None,
    progress: Progress = silent,
) -> list[str]:
    """Dress all that the journal knows as posted and not dressed; returns the warnings.

    What Xero refuses is told once and left; what it does not answer stays for the next time.

    Args:
        known: documents as they were read back a moment ago, by id; others are read.
    """
    warnings: list[str] = []
    every = [each for each in journal.undressed(organisation_id) if each.snapshot]
    silences = 0
    for n, each in enumerate(every, start=1):
        progress(f"Attaching evidence {n} of {len(every)}")
        journal.reached([each.begun], "Dressing", at=environment.now())
        troubles = _dress_one(xero, each, known or {})
        warnings += [str(wrong) for wrong in troubles]
        if not any(isinstance(wrong, Unavailable) for wrong in troubles):
            journal.reached([each.begun], "Dressed", at=environment.now())
            silences = 0
            continue
        silences += 1
        out_of_calls = any(isinstance(wrong, TooManyCalls) for wrong in troubles)
        if (out_of_calls or silences == MOST_SILENCES) and n < len(every):
            warnings.append(
                f"Evidence of {len(every) - n} more documents follows with the next run."
            )
            break
    return warnings


def _dress_one(xero: Xero, each: Undressed, known: Mapping[str, Document]) -> list[TrueBooksError]:
    assert each.snapshot is not None
    kind = each.snapshot["document"]
    try:
        evidence = from_snapshot(each.snapshot)
        document = known.get(each.document_id) or xero.document(each.document_id, kind)
        previous = [known.get(old) or xero.document(old, kind) for old in each.retired]
    except (Refused, Unavailable, EvidenceUnreadable) as wrong:
        return [wrong]
    return dress(xero, document, evidence, previous, repeat=each.repeat)


def dress(
    xero: Xero,
    document: Document,
    evidence: Evidence,
    previous: Sequence[Document] = (),
    *,
    repeat: bool = False,
) -> list[TrueBooksError]:
    """Attach the evidence and write the notes; returns what went wrong.

    Args:
        document: as it stands; its number goes into the evidence.
        previous: the documents that were retired for it; each gets a note of its own.
        repeat: some of it may be there: what is found is not written again.
    """
    evidence = replace(
        evidence, number=document.number, previous=tuple(each.number for each in previous)
    )
    steps = [
        partial(_attach, xero, document, evidence, repeat=repeat),
        *(
            partial(_note, xero, each, document, evidence, repeat=repeat)
            for each in (document, *previous)
        ),
    ]
    return [wrong for wrong in map(_tried, steps) if wrong]


def _tried(step: Callable[[], None]) -> TrueBooksError | None:
    try:
        step()
    except (Refused, Unavailable) as wrong:
        return wrong
    return None


def _attach(xero: Xero, document: Document, evidence: Evidence, *, repeat: bool) -> None:
    there = xero.attachments(document.id, document.kind) if repeat else ()
    for file in files(evidence):
        if file.name not in there:
            key = network_key(evidence.organisation_id, uuid.uuid4().hex, "Attach", file.name)
            xero.attach(document.id, document.kind, file.name, file.content, network_key=key)


def _note(
    xero: Xero, on: Document, document: Document, evidence: Evidence, *, repeat: bool
) -> None:
    mark = FINGERPRINT_MARK + evidence.fingerprint
    if repeat and any(mark in each for each in xero.notes(on.id, on.kind)):
        return
    text = note(on, document, evidence)
    key = network_key(evidence.organisation_id, uuid.uuid4().hex, "Note", f"{on.id} {text}")
    xero.note(on.id, on.kind, text, network_key=key)


def note(on: Document, document: Document, evidence: Evidence) -> str:
    """Write the note for the document itself, or for one that was retired for it."""
    name = document.number or document.kind
    if on.id == document.id:
        gone = ", ".join(evidence.previous)
        said = f"{DONE[evidence.aim]} {name}" + (f", in place of {gone} (voided)" if gone else "")
    else:
        said = f"{on.number or on.kind} is {on.status.lower()}, {name} stands in its place"
    mark = f"{FINGERPRINT_MARK}{evidence.fingerprint}, attempt {evidence.mark}"
    by = f", by {' '.join(evidence.user.split())}" if evidence.user else ""
    return f"TrueBooks XL {evidence.version}: {said}. {mark}{by}."[:LONGEST_NOTE]


def fingerprint_in(notes: Sequence[str]) -> str | None:
    """Return the fingerprint of the newest note of ours; None where there is none."""
    found = (re.search(rf"{FINGERPRINT_MARK}(\w+)", each) for each in notes)
    return next((each[1] for each in found if each), None)
