"""The VAT rate a tax row implies, per order item and component, in whole numbers.

Protects: a rate is proved by Amazon's own tax within a penny per unit, or it is not proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from truebooks_xl.core.dated import Dated
from truebooks_xl.core.treatment import Treatment, VatContext
from truebooks_xl.core.vat.findings import NO_RATE_FITS, finding
from truebooks_xl.core.vat.status import in_force


class Rates:
    """Standard and reduced rate of each row's day, as whole numbers over one scale."""

    def __init__(self, context: VatContext) -> None:
        both = (*context.standard_rates, *context.reduced_rates)
        self._decimals = max((_decimals(each.value) for each in both), default=0)
        self._hundred = 100 * 10**self._decimals
        self._standard = self._scaled(context.standard_rates)
        self._reduced = self._scaled(context.reduced_rates)

    def implied(self, component: str) -> pl.Expr:
        """Name the treatment the component's tax row proves, or why none; null without tax.

        Tested before promotions, then after them. A rate r fits if abs(tax - net x r) is at most
        one minor unit per unit; of two the closer, of two as close the standard rate.
        """
        net, tax = pl.col(f"{component}_net"), pl.col(f"{component}_tax")
        after = net + pl.col(f"{component}_promotion")
        best = pl.coalesce(
            self._best(net, tax),
            self._best(after, tax + tax_discount(component)),
            finding(NO_RATE_FITS),
        )
        return pl.when(tax != 0).then(best)

    def _best(self, net: pl.Expr, tax: pl.Expr) -> pl.Expr:
        standard, reduced = (
            (tax * self._hundred - net * rate).abs() for rate in (self._standard, self._reduced)
        )
        allowed = pl.col("units").clip(lower_bound=1) * self._hundred
        # Without a base any rate would fit a penny of tax.
        fits_standard = (net != 0) & (standard <= allowed)
        fits_reduced = (net != 0) & (reduced <= allowed)
        closer = fits_reduced.not_().fill_null(value=True) | (standard <= reduced)
        return (
            pl.when(fits_standard & closer)
            .then(finding(Treatment.STANDARD))
            .when(fits_reduced)
            .then(finding(Treatment.REDUCED))
        )

    def _scaled(self, rates: Sequence[Dated[Decimal]]) -> pl.Expr:
        whole = [
            Dated(int(each.value.scaleb(self._decimals)), each.valid_from, each.valid_to)
            for each in rates
        ]
        return in_force(whole, pl.col("day"), None).cast(pl.Int64)


def discounts_delivery_only() -> pl.Expr:
    """Say whose TaxDiscount is delivery's; all others are the item's."""
    return (pl.col("item_promotion") == 0) & (pl.col("delivery_promotion") != 0)


def tax_discount(component: str) -> pl.Expr:
    """Give the component the TaxDiscount that follows it."""
    follows = {"item": ~discounts_delivery_only(), "delivery": discounts_delivery_only()}
    return pl.col("tax_discount") * follows[component] if component in follows else pl.lit(0)


def _decimals(rate_percent: Decimal) -> int:
    exponent = rate_percent.normalize().as_tuple().exponent
    assert isinstance(exponent, int), f"{rate_percent} is not a rate"
    return max(0, -exponent)
