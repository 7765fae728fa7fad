"""The reading order: from the facts of an order item to its VAT treatment, or why there is none.

Goods from abroad: Amazon's tax or foreign, whatever the rate. From home, in this order: tax and
withheld rows, the SKU's tax group, the destination. A refund takes the treatment of its sale.

Protects: each step proves something or passes on; the last step is a reason, never a guess.

Source: facts on UK VAT, 3.1 and 3.2. Two decisions where they are silent. *Mixed* stock is unknown
even where Amazon's tax cancels, because the sale is zero-rated or outside the scope by the place
the goods left from. A *retrocharge* has no base: Amazon's own when it cancels, else it follows its
sale, or the SKU's group, where that is own VAT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from truebooks_xl.core.findings import (
    MIXED,
    NO_EVIDENCE,
    NO_GROUP,
    NOT_CANCELLED,
    RETROCHARGE,
    SOLD_WITH_VAT,
    finding,
    is_own_vat,
    is_reason,
)
from truebooks_xl.core.implied_rates import Rates, discounts_delivery_only
from truebooks_xl.core.originals import earlier_sales, originals
from truebooks_xl.core.tax_groups import disagrees, group_on_day, sku_evidence
from truebooks_xl.core.treatment import Treatment, VatContext
from truebooks_xl.core.vat_rows import COMPONENTS, order_key, sale_key
from truebooks_xl.core.vat_status import in_force

_TAX: Final = pl.sum_horizontal(*(f"{each}_tax" for each in COMPONENTS), "tax_discount")
_WITHHELD: Final = pl.col("withheld")
_CANCELS: Final = (_WITHHELD != 0) & (_TAX + _WITHHELD == 0)
_OFFENDS: Final = (_WITHHELD != 0) & (_TAX + _WITHHELD != 0)
_RETROCHARGE: Final = pl.col("side").is_in(["sale retrocharge", "refund retrocharge"])
_HAS_TAX: Final = pl.any_horizontal(pl.col(f"{each}_tax_rows") > 0 for each in COMPONENTS)
_OWN_TAX_ROW: Final = (_WITHHELD == 0) & _HAS_TAX & ~_RETROCHARGE


@dataclass(frozen=True, slots=True)
class Read:
    """The order items with their findings.

    Attributes:
        items: the facts of ``order_items`` and, as FINDING, ``item``, ``delivery``, ``gift`` and
            ``discount``; ``sold_on`` (of the sale a refund undoes, else null), ``offends``,
            ``disagrees``, ``own_item`` and ``group``.
        proposals: ``sku_key``, ``proposal``, ``order_items``.
        vcs_detected, vcs_conflict: see ``VatReading``.
    """

    items: pl.DataFrame
    proposals: pl.DataFrame
    vcs_detected: bool
    vcs_conflict: bool


def read_items(facts: pl.DataFrame, context: VatContext) -> Read:
    """Find the treatment of every order item and component."""
    service = in_force(context.vcs, pl.col("day"), "auto")
    detected, conflict = facts.select(
        detected=_OWN_TAX_ROW.any(), conflict=(_OWN_TAX_ROW & (service == "off")).any()
    ).row(0)
    on = (service == "on") | ((service == "auto") & pl.lit(detected))
    items = group_on_day(_with_evidence(facts, context, on), context)
    evidence = sku_evidence(items)
    items = items.join(evidence.drop("order_items"), on="sku_key", how="left")
    items = items.with_columns(group=pl.coalesce("group", "proposal"))
    items = items.with_columns(disagrees=disagrees(), **_findings(context, on))
    discount = pl.when(discounts_delivery_only()).then("delivery").otherwise("item")
    items = _with_originals(items, context).with_columns(discount=discount, offends=_OFFENDS)
    proposals = evidence.filter(pl.col("proposal").is_not_null()).drop("sku_taxed")
    return Read(items, proposals, bool(detected), bool(conflict))


def _with_evidence(facts: pl.DataFrame, context: VatContext, on: pl.Expr) -> pl.DataFrame:
    """Add what the rows themselves prove: rates of own VAT, and the lack of any tax."""
    rates, own_vat = Rates(context), _from(context, "home") & (_WITHHELD == 0) & ~_RETROCHARGE
    sold = (pl.col("side") == "sale") & (pl.col("item_net") + pl.col("item_promotion") != 0)
    return facts.with_columns(
        *(pl.when(own_vat).then(rates.implied(each)).alias(f"own_{each}") for each in COMPONENTS),
        abroad=_abroad(context),
        taxed=pl.col("item_tax_rows") > 0,
    ).with_columns(bare=own_vat & sold & on & ~pl.col("taxed") & ~pl.col("abroad"))


def _abroad(context: VatContext) -> pl.Expr:
    """Say where the destination is known and is not home."""
    if not context.destinations:
        return pl.lit(False)
    listed = pl.DataFrame({"order_id": context.destinations.keys()}).select(order_key())
    countries = pl.Series(context.destinations.values(), dtype=pl.String).str.to_uppercase()
    away = listed.filter(countries.is_in(["", context.home]).not_())
    return pl.col("order_key").is_in(away["order_key"].implode())


def _from(context: VatContext, place: str) -> pl.Expr:
    return in_force(context.goods_leave_from, pl.col("day"), "mixed") == place


def _findings(context: VatContext, on: pl.Expr) -> dict[str, pl.Expr]:
    """Read each component by its own tax row, else as its item, else by what else is known."""
    from_abroad = pl.when(_CANCELS).then(finding(Treatment.FACILITATOR_ABROAD))
    unproved = pl.when(is_own_vat(pl.col("group"))).then("group").otherwise(finding(RETROCHARGE))
    without_tax = _without_tax(context, on)
    return {
        each: pl.when(_from(context, "abroad"))
        .then(from_abroad.otherwise(finding(Treatment.FOREIGN)))
        .when(_from(context, "mixed") & (pl.col("vat_rows") > 0))
        .then(finding(MIXED))
        .when(_CANCELS)
        .then(finding(Treatment.FACILITATOR))
        .when(_OFFENDS)
        .then(finding(NOT_CANCELLED))
        .when(_RETROCHARGE)
        .then(unproved)
        .otherwise(pl.coalesce(f"own_{each}", "own_item", without_tax))
        for each in COMPONENTS
    }


def _without_tax(context: VatContext, on: pl.Expr) -> pl.Expr:
    """Read an order item from home that carries neither tax nor withheld tax."""
    group = pl.col("group")
    vat_exists = bool(context.standard_rates or context.reduced_rates)
    sold_with_vat = is_own_vat(group) | pl.col("sku_taxed").fill_null(value=False)
    return (
        pl.when("abroad")
        .then(finding(Treatment.EXPORT))
        .when(pl.col("vat_rows") == 0)
        .then(finding(Treatment.NONE))
        .when(not vat_exists)
        .then(finding(Treatment.ZERO))
        .when(~on)
        .then(pl.coalesce(group, finding(NO_GROUP)))
        .when(group == Treatment.ZERO)
        .then(finding(Treatment.ZERO))
        .when(sold_with_vat)
        .then(_zero_vat_order(context))
        .otherwise(finding(NO_EVIDENCE))
    )


def _zero_vat_order(context: VatContext) -> pl.Expr:
    """Read an order without VAT of a SKU that is sold with VAT: as Settings says."""
    choice = in_force(context.zero_vat_orders, pl.col("day"), "ask")
    return (
        pl.when(choice == "export")
        .then(finding(Treatment.EXPORT))
        .when(choice == "domestic zero")
        .then(finding(Treatment.ZERO))
        .otherwise(finding(SOLD_WITH_VAT))
    )


def _with_originals(items: pl.DataFrame, context: VatContext) -> pl.DataFrame:
    """Let refunds, and order items of fees alone, take the treatment of their sale."""
    fees_only = pl.col("vat_rows") == 0
    asking = items.filter((pl.col("side") != "sale") | fees_only).select(
        "item_key", sale_key(), "order_key", "sku_key", fees_only=fees_only
    )
    found = originals(asking, (sales(items), earlier_sales(context.originals)))
    items = items.join(found, on="item_key", how="left", suffix="_sold")
    return items.with_columns(
        _after(pl.col(f"{each}_sold"), each, context).alias(each) for each in COMPONENTS
    ).drop(f"{each}_sold" for each in COMPONENTS)


def _after(sold: pl.Expr, component: str, context: VatContext) -> pl.Expr:
    """Prefer what the sale was; to a retrocharge that is not Amazon's, only own VAT can apply."""
    own_retrocharge = _from(context, "home") & (_WITHHELD == 0) & is_own_vat(sold)
    takes = pl.when(_RETROCHARGE & ~own_retrocharge.fill_null(value=False)).then(None)
    return pl.coalesce(takes.otherwise(sold), component)


def sales(items: pl.DataFrame) -> pl.DataFrame:
    """Return the order items sold, as refunds look them up; null where nothing was found."""
    known = [pl.when(~is_reason(pl.col(each))).then(each).alias(each) for each in COMPONENTS]
    sold = items.filter(pl.col("side") == "sale", pl.col("vat_rows") > 0)
    return sold.select(sale_key(), "order_key", "sku_key", pl.col("day").alias("sold_on"), *known)
