"""Look up, then post: what the best-known tools do, to show that the simulator sees it fail."""

from __future__ import annotations

from dataclasses import replace

from truebooks_xl.core.ledger import ACTIVE, Draft
from truebooks_xl.core.posting.asks import Denied, Steps, Written, allocate, alter, create, look
from truebooks_xl.core.posting.asks import ready as may_write
from truebooks_xl.core.posting.found import of_key
from truebooks_xl.core.posting.task import Outcome, Task
from truebooks_xl.errors import Unavailable


def look_then_post(task: Task) -> Steps[Outcome]:
    """Create and authorise where a look shows nothing; void first what the plan names."""
    found = yield from look(task.key, task.reference, thorough=True)
    active = [each for each in found if of_key(each, task.key) and each.status in ACTIVE]
    yield from may_write()
    for each in active:
        if each.id in task.plan:
            yield from alter(each, "Void", status="VOIDED")
        elif task.wanted is not None:
            return Outcome(each, existed=True)
    if task.wanted is None:
        return Outcome(None)
    made = yield from create(_numbered(task, (yield from allocate(frozenset()))))
    if isinstance(made, Denied):
        raise made.error
    if not isinstance(made, Written):
        raise Unavailable(where="Xero", what=made.error.what, remedy="Press again.")
    status = "POSTED" if task.wanted.kind == "MANUALJOURNAL" else "AUTHORISED"
    stands = yield from alter(made.document, "Authorise", status=status)
    if isinstance(stands, Denied):
        raise stands.error
    if not isinstance(stands, Written):
        raise Unavailable(where="Xero", what=stands.error.what, remedy="Press again.")
    return Outcome(stands.document)


def _numbered(task: Task, number: str) -> Draft:
    assert task.wanted is not None
    return replace(task.wanted, number=number) if task.wanted.kind == "ACCREC" else task.wanted
