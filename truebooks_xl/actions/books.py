"""Workbooks: make one, set a setting, check it.

Protects: a new workbook appears whole or not at all, with rules an accountant can read; nothing
it holds is decided silently.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory

from truebooks_xl import __version__, environment
from truebooks_xl import data as shipped
from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.defaults import marketplace_rules, rule_row, settings_rows
from truebooks_xl.actions.gather import open_book, workspace
from truebooks_xl.actions.log import log_row
from truebooks_xl.actions.xero import SANDBOX, chart_edits, list_edits, practice_xero
from truebooks_xl.core.marketplaces import Marketplace, marketplace
from truebooks_xl.core.preflight import rule_problems
from truebooks_xl.core.settings import check_value, setting
from truebooks_xl.core.tax import Account
from truebooks_xl.errors import DataError, Problem
from truebooks_xl.workbook.book import (
    Edit,
    ReplaceRows,
    SetNames,
)
from truebooks_xl.workbook.schema import MAPPING, SETTINGS, SHEETS

XERO_EDITIONS = frozenset({"AU", "GB", "NZ", "SG", "US", "ZA"})
"""Countries whose own edition Xero documents with tax types of its own; others take GB."""


class AlreadyThere(DataError):
    """A new workbook was to go where a file is."""

    def __init__(self, path: str) -> None:
        super().__init__(
            where=path,
            what="There is a file of this name already.",
            remedy="Choose another name, or move that file away.",
        )


class NoTemplate(DataError):
    """The installation lacks the workbook that new ones are made from."""

    def __init__(self, path: str) -> None:
        super().__init__(
            where=path,
            what="It cannot be made: TrueBooks.xlsx is missing from this installation.",
            remedy="Run “make workbook” in a source tree, or install TrueBooks XL again.",
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
    _refuse_unfit(path)
    progress("Building the workbook")
    edits, accounts = _organisation_edits(home, sandbox=sandbox, progress=progress)
    rules = marketplace_rules(home, store, accounts)
    rows = settings_rows(home, store, sandbox=sandbox)
    edits += [
        SetNames(
            {
                "TB_Connection": SANDBOX if sandbox else "",
                "TB_Marketplace": store.code,
                "TB_Version": __version__,
                "TB_BookId": uuid.uuid4().hex,
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


def _refuse_unfit(path: Path) -> None:
    """Find out before anything is built or asked of Xero whether a workbook can go there."""
    from truebooks_xl.workbook.closed.template import check_name  # noqa: PLC0415

    check_name(path)
    environment.folder_of_user(path.parent, str(path))
    if os.path.lexists(path):
        raise AlreadyThere(str(path))
    if not _template().is_file():
        raise NoTemplate(str(path))


def _template() -> Traversable:
    return files("truebooks_xl.data") / "TrueBooks.xlsx"


def _make(path: Path, edits: Sequence[Edit]) -> None:
    """Fill a copy beside its place, then move it there: never a half-made workbook."""
    from truebooks_xl.workbook.closed.template import copy_template  # noqa: PLC0415

    # In a folder of its own the draft has the workbook's name: every message may show it.
    with TemporaryDirectory(prefix=".truebooks-", dir=path.parent) as beside:
        draft = Path(beside) / path.name
        with as_file(_template()) as template:
            copy_template(template, draft)
        open_book(draft).write(edits)
        draft.replace(path)


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


def check_book(path: Path) -> Answer:
    """List every problem of the workbook with its cell; exit status 1 when there is one."""
    found = workspace(path)
    for sheet in SHEETS:
        if sheet.table:
            found.book.rows(sheet)  # a missing sheet, table or column is refused with its name
    wrong = rule_problems(found.rules.rules, found.accounts, found.rates)
    problems = [_problem(each) for each in (*found.problems, *wrong)]
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
