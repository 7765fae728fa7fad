"""One task under way: its protocol, the ask that is open, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from truebooks_xl.core.ledger import ENDED, Document
from truebooks_xl.core.posting.asks import (
    Alter,
    Ask,
    Create,
    Denied,
    Silent,
    Steps,
    Written,
)
from truebooks_xl.core.posting.carrying_out import carry_out
from truebooks_xl.core.posting.task import Outcome
from truebooks_xl.errors import Refused, TrueBooksError
from truebooks_xl.journal.tasks import Begun


@dataclass(slots=True)
class Job:
    """One task under way.

    Attributes:
        begun: the task as the journal holds it.
        ready: called before its first write; returns the contact's id, or raises.
        wrote: whether anything was asked to be written, by this run or the one it takes up.
        outcome, error: one of the two, once it has ended.
        met: what was wrong with the last call it asked for; None when nothing was.
        voided: ids of the planned documents that were seen to be voided or deleted.
        written_at: of each document, the instant of Xero's reply to our last write.
    """

    begun: Begun
    ready: Callable[[], str]
    wrote: bool = False
    outcome: Outcome | None = None
    error: TrueBooksError | None = None
    ask: Ask | None = None
    met: TrueBooksError | None = None
    asked_ready: bool = False
    voided: set[str] = field(default_factory=set)
    written_at: dict[str, datetime] = field(default_factory=dict)
    _steps: Steps[Outcome] = field(init=False)

    def __post_init__(self) -> None:
        self._steps = carry_out(self.begun.task)
        self._go(lambda: next(self._steps))

    @property
    def of_journal(self) -> bool:
        """Whether the open write is of a manual journal, which is another resource of Xero."""
        match self.ask:
            case Create(draft):
                return draft.kind == "MANUALJOURNAL"
            case Alter(change):
                return change.of.kind == "MANUALJOURNAL"
        return False

    def answer(self, answer: object) -> None:
        """Give the answer to the ask, and take the next one."""
        self.met = answer.error if isinstance(answer, Denied | Silent) else None
        if isinstance(answer, Written):
            self.written_at[answer.document.id] = answer.document.updated_at
            self._saw(answer.document)
        elif isinstance(answer, Document):
            self._saw(answer)
        elif isinstance(answer, tuple):
            self._saw(*answer)
        self._go(lambda: self._steps.send(answer))

    def _saw(self, *documents: Document) -> None:
        plan = self.begun.task.plan
        self.voided |= {each.id for each in documents if each.status in ENDED and each.id in plan}

    def fail(self, error: TrueBooksError) -> None:
        """Say that the ask could not be answered."""
        self.met = error
        self._go(lambda: self._steps.throw(error))

    def make_ready(self, look_up_numbers: Callable[[], None]) -> None:
        """Answer whether writing may begin; a document that is yet to stand needs a number."""
        self.asked_ready = True
        try:
            contact = self.ready()
            if self.begun.task.wanted is not None:
                look_up_numbers()
        except TrueBooksError as wrong:
            self.fail(wrong)
        else:
            self.answer(contact)

    def _go(self, step: Callable[[], Ask]) -> None:
        try:
            self.ask = step()
            self.wrote = self.wrote or isinstance(self.ask, Create | Alter)
        except StopIteration as ended:
            self.ask, self.outcome = None, ended.value
        except TrueBooksError as wrong:
            self.ask, self.error = None, self._first_reason(wrong)

    def _first_reason(self, wrong: TrueBooksError) -> TrueBooksError:
        """Prefer what is wrong with the data to a refusal that may only follow from it."""
        if isinstance(wrong, Refused) and not self.asked_ready:
            try:
                self.ready()
            except TrueBooksError as reason:
                return reason
        return wrong
