"""VAT periods: which return a day belongs to, and what a settlement puts into each.

Protects: nobody's VAT moves between two returns unseen (FIX-20).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from truebooks_xl.core.money import Money
from truebooks_xl.core.tax import NO_TAX, TaxRate, tax_within

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Mapped(Protocol):
    """What is known of a classified tally here."""

    @property
    def posted_on(self) -> date:
        """The local day."""

    @property
    def minor(self) -> int:
        """The sum, in minor units."""

    @property
    def line_key(self) -> str:
        """The document line it goes to."""

    @property
    def tax_type(self) -> str:
        """Xero's code; "" where it is missing."""


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """What falls into one local month or one VAT period.

    Attributes:
        kind: ``month`` or ``VAT period``.
        period: ``2026-05``, or ``ending 2026-06`` named by its last month.
    """

    kind: str
    period: str
    gross: Money
    tax: Money

    @property
    def net(self) -> Money:
        """Gross less tax."""
        return self.gross - self.tax


def month(day: date) -> str:
    """Return the calendar month of a day: ``2026-05``."""
    return f"{day:%Y-%m}"


def vat_period(day: date, periods: str) -> str:
    """Return the VAT period a day falls into, named by its last month: ``ending 2026-06``.

    Args:
        day: the local day.
        periods: a choice of the setting "VAT periods"; ``none`` and "" know no periods.
    """
    if periods in {"", "none"}:
        return ""
    if periods == "monthly":
        return f"ending {month(day)}"
    ends = [MONTHS.index(word) + 1 for word in periods.split() if word in MONTHS]
    last = next((end for end in sorted(ends) if end >= day.month), None)
    return (
        f"ending {day.year + 1}-{min(ends):02}" if last is None else f"ending {day.year}-{last:02}"
    )


def period_sums(
    items: Iterable[Mapped], rates: Mapping[str, TaxRate], periods: str, currency: str
) -> tuple[PeriodSum, ...]:
    """Add up gross and tax for each local month and VAT period; gross adds up exactly.

    Tax is back-calculated for each line within each period, so that its sum may differ from the
    document's by a rounding of each line.
    """
    sums: dict[tuple[str, str], dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for item in items:
        line = (item.line_key, item.tax_type)
        sums["month", month(item.posted_on)][line] += item.minor
        if name := vat_period(item.posted_on, periods):
            sums["VAT period", name][line] += item.minor
    return tuple(
        PeriodSum(
            kind,
            name,
            Money(sum(lines.values()), currency),
            Money.total(
                (
                    _tax(Money(minor, currency), rates.get(tax_type))
                    for (_, tax_type), minor in lines.items()
                ),
                currency,
            ),
        )
        for (kind, name), lines in sorted(sums.items())
    )


def _tax(gross: Money, rate: TaxRate | None) -> Money:
    return Money(0, gross.currency) if rate is None else tax_within(gross, rate.rate_percent)


def returned(items: Iterable[Mapped], periods: str) -> tuple[str, ...]:
    """Return the VAT periods (or, periods unknown, the months) of amounts that are on a return."""
    name = (lambda day: vat_period(day, periods)) if periods else month
    on_return = (each for each in items if each.minor and each.tax_type not in {NO_TAX, ""})
    return tuple(sorted({name(each.posted_on) for each in on_return}))
