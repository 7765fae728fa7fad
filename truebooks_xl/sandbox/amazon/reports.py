"""The demo's settlement: a fortnight of an invented British shop, as Amazon would report it.

Protects: it is clearly synthetic (settlement 99000000001, orders 999-…), the same to the byte on
every machine, and holds what makes real settlements hard: zero-rated books beside toys, exports,
refunds of older orders, tax that Amazon accounts for itself, multi-channel orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from truebooks_xl.sandbox.amazon.account import account_lines, reimbursements
from truebooks_xl.sandbox.amazon.catalogue import BOOKS, CAR_SEATS, TOYS, Dice, Product
from truebooks_xl.sandbox.amazon.layout import Line, Summary, flat_file
from truebooks_xl.sandbox.amazon.orders import Buyer, Sale, refunded, sold

DEMO: Final = Summary(
    "99000000001",
    datetime(2026, 5, 4, 6, 12, 41, tzinfo=UTC),
    datetime(2026, 5, 18, 6, 12, 41, tzinfo=UTC),
    datetime(2026, 5, 20, 6, 12, 41, tzinfo=UTC),
    "GBP",
)
"""The period lies in one month and one VAT quarter, whichever quarter ends the seller has."""

ORDERS: Final = 1150
OLDER_ORDERS: Final = 60
"""Orders of before the period that are refunded in it; some of them."""

_PERIOD_MINUTES: Final = 14 * 24 * 60
_FOREIGN_RATES_PERCENT: Final = (19, 20, 21, 23)


@cache
def demo_fortnight() -> bytes:
    """Return the demo's Flat File V2: over 5,000 lines, GBP, dotted dates, decimal points."""
    return flat_file(DEMO, _lines())


def _lines() -> list[Line]:
    dice = Dice(20260504)
    sales = [sale for nth in range(ORDERS) for sale in _order(nth, dice, DEMO.start)]
    before = DEMO.start - timedelta(days=14)
    older = [sale for nth in range(OLDER_ORDERS) for sale in _order(ORDERS + nth, dice, before)]
    # An older order's treatment can only be told from its own tax rows, or from its SKU.
    plain = [sale for sale in older if sale.buyer == "home"]
    events = [(sale.posted_at, tuple(sold(sale))) for sale in sales]
    events += _refunds(sales, 5, dice) + _refunds(plain, 60, dice)
    beside = (*account_lines(DEMO.start), *reimbursements(DEMO.start, (*TOYS, *BOOKS), dice))
    events += [(line.posted_at, (line,)) for line in beside]
    # Rows of an item stand together; items stand in the order they were posted, almost.
    events.sort(key=lambda event: event[0] + timedelta(minutes=dice.roll(180)))
    return [line for _, lines in events for line in lines]


def _order(nth: int, dice: Dice, since: datetime) -> Iterator[Sale]:
    """Make up one order: mostly one item, sometimes a basket of different VAT rates."""
    order_id = f"999-{2600000 + 7 * nth:07d}-{(nth * 7919) % 10**7:07d}"
    posted_at = since + timedelta(minutes=dice.roll(_PERIOD_MINUTES), seconds=dice.roll(60))
    buyer = _buyer(dice)
    by_merchant = buyer == "home" and dice.chance(4)
    for item in range(2 if dice.chance(10) else 1):
        sale = Sale(
            order_id,
            f"99{nth:08d}{item + 1:04d}",
            f"Demo{nth:05d}",
            _product(buyer, dice),
            1 + (dice.chance(9)) + (dice.chance(3)),
            posted_at,
            buyer,
            foreign_rate_percent=dice.pick(_FOREIGN_RATES_PERCENT) if buyer == "facilitator" else 0,
            by_merchant=by_merchant,
        )
        yield sale if buyer == "elsewhere" else _with_extras(sale, dice)


def _buyer(dice: Dice) -> Buyer:
    roll = dice.roll(200)
    if roll < 5:  # noqa: PLR2004 - in two hundred
        return "abroad"
    if roll < 9:  # noqa: PLR2004
        return "facilitator"
    return "elsewhere" if roll < 12 else "home"  # noqa: PLR2004


def _product(buyer: Buyer, dice: Dice) -> Product:
    if buyer in {"abroad", "facilitator"}:
        return dice.pick(TOYS)
    roll = dice.roll(100)
    if roll < 3:  # noqa: PLR2004 - in a hundred
        return dice.pick(CAR_SEATS)
    return dice.pick(BOOKS if roll < 28 else TOYS)  # noqa: PLR2004


def _with_extras(sale: Sale, dice: Dice) -> Sale:
    shipping = dice.pick((299, 399, 449)) if sale.by_merchant or dice.chance(12) else 0
    return replace(
        sale,
        shipping_minor=shipping,
        free_shipping=bool(shipping) and dice.chance(35),
        gift_wrap_minor=395 if sale.buyer == "home" and dice.chance(3) else 0,
        discount_minor=sale.product.price_minor * sale.quantity // 10 if dice.chance(7) else 0,
    )


def _refunds(
    sales: list[Sale], percent: int, dice: Dice
) -> list[tuple[datetime, tuple[Line, ...]]]:
    """Refund some of the sales, later than they were posted and within the period."""
    chosen = [sale for sale in sales if sale.buyer != "elsewhere" and dice.chance(percent)]
    events = []
    for nth, sale in enumerate(chosen):
        since = max(sale.posted_at, DEMO.start)
        left = int((DEMO.end - since).total_seconds())
        at = since + timedelta(seconds=dice.roll(left))
        events.append((at, tuple(refunded(sale, at, f"DemoAdj{len(sales):04d}{nth:04d}"))))
    return events
