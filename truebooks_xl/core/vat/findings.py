"""What the reading order can find: a treatment, or the reason why there is none.

Protects: an unknown treatment always comes with one sentence that says what is missing.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from truebooks_xl.core.treatment import Treatment

MIXED: Final = "Goods leave from home and from abroad, and nothing says from where these left."
NOT_CANCELLED: Final = "Tax and withheld tax neither cancel nor stand alone."
NO_RATE_FITS: Final = "Its tax fits no VAT rate of the day."
NO_GROUP: Final = "It has no tax row, and Tax Groups does not know the SKU."
NO_EVIDENCE: Final = "It has no tax row, and nothing says how the SKU is taxed."
SOLD_WITH_VAT: Final = "Sold without VAT, but the SKU is sold with VAT: export or zero-rated?"
NO_SALE: Final = "A refund without tax rows, and its sale is not on record."
NO_SALE_OF_OWN_VAT: Final = "A retrocharge of VAT whose sale is not known to carry own VAT."

REASONS: Final = (
    MIXED,
    NOT_CANCELLED,
    NO_RATE_FITS,
    NO_GROUP,
    NO_EVIDENCE,
    SOLD_WITH_VAT,
    NO_SALE,
    NO_SALE_OF_OWN_VAT,
)
WORDS: Final = tuple(each.value for each in Treatment)
FINDING: Final = pl.Enum([*WORDS, *REASONS])
"""A reason stands where a treatment cannot; it is ``Unknown`` wherever a treatment is shown."""


def finding(word: str) -> pl.Expr:
    """Write a treatment or a reason as a column."""
    return pl.lit(word, dtype=FINDING)


def is_reason(found: pl.Expr) -> pl.Expr:
    """Say where no treatment was found."""
    return found.to_physical() >= len(WORDS)


def is_own_vat(found: pl.Expr) -> pl.Expr:
    """Say where the organisation's own VAT was found: the standard or the reduced rate."""
    return found.is_in([Treatment.STANDARD.value, Treatment.REDUCED.value])


def treatment(found: pl.Expr) -> pl.Expr:
    """Turn reasons into ``Unknown``; the result is text."""
    word = pl.when(is_reason(found)).then(finding(Treatment.UNKNOWN)).otherwise(found)
    return word.cast(pl.String)
