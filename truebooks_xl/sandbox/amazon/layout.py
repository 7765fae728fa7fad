"""Flat File V2 as bytes: the heading, the summary row and one row for each line.

Protects: the total in the summary row is the sum of the lines written under it, always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from truebooks_xl.core.money import Money

COLUMNS: Final = (
    "settlement-id",
    "settlement-start-date",
    "settlement-end-date",
    "deposit-date",
    "total-amount",
    "currency",
    "transaction-type",
    "order-id",
    "merchant-order-id",
    "adjustment-id",
    "shipment-id",
    "marketplace-name",
    "amount-type",
    "amount-description",
    "amount",
    "fulfillment-id",
    "posted-date",
    "posted-date-time",
    "order-item-code",
    "merchant-order-item-id",
    "merchant-adjustment-item-id",
    "sku",
    "quantity-purchased",
    "promotion-id",
)
"""In Amazon's order."""

Style = Literal["iso", "dotted", "comma"]
"""How dates and amounts are written; Amazon's habit differs by marketplace."""

DAY_FORMAT: Final = {"iso": "%Y-%m-%d", "dotted": "%d.%m.%Y", "comma": "%d.%m.%Y"}


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary row, without its total.

    Attributes:
        start, end: the period, UTC.
        deposit: when the money arrives, UTC; None leaves the field blank.
    """

    settlement_id: str
    start: datetime
    end: datetime
    deposit: datetime | None
    currency: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line under the summary; ``minor`` is signed, + is money to the seller."""

    transaction_type: str
    amount_type: str
    amount_description: str
    minor: int
    posted_at: datetime
    order_id: str = ""
    order_item: str = ""
    sku: str = ""
    quantity: int | None = None
    marketplace: str = ""
    shipment: str = ""
    adjustment: str = ""
    fulfilment: str = ""
    promotion: str = ""


def amount(minor: int, currency: str, style: Style) -> str:
    """Write an amount as Amazon does: ``-3.66``, in the comma style ``-3,66``."""
    return str(Money(minor, currency)).replace(".", "," if style == "comma" else ".")


def instant(at: datetime | None, style: Style) -> str:
    """Write an instant: ``17.05.2026 07:06:34 UTC``; None is blank."""
    return at.strftime(f"{DAY_FORMAT[style]} %H:%M:%S UTC") if at else ""


def head(summary: Summary, total_minor: int, style: Style) -> str:
    """Write the heading and the summary row."""
    fields = (
        summary.settlement_id,
        *(instant(at, style) for at in (summary.start, summary.end, summary.deposit)),
        amount(total_minor, summary.currency, style),
        summary.currency,
    )
    blanks = ("",) * (len(COLUMNS) - len(fields))
    return "\t".join(COLUMNS) + "\n" + "\t".join((*fields, *blanks)) + "\n"


def flat_file(summary: Summary, lines: Sequence[Line], style: Style = "dotted") -> bytes:
    """Write a whole report; lines keep their order."""
    total = sum(line.minor for line in lines)
    rows = (_row(line, summary, style) for line in lines)
    return (head(summary, total, style) + "".join(rows)).encode()


def _row(line: Line, summary: Summary, style: Style) -> str:
    fields = (
        summary.settlement_id,
        *("",) * 5,  # dates, total and currency stand in the summary row only
        line.transaction_type,
        line.order_id,
        line.order_id,  # merchant-order-id repeats it on orders Amazon takes
        line.adjustment,
        line.shipment,
        line.marketplace,
        line.amount_type,
        line.amount_description,
        amount(line.minor, summary.currency, style),
        line.fulfilment,
        line.posted_at.strftime(DAY_FORMAT[style]),
        instant(line.posted_at, style),
        line.order_item,
        "",
        line.adjustment,
        line.sku,
        "" if line.quantity is None else str(line.quantity),
        line.promotion,
    )
    return "\t".join(fields) + "\n"
