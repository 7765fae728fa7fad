"""Pre-flight against the organisation's cached lists: accounts and tax types.

Protects: what Xero would refuse only when the document is sent is found before, with the row of
Mapping that has to change (FIX-18).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from truebooks_xl.core.classification import Classified, Outcome
from truebooks_xl.core.document import MissingAccount
from truebooks_xl.core.matching import Rule
from truebooks_xl.core.money import Money
from truebooks_xl.core.tax import Account, TaxRate, unfit, unusable
from truebooks_xl.errors import Problem


def missing_accounts(
    outcomes: Iterable[Outcome], accounts: Mapping[str, Account], currency: str
) -> tuple[MissingAccount, ...]:
    """List the accounts lines would need and Xero does not offer; one row per rule and account."""
    found: dict[tuple[str, str, str], list[Classified]] = defaultdict(list)
    for outcome in outcomes:
        if isinstance(outcome, Classified) and account_fault(outcome.account, accounts):
            found[outcome.rule.account_at, outcome.category, outcome.account].append(outcome)
    return tuple(
        MissingAccount(
            where or "Mapping",
            category,
            account,
            Money(sum(each.tally.minor for each in items), currency),
            sum(each.tally.lines for each in items),
            account_fault(account, accounts),
        )
        for (where, category, account), items in sorted(found.items())
    )


def tax_type_problems(
    outcomes: Iterable[Outcome], accounts: Mapping[str, Account], rates: Mapping[str, TaxRate]
) -> tuple[Problem, ...]:
    """List what is wrong with the tax types lines would carry: empty, unknown, or unfit."""
    found: dict[tuple[str, str], Problem] = {}
    for outcome in outcomes:
        if not isinstance(outcome, Classified):
            continue
        where = outcome.rule.tax_type_at or "Mapping"
        fault = (
            tax_type_fault(outcome.tax_type, outcome.account, accounts, rates)
            if outcome.tax_type
            else f"{outcome.category} has no tax type."
        )
        if fault:
            found[where, fault] = Problem(where, fault, "Choose one that fits, then Preview.")
    return tuple(found[each] for each in sorted(found))


def rule_problems(
    rules: Iterable[Rule], accounts: Mapping[str, Account], rates: Mapping[str, TaxRate]
) -> tuple[Problem, ...]:
    """List the accounts and tax types that Mapping names and Xero does not offer.

    An empty cell is no problem of the sheet: it asks, and blocks only what needs it.
    """
    problems = []
    for rule in rules:
        if rule.account and (fault := account_fault(rule.account, accounts)):
            problems.append(Problem(rule.account_at, fault, "Choose another account."))
        if rule.tax_type and (
            fault := tax_type_fault(rule.tax_type, rule.account, accounts, rates)
        ):
            problems.append(Problem(rule.tax_type_at, fault, "Choose a tax type that fits."))
    return tuple(problems)


def account_fault(code: str, accounts: Mapping[str, Account]) -> str:
    """Say why no line may go to the account; "" when it may."""
    if not code:
        return "No account is given."
    if code not in accounts:
        return f"Account {code} is not in Accounts."
    fault = unusable(accounts[code])
    return f"{fault[0].upper()}{fault[1:]}." if fault else ""


def tax_type_fault(
    tax_type: str, code: str, accounts: Mapping[str, Account], rates: Mapping[str, TaxRate]
) -> str:
    """Say why the tax type cannot be used with the account; "" when it can."""
    if tax_type not in rates:
        return f"Tax type {tax_type} is not in Tax Rates."
    account = accounts.get(code)
    fault = unfit(rates[tax_type], account) if account else ""
    return f"{fault[0].upper()}{fault[1:]}." if fault else ""
