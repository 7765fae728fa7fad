"""One example of every error the product can show; ``test_catalogue.py`` says which is missing."""

from __future__ import annotations

from truebooks_xl.core.marketplaces import UnknownMarketplace
from truebooks_xl.core.money import CurrencyMismatch
from truebooks_xl.errors import DataProblems, Problem, TrueBooksError

EXAMPLES: tuple[TrueBooksError, ...] = (
    CurrencyMismatch("GBP", "EUR"),
    DataProblems(
        (
            Problem("Mapping!G17", "“soon” is not a day.", "Use a day such as 2026-05-04."),
            Problem("Mapping!G19", "The first day is after the last.", "Correct one of the two."),
        )
    ),
    UnknownMarketplace("XX"),
)
