"""The desk at which posting is done: workbook, connection, journal and lock, open together.

Protects: on one machine one command at a time posts to an organisation.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from truebooks_xl import environment
from truebooks_xl.actions.answer import Progress
from truebooks_xl.actions.gather import Workspace, workspace
from truebooks_xl.actions.posting.driving import Session
from truebooks_xl.actions.posting.preflight import World
from truebooks_xl.errors import TrueBooksError, Unavailable
from truebooks_xl.journal.store import Known
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS

LOCK_WAIT_S: Final = 60


class DeskTaken(Unavailable):
    """Another command of this machine is posting to the organisation."""

    def __init__(self, organisation: str) -> None:
        super().__init__(
            where=organisation,
            what="Another command of this computer is posting to it.",
            remedy="Wait until it is done, then press again.",
        )


@dataclass(slots=True)
class Desk:
    """What a posting command works with.

    Attributes:
        book_id: the workbook's own id, by which the journal knows it; "" in an old one.
        journal_days: the first and last on which a manual journal of this run's settlements is
            looked for; None while there is none to look for.
        recovered: settlements whose unfinished posting was looked into first.
        unresolved: settlements of which nobody knows how an earlier run left them, and why.
    """

    path: Path
    space: Workspace
    session: Session
    world: World
    book_id: str
    progress: Progress
    journal_days: tuple[date, date] | None = None
    unresolved: dict[str, TrueBooksError] = field(default_factory=dict)
    recovered: list[str] = field(default_factory=list)

    @property
    def organisation_id(self) -> str:
        """Xero's id of the organisation."""
        return self.session.organisation.id

    def known(self, tokens: Sequence[str]) -> Mapping[str, Known]:
        """Tell what the journal knows of these keys."""
        return self.session.journal.known_all(self.organisation_id, tokens)

    def refuse_unresolved(self, settlement_id: str) -> None:
        """Refuse to begin anew what nobody knows the end of; raises why nobody does."""
        if settlement_id in self.unresolved:
            raise self.unresolved[settlement_id]

    def looked_into(self) -> list[str]:
        """Say what became of the postings an earlier run left unfinished."""
        rows = {text(row, "settlement_id"): row for row in self.space.book.rows(SETTLEMENTS)}
        return [
            f"Settlement {each}: an unfinished posting was looked into first; "
            f"it is {text(rows[each], 'status')} now."
            for each in dict.fromkeys(self.recovered)
            if each in rows
        ]

    def reread(self) -> None:
        """Read the workbook again, after something was written into it."""
        self.space = workspace(self.path).sound()


@contextmanager
def alone(organisation_id: str, name: str, progress: Progress) -> Iterator[bool]:
    """Hold this machine's lock on an organisation; the system frees it if we are killed.

    Yields:
        Whether another command had to be waited for.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415

    folder = environment.home() / "locks"
    folder.mkdir(mode=environment.PRIVATE, exist_ok=True)
    lock = FileLock(folder / f"{organisation_id}.lock", mode=environment.PRIVATE_FILE)
    waited = False
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waited = True
        progress("Waiting for another command that posts to this organisation")
        try:
            lock.acquire(timeout=LOCK_WAIT_S)
        except Timeout:
            raise DeskTaken(name) from None
    try:
        yield waited
    finally:
        lock.release()


class Waiter:
    """Waits second by second, so that it shows and can be interrupted."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, seconds: int) -> None:
        """Wait, and say for what."""
        for left in range(seconds, 0, -1):
            self._progress(f"Waiting {left} s, until Xero's lists have caught up")
            time.sleep(1)
