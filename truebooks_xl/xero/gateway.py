"""What the product needs of Xero, as a protocol; the adapter over the SDK is ``sdk.py``.

Protects: only drafts are created, only ids are authorised, and every method raises ``Refused`` or
``Unavailable`` and nothing else. What a write did, a later ``find`` or ``document`` tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from truebooks_xl.core.ledger import ACTIVE, Document, DocumentLine, Draft, Kind, Organisation
from truebooks_xl.core.tax import Account, TaxRate

__all__ = [
    "ACTIVE",
    "Document",
    "DocumentLine",
    "Draft",
    "Kind",
    "Organisation",
    "Xero",
]


class Xero(Protocol):
    """One organisation. Methods that write take a ``network_key`` (Idempotency-Key)."""

    def organisation(self) -> Organisation:
        """Read the organisation this connection writes to."""

    def accounts(self) -> Sequence[Account]:
        """Read the whole chart, archived accounts included."""

    def tax_rates(self) -> Sequence[TaxRate]:
        """Read the organisation's own rates, inactive ones included."""

    def currencies(self) -> Sequence[str]:
        """Read the codes of the currencies that are switched on; the base currency is one."""

    def contact(self, name: str, *, network_key: str) -> str:
        """Find the active contact of exactly this name, or create it; returns its id."""

    def find(self, reference: str, token: str, numbers: Sequence[str] = ()) -> Sequence[Document]:
        """Look up every document, in any status, that may belong to a settlement.

        Args:
            reference: whole reference, as in ``(£1,275.20) TBUK-26881161592``.
            token: its settlement token, ``TBUK-26881161592``; matches any document whose reference
                (a bill's number) holds it as a whole word.
            numbers: document numbers to look for as well (the reservation's).
        """

    def highest_number(self, prefix: str) -> int:
        """Find the highest n of ``<prefix>n`` (``AMZ-TB-``) over all statuses; 0 when none."""

    def document(self, document_id: str) -> Document:
        """Read one document by id, the only read that never lags."""

    def reserve(self, draft: Draft, *, network_key: str) -> Document:
        """Create one DRAFT by PUT; returns Xero's reply with Xero's own totals."""

    def authorise(self, document_id: str, number: str, *, network_key: str) -> None:
        """Give a draft its final number and the status AUTHORISED, in one call without lines."""

    def link(self, document: Document) -> str:
        """Return the address that opens the document in Xero; no call is made."""
