"""The reading order: from the facts of an order item to its VAT treatment, or why there is none.

Goods from abroad: Amazon's tax or foreign, whatever the rate. From home, in this order: tax and
withheld rows, the SKU's tax group, the destination. A refund takes the treatment of its sale.

Protects: each step proves something or passes on; the last step is a reason, never a guess.

Source: facts on UK VAT, 3.1 and 3.2. Decisions where they are silent. *Mixed* stock is unknown
even where Amazon's tax cancels, because the sale is zero-rated or outside the scope by the place
the goods left from. A *retrocharge* has no base: Amazon's own when it cancels, else it follows its
sale, or the SKU's group, where that is own VAT.

Another: a *refund* whose sale is not on record is read by its own tax rows, else by the SKU's
group (counted in a notice), never by the setting "Zero-VAT orders", which speaks of sales.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from truebooks_xl.core.treatment import Treatment, VatContext
from truebooks_xl.core.vat.findings import (
    MIXED,
    NO_EVIDENCE,
    NO_GROUP,
    NO_SALE,
    NO_SALE_OF_OWN_VAT,
    NOT_CANCELLED,
    SOLD_WITH_VAT,
    finding,
    is_own_vat,
    is_reason,
)
from truebooks_xl.core.vat.order_items import RETROCHARGE
from truebooks_xl.core.vat.originals import earlier_sales, originals
from truebooks_xl.core.vat.rows import COMPONENTS, order_key, sale_key
from truebooks_xl.core.vat.status import in_force
from truebooks_xl.core.vat.tax_groups import disagrees, group_on_day, sku_evidence

_SEEN: Final = pl.any_horizontal(f"{each}_taxed" for each in COMPONENTS)
_OWN_TAX_ROW: Final = pl.col("keeps") & _SEEN & ~RETROCHARGE
_CANCELS: Final = ~pl.col("keeps") & pl.col("balances")


@dataclass(frozen=True, slots=True)
class Read:
    """The order items with their findings.

    Attributes:
        items: as ``order_items`` gives them and, as FINDING, ``item``, ``delivery``, ``gift`` and
            ``discount``; ``sold_on`` (of the sale a refund undoes, else null), ``group``, and
            ``disagrees``: its tax row with the group; ``by_setting``: a setting decided it;
            ``by_group``: a refund whose sale's treatment is not on record, read by the group;
            ``offends``: it would leave something on the account of facilitator tax.
        proposals: ``sku_key``, ``proposal``, ``order_items``.
        vcs_detected, vcs_conflict: see ``VatReading``.
    """

    items: pl.DataFrame
    proposals: pl.DataFrame
    vcs_detected: bool
    vcs_conflict: bool


def read_items(items: pl.DataFrame, context: VatContext) -> Read:
    """Find the treatment of every order item and component."""
    service = in_force(context.vcs, pl.col("day"), "auto")
    detected, conflict = items.select(
        detected=_OWN_TAX_ROW.any(), conflict=(_OWN_TAX_ROW & (service == "off")).any()
    ).row(0)
    on = (service == "on") | ((service == "auto") & pl.lit(detected))
    items = items.hstack(group_on_day(items, context)).with_columns(abroad=_abroad(context))
    evidence = sku_evidence(items, _bare(context, on))
    items = items.hstack(_beside(items, evidence, "sku_key"))
    items = items.with_columns(group=pl.coalesce("group", "proposal"))
    items = items.with_columns(disagrees=disagrees(), **_findings(context, on))
    items = items.with_columns(by_setting=_by_setting(context))
    items = items.with_columns(_after_originals(items, context))
    items = items.with_columns(offends=_offends())
    discount = pl.when("delivery_discount").then("delivery").otherwise("item")
    proposals = evidence.filter(pl.col("proposal").is_not_null()).drop("sku_taxed")
    return Read(items.with_columns(discount=discount), proposals, bool(detected), bool(conflict))


def _beside(items: pl.DataFrame, found: pl.DataFrame, key: str) -> pl.DataFrame:
    """Look up what was found for each item's key; nothing else is copied."""
    return items.select(key).join(found, on=key, how="left", maintain_order="left").drop(key)


def _bare(context: VatContext, on: pl.Expr) -> pl.Expr:
    """Say which sales from home have no tax row though the service would have made one."""
    at_home = _from(context, "home") & ~pl.col("abroad")
    sale = (pl.col("side") == "sale") & pl.col("paid_for") & pl.col("keeps")
    return sale & at_home & on & ~pl.col("item_taxed")


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
    unproved = (
        pl.when(is_own_vat(pl.col("group"))).then("group").otherwise(finding(NO_SALE_OF_OWN_VAT))
    )
    without_tax = _without_tax(context, on)
    return {
        each: pl.when(_from(context, "abroad"))
        .then(from_abroad.otherwise(finding(Treatment.FOREIGN)))
        .when(_from(context, "mixed"))
        .then(finding(MIXED))
        .when(_CANCELS)
        .then(finding(Treatment.FACILITATOR))
        .when(~pl.col("keeps"))
        .then(finding(NOT_CANCELLED))
        .when(RETROCHARGE)
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
        .when(~pl.col("has_vat"))
        .then(finding(Treatment.NONE))
        .when(not vat_exists)
        .then(finding(Treatment.ZERO))
        .when(~on)
        .then(pl.coalesce(group, finding(NO_GROUP)))
        .when(group == Treatment.ZERO)
        .then(finding(Treatment.ZERO))
        .when(sold_with_vat & ~pl.col("amounts"))
        # Nothing was charged (multi-channel, replacement): its fees go as the SKU's do at home.
        .then(pl.when(is_own_vat(group)).then("group").otherwise(finding(Treatment.STANDARD)))
        .when(sold_with_vat & (pl.col("side") != "sale"))
        .then(finding(NO_SALE))
        .when(sold_with_vat)
        .then(_zero_vat_order(context))
        .otherwise(finding(NO_EVIDENCE))
    )


def _by_setting(context: VatContext) -> pl.Expr:
    """Say which sales the setting decided: sold with VAT elsewhere, no tax row, no destination."""
    own = is_own_vat(pl.col("group")) | pl.col("sku_taxed").fill_null(value=False)
    sale = (pl.col("side") == "sale") & pl.col("amounts") & pl.col("keeps") & ~_SEEN
    chosen = pl.col("item").is_in([Treatment.EXPORT.value, Treatment.ZERO.value])
    return sale & own & chosen & ~pl.col("abroad") & _from(context, "home")


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


def _after_originals(items: pl.DataFrame, context: VatContext) -> pl.DataFrame:
    """Let refunds, and order items of fees alone, take the treatment of their sale."""
    asking = items.filter((pl.col("side") != "sale") | ~pl.col("has_vat")).select(
        "item_key", sale_key(), "order_key", "sku_key", fees_only=~pl.col("has_vat")
    )
    orders = items.join(asking, on="order_key", how="semi")
    found = originals(asking, (sales(orders), earlier_sales(context.originals)))
    sold = _beside(items, found, "item_key").rename({each: f"{each}_sold" for each in COMPONENTS})
    # To a retrocharge that is not Amazon's own, only own VAT can apply.
    at_home = _from(context, "home") & pl.col("keeps")
    # Destination and own tax rows speak before the group does.
    grouped = (pl.col("side") == "refund") & pl.col("has_vat") & ~_SEEN & ~pl.col("abroad")
    return items.hstack(sold).select(
        "sold_on",
        (grouped & at_home & pl.col("item_sold").is_null() & (pl.col("item") == pl.col("group")))
        .fill_null(value=False)
        .alias("by_group"),
        *(
            pl.when(~RETROCHARGE | (at_home & is_own_vat(pl.col(f"{each}_sold"))))
            .then(pl.coalesce(f"{each}_sold", each))
            .otherwise(each)
            .alias(each)
            for each in COMPONENTS
        ),
    )


def _offends() -> pl.Expr:
    """Say whose tax and withheld rows leave something on the account of facilitator tax.

    Withheld rows always go there, tax rows where the treatment is Amazon's. A refund may carry
    its sale's treatment and not the rows that would cancel under it.
    """
    words = [Treatment.FACILITATOR.value, Treatment.FACILITATOR_ABROAD.value]
    by_amazon = pl.any_horizontal(pl.col(each).is_in(words) for each in COMPONENTS)
    withheld, remains = ~pl.col("keeps"), ~pl.col("balances")
    unknown = is_reason(pl.col("item"))
    return pl.when(by_amazon).then(remains).otherwise(withheld & (remains | ~unknown))


def sales(items: pl.DataFrame) -> pl.DataFrame:
    """Return the order items sold, as refunds look them up; null where nothing was found."""
    known = [pl.when(~is_reason(pl.col(each))).then(each).alias(each) for each in COMPONENTS]
    sold = items.filter(pl.col("side") == "sale", "has_vat")
    return sold.select(sale_key(), "order_key", "sku_key", pl.col("day").alias("sold_on"), *known)
