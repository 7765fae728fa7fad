"""From a settlement's row to its proposal: the one path that Preview and Post share.

Protects: what Post sends was gathered and decided exactly as what Preview showed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar, cast

import polars as pl

from truebooks_xl import data as shipped
from truebooks_xl.actions.archiving import archive, archived
from truebooks_xl.actions.gather import Workspace, settlement_row
from truebooks_xl.actions.importing.chaining import contradictions
from truebooks_xl.actions.previewing.originals import original_sales
from truebooks_xl.core.basis import Basis
from truebooks_xl.core.canonical import digest
from truebooks_xl.core.dated import Dated
from truebooks_xl.core.declared import MIXED
from truebooks_xl.core.marketplaces import Marketplace, marketplace
from truebooks_xl.core.money import Money
from truebooks_xl.core.proposing import Proposed, propose
from truebooks_xl.core.rows import CellReader
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.core.treatment import (
    GoodsLeaveFrom,
    VatContext,
    VatReading,
    VatService,
    ZeroVatOrders,
)
from truebooks_xl.core.vat.reading import read_vat
from truebooks_xl.errors import DataProblems
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.fields import plain, text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Case:
    """One settlement, read and decided."""

    row: Row
    settlement: Settlement
    marketplace: Marketplace
    context: VatContext
    reading: VatReading
    proposed: Proposed


def decide(space: Workspace, settlement_id: str) -> Case:
    """Read a settlement from the archive and decide its document.

    Raises:
        UnknownSettlement, NoFile, NotArchived: nothing can be decided.
    """
    row = settlement_row(space.book, settlement_id)
    store = marketplace(text(row, "marketplace") or space.identity.marketplace.code)
    settlement = archived(space, row)
    context = vat_context(space, store)
    originals = original_sales(space, archive(space.settings), settlement, context)
    context = replace(context, originals=originals)
    reading = read_vat(settlement, context)
    basis = Basis(
        settlement,
        store,
        _deposit(row, settlement),
        reading,
        space.rules,
        space.accounts,
        space.rates,
        space.settings,
        groups_digest(space, store, settlement),
        digest([] if originals is None else originals.sort(pl.all()).rows()),
        contradictions(space, row),
        space.identity.base_currency,
        plain(row.cells.get("exchange_rate")),
    )
    return Case(row, settlement, store, context, reading, propose(basis))


def _deposit(row: Row, settlement: Settlement) -> Money:
    """Read what the row says the bank receives: the last figure of the penny chain."""
    cells = CellReader(row)
    deposit = cells.amount("total")
    if cells.problems:
        raise DataProblems(cells.problems)
    return Money.rounded(deposit or Decimal(0), settlement.total.currency)


def vat_context(space: Workspace, store: Marketplace) -> VatContext:
    """Turn settings, VAT rates and tax groups into what the VAT reading needs."""
    settings, country = space.settings, space.identity.country
    return VatContext(
        home=country,
        marketplace=store.code,
        time_zone=store.time_zone,
        standard_rates=_rates(country, "Standard"),
        reduced_rates=_rates(country, "Reduced"),
        goods_leave_from=_each(
            settings.dated("Goods leave from", store.code),
            lambda value: _place(value or store.country, country),
        ),
        registered=_each(settings.dated("VAT registered"), lambda value: value == "yes"),
        vcs=_each(settings.dated("VAT Calculation Service", store.code), _vat_service),
        zero_vat_orders=_each(settings.dated("Zero-VAT orders", store.code), _zero_vat),
        tax_groups=space.tax_groups,
        organisation=space.identity.organisation_id,
    )


def _rates(country: str, group: str) -> tuple[Dated[Decimal], ...]:
    return tuple(
        Dated(each.rate_percent, each.valid_from, each.valid_to)
        for each in shipped.vat_rates(country)
        if each.group == group
    )


def _each(values: Iterable[Dated[str]], read: Callable[[str], T]) -> tuple[Dated[T], ...]:
    return tuple(Dated(read(each.value), each.valid_from, each.valid_to) for each in values)


def _place(value: str, home: str) -> GoodsLeaveFrom:
    """Say whether goods leave from home, abroad, or both."""
    if value == MIXED:
        return "mixed"
    return "home" if value == home else "abroad"


def _vat_service(value: str) -> VatService:
    assert value in {"auto", "on", "off"}, value
    return cast(VatService, value)


def _zero_vat(value: str) -> ZeroVatOrders:
    assert value in {"ask", "export", "domestic zero"}, value
    return cast(ZeroVatOrders, value)


def groups_digest(space: Workspace, store: Marketplace, settlement: Settlement) -> str:
    """Hash the Tax Groups rows of this settlement's SKUs; rows of others leave it as it is."""
    sold: set[str] = set()
    for block in settlement.blocks():
        sold.update(block["sku"].unique().to_list())
    rows = [
        [each.marketplace, each.sku, each.group, str(each.valid_from), str(each.valid_to)]
        for each in space.tax_groups
        if each.marketplace in {"", store.code} and each.sku in sold
    ]
    return digest(sorted(rows))
