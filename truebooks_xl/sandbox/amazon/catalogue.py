"""The products of an invented shop, and the choices its customers make.

Protects: nothing here was ever sold by anyone, and the same seed gives the same report on every
machine and in every Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Product:
    """Something the shop sells.

    Attributes:
        price_minor: what a customer in Great Britain pays for one, VAT included.
        rate_percent: UK VAT on it: 20, 5 or 0.
        fulfilment_minor: Amazon's fee to send one within Great Britain, before VAT.
    """

    sku: str
    price_minor: int
    rate_percent: int
    fulfilment_minor: int


class Dice:
    """A repeatable sequence of choices: a 64-bit linear congruence, its high bits."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def roll(self, sides: int) -> int:
        """Return a whole number from 0 to ``sides`` - 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % sides

    def chance(self, percent: int) -> bool:
        """Decide something that happens this often."""
        return self.roll(100) < percent

    def pick(self, options: Sequence[T]) -> T:
        """Choose one of several."""
        return options[self.roll(len(options))]


_TOYS: Final = (
    ("TRAIN", 2499, 412),
    ("MARBLE-RUN", 3299, 498),
    ("KITE", 1499, 305),
    ("PUZZLE", 999, 271),
    ("TEDDY", 1799, 338),
    ("BLOCKS", 2199, 421),
    ("PAINTS", 899, 242),
    ("DRUM", 2799, 455),
    ("ROBOT", 3999, 512),
)
_COLOURS: Final = ("RED", "BLUE", "GREEN", "OAK", "MINI", "XL", "DUO")
_BOOKS: Final = ("OWLS", "TIDES", "BREAD", "MAPS", "STARS", "HEDGES", "KNOTS", "CHALK")


def _toys() -> list[Product]:
    return [
        Product(f"TOY-{name}-{colour}", price + 50 * nth, 20, fee + 7 * nth)
        for name, price, fee in _TOYS
        for nth, colour in enumerate(_COLOURS)
    ]


def _books() -> list[Product]:
    # A SKU may begin with zeros and hold spaces and slashes: it is text everywhere.
    return [
        Product(f"00{10 + nth}{10 + volume} BOOK {name}/{volume}", 799 + 100 * volume, 0, 189)
        for nth, name in enumerate(_BOOKS)
        for volume in (1, 2, 3, 4)
    ]


TOYS: Final = tuple(_toys())
"""Standard-rated."""

BOOKS: Final = tuple(_books())
"""Zero-rated."""

CAR_SEATS: Final = (
    Product("SEAT-GROUP-1", 8999, 5, 742),
    Product("SEAT-GROUP-2", 6499, 5, 655),
    Product("SEAT-BOOSTER", 2999, 5, 521),
)
"""Reduced rate: children's car seats."""
