"""Before and after a correction's commit: what it rests on is read once more, each by its id.

Protects: a correction of what was replaced or voided meanwhile is not posted; where both happened
in one moment, somebody is told.
"""

from __future__ import annotations

from truebooks_xl.core.posting.asks import Steps, read_id
from truebooks_xl.core.posting.refusals import ChangedMeanwhile
from truebooks_xl.core.posting.rests_on import RestsOn
from truebooks_xl.core.posting.task import Task
from truebooks_xl.errors import NotThere


def refuse_changed(task: Task) -> Steps[None]:
    """Refuse a correction whose difference is no more true.

    Raises:
        ChangedMeanwhile: the correction is a draft yet.
    """
    for each in task.rests_on:
        if changed := (yield from _changed(each)):
            raise ChangedMeanwhile(task.reference, changed)


def changed_since(task: Task) -> Steps[tuple[str, ...]]:
    """Tell of what a correction that stands rests on no more."""
    changed: list[str] = []
    for each in task.rests_on:
        changed += [(yield from _changed(each))]
    return tuple(
        f"{each} was changed or voided while its correction was posted: look at both in Xero and "
        "run Integrity scan."
        for each in changed
        if each
    )


def _changed(one: RestsOn) -> Steps[str]:
    """Return the number of a document that is not as it was; "" for one that is."""
    try:
        now = yield from read_id(one.id, one.kind, certain=True)
    except NotThere:
        return one.id
    return "" if one.holds(now) else now.number or now.kind.lower()
