"""Letting a draft go: its number is freed first, so that it can be used again.

Protects: a draft is never deleted under its reservation number, which Xero might then keep taken;
and what somebody has authorised meanwhile is left as it is.
"""

from __future__ import annotations

from typing import Final

from truebooks_xl.core.ledger import ACTIVE, Document
from truebooks_xl.core.posting.asks import Denied, Steps, Written, alter, read
from truebooks_xl.core.posting.numbers import released

MOST_TRIES: Final = 3


def release(draft: Document) -> Steps[bool]:
    """Rename and delete a draft; says whether it is gone.

    One that was numbered, approved or deleted since it was listed is left as it is.
    """
    now = yield from read(draft)
    if (now.status, now.number) != (draft.status, draft.number):
        return now.status == "DELETED"
    return (yield from release_own(now))


def give_back(draft: Document) -> Steps[bool]:
    """Let go of a draft whose commit was refused; False when it stands after all: look again."""
    now = yield from read(draft)
    if now.status == "DRAFT" and not (yield from release_own(now)):
        now = yield from read(draft)
    return now.status not in ACTIVE


def release_own(draft: Document) -> Steps[bool]:
    """Rename and delete a draft nobody else has to do with; says whether it is gone.

    Number and status go in one call: on a document that was authorised meanwhile it is refused as
    a whole, where a rename alone would have succeeded.
    """
    if draft.kind != "ACCREC":
        return (yield from _deleted(draft))
    free, now = released(draft.id), draft
    for _ in range(MOST_TRIES):
        answer = yield from alter(now, "Release", number=free, status="DELETED")
        if isinstance(answer, Written):
            return True
        now = yield from read(draft)
        if now.status != "DRAFT":
            return now.status == "DELETED"
        if isinstance(answer, Denied):
            return (yield from _in_two_calls(now, free))
    return False


def _in_two_calls(draft: Document, free: str) -> Steps[bool]:
    """Rename, and delete only what bears the new number: a lost rename burns no reservation."""
    now = draft
    for _ in range(MOST_TRIES):
        if now.number == free:
            return (yield from _deleted(now))
        before = now.number
        answer = yield from alter(now, "Release", number=free)
        if isinstance(answer, Denied):
            return False
        now = yield from read(draft)
        if now.status != "DRAFT":  # authorised in that very moment: its number is its own
            if now.number == free:
                yield from alter(now, "Number back", number=before)
            return now.status == "DELETED"
    return False


def _deleted(draft: Document) -> Steps[bool]:
    for _ in range(MOST_TRIES):
        answer = yield from alter(draft, "Delete", status="DELETED")
        if isinstance(answer, Written):
            return True
        now = yield from read(draft)
        if now.status != "DRAFT" or isinstance(answer, Denied):
            return now.status == "DELETED"
    return False
