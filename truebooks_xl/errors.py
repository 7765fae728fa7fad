"""The two kinds of wrong, and what every message must say: where, what, and what to do next.

::

    TrueBooksError
    ├── DataError            data to put right (exit status 1)
    │   └── DataProblems     several of them, collected and shown at once
    ├── Misuse               a command that cannot mean what was typed (exit status 2)
    └── WorldError
        ├── Refused          Xero or Amazon said no: read, correct, press again (exit status 3)
        │   └── NotThere     there is nothing under an id
        └── Unavailable      no known answer: press again, it is safe (exit status 4)

A leaf lives beside the rule that raises it. A bug of ours is none of these: it is an ``assert`` or
a crash. Leaves are raised with positional arguments, so that they cross processes (pickle).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the accountant's data; a value, so that problems can be collected.

    Attributes:
        where: the sheet and cell, or the file and line: ``Mapping!G17``.
        what: what is wrong there, with the offending value.
        remedy: what to do next, as one imperative sentence.
    """

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.remedy}"


class TrueBooksError(Exception):
    """Anything an accountant may be shown; ``str`` of it is the whole message."""

    exit_status: ClassVar[int] = 1

    def __init__(self, *, where: str, what: str, remedy: str) -> None:
        # Exception.__init__ is not called: ``args`` stays what the leaf was raised with.
        self.where = where
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.remedy}"

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The same message as values; one, unless it was collected from many."""
        return (Problem(self.where, self.what, self.remedy),)


class DataError(TrueBooksError):
    """Something in a file, a sheet or a setting must be put right first."""

    exit_status = 1


class DataProblems(DataError):
    """Several problems of one reading, collected so that all are shown at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        assert problems, "an empty collection of problems is no error"
        self._problems = tuple(problems)
        first = self._problems[0]
        super().__init__(where=first.where, what=first.what, remedy=first.remedy)

    def __str__(self) -> str:
        return "\n".join(str(each) for each in self._problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, in the order they were found."""
        return self._problems


class Misuse(TrueBooksError):
    """The command was given words that do not fit together."""

    exit_status = 2


class WorldError(TrueBooksError):
    """Xero, Amazon or the machine did not do what was asked."""


class Refused(WorldError):
    """The other side understood and said no; nothing was written there."""

    exit_status = 3


class NotThere(Refused):
    """The other side has nothing under the id it was asked for."""


class Unavailable(WorldError):
    """No answer that can be trusted; pressing again is safe, it looks before it writes."""

    exit_status = 4
