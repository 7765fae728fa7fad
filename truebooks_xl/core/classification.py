"""classify(): each tally becomes Classified, or Unmapped with its reason; nothing is dropped."""

from __future__ import annotations

from dataclasses import dataclass

from truebooks_xl.core.mapping import Rule
from truebooks_xl.core.settlement import Tally


@dataclass(frozen=True, slots=True)
class Classified:
    """A tally whose rule says where it goes. ``account`` may still be "" (account missing)."""

    tally: Tally
    rule: Rule
    category: str
    description: str
    account: str
    tax_type: str
    tracking: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A tally no rule, or more than one of the best rank, speaks for; it blocks posting.

    Attributes:
        reason: one sentence for the accountant.
        suggestion: the category of the nearest known triple; "" when nothing is near.
    """

    tally: Tally
    reason: str
    suggestion: str = ""


Outcome = Classified | Unmapped
