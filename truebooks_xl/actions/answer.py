"""What an action answers: one plain document, and how it ended.

Protects: the command's table, its JSON and the ribbon's message are made from the same document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from truebooks_xl.errors import TrueBooksError

Progress = Callable[[str], None]
"""Told what is being done now, in a few words; a bar in the terminal, Excel's status bar."""


def silent(_text: str) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of an action that did not raise.

    Attributes:
        document: plain JSON types; money as text.
        exit_status: 0 done, 1 data to put right, 3 refused, 4 unavailable; of several rows the
            highest.
    """

    document: dict[str, Any]
    exit_status: int = 0


def failed(error: TrueBooksError) -> dict[str, Any]:
    """Return an error as plain JSON: where, what and what to do next, for each problem."""
    return {
        "error": {
            "kind": type(error).__name__,
            "exit_status": error.exit_status,
            "problems": [
                {"where": each.where, "what": each.what, "remedy": each.remedy}
                for each in error.problems
            ],
        }
    }
