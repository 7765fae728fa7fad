"""One line or account as posted and as it would be, and what can have changed it.

Protects: a cause is named alone only where nothing else can be it; where several can, all are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from truebooks_xl.core.document import Proposal
from truebooks_xl.core.drift import Snapshot
from truebooks_xl.core.evidence import RuleUsed
from truebooks_xl.core.money import Money
from truebooks_xl.core.plain import plain

CAUSES: Final = {
    "file": "file",
    "mapping": "mapping",
    "costs": "cost",
    "tax_rates": "tax rate",
    "settings": "method",
    "tax_groups": "tax groups",
    "originals": "original sales",
}
"""What a changed input is called; ``method`` is a setting: grouping, kind of document, VAT."""

VERSION: Final = "rules version"
"""No input changed: this version decides otherwise than the one that posted."""

UNRECORDED: Final = "not recorded"
"""Nobody kept what was posted from; Xero's own document was read instead."""

Place = tuple[str, str, tuple[str, ...]]
"""Account, tax type, tracking."""


Moves = frozenset[tuple[tuple[str, str], tuple[str, str]]]
"""Account and tax type a rule led to, and those it leads to today."""

RULE_KEY: Final = (
    *("transaction_type", "amount_type", "amount_description", "marketplace", "treatment"),
    *("valid_from", "valid_to"),
)
"""What of a rule says which lines it speaks for."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line, or one account, old and new; in the settlement's signs.

    Attributes:
        description: "" for an account as a whole.
        tax_type, tracking: "" and empty for an account as a whole.
        old_gross, new_gross: nil where there is no such line.
        causes: one where it is proved, several where each may have been it.
    """

    description: str
    account: str
    tax_type: str
    tracking: tuple[str, ...]
    old_gross: Money
    old_tax: Money
    new_gross: Money
    new_tax: Money
    causes: tuple[str, ...] = ()

    @property
    def gross(self) -> Money:
        """New less old."""
        return self.new_gross - self.old_gross

    @property
    def tax(self) -> Money:
        """New less old."""
        return self.new_tax - self.old_tax

    def as_json(self) -> dict[str, Any]:
        """Return it with money as text."""
        return {
            "description": self.description,
            "account": self.account,
            "tax_type": self.tax_type,
            "tracking": list(self.tracking),
            "old": {"gross": str(self.old_gross), "tax": str(self.old_tax)},
            "new": {"gross": str(self.new_gross), "tax": str(self.new_tax)},
            "difference": {"gross": str(self.gross), "tax": str(self.tax)},
            "causes": list(self.causes),
        }


def changed_inputs(as_posted: Snapshot, proposal: Proposal) -> tuple[str, ...]:
    """Name the inputs that are not what they were when it was posted."""
    before = as_posted.get("inputs") or {}
    if not before:
        return (UNRECORDED,)
    current = {name: getattr(proposal.inputs, name) for name in CAUSES}
    return tuple(CAUSES[name] for name in current if before.get(name) != current[name])


def with_causes(
    change: Change,
    changes: Sequence[Change],
    causes: tuple[str, ...],
    moved: Moves,
) -> Change:
    """Return the change with the causes it can have; with one where only that can have done it."""
    possible = _possible(change, changes, causes)
    if "mapping" in possible and _was_moved(change, changes, moved):
        possible = ("mapping",)
    return replace(change, causes=possible or (VERSION,))


def _place(change: Change) -> Place:
    return change.account, change.tax_type, change.tracking


def _possible(
    change: Change, changes: Iterable[Change], causes: tuple[str, ...]
) -> tuple[str, ...]:
    """Leave out what cannot move this figure.

    Tax follows from gross and rate alone; a rate never moves gross. What keeps the sum of its
    account, tax type and tracking was only named or grouped otherwise.
    """
    if not change.gross:
        wanted = {"tax rate", UNRECORDED}
    elif _sum_kept(change, changes):
        wanted = {"mapping", "method", UNRECORDED}
    else:
        wanted = {*CAUSES.values(), UNRECORDED} - {"tax rate"}
    return tuple(each for each in causes if each in wanted)


def _sum_kept(change: Change, changes: Iterable[Change]) -> bool:
    moved = [each.gross.minor for each in changes if _place(each) == _place(change)]
    return len(moved) > 1 and sum(moved) == 0


def moves(as_posted: Snapshot, rules: Iterable[RuleUsed]) -> Moves:
    """List where rules that speak for the same lines lead elsewhere than when it was posted.

    Args:
        as_posted: its rules are read where they were kept; without them nothing is proved.
        rules: those that decide today.
    """
    kept = (as_posted.get("evidence") or {}).get("rules") or ()
    return _moves(kept, [plain(each) for each in rules])


def _moves(before: Iterable[Mapping[str, Any]], current: Iterable[Mapping[str, Any]]) -> Moves:
    """List where rules that speak for the same lines as before lead elsewhere."""
    targets = {_speaks_for(each): (each["account"], each["tax_type"]) for each in current}
    moves = {
        ((each["account"], each["tax_type"]), targets[key])
        for each in before
        if (key := _speaks_for(each)) in targets
    }
    return frozenset((one, other) for one, other in moves if one != other)


def _speaks_for(rule: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(rule[name]) for name in RULE_KEY)


def _was_moved(change: Change, changes: Iterable[Change], moved: Moves) -> bool:
    """Say whether just this amount went the way that a changed rule leads."""
    here = (change.account, change.tax_type)
    for each in changes:
        there = (each.account, each.tax_type)
        if each.gross == -change.gross and moved & {(here, there), (there, here)}:
            return True
    return False
