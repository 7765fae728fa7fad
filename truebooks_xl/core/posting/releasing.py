"""Letting a draft go: its number is freed first, so that it can be used again.

Protects: a draft is never deleted under its reservation number, which Xero might then keep taken;
and what somebody has authorised meanwhile is left as it is.
"""

from __future__ import annotations

from truebooks_xl.core.ledger import Document
from truebooks_xl.core.posting.asks import Denied, Steps, Written, alter, read
from truebooks_xl.core.posting.numbers import released


def release(draft: Document) -> Steps[bool]:
    """Rename and delete a draft; says whether it is gone.

    Number and status go in one call: on a document that was authorised meanwhile it is refused as
    a whole, where a rename alone would have succeeded.
    """
    if draft.kind != "ACCREC":
        return (yield from _deleted(draft))
    free = released(draft.id)
    answer = yield from alter(draft, "Release", number=free, status="DELETED")
    if isinstance(answer, Written):
        return True
    now = yield from read(draft)
    if now.status != "DRAFT":
        return now.status == "DELETED"
    if isinstance(answer, Denied) and now.number != free:
        renamed = yield from alter(now, "Release", number=free)
        if not isinstance(renamed, Written):
            return False
    return (yield from _deleted(now))


def _deleted(draft: Document) -> Steps[bool]:
    answer = yield from alter(draft, "Delete", status="DELETED")
    if isinstance(answer, Written):
        return True
    now = yield from read(draft)
    return now.status == "DELETED"
