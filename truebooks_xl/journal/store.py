"""The journal: an append-only store of intents and outcomes of every write, and what was posted.

Protects: what is set out to do is on the disk before the first call, the intent of each write
before it is sent and its outcome after it, so that a crash leaves nothing to guess. Rows are only
added; where a task stands is told from its rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from truebooks_xl.core.copies import Recorded
from truebooks_xl.core.posting.asks import Answered
from truebooks_xl.core.posting.task import Task
from truebooks_xl.core.reference import NUMBER_PREFIX, Key
from truebooks_xl.journal import recall, standing, tasks
from truebooks_xl.journal.opening import Database, JournalUnusable
from truebooks_xl.journal.recall import Known, Undressed, Unfinished
from truebooks_xl.journal.states import End
from truebooks_xl.journal.tables import POSTINGS
from truebooks_xl.journal.tasks import Begun, Ended, Entry

__all__ = [
    "Begun",
    "Ended",
    "Entry",
    "Journal",
    "JournalUnusable",
    "Known",
    "Undressed",
    "Unfinished",
]


class Journal(Database):
    """One journal, opened by its SQLAlchemy URL; safe between processes.

    Each method is one transaction, and raises ``JournalUnusable`` where it cannot be one.
    """

    def __init__(self, url: str, place: str = "") -> None:
        """Open it.

        Args:
            place: names the folder of this machine that one command at a time posts from. Locks
                and unfinished tasks are taken up by the place that made them, and by no other.
        """
        super().__init__(url)
        self._home = place

    # What is written -----------------------------------------------------------------------------

    def begin(
        self,
        organisation: str,
        book: str,
        task: Task,
        *,
        proposal: Mapping[str, Any] | None = None,
        at: datetime,
    ) -> Begun:
        """Write a whole task before its first ask."""
        return self.begin_all(organisation, book, [(task, proposal)], at=at)[0]

    def begin_all(
        self,
        organisation: str,
        book: str,
        several: Sequence[tuple[Task, Mapping[str, Any] | None]],
        *,
        at: datetime,
    ) -> list[Begun]:
        """Write the tasks of a batch, each with what was previewed for it; all or none."""
        with self.transaction() as connection:
            return tasks.begin_all(connection, organisation, book, several, place=self._home, at=at)

    def intend(self, entries: Sequence[Entry], *, network_key: str, at: datetime) -> None:
        """Write what a call is about to ask for, before it is sent."""
        with self.transaction() as connection:
            tasks.intend(connection, entries, network_key, at)

    def outcome(
        self,
        entries: Sequence[Entry],
        answers: Sequence[Answered],
        *,
        network_key: str,
        at: datetime,
    ) -> None:
        """Write what became of each write of a call; a silent call was silent for every one."""
        with self.transaction() as connection:
            tasks.outcome(connection, entries, answers, network_key, at)

    def reached(self, begun: Sequence[Begun], step: str, *, at: datetime) -> None:
        """Write that tasks came to ``Checked``, ``Committed`` or ``Dressed``."""
        with self.transaction() as connection:
            tasks.reached(connection, begun, step, at)

    def end(
        self,
        begun: Begun,
        outcome: End,
        *,
        document_id: str = "",
        number: str = "",
        status: str = "",
        error: str = "",
        at: datetime,
    ) -> None:
        """Write how a task ended, once the settlement's row shows it."""
        self.end_all([Ended(begun, outcome, document_id, number, status, error)], at=at)

    def end_all(self, ends: Sequence[Ended], *, at: datetime) -> None:
        """Write how the tasks of a batch ended."""
        with self.transaction() as connection:
            tasks.end_all(connection, ends, at)

    def posted(
        self,
        organisation: str,
        token: str,
        *,
        document_id: str,
        number: str,
        fingerprint: str,
        snapshot: Mapping[str, Any],
        at: datetime,
    ) -> None:
        """Record a document that was read back from Xero; the same record twice is kept once."""
        kept = json.dumps(snapshot, ensure_ascii=False, sort_keys=True)
        row = {
            "organisation": organisation,
            "token": token,
            "document_id": document_id,
            "number": number,
            "fingerprint": fingerprint,
        }
        with self.transaction() as connection:
            known = standing.posting(connection, organisation, token)
            same = known is not None and all(known[name] == each for name, each in row.items())
            if known is None or not same or known["snapshot"] != json.loads(kept):
                row |= {"at": tasks.moment(at), "snapshot": kept}
                connection.execute(POSTINGS.insert(), [row])

    def restored(
        self,
        organisation: str,
        book: str,
        key: Key,
        *,
        document_id: str,
        number: str,
        awaiting: bool = False,
        at: datetime,
    ) -> None:
        """Write what stands for a key as it was found in Xero; "" when nothing does."""
        with self.transaction() as connection:
            tasks.restored(
                *(connection, organisation, book, key),
                document_id=document_id,
                number=number,
                awaiting=awaiting,
                at=at,
            )

    def tick(
        self, organisation: str, token: str, document_id: str, who: str, *, at: datetime
    ) -> None:
        """Write that another tool's document was declared not to be this settlement."""
        with self.transaction() as connection:
            tasks.tick(connection, organisation, token, document_id=document_id, who=who, at=at)

    # What is remembered --------------------------------------------------------------------------

    def unfinished(self, organisation: str) -> list[Unfinished]:
        """Find the tasks that were begun from this place and not ended, oldest first.

        A colleague's, in a journal that is shared, may be under way at this moment.
        """
        with self.transaction() as connection:
            return recall.unfinished(connection, organisation, self._home)

    def undressed(self, organisation: str) -> list[Undressed]:
        """Find the posted tasks whose note and evidence are not known to be there."""
        with self.transaction() as connection:
            return recall.undressed(connection, organisation)

    def known(self, organisation: str, token: str) -> Known:
        """Tell the ids, marks and last number of a key."""
        return self.known_all(organisation, [token])[token]

    def known_all(self, organisation: str, tokens: Sequence[str]) -> dict[str, Known]:
        """Tell the ids, marks and last number of each key of a batch."""
        with self.transaction() as connection:
            return recall.known(connection, organisation, tokens, self._home)

    def posting(self, organisation: str, token: str) -> dict[str, Any] | None:
        """Return the newest record of what was posted for a document; None when there is none."""
        with self.transaction() as connection:
            return standing.posting(connection, organisation, token)

    def standing(self, organisation: str, book: str) -> dict[str, Recorded]:
        """Tell by token what stands, as recorded last for a workbook."""
        with self.transaction() as connection:
            return standing.standing(connection, organisation, book)

    def ticks(self, organisation: str, token: str) -> frozenset[str]:
        """Return the ids of documents that were declared not to be this settlement."""
        with self.transaction() as connection:
            return standing.ticks(connection, organisation, token)

    def touched_since(self, organisation: str, token: str, instant: datetime) -> bool:
        """Say whether something of a key was written, or was to be, at or after an instant."""
        with self.transaction() as connection:
            return standing.touched_since(connection, organisation, token, instant)

    def touched(self, organisation: str, token: str) -> bool:
        """Say whether something of the document may stand in Xero: posted, or not known."""
        with self.transaction() as connection:
            return standing.may_stand(connection, organisation, token)

    def highest_number(self, organisation: str, prefix: str = NUMBER_PREFIX) -> int:
        """Find the highest n of ``AMZ-TB-n`` that any document was to get; 0 when none."""
        assert prefix == NUMBER_PREFIX, "the journal counts our own numbers"
        with self.transaction() as connection:
            return standing.highest_number(connection, organisation)
