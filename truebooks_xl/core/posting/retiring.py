"""Steps 7 to 9: the old documents of a repost or a rollback are renamed, voided, and read back.

Protects: nothing new is authorised unless every old document is seen VOIDED; what has money
applied to it is not even renamed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from truebooks_xl.core.ledger import ACTIVE, ENDED, Document
from truebooks_xl.core.posting.asks import Answered, Denied, Silent, Steps, alter, read
from truebooks_xl.core.posting.found import Found
from truebooks_xl.core.posting.numbers import order, retired
from truebooks_xl.core.posting.refusals import (
    ChangedMeanwhile,
    HasPayments,
    NeverSettles,
    VoidRefused,
)
from truebooks_xl.core.posting.task import Task
from truebooks_xl.errors import Unavailable

MOST_TRIES: Final = 3


def voidable(found: Found) -> Steps[tuple[Document, ...]]:
    """Read what is to be retired, highest number first, and refuse before anything is changed.

    Raises:
        HasPayments, ChangedMeanwhile: nothing was changed.
    """
    planned = [each for each in found.active if each.id in found.task.plan]
    now: list[Document] = []
    for each in sorted(planned, key=lambda each: order(each.number), reverse=True):
        now += [(yield from read(each))]
    for each in now:
        if each.applied:
            raise HasPayments(found.task.reference, each.number or each.kind, _listed(each))
        if each.status not in ACTIVE | ENDED:
            raise ChangedMeanwhile(found.task.reference, each.number)
    return tuple(now)


def _listed(document: Document) -> str:
    """Write ``payment of £10.00 on 2026-05-22``; said before anything is changed."""
    each = [
        f"{one.kind} of {one.amount.words}" + (f" on {one.on}" if one.on else "")
        for one in document.applied
    ]
    return f"{', '.join(each)} {'is' if len(each) == 1 else 'are'}"


def retire(
    task: Task, documents: Sequence[Document], seen: frozenset[str]
) -> Steps[tuple[Document, ...]]:
    """Rename and void each; returns them as read back, VOIDED or DELETED.

    Raises:
        VoidRefused, Unavailable: one still stands, under its own number where that could be given
            back; those before it stay voided.
    """
    gone: list[Document] = []
    for each in documents:
        taken = seen | {other.number for other in gone}
        gone.append((yield from _retired(task, each, taken)))
    return tuple(gone)


def _retired(task: Task, document: Document, seen: frozenset[str]) -> Steps[Document]:
    if document.status in ENDED:
        return document
    before = document.number
    document = yield from _renamed(task, document, seen)
    silence: Unavailable | None = None
    for _ in range(MOST_TRIES):
        answer = yield from _ended(document)
        after = yield from read(document)
        if after.status in ENDED:
            return after
        if isinstance(answer, Denied) and silence is not None:
            raise silence  # what was not heard of may still be done
        if isinstance(answer, Denied):
            yield from _number_back(after, before)
            raise VoidRefused(task.reference, before or document.kind, str(answer.error.what))
        silence = answer.error if isinstance(answer, Silent) else silence
    raise silence or NeverSettles(task.reference)


def _renamed(task: Task, document: Document, seen: frozenset[str]) -> Steps[Document]:
    """Free the number before the void; a refused rename keeps it, and is no reason to stop."""
    numbered = document.kind == "ACCREC" and "-V" not in document.number
    ours = numbered and document.number.startswith("AMZ-TB-")
    if not ours or task.keep_retired or document.status == "SUBMITTED":
        return document
    number = retired(document.number, seen)
    for _ in range(MOST_TRIES):
        answer = yield from alter(document, "Rename", number=number)
        if not isinstance(answer, Silent):
            return document
        document = yield from read(document)
        if document.number == number or document.status in ENDED:
            return document
    return document


def _ended(document: Document) -> Steps[Answered]:
    if document.status == "SUBMITTED":
        return (yield from alter(document, "Void", status="DELETED"))
    return (yield from alter(document, "Void", status="VOIDED"))


def _number_back(document: Document, before: str) -> Steps[None]:
    """Give a document that still stands its own number again, as far as Xero lets us."""
    if document.number != before:
        yield from alter(document, "Number back", number=before)
