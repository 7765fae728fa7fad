"""From a settlement to its proposal: treat, classify, group, prove, fingerprint.

Protects: Preview and Post call this one function, so that what was shown is what is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from truebooks_xl.core.basis import Basis, Placed
from truebooks_xl.core.canonical import digest, fingerprinted
from truebooks_xl.core.checking import (
    chain_checks,
    journal_checks,
    open_checks,
    period_check,
    vat_checks,
)
from truebooks_xl.core.classification import (
    Classified,
    Outcome,
    Unmapped,
    classify_all,
    shared_accounts,
)
from truebooks_xl.core.dated import Dated
from truebooks_xl.core.declared import SETTINGS
from truebooks_xl.core.document import Inputs, Proposal, UnknownItem, document_kind
from truebooks_xl.core.grouping import group
from truebooks_xl.core.matching import Rule
from truebooks_xl.core.money import Money
from truebooks_xl.core.preflight import missing_accounts
from truebooks_xl.core.reference import Key, reference
from truebooks_xl.core.settings import Settings
from truebooks_xl.core.settlement import Tally
from truebooks_xl.core.treatment import Treatment
from truebooks_xl.core.vat.periods import month, period_sums, returned
from truebooks_xl.core.vat.rows import role

WORKSPACE_SETTINGS = frozenset(
    {
        *("Next document number", "Archive folder", "First settlement to post", "VAT filed to"),
        *("Review required", "Leave as draft", "Exchange rate", "Retired number"),
        *("People posting", "List lag guard", "Settle wait", "Thorough posting"),
    }
)
"""Settings that say nothing about what a document holds and stay out of its fingerprint."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal, to which line (or open total) each tally went, and by which rules."""

    proposal: Proposal
    keys: Mapping[Tally, str]
    rules: tuple[Rule, ...]


def propose(basis: Basis) -> Proposed:
    """Decide the document of one settlement; the same basis gives the same bytes."""
    settlement, settings = basis.settlement, basis.settings
    code, currency = basis.marketplace.code, settlement.total.currency
    outcomes = classify_all(basis.reading.tallies, basis.rules, code)
    undecided = () if _decided_by_mapping(outcomes) else basis.reading.unknown
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
        document=document_kind(settlement.total, settings.value("Post as", code)),
        dated_on=dated_on,
        total=settlement.total,
        lines=grouped.lines,
        unmapped=grouped.unmapped,
        unknown=grouped.unknown,
        unknown_vat=tuple(
            UnknownItem(each.order_id, each.sku, Money(each.minor, currency), each.reason)
            for each in undecided
        ),
        missing_accounts=missing_accounts(outcomes, basis.accounts, currency),
        checks=(),
        notices=(),
        periods=period_sums(placed, basis.rates, periods, currency),
        inputs=_inputs(basis, outcomes),
    )
    checks = (
        *chain_checks(basis, proposal),
        *vat_checks(basis),
        *open_checks(basis, outcomes, proposal),
        *journal_checks(basis, proposal),
        period_check(settings, returned(placed, periods), dated_on),
    )
    notices = _notices(basis, outcomes, placed, dated_on)
    complete = replace(proposal, checks=checks, notices=notices)
    rules = dict.fromkeys(each.rule for each in outcomes if isinstance(each, Classified))
    return Proposed(fingerprinted(complete), grouped.keys, tuple(rules))


def _decided_by_mapping(outcomes: Sequence[Outcome]) -> bool:
    """Say whether the accountant decided what VAT applies where nobody else can tell.

    Mapping has a rule with Treatment = Unknown and a tax type for every sales and tax amount of
    such order items. A rule for any treatment does not say that Unknown was meant.
    """
    unknown = [each for each in outcomes if _is_unknown_sale(each.tally)]
    said = [
        isinstance(each, Classified)
        and each.rule.treatment == Treatment.UNKNOWN
        and bool(each.rule.tax_type)
        for each in unknown
    ]
    # A tally of 0.00 needs no rule, but it may hold order items that are not: some rule must speak.
    amounts = (yes for each, yes in zip(unknown, said, strict=True) if each.tally.minor)
    return any(said) and all(amounts)


def _is_unknown_sale(tally: Tally) -> bool:
    """Say whether it is one of the rows that ``VatReading.unknown`` adds up."""
    if tally.treatment != Treatment.UNKNOWN:
        return False
    return role(tally.amount_type, tally.amount_description).adds_to not in {"fee", "withheld"}


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
        settings=digest([*_set(settings, basis.marketplace.code), *_rate(basis)]),
        tax_groups=basis.groups_digest,
        originals=basis.originals_digest,
    )


def _rate(basis: Basis) -> list[list[str]]:
    """Return the exchange rate of the settlement's row: it decides the base total."""
    return [["Exchange rate of the row", basis.typed_rate]] if basis.typed_rate else []


def _set(settings: Settings, marketplace: str) -> list[list[object]]:
    """List the settings a document depends on that are not at their default.

    A setting that a later version adds, and nobody sets, changes no fingerprint on record.
    """
    values = {
        each: settings.dated(each.name, marketplace)
        for each in SETTINGS
        if each.name not in WORKSPACE_SETTINGS
    }
    return [
        [each.name, [str(value) for value in dated]]
        for each, dated in values.items()
        if dated != (Dated(each.default),)
    ]


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
    return (
        *crossing,
        *undated,
        *_outside(basis),
        *_unknown(basis, outcomes),
        *basis.reading.notices,
        *shared_accounts(outcomes),
    )


def _unknown(basis: Basis, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Say how many order items of unknown VAT do not block, and why."""
    unknown = basis.reading.unknown
    if unknown and _decided_by_mapping(outcomes):
        return (f"{len(unknown)} order items of unknown VAT go by Mapping's rules for Unknown.",)
    zero = sum(not each.minor for each in unknown)
    return (f"{zero} order items of 0.00 have no VAT treatment.",) if zero else ()


def _outside(basis: Basis) -> tuple[str, ...]:
    """Say where the report's dates contradict each other; a warning, never an error (I5, I6)."""
    settlement = basis.settlement
    zone = ZoneInfo(basis.marketplace.time_zone)
    first, last = (at.astimezone(zone).date() for at in (settlement.start, settlement.end))
    strays = sum(
        each.lines for each in basis.reading.tallies if not first <= each.posted_on <= last
    )
    told = (f"{strays} lines are posted outside the settlement's period.",) if strays else ()
    early = settlement.deposit_on is not None and settlement.deposit_on < settlement.end_on
    return (*told, "The deposit date is before the period's end.") if early else told
