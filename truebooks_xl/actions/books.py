"""Workbooks: make one, set a setting, check it.

Protects: a new workbook appears whole or not at all, with rules an accountant can read; nothing
it holds is decided silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from truebooks_xl import __version__
from truebooks_xl import data as shipped
from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.gather import open_book, read_identity, workspace
from truebooks_xl.actions.log import log_row
from truebooks_xl.actions.xero import SANDBOX, chart_edits, list_edits, practice_xero
from truebooks_xl.core.default_rules import default_rules
from truebooks_xl.core.mapping import Rule
from truebooks_xl.core.marketplaces import Marketplace, marketplace
from truebooks_xl.core.rows import CellReader
from truebooks_xl.core.settings import SETTINGS as DECLARED
from truebooks_xl.core.settings import VAT_PERIODS, check_value, setting
from truebooks_xl.core.tax import Account
from truebooks_xl.errors import DataError, Misuse, Problem
from truebooks_xl.workbook.book import (
    AppendRows,
    Edit,
    ReplaceRows,
    Row,
    SetNames,
    UpdateRows,
    Writable,
)
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import MAPPING, SETTINGS, SHEETS

XERO_EDITIONS = frozenset({"AU", "GB", "NZ", "SG", "US", "ZA"})
"""Countries whose own edition Xero documents with tax types of its own; others take GB."""

OF_A_STORE = ("Seller established in", "Goods leave from")
"""Settings of which each marketplace has a row of its own."""


class NotADay(Misuse):
    """A day was not written as one."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            where="--from",
            what=f"“{shown}” is not a day.",
            remedy="Write it as 2026-03-15.",
        )


class AlreadyThere(DataError):
    """A new workbook was to go where a file is."""

    def __init__(self, path: str) -> None:
        super().__init__(
            where=path,
            what="There is a file of this name already.",
            remedy="Choose another name, or move that file away.",
        )


def new_book(
    path: Path,
    marketplace_code: str,
    country: str = "",
    *,
    sandbox: bool = False,
    progress: Progress = silent,
) -> Answer:
    """Make a workbook for an organisation, with the default rules of one marketplace.

    Args:
        country: of the Xero organisation; "" is the marketplace's own where Xero has an edition
            for it, else GB.
        sandbox: connect it to the practice Xero of that country and read its lists.
    """
    store = marketplace(marketplace_code)
    home = _country(country) if country else _default_country(store)
    if path.exists():
        raise AlreadyThere(str(path))
    progress("Building the workbook")
    edits, accounts = _organisation_edits(home, sandbox=sandbox, progress=progress)
    rules = marketplace_rules(home, store, accounts)
    rows = _settings_rows(home, store)
    edits += [
        SetNames(
            {
                "TB_Connection": SANDBOX if sandbox else "",
                "TB_Marketplace": store.code,
                "TB_Version": __version__,
            }
        ),
        ReplaceRows(SETTINGS, rows, len(rows)),
        ReplaceRows(MAPPING, [rule_row(each) for each in rules], len(rules)),
        log_row("New", "", "Done", f"Workbook for {store.name}, organisation in {home}."),
    ]
    _make(path, edits)
    return Answer(
        {
            "workbook": str(path),
            "marketplace": store.code,
            "country": home,
            "connection": SANDBOX if sandbox else "",
            "mapping_rules": len(rules),
        }
    )


def _make(path: Path, edits: Sequence[Edit]) -> None:
    """Fill a copy beside its place, then move it there: never a half-made workbook."""
    from truebooks_xl.workbook.closed.template import copy_template  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.stem}.new{path.suffix}")
    draft.unlink(missing_ok=True)
    try:
        with as_file(files("truebooks_xl.data") / "TrueBooks.xlsx") as template:
            copy_template(template, draft)
        open_book(draft).write(edits)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _country(written: str) -> str:
    return check_value("--country", setting("Seller established in"), written)


def _default_country(store: Marketplace) -> str:
    return store.country if store.country in XERO_EDITIONS else "GB"


def _organisation_edits(
    country: str, *, sandbox: bool, progress: Progress
) -> tuple[list[Edit], dict[str, Account]]:
    """Return the edits that name the organisation, and its chart by code."""
    if sandbox:
        progress("Reading accounts and tax rates from the practice Xero")
        with practice_xero(country) as xero:
            accounts = list(xero.accounts())
            edits = list_edits(xero.organisation(), accounts, xero.tax_rates())
    else:
        # Not connected: our proposal for the country stands in until Xero's own lists are read.
        accounts = [each.account for each in shipped.accounts(country)]
        edits = [
            SetNames({"TB_Country": country}),
            *chart_edits(accounts, shipped.tax_rates(country)),
        ]
    return edits, {each.code: each for each in accounts}


def marketplace_rules(
    country: str,
    store: Marketplace,
    accounts: dict[str, Account],
    established_in: str = "",
    goods_leave_from: str = "",
) -> tuple[Rule, ...]:
    """Return the default rules of a marketplace, with the accounts the organisation really has.

    A proposed account the organisation lacks (by code, type and status) is left empty: category
    known, account missing.
    """
    roles = {
        each.role: each.account.code
        for each in shipped.accounts(country)
        if each.role
        and (found := accounts.get(each.account.code)) is not None
        and found.active
        and found.type == each.account.type
    }
    return default_rules(
        shipped.rule_tables(), country, store, established_in, goods_leave_from, roles
    )


def rule_row(rule: Rule) -> dict[str, Writable]:
    """Return a rule as a row of Mapping."""
    tracking = [f"{category}: {option}" for category, option in rule.tracking] + ["", ""]
    return {
        "transaction_type": rule.transaction_type,
        "amount_type": rule.amount_type,
        "amount_description": rule.amount_description,
        "marketplace": rule.marketplace,
        "treatment": rule.treatment,
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "category": rule.category,
        "line_text": rule.description,
        "account": rule.account,
        "tax_type": rule.tax_type,
        "tracking_1": tracking[0],
        "tracking_2": tracking[1],
        "origin": f"Default {rule.marketplace}",
    }


def _settings_rows(country: str, store: Marketplace) -> list[dict[str, Writable]]:
    """Return one row for each setting, with the value in force made visible."""
    # The commonest stagger, shown on Settings; it only matters where periods are crossed.
    periods = VAT_PERIODS[1] if country in {"GB", "AU", "NZ"} else "none"
    given = {"VAT periods": periods}
    shared: list[dict[str, Writable]] = [
        {"setting": each.name, "value": given.get(each.name, each.default), "note": each.note}
        for each in DECLARED
        if each.name not in OF_A_STORE
    ]
    return [*store_settings(country, store), *shared]


def store_settings(country: str, store: Marketplace) -> list[dict[str, Writable]]:
    """Return the rows every marketplace has of its own: establishment, and where stock stands."""
    values = dict(zip(OF_A_STORE, (country, store.country), strict=True))
    return [
        {
            "setting": name,
            "marketplace": store.code,
            "value": value,
            "note": setting(name).note,
        }
        for name, value in values.items()
    ]


def set_setting(
    path: Path, key: str, value: str, marketplace_code: str = "", effective_from: str = ""
) -> Answer:
    """Set one setting: the row for its marketplace and day is changed, or one is added."""
    declared = setting(key)
    store = marketplace(marketplace_code).code if marketplace_code else ""
    since = _day(effective_from)
    book = open_book(path)
    identity = read_identity(book)
    if declared.per_marketplace and not store:
        store = _only_marketplace(book.rows(SETTINGS), declared.name, identity.marketplace.code)
    checked = check_value("Settings", declared, value)
    row = _same_row(book.rows(SETTINGS), declared.name, store, since)
    cells: dict[str, Writable] = {
        "setting": declared.name,
        "marketplace": store,
        "value": checked,
        "valid_from": since,
        "note": declared.note,
    }
    edit: Edit = (
        UpdateRows(SETTINGS, {row.number: {"value": checked}})
        if row
        else AppendRows(SETTINGS, [cells])
    )
    book.write([edit, log_row("Setting", "", "Done", f"{declared.name} {store} = {checked}.")])
    return Answer(
        {
            "setting": declared.name,
            "marketplace": store,
            "value": checked,
            "effective_from": effective_from,
        }
    )


def _only_marketplace(rows: Sequence[Row], name: str, active: str) -> str:
    """Speak to the active marketplace's own row where there is one, else to all."""
    own = {text(row, "marketplace") for row in rows if text(row, "setting") == name}
    return active if active in own else ""


def _same_row(rows: Sequence[Row], name: str, store: str, since: date | None) -> Row | None:
    for row in rows:
        same = text(row, "setting") == name and text(row, "marketplace") == store
        if same and CellReader(row).day("valid_from") == since:
            return row
    return None


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotADay(written) from None


def check_book(path: Path) -> Answer:
    """List every problem of the workbook with its cell; exit status 1 when there is one."""
    found = workspace(path)
    for sheet in SHEETS:
        if sheet.table:
            found.book.rows(sheet)  # a missing sheet, table or column is refused with its name
    problems = [_problem(each) for each in found.problems]
    return Answer(
        {
            "workbook": str(path),
            "organisation": found.identity.organisation,
            "marketplace": found.identity.marketplace.code,
            "mapping_rules": len(found.rules.rules),
            "accounts": len(found.accounts),
            "tax_rates": len(found.rates),
            "problems": problems,
        },
        1 if problems else 0,
    )


def _problem(problem: Problem) -> dict[str, str]:
    return {"where": problem.where, "what": problem.what, "remedy": problem.remedy}
