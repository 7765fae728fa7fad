"""Defaults of a marketplace: the rows a workbook gets when it first meets one.

Protects: an account the organisation does not have is left empty, never invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from truebooks_xl import data as shipped
from truebooks_xl.actions.gather import Workspace
from truebooks_xl.core.declared import SETTINGS as DECLARED
from truebooks_xl.core.default_rules import default_rules
from truebooks_xl.core.mapping import Rule, RuleBook
from truebooks_xl.core.marketplaces import Marketplace
from truebooks_xl.core.settings import setting
from truebooks_xl.core.tax import Account
from truebooks_xl.workbook.book import AppendRows, Edit, Writable
from truebooks_xl.workbook.schema import MAPPING, SETTINGS

OF_A_STORE = ("Seller established in", "Goods leave from")
"""Settings of which each marketplace has a row of its own."""


def marketplace_rules(
    country: str,
    store: Marketplace,
    accounts: Mapping[str, Account],
    established_in: str = "",
    goods_leave_from: str = "",
) -> tuple[Rule, ...]:
    """Return the default rules of a marketplace, with the accounts the organisation really has.

    A proposed account the organisation lacks (by code, type and status) is left empty: category
    known, account missing.
    """
    roles = {
        each.role: each.account.code
        for each in shipped.accounts(country)
        if each.role
        and (found := accounts.get(each.account.code)) is not None
        and found.active
        and found.type == each.account.type
    }
    return default_rules(
        shipped.rule_tables(), country, store, established_in, goods_leave_from, roles
    )


def rule_row(rule: Rule) -> dict[str, Writable]:
    """Return a rule as a row of Mapping."""
    tracking = [f"{category}: {option}" for category, option in rule.tracking] + ["", ""]
    return {
        "transaction_type": rule.transaction_type,
        "amount_type": rule.amount_type,
        "amount_description": rule.amount_description,
        "marketplace": rule.marketplace,
        "treatment": rule.treatment,
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "category": rule.category,
        "line_text": rule.description,
        "account": rule.account,
        "tax_type": rule.tax_type,
        "tracking_1": tracking[0],
        "tracking_2": tracking[1],
        "origin": f"Default {rule.marketplace}",
    }


PRACTICE: Final = {"List lag guard": "off"}
"""Settings of a practice workbook: its Xero lists what it holds at once, and nobody has to wait."""


def settings_rows(country: str, store: Marketplace, *, sandbox: bool) -> list[dict[str, Writable]]:
    """Return one row for each setting, with the value in force made visible."""
    chosen = PRACTICE if sandbox else {}
    shared: list[dict[str, Writable]] = [
        {"setting": each.name, "value": chosen.get(each.name, each.default), "note": each.note}
        for each in DECLARED
        if each.name not in OF_A_STORE
    ]
    return [*store_settings(country, store), *shared]


def store_settings(country: str, store: Marketplace) -> list[dict[str, Writable]]:
    """Return the rows every marketplace has of its own: establishment, and where stock stands."""
    values = dict(zip(OF_A_STORE, (country, store.country), strict=True))
    return [
        {
            "setting": name,
            "marketplace": store.code,
            "value": value,
            "note": setting(name).note,
        }
        for name, value in values.items()
    ]


def with_defaults(space: Workspace, stores: Sequence[Marketplace]) -> tuple[Workspace, list[Edit]]:
    """Add default rules and settings for marketplaces the workbook has not met before.

    What the accountant has set already, for the marketplace or for all, stays and decides which
    rules are chosen.
    """
    edits: list[Edit] = []
    country = space.identity.country
    for store in dict.fromkeys(stores):
        if any(rule.marketplace == store.code for rule in space.rules.rules):
            continue
        chosen = {name: space.settings.value(name, store.code) for name in OF_A_STORE}
        missing = [row for row in store_settings(country, store) if not chosen[str(row["setting"])]]
        rules = marketplace_rules(country, store, space.accounts, *chosen.values())
        edits.append(AppendRows(MAPPING, [rule_row(each) for each in rules]))
        if missing:
            edits.append(AppendRows(SETTINGS, missing))
        space = replace(space, rules=RuleBook((*space.rules.rules, *rules)))
    return space, edits
