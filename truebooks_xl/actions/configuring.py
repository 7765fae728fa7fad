"""Settings from the command line: one row is changed, or one is added.

Protects: a value is checked before it is written, and a dated value leaves the days before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from truebooks_xl.actions.answer import Answer, silent
from truebooks_xl.actions.defaults import OF_A_STORE
from truebooks_xl.actions.gather import open_book, read_identity
from truebooks_xl.actions.log import log_row
from truebooks_xl.actions.posting.unfinished import ready_to_write
from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.core.rows import CellReader
from truebooks_xl.core.settings import NotPerMarketplace, check_value, setting
from truebooks_xl.errors import Misuse
from truebooks_xl.workbook.book import AppendRows, Edit, Row, UpdateRows, Writable
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTINGS

RULES_STAY: Final = (
    "Mapping keeps its rows; look through those for fees,"
    " which were proposed for the seller as it was."
)
"""Said after a change of what the default rules were chosen by."""


class NotADay(Misuse):
    """A day was not written as one."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            where="--from",
            what=f"“{shown}” is not a day.",
            remedy="Write it as 2026-03-15.",
        )


def set_setting(
    path: Path, key: str, value: str, marketplace_code: str = "", effective_from: str = ""
) -> Answer:
    """Set one setting: the row for its marketplace and day is changed, or one is added."""
    declared = setting(key)
    store = marketplace(marketplace_code).code if marketplace_code else ""
    if store and not declared.per_marketplace:
        raise NotPerMarketplace("--marketplace", declared.name, store)
    since = _day(effective_from)
    ready_to_write(path, silent)
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
            "notice": RULES_STAY if declared.name in OF_A_STORE else "",
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
