"""Values with dates: the last one whose period holds a day is the one in force.

Protects: an old settlement keeps the setting, rate and rule of its own days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value and the days it is in force; both ends inclusive, None is open."""

    value: T
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether the value is in force on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


def effective(values: Iterable[Dated[T]], day: date) -> T | None:
    """Return the value in force on the day: of several, the one that began last; else None.

    Of two that began on the same day the later entry wins (INV-24's rule, used everywhere).
    """
    found: Dated[T] | None = None
    for each in values:
        if each.holds(day) and (found is None or _start(each) >= _start(found)):
            found = each
    return None if found is None else found.value


def _start(value: Dated[T]) -> date:
    return value.valid_from or date.min
