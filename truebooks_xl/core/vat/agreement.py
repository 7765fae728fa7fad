"""What proves the VAT reading: Amazon's own VAT beside ours, and none where none may be.

Protects: a rate that was read wrongly shows as a difference in Proof, whatever the reason.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from truebooks_xl.core.dated import effective
from truebooks_xl.core.treatment import ImpliedVat, Treatment, VatContext
from truebooks_xl.core.vat.findings import is_own_vat
from truebooks_xl.core.vat.rows import IS_PRICE, IS_TAX
from truebooks_xl.core.vat.verdicts import vat_day


def implied_vat(sums: pl.DataFrame, context: VatContext) -> tuple[ImpliedVat, ...]:
    """Set Amazon's VAT beside the gross it is within, per treatment and rate.

    Args:
        sums: the lines of a settlement added up, as ``Verdicts.read`` gives them.
    """
    minor = pl.col("minor")
    tax_row = IS_TAX & (pl.col("adds_to") != "tax_discount") & ~pl.col("nothing")
    charged = sums.filter("charged", is_own_vat(pl.col("finding")), IS_PRICE | IS_TAX)
    by_day = charged.group_by("treatment", vat_day().alias("day")).agg(
        tax=minor.filter(IS_TAX).sum(),
        gross=minor.sum(),
        tax_rows=pl.col("lines").filter(tax_row).sum(),
    )
    totals: dict[tuple[Treatment, Decimal], tuple[int, ...]] = {}
    for word, on, *figures in by_day.iter_rows():
        key = Treatment(word), _rate(context, Treatment(word), on)
        known = totals.get(key, (0, 0, 0))
        totals[key] = tuple(one + other for one, other in zip(known, figures, strict=True))
    return tuple(sorted(ImpliedVat(*key, *figures) for key, figures in totals.items()))


def _rate(context: VatContext, treatment: Treatment, day: date) -> Decimal:
    standard = treatment == Treatment.STANDARD
    rates = context.standard_rates if standard else context.reduced_rates
    # A refund may carry the treatment of a sale on a day that has no such rate any more.
    return effective(rates, day) or Decimal(0)


def unregistered_tax(sums: pl.DataFrame) -> int:
    """Add up own VAT charged on days without registration; anything but 0 is red.

    Rows of one place are added up first: how the report was cut into blocks means nothing.
    """
    unregistered = pl.col("finding") == Treatment.NOT_REGISTERED
    charged = sums.filter(unregistered, pl.col("keeps"), IS_TAX)
    places = charged.group_by("amount_type", "amount_description", "verdict", "posted_on")
    return int(places.agg(pl.col("minor").sum())["minor"].abs().sum())
