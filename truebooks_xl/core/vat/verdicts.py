"""Verdicts: what was found of each order item, joined to lines or to sums of lines.

Protects: one join. The tallies, the proof, the lists of what is open and the Lines sheet take the
treatment of a row from ``Verdicts.read``; none of them can disagree with another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from truebooks_xl.core.treatment import Treatment, VatContext
from truebooks_xl.core.vat.findings import FINDING, MIXED, finding, is_reason, treatment
from truebooks_xl.core.vat.local_days import local_days
from truebooks_xl.core.vat.lookup import Lookup
from truebooks_xl.core.vat.rows import COMPONENTS, item_keys, roles
from truebooks_xl.core.vat.status import registered

_PARTS: Final = (*COMPONENTS, "discount")
_TAXED: Final = tuple(f"{each}_taxed" for each in _PARTS)
_FLAGS: Final = ("keeps", "balances", "offends", "disagrees", *_TAXED)
_VERDICT: Final = ("sold_on", *_PARTS, *_FLAGS)
_IS_FEE: Final = pl.col("adds_to") == "fee"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The few different verdicts of a settlement, and which of them each order item has.

    Attributes:
        kinds: ``verdict`` (a number) and what it says: the finding of each component and whether
            it has a tax row, ``sold_on``, ``keeps``, ``balances``, ``offends``, ``disagrees``.
        of_item: order item to ``verdict``.
    """

    kinds: pl.DataFrame
    of_item: Lookup
    context: VatContext

    @classmethod
    def of(cls, items: pl.DataFrame, context: VatContext) -> Verdicts:
        """Number the different verdicts over ``reading_order.Read.items``."""
        discounted = pl.when("delivery_discount").then("delivery_taxed").otherwise("item_taxed")
        said = items.select("item_key", *_VERDICT[:-1], discount_taxed=discounted)
        said = said.with_columns(verdict=_number())
        kinds = said.drop("item_key").unique("verdict")
        return cls(kinds, Lookup.by("item_key", said.select("item_key", "verdict")), context)

    @property
    def listed(self) -> pl.Series:
        """Return the numbers of verdicts the accountant must look at, order item by order item."""
        unknown = pl.any_horizontal(is_reason(pl.col(each)) for each in _PARTS)
        return self.kinds.filter(unknown | pl.col("offends") | pl.col("disagrees"))["verdict"]

    def placed(self, block: pl.DataFrame) -> pl.DataFrame:
        """Add to each line its order item, the item's ``verdict`` (or null) and ``posted_on``."""
        keys = item_keys(block).drop("order_key")
        days = local_days(block["posted_at"], self.context.time_zone)
        verdicts = self.of_item.find(keys["item_key"])
        return pl.concat([block, keys, verdicts, days.to_frame()], how="horizontal")

    def read(self, placed: pl.DataFrame) -> pl.DataFrame:
        """Add what is said of each row: ``finding``, ``treatment`` and ``charged``.

        Args:
            placed: lines, or sums of them by triple, verdict and day; their order is kept.

        Returns:
            The rows with these, and ``adds_to``, ``sold_on``, ``keeps``, ``balances``,
            ``offends``, ``disagrees``. ``charged``: the row's component has a tax row.
        """
        rows = pl.concat([placed, roles(placed)], how="horizontal")
        rows = rows.join(self.kinds, on="verdict", how="left", maintain_order="left")
        status = registered(self.context.registered, vat_day())
        found = pl.coalesce(_of_component(_PARTS), finding(Treatment.NONE))
        return (
            rows.with_columns(finding=found)
            .with_columns(
                finding=pl.when(status).then("finding").otherwise(_unregistered()),
                charged=_of_component(_TAXED).fill_null(value=False),
            )
            .with_columns(treatment(pl.col("finding")).alias("treatment"))
            .drop("component", *_PARTS, *_TAXED)
        )

    def treated(self, block: pl.DataFrame) -> pl.DataFrame:
        """Add ``treatment`` and ``posted_on`` to the lines, and nothing else."""
        return block.hstack(self.read(self.placed(block)).select("treatment", "posted_on"))


def vat_day() -> pl.Expr:
    """Return the day that decides: of a refund's sales and tax rows its sale's, else the row's."""
    return pl.when(_IS_FEE).then("posted_on").otherwise(pl.coalesce("sold_on", "posted_on"))


def _unregistered() -> pl.Expr:
    """Say what a finding becomes on a day without registration.

    There is no VAT of the organisation's own, and a fee is an expense as it stands. What Amazon or
    another country taxes stays theirs, or its tax would pass for sales. To a seller who makes no
    return it is one whether Amazon's sale left from home or from abroad: "Facilitator abroad",
    the one that is on no return.
    """
    found = pl.col("finding")
    by_amazon = found.is_in([Treatment.FACILITATOR.value, Treatment.FACILITATOR_ABROAD.value])
    from_somewhere = (found == MIXED) & ~pl.col("keeps") & pl.col("balances")
    return (
        pl.when(~_IS_FEE & (by_amazon | from_somewhere))
        .then(finding(Treatment.FACILITATOR_ABROAD))
        .when(~_IS_FEE & (found == Treatment.FOREIGN))
        .then(finding(Treatment.FOREIGN))
        .otherwise(finding(Treatment.NOT_REGISTERED))
    )


def _number() -> pl.Expr:
    """Write a verdict as one number: the day (none is 0), five bits a finding, one a flag."""
    assert len(FINDING.categories) <= 2**5, "a finding does not fit into five bits"
    number = pl.col("sold_on").to_physical().cast(pl.Int64).fill_null(0)
    for each in _PARTS:
        number = number * 2**5 + pl.col(each).to_physical()
    for each in _FLAGS:
        number = number * 2 + pl.col(each).cast(pl.Int64)
    return number


def _of_component(columns: Sequence[str]) -> pl.Expr:
    """Take of four columns that of the row's component."""
    component = pl.col("component")
    return pl.coalesce(
        pl.when(component == each).then(column)
        for each, column in zip(_PARTS, columns, strict=True)
    )
