"""What a repost would change: lines and accounts, old and new, each with its cause and effect.

Protects: the accountant sees every penny that moves before anything is voided; the differences
add up to new less old.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from truebooks_xl.core.boxes import Effect, effect
from truebooks_xl.core.canonical import as_json
from truebooks_xl.core.changes import Change, changed_inputs, moves, with_causes
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.drift import Content, Line, Snapshot, content
from truebooks_xl.core.evidence import RuleUsed
from truebooks_xl.core.money import Money
from truebooks_xl.core.tax import Account, TaxRate

Key = tuple[str, str, str, tuple[str, ...]]
"""Description, account, tax type, tracking."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Something of the document as a whole that would be another: kind, date, reference, total."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Repostal:
    """Everything that a repost would change.

    Attributes:
        lines: those that differ; gross and tax add up to new less old.
        accounts: those whose gross or tax differs, by code; they add up to the same.
        effect: on the VAT boxes and on profit, new less old.
        causes: all that changed since it was posted, whether a figure moved or not.
    """

    reference: str
    headings: tuple[Heading, ...]
    lines: tuple[Change, ...]
    accounts: tuple[Change, ...]
    effect: Effect
    causes: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Say whether a repost would change nothing at all."""
        return not self.headings and not self.lines

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "reference": self.reference,
            "headings": [
                {"name": each.name, "old": each.old, "new": each.new} for each in self.headings
            ],
            "lines": [each.as_json() for each in self.lines],
            "accounts": [each.as_json() for each in self.accounts],
            "effect": self.effect.as_json(),
            "causes": list(self.causes),
        }


def compare(
    as_posted: Snapshot,
    proposal: Proposal,
    rates: Mapping[str, TaxRate],
    accounts: Mapping[str, Account],
    rules: Sequence[RuleUsed] = (),
) -> Repostal:
    """Hold what was posted against what would be posted today.

    Args:
        as_posted: what the journal keeps; the rules it was posted by are read from it if they are
            there.
        rules: those that decided the proposal.
    """
    old, new = content(as_posted), content(as_json(proposal))
    causes, moved = changed_inputs(as_posted, proposal), moves(as_posted, rules)
    changes = _differing(old, new, _key)
    lines = tuple(with_causes(each, changes, causes, moved) for each in changes)
    currency = proposal.currency
    found = Repostal(
        proposal.reference,
        _headings(old, new),
        lines,
        _differing(old, new, _account),
        effect(new.lines, rates, accounts, currency) - effect(old.lines, rates, accounts, currency),
        causes,
    )
    _prove(found, old, new, currency)
    return found


def _prove(found: Repostal, old: Content, new: Content, currency: str) -> None:
    """Differences that do not add up would be our bug, and a lie to whoever signs them."""
    for name in ("gross", "tax"):
        before, after = (
            Money.total((getattr(line, name) for line in each.lines), currency)
            for each in (old, new)
        )
        for changes in (found.lines, found.accounts):
            moved = Money.total((getattr(each, name) for each in changes), currency)
            assert moved == after - before, f"{name} moves by {moved}, not by {after - before}"


def _key(line: Line) -> Key:
    return line.description, line.account, line.tax_type, line.tracking


def _account(line: Line) -> Key:
    return "", line.account, "", ()


def _differing(old: Content, new: Content, key: Callable[[Line], Key]) -> tuple[Change, ...]:
    """Add up both sides by a key, and return what differs, in the order of account and text."""
    sides = [_grouped(each, key) for each in (old, new)]
    found = []
    for of in sorted({*sides[0], *sides[1]}, key=lambda of: (of[1], of)):
        was, will_be = (_sum(side.get(of, ()), new.currency) for side in sides)
        if was != will_be:
            found.append(Change(*of, *was, *will_be))
    return tuple(found)


def _grouped(side: Content, key: Callable[[Line], Key]) -> dict[Key, list[Line]]:
    found: dict[Key, list[Line]] = defaultdict(list)
    for line in side.lines:
        found[key(line)].append(line)
    return found


def _sum(lines: Sequence[Line], currency: str) -> tuple[Money, Money]:
    gross = Money.total((line.gross for line in lines), currency)
    return gross, Money.total((line.tax for line in lines), currency)


def _headings(old: Content, new: Content) -> tuple[Heading, ...]:
    pairs = (
        ("kind", old.kind, new.kind),
        ("reference", old.reference, new.reference),
        ("date", old.dated_on.isoformat(), new.dated_on.isoformat()),
        ("total", old.total.words, new.total.words),
    )
    return tuple(Heading(name, was, current) for name, was, current in pairs if was != current)
