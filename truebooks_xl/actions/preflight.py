"""Pre-flight against the world: what Xero would refuse, found before anything is written.

Protects: lock dates, currencies and lists that changed in Xero since the last refresh are named
with their remedy instead of failing half-way (FIX-18).
"""

from __future__ import annotations

from truebooks_xl.core.document import Proposal
from truebooks_xl.core.tax import Account, TaxRate, unfit, unusable
from truebooks_xl.errors import Problem
from truebooks_xl.xero.gateway import Organisation, Xero


def world_problems(proposal: Proposal, organisation: Organisation, xero: Xero) -> list[Problem]:
    """Compare a proposal with the organisation as it is now; an empty list is good to go."""
    accounts = {each.code: each for each in xero.accounts()}
    rates = {each.tax_type: each for each in xero.tax_rates()}
    problems = [*_locked(proposal, organisation), *_currency(proposal, xero)]
    for line in proposal.lines:
        problems += _line(line.account, line.tax_type, accounts, rates)
        rate = rates.get(line.tax_type)
        if rate is not None and rate.rate_percent != line.rate_percent:
            what = f"{line.tax_type} is {rate.rate_percent} % in Xero, {line.rate_percent} % here."
            problems.append(
                Problem("Tax Rates", what, "Refresh the lists from Xero, then Preview.")
            )
        if line.tax and not organisation.pays_tax:
            what = f"{organisation.name} is not registered for VAT in Xero, and {line.key} has VAT."
            problems.append(Problem("Xero", what, "Set “VAT registered”, or register it in Xero."))
    return list(dict.fromkeys(problems))


def _locked(proposal: Proposal, organisation: Organisation) -> list[Problem]:
    locks = (
        ("period lock date", organisation.period_lock),
        ("end of year lock date", organisation.year_end_lock),
    )
    return [
        Problem(
            "Xero",
            f"The document is dated {proposal.dated_on}, and the {name} is {locked}.",
            "Move the lock date in Xero, or ask an adviser.",
        )
        for name, locked in locks
        if locked is not None and proposal.dated_on <= locked
    ]


def _currency(proposal: Proposal, xero: Xero) -> list[Problem]:
    if proposal.currency in xero.currencies():
        return []
    what = f"The organisation is not subscribed to currency {proposal.currency}."
    return [Problem("Xero", what, f"Add {proposal.currency} under Settings, Currencies in Xero.")]


def _line(
    code: str, tax_type: str, accounts: dict[str, Account], rates: dict[str, TaxRate]
) -> list[Problem]:
    account, rate = accounts.get(code), rates.get(tax_type)
    if account is None:
        fault = f"account {code} is not in Xero"
    elif rate is None:
        fault = f"tax type {tax_type} is not in Xero"
    else:
        fault = unusable(account) or unfit(rate, account)
    if not fault:
        return []
    return [Problem("Mapping", f"{fault[0].upper()}{fault[1:]}.", "Choose another, then Preview.")]
