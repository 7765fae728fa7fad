"""Numbers: one style per file, decimal point or decimal comma, read by their digits.

Protects: ``1.016,08`` is 1016.08 and never 1.01608 or 1016; no float, no prefix, no guess. A style
must fit every amount of the file, the total included, and the sum must tie: else it is refused.

A text that both styles fit has no mark at all, so both give the same number: marks before three
digits are thousands marks, before one or two digits they are decimal marks, and nothing else is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import polars as pl

WHOLE_DIGITS: Final = 12
"""The most digits before the decimal mark; a longer number is an id in the wrong column."""


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a file writes its amounts.

    Attributes:
        words: the style in a message: “with a decimal point”.
        mark: the decimal mark.
        thousands: the other mark; blanks (plain, no-break, narrow) group thousands in both styles.
    """

    words: str
    mark: str
    thousands: str
    plain: str = field(init=False)
    pattern: str = field(init=False)

    def __post_init__(self) -> None:
        """Write the two patterns: what all files have been seen to hold, and all that may be."""
        mark, thousands = re.escape(self.mark), re.escape(self.thousands)
        groups = [rf"[0-9]{{1,3}}(?:{each}[0-9]{{3}}){{1,3}}" for each in (thousands, _BLANK)]
        whole = "|".join([rf"[0-9]{{1,{WHOLE_DIGITS}}}", *groups])
        object.__setattr__(self, "plain", rf"^-?[0-9]{{1,{WHOLE_DIGITS}}}{mark}[0-9][0-9]$")
        object.__setattr__(self, "pattern", rf"^[+-]?(?:{whole})(?:{mark}[0-9]{{1,2}})?$")


_BLANK: Final = "[ \u00a0\u202f]"

POINT: Final = NumberStyle("with a decimal point", ".", ",")
COMMA: Final = NumberStyle("with a decimal comma", ",", ".")


def styles_of(total: str) -> tuple[NumberStyle, ...]:
    """Return the styles that fit the total-amount; one, or both when it has no mark."""
    return tuple(style for style in (POINT, COMMA) if re.match(style.pattern, total))


def hundredths(texts: pl.Series, style: NumberStyle) -> pl.Series:
    """Read amounts as whole hundredths.

    Args:
        texts: n texts; null or blank is no amount and counts as zero.
        style: the one of the file.

    Returns:
        n Int64, null where the text does not fit the style.
    """
    if not texts.null_count() and texts.str.contains(style.plain).all():
        return texts.str.replace(style.mark, "", literal=True).cast(pl.Int64)
    trimmed = pl.col("text").fill_null("").str.strip_chars()
    return texts.to_frame("text").select(_hundredths(trimmed, style)).to_series()


def hundredths_of(text: str, style: NumberStyle) -> int:
    """Read one amount that fits the style as whole hundredths."""
    return int(hundredths(pl.Series([text]), style).item())


def _hundredths(text: pl.Expr, style: NumberStyle) -> pl.Expr:
    mark = re.escape(style.mark)
    two_decimals = (
        pl.when(text.str.contains(mark + "[0-9][0-9]$"))
        .then(text)
        .when(text.str.contains(mark + "[0-9]$"))
        .then(text + "0")
        .otherwise(text + "00")
    )
    digits = two_decimals.str.replace_all("[^0-9-]", "").cast(pl.Int64, strict=False)
    fits = text.str.contains(style.pattern)
    return pl.when(text == "").then(0).when(fits).then(digits)
