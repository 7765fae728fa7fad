"""Documents in another currency: the rate typed, the rate expected, and the base total.

Protects: Xero's rate is always held against one that somebody knows; the settlement's own amount
is never converted by us, and a base total is Xero's own rate at work.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from truebooks_xl.core.ledger import Document
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.drafts import SIGN
from truebooks_xl.core.rows import CellReader
from truebooks_xl.core.settings import RATE, Settings
from truebooks_xl.errors import DataError


class NoRateKnown(DataError):
    """Nobody can say what rate a foreign document should have."""

    def __init__(self, settlement_id: str, currency: str, base_currency: str, day: date) -> None:
        super().__init__(
            where="Settings, Exchange rate",
            what=f"Settlement {settlement_id} is in {currency}, and no rate for 1 {base_currency}"
            f" on {day} is known, so nobody can check Xero's.",
            remedy=f"Add a row with the {currency} for 1 {base_currency} of that day, then Post.",
        )


def typed_rate(cells: CellReader) -> Decimal | None:
    """Read the rate typed into a settlement's row; None leaves it to Xero.

    What is no rate, or has more than the six decimals Xero takes, is noted with its cell.
    """
    rate = cells.amount("exchange_rate")
    if rate is None or (rate > 0 and RATE.fullmatch(f"{rate:f}")):
        return rate
    cells.problem(
        "exchange_rate",
        f"“{rate:f}” is no exchange rate.",
        "Type the units for one of the base currency, such as 1.1865, or clear it.",
    )
    return None


def expected_rate(
    settings: Settings,
    document: tuple[str, str, str, date],
    base_currency: str,
    *,
    typed: Decimal | None = None,
    last: Decimal | None = None,
) -> Decimal | None:
    """Return the rate that Xero's is held against; None where the document is in the base currency.

    Args:
        document: settlement id, code of the marketplace, currency, and the document's date.
        typed: of the settlement's row; it is sent, and itself held against Settings.
        last: of the document posted last in this currency.

    Returns:
        Units of the document's currency for one of the base: of Settings on the day, else the
        last, else the typed one.

    Raises:
        NoRateKnown: there is none of the three.
    """
    settlement_id, marketplace, currency, day = document
    if currency == base_currency:
        return None
    if rate := settings.value("Exchange rate", marketplace, day):
        return Decimal(rate)
    if known := last or typed:
        return known
    raise NoRateKnown(settlement_id, currency, base_currency, day)


def base_total(document: Document, base_currency: str) -> Money | None:
    """Return what the document comes to in the base currency, in the settlement's sign.

    Total ÷ rate, rounded half up; None where Xero told no rate.
    """
    sign = SIGN[document.kind]
    if document.currency == base_currency:
        return Money(sign * document.total.minor, base_currency)
    if not document.rate:
        return None
    return Money.rounded(sign * document.total.amount / document.rate, base_currency)
