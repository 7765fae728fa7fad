"""Exchange rates of the sandbox's Xero: its own, unless a document brings one.

Protects: a rate is how many units of the foreign currency one unit of the organisation's own buys,
to six decimals; a document in the organisation's own currency has 1.
Source: facts of Xero's API (the direction is likely). The figures are made up and never move by
themselves: a practice day can be repeated.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Refusal
from truebooks_xl.sandbox.xero.organisation import BASE_CURRENCY, COUNTRY_OF

TABLES: Final = """
CREATE TABLE IF NOT EXISTS exchange_rate (
    tenant TEXT NOT NULL, currency TEXT NOT NULL, rate TEXT NOT NULL,
    PRIMARY KEY (tenant, currency));
"""
SIX_PLACES: Final = Decimal("0.000001")
PER_DOLLAR: Final = {
    code: Decimal(units)
    for code, units in {
        "AED": "3.6725",
        "AUD": "1.52",
        "BRL": "5.40",
        "CAD": "1.37",
        "EGP": "48.50",
        "EUR": "0.86",
        "GBP": "0.75",
        "INR": "88.00",
        "JPY": "150.00",
        "MXN": "18.40",
        "NZD": "1.70",
        "PLN": "3.65",
        "SAR": "3.75",
        "SEK": "9.50",
        "SGD": "1.29",
        "TRY": "41.50",
        "USD": "1.00",
        "ZAR": "17.40",
    }.items()
}


def base_currency(books: Books) -> str:
    """Name the organisation's own currency."""
    return BASE_CURRENCY[COUNTRY_OF[books.tenant]]


def xeros_rate(books: Books, currency: str) -> Decimal:
    """Return the rate Xero puts on a document that brings none."""
    base = base_currency(books)
    if currency == base or currency not in PER_DOLLAR:
        return Decimal(1)
    row = books.row("SELECT rate FROM exchange_rate WHERE tenant = ? AND currency = ?", [currency])
    if row is not None:
        return Decimal(row["rate"])
    return (PER_DOLLAR[currency] / PER_DOLLAR[base]).quantize(SIX_PLACES)


def rate_sent(books: Books, currency: str, sent: object) -> Decimal:
    """Read a rate that a document brings; in the organisation's own currency it is not heard."""
    if isinstance(sent, bool) or not isinstance(sent, int | Decimal) or sent <= 0:
        raise Refusal(f"The currency rate {sent} must be greater than zero.")
    rate = Decimal(sent).quantize(SIX_PLACES)
    return Decimal(1) if currency == base_currency(books) else rate


def set_rate(books: Books, currency: str, rate: str) -> None:
    """Move Xero's own rate; documents that are there keep theirs."""
    assert currency in PER_DOLLAR, f"no currency {currency}"
    assert currency != base_currency(books), f"{currency} is the organisation's own"
    row = (books.tenant, currency, str(Decimal(rate).quantize(SIX_PLACES)))
    books.connection.execute("INSERT OR REPLACE INTO exchange_rate VALUES (?, ?, ?)", row)
