"""classify(): each tally becomes Classified, or Unmapped with its reason; nothing is dropped.

Protects: there is no "other" that posts. What no rule maps, two rules map, or only the accountant
can map, is listed with its reason and the nearest known kind, and blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from truebooks_xl.core.mapping import NEEDS_CONTEXT
from truebooks_xl.core.matching import UNMAPPED, Ambiguous, Rule, RuleBook, folded, triple_of
from truebooks_xl.core.settlement import Tally
from truebooks_xl.core.tax import NO_TAX
from truebooks_xl.core.treatment import Treatment

FEE_BUCKETS: Final = ("AMZ3 ", "AMZ4 ", "AMZ5 ", "AMZ6 ")
"""Seller fees, FBA fees, storage, advertising: each kind can have its own account."""

ALIKE: Final = 0.75
"""Share of letters two names have in common before one is suggested for the other."""


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


def classify_all(
    tallies: Iterable[Tally], rules: RuleBook, marketplace: str
) -> tuple[Outcome, ...]:
    """Classify the tallies of one settlement, in their order; each gives one outcome.

    Args:
        marketplace: code of the settlement's marketplace (``UK``); account-level rows name none.
    """
    return tuple(classify(each, rules, marketplace) for each in tallies)


def classify(tally: Tally, rules: RuleBook, marketplace: str) -> Outcome:
    """Find the rule of a tally and say where it goes; a line of 0.00 is a line."""
    match rules.match(
        triple_of(tally),
        marketplace=marketplace,
        treatment=tally.treatment,
        day=tally.posted_on,
    ):
        case None:
            return Unmapped(tally, *_gap(tally, rules, marketplace))
        case Ambiguous() as several:
            return Unmapped(tally, str(several), several.rules[0].category)
        case rule if rule.asks:
            return Unmapped(tally, _question(rule))
        case rule if _vat_is_open(tally, rule):
            return Unmapped(tally, "Nobody knows the VAT of these order items.", rule.category)
        case rule:
            return Classified(
                tally,
                rule,
                rule.category,
                rule.description,
                rule.account,
                _tax_type(tally, rule),
                rule.tracking,
            )


def shared_accounts(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Tell where several kinds of fee share one account, in the order of the accounts."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for each in outcomes:
        if isinstance(each, Classified) and each.category.startswith(FEE_BUCKETS):
            kinds[each.account].add(each.category.partition(" ")[2])
    return tuple(
        f"Account {account} holds {len(names)} kinds of fee: {', '.join(sorted(names))}."
        for account, names in sorted(kinds.items())
        if account and len(names) > 1
    )


def _vat_is_open(tally: Tally, rule: Rule) -> bool:
    """A sale of unknown VAT waits for the accountant, unless it comes to 0.00."""
    return tally.treatment == Treatment.UNKNOWN and not rule.tax_type and tally.minor != 0


def _tax_type(tally: Tally, rule: Rule) -> str:
    """Return the rule's tax type, but none at all where there is nothing to tax.

    Source: accounting facts 3.1: not VAT registered on the day is NONE everywhere, fees gross.
    """
    if tally.treatment == Treatment.NOT_REGISTERED:
        return NO_TAX
    return rule.tax_type or (NO_TAX if tally.minor == 0 else "")


def _question(rule: Rule) -> str:
    only_told = rule.category.upper().startswith(UNMAPPED)
    why = rule.description if only_told else f"{rule.category} is not decided."
    return f"{why} Give {rule.place} a category, an account and a tax type."


def _gap(tally: Tally, rules: RuleBook, marketplace: str) -> tuple[str, str]:
    """Return why no rule speaks for a tally, and the category of the nearest known triple."""
    if rules.speaks_for(tally, marketplace):
        reason = f"Rules for it exist, but none for {tally.treatment} on {tally.posted_on}."
    else:
        reason = f"No rule names it for {marketplace}."
    return f"{reason} Add a row to Mapping.", nearest(rules, *folded(triple_of(tally))[1:])


@lru_cache(maxsize=256)
def nearest(rules: RuleBook, amount_type: str, description: str) -> str:
    """Return the category of the nearest known triple, "" when nothing is near; a suggestion only.

    Nearest is: the same amount type and description, then the same description where it means one
    thing everywhere, then the most alike in letters. Both names are folded.
    """
    pairs: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    for rule in rules.rules:
        _, known_type, known = folded(rule.triple)
        if known and not rule.asks:
            pairs.setdefault(f"{known_type}|{known}", rule.category)
            if known not in NEEDS_CONTEXT:
                descriptions.setdefault(known, rule.category)
    wanted = f"{amount_type}|{description}"
    alike = get_close_matches(wanted, pairs, n=1, cutoff=ALIKE)
    return pairs.get(wanted) or descriptions.get(description) or (pairs[alike[0]] if alike else "")
