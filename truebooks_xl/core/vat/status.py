"""Dated settings as columns: what was in force on the local day of each row.

Protects: VAT status goes by the day, never by the document's date (G-21).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import polars as pl

from truebooks_xl.core.dated import Dated

T = TypeVar("T")


def in_force(values: Iterable[Dated[T]], day: pl.Expr, default: T | None) -> pl.Expr:
    """Say for each day what ``dated.effective`` says: of several values, the one begun last."""
    expression = pl.lit(default)
    for each in sorted(values, key=lambda value: value.valid_from or date.min):
        expression = pl.when(_holds(each, day)).then(pl.lit(each.value)).otherwise(expression)
    return expression


def _holds(value: Dated[T], day: pl.Expr) -> pl.Expr:
    began = pl.lit(True) if value.valid_from is None else day >= value.valid_from
    ends = pl.lit(True) if value.valid_to is None else day <= value.valid_to
    return began & ends


def registered(values: Iterable[Dated[bool]], day: pl.Expr) -> pl.Expr:
    """Say whether the organisation was registered for VAT on each day; no word of it is no."""
    return in_force(values, day, default=False)
