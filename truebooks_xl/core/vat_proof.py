"""What proves the VAT reading: Amazon's own VAT beside ours, and none where none may be.

Protects: a rate that was read wrongly shows as a difference in Proof, whatever the reason.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from truebooks_xl.core.dated import effective
from truebooks_xl.core.findings import is_own_vat
from truebooks_xl.core.implied_rates import tax_discount
from truebooks_xl.core.treatment import ImpliedVat, Treatment, VatContext
from truebooks_xl.core.vat_rows import COMPONENTS
from truebooks_xl.core.vat_status import registered


def implied_vat(items: pl.DataFrame, context: VatContext) -> tuple[ImpliedVat, ...]:
    """Set Amazon's VAT beside the gross it is within, per treatment and rate."""
    parts = [_charged(items, component, context) for component in COMPONENTS]
    sums = pl.concat(parts).group_by("treatment", "day").sum()
    totals: dict[tuple[Treatment, Decimal], list[int]] = {}
    rates = {Treatment.STANDARD: context.standard_rates, Treatment.REDUCED: context.reduced_rates}
    for word, day, *figures in sums.iter_rows():
        treatment = Treatment(word)
        rate = effective(rates[treatment], day)
        if rate is not None:
            known = totals.setdefault((treatment, rate), [0, 0, 0])
            totals[treatment, rate] = [
                one + other for one, other in zip(known, figures, strict=True)
            ]
    return tuple(sorted(ImpliedVat(*key, *figures) for key, figures in totals.items()))


def _charged(items: pl.DataFrame, component: str, context: VatContext) -> pl.DataFrame:
    """Add up one component's own VAT by day, with the gross it is within."""
    net, promotion, tax = (pl.col(f"{component}_{each}") for each in ("net", "promotion", "tax"))
    charged = tax + tax_discount(component)
    day = pl.coalesce("sold_on", "day")
    return (
        items.filter(
            is_own_vat(pl.col(component)),
            pl.col(f"{component}_tax_rows") > 0,
            registered(context.registered, day),
        )
        .group_by(pl.col(component).cast(pl.String).alias("treatment"), day.alias("day"))
        .agg(
            charged.sum().alias("amazon_tax"),
            (net + promotion + charged).sum().alias("gross"),
            pl.col(f"{component}_tax_rows").sum().cast(pl.Int64).alias("tax_rows"),
        )
    )


def unregistered_tax(items: pl.DataFrame, context: VatContext) -> int:
    """Add up own VAT charged on days without registration; anything but 0 is red."""
    tax = pl.sum_horizontal(*(f"{each}_tax" for each in COMPONENTS), "tax_discount")
    status = registered(context.registered, pl.coalesce("sold_on", "day"))
    charged = items.filter(~status, pl.col("withheld") == 0).select(tax.abs().sum())
    return int(charged.item())
