"""What the product needs of Xero, as a protocol; the adapter over the SDK is ``sdk.py``.

Protects: only drafts are created, only ids are authorised, and every method raises ``Refused`` or
``Unavailable`` and nothing else. What a write did, a later ``find`` or ``document`` tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, Protocol

from truebooks_xl.core.money import Money
from truebooks_xl.core.tax import Account, TaxRate

Kind = Literal["ACCREC", "ACCPAY"]

ACTIVE: Final = frozenset({"SUBMITTED", "AUTHORISED", "PAID"})
"""Statuses of a document that stands in the ledger or is up for approval."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisation a connection writes to.

    Attributes:
        country: ISO 3166, ``GB``.
        base_currency: ISO 4217.
        period_lock, year_end_lock: the last locked day; None is no lock.
        pays_tax: False for an organisation that is not registered for VAT/GST.
        tax_basis: Xero's SalesTaxBasis: ``ACCRUALS``, ``CASH``, ``FLATRATEACCRUALS``…; "" unknown.
        tax_period: Xero's SalesTaxPeriod: ``MONTHLY``, ``QUARTERLY1``…; "" unknown.
        short_code: for links into Xero; "" unknown.
    """

    id: str
    name: str
    country: str
    base_currency: str
    period_lock: date | None = None
    year_end_lock: date | None = None
    pays_tax: bool = True
    tax_basis: str = ""
    tax_period: str = ""
    short_code: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line as Xero holds it, signs as sent (a bill's are flipped against the settlement's)."""

    description: str
    account: str
    tax_type: str
    gross: Money
    tax: Money
    tracking: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A document to create. Amounts are tax-inclusive, quantity is 1 on every line."""

    kind: Kind
    number: str
    reference: str
    contact_id: str
    dated_on: date
    due_on: date
    currency: str
    lines: tuple[DocumentLine, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document as Xero shows it.

    Attributes:
        status: Xero's word: ``DRAFT``, ``AUTHORISED``, ``PAID``, ``VOIDED``, ``DELETED``…
        lines: empty when the reply carried none (lists without a page).
        applied: ids of payments, credit notes, prepayments and overpayments; any forbids a void.
        updated_at: UTC instant of Xero's last change.
    """

    id: str
    kind: Kind
    number: str
    reference: str
    status: str
    dated_on: date
    due_on: date | None
    currency: str
    total: Money
    total_tax: Money
    lines: tuple[DocumentLine, ...]
    applied: tuple[str, ...]
    updated_at: datetime
    warnings: tuple[str, ...] = ()


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
