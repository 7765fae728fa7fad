"""An organisation in Xero, in memory, with a clock of its own: the second opinion on its rules.

Protects: the protocol is held against rules written down twice. Nothing here is shared with the
sandbox; each point nobody has verified is a policy. Reads by id never lag, lists
show every document as it was ``list_delay_s`` ago.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

from truebooks_xl.core.ledger import Applied, Change, Document, DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.asks import Answered, Ask, Denied, Silent, Written
from truebooks_xl.errors import DataError, NotThere, Refused, Unavailable

BEGIN: Final = datetime(2026, 6, 1, 9, tzinfo=UTC)
LEDGER: Final = frozenset({"AUTHORISED", "PAID", "POSTED"})
OVER: Final = frozenset({"VOIDED", "DELETED"})
TOKEN: Final = re.compile(r"TBUK-\d+(?:-C?\d+)?(?![\w-])")
BAD_STATUS: Final = "Invoice not of valid status for modification"
TAKEN: Final = "Invoice # must be unique."
KEY_MS: Final = 360_000
ABSENT: Final = NotThere(
    where="Xero", what="404: journals are kept apart from invoices.", remedy="Look elsewhere."
)
SILENCE: Final = Unavailable(where="Xero", what="No reply.", remedy="Press again.")


class Unfit(DataError):
    """What a look before the first write finds: nothing is sent to Xero."""

    def __init__(self, what: str) -> None:
        super().__init__(where="Settings", what=what, remedy="Put it right, then press again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """What nobody has verified against real Xero; each default is the careful one.

    Attributes:
        voided_taken, deleted_taken: the number of such a document stays taken.
        voided_says_unique: taking it answers “must be unique”, else “not of valid status”.
        rename_*: whether a number may change at all once authorised, or in one call with a status.
        tax_off: Xero computes the last line's tax a penny higher than we do.
    """

    voided_taken: bool = True
    voided_says_unique: bool = True
    deleted_taken: bool = False
    rename_authorised: bool = True
    rename_with_authorise: bool = True
    rename_with_void: bool = False
    rename_with_delete: bool = True
    zero_total_paid: bool = True
    void_zero_paid: bool = False
    draft_in_locked_period: bool = True
    deleted_in_lists: bool = False
    tax_off: bool = False
    list_delay_s: int = 0


@cache
def refused(message: str) -> Refused:
    return Refused(where="Xero", what=message, remedy="Put it right in Xero.")


@cache
def denied(message: str) -> Denied:
    return Denied(refused(message), number_taken=message == TAKEN)


@cache
def instant(ms: int) -> datetime:
    return BEGIN + timedelta(milliseconds=ms)


@dataclass(slots=True)
class Held:
    """A document and all it ever was, newest last; who made it and what it stands for."""

    versions: list[tuple[int, Document]]
    by: str
    token: str
    edited_by_hand_ms: int = -1

    @property
    def now(self) -> Document:
        return self.versions[-1][1]

    def at(self, ms: int) -> Document | None:
        return next((each for since, each in reversed(self.versions) if since <= ms), None)


@dataclass(slots=True)
class World:
    """The organisation. ``by`` is who writes: an operator's name, ``start`` or ``hand``."""

    policies: Policies
    ms: int = 0
    held: dict[str, Held] = field(default_factory=dict)
    locked_to: date | None = None
    archived: set[str] = field(default_factory=set)
    standing: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    doubled: list[str] = field(default_factory=list)
    replies: dict[str, tuple[int, Ask, Answered]] = field(default_factory=dict)
    wrongs: list[str] = field(default_factory=list)

    # What is read ---------------------------------------------------------------------------------

    def look(self, settlement_id: str) -> tuple[Document, ...]:
        """List what holds the settlement's id in number or reference, as lists show it."""
        before = self.ms - 1000 * self.policies.list_delay_s
        shown = (each.now if before == self.ms else each.at(before) for each in self.held.values())
        return tuple(
            each
            for each in shown
            if each is not None
            and (settlement_id in each.number or settlement_id in each.reference)
            and (each.status != "DELETED" or self.policies.deleted_in_lists)
        )

    def read(self, document_id: str) -> Document:
        """Show one document by its id, as it is."""
        return self.held[document_id].now

    def highest_number(self) -> int:
        """Find the highest n of ``AMZ-TB-n``; asked of a list, so it lags."""
        before = self.ms - 1000 * self.policies.list_delay_s
        shown = (each.at(before) for each in self.held.values())
        numbers = (each.number for each in shown if each and each.number.startswith("AMZ-TB-"))
        return max((int(each.split("-")[2]) for each in numbers), default=0)

    def ours_standing(self, token: str) -> list[str]:
        """Name what stands for a token, leaving out what a hand made or changed."""
        every = ((each, self.held[each]) for each in sorted(self.standing[token]))
        return [each for each, held in every if held.by != "hand" and held.edited_by_hand_ms < 0]

    # What is written ------------------------------------------------------------------------------

    def create(self, draft: Draft, by: str, *, status: str = "DRAFT") -> Answered:
        """Make a document; only ``hand`` and ``start`` make anything but drafts."""
        if self._locked(draft.dated_on) and not self.policies.draft_in_locked_period:
            return denied("The document date cannot be before the period lock date")
        if any(line.account in self.archived for line in draft.lines):
            return denied("Account code has been archived, or has been deleted.")
        if draft.kind == "ACCREC" and (no := self._taken(draft.number, "")):
            return no
        document_id = f"{len(self.held) + 1:08x}-0000-4000-8000-{by:0>12}"
        made = _shown(draft, document_id, self._lines(draft, by), instant(self.ms))
        token = TOKEN.search(f"{made.reference} {made.number}")
        self.held[document_id] = Held([], by, token[0] if token else "")
        self._keep(replace(made, status=self._settled(made, status)), by)
        return Written(self.read(document_id))

    def alter(self, change: Change, by: str) -> Answered:
        """Give one document another number, another status, or both."""
        held = self.held[change.of.id]
        now = held.now
        if no := self._forbidden(now, change):
            return no
        status = self._settled(now, change.status) if change.status else now.status
        number = change.number or now.number
        if (number, status) != (now.number, now.status):
            self._keep(replace(now, number=number, status=status, updated_at=instant(self.ms)), by)
        shown = self.read(now.id)
        return Written(replace(shown, applied=()) if shown.applied else shown)

    def edit(self, document_id: str, lines: tuple[DocumentLine, ...]) -> Answered:
        """Give a document other lines."""
        now = self.read(document_id)
        self._keep(replace(now, lines=lines, updated_at=instant(self.ms)), "edit")
        return Written(self.read(document_id))

    def replayed(self, key: str, ask: Ask, send: Callable[[Ask], Answered]) -> Answered:
        """Answer as under a key: for 6 minutes the stored reply, if the ask is the same."""
        since, asked, stored = self.replies.get(key, (-KEY_MS, None, None))
        if stored is None or self.ms - since >= KEY_MS:
            stored = send(ask)
            self.replies[key] = (self.ms, ask, stored)
            return stored
        return stored if asked == ask else Silent(SILENCE)

    def put(self, document: Document) -> None:
        """Let a hand in Xero have its way, whatever we would be allowed."""
        self.held[document.id].edited_by_hand_ms = self.ms
        self._keep(replace(document, updated_at=instant(self.ms)), "hand")

    def _keep(self, document: Document, by: str) -> None:
        held = self.held[document.id]
        held.versions.append((self.ms, document))
        beside = self.standing[held.token]
        if document.status not in LEDGER:
            beside.discard(document.id)
        elif document.id not in beside:
            if beside and held.token and by not in {"hand", "start"}:
                names = ", ".join(sorted((*beside, document.id)))
                self.doubled.append(f"{held.token}: {names[:200]}")
            beside.add(document.id)

    # The rules ------------------------------------------------------------------------------------

    def _forbidden(self, now: Document, change: Change) -> Denied | None:
        status, number = change.status, change.number
        if now.status in OVER:
            return denied(BAD_STATUS)
        if no := self._no_move(now, status):
            return no
        stands = now.status in LEDGER
        if (stands or status in LEDGER) and self._locked(now.dated_on):
            return denied("The document cannot be edited as it is dated before the lock date")
        if status in LEDGER and any(line.account in self.archived for line in now.lines):
            return denied("Account code has been archived, or has been deleted.")
        if number and number != now.number:
            return self._no_rename(now, number, status, stands=stands)
        return None

    def _no_move(self, now: Document, status: str) -> Denied | None:
        posted = "POSTED" if now.kind == "MANUALJOURNAL" else "AUTHORISED"
        unposted = now.status in {"DRAFT", "SUBMITTED"}
        if status == posted:
            return denied(BAD_STATUS) if now.status == "PAID" else None
        if status == "DELETED":
            return None if unposted else denied(BAD_STATUS)
        if status == "VOIDED":
            if now.applied:
                return denied("The status VOIDED cannot be applied: it has payments")
            if now.status == "PAID" and not self.policies.void_zero_paid:
                return denied(BAD_STATUS)
            return denied(BAD_STATUS) if unposted else None
        assert not status, f"nobody asks for {status}"
        return None

    def _no_rename(self, now: Document, number: str, status: str, *, stands: bool) -> Denied | None:
        allowed = self.policies
        with_status = {
            "AUTHORISED": allowed.rename_with_authorise,
            "VOIDED": allowed.rename_with_void,
            "DELETED": allowed.rename_with_delete,
        }
        if now.kind == "MANUALJOURNAL" or not with_status.get(status, True):
            return denied(BAD_STATUS)
        if stands and not allowed.rename_authorised:
            return denied("The number of an approved invoice cannot be changed")
        return self._taken(number, now.id) if now.kind == "ACCREC" else None

    def _taken(self, number: str, but: str) -> Denied | None:
        for document_id, held in self.held.items():
            now = held.now
            if now.number != number or now.kind != "ACCREC" or document_id == but:
                continue
            if now.status == "VOIDED" and not self.policies.voided_says_unique:
                if self.policies.voided_taken:
                    return denied(BAD_STATUS)
            elif (now.status != "VOIDED" or self.policies.voided_taken) and (
                now.status != "DELETED" or self.policies.deleted_taken
            ):
                return denied(TAKEN)
        return None

    def _locked(self, dated_on: date) -> bool:
        return self.locked_to is not None and dated_on <= self.locked_to

    def _settled(self, document: Document, status: str) -> str:
        """Return PAID for an invoice of 0.00: nothing is due on it."""
        zero = document.kind != "MANUALJOURNAL" and not document.total
        paid = zero and status == "AUTHORISED" and self.policies.zero_total_paid
        return "PAID" if paid else status

    def _lines(self, draft: Draft, by: str) -> tuple[DocumentLine, ...]:
        if not self.policies.tax_off or by in {"hand", "start"} or not draft.lines[-1].account:
            return draft.lines
        *others, last = draft.lines
        return (*others, replace(last, tax=last.tax + Money(1, last.tax.currency)))


def _shown(
    draft: Draft, document_id: str, lines: tuple[DocumentLine, ...], at: datetime
) -> Document:
    journal, bill = draft.kind == "MANUALJOURNAL", draft.kind == "ACCPAY"
    nothing = Money(0, draft.currency)
    return Document(
        id=document_id,
        kind=draft.kind,
        number="" if journal else draft.reference if bill else draft.number,
        reference="" if bill else draft.reference,
        status="DRAFT",
        dated_on=draft.dated_on,
        due_on=None if journal else draft.due_on,
        currency=draft.currency,
        total=nothing if journal else Money.total((each.gross for each in lines), draft.currency),
        total_tax=nothing if journal else Money.total((each.tax for each in lines), draft.currency),
        lines=lines,
        applied=(),
        updated_at=at,
        contact_id=draft.contact_id,
    )


def payment(document: Document) -> Applied:
    """A part payment of £1.00."""
    pound = Money(100, document.currency)
    return Applied("payment", f"pay-{document.id}", document.dated_on, pound)
