"""Reading the cells of a sheet's row into values, with every problem collected by its address.

Protects: a bad cell is never read as something else; it is a ``Problem`` that names the cell, and
its neighbours are still read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Protocol

from truebooks_xl.errors import Problem

_AMOUNT: Final = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+(?=\.))(\.\d+)?")


class Row(Protocol):
    """One row of a table, as the workbook gives it (``workbook.book.Row``)."""

    @property
    def cells(self) -> Mapping[str, object]:
        """Column key to value; None is blank."""

    @property
    def errors(self) -> Mapping[str, str]:
        """Column key to an error value or an uncalculated formula."""

    def where(self, key: str) -> str:
        """Return the address of a cell: ``Mapping!G17``."""


class CellReader:
    """Reads one row; ``problems`` holds what was wrong with the cells asked for so far."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self.problems: list[Problem] = []

    def problem(self, key: str, what: str, remedy: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(Problem(self._row.where(key), what, remedy))

    def text(self, key: str) -> str:
        """Read a text, trimmed; a number is read by its digits (account 200); blank is ""."""
        match self._value(key):
            case None:
                return ""
            case str(text):
                return text.strip()
            case Decimal() as number:
                return f"{number:f}"
            case other:
                self.problem(key, f"“{other}” is not a text.", "Type the text itself.")
                return ""

    def required(self, key: str, heading: str) -> str:
        """Read a text that must be there."""
        text = self.text(key)
        if not text and key not in self._row.errors:
            self.problem(key, f"{heading} is empty.", f"Fill in {heading}.")
        return text

    def day(self, key: str) -> date | None:
        """Read a day: a date, or a text such as 2024-08-01; blank is None."""
        match self._value(key):
            case None | "":
                return None
            case datetime() as instant:
                return instant.date()
            case date() as day:
                return day
            case other:
                return self._written_day(key, str(other))

    def amount(self, key: str) -> Decimal | None:
        """Read an amount in major units; blank is None. ``2,40`` could mean two things: refused."""
        match self._value(key):
            case None | "":
                return None
            case Decimal() as number:
                return number
            case other:
                return self._written_amount(key, str(other))

    def _written_amount(self, key: str, text: str) -> Decimal | None:
        bare = text.strip().lstrip("£$€¥ ").rstrip()
        if _AMOUNT.fullmatch(bare):
            return Decimal(bare.replace(",", ""))
        self.problem(key, f"“{text}” is not an amount.", "Type an amount such as 1250.00.")
        return None

    def _written_day(self, key: str, text: str) -> date | None:
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            # 01/08/2024 is January or August: nobody's guess.
            self.problem(key, f"“{text}” is not a day.", "Type a date, such as 2024-08-01.")
            return None

    def _value(self, key: str) -> object:
        if key in self._row.errors:
            held = self._row.errors[key]
            self.problem(key, f"The cell holds {held}, not a value.", "Type the value itself.")
            return None
        return self._row.cells.get(key)
