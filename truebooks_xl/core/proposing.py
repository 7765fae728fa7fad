"""From a settlement to its proposal: treat, classify, group, prove, fingerprint.

Protects: Preview and Post call this one function, so that what was shown is what is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from truebooks_xl.core.canonical import digest, fingerprinted
from truebooks_xl.core.classification import (
    Classified,
    Outcome,
    Unmapped,
    classify_all,
    shared_accounts,
)
from truebooks_xl.core.document import Inputs, Proposal, UnknownItem, document_kind
from truebooks_xl.core.grouping import Grouped, group
from truebooks_xl.core.mapping import RuleBook
from truebooks_xl.core.marketplaces import Marketplace
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting import draft
from truebooks_xl.core.preflight import missing_accounts, tax_type_problems
from truebooks_xl.core.proof import Chain, Check, none_of, penny_chain, vat_agrees
from truebooks_xl.core.reference import Key, reference
from truebooks_xl.core.settings import SETTINGS, Settings
from truebooks_xl.core.settlement import Settlement, Tally
from truebooks_xl.core.tax import Account, TaxRate, tax_within
from truebooks_xl.core.treatment import Treatment, VatReading
from truebooks_xl.core.vat_periods import month, period_sums, returned, vat_period

WORKSPACE_SETTINGS = frozenset({"Next document number", "Archive folder"})
"""Settings that say nothing about a document and stay out of its fingerprint."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything a proposal is decided from.

    Attributes:
        deposit: what the bank receives, from the Settlements row: a figure of its own.
        groups_digest: hash of the Tax Groups rows of this settlement's SKUs.
        originals_digest: hash of the earlier sales its refunds go back to.
    """

    settlement: Settlement
    marketplace: Marketplace
    deposit: Money
    reading: VatReading
    rules: RuleBook
    accounts: Mapping[str, Account]
    rates: Mapping[str, TaxRate]
    settings: Settings
    groups_digest: str
    originals_digest: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A classified tally on its document line."""

    posted_on: date
    minor: int
    line_key: str
    tax_type: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal, and to which line (or open total) each tally went."""

    proposal: Proposal
    keys: Mapping[Tally, str]


def propose(basis: Basis) -> Proposed:
    """Decide the document of one settlement; the same basis gives the same bytes."""
    settlement, settings = basis.settlement, basis.settings
    code, currency = basis.marketplace.code, settlement.total.currency
    outcomes = classify_all(basis.reading.tallies, basis.rules, code)
    grouped = group(
        outcomes,
        basis.rates,
        currency,
        by_description=settings.value("Group lines by") != "account",
        vat_unknown=_vat_unknown(outcomes, basis),
    )
    periods = settings.value("VAT periods")
    dated_on = settlement.deposit_on or settlement.end_on
    placed = [
        Placed(each.tally.posted_on, each.tally.minor, grouped.keys[each.tally], each.tax_type)
        for each in outcomes
        if isinstance(each, Classified)
    ]
    proposal = Proposal(
        settlement_id=settlement.settlement_id,
        marketplace=code,
        currency=currency,
        part="",
        reference=reference(settlement.total, Key(code, settlement.settlement_id)),
        document=document_kind(settlement.total),
        dated_on=dated_on,
        total=settlement.total,
        lines=grouped.lines,
        unmapped=grouped.unmapped,
        unknown=grouped.unknown,
        unknown_vat=tuple(
            UnknownItem(each.order_id, each.sku, Money(each.minor, currency))
            for each in basis.reading.unknown
        ),
        missing_accounts=missing_accounts(outcomes, basis.accounts, currency),
        checks=(),
        notices=(),
        periods=period_sums(placed, basis.rates, periods, currency),
        inputs=_inputs(basis, outcomes),
    )
    on_return = returned(placed, periods)
    checks = (
        *_chain(basis, grouped, proposal),
        *_vat_checks(basis),
        *_open_checks(basis, outcomes, proposal),
        _period_check(settings, on_return, dated_on),
    )
    notices = _notices(basis, outcomes, placed, dated_on)
    return Proposed(_finished(proposal, checks, notices), grouped.keys)


def _finished(proposal: Proposal, checks: tuple[Check, ...], notices: tuple[str, ...]) -> Proposal:
    from dataclasses import replace  # noqa: PLC0415 shadows nothing above

    return fingerprinted(replace(proposal, checks=checks, notices=notices))


def _vat_unknown(outcomes: Sequence[Outcome], basis: Basis) -> frozenset[Tally]:
    """Tallies no rule speaks for only because nobody knows their VAT: not a gap in Mapping."""
    return frozenset(
        each.tally
        for each in outcomes
        if isinstance(each, Unmapped)
        and each.tally.treatment == Treatment.UNKNOWN
        and basis.rules.speaks_for(each.tally, basis.marketplace.code)
    )


def _inputs(basis: Basis, outcomes: Sequence[Outcome]) -> Inputs:
    used = {each.rule for each in outcomes if isinstance(each, Classified)}
    types = {each.tax_type for each in outcomes if isinstance(each, Classified)}
    rates = [basis.rates[each] for each in sorted(types & basis.rates.keys())]
    settings = basis.settings
    return Inputs(
        file=basis.settlement.sha256,
        mapping=digest(sorted(str(rule.content) for rule in used)),
        costs=digest([]),
        tax_rates=digest([[each.tax_type, str(each.rate_percent)] for each in rates]),
        settings=digest(
            [
                [
                    each.name,
                    [str(value) for value in settings.dated(each.name, basis.marketplace.code)],
                ]
                for each in SETTINGS
                if each.name not in WORKSPACE_SETTINGS
            ]
        ),
        tax_groups=basis.groups_digest,
        originals=basis.originals_digest,
    )


def _chain(basis: Basis, grouped: Grouped, proposal: Proposal) -> tuple[Check, ...]:
    currency = proposal.currency
    opened = (each.amount for each in (*grouped.unmapped, *grouped.unknown))
    sent = draft(proposal, "ACCPAY" if proposal.document == "ACCPAY" else "ACCREC", "", "")
    total = Money.total((line.gross for line in sent.lines), currency)
    open_total = Money.total(opened, currency)
    return penny_chain(
        Chain(
            file_total=basis.settlement.total,
            lines=Money(basis.reading.lines_minor, currency),
            tallies=Money(sum(each.minor for each in basis.reading.tallies), currency),
            preview=Money.total((line.gross for line in grouped.lines), currency) + open_total,
            document=-total if sent.kind == "ACCPAY" else total,
            deposit=basis.deposit,
        )
    )


def _vat_checks(basis: Basis) -> tuple[Check, ...]:
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
            "vcs",
            "VAT Calculation Service as set",
            int(reading.vcs_conflict),
            "Settings and the report disagree." if reading.vcs_conflict else "",
        ),
    )


def _open_checks(
    basis: Basis, outcomes: Sequence[Outcome], proposal: Proposal
) -> tuple[Check, ...]:
    unfit = tax_type_problems(outcomes, basis.accounts, basis.rates)
    unknown = [each for each in proposal.unknown_vat if each.amount]
    flat = basis.settings.value("VAT scheme", day=proposal.dated_on) == "flat rate"
    claimed = [
        line.key
        for line in proposal.lines
        if flat
        and line.tax
        and (account := basis.accounts.get(line.account)) is not None
        and account.account_class == "EXPENSE"
    ]
    return (
        none_of("unmapped", "Nothing unmapped", len(proposal.unmapped)),
        none_of("unknown", "No unknown VAT", len(unknown) + bool(proposal.unknown and not unknown)),
        none_of("accounts", "Every account is there", len(proposal.missing_accounts)),
        none_of("tax types", "Every tax type fits its account", len(unfit), _some(map(str, unfit))),
        none_of(
            "flat rate", "No input VAT under the flat rate scheme", len(claimed), _some(claimed)
        ),
    )


def _period_check(settings: Settings, on_return: Sequence[str], dated_on: date) -> Check:
    """Lines and document in different VAT periods wait for the accountant (FIX-20)."""
    name = "Lines and document in one VAT period"
    periods = settings.value("VAT periods")
    document = vat_period(dated_on, periods) or month(dated_on)
    if periods == "none" or settings.value("Across VAT periods") == "one document":
        return none_of("periods", name, 0)
    others = [each for each in on_return if each != document]
    note = (
        f"The document falls into {document}; lines fall into {', '.join(others)}."
        if others
        else ""
    )
    if others and not periods:
        note += " Set “VAT periods” in Settings."
    elif others:
        note += " Set “Across VAT periods” to one document to accept its date."
    return none_of("periods", name, len(others), note)


def _notices(
    basis: Basis, outcomes: Sequence[Outcome], placed: Sequence[Placed], dated_on: date
) -> tuple[str, ...]:
    months = sorted({month(each.posted_on) for each in placed} | {month(dated_on)})
    crossing = (
        (f"Lines and document fall into several months: {', '.join(months)}.",)
        if len(months) > 1
        else ()
    )
    undated = (
        () if basis.settlement.deposit_on else ("No deposit date: dated on the period's end.",)
    )
    zero = [each for each in basis.reading.unknown if not each.minor]
    nil = (f"{len(zero)} order items of 0.00 have no VAT treatment.",) if zero else ()
    return (*crossing, *undated, *nil, *basis.reading.notices, *shared_accounts(outcomes))


def _some(texts: object, most: int = 5) -> str:
    """Join a few texts and say how many more there are."""
    assert hasattr(texts, "__iter__")
    items = [str(each) for each in texts]
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return "; ".join(items[:most]) + more
