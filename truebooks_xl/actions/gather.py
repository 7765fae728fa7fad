"""Gather: the workbook read into plain values, with every problem collected and addressed.

Protects: the core never sees a cell; a sheet with problems is read to its end before it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar, cast

from truebooks_xl.core.mapping import RuleBook, read_rules
from truebooks_xl.core.marketplaces import Marketplace, marketplace
from truebooks_xl.core.settings import Entry, Settings, read_settings
from truebooks_xl.core.tax import Account, TaxRate
from truebooks_xl.core.tax_groups import Group, TaxGroup
from truebooks_xl.errors import DataError, DataProblems, Problem
from truebooks_xl.workbook.book import Book, Row
from truebooks_xl.workbook.fields import amount, day, plain, text
from truebooks_xl.workbook.schema import (
    ACCOUNTS,
    GROUPS,
    MAPPING,
    SETTINGS,
    SETTLEMENTS,
    TAX_GROUPS,
    TAX_RATES,
)

NAMES = (
    "TB_Organisation",
    "TB_OrganisationId",
    "TB_Country",
    "TB_BaseCurrency",
    "TB_Connection",
    "TB_Marketplace",
)

T = TypeVar("T")


class NotOurs(DataError):
    """The workbook is not one of ours, or has lost what names it."""

    def __init__(self, path: str, name: str) -> None:
        super().__init__(
            where=path,
            what=f"The cell {name} on Home is empty or missing.",
            remedy="Use a workbook made by “truebooks new”, or restore the cell.",
        )


class UnknownSettlement(DataError):
    """The Settlements sheet has no such row."""

    def __init__(self, settlement_id: str) -> None:
        super().__init__(
            where="Settlements",
            what=f"Settlement {settlement_id} is not in the workbook.",
            remedy="Import its file first, or look up its id with “settlements list”.",
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """Which organisation and marketplace a workbook is for, from its Home sheet."""

    organisation: str
    organisation_id: str
    country: str
    base_currency: str
    connection: str
    marketplace: Marketplace


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a workbook says, checked."""

    book: Book
    identity: Identity
    settings: Settings
    rules: RuleBook
    accounts: Mapping[str, Account]
    rates: Mapping[str, TaxRate]
    tax_groups: tuple[TaxGroup, ...]
    problems: tuple[Problem, ...]

    def sound(self) -> Workspace:
        """Return itself.

        Raises:
            DataProblems: all that is wrong, at once.
        """
        if self.problems:
            raise DataProblems(self.problems)
        return self


def open_book(path: Path) -> Book:
    """Open a closed workbook; nothing is read before it is asked for."""
    from truebooks_xl.workbook.closed.book import ClosedBook  # noqa: PLC0415

    return ClosedBook(path)


def workspace(path: Path) -> Workspace:
    """Read everything a proposal needs but the settlement itself."""
    book = open_book(path)
    identity = read_identity(book)
    entries, entry_problems = _collect(book.rows(SETTINGS), _entry)
    settings, setting_problems = read_settings(entries)
    rules, rule_problems = read_rules(book.rows(MAPPING))
    accounts, account_problems = _collect(book.rows(ACCOUNTS), _account)
    rates, rate_problems = _collect(book.rows(TAX_RATES), _rate)
    groups, group_problems = _collect(book.rows(TAX_GROUPS), _group)
    return Workspace(
        book,
        identity,
        settings,
        RuleBook(rules),
        {each.code: each for each in accounts},
        {each.tax_type: each for each in rates},
        tuple(groups),
        (
            *entry_problems,
            *setting_problems,
            *rule_problems,
            *account_problems,
            *rate_problems,
            *group_problems,
        ),
    )


def read_identity(book: Book) -> Identity:
    """Read the named cells of Home.

    Raises:
        NotOurs: one of them is missing.
    """
    names = book.names(NAMES)
    for name in ("TB_Country", "TB_Marketplace"):
        if not plain(names.get(name)):
            raise NotOurs(str(book.path), name)
    return Identity(
        plain(names.get("TB_Organisation")),
        plain(names.get("TB_OrganisationId")),
        plain(names.get("TB_Country")),
        plain(names.get("TB_BaseCurrency")),
        plain(names.get("TB_Connection")),
        marketplace(plain(names.get("TB_Marketplace"))),
    )


def settlement_row(book: Book, settlement_id: str) -> Row:
    """Find a settlement's row.

    Raises:
        UnknownSettlement: there is none.
    """
    for row in book.rows(SETTLEMENTS):
        if text(row, "settlement_id") == settlement_id.strip():
            return row
    raise UnknownSettlement(settlement_id)


def _collect(rows: Sequence[Row], read: Callable[[Row], T]) -> tuple[list[T], tuple[Problem, ...]]:
    """Read each row; those that cannot be read become problems and the rest go on."""
    good: list[T] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            good.append(read(row))
        except DataError as wrong:
            problems.extend(wrong.problems)
    return good, tuple(problems)


def _entry(row: Row) -> Entry:
    return Entry(
        text(row, "setting"),
        text(row, "marketplace"),
        text(row, "value"),
        day(row, "valid_from"),
        day(row, "valid_to"),
        row.where("value"),
    )


def _account(row: Row) -> Account:
    return Account(
        text(row, "code"),
        text(row, "name"),
        text(row, "type"),
        text(row, "account_class"),
        text(row, "system"),
        text(row, "tax_type"),
        text(row, "status") in {"ACTIVE", ""},
    )


def _rate(row: Row) -> TaxRate:
    rate = amount(row, "rate")
    return TaxRate(
        text(row, "tax_type"),
        text(row, "name"),
        Decimal(0) if rate is None else rate,
        frozenset(text(row, "classes").replace(",", " ").split()),
        text(row, "status") in {"ACTIVE", ""},
    )


def _group(row: Row) -> TaxGroup:
    group = next(
        (each for each in GROUPS if each.casefold() == text(row, "group").casefold()), None
    )
    if group is None:
        raise NotAGroup(row.where("group"), text(row, "group"))
    return TaxGroup(
        text(row, "marketplace").upper(),
        text(row, "sku"),
        cast(Group, group),
        day(row, "valid_from"),
        day(row, "valid_to"),
    )


class NotAGroup(DataError):
    """A SKU was given a VAT group that does not exist."""

    def __init__(self, where: str, shown: str) -> None:
        super().__init__(
            where=where,
            what=f"“{shown}” is not a VAT group.",
            remedy=f"Choose one of: {', '.join(GROUPS)}.",
        )
