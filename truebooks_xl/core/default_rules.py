"""Default rules: three small tables become the rows of a new Mapping sheet.

Protects: rules are data an accountant can read; this module only multiplies them out. What the
sources leave open stays open: a row without a tax type asks, it never guesses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from truebooks_xl.core.mapping import Rule
from truebooks_xl.core.marketplaces import Marketplace

ANY: Final = "*"
"""In the table of rule sets: whatever it is."""

HOME: Final = "home"
"""Goods leave from the organisation's own country."""


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of settlement line.

    Attributes:
        key: what the table of triples calls it.
        bucket: ``AMZ3``; AMZ0 is what only the accountant can map.
        label: what Mapping shows after the bucket.
        line_text: description of the document line; of an AMZ0 kind, why nobody else can tell.
        role: the account's role: ``seller_fees``; "" has no account.
        kind: how it is taxed: ``sale``, ``fee``, ``fee_fba``, ``outside``…
    """

    key: str
    bucket: str
    label: str
    line_text: str
    role: str
    kind: str

    @property
    def name(self) -> str:
        """``AMZ3 Referral fee``."""
        return f"{self.bucket} {self.label}"


@dataclass(frozen=True, slots=True)
class Named:
    """A triple (or pattern) and its category.

    Attributes:
        part: "" for the line itself; ``tax`` for the tax row of a sale; ``tax elsewhere`` where
            the sale's own pattern holds its tax row too, unless the tax is not the seller's own.
    """

    triple: tuple[str, str, str]
    category: str
    part: str


@dataclass(frozen=True, slots=True)
class Taxed:
    """How one kind is taxed under one treatment over one period.

    Attributes:
        rule_sets: for which sets it speaks.
        kinds: for which kinds, followed by the part: ``sale``, ``sale tax``.
        treatment: "" is any.
        tax_type: "" asks the accountant.
        suffix: what the line text adds: ``export``.
        category: where it goes instead of the triple's own category; "" stays.
    """

    rule_sets: frozenset[str]
    kinds: frozenset[str]
    treatment: str
    valid_from: date | None
    valid_to: date | None
    tax_type: str
    suffix: str
    category: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Which sales and fees rules a seller has; the first row that fits decides.

    Attributes:
        organisation: country of the Xero organisation, or ``*``.
        marketplaces, established_in: codes and countries, or ``*``.
        goods_leave_from: ``home``, or ``*``.
        sales, fees: names used by ``Taxed.rule_sets``.
    """

    organisation: str
    marketplaces: frozenset[str]
    established_in: frozenset[str]
    goods_leave_from: str
    sales: str
    fees: str

    def fits(self, country: str, marketplace: str, established_in: str, *, home: bool) -> bool:
        """Say whether it speaks for such a seller."""
        return (
            self.organisation in {ANY, country}
            and not self.marketplaces.isdisjoint({ANY, marketplace})
            and not self.established_in.isdisjoint({ANY, established_in})
            and (self.goods_leave_from != HOME or home)
        )


@dataclass(frozen=True, slots=True)
class Tables:
    """The bundled tables, in file order."""

    categories: Mapping[str, Category]
    named: tuple[Named, ...]
    taxed: tuple[Taxed, ...]
    rule_sets: tuple[RuleSet, ...]


def choose(
    tables: Tables,
    organisation_country: str,
    marketplace: Marketplace,
    established_in: str,
    goods_leave_from: str,
) -> RuleSet:
    """Choose the rule set of a seller.

    Args:
        established_in: country code; "" is the organisation's own country.
        goods_leave_from: country code, ``home``, ``abroad`` or ``mixed``; "" is the marketplace's
            country.

    Source: accounting facts 3.1 and 3.3.
    """
    home = (goods_leave_from or marketplace.country) in {HOME, organisation_country}
    seller = established_in or organisation_country
    return next(
        each
        for each in tables.rule_sets
        if each.fits(organisation_country, marketplace.code, seller, home=home)
    )


def default_rules(  # noqa: PLR0917 who sells where, in the order one says it
    tables: Tables,
    organisation_country: str,
    marketplace: Marketplace,
    established_in: str,
    goods_leave_from: str,
    accounts: Mapping[str, str],
) -> tuple[Rule, ...]:
    """Return the rules a new workbook starts with, for one marketplace.

    Args:
        established_in, goods_leave_from: as in ``choose``.
        accounts: role to the code of an account that exists; a role it lacks gives account "",
            which blocks Post until the accountant chooses.

    Returns:
        Rules in the order of the triples, each with its treatments and periods side by side.
    """
    chosen = choose(tables, organisation_country, marketplace, established_in, goods_leave_from)
    return tuple(
        _rule(named, taxed, tables, marketplace.code, accounts)
        for named in tables.named
        for taxed in _taxed(tables.taxed, chosen, _kind(named, tables))
    )


def _kind(named: Named, tables: Tables) -> str:
    return f"{tables.categories[named.category].kind} {named.part}".strip()


def _taxed(rows: Iterable[Taxed], chosen: RuleSet, kind: str) -> Iterable[Taxed]:
    return (
        each
        for each in rows
        if kind in each.kinds and not each.rule_sets.isdisjoint({chosen.sales, chosen.fees})
    )


def _rule(
    named: Named, taxed: Taxed, tables: Tables, marketplace: str, accounts: Mapping[str, str]
) -> Rule:
    # Own VAT stays with the line it taxes; a facilitator's or foreign tax has a place of its own.
    category = tables.categories[taxed.category or named.category]
    text = category.line_text
    return Rule(
        *named.triple,
        marketplace=marketplace,
        treatment=taxed.treatment,
        valid_from=taxed.valid_from,
        valid_to=taxed.valid_to,
        category=category.name,
        description=f"{text} – {taxed.suffix}" if taxed.suffix else text,
        account=accounts.get(category.role, ""),
        tax_type=taxed.tax_type,
    )
