"""What a proposal is decided from: everything gathered, as plain values.

Protects: a rule that needs something the basis does not hold cannot fetch it behind its back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from truebooks_xl.core.mapping import RuleBook
from truebooks_xl.core.marketplaces import Marketplace
from truebooks_xl.core.money import Money
from truebooks_xl.core.settings import Settings
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.core.tax import Account, TaxRate
from truebooks_xl.core.treatment import VatReading


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything a proposal is decided from.

    Attributes:
        deposit: what the bank receives, from the Settlements row: a figure of its own.
        groups_digest: hash of the Tax Groups rows of this settlement's SKUs.
        originals_digest: hash of the earlier sales its refunds go back to.
        contradictions: what the settlement and the one before it say against each other (I8).
        base_currency: the organisation's; "" while nobody has told it.
    """

    settlement: Settlement
    marketplace: Marketplace
    deposit: Money
    reading: VatReading
    rules: RuleBook
    accounts: Mapping[str, Account]
    rates: Mapping[str, TaxRate]
    settings: Settings
    groups_digest: str
    originals_digest: str
    contradictions: tuple[str, ...] = ()
    base_currency: str = ""
    typed_rate: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A classified tally on its document line."""

    posted_on: date
    minor: int
    line_key: str
    tax_type: str
