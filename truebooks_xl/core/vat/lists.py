"""What an accountant must look at after the VAT reading, listed by order item or SKU.

Protects: what blocks is listed whole, with the order and the amount; ids are looked up only for
what is listed, because two million order ids do not fit into memory.
"""

from __future__ import annotations

from itertools import starmap
from typing import Final

import polars as pl

from truebooks_xl.core.treatment import (
    FacilitatorDifference,
    GroupConflict,
    GroupProposal,
    UnknownVat,
)
from truebooks_xl.core.vat.findings import is_reason
from truebooks_xl.core.vat.reading_order import Read
from truebooks_xl.core.vat.rows import IS_TAX
from truebooks_xl.core.vat.verdicts import Verdicts

_NAMES: Final = [pl.col(each).max() for each in ("order_id", "order_item", "sku")]


class Lists:
    """Collects what is listed while the blocks go by."""

    def __init__(self, read: Read, verdicts: Verdicts) -> None:
        self.lines_minor = 0
        self._read = read
        self._verdicts = verdicts
        self._listed = pl.col("verdict").is_in(verdicts.listed.implode())
        self._sums: list[pl.DataFrame] = []
        self._skus: list[pl.DataFrame] = []
        self._nameless = read.proposals.select("sku_key")

    def add(self, lines: pl.DataFrame) -> None:
        """Take note of one block, as ``Verdicts.placed`` gives it."""
        self.lines_minor += int(lines["minor"].sum())
        self._name(lines)
        listed = lines.filter(self._listed)
        if listed.height or not self._sums:
            by = ("item_key", "finding", "adds_to", "offends", "disagrees")
            sums = self._verdicts.read(listed).group_by(by)
            self._sums.append(sums.agg(*_NAMES, pl.col("minor").sum()))

    def _name(self, lines: pl.DataFrame) -> None:
        """Find the names of SKUs that have none yet; most are named by the first few blocks."""
        if self._nameless.is_empty():
            return
        # Rows of an order item stand together: the first of each run names its SKU.
        firsts = lines.filter(pl.col("sku_key") != pl.col("sku_key").shift(fill_value=0))
        named = firsts.select("sku_key", "sku").unique("sku_key", keep="any")
        named = named.join(self._nameless, on="sku_key", how="semi")
        self._nameless = self._nameless.join(named, on="sku_key", how="anti")
        self._skus.append(named)

    def unknown(self) -> tuple[UnknownVat, ...]:
        """List the order items of unknown treatment, those that come to 0 included."""
        unknown, sales = is_reason(pl.col("finding")), ~pl.col("adds_to").is_in(["fee", "withheld"])
        found = pl.concat(self._sums).filter(unknown, sales).group_by("item_key", "finding")
        rows = found.agg(*_NAMES, pl.col("minor").sum()).select(
            "order_id", "order_item", "sku", "minor", pl.col("finding").cast(pl.String)
        )
        return tuple(starmap(UnknownVat, rows.sort(rows.columns).iter_rows()))

    def offenders(self) -> tuple[FacilitatorDifference, ...]:
        """List the order items whose tax and withheld rows should cancel and do not."""
        found = pl.concat(self._sums).filter("offends").group_by("item_key")
        minor, withheld = pl.col("minor"), pl.col("adds_to") == "withheld"
        rows = found.agg(
            *_NAMES, tax=minor.filter(IS_TAX).sum(), withheld=minor.filter(withheld).sum()
        ).drop("item_key")
        return tuple(starmap(FacilitatorDifference, rows.sort(rows.columns).iter_rows()))

    def proposals(self) -> tuple[GroupProposal, ...]:
        """Name the SKUs a group is proposed for."""
        if not self._skus:
            return ()
        rows = self._read.proposals.join(pl.concat(self._skus), on="sku_key").select(
            "sku", pl.col("proposal").cast(pl.String), "order_items"
        )
        return tuple(starmap(GroupProposal, rows.sort("sku").iter_rows()))

    def conflicts(self) -> tuple[GroupConflict, ...]:
        """Name the SKUs whose tax rows disagree with their group, and the orders."""
        rows = pl.concat(self._sums).filter("disagrees", pl.col("adds_to") == "item_tax")
        groups = self._read.items.select("item_key", "group", "own_item")
        named = rows.join(groups, on="item_key").group_by(
            "sku", pl.col("group", "own_item").cast(pl.String)
        )
        found = named.agg(pl.col("order_id").unique().sort()).sort("sku", "group", "own_item")
        return tuple(
            GroupConflict(sku, group, charged, tuple(orders))
            for sku, group, charged, orders in found.iter_rows()
        )
