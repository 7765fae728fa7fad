"""Matching: effective-dated rules, and which one speaks for a settlement line.

Protects: exactly one rule speaks for a line, the most specific one in force on its day; two of
equal rank are a configuration error, none is "unmapped", and neither ever posts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from truebooks_xl.core.folding import fold

if TYPE_CHECKING:  # reading Mapping must not load Polars
    from truebooks_xl.core.settlement import Tally

Triple = tuple[str, str, str]
"""Transaction type, amount type, amount description."""

Rank = tuple[int, int, bool, bool]
"""Score of exact fields, score of patterns, pins a treatment, pins a marketplace."""

UNMAPPED: Final = "AMZ0"
"""The bucket of what only the accountant can map; nothing in it is ever posted."""

_SCORES: Final = (1, 2, 4)
"""What pinning each part of the triple is worth: the description most (all three: 7)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the Mapping sheet.

    Attributes:
        transaction_type, amount_type, amount_description: "" is any; ``*`` at the start or end is
            a pattern: ``Eco-contribution*``. Compared after folding (``core/folding.py``).
        marketplace: code (``UK``); "" is any.
        treatment: a word of ``Treatment``; "" is any.
        valid_from, valid_to: local days, both inclusive; None is open.
        category: the bucket and its refinement: ``AMZ3 Referral fee``; ``AMZ0 …`` asks.
        description: the document line's text.
        account: account code of the organisation; "" asks the accountant.
        tax_type: Xero's code; "" asks the accountant.
        tracking: up to two ``(category, option)`` of Xero tracking.
        row: where it stands: ``Mapping!A17``; "" for a rule that is not in a sheet.
        account_at, tax_type_at: the cells of these two: ``Mapping!J17``.
    """

    transaction_type: str
    amount_type: str
    amount_description: str
    marketplace: str
    treatment: str
    valid_from: date | None
    valid_to: date | None
    category: str
    description: str
    account: str
    tax_type: str
    tracking: tuple[tuple[str, str], ...] = ()
    row: str = ""
    account_at: str = ""
    tax_type_at: str = ""

    @property
    def triple(self) -> Triple:
        """The three parts as written."""
        return (self.transaction_type, self.amount_type, self.amount_description)

    @property
    def asks(self) -> bool:
        """True where only the accountant can say: an AMZ0 category, or no account and no tax."""
        return self.category.upper().startswith(UNMAPPED) or not (self.account or self.tax_type)

    @property
    def content(self) -> tuple[str, ...]:
        """What it says as texts, without where it stands: the same rule gives the same content."""
        days = (str(day) if day else "" for day in (self.valid_from, self.valid_to))
        return (
            *self.triple,
            self.marketplace,
            self.treatment,
            *days,
            self.category,
            self.description,
            self.account,
            self.tax_type,
            *(part for pair in self.tracking for part in pair),
        )

    @property
    def place(self) -> str:
        """Where to find it: its row, or its triple where it is in no sheet."""
        return self.row or " | ".join(part or "any" for part in self.triple)

    def holds(self, day: date) -> bool:
        """Say whether the rule is in force on the local day; both ends inclusive."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several rules of the best rank speak for the same line: a configuration error."""

    rules: tuple[Rule, ...]

    def __str__(self) -> str:
        places = " and ".join(each.place for each in self.rules)
        return f"{places} apply with equal rank: end one of them, or make it more specific."


def triple_of(tally: Tally) -> Triple:
    """Return the three parts of a tally as Amazon wrote them."""
    return (tally.transaction_type, tally.amount_type, tally.amount_description)


def folded(triple: Triple) -> Triple:
    """Return the key under which triples are compared; a lone ``*`` is any, like blank."""
    keys = (fold(part) for part in triple)
    first, second, third = (key if key.strip("*") else "" for key in keys)
    return (first, second, third)


def fits(pattern: str, name: str) -> bool:
    """Say whether a folded name matches one folded part of a rule; "" matches anything."""
    body = pattern.strip("*")
    if pattern == body:
        return pattern in {"", name}
    if pattern.startswith("*"):
        return body in name if pattern.endswith("*") else name.endswith(body)
    return name.startswith(body)


def rank(rule: Rule) -> Rank:
    """Rate how specific a rule is: exact parts first, then patterns, treatment, marketplace.

    Source: Amazon facts 2.1 (description 4, amount type 2, transaction type 1; exact beats
    pattern); accounting facts 1.4 (at equal rank a rule with a treatment beats one without).
    """
    exact = patterned = 0
    for part, score in zip(folded(rule.triple), _SCORES, strict=True):
        if "*" in part:
            patterned += score
        elif part:
            exact += score
    return (exact, patterned, bool(rule.treatment), bool(rule.marketplace))


class RuleBook:
    """The Mapping sheet, ready to be asked; folds every key once and remembers its answers."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules: Final = tuple(rules)
        self._shapes: dict[Triple, list[tuple[Rank, Rule]]] = defaultdict(list)
        for rule in self.rules:
            self._shapes[folded(rule.triple)].append((rank(rule), rule))
        self._of_triple: dict[Triple, tuple[tuple[Rank, Rule], ...]] = {}
        self._of_line: dict[tuple[Triple, str, str], tuple[tuple[Rank, Rule], ...]] = {}

    def match(
        self, triple: Triple, *, marketplace: str, treatment: str, day: date
    ) -> Rule | Ambiguous | None:
        """Find the one rule for a line.

        Args:
            marketplace: code (``UK``) the line belongs to.
            treatment: a word of ``Treatment``.
            day: the marketplace's local day of the line.

        Returns:
            The most specific rule in force on the day; None where there is none; ``Ambiguous``
            where several share the best rank.
        """
        key = (triple, marketplace, treatment)
        if key not in self._of_line:
            self._of_line[key] = tuple(
                (each, rule)
                for each, rule in self._naming(triple)
                if rule.marketplace in {"", marketplace} and rule.treatment in {"", treatment}
            )
        valid = [(each, rule) for each, rule in self._of_line[key] if rule.holds(day)]
        best = [rule for _, rule in takewhile(lambda pair: pair[0] == valid[0][0], valid)]
        if len(best) > 1:
            return Ambiguous(tuple(best))
        return best[0] if best else None

    def speaks_for(self, tally: Tally, marketplace: str) -> bool:
        """Say whether some rule maps the tally's triple, under whatever treatment and day."""
        return any(
            rule.marketplace in {"", marketplace} and not rule.asks
            for _, rule in self._naming(triple_of(tally))
        )

    def _naming(self, triple: Triple) -> tuple[tuple[Rank, Rule], ...]:
        """List the rules that name a triple, best rank first."""
        if triple not in self._of_triple:
            names = folded(triple)
            found = [
                pair
                for shape, pairs in self._shapes.items()
                if all(fits(pattern, name) for pattern, name in zip(shape, names, strict=True))
                for pair in pairs
            ]
            found.sort(key=lambda pair: pair[0], reverse=True)
            self._of_triple[triple] = tuple(found)
        return self._of_triple[triple]
