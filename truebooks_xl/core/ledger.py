"""What Xero holds, as values: the organisation, a document, and a draft to be created.

Protects: the rules speak of documents in Xero's own words and know nothing of how they travel.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from truebooks_xl.core.money import Money

Kind = Literal["ACCREC", "ACCPAY", "MANUALJOURNAL"]
"""Invoice, bill, or manual journal."""

ACTIVE: Final = frozenset({"SUBMITTED", "AUTHORISED", "PAID", "POSTED"})
"""Statuses of a document that stands in the ledger or is up for approval; POSTED is a journal's."""

ENDED: Final = frozenset({"VOIDED", "DELETED"})
"""Statuses nothing leads out of."""


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
        edition: ``BUSINESS`` or ``PARTNER``; "" unknown.
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
    edition: str = ""


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
    """A document to create. Amounts are tax-inclusive, quantity is 1 on every line.

    Attributes:
        number: of an invoice; a bill has its reference in that place, a journal none.
        reference: of a journal: what its narration begins with.
        lines: a line of a lock is its description and nothing else (account "").
        rate: units of the document's currency for one of the base currency; None leaves it to Xero.
    """

    kind: Kind
    number: str
    reference: str
    contact_id: str
    dated_on: date
    due_on: date
    currency: str
    lines: tuple[DocumentLine, ...]
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """Money applied to a document: while any is, the document cannot be voided.

    Attributes:
        kind: ``payment``, ``credit note``, ``prepayment`` or ``overpayment``.
        on: None where Xero does not say.
    """

    kind: str
    id: str
    on: date | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Document:
    """A document as Xero shows it.

    Attributes:
        number: "" for a journal.
        reference: as shown; "" for a bill, whose number is its reference; a journal's narration.
        status: Xero's word: ``DRAFT``, ``AUTHORISED``, ``PAID``, ``POSTED``, ``VOIDED``…
        lines: empty when the reply carried none (lists without a page).
        applied: payments, credit notes, prepayments and overpayments; any forbids a void.
        updated_at: UTC instant of Xero's last change.
        rate: units of the document's currency for one of the base currency; None: not told.
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
    applied: tuple[Applied, ...]
    updated_at: datetime
    warnings: tuple[str, ...] = ()
    contact_id: str = ""
    rate: Decimal | None = None
    has_attachments: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Another number or another status for one document, by its id and without lines.

    Attributes:
        of: the document as it was read; its id decides.
        number, status: "" leaves it as it is.
    """

    of: Document
    number: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class BankTransaction:
    """Money received or spent without a document, as Xero shows it; total is positive."""

    id: str
    dated_on: date
    currency: str
    total: Money
    reference: str
    status: str
