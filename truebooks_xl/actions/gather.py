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
from truebooks_xl.core.marketplaces import (
    Marketplace,
    UnknownMarketplace,
    by_name,
    marketplace,
)
from truebooks_xl.core.rows import CellReader
from truebooks_xl.core.settings import Entry, Settings, read_settings
from truebooks_xl.core.tax import Account, TaxRate
from truebooks_xl.core.treatment import Group, TaxGroup
from truebooks_xl.errors import DataError, DataProblems, Problem
from truebooks_xl.workbook.book import Book, Row
from truebooks_xl.workbook.fields import plain, text
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
    wanted = settlement_id.strip()
    for row in book.rows(SETTLEMENTS):
        if wanted and text(row, "settlement_id") == wanted:
            return row
    raise UnknownSettlement(settlement_id)


def _collect(
    rows: Sequence[Row], read: Callable[[Row, CellReader], T]
) -> tuple[list[T], tuple[Problem, ...]]:
    """Read each row; the cells that cannot be read are problems, and the other rows go on."""
    good: list[T] = []
    problems: list[Problem] = []
    for row in rows:
        cells = CellReader(row)
        value = read(row, cells)
        problems += cells.problems
        if not cells.problems:
            good.append(value)
    return good, tuple(problems)


def _entry(row: Row, cells: CellReader) -> Entry:
    return Entry(
        cells.required("setting", "Setting"),
        cells.text("marketplace"),
        cells.text("value"),
        cells.day("valid_from"),
        cells.day("valid_to"),
        row.where("value"),
    )


def _account(_row: Row, cells: CellReader) -> Account:
    return Account(
        cells.required("code", "Code"),
        cells.text("name"),
        cells.text("type"),
        cells.text("account_class"),
        cells.text("system"),
        cells.text("tax_type"),
        cells.text("status") in {"ACTIVE", ""},
    )


def _rate(_row: Row, cells: CellReader) -> TaxRate:
    rate = cells.amount("rate")
    if rate is None and not cells.problems:
        cells.problem("rate", "Rate % is empty.", "Refresh the lists from Xero.")
    return TaxRate(
        cells.required("tax_type", "Tax type"),
        cells.text("name"),
        rate or Decimal(0),
        frozenset(cells.text("classes").replace(",", " ").split()),
        cells.text("status") in {"ACTIVE", ""},
    )


def _store(cells: CellReader) -> str:
    """Read a marketplace: its code, or the name Amazon gives it; blank is any."""
    written = cells.text("marketplace")
    try:
        return (by_name(written) or marketplace(written)).code if written else ""
    except UnknownMarketplace as wrong:
        cells.problem("marketplace", wrong.what, wrong.remedy)
        return ""


def _group(_row: Row, cells: CellReader) -> TaxGroup:
    written = cells.required("group", "Group")
    group = next((each for each in GROUPS if each.casefold() == written.casefold()), None)
    if written and group is None:
        remedy = f"Choose one of: {', '.join(GROUPS)}."
        cells.problem("group", f"“{written}” is not a VAT group.", remedy)
    return TaxGroup(
        _store(cells),
        cells.required("sku", "SKU"),
        cast(Group, group),
        cells.day("valid_from"),
        cells.day("valid_to"),
    )
