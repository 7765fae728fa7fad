"""The documents that a correction was computed from, by their ids and what they said then.

Protects: a difference is true only beside what it is the difference to; of that, money and accounts
count, while a payment or another number changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

from truebooks_xl.core.ledger import ACTIVE, Document, Kind
from truebooks_xl.core.plain import plain


@dataclass(frozen=True, slots=True)
class RestsOn:
    """One of them.

    Attributes:
        digest: of its content when the difference was computed.
    """

    id: str
    kind: Kind
    digest: str

    @classmethod
    def of(cls, document: Document) -> RestsOn:
        """Keep what a document says now."""
        return cls(document.id, document.kind, content_digest(document))

    def holds(self, now: Document) -> bool:
        """Say whether it still stands and says the same."""
        return now.status in ACTIVE and content_digest(now) == self.digest


def content_digest(document: Document) -> str:
    """Return the SHA-256 of kind, currency, totals and lines, in hex."""
    # Xero gives the two tracking options in the order of its own categories.
    lines = tuple(replace(each, tracking=tuple(sorted(each.tracking))) for each in document.lines)
    says = (document.kind, document.currency, document.total, document.total_tax, lines)
    return hashlib.sha256(json.dumps(plain(says)).encode()).hexdigest()
