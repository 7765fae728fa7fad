"""Grouping: tallies become the lines of one document, and what is open stays open by name.

Protects: gross adds up exactly whatever the order of the tallies; tax is rounded once per line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from truebooks_xl.core.classification import Classified, Outcome, Unmapped
from truebooks_xl.core.document import OpenTotal, ProposalLine, Tracking
from truebooks_xl.core.money import Money
from truebooks_xl.core.settlement import Tally
from truebooks_xl.core.tax import TaxRate, tax_within

TEXT_ROOM: Final = 3_900
"""Characters of a line's text that leave room for "and n more"; Xero takes 4,000."""

Place = tuple[str, str, str, Tracking]
"""Description ("" where lines are grouped by account), account, tax type, tracking."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Tallies brought to lines and open totals; ``keys`` says where each tally went."""

    lines: tuple[ProposalLine, ...]
    unmapped: tuple[OpenTotal, ...]
    unknown: tuple[OpenTotal, ...]
    keys: Mapping[Tally, str]


def group(
    outcomes: Sequence[Outcome],
    rates: Mapping[str, TaxRate],
    currency: str,
    *,
    by_description: bool = True,
    vat_unknown: frozenset[Tally] = frozenset(),
) -> Grouped:
    """Group classified tallies into document lines; the order of the tallies does not matter.

    Args:
        outcomes: of one settlement; each tally appears once.
        rates: tax type to the organisation's rate; a type it lacks is taxed 0 and a failed check.
        by_description: False groups by (account, tax type, tracking) alone (POST-3).
        vat_unknown: unmapped tallies that only lack a VAT treatment.

    Returns:
        Lines in the order of (description, account, tax type, tracking). Gross adds up to the
        classified tallies exactly; tax is rounded once per line, gross never.
    """
    places: dict[Place, list[Classified]] = defaultdict(list)
    triples: dict[tuple[bool, str, str, str], list[Unmapped]] = defaultdict(list)
    for outcome in outcomes:
        if isinstance(outcome, Classified):
            text = outcome.description if by_description else ""
            places[text, outcome.account, outcome.tax_type, outcome.tracking].append(outcome)
        else:
            tally = outcome.tally
            triple = (tally.transaction_type, tally.amount_type, tally.amount_description)
            triples[tally in vat_unknown, *triple].append(outcome)
    keys: dict[Tally, str] = {}
    lines = []
    for n, (place, members) in enumerate(sorted(places.items()), start=1):
        lines.append(_line(f"L{n:02}", place, members, rates, currency))
        keys.update((each.tally, lines[-1].key) for each in members)
    open_totals: dict[bool, list[OpenTotal]] = {False: [], True: []}
    for (is_vat, *_), items in sorted(triples.items()):
        bucket = open_totals[is_vat]
        bucket.append(_open(f"{'V' if is_vat else 'U'}{len(bucket) + 1:02}", items, currency))
        keys.update((each.tally, bucket[-1].key) for each in items)
    return Grouped(tuple(lines), tuple(open_totals[False]), tuple(open_totals[True]), keys)


def _line(
    key: str,
    place: Place,
    members: Sequence[Classified],
    rates: Mapping[str, TaxRate],
    currency: str,
) -> ProposalLine:
    description, account, tax_type, tracking = place
    text = description or _joined(sorted({each.description for each in members}))
    gross = Money(sum(each.tally.minor for each in members), currency)
    rate = rates[tax_type].rate_percent if tax_type in rates else Decimal(0)
    return ProposalLine(
        key,
        text,
        account,
        tax_type,
        tracking,
        rate,
        gross,
        tax_within(gross, rate),
        sum(each.tally.lines for each in members),
    )


def _joined(texts: Sequence[str]) -> str:
    """Name all that an account holds, as far as a line's text can."""
    most = next((n for n in range(len(texts), 0, -1) if len(", ".join(texts[:n])) < TEXT_ROOM), 1)
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most])[:TEXT_ROOM] + more


def _open(key: str, items: Sequence[Unmapped], currency: str) -> OpenTotal:
    first = items[0]
    near = f" Nearest known kind: {first.suggestion}." if first.suggestion else ""
    return OpenTotal(
        key,
        first.tally.transaction_type,
        first.tally.amount_type,
        first.tally.amount_description,
        Money(sum(each.tally.minor for each in items), currency),
        sum(each.tally.lines for each in items),
        first.reason + near,
    )
