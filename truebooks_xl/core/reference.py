"""References and document numbers: the names by which a settlement is found again in Xero.

Protects: a reference never changes over the life of a settlement; it is the key (POST-9, POST-21).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from truebooks_xl.core.money import Money

NUMBER_PREFIX: Final = "AMZ-TB-"
"""Of the numbers documents carry once authorised: ``AMZ-TB-10001``."""

FIRST_NUMBER: Final = 10001


@dataclass(frozen=True, slots=True)
class Key:
    """What one document stands for; the suffix is empty while a settlement has one part.

    Attributes:
        suffix: "" | ``-1``, ``-2`` (parts) | ``-COGS`` | ``-C1`` (corrections) (POST-32).
    """

    marketplace: str
    settlement_id: str
    suffix: str = ""

    @property
    def token(self) -> str:
        """``TBUK-26881161592``: the whole word that look-ups match."""
        return f"TB{self.marketplace}-{self.settlement_id}{self.suffix}"

    @property
    def reservation(self) -> str:
        """``TBR-26881161592``: the draft's number; Xero takes it once, whoever reserves."""
        return f"TBR-{self.settlement_id}{self.suffix}"


def reference(total: Money, of: Key) -> str:
    """Return ``(£1,275.20) TBUK-26881161592``: the settlement's total and the token.

    Args:
        total: of the settlement, in its own currency and sign; never a converted amount (POST-22).
        of: the same in all parts and corrections but for the suffix.
    """
    return f"({total.words}) {of.token}"


def number(n: int) -> str:
    """Return ``AMZ-TB-10001`` for 10001."""
    return f"{NUMBER_PREFIX}{n}"


def next_number(counter: int, highest_in_xero: int) -> int:
    """Return the next n to spend: above both the workspace's counter and Xero (POST-23)."""
    return max(counter, highest_in_xero + 1, FIRST_NUMBER)
