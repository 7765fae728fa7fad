"""Where a task stands, in one word, told from what was written of it and never kept beside it.

Protects: a word cannot contradict the rows it is told from. Source: xero.md 4.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

State = Literal[
    "PLANNED",
    "RESERVING",
    "RESERVED",
    "CHECKED",
    "RETIRING",
    "COMMITTING",
    "COMMITTED",
    "DRESSED",
    "AWAITING APPROVAL",
    "ROLLED BACK",
    "REFUSED",
    "STOPPED",
    "RELEASED",
]

End = Literal["posted", "rolled back", "awaiting approval", "refused", "stopped", "released"]

STANDS: Final = ("posted", "rolled back", "awaiting approval")
"""Ends that say what stands in Xero from then on; the others leave it as it was."""

CREATE: Final = "Create"
"""The step that makes a document; every other one names a document that is there."""

_UNDER_WAY: Final[dict[str, State]] = {
    CREATE: "RESERVING",
    "Rename": "RETIRING",
    "Void": "RETIRING",
    "Number": "COMMITTING",
    "Authorise": "COMMITTING",
}
"""What a step that is not over, or whose outcome nobody knows, is called."""

_REACHED: Final[dict[str, State]] = {"Checked": "CHECKED", "Committed": "COMMITTED"}

_ENDED: Final[dict[str, State]] = {
    "posted": "COMMITTED",
    "rolled back": "ROLLED BACK",
    "awaiting approval": "AWAITING APPROVAL",
    "refused": "REFUSED",
    "stopped": "STOPPED",
    "released": "RELEASED",
}


def state(writes: Iterable[tuple[str, str]], ended: str = "") -> State:
    """Tell where a task stands.

    Args:
        writes: step and outcome of each row of it, oldest first.
        ended: how it ended; "" while it has not.
    """
    now: State = "PLANNED"
    before = now
    for step, outcome in writes:
        if outcome == "intent":
            before, now = now, _UNDER_WAY.get(step, now)
        elif outcome == "refused":  # nothing was written
            now = before
        elif outcome == "done" and step == CREATE:
            now = "RESERVED"
        elif outcome == "reached" and step == "Dressed":
            return "DRESSED"
        elif outcome == "reached":
            now = _REACHED.get(step, now)
    return _ENDED[ended] if ended else now
