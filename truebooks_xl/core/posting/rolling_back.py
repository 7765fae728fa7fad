"""Rollback: what was seen and agreed to is voided, and nothing else.

Protects: a settlement is back in Draft only when nothing of it is active; a document with money
applied to it is left exactly as it was.
"""

from __future__ import annotations

from typing import Final

from truebooks_xl.core.ledger import Document
from truebooks_xl.core.posting.asks import Steps, pause, read, ready
from truebooks_xl.core.posting.deciding import refuse_corrections, refuse_foreign
from truebooks_xl.core.posting.found import Found, found
from truebooks_xl.core.posting.looking import active_besides, corrected_meanwhile, looked
from truebooks_xl.core.posting.refusals import ChangedMeanwhile
from truebooks_xl.core.posting.releasing import release
from truebooks_xl.core.posting.retiring import retire, voidable
from truebooks_xl.core.posting.task import Outcome, Task

MOST_LOOKS: Final = 3


def roll_back(task: Task) -> Steps[Outcome]:
    """Void what the plan names and let go of drafts left for approval; nothing may stand then.

    Raises:
        Refused: something stands that may not be voided; what was voided before it stays so.
    """
    seen = yield from _planned_shown(task)
    refuse_foreign(seen)
    refuse_corrections(seen)
    for each in seen.unplanned:
        raise ChangedMeanwhile(task.reference, each.number or each.kind)
    drafts = seen.drafts("final")
    if not seen.active and not drafts:
        return Outcome(None, existed=True)
    yield from ready()
    outcome = yield from _voided(task, seen)
    for each in drafts:
        if not (yield from release(each)):  # it was approved meanwhile
            raise ChangedMeanwhile(task.reference, each.number or each.kind)
    after = yield from looked(task, thorough=task.thorough)
    left = yield from active_besides(after, {each.id for each in outcome.retired})
    alarms = [f"{each.number or each.kind} was posted meanwhile and stands." for each in left]
    alarms += corrected_meanwhile(after)
    return Outcome(None, False, outcome.retired, alarms=(*alarms,))


def _planned_shown(task: Task) -> Steps[Found]:
    """Look until all that is planned is listed: what was posted a moment ago may not be yet.

    What is listed as a draft of ours may stand by now, and is read by its id.
    """
    seen = yield from looked(task, thorough=True, first=True)
    for _ in range(MOST_LOOKS if task.guard != "off" else 0):
        if set(task.plan) <= {each.id for each in seen.documents}:
            break
        yield from pause()
        seen = yield from looked(task, thorough=True, first=True)
    now: list[Document] = []
    for each in seen.documents:
        if each.status == "DRAFT" and seen.ours(each):
            now += [(yield from read(each))]
    return found(task, (*seen.documents, *seen.corrections, *now))


def _voided(task: Task, seen: Found) -> Steps[Outcome]:
    old = yield from voidable(seen)
    gone = yield from retire(task, old, seen.numbers)
    return Outcome(None, False, gone)
