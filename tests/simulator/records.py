"""What the simulated operators click, what their journals and sheets hold, and what may fail.

Protects: a journal entry holds what the real journal holds and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from contents import key, wanted

from truebooks_xl.core.ledger import Document, Draft, Kind
from truebooks_xl.core.posting.asks import Denied, Silent, Steps, Written
from truebooks_xl.core.posting.task import Guard, Outcome, Task
from truebooks_xl.core.reference import Key
from truebooks_xl.errors import Refused

Fault = Literal["", "lost", "unheard", "late", "twice", "denied", "unavailable", "stall"]
"""lost: never done · unheard: done, no reply · late: done later, no reply · twice: done twice, one
reply · denied: refused for a reason of its own · stall: the program sleeps for 11 minutes."""

Intent = Literal["post", "repost", "rollback", "correct"]

STALL_MS: Final = 11 * 60_000
Protocol = Callable[[Task], Steps[Outcome]]


@dataclass(frozen=True, slots=True)
class Click:
    """One thing an accountant does; ``content`` and ``kind`` are those of the preview.

    Attributes:
        searches: the plan comes from Xero, also where the sheet shows a document.
    """

    aim: Intent
    key: Key
    kind: Kind = "ACCREC"
    content: int = 0
    zero: bool = False
    as_draft: bool = False
    take_over: bool = False
    searches: bool = False

    @property
    def wanted(self) -> Draft:
        return wanted(self.key, self.kind, self.content, zero=self.zero)


@dataclass(slots=True)
class Entry:
    """What the journal holds of one task.

    Attributes:
        known_ms: when it was last seen in Xero to be as the outcome says: what stands by its id,
            that nothing does by a look.
    """

    task: Task
    made: list[str] = field(default_factory=list)
    locks: list[str] = field(default_factory=list)
    numbered: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    number: str = ""
    ended: Outcome | Refused | None = None
    ended_ms: int = -1
    known_ms: int = -1

    @property
    def token(self) -> str:
        return self.task.key.token

    @property
    def ids(self) -> list[str]:
        """Of documents that are ours: made, numbered, or found to stand."""
        stands = self.ended.standing if isinstance(self.ended, Outcome) else None
        return [*self.made, *self.locks, *self.numbered, *([stands.id] if stands else [])]


@dataclass(frozen=True, slots=True)
class Row:
    """What the Settlements sheet shows."""

    status: str
    number: str = ""
    document_id: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """What is the same for all operators of a schedule; the last ones are never good."""

    carry_out: Protocol
    guard: Guard = "wait"
    wait_s: int = 10
    shared: bool = True
    recovers: bool = True
    plans_at_post: bool = False
    lines_at_commit: bool = False
    key_per_settlement: bool = False


def draft_key(draft: Draft | None, clicked: Key) -> Key:
    """Return the key of a correction's own draft, else the clicked one."""
    if draft is None or "-C" not in draft.number:
        return clicked
    return key(draft.number[draft.number.index("-C") :], clicked.settlement_id)


def row_of(ended: Outcome | Refused) -> Row:
    if isinstance(ended, Refused):
        return Row("Refused", says=ended.what)
    if ended.standing is None:
        return Row("Draft")
    word = "Awaiting approval" if ended.standing.status == "DRAFT" else "Posted"
    return Row(word, ended.standing.number, ended.standing.id)


def said(answer: object, fault: str) -> str:
    mark = f" ({fault})" if fault else ""
    match answer:
        case Written(document):
            return f"{document.status} {document.number}{mark}"
        case Denied(error):
            return f"no: {error.what}{mark}"
        case Silent():
            return f"no reply{mark}"
        case Document(number=number, status=status):
            return f"{status} {number}{mark}"
        case tuple():
            shown = ", ".join(f"{each.id[6:8]} {each.status} {each.number}" for each in answer)
            return f"[{shown}]{mark}"
    return f"{answer}{mark}"
