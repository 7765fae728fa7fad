"""Xero's rate on a foreign draft, held against the expected one.

Protects: a settlement in a foreign currency is not posted at a rate that cannot be right. Total ÷
CurrencyRate is the base total (Source: Xero's API documentation, Invoices); 3 % are our decision.
"""

from __future__ import annotations

from truebooks_xl.core.ledger import Document
from truebooks_xl.core.posting.task import Task
from truebooks_xl.errors import Refused


class RateOff(Refused):
    """Xero computed the base total at another rate than the expected one."""

    def __init__(self, reference: str, rate: str, expected: str, off_percent: str) -> None:
        super().__init__(
            where=f"Xero, {reference}",
            what=f"Xero took the rate {rate}, and {expected} was expected: {off_percent} % off.",
            remedy="Correct “Exchange rate” in Settings, or type the rate in the settlement's row.",
        )


def rate_problem(task: Task, held: Document) -> Refused | None:
    """Return the refusal of a draft whose rate is more than allowed off; None where none is due."""
    if task.rate_expected is None or held.rate is None:
        return None
    off = abs(held.rate / task.rate_expected - 1)
    if off <= task.rate_allowed:
        return None
    percent = f"{100 * off:.1f}"
    return RateOff(task.reference, f"{held.rate:f}", f"{task.rate_expected:f}", percent)
