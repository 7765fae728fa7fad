"""Documents in Xero grouped by what they stand for, and told ours from somebody else's.

Protects: a document belongs to the settlement whose whole token it bears, suffix included and
letter by letter (Xero itself forgets case); a part, ``-COGS`` and ``-C1`` are groups of their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from truebooks_xl.core.ledger import ACTIVE, Document
from truebooks_xl.core.posting.numbers import FINAL, Role, order, role
from truebooks_xl.core.reference import Key

SUFFIX: Final = r"((?:-(?:\d+|COGS|C\d+))*)"
TOKEN: Final = re.compile(rf"(?<![\w-])TB([A-Z]{{2,}})-(\d+){SUFFIX}(?![\w-])")
RESERVATION: Final = re.compile(rf"TBR-(\d+){SUFFIX}")
RELEASED: Final = re.compile(r"TB[XD]-\w+")
OWN_TEXT: Final = re.compile(rf"\([^()]+\) TB[A-Z]{{2,}}-\d+{SUFFIX}(?![\w-])")
"""How a bill's number, and a journal's narration, of ours begins: our reference."""


def key_of(document: Document) -> Key | None:
    """Read the key a document bears, in its reference or, of a bill, in its number."""
    for text in (document.reference, document.number):
        if found := TOKEN.search(text):
            return Key(*found.groups())
    return None


def of_our_making(document: Document) -> bool:
    """Say whether a document's number (of a bill and a journal: its reference) is of our pattern.

    It speaks of no certain settlement: that is the token's to say.
    """
    if document.kind != "ACCREC":
        return bool(OWN_TEXT.match(document.number or document.reference))
    patterns = (FINAL, RESERVATION, RELEASED)
    return any(each.fullmatch(document.number) for each in patterns)


@dataclass(frozen=True, slots=True)
class Group:
    """All documents of one key, in any status.

    Attributes:
        token: ``TBUK-26881161592-C1``; of a document without one, its number or id.
        key: None where no document bears a token.
        known: ids our journal holds, whatever number they bear.
    """

    token: str
    key: Key | None
    documents: tuple[Document, ...]
    known: frozenset[str] = frozenset()

    @property
    def active(self) -> tuple[Document, ...]:
        """What stands in the ledger or is up for approval, the lowest of our numbers first."""
        standing = (each for each in self.documents if each.status in ACTIVE)
        return tuple(sorted(standing, key=self.rank))

    @property
    def drafts(self) -> tuple[Document, ...]:
        """What is no more than a draft."""
        return tuple(each for each in self.documents if each.status == "DRAFT")

    def ours(self, document: Document) -> bool:
        """Say whether it was made from here: by its number and token, or by our journal."""
        return document.id in self.known or (self.key is not None and of_our_making(document))

    def role(self, document: Document) -> Role:
        """Say what a document is by its number; a bill's own reference is its final number."""
        if document.kind != "ACCREC":
            return "final" if of_our_making(document) else "other"
        # Without a key no number is this group's reservation, but it may be somebody's.
        if self.key is None and RESERVATION.fullmatch(document.number):
            return "reservation"
        return role(document.number, self.key or Key("", ""))

    def rank(self, document: Document) -> tuple[bool, tuple[int, str], bool, str]:
        """Sort by who made it and the n of its number; -R and -V after the number itself."""
        unknown = document.id not in self.known
        return (not self.ours(document), order(document.number), unknown, document.id)


def grouped(
    documents: Iterable[Document], prefixes: Collection[str], known: Iterable[tuple[str, Key, str]]
) -> tuple[Group, ...]:
    """Group documents by whole token; of one listed twice the newest reading counts.

    Args:
        prefixes: ``TBUK-``…; a document of another marketplace is left out.
        known: token, key and id of what our journal holds: a document that lost its reference
            still belongs where it was posted.

    Returns:
        Groups by token; a document of ours that nobody can place is a group of its own.
    """
    by_id: dict[str, Key] = {}
    ids: dict[str, set[str]] = defaultdict(set)
    for token, posted_as, document_id in known:
        by_id[document_id] = posted_as
        ids[token].add(document_id)
    members: dict[str, list[Document]] = defaultdict(list)
    keys: dict[str, Key | None] = {}
    for each in newest(documents):
        key: Key | None = by_id.get(each.id) or key_of(each)
        if key is not None and not key.token.startswith(tuple(prefixes)):
            continue
        if key is None and not of_our_making(each):
            continue
        token = key.token if key else each.number or each.id
        keys[token] = key
        members[token].append(each)
    return tuple(
        Group(token, keys[token], tuple(members[token]), frozenset(ids[token]))
        for token in sorted(members)
    )


def newest(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Keep one reading of each document, the newest."""
    found: dict[str, Document] = {}
    for each in documents:
        before = found.get(each.id)
        if before is None or before.updated_at <= each.updated_at:
            found[each.id] = each
    return tuple(found.values())
