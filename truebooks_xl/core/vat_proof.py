"""What proves the VAT reading: Amazon's own VAT beside ours, and none where none may be.

Protects: a rate that was read wrongly shows as a difference in Proof, whatever the reason.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import polars as pl

from truebooks_xl.core.dated import effective
from truebooks_xl.core.findings import is_own_vat
from truebooks_xl.core.treatment import ImpliedVat, Treatment, VatContext
from truebooks_xl.core.vat_rows import IS_PRICE, IS_TAX


class Proof:
    """Adds up the rows of own VAT while the treated blocks go by."""

    def __init__(self, context: VatContext) -> None:
        self._rates = {
            Treatment.STANDARD: context.standard_rates,
            Treatment.REDUCED: context.reduced_rates,
        }
        self._amazon_tax: Counter[tuple[Treatment, Decimal]] = Counter()
        self._gross: Counter[tuple[Treatment, Decimal]] = Counter()
        self._tax_rows: Counter[tuple[Treatment, Decimal]] = Counter()
        self.unregistered_minor = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Add one block, as ``Verdicts.read`` gives it."""
        minor, found = pl.col("minor"), pl.col("finding")
        charged = rows.filter("charged", is_own_vat(found), IS_PRICE | IS_TAX)
        sums = charged.group_by(found.cast(pl.String), day=pl.coalesce("sold_on", "posted_on")).agg(
            minor.filter(IS_TAX).sum().alias("tax"),
            minor.sum().alias("gross"),
            (IS_TAX & (minor != 0) & (pl.col("adds_to") != "tax_discount")).sum().alias("rows"),
        )
        for word, day, tax, gross, tax_rows in sums.iter_rows():
            key = self._rate(Treatment(word), day)
            self._amazon_tax[key] += tax
            self._gross[key] += gross
            self._tax_rows[key] += tax_rows
        unregistered = (found == Treatment.NOT_REGISTERED) & pl.col("keeps") & IS_TAX
        self.unregistered_minor += int(rows.filter(unregistered)["minor"].abs().sum())

    def implied(self) -> tuple[ImpliedVat, ...]:
        """Set Amazon's VAT beside the gross it is within, per treatment and rate."""
        return tuple(
            ImpliedVat(*key, self._amazon_tax[key], self._gross[key], self._tax_rows[key])
            for key in sorted(self._gross)
        )

    def _rate(self, treatment: Treatment, day: date) -> tuple[Treatment, Decimal]:
        rate = effective(self._rates[treatment], day)
        # A refund may carry the treatment of a sale on a day that has no rate any more.
        return treatment, Decimal(0) if rate is None else rate
