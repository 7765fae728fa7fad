"""The calls a day holds: what a batch may take is known before it is begun.

Protects: a run ends between settlements and not in the middle of one; what does not fit is left as
it is, for tomorrow. Source: our own counts of calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from truebooks_xl.core.posting.task import Aim, Task
from truebooks_xl.errors import TrueBooksError, Unavailable
from truebooks_xl.xero.errors import ConnectionRemoved, SignInExpired, TooManyCalls

SPARE: Final = 20
"""Calls that are left for looking: recovery and Integrity must always be possible."""

TOGETHER: Final[dict[Aim, int]] = {"post": 7, "repost": 13, "rollback": 8, "correct": 7, "fix": 8}
"""Calls a batch takes, however many documents it holds."""

EACH: Final[dict[Aim, int]] = {"post": 1, "repost": 3, "rollback": 2, "correct": 1, "fix": 2}
"""Calls each document takes besides, where Xero does not change many in one."""

EACH_LOCKED: Final = 9
"""Calls a lock takes besides: it is created, looked at, waited for and released."""


class DayTooShort(Unavailable):
    """The day does not hold the calls that a posting takes."""

    def __init__(self, organisation: str, left: int, needed: int) -> None:
        super().__init__(
            where=f"Xero, {organisation}",
            what=f"The day holds {left} more calls, and it takes {needed} at most, {SPARE} to spare"
            " included. It was not begun.",
            remedy="Press again tomorrow, or fewer of them; what is done stays done.",
        )


def needed(tasks: Sequence[Task]) -> int:
    """Return the most calls that tasks of one aim take together, those to spare included."""
    if not tasks:
        return 0
    each = sum(EACH[task.aim] + EACH_LOCKED * task.locked for task in tasks)
    return TOGETHER[tasks[0].aim] + each + SPARE


def affordable(tasks: Sequence[Task], left: int | None) -> int:
    """Say how many of the tasks, from the first on, the calls that are left will do for."""
    if left is None:
        return len(tasks)
    return next((n for n in range(len(tasks), 0, -1) if needed(tasks[:n]) <= left), 0)


def ends_the_run(wrong: TrueBooksError | None) -> bool:
    """Say whether every further call of the run would meet the same."""
    if isinstance(wrong, TooManyCalls):
        return wrong.limit.casefold() == "day"
    return isinstance(wrong, SignInExpired | ConnectionRemoved)
