"""The accountant's settings as set: dated, per marketplace, read with their problems.

Protects: a setting that is misspelt or means nothing is a problem with an address, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from truebooks_xl.core.countries import COUNTRIES
from truebooks_xl.core.dated import Dated, effective
from truebooks_xl.core.declared import ABROAD, MIXED, SETTINGS, Setting
from truebooks_xl.core.marketplaces import UnknownMarketplace, marketplace
from truebooks_xl.errors import DataError, Misuse, Problem

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


class NotPerMarketplace(DataError):
    """A setting of the whole organisation was given for one marketplace."""

    def __init__(self, where: str, name: str, marketplace: str) -> None:
        super().__init__(
            where=where,
            what=f"{name} is one for the whole organisation, and the row names {marketplace}.",
            remedy="Clear the row's Marketplace.",
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
    if not text:
        return ""  # not set
    if declared.choices:
        for choice in declared.choices:
            if text.casefold() == choice.casefold():
                return choice
        raise NotAChoice(where, declared.name, value, declared.choices)
    if declared.name in {"Seller established in", "Goods leave from"}:
        return _country(where, declared, text)
    if declared.name in FORMS:
        fits, example = FORMS[declared.name]
        if not fits(text):
            raise NotAChoice(where, declared.name, value, (example,))
    return text


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text  # 20260401 could be a settlement's id
    except ValueError:
        return False


def _seconds(text: str) -> bool:
    return _number(text) and int(text) <= LONGEST_WAIT_SECONDS


def _rate(text: str) -> bool:
    return RATE.fullmatch(text) is not None and Decimal(text) > 0


LONGEST_WAIT_SECONDS: Final = 300

RATE: Final = re.compile(r"\d{1,6}(\.\d{1,6})?", re.ASCII)
"""Xero takes six decimals of a rate. Source: Xero's API documentation, Invoices."""

FORMS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "Next document number": (_number, "a whole number such as 10001"),
    "First settlement to post": (
        lambda text: _day(text) or _number(text),
        "a settlement id, or a day such as 2026-04-01",
    ),
    "VAT filed to": (_day, "a day such as 2026-03-31"),
    "Exchange rate": (_rate, "a rate such as 1.1865, with at most six decimals"),
    "Settle wait": (_seconds, f"whole seconds from 0 to {LONGEST_WAIT_SECONDS}"),
}
"""What a value without choices must look like, and how that is said."""


def _country(where: str, declared: Setting, text: str) -> str:
    if declared.name == "Goods leave from" and text.casefold() in {ABROAD, MIXED}:
        return text.casefold()
    country = "GB" if text.upper() == "UK" else text.upper()
    if country in COUNTRIES:
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
        """Return a setting's values with their periods; without any row, its default for all days.

        Rows of the marketplace replace those for all marketplaces as a whole. Once a row gives the
        setting, the default speaks for no day: "registered from 15 March" is not before it.
        """
        declared = _BY_NAME[name.casefold()]
        rows = [each for each in self.entries if each.name == declared.name]
        own = [each for each in rows if each.marketplace and each.marketplace == marketplace]
        chosen = own or [each for each in rows if not each.marketplace]
        values = tuple(Dated(each.value, each.valid_from, each.valid_to) for each in chosen)
        return values or (Dated(declared.default),)

    def value(self, name: str, marketplace: str = "", day: date | None = None) -> str:
        """Return the value in force on a day (``None``: the latest); the default where none is."""
        found = effective(self.dated(name, marketplace), day or date.max)
        return _BY_NAME[name.casefold()].default if found is None else found


def read_settings(entries: Iterable[Entry]) -> tuple[Settings, tuple[Problem, ...]]:
    """Check rows of the Settings sheet; blank values are "not set" and speak for nothing.

    Two rows of one setting, marketplace and first day contradict each other: neither may win.
    """
    good: dict[tuple[str, str, date | None], Entry] = {}
    problems = []
    for entry in entries:
        try:
            declared = setting(entry.name)
            checked = _checked(entry, declared)
        except (UnknownSetting, UnknownMarketplace, NotAChoice, NotPerMarketplace) as wrong:
            problems.append(Problem(entry.where, wrong.what, wrong.remedy))
            continue
        if not checked.value:
            continue
        key = (checked.name, checked.marketplace, checked.valid_from)
        if key in good:
            what = f"{checked.name} is set twice for the same days, also in {good[key].where}."
            problems.append(Problem(entry.where, what, "Keep one of the two rows."))
        good[key] = checked
    return Settings(tuple(good.values())), tuple(problems)


def _checked(entry: Entry, declared: Setting) -> Entry:
    store = entry.marketplace.strip()
    if store and not declared.per_marketplace:
        raise NotPerMarketplace(entry.where, declared.name, store)
    return replace(
        entry,
        name=declared.name,
        marketplace=marketplace(store).code if store else "",
        value=check_value(entry.where, declared, entry.value),
    )
