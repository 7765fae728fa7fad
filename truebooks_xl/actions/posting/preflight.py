"""Pre-flight against the world: what Xero would refuse, found before anything is written.

Protects: lock dates, rights, currencies and lists that changed in Xero since the last refresh are
named with their remedy instead of failing half-way (FIX-18).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from truebooks_xl.core.document import Proposal
from truebooks_xl.core.groups import TOKEN
from truebooks_xl.core.ledger import ENDED, Document, Kind
from truebooks_xl.core.tax import Account, TaxRate, unfit, unusable
from truebooks_xl.errors import Problem, Refused
from truebooks_xl.xero.gateway import Organisation, Xero

FRESH: Final = timedelta(minutes=10)
"""How long what was read of the organisation is good for within one run."""

RIGHTS: Final[Mapping[Kind, str]] = {
    "ACCREC": "CreateApprovedInvoice",
    "ACCPAY": "CreateApprovedBill",
    "MANUALJOURNAL": "CreateManualJournal",
}
PAST_LOCK: Final = "ApproveTransactionsBeforePeriodLockDate"

T = TypeVar("T")


@dataclass(slots=True)
class World:
    """The organisation as it is now: each list is read once, and again when it is old.

    Attributes:
        known: what was read, by name, with its instant.
        journals_refused: why manual journals could not be read; "" while they could.
    """

    xero: Xero
    now: Callable[[], datetime]
    known: dict[str, tuple[datetime, Any]] = field(default_factory=dict)
    journals_refused: str = ""

    def organisation(self) -> Organisation:
        """Return the organisation with its lock dates."""
        return self._kept("organisation", self.xero.organisation)

    def accounts(self) -> dict[str, Account]:
        """Return the chart by code."""
        return self._kept("accounts", lambda: {a.code: a for a in self.xero.accounts()})

    def rates(self) -> dict[str, TaxRate]:
        """Return the tax rates by type."""
        return self._kept("rates", lambda: {r.tax_type: r for r in self.xero.tax_rates()})

    def currencies(self) -> frozenset[str]:
        """Return the currencies that are switched on."""
        return self._kept("currencies", lambda: frozenset(self.xero.currencies()))

    def rights(self) -> Mapping[str, bool]:
        """Return what the connected user may do; a name Xero does not tell is unknown."""
        return self._kept("rights", self.xero.permissions)

    def contact(self, name: str, network_key: str) -> str:
        """Return the id of a contact, made where it is not there yet."""
        made = lambda: self.xero.contact(name, network_key=network_key)  # noqa: E731
        return self._kept(f"contact {name}", made)

    def journals(self, first: date, last: date) -> Sequence[Document]:
        """Return the manual journals of these days, both included, that are not ended.

        None where the connection may not read them: then nobody has posted one with it.
        """

        def read() -> Sequence[Document]:
            try:
                found = self.xero.journals(first, last)
            except Refused as refusal:
                self.journals_refused = refusal.what
                return ()
            return [each for each in found if each.status not in ENDED]

        return self._kept(f"journals {first} {last}", read)

    def journal_keys(self, first: date, last: date) -> dict[str, date]:
        """Return the tokens in the narrations of these journals, each with its journal's day."""
        found = self.journals(first, last)
        return {word[0]: each.dated_on for each in found for word in TOKEN.finditer(each.reference)}

    def _kept(self, name: str, read: Callable[[], T]) -> T:
        kept = self.known.get(name)
        if kept is None or self.now() - kept[0] > FRESH:
            kept = self.known[name] = (self.now(), read())
        found: T = kept[1]
        return found


def world_problems(proposal: Proposal, world: World) -> list[Problem]:
    """Compare a proposal with the organisation as it is now; an empty list is good to go."""
    organisation, rates = world.organisation(), world.rates()
    problems = [*locked(proposal.dated_on, world), *_rights(proposal, world)]
    problems += _currency(proposal, world)
    for line in proposal.lines:
        problems += _line(line.account, line.tax_type, world.accounts(), rates)
        rate = rates.get(line.tax_type)
        if rate is not None and rate.rate_percent != line.rate_percent:
            what = f"{line.tax_type} is {rate.rate_percent} % in Xero, {line.rate_percent} % here."
            remedy = "Refresh the lists from Xero, then Preview."
            problems.append(Problem("Tax Rates", what, remedy))
        if line.tax and not organisation.pays_tax:
            what = f"{organisation.name} is not registered for VAT in Xero, and {line.key} has VAT."
            problems.append(Problem("Xero", what, "Set “VAT registered”, or register it in Xero."))
        if organisation.tax_basis.startswith("FLATRATE") and line.tax_type.startswith("INPUT"):
            what = f"{organisation.name} is on the flat rate in Xero, and {line.key} reclaims VAT."
            problems.append(
                Problem("Mapping", what, "Set “VAT scheme” to flat rate, then Preview.")
            )
    return list(dict.fromkeys(problems))


def locked(day: date, world: World) -> list[Problem]:
    """Say which lock dates forbid a document of this day; the lock date itself is locked."""
    organisation = world.organisation()
    adviser = world.rights().get(PAST_LOCK, False)
    locks = (
        ("period lock date", None if adviser else organisation.period_lock),
        ("end of year lock date", organisation.year_end_lock),
    )
    return [
        Problem(
            "Xero",
            f"The document is dated {day}, and the {name} is {lock}.",
            "Move the lock date in Xero or ask an adviser; for what is posted, use Correct.",
        )
        for name, lock in locks
        if lock is not None and day <= lock
    ]


def filed(day: date, filed_to: str) -> list[Problem]:
    """Say whether the VAT return of a day is filed already."""
    if not filed_to or day > date.fromisoformat(filed_to):
        return []
    what = f"The document is dated {day}, and VAT is filed to {filed_to}."
    return [Problem("Settings, VAT filed to", what, "Use Correct: it puts it into an open period.")]


def _rights(proposal: Proposal, world: World) -> list[Problem]:
    needed = RIGHTS[proposal.document]
    if world.rights().get(needed, True):
        return []
    what = f"The connected user may not do this ({needed})."
    return [
        Problem("Xero", what, "Ask an adviser of the organisation to connect, or for the right.")
    ]


def _currency(proposal: Proposal, world: World) -> list[Problem]:
    if proposal.currency in world.currencies():
        return []
    what = f"The organisation is not subscribed to currency {proposal.currency}."
    return [Problem("Xero", what, f"Add {proposal.currency} under Settings, Currencies in Xero.")]


def _line(
    code: str, tax_type: str, accounts: Mapping[str, Account], rates: Mapping[str, TaxRate]
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
