"""Looks and reads for many settlements in as few calls as Xero allows.

Protects: what a list brings is matched exactly by the core; a state that was written a moment ago
is never taken from a list that may be older.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from truebooks_xl.actions.posting.jobs import Job
from truebooks_xl.actions.posting.journal_days import around
from truebooks_xl.core.ledger import Document
from truebooks_xl.core.posting.asks import Look, Read
from truebooks_xl.errors import TrueBooksError
from truebooks_xl.xero.gateway import Xero


def looks(xero: Xero, jobs: Sequence[Job]) -> None:
    """Answer looks: one search for all, and one by reference for each that is alone or thorough."""
    if not jobs:
        return
    try:
        found = [each for term in _terms(jobs) for each in xero.search(term)]
        found += _journals(xero, jobs)
    except TrueBooksError as wrong:
        for job in jobs:
            job.fail(wrong)
        return
    for job in jobs:
        _looked(xero, job, found, alone=len(jobs) == 1)


def _terms(jobs: Sequence[Job]) -> list[str]:
    """Return what to search for: a settlement id, or for many the words their tokens begin with."""
    keys = [job.begun.task.key for job in jobs]
    if len(keys) == 1:
        return [keys[0].settlement_id]
    tokens: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        tokens[key.marketplace].append(key.token)
    return [_beginning(each) for each in tokens.values()]


def _beginning(words: Sequence[str]) -> str:
    """Return what all words begin with: of sorted words, what the first and the last share."""
    first, last = min(words), max(words)
    same = [a == b for a, b in zip(first, last, strict=False)]
    return first[: same.index(False)] if False in same else first


def _journals(xero: Xero, jobs: Sequence[Job]) -> list[Document]:
    days = [day for job in jobs if (day := job.begun.task.journals_about)]
    if not days:
        return []
    return [*xero.journals(*around(days))]


def _looked(xero: Xero, job: Job, found: Sequence[Document], *, alone: bool) -> None:
    assert isinstance(job.ask, Look)
    try:
        whole = job.ask.thorough and (alone or job.begun.task.thorough)
        named = xero.by_reference(job.ask.reference) if whole else ()
    except TrueBooksError as wrong:
        job.fail(wrong)
    else:
        job.answer((*found, *named))


def reads(xero: Xero, jobs: Sequence[Job]) -> None:
    """Answer reads: in one call where there are several, and singly what that call may not know."""
    several = [job for job in jobs if _among_others(job)]
    listed: dict[str, Document] = {}
    if len(several) > 1:
        try:
            listed.update(xero.documents([_id(job) for job in several]))
        except TrueBooksError as wrong:
            for job in several:
                job.fail(wrong)
            jobs = [job for job in jobs if job not in several]
    for job in jobs:
        _read(xero, job, listed.get(_id(job)))


def _among_others(job: Job) -> bool:
    """Say whether a read may be answered out of a call for several, which is a list."""
    assert isinstance(job.ask, Read)
    return job.ask.kind != "MANUALJOURNAL" and not job.ask.certain


def _id(job: Job) -> str:
    assert isinstance(job.ask, Read)
    return job.ask.document_id


def _read(xero: Xero, job: Job, listed: Document | None) -> None:
    assert isinstance(job.ask, Read)
    if listed is not None and not _stale(job, listed):
        job.answer(listed)
        return
    try:
        document = xero.document(job.ask.document_id, job.ask.kind)
    except TrueBooksError as wrong:
        job.fail(wrong)
    else:
        job.answer(document)


def _stale(job: Job, listed: Document) -> bool:
    """Say whether a list shows a document as it was: before our write, or before it stood."""
    task, written_at = job.begun.task, job.written_at.get(listed.id)
    if written_at is not None:
        return listed.updated_at < written_at
    return listed.status == "DRAFT" and listed.id in {*task.plan, *task.shown}
