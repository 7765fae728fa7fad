"""Pre-flight against the organisation's cached lists: accounts and tax types.

Protects: what Xero would refuse only when the document is sent is found before, with the row of
Mapping that has to change (FIX-18).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from truebooks_xl.core.classification import Classified, Outcome
from truebooks_xl.core.document import MissingAccount
from truebooks_xl.core.money import Money
from truebooks_xl.core.tax import Account, TaxRate, unfit, unusable
from truebooks_xl.errors import Problem


def missing_accounts(
    outcomes: Iterable[Outcome], accounts: Mapping[str, Account], currency: str
) -> tuple[MissingAccount, ...]:
    """List the accounts lines would need and Xero does not offer; one row per rule and account."""
    found: dict[tuple[str, str, str], list[Classified]] = defaultdict(list)
    for outcome in outcomes:
        if isinstance(outcome, Classified) and _account_fault(outcome.account, accounts):
            found[outcome.rule.row, outcome.category, outcome.account].append(outcome)
    return tuple(
        MissingAccount(
            where or "Mapping",
            category,
            account,
            Money(sum(each.tally.minor for each in items), currency),
            sum(each.tally.lines for each in items),
            _account_fault(account, accounts),
        )
        for (where, category, account), items in sorted(found.items())
    )


def _account_fault(code: str, accounts: Mapping[str, Account]) -> str:
    if not code:
        return "No account is given."
    if code not in accounts:
        return f"Account {code} is not in Accounts."
    fault = unusable(accounts[code])
    return f"{fault[0].upper()}{fault[1:]}." if fault else ""


def tax_type_problems(
    outcomes: Iterable[Outcome], accounts: Mapping[str, Account], rates: Mapping[str, TaxRate]
) -> tuple[Problem, ...]:
    """List the rules whose tax type is empty, unknown to Xero, or does not fit the account."""
    found: dict[tuple[str, str], Problem] = {}
    for outcome in outcomes:
        if not isinstance(outcome, Classified):
            continue
        where = outcome.rule.row or "Mapping"
        fault = _tax_type_fault(outcome, accounts, rates)
        if fault:
            remedy = f"Choose a tax type that fits in {where}, then Preview."
            found[where, fault] = Problem(where, fault, remedy)
    return tuple(found[each] for each in sorted(found))


def _tax_type_fault(
    outcome: Classified, accounts: Mapping[str, Account], rates: Mapping[str, TaxRate]
) -> str:
    if not outcome.tax_type:
        return f"{outcome.category} has no tax type."
    if outcome.tax_type not in rates:
        return f"Tax type {outcome.tax_type} is not in Tax Rates."
    account = accounts.get(outcome.account)
    fault = unfit(rates[outcome.tax_type], account) if account else ""
    return f"{fault[0].upper()}{fault[1:]}." if fault else ""
