"""The proposal: what one settlement becomes in Xero, decided before anything is sent.

Protects: the lines add up to the deposit; the same inputs give the same bytes; whatever is
unmapped, unknown or missing is listed with its amount and blocks, and goes to no line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from truebooks_xl.core.money import Money
from truebooks_xl.core.proof import Check
from truebooks_xl.core.vat.periods import PeriodSum

DocumentKind = Literal["ACCREC", "ACCPAY", "MANUALJOURNAL"]

Tracking = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One line of the document, in the settlement's signs.

    Attributes:
        key: ``L01``: names the line in the Lines sheet; begins with a letter on purpose.
        account, tax_type: "" where the accountant has not said yet.
        gross: includes tax.
        count: how many settlement lines it holds.
    """

    key: str
    description: str
    account: str
    tax_type: str
    tracking: Tracking
    rate_percent: Decimal
    gross: Money
    tax: Money
    count: int

    @property
    def net(self) -> Money:
        """Gross less tax."""
        return self.gross - self.tax


@dataclass(frozen=True, slots=True)
class OpenTotal:
    """What goes to no line yet: one triple that no rule maps, or whose VAT nobody knows.

    Attributes:
        key: ``U01`` (unmapped) or ``V01`` (VAT unknown): names it in the Lines sheet.
        reason: one sentence; for an unmapped triple with the nearest known category.
    """

    key: str
    transaction_type: str
    amount_type: str
    amount_description: str
    amount: Money
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class UnknownItem:
    """An order item whose VAT nobody knows.

    Attributes:
        amount: of its sales and tax rows.
        reason: one sentence: what is missing; a text of ``core/vat/findings.py``.
    """

    order_id: str
    sku: str
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class MissingAccount:
    """A line whose account is not given, not in Xero, archived or reserved.

    Attributes:
        where: the Mapping row: ``Mapping!J17``.
        reason: one sentence.
    """

    where: str
    category: str
    account: str
    amount: Money
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """SHA-256 of everything the proposal was decided from, in hex."""

    file: str
    mapping: str
    costs: str
    tax_rates: str
    settings: str
    tax_groups: str
    originals: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What Preview shows and Post sends; amounts in the settlement's currency and signs.

    Attributes:
        part: suffix of the key; "" while the settlement is one document.
        lines: in the order of (description, account, tax type); gross adds up to ``total`` unless
            something is unmapped or unknown.
        checks: all must be ok to post; everything else worth saying is a notice.
    """

    settlement_id: str
    marketplace: str
    currency: str
    part: str
    reference: str
    document: DocumentKind
    dated_on: date
    total: Money
    lines: tuple[ProposalLine, ...]
    unmapped: tuple[OpenTotal, ...]
    unknown: tuple[OpenTotal, ...]
    unknown_vat: tuple[UnknownItem, ...]
    missing_accounts: tuple[MissingAccount, ...]
    checks: tuple[Check, ...]
    notices: tuple[str, ...]
    periods: tuple[PeriodSum, ...]
    inputs: Inputs
    fingerprint: str = ""

    @property
    def postable(self) -> bool:
        """Every check holds."""
        return all(check.ok for check in self.checks)

    @property
    def due_on(self) -> date:
        """The same day: a settlement is due when it is paid out (POST-5)."""
        return self.dated_on


def document_kind(total: Money, post_as: str = "") -> DocumentKind:
    """A deposit is an invoice, a debt a bill, nothing an invoice of 0.00 (FIX-2, FIX-3).

    Args:
        post_as: the setting; ``manual journal`` makes one of any settlement (POST-19).
    """
    if post_as == "manual journal":
        return "MANUALJOURNAL"
    return "ACCPAY" if total.minor < 0 else "ACCREC"
