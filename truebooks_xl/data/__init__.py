"""The tables that ship with the product: charts, tax rates and default rules, as CSV.

Protects: what differs between countries is a row an accountant can read and correct, never an
``if``. A country without a folder of its own gets the neutral organisation.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final

from truebooks_xl.core.default_rules import Category, Named, RuleSet, Tables, Taxed
from truebooks_xl.core.tax import Account, TaxRate

NEUTRAL: Final = "neutral"
"""The folder of an organisation in a country of which no default chart is known."""


@dataclass(frozen=True, slots=True)
class DefaultAccount:
    """An account a new organisation has.

    Attributes:
        role: what our rules call it: ``sales``, ``fba_fees``…; "" for one they do not use.
        proposed: True for an account of ours, False for one of Xero's default chart.
    """

    role: str
    account: Account
    proposed: bool


@dataclass(frozen=True, slots=True)
class VatRate:
    """The country's own VAT of one group over a period, both days inclusive; None is open.

    Attributes:
        group: ``Standard`` or ``Reduced``, as in Tax Groups.
    """

    group: str
    rate_percent: Decimal
    valid_from: date | None
    valid_to: date | None


def organisation_countries() -> tuple[str, ...]:
    """Return the countries whose usual chart and tax rates ship, in alphabetical order."""
    folders = (files(__name__) / "organisations").iterdir()
    return tuple(sorted(each.name for each in folders if each.name != NEUTRAL))


@cache
def accounts(country: str) -> tuple[DefaultAccount, ...]:
    """Return the chart of a new organisation of the country, in the order of the codes.

    Source: accounting facts 3.5; the usual default charts of Xero's editions (likely).
    """
    return tuple(
        DefaultAccount(
            row["role"],
            Account(
                row["code"], row["name"], row["type"], row["class"], row["system"], row["tax_type"]
            ),
            row["proposed"] == "yes",
        )
        for row in _organisation(country, "accounts")
    )


def account_roles(country: str) -> dict[str, str]:
    """Return role to account code of the country's default chart, proposals included."""
    return {each.role: each.account.code for each in accounts(country) if each.role}


@cache
def tax_rates(country: str) -> tuple[TaxRate, ...]:
    """Return the tax rates of a new organisation of the country; ``NONE`` is always one of them.

    Source: accounting facts 3.4 (GB); other countries likely.
    """
    return tuple(
        TaxRate(
            row["tax_type"],
            row["name"],
            Decimal(row["rate_percent"]),
            frozenset(row["classes"].split()),
        )
        for row in _organisation(country, "tax_rates")
    )


@cache
def vat_rates(country: str) -> tuple[VatRate, ...]:
    """Return the country's own VAT rates with their history; none where it has no single VAT."""
    return tuple(
        VatRate(
            row["group"],
            Decimal(row["rate_percent"]),
            _day(row["valid_from"]),
            _day(row["valid_to"]),
        )
        for row in _organisation(country, "vat_rates")
    )


def table(*path: str) -> Iterator[Mapping[str, str]]:
    """Read one bundled CSV, row by row; a missing one is our bug."""
    text = files(__name__).joinpath(*path).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _organisation(country: str, name: str) -> Iterator[Mapping[str, str]]:
    folder = country if country in organisation_countries() else NEUTRAL
    return table("organisations", folder, f"{name}.csv")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def rule_tables() -> Tables:
    """Return the tables the default rules are made of."""
    return Tables(
        {row["key"]: Category(**row) for row in table("rules", "categories.csv")},
        tuple(_named(row) for row in table("rules", "triples.csv")),
        tuple(_taxed(row) for row in table("rules", "tax_types.csv")),
        tuple(_rule_set(row) for row in table("rules", "sets.csv")),
    )


def _named(row: Mapping[str, str]) -> Named:
    triple = (row["transaction_type"], row["amount_type"], row["amount_description"])
    return Named(triple, row["category"], row["part"])


def _taxed(row: Mapping[str, str]) -> Taxed:
    return Taxed(
        frozenset(row["rule_sets"].split()),
        frozenset(row["kinds"].split(", ")),
        row["treatment"],
        _day(row["valid_from"]),
        _day(row["valid_to"]),
        row["tax_type"],
        row["suffix"],
        row["category"],
    )


def _rule_set(row: Mapping[str, str]) -> RuleSet:
    return RuleSet(
        row["organisation"],
        frozenset(row["marketplaces"].split()),
        frozenset(row["established_in"].split()),
        row["goods_leave_from"],
        row["sales"],
        row["fees"],
    )
