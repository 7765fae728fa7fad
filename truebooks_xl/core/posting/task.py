"""What one settlement's posting sets out to do, fixed before the first call and kept for recovery.

Protects: what the accountant has seen and agreed to is all that may be voided; a run that was
killed is finished from this record alone, not from a workbook that may have changed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from truebooks_xl.core.ledger import Document, Draft
from truebooks_xl.core.posting.rests_on import RestsOn
from truebooks_xl.core.reference import Key

Aim = Literal["post", "repost", "rollback", "correct", "fix"]
Guard = Literal["wait", "placeholder", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One document to stand (or, for a rollback, none).

    Attributes:
        wanted: under its reservation number, without contact; None to end with nothing standing.
        plan: ids of the active documents the accountant has seen and lets go; empty for Post.
        shown: ids the sheet shows to stand; what no list shows of these and of the plan is read.
        known: ids our journal knows as ours for this key, whatever number they bear.
        made: ids of the drafts, but for locks, that an earlier run of this task is known to have
            created; they are read by their ids, for lists may lag behind them.
        retiring: an earlier run may have asked to void the plan; what stands of it may yet fall.
        marks: attempt uuids of ours: a lock in Xero that bears one of them is our own.
        mark: the uuid of this attempt; it is written into its lock.
        at: UTC instant it was begun.
        number: the final number kept from an attempt that failed; "" for none.
        family: ids of corrections seen when the difference was computed; another one stops it.
        rests_on: what the difference of a correction was computed from; a change of it stops it.
        as_draft: end at a checked draft under its final number, for approval in Xero.
        take_over: another's reservation, older than 10 minutes, may be let go.
        thorough: the long path: each write read back, each look-up by reference as well.
        pauses: wait before the second look (guard ``wait``, touched or shared): lists may lag.
        journals_about: also look among manual journals within 31 days of this day; None: none are.
        rate_expected: units of the document's currency for one of the base; None: not checked.
    """

    aim: Aim
    key: Key
    reference: str
    wanted: Draft | None
    mark: str
    at: datetime
    user: str = ""
    plan: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    retiring: bool = False
    marks: tuple[str, ...] = ()
    number: str = ""
    family: tuple[str, ...] = ()
    rests_on: tuple[RestsOn, ...] = ()
    as_draft: bool = False
    take_over: bool = False
    thorough: bool = False
    guard: Guard = "wait"
    pauses: bool = False
    keep_retired: bool = False
    journals_about: date | None = None
    rate_expected: Decimal | None = None
    rate_allowed: Decimal = Decimal("0.03")

    @property
    def locked(self) -> bool:
        """Whether the document has no unique number of its own and needs a lock beside it."""
        return self.wanted is not None and (
            self.wanted.kind != "ACCREC" or self.guard == "placeholder"
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended that did not raise.

    Attributes:
        standing: the document that stands now, as read back; None after a rollback.
        existed: it stood before anything was written.
        retired: documents that were voided, as read back.
        notices: what the accountant should know; nothing of it undoes what was done.
        alarms: what is not as it must be and nobody could prevent; somebody has to look at once.
    """

    standing: Document | None
    existed: bool = False
    retired: tuple[Document, ...] = ()
    notices: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
