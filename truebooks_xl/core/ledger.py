"""What Xero holds, as values: the organisation, a document, and a draft to be created.

Protects: the rules speak of documents in Xero's own words and know nothing of how they travel.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from truebooks_xl.core.money import Money

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
