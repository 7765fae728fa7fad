"""Tax within a gross amount, and which tax type fits which account.

Protects: tax is computed once per document line, half up, from the organisation's own rates.
Source: facts of Xero's API: tax of an inclusive line = gross x rate / (100 + rate), two decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from truebooks_xl.core.money import Money

NO_TAX: Final = "NONE"
"""Xero's tax type of an amount that is on no VAT return."""


@dataclass(frozen=True, slots=True)
class TaxRate:
    """One tax rate of the organisation, as Xero lists it.

    Attributes:
        tax_type: Xero's code: ``OUTPUT2``; a custom rate is ``TAX001``.
        name: what an accountant reads: ``20% (VAT on Income)``.
        rate_percent: the effective rate; ``Decimal("20")`` for 20 %. Tax a reverse charge adds to
            the document is nil, so its rate here is 0.
        classes: account classes it may be used with, in capitals: ``REVENUE``, ``EXPENSE``,
            ``ASSET``, ``LIABILITY``, ``EQUITY``.
        active: False once archived or deleted in Xero.
    """

    tax_type: str
    name: str
    rate_percent: Decimal
    classes: frozenset[str]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the organisation's chart, as Xero lists it.

    Attributes:
        code: text of at most 10 characters; ``091`` keeps its zero.
        type: Xero's type: ``REVENUE``, ``OVERHEADS``, ``CURRLIAB``, ``BANK``…
        account_class: ``REVENUE``, ``EXPENSE``, ``ASSET``, ``LIABILITY`` or ``EQUITY``.
        system: Xero's SystemAccount (``DEBTORS``…); "" for an ordinary one.
        tax_type: the account's default in Xero; never relied upon.
    """

    code: str
    name: str
    type: str
    account_class: str
    system: str = ""
    tax_type: str = ""
    active: bool = True


def tax_within(gross: Money, rate_percent: Decimal) -> Money:
    """Return the tax inside an amount that includes it, rounded half up once (G-3)."""
    # gross and tax share their sign: -19.99 at 20 % holds -3.33.
    return Money.rounded(gross.amount * rate_percent / (100 + rate_percent), gross.currency)


def unfit(rate: TaxRate, account: Account) -> str:
    """Say why a tax type cannot be used with an account; "" when it can.

    Xero refuses what does not fit only when the document is sent; the flags of the cached lists
    tell it offline (3.4, class rule).
    """
    if not rate.active:
        return f"tax type {rate.tax_type} is not active in Xero"
    if account.account_class not in rate.classes:
        kinds = ", ".join(sorted(rate.classes)) or "no account"
        return (
            f"tax type {rate.tax_type} fits {kinds}, and account {account.code} is of class"
            f" {account.account_class}"
        )
    return ""


def unusable(account: Account) -> str:
    """Say why no document line may name the account; "" when it may."""
    if not account.active:
        return f"account {account.code} {account.name} is archived in Xero"
    if account.type in {"BANK", "INVENTORY"}:
        return f"account {account.code} is of type {account.type}, which takes no document lines"
    if account.system and account.system != "ROUNDING":
        return f"account {account.code} is reserved by Xero as {account.system}"
    return ""
