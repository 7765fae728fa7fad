"""Columns: which layout a heading announces, and where each column stands.

Protects: columns are found by name, never by position; a heading that is neither V2 nor V1, or
both at once, is refused before a single amount is read.

Source: Amazon, "Flat File V2 settlement report" (23 columns; files carry promotion-id as the 24th);
the retired "Flat File settlement report" as seen in real files (33 columns, 36 with promotions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from truebooks_xl.amazon.flat_file_errors import (
    JoinedReports,
    MixedLayouts,
    OldMacintosh,
    RepeatedColumn,
    ResavedByExcel,
    UnknownHeading,
)
from truebooks_xl.errors import DataError

Layout = Literal["V2", "V1"]


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_SHARED: Final = _names(
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount "
    "currency transaction-type order-id merchant-order-id adjustment-id shipment-id "
    "marketplace-name fulfillment-id posted-date order-item-code merchant-order-item-id "
    "merchant-adjustment-item-id sku quantity-purchased"
)
_ONLY_V2: Final = ("amount-type", "amount-description", "amount", "posted-date-time")
_ONLY_V1: Final = _names(
    "shipment-fee-type shipment-fee-amount order-fee-type order-fee-amount price-type "
    "price-amount item-related-fee-type item-related-fee-amount misc-fee-amount "
    "other-fee-amount other-fee-reason-description direct-payment-type "
    "direct-payment-amount other-amount"
)
_PROMOTION_V1: Final = ("promotion-type", "promotion-amount")

REQUIRED: Final[Mapping[Layout, tuple[str, ...]]] = {
    "V2": _SHARED + _ONLY_V2,
    "V1": _SHARED + _ONLY_V1,
}

_WIDTHS: Final[Mapping[Layout, frozenset[int]]] = {
    "V2": frozenset({23, 24}),
    "V1": frozenset({33, 36}),
}
"""Columns of each layout, without and with those of promotions."""

_READ_SHARED: Final = _names(
    "settlement-id total-amount currency transaction-type order-id marketplace-name "
    "order-item-code sku quantity-purchased"
)
READ: Final[Mapping[Layout, frozenset[str]]] = {
    "V2": frozenset((*_READ_SHARED, *_ONLY_V2)),
    "V1": frozenset((*_READ_SHARED, *_ONLY_V1, *_PROMOTION_V1, "posted-date")),
}
"""The columns a line is made of; the others are not even parsed."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of one report.

    Attributes:
        line: the line it stands in.
        names: all columns in file order, unknown ones too.
    """

    line: int
    layout: Layout
    names: tuple[str, ...]

    @property
    def tabs(self) -> int:
        """The number of tabs every line must have."""
        return len(self.names) - 1

    def read(self) -> list[int]:
        """Return the positions of the columns a line is made of, in file order."""
        return [at for at, name in enumerate(self.names) if name in READ[self.layout]]


def second_heading(name: str, line: int, text: str, layout: Layout) -> DataError:
    """Say what is wrong with a heading below the heading; ``layout`` is that of the first."""
    other = _other(layout)
    if _first_of(_ONLY_V1 if other == "V1" else _ONLY_V2, _names_in(text)):
        sign = f"a second heading begins here, of {other}; the first is of {layout}"
        return MixedLayouts(name, line, sign)
    return JoinedReports(name, line)


def refuse_other_width(name: str, line: int, fields: int, heading: Heading) -> None:
    """Refuse a line as wide as the layout the heading is not of.

    Raises:
        MixedLayouts
    """
    other = _other(heading.layout)
    if fields in _WIDTHS[other]:
        sign = f"the line has {fields} fields, as {other} has; the heading is of {heading.layout}"
        raise MixedLayouts(name, line, sign)


def _other(layout: Layout) -> Layout:
    return "V1" if layout == "V2" else "V2"


def read_heading(name: str, line: int, text: str) -> Heading:
    """Recognise the layout of a file by the names in its heading.

    Raises:
        ResavedByExcel, OldMacintosh, MixedLayouts, UnknownHeading, RepeatedColumn
    """
    _refuse_other_separators(name, line, text)
    names = _names_in(text)
    new, old = (_first_of(marks, names) for marks in (_ONLY_V2, _ONLY_V1))
    if old and new:
        raise MixedLayouts(name, line, f"the heading names {old} of V1 and {new} of V2")
    layout: Layout = "V1" if old else "V2"
    if missing := [each for each in REQUIRED[layout] if each not in names]:
        raise UnknownHeading(name, line, missing, text)
    if promotion := set(_PROMOTION_V1).intersection(names):
        missing = sorted(set(_PROMOTION_V1) - promotion)
        if layout == "V1" and missing:
            raise UnknownHeading(name, line, missing, text)
    for each in READ[layout]:
        if names.count(each) > 1:
            raise RepeatedColumn(name, line, each)
    return Heading(line, layout, names)


def _names_in(text: str) -> tuple[str, ...]:
    return tuple(each.strip().casefold() for each in text.split("\t"))


def _first_of(marks: tuple[str, ...], names: tuple[str, ...]) -> str:
    return next((each for each in marks if each in names), "")


def _refuse_other_separators(name: str, line: int, text: str) -> None:
    if '"settlement-id"' in text:
        raise ResavedByExcel(name, line, "its fields stand in quotation marks")
    if "\r" in text:
        raise OldMacintosh(name)
    for mark, word in ((",", "commas"), (";", "semicolons")):
        if f"settlement-id{mark}" in text:
            raise ResavedByExcel(name, line, f"its columns are separated by {word}")
