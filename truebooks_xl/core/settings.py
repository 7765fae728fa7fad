"""The accountant's settings: declared once, dated, per marketplace, read with their problems.

Protects: a setting that is misspelt or means nothing is a problem with an address, never ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from truebooks_xl.core.dated import Dated, effective
from truebooks_xl.errors import DataError, Misuse, Problem

ABROAD: Final = "abroad"
MIXED: Final = "mixed"

VAT_PERIODS: Final = (
    "monthly",
    "quarters ending Mar Jun Sep Dec",
    "quarters ending Jan Apr Jul Oct",
    "quarters ending Feb May Aug Nov",
    "none",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as declared.

    Attributes:
        choices: the values allowed; empty where any text is.
        default: the value in force while no row gives one; "" is "not set".
        note: what the accountant reads beside it.
    """

    name: str
    default: str
    choices: tuple[str, ...]
    note: str
    per_marketplace: bool = False
    dated: bool = False


SETTINGS: Final = (
    Setting(
        "Seller established in",
        "",
        (),
        "Country code of the establishment; blank is the organisation's own country.",
        per_marketplace=True,
        dated=True,
    ),
    Setting(
        "Goods leave from",
        "",
        (),
        "A country code, abroad or mixed; blank is the marketplace's own country.",
        per_marketplace=True,
        dated=True,
    ),
    Setting(
        "VAT registered",
        "yes",
        ("yes", "no"),
        "Dated: sales and fees go by their local day, refunds by the day of the original sale.",
        dated=True,
    ),
    Setting(
        "VAT scheme",
        "standard",
        ("standard", "cash", "flat rate"),
        "Flat rate: gross turnover, no input VAT on fees; Post refuses INPUT2 then.",
        dated=True,
    ),
    Setting(
        "VAT Calculation Service",
        "auto",
        ("auto", "on", "off"),
        "auto: on when a Tax row on an own-VAT order says so. On: Principal is net.",
        per_marketplace=True,
        dated=True,
    ),
    Setting(
        "Zero-VAT orders",
        "ask",
        ("ask", "export", "domestic zero"),
        "Orders of standard-rated SKUs without VAT: ask blocks and lists them.",
        per_marketplace=True,
        dated=True,
    ),
    Setting(
        "VAT periods",
        "",
        VAT_PERIODS,
        "When VAT returns end: monthly, quarters ending Mar Jun Sep Dec (or Jan Apr Jul Oct,"
        " or Feb May Aug Nov), none. Needed when a settlement spans two months.",
    ),
    Setting(
        "Across VAT periods",
        "ask",
        ("ask", "one document"),
        "Lines and document in different VAT periods: ask blocks; one document uses its date.",
    ),
    Setting(
        "Group lines by",
        "description",
        ("description", "account"),
        "description: one line per text, account and tax type. account: account and tax type only.",
    ),
    Setting(
        "Next document number",
        "10001",
        (),
        "The next AMZ-TB number; checked against Xero before it is spent.",
    ),
    Setting("Archive folder", "", (), "Where raw reports are kept; blank is the product's folder."),
)

_BY_NAME: Final = {each.name.casefold(): each for each in SETTINGS}


class UnknownSetting(Misuse):
    """A setting was named that does not exist."""

    def __init__(self, name: str) -> None:
        known = ", ".join(each.name for each in SETTINGS)
        super().__init__(
            where="Settings",
            what=f"“{name}” is not a setting.",
            remedy=f"Use one of: {known}.",
        )


class NotAChoice(DataError):
    """A setting was given a value it cannot have."""

    def __init__(self, where: str, name: str, value: str, choices: Sequence[str]) -> None:
        super().__init__(
            where=where,
            what=f"“{value}” is not a choice of {name}.",
            remedy=f"Use one of: {', '.join(choices)}.",
        )


def setting(name: str) -> Setting:
    """Find a setting by its name; ``zero-vat-orders`` is read as ``Zero-VAT orders``.

    Raises:
        UnknownSetting: no such setting; the message lists them.
    """
    wanted = _plain(name)
    for each in SETTINGS:
        if _plain(each.name) == wanted:
            return each
    raise UnknownSetting(name)


def _plain(name: str) -> str:
    return name.casefold().replace("-", " ").replace("_", " ").strip()


def check_value(where: str, declared: Setting, value: str) -> str:
    """Return the value in its declared spelling.

    Raises:
        NotAChoice: the setting has choices and this is none of them, or is no number or country.
    """
    text = value.strip()
    if declared.choices:
        for choice in declared.choices:
            if text.casefold() == choice.casefold():
                return choice
        raise NotAChoice(where, declared.name, value, declared.choices)
    if declared.name == "Next document number" and not text.isdecimal():
        raise NotAChoice(where, declared.name, value, ("a whole number such as 10001",))
    if declared.name in {"Seller established in", "Goods leave from"}:
        return _country(where, declared, text)
    return text


def _country(where: str, declared: Setting, text: str) -> str:
    if declared.name == "Goods leave from" and text.casefold() in {ABROAD, MIXED}:
        return text.casefold()
    country = "GB" if text.upper() == "UK" else text.upper()
    if len(country) == 2 and country.isascii() and country.isalpha():  # noqa: PLR2004 ISO 3166
        return country
    more = (ABROAD, MIXED) if declared.name == "Goods leave from" else ()
    raise NotAChoice(where, declared.name, text, ("a country code such as GB", *more))


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of Settings; ``marketplace`` "" speaks for all."""

    name: str
    marketplace: str
    value: str
    valid_from: date | None = None
    valid_to: date | None = None
    where: str = "Settings"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings in force; a row for a marketplace beats one for all."""

    entries: tuple[Entry, ...]

    def dated(self, name: str, marketplace: str = "") -> tuple[Dated[str], ...]:
        """Return a setting's values with their periods, the default first (open at both ends).

        Rows of the marketplace replace those for all marketplaces as a whole.
        """
        declared = _BY_NAME[name.casefold()]
        rows = [each for each in self.entries if each.name == declared.name]
        own = [each for each in rows if each.marketplace and each.marketplace == marketplace]
        chosen = own or [each for each in rows if not each.marketplace]
        values = tuple(Dated(each.value, each.valid_from, each.valid_to) for each in chosen)
        return (Dated(declared.default), *values)

    def value(self, name: str, marketplace: str = "", day: date | None = None) -> str:
        """Return the value in force on a day (``None``: the latest); "" is not set."""
        found = effective(self.dated(name, marketplace), day or date.max)
        return found or ""


def read_settings(entries: Iterable[Entry]) -> tuple[Settings, tuple[Problem, ...]]:
    """Check rows of the Settings sheet; blank values are "not set" and speak for nothing."""
    good, problems = [], []
    for entry in entries:
        try:
            declared = setting(entry.name)
            value = entry.value.strip()
            if value:
                checked = check_value(entry.where, declared, value)
                good.append(
                    Entry(
                        declared.name,
                        entry.marketplace.strip().upper(),
                        checked,
                        entry.valid_from,
                        entry.valid_to,
                        entry.where,
                    )
                )
        except (UnknownSetting, NotAChoice) as wrong:
            problems.append(Problem(entry.where, wrong.what, wrong.remedy))
    return Settings(tuple(good)), tuple(problems)
