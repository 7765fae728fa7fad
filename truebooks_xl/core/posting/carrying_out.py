"""A task carried out: which protocol brings it about.

Protects: buttons, commands, recovery and the simulator take the very same steps.
"""

from __future__ import annotations

from truebooks_xl.core.posting.asks import Steps
from truebooks_xl.core.posting.duplicates import fix
from truebooks_xl.core.posting.locking import settle_locked
from truebooks_xl.core.posting.reserving import reserve
from truebooks_xl.core.posting.rolling_back import roll_back
from truebooks_xl.core.posting.task import Outcome, Task


def carry_out(task: Task) -> Steps[Outcome]:
    """Yield the asks that bring a task about; send each its answer.

    Raises:
        Refused: somebody must look first.
        Unavailable: nobody knows; the same task again finds out, and ends in the same state.
    """
    if task.aim == "fix":
        return (yield from fix(task))
    if task.wanted is None:
        return (yield from roll_back(task))
    if task.locked:
        return (yield from settle_locked(task))
    return (yield from reserve(task))
