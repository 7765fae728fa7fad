"""What booked lines do to the UK VAT return and to profit, in the settlement's signs.

Protects: VAT follows the tax type and profit the account's class, never the kind of document: a
bill moves the same boxes as an invoice would (G-17). A cross-check of the return, not the return.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol

from truebooks_xl.core.money import Money
from truebooks_xl.core.tax import NO_TAX, Account, TaxRate

REVERSE_CHARGES: Final = frozenset({"REVERSECHARGES", "DRCHARGE20"})
"""Purchases whose VAT the buyer declares and reclaims; the document itself carries none."""

STANDARD: Final = "OUTPUT2"
"""The organisation's rate of this type is what a reverse charge is declared at."""

PROFIT_CLASSES: Final = frozenset({"REVENUE", "EXPENSE"})


LIMIT: Final = Money(10_000_00, "GBP")
"""Net VAT error that goes on the next return whatever the turnover (VAT Notice 700/45, 4)."""


class Line(Protocol):
    """One booked line; positive is money to the seller."""

    @property
    def account(self) -> str:
        """Account code."""

    @property
    def tax_type(self) -> str:
        """Xero's code."""

    @property
    def gross(self) -> Money:
        """Includes tax."""

    @property
    def tax(self) -> Money:
        """Of the document; nil for a reverse charge."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes 1, 4, 6 and 7 of the UK return, to the penny; 6 and 7 go there in whole pounds.

    Attributes:
        output_tax: Box 1. ``input_tax``: Box 4.
        sales: Box 6. ``purchases``: Box 7; both without VAT, positive as the return shows them.
    """

    output_tax: Money
    input_tax: Money
    sales: Money
    purchases: Money

    @property
    def net_tax(self) -> Money:
        """Box 5: VAT due, Box 1 less Box 4; positive is owed."""
        return self.output_tax - self.input_tax

    def __add__(self, other: Boxes) -> Boxes:
        return Boxes(
            self.output_tax + other.output_tax,
            self.input_tax + other.input_tax,
            self.sales + other.sales,
            self.purchases + other.purchases,
        )

    def __neg__(self) -> Boxes:
        return Boxes(-self.output_tax, -self.input_tax, -self.sales, -self.purchases)

    def __sub__(self, other: Boxes) -> Boxes:
        return self + -other

    def as_json(self) -> dict[str, str]:
        """Return ``{"1": "380.00", "4": …, "5": …, "6": …, "7": …}``."""
        return {
            "1": str(self.output_tax),
            "4": str(self.input_tax),
            "5": str(self.net_tax),
            "6": str(self.sales),
            "7": str(self.purchases),
        }


def boxes(
    lines: Iterable[Line],
    rates: Mapping[str, TaxRate],
    accounts: Mapping[str, Account],
    currency: str,
) -> Boxes:
    """Add up what the lines put into each box; NONE is off the return, zero-rated is on it.

    Args:
        rates: tells by its classes which side a tax type is on; one that fits both sides, or is
            not listed, goes by the account's class.
        currency: of the lines; they are not converted.

    Source: accounting facts 1.4 (VAT audit) and 3.4.
    """
    nothing = Money(0, currency)
    total = Boxes(nothing, nothing, nothing, nothing)
    for line in lines:
        total += _of(line, rates, accounts, nothing)
    return total


def _of(
    line: Line, rates: Mapping[str, TaxRate], accounts: Mapping[str, Account], nothing: Money
) -> Boxes:
    net = line.gross - line.tax
    if line.tax_type in {NO_TAX, ""}:
        return Boxes(nothing, nothing, nothing, nothing)
    if line.tax_type in REVERSE_CHARGES:
        # The line's own tax is nil; the buyer declares it on top and reclaims it. A domestic one
        # is no sale of the buyer's: Box 7 only.
        due = _declared(-line.gross, rates)
        sold = nothing if line.tax_type == "DRCHARGE20" else -line.gross
        return Boxes(due, due, sold, -line.gross)
    if _is_output(line, rates, accounts):
        return Boxes(line.tax, nothing, net, nothing)
    return Boxes(nothing, -line.tax, nothing, -net)


def _declared(net: Money, rates: Mapping[str, TaxRate]) -> Money:
    percent = rates[STANDARD].rate_percent if STANDARD in rates else Decimal(0)
    return Money.rounded(net.amount * percent / 100, net.currency)


def _is_output(line: Line, rates: Mapping[str, TaxRate], accounts: Mapping[str, Account]) -> bool:
    rate, account = rates.get(line.tax_type), accounts.get(line.account)
    sides = rate.classes & PROFIT_CLASSES if rate else frozenset()
    if len(sides) == 1:
        return "REVENUE" in sides
    return account is not None and account.account_class == "REVENUE"


def profit(lines: Iterable[Line], accounts: Mapping[str, Account], currency: str) -> Money:
    """Add up what the lines do to profit before tax: positive is more profit.

    Net of revenue and expense accounts, in the settlement's signs; the balance sheet, and an
    account nobody knows, are no profit.
    """
    return Money.total(
        (
            line.gross - line.tax
            for line in lines
            if (account := accounts.get(line.account)) is not None
            and account.account_class in PROFIT_CLASSES
        ),
        currency,
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """What booked lines, or the difference of two bookings, do."""

    boxes: Boxes
    profit: Money

    def __sub__(self, other: Effect) -> Effect:
        return Effect(self.boxes - other.boxes, self.profit - other.profit)

    def as_json(self) -> dict[str, Any]:
        """Return ``{"boxes": {"1": …}, "profit": "12.50"}``."""
        return {"boxes": self.boxes.as_json(), "profit": str(self.profit)}


def effect(
    lines: Sequence[Line],
    rates: Mapping[str, TaxRate],
    accounts: Mapping[str, Account],
    currency: str,
) -> Effect:
    """Say what the lines do to the VAT return and to profit, in their own currency."""
    return Effect(boxes(lines, rates, accounts, currency), profit(lines, accounts, currency))


def vat_error(moved: Boxes) -> str:
    """Say what a correction of a filed return is in VAT, beside the limits; it decides nothing.

    Careless errors are disclosed apart, whatever their size.

    Source: VAT Notice 700/45. Box 6 of the return it goes on is not known here.
    """
    net = moved.net_tax
    if not net:
        return "Net VAT error 0.00: Box 1 and Box 4 move by the same amount, or not at all."
    way = "too little VAT was declared" if net.minor > 0 else "too much VAT was declared"
    size = Money(abs(net.minor), net.currency)
    said = f"Net VAT error {size.words}: {way}."
    if net.currency != LIMIT.currency:
        return f"{said} Convert it to hold it against the limits of VAT Notice 700/45."
    if size.minor <= LIMIT.minor:
        return f"{said} With all other errors of the period up to £10,000: on the next return."
    return (
        f"{said} Above £10,000 it goes on the next return only up to 1 % of that return's Box 6"
        " and £50,000; otherwise tell HMRC (VAT Notice 700/45)."
    )
