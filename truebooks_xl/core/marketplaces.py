"""The marketplaces of Amazon in one table: code, name, region, currency, time zone, country.

Protects: what differs between marketplaces is a row here, never an ``if`` elsewhere.

Source: Amazon SP-API documentation, "Marketplace IDs"; time zones are those of the storefront's
calendar, which decides cost days and VAT periods.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from truebooks_xl.errors import Misuse

Region = Literal["EU", "NA", "FE"]


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One Amazon store.

    Attributes:
        code: what we and the reference call it: ``UK`` (in ``TBUK-…``).
        name: what settlement rows call it, in Amazon's spelling: ``Amazon.co.uk``.
        country: ISO 3166 of the store: ``GB``.
        currency: ISO 4217 the store sells in.
        time_zone: IANA name; gives the local calendar day of a UTC instant.
        amazon_id: Amazon's marketplace id.
    """

    code: str
    name: str
    region: Region
    country: str
    currency: str
    time_zone: str
    amazon_id: str


MARKETPLACES: Final = tuple(
    Marketplace(*row)
    for row in (
        ("UK", "Amazon.co.uk", "EU", "GB", "GBP", "Europe/London", "A1F83G8C2ARO7P"),
        ("DE", "Amazon.de", "EU", "DE", "EUR", "Europe/Berlin", "A1PA6795UKMFR9"),
        ("FR", "Amazon.fr", "EU", "FR", "EUR", "Europe/Paris", "A13V1IB3VIYZZH"),
        ("IT", "Amazon.it", "EU", "IT", "EUR", "Europe/Rome", "APJ6JRA9NG5V4"),
        ("ES", "Amazon.es", "EU", "ES", "EUR", "Europe/Madrid", "A1RKKUPIHCS9HS"),
        ("NL", "Amazon.nl", "EU", "NL", "EUR", "Europe/Amsterdam", "A1805IZSGTT6HS"),
        ("BE", "Amazon.com.be", "EU", "BE", "EUR", "Europe/Brussels", "AMEN7PMS3EDWL"),
        ("SE", "Amazon.se", "EU", "SE", "SEK", "Europe/Stockholm", "A2NODRKZP88ZB9"),
        ("PL", "Amazon.pl", "EU", "PL", "PLN", "Europe/Warsaw", "A1C3SOZRARQ6R3"),
        ("IE", "Amazon.ie", "EU", "IE", "EUR", "Europe/Dublin", "A28R8C7NBKEWEA"),
        ("TR", "Amazon.com.tr", "EU", "TR", "TRY", "Europe/Istanbul", "A33AVAJ2PDY3EV"),
        ("AE", "Amazon.ae", "EU", "AE", "AED", "Asia/Dubai", "A2VIGQ35RCS4UG"),
        ("SA", "Amazon.sa", "EU", "SA", "SAR", "Asia/Riyadh", "A17E79C6D8DWNP"),
        ("EG", "Amazon.eg", "EU", "EG", "EGP", "Africa/Cairo", "ARBP9OOSHTCHU"),
        ("IN", "Amazon.in", "EU", "IN", "INR", "Asia/Kolkata", "A21TJRUUN4KGV"),
        ("ZA", "Amazon.co.za", "EU", "ZA", "ZAR", "Africa/Johannesburg", "AE08WJ6YKNBMC"),
        ("US", "Amazon.com", "NA", "US", "USD", "America/Los_Angeles", "ATVPDKIKX0DER"),
        ("CA", "Amazon.ca", "NA", "CA", "CAD", "America/Los_Angeles", "A2EUQ1WTGCTBG2"),
        ("MX", "Amazon.com.mx", "NA", "MX", "MXN", "America/Los_Angeles", "A1AM78C64UM0Y8"),
        ("BR", "Amazon.com.br", "NA", "BR", "BRL", "America/Sao_Paulo", "A2Q3Y263D00KWC"),
        ("AU", "Amazon.com.au", "FE", "AU", "AUD", "Australia/Sydney", "A39IBJ37TRP1C6"),
        ("JP", "Amazon.co.jp", "FE", "JP", "JPY", "Asia/Tokyo", "A1VC38T7YXB528"),
        ("SG", "Amazon.sg", "FE", "SG", "SGD", "Asia/Singapore", "A19VAU5U5O7RUS"),
    )
)

CURRENCIES: Final = frozenset(each.currency for each in MARKETPLACES)
"""All a settlement may be in; ``money.EXPONENT`` knows their decimals."""

_BY_CODE: Final = {each.code: each for each in MARKETPLACES}
_BY_NAME: Final = {each.name.casefold(): each for each in MARKETPLACES}


class UnknownMarketplace(Misuse):
    """A marketplace was named that is not in the table."""

    def __init__(self, code: str) -> None:
        known = ", ".join(_BY_CODE)
        super().__init__(
            where="Marketplace",
            what=f"“{code}” is not a marketplace.",
            remedy=f"Use one of {known}.",
        )


def marketplace(code: str) -> Marketplace:
    """Find a marketplace by its code; ``GB`` is read as ``UK``.

    Raises:
        UnknownMarketplace: no such code; the message lists them.
    """
    folded = code.strip().upper()
    found = _BY_CODE.get("UK" if folded == "GB" else folded)
    if found is None:
        raise UnknownMarketplace(code)
    return found


def by_name(name: str) -> Marketplace | None:
    """Find the store a settlement row names; None for ``Non-Amazon …`` and anything unknown."""
    return _BY_NAME.get(name.strip().casefold())


def of_settlement(marketplace_lines: Mapping[str, int]) -> Marketplace | None:
    """Find the store a settlement belongs to: the known one most of its lines name.

    Args:
        marketplace_lines: marketplace-name as written to its number of lines; ``Non-Amazon …``
            (multi-channel orders), "" and unknown names do not count.

    Returns:
        The store; of two with as many lines the one that stands first in the table; None when no
        line names a known one.
    """
    counts: Counter[Marketplace] = Counter()
    for name, lines in marketplace_lines.items():
        if (store := by_name(name)) is not None:
            counts[store] += lines
    return max(counts, key=lambda store: (counts[store], -MARKETPLACES.index(store)), default=None)
