"""Money: whole minor units of one currency, and the only rounding in the house.

Protects: no float, no half-even, no sum across currencies ever makes or loses a penny.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Self

from truebooks_xl.errors import DataError

EXPONENT: Final = {"JPY": 0}
"""Decimals where they are not two (ISO 4217, of the currencies in ``marketplaces.CURRENCIES``)."""

SYMBOL: Final = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"}
"""Signs that name one currency; every other currency is written by its code (POST-21)."""


def exponent(currency: str) -> int:
    """Return the number of decimals: 2 for GBP, 0 for JPY."""
    return EXPONENT.get(currency, 2)


class CurrencyMismatch(DataError):
    """Two currencies were about to be added up."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(
            where="Money",
            what=f"{one} and {other} cannot be added up.",
            remedy="Keep the amounts of each currency in documents of their own.",
        )


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """A whole number of minor units (pence) of one currency; positive is money to the seller."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        # Excel hands out floats; one that gets this far is our bug, never the accountant's.
        assert type(self.minor) is int, f"Money from {type(self.minor).__name__}"

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Self:
        """Round half up (away from zero), the way an invoice is added up by hand."""
        exact = amount.scaleb(exponent(currency))
        return cls(int(exact.to_integral_value(ROUND_HALF_UP)), currency)

    @classmethod
    def exact(cls, amount: Decimal, currency: str) -> Self:
        """Take an amount that has no more decimals than the currency; more is our bug."""
        money = cls.rounded(amount, currency)
        assert money.amount == amount, f"{amount} {currency} is not a whole number of minor units"
        return money

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Self:
        """Add up amounts that must all be of ``currency``; none at all is zero."""
        total = cls(0, currency)
        for each in amounts:
            total = total + each
        return total

    @property
    def amount(self) -> Decimal:
        """The amount in major units with exactly the currency's decimals; never ``-0.00``."""
        return Decimal(self.minor).scaleb(-exponent(self.currency)) + 0

    def __add__(self, other: Money) -> Self:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return replace(self, minor=self.minor + other.minor)

    def __sub__(self, other: Money) -> Self:
        return self + (-other)

    def __neg__(self) -> Self:
        return replace(self, minor=-self.minor)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        """``1275.20``: plain digits with the currency's decimals, as JSON and logs carry it."""
        return f"{self.amount:.{exponent(self.currency)}f}"

    @property
    def words(self) -> str:
        """``£1,275.20``, ``-£62.31``, ``CAD 1,016.08``: as an accountant reads it (POST-21)."""
        sign = "-" if self.minor < 0 else ""
        mark = SYMBOL.get(self.currency, f"{self.currency} ")
        return f"{sign}{mark}{abs(self.amount):,.{exponent(self.currency)}f}"
