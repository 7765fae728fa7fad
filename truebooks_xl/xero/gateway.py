"""What the product needs of Xero, as a protocol; the adapter over the SDK is ``sdk.py``.

Protects: only drafts are created, only ids are authorised, voided or deleted, and every method
raises ``Refused`` or ``Unavailable`` and nothing else. What a write did, a later look tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from truebooks_xl.core.ledger import (
    ACTIVE,
    BankTransaction,
    Change,
    Document,
    DocumentLine,
    Draft,
    Kind,
    Organisation,
)
from truebooks_xl.core.tax import Account, TaxRate
from truebooks_xl.errors import Refused

__all__ = [
    "ACTIVE",
    "BankTransaction",
    "Change",
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

    def permissions(self) -> Mapping[str, bool]:
        """Read what the connected user may do: name of the action to whether it is allowed."""

    def accounts(self) -> Sequence[Account]:
        """Read the whole chart, archived accounts included."""

    def tax_rates(self) -> Sequence[TaxRate]:
        """Read the organisation's own rates, inactive ones included."""

    def currencies(self) -> Sequence[str]:
        """Read the codes of the currencies that are switched on; the base currency is one."""

    def contact(self, name: str, *, network_key: str) -> str:
        """Find the active contact of exactly this name, or create it; returns its id."""

    def by_reference(self, reference: str) -> Sequence[Document]:
        """List the documents of exactly this reference (or bill number), in any status."""

    def search(self, term: str) -> Sequence[Document]:
        """List the invoices and bills whose number or reference holds a text, in any status.

        Loose and without regard to case, one call per 1,000 documents; who asks compares exactly.
        """

    def journals(self, first: date, last: date) -> Sequence[Document]:
        """List the manual journals dated within these days, both included, in any status."""

    def dated(self, first: date, last: date) -> Sequence[Document]:
        """List the invoices and bills dated within these days, both included; without lines."""

    def bank_transactions(self, first: date, last: date) -> Sequence[BankTransaction]:
        """List the money received or spent within these days, both included.

        Raises:
            Refused: the connection may not read them (``accounting.banktransactions.read``).
        """

    def highest_number(self, prefix: str) -> int:
        """Find the highest n of ``<prefix>n`` (``AMZ-TB-``) over all statuses; 0 when none."""

    def document(self, document_id: str, kind: Kind = "ACCREC") -> Document:
        """Read one document by id, the only read that never lags."""

    def documents(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """Read invoices and bills by their ids, 50 in a call; one that is missing is left out."""

    def create(self, drafts: Sequence[Draft], *, network_key: str) -> Sequence[Document | Refused]:
        """Create up to 50 DRAFTs of one resource by one PUT; each gets its own answer, in order.

        Raises:
            Refused: nobody is let in (401, 403); any other no is each document's own answer.
            Unavailable: nobody knows; each has to be looked for on its own.
        """

    def change(
        self, changes: Sequence[Change], *, network_key: str
    ) -> Sequence[Document | Refused]:
        """Change up to 50 documents of one resource by their ids; each gets its own answer.

        One call for all where Xero allows it, else one for each. A void that is refused in its
        short form is sent once more with contact and date.

        Raises:
            Refused: nobody is let in (401, 403); any other no is each document's own answer.
            Unavailable: nobody knows; each has to be read on its own.
        """

    def attach(
        self, document_id: str, kind: Kind, name: str, content: bytes, *, network_key: str
    ) -> None:
        """Attach a file; the same name again replaces it."""

    def attachments(self, document_id: str, kind: Kind) -> Sequence[str]:
        """List the names of the files attached to a document."""

    def attachment(self, document_id: str, kind: Kind, name: str) -> bytes:
        """Read one attached file."""

    def note(self, document_id: str, kind: Kind, text: str, *, network_key: str) -> None:
        """Add a note to a document's history; at most 2,500 characters."""

    def notes(self, document_id: str, kind: Kind) -> Sequence[str]:
        """Read the notes of a document's history, newest first."""

    def calls_left(self) -> int | None:
        """Say how many calls the day still holds, as the last reply told; None before any."""

    def link(self, document: Document) -> str:
        """Return the address that opens the document in Xero; no call is made."""
