"""What the Integrity tool can find: each a word an accountant can say, with its next step.

Protects: the sheet, the command and the tests use the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from truebooks_xl.core.drift import Change
from truebooks_xl.core.ledger import Document

Word = Literal[
    "several active",
    "foreign copy",
    "retired but active",
    "stale reservation",
    "reserved now",
    "left-over draft",
    "unfinished commit",
    "draft by hand",
    "number changed",
    "voided by hand",
    "deleted by hand",
    "edited",
    "payment added",
    "no attachment",
    "absent in Xero",
    "not in journal",
    "number spent twice",
    "sheet differs",
]

TOLD: Final[frozenset[Word]] = frozenset({"payment added", "reserved now"})
"""What is as it may be, and only told."""

DRIFTED: Final[Mapping[Change, tuple[Word, str]]] = {
    "edited": ("edited", "Change it back in Xero, or Repost it; Correct if it is paid."),
    "voided": ("voided by hand", "Run Fix duplicates to note it, then preview and Post if wanted."),
    "deleted": ("deleted by hand", "Run Fix duplicates to note it, then Post if wanted."),
    "paid": ("payment added", "Nothing; a rollback or a repost would need Remove & Redo first."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an accountant should look at.

    Attributes:
        token: of the group; "" where the number is all there is.
        document: None where Xero holds none.
        number: as it stands in Xero, else as recorded.
        what, remedy: sentences.
    """

    word: Word
    token: str
    settlement_id: str
    document: Document | None
    number: str
    what: str
    remedy: str

    @property
    def wrong(self) -> bool:
        """Whether something is to be put right; a payment is only told."""
        return self.word not in TOLD


def sentence(phrase: str) -> str:
    """Write a phrase as a sentence; it may begin with a number or a name."""
    return f"{phrase[:1].upper()}{phrase[1:]}."
