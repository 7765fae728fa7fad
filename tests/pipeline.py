"""From a report to its proposal as a new workbook would decide it, without any workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import get_args

from ledger import Ledger

from truebooks_xl import data as shipped
from truebooks_xl.actions.defaults import marketplace_rules
from truebooks_xl.actions.gather import Identity, Workspace
from truebooks_xl.actions.previewing.proposals import vat_context
from truebooks_xl.amazon.flat_file import read_settlement_bytes
from truebooks_xl.core.basis import Basis
from truebooks_xl.core.canonical import digest
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.mapping import RuleBook
from truebooks_xl.core.marketplaces import Marketplace, marketplace
from truebooks_xl.core.proposing import propose
from truebooks_xl.core.settings import Entry, read_settings
from truebooks_xl.core.treatment import Group, TaxGroup
from truebooks_xl.core.vat.reading import read_vat
from truebooks_xl.workbook.book import Book, Cell, Edit, Row
from truebooks_xl.workbook.schema import Sheet


class NoBook:
    """Stands where a workbook would; nothing may be asked of it."""

    path = Path("none.xlsx")

    def rows(self, sheet: Sheet) -> Sequence[Row]:
        raise AssertionError(sheet.name)

    def names(self, names: Sequence[str]) -> dict[str, Cell]:
        raise AssertionError(names)

    def ensure_closed(self) -> None:
        raise AssertionError(self.path)

    def write(self, edits: Sequence[Edit]) -> None:
        raise AssertionError(edits)


def new_workspace(
    country: str, store: Marketplace, entries: Sequence[Entry], groups: Sequence[TaxGroup] = ()
) -> Workspace:
    """Return what a new workbook says: the default chart, rates and rules."""
    settings, problems = read_settings(entries)
    accounts = {each.account.code: each.account for each in shipped.accounts(country)}
    book: Book = NoBook()
    return Workspace(
        book,
        Identity("Demo Ltd", "demo", country, "GBP", "sandbox", store),
        settings,
        RuleBook(marketplace_rules(country, store, accounts)),
        accounts,
        {each.tax_type: each for each in shipped.tax_rates(country)},
        tuple(groups),
        problems,
    )


def proposal_of(report: bytes, space: Workspace) -> Proposal:
    """Decide a report's document."""
    settlement = read_settlement_bytes(report, "report.txt")
    store = space.identity.marketplace
    reading = read_vat(settlement, vat_context(space.sound(), store))
    basis = Basis(
        settlement,
        store,
        settlement.total,
        reading,
        space.rules,
        space.accounts,
        space.rates,
        space.settings,
        groups_digest=digest([]),
        originals_digest=digest([]),
        base_currency=space.identity.base_currency,
    )
    return propose(basis).proposal


def written_workspace(written: Ledger) -> Workspace:
    """Read ``organisation``, ``setting`` and ``group`` above a ledger's table.

    ``setting Zero-VAT orders = export, from 2026-05-01`` and ``group TOY = Standard``; both may
    be given several times.
    """
    store = marketplace(written.word("marketplace", "UK"))
    entries = [_entry(text) for text in written.words.get("setting", ())]
    groups = [_group(text, store) for text in written.words.get("group", ())]
    return new_workspace(written.word("organisation", "GB"), store, entries, groups)


def _group(text: str, store: Marketplace) -> TaxGroup:
    sku, _, name = (part.strip() for part in text.partition("="))
    words: tuple[Group, ...] = get_args(Group)
    return TaxGroup(store.code, sku, next(word for word in words if word == name))


def _entry(text: str) -> Entry:
    name, _, rest = text.partition("=")
    value, *periods = (part.strip() for part in rest.split(","))
    days = {word: date.fromisoformat(day) for word, day in (each.split() for each in periods)}
    return Entry(name.strip(), "", value, days.get("from"), days.get("to"))
