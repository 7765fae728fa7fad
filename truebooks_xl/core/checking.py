"""The checks of one proposal: all that must hold before it may be posted.

Protects: nothing blocks by accident and nothing passes unseen; each check has a name an accountant
can say, and everything that need not hold is a notice instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from truebooks_xl.core.basis import Basis
from truebooks_xl.core.classification import Classified, Outcome
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.drafts import sent_total
from truebooks_xl.core.preflight import account_fault, tax_type_fault, tax_type_problems
from truebooks_xl.core.proof import Chain, Check, none_of, penny_chain, vat_agrees
from truebooks_xl.core.settings import Settings
from truebooks_xl.core.tax import NO_TAX, tax_within
from truebooks_xl.core.vat.periods import month, vat_period


def chain_checks(basis: Basis, proposal: Proposal) -> tuple[Check, ...]:
    """Compare the six figures of the penny chain."""
    currency = proposal.currency
    opened = (each.amount for each in (*proposal.unmapped, *proposal.unknown))
    open_total = Money.total(opened, currency)
    return penny_chain(
        Chain(
            file_total=basis.settlement.total,
            lines=Money(basis.reading.lines_minor, currency),
            tallies=Money(sum(each.minor for each in basis.reading.tallies), currency),
            preview=Money.total((line.gross for line in proposal.lines), currency) + open_total,
            document=sent_total(proposal),
            deposit=basis.deposit,
        )
    )


def vat_checks(basis: Basis) -> tuple[Check, ...]:
    """Compare what the VAT reading found with itself: rates, facilitator, groups, settings."""
    reading, currency = basis.reading, basis.settlement.total.currency
    agreed = tuple(
        vat_agrees(
            f"{each.rate_percent.normalize():f}",
            Money(each.amazon_tax_minor, currency),
            tax_within(Money(each.gross_minor, currency), each.rate_percent),
            each.tax_rows,
        )
        for each in reading.implied
    )
    return (
        *agreed,
        none_of(
            "chain",
            "Agrees with the settlement before it",
            len(basis.contradictions),
            _some(basis.contradictions),
        ),
        none_of(
            "facilitator",
            "Facilitator tax cancels on every order item",
            len(reading.offenders),
            _some(f"{each.order_id} {each.sku}" for each in reading.offenders),
        ),
        none_of(
            "groups",
            "Tax rows agree with Tax Groups",
            len(reading.group_conflicts),
            _some(str(each) for each in reading.group_conflicts),
        ),
        none_of(
            "registration",
            "No VAT of our own on days without registration",
            int(bool(reading.unregistered_tax_minor)),
            Money(reading.unregistered_tax_minor, currency).words
            if reading.unregistered_tax_minor
            else "",
        ),
        none_of(
            "vcs",
            "VAT Calculation Service as set",
            int(reading.vcs_conflict),
            "Settings and the report disagree." if reading.vcs_conflict else "",
        ),
    )


def open_checks(basis: Basis, outcomes: Sequence[Outcome], proposal: Proposal) -> tuple[Check, ...]:
    """Count what is unmapped, unknown, missing or does not fit; all must be nil."""
    unfit = tax_type_problems(outcomes, basis.accounts, basis.rates)
    unknown = sum(bool(each.amount) for each in proposal.unknown_vat)
    left_out = Money.total((each.amount for each in proposal.unknown), proposal.currency)
    claimed = _claimed(basis, outcomes)
    return (
        none_of("unmapped", "Nothing unmapped", len(proposal.unmapped)),
        none_of("unknown", "No unknown VAT", unknown or int(bool(left_out))),
        none_of("accounts", "Every account is there", len(proposal.missing_accounts)),
        none_of("tax types", "Every tax type fits its account", len(unfit), _some(map(str, unfit))),
        none_of(
            "flat rate", "No input VAT under the flat rate scheme", len(claimed), _some(claimed)
        ),
    )


def journal_checks(basis: Basis, proposal: Proposal) -> tuple[Check, ...]:
    """Ask of a manual journal what Xero would: its clearing account, and the base currency."""
    if proposal.document != "MANUALJOURNAL":
        return ()
    clearing = basis.settings.value("Clearing account", proposal.marketplace)
    fault = account_fault(clearing, basis.accounts) or tax_type_fault(
        NO_TAX, clearing, basis.accounts, basis.rates
    )
    foreign = basis.base_currency not in {"", proposal.currency}
    kept = f"Xero keeps journals in {basis.base_currency}: set “Post as” to invoice or bill."
    return (
        none_of(
            "clearing",
            "The clearing account takes journal lines",
            int(bool(fault)),
            f"Settings, Clearing account: {fault}" if fault else "",
        ),
        none_of(
            "journal currency",
            "A journal is in the base currency",
            int(foreign),
            kept if foreign else "",
        ),
    )


def _claimed(basis: Basis, outcomes: Sequence[Outcome]) -> list[str]:
    """Name the lines that claim input VAT on days under the flat rate scheme.

    The scheme goes by each row's own day, as registration does (facts 3.1).
    """
    days = {each.tally.posted_on for each in outcomes}
    flat = {day for day in days if basis.settings.value("VAT scheme", day=day) == "flat rate"}
    return sorted(
        {
            f"{each.description}, {each.account} {each.tax_type}"
            for each in outcomes
            if isinstance(each, Classified)
            and each.tally.minor
            and each.tally.posted_on in flat
            and (rate := basis.rates.get(each.tax_type)) is not None
            and rate.rate_percent
            and (account := basis.accounts.get(each.account)) is not None
            and account.account_class == "EXPENSE"
        }
    )


def period_check(settings: Settings, on_return: Sequence[str], dated_on: date) -> Check:
    """Lines and document in different VAT periods wait for the accountant (FIX-20)."""
    name = "Lines and document in one VAT period"
    periods = settings.value("VAT periods")
    document = vat_period(dated_on, periods) or month(dated_on)
    if periods == "none" or settings.value("Across VAT periods") == "one document":
        return none_of("periods", name, 0)
    others = [each for each in on_return if each != document]
    if not others:
        return none_of("periods", name, 0)
    kind = "VAT period" if periods else "month"
    remedy = (
        "Set “Across VAT periods” to one document to accept its date."
        if periods
        else "Set “VAT periods” in Settings."
    )
    note = f"Of the document: {kind} {document}; of lines: {', '.join(others)}. {remedy}"
    return none_of("periods", name, len(others), note)


def _some(texts: Iterable[str], most: int = 5) -> str:
    """Join a few texts and say how many more there are."""
    items = list(texts)
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return "; ".join(items[:most]) + more
