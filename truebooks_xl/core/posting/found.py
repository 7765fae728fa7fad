"""What a look-up found, sorted by what it means for one settlement.

Protects: nothing that carries the settlement's token is overlooked, nothing of another settlement
is counted, and somebody else's document is never taken for ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from truebooks_xl.core.ledger import ACTIVE, ENDED, Document
from truebooks_xl.core.posting.numbers import Role, role
from truebooks_xl.core.posting.task import Task
from truebooks_xl.core.reference import Key

RECENT: Final = timedelta(minutes=10)
"""How long a reservation is its owner's, and lists may lag behind a number that moved."""

IN_THE_MAKING: Final = frozenset({"reservation", "final", "placed"})
"""Roles of a draft that somebody is about to commit, or has left for approval."""

LOCK: Final = "TrueBooks XL lock "


def of_key(document: Document, key: Key) -> bool:
    """Say whether a document stands for exactly this key: its token is a whole word of it."""
    whole = _word(key.token)
    return bool(
        whole.search(document.reference)
        or whole.search(document.number)
        or document.number == key.reservation
    )


def of_correction(document: Document, key: Key) -> bool:
    """Say whether a document is a correction of the key's settlement."""
    correction = _word(f"TB{key.marketplace}-{key.settlement_id}", r"-C\d+")
    return bool(correction.search(f"{document.reference} {document.number}"))


def base_key(key: Key) -> Key:
    """Return the key of the settlement that a correction corrects."""
    return replace(key, suffix="")


@lru_cache(maxsize=256)
def _word(token: str, suffix: str = "") -> re.Pattern[str]:
    """Return the pattern of a token that is a whole word; ``suffix`` is a pattern itself."""
    return re.compile(rf"(?<![\w-]){re.escape(token)}{suffix}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Found:
    """The documents of one key, and the corrections of its settlement.

    Attributes:
        originals: of a correction: the documents of the settlement itself.
    """

    task: Task
    documents: tuple[Document, ...]
    corrections: tuple[Document, ...]
    originals: tuple[Document, ...] = ()

    def role(self, document: Document) -> Role:
        """Say what a document is by its number; what bears our reference as its own is final."""
        if document.kind != "ACCREC":
            own = document.number or document.reference
            return "final" if own.startswith(self.task.reference) else "other"
        return role(document.number, self.task.key)

    def ours(self, document: Document) -> bool:
        """Say whether a document was made from here: by its number, or by our journal."""
        return self.role(document) != "other" or document.id in self.task.known

    @property
    def active(self) -> tuple[Document, ...]:
        """All that stands, whoever made it."""
        return tuple(each for each in self.documents if each.status in ACTIVE)

    @property
    def foreign(self) -> tuple[Document, ...]:
        """What stands and was not made from here."""
        return tuple(each for each in self.active if not self.ours(each))

    @property
    def unplanned(self) -> tuple[Document, ...]:
        """What stands and may not be voided."""
        return tuple(each for each in self.active if each.id not in self.task.plan)

    def drafts(self, *roles: Role) -> tuple[Document, ...]:
        """Our drafts of these roles."""
        return tuple(
            each for each in self.documents if each.status == "DRAFT" and self.role(each) in roles
        )

    @property
    def numbers(self) -> frozenset[str]:
        """Every number any of them bears, in whatever status."""
        return frozenset(each.number for each in self.documents)

    @property
    def standing_corrections(self) -> tuple[Document, ...]:
        """Corrections in the ledger."""
        return tuple(each for each in self.corrections if each.status in ACTIVE)

    @property
    def corrections_begun(self) -> tuple[Document, ...]:
        """Corrections in the making: our drafts that were not let go."""
        key = self.task.key
        return tuple(
            each
            for each in self.corrections
            if each.status == "DRAFT"
            and (each.number.startswith("TBR-") or role(each.number, key) in IN_THE_MAKING)
        )

    @property
    def originals_begun(self) -> tuple[Document, ...]:
        """Our drafts of the settlement that is corrected: somebody posts it anew."""
        key = base_key(self.task.key)
        return tuple(
            each
            for each in self.originals
            if each.status == "DRAFT"
            and (each.kind != "ACCREC" or role(each.number, key) in IN_THE_MAKING)
        )

    def recent(self) -> bool:
        """Say whether something of it moved a moment ago, so that a list may lag behind it."""
        return any(_since(each, self.task.at) < RECENT for each in self.documents)

    def held_long(self, draft: Document) -> bool:
        """Say whether a reservation was left by its owner."""
        return _since(draft, self.task.at) >= RECENT


def found(task: Task, documents: Iterable[Document]) -> Found:
    """Sort the answer of a look; of a document listed twice the newest reading counts."""
    newest: dict[str, Document] = {}
    for each in documents:
        known = newest.get(each.id)
        if known is None or known.updated_at <= each.updated_at:
            newest[each.id] = each
    every, by_id = newest.values(), {*task.plan, *task.shown}
    corrected = base_key(task.key) if task.aim == "correct" else None
    return Found(
        task,
        tuple(each for each in every if of_key(each, task.key) or each.id in by_id),
        tuple(
            each for each in every if of_correction(each, task.key) and not of_key(each, task.key)
        ),
        tuple(each for each in every if corrected and of_key(each, corrected)),
    )


def _since(document: Document, at: datetime) -> timedelta:
    return at - document.updated_at


def is_lock(document: Document) -> bool:
    """Say whether a draft is a lock, and no document to be."""
    return any(line.description.startswith(LOCK) for line in document.lines)


def bears_mark(document: Document, task: Task) -> bool:
    """Say whether a lock is one of this journal's own; equal content is no proof."""
    words = {word for line in document.lines for word in line.description.split()}
    return is_lock(document) and bool(words & {task.mark, *task.marks})


def ended(document: Document) -> bool:
    """Say whether nothing can happen to it any more."""
    return document.status in ENDED
