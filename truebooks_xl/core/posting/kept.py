"""A task as plain JSON and back: what the journal keeps of a posting before its first call.

Protects: the run that finishes an interrupted posting sets out to do exactly what was begun.
"""

from __future__ import annotations

from typing import Any, Final

from truebooks_xl.core import plain
from truebooks_xl.core.posting.task import Task
from truebooks_xl.errors import DataError

FORMAT: Final = 1
"""Of a kept task. A field added with a default is no new format."""


class TaskUnreadable(DataError):
    """The journal holds a task that this version cannot read."""

    def __init__(self, token: str, reason: str) -> None:
        super().__init__(
            where=f"Journal, {token}",
            what=f"The posting that was begun cannot be read by this version ({reason}).",
            remedy="Finish it with the version that began it, or install the newest version.",
        )


def as_json(task: Task) -> dict[str, Any]:
    """Return the task as plain JSON, its format first."""
    return {"format": FORMAT, **plain.plain(task)}


def from_json(kept: dict[str, Any], token: str) -> Task:
    """Read a task back, equal to the one that was kept.

    Args:
        token: of its key, for the message.

    Raises:
        TaskUnreadable: it is of a newer format, or damaged.
    """
    if kept.get("format") != FORMAT:
        raise TaskUnreadable(token, f"format {kept.get('format')}, not {FORMAT}")
    try:
        fields = {name: each for name, each in kept.items() if name != "format"}
        return plain.record(Task, fields)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as wrong:
        raise TaskUnreadable(token, str(wrong)) from None
