"""Mapping: effective-dated rules from a settlement line's triple to account and tax type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the Mapping sheet.

    Attributes:
        transaction_type, amount_type, amount_description: "" is any; ``*`` at the start or end is
            a pattern: ``Eco-contribution*``. Compared after folding (NFKC, case, blanks, ``_``, ``-``).
        marketplace: code (``UK``); "" is any.
        treatment: a word of ``Treatment``; "" is any.
        valid_from, valid_to: local days, both inclusive; None is open.
        category: the bucket and its refinement: ``AMZ3 Referral fee``; ``AMZ0 …`` asks.
        description: the document line's text.
        account: account code of the organisation; "" asks the accountant.
        tax_type: Xero's code; "" asks the accountant.
        tracking: up to two ``(category, option)`` of Xero tracking.
        row: where it stands: ``Mapping!A17``; "" for a rule that is not in a sheet.
    """

    transaction_type: str
    amount_type: str
    amount_description: str
    marketplace: str
    treatment: str
    valid_from: date | None
    valid_to: date | None
    category: str
    description: str
    account: str
    tax_type: str
    tracking: tuple[tuple[str, str], ...] = ()
    row: str = ""
