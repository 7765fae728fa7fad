"""Which copy of a settlement's document stays, and which are voided; or why nobody can say yet.

Protects: duplicates are voided only where no figure can be lost: all copies are equal line by
line, or the one that stays is what was posted last; and never one with money applied to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from truebooks_xl.core.drift import (
    Snapshot,
    applied_words,
    content,
    differences,
    named,
    shown,
)
from truebooks_xl.core.groups import Group
from truebooks_xl.core.ledger import Document


@dataclass(frozen=True, slots=True)
class Fix:
    """Void these, keep that one."""

    group: Group
    keep: Document
    void: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Only the accountant can say which copy is right.

    Attributes:
        reason: a phrase: why, with both contents where they differ.
    """

    group: Group
    reason: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing may be done, or there is nothing to do.

    Attributes:
        reason: a phrase; "" where one document stands, or none.
        group: None where there is nothing to do.
    """

    reason: str = ""
    group: Group | None = None


Plan = Fix | Asked | Nothing


def plan_fix(
    group: Group, as_posted: Snapshot | None, chosen: frozenset[str] = frozenset()
) -> Plan:
    """Decide what to void so that one document stands; it is the lowest of our numbers.

    Args:
        group: its active documents freshly read, with lines and payments.
        as_posted: the last snapshot of the journal; None when it holds none.
        chosen: ids the accountant declared right; one of them stays, whatever the others say.
    """
    active = group.active
    if len(active) < 2:  # noqa: PLR2004 one is as it should be
        return Nothing()
    ticked = [each for each in active if each.id in chosen]
    keep = ticked[0] if len(ticked) == 1 else active[0]
    void = tuple(each for each in active if each.id != keep.id)
    if paid := [each for each in void if each.applied]:
        return Nothing(_paid(paid), group)
    if len(ticked) == 1:
        return Fix(group, keep, void)
    if reason := _unsure(group, keep, void, as_posted):
        return Asked(group, reason)
    return Fix(group, keep, void)


def _unsure(
    group: Group, keep: Document, void: tuple[Document, ...], as_posted: Snapshot | None
) -> str:
    """Say why the copies alone do not tell which is right; "" when they do."""
    if not group.ours(keep):
        return "none of them was made from here"
    if keep.status == "SUBMITTED" and any(each.status != "SUBMITTED" for each in void):
        return f"{named(keep)} waits for approval and is not in the ledger yet"
    unequal = [found for each in void if (found := copy_differences(keep, each))]
    if not unequal:
        return ""
    if as_posted is not None and not posted_differences(as_posted, keep):
        return ""
    last = "nothing on record says" if as_posted is None else f"{named(keep)} is not"
    contents = "; ".join(each for found in unequal for each in found)
    return f"they differ, and {last} what was posted last: {contents}"


def copy_differences(keep: Document, other: Document) -> tuple[str, ...]:
    """Name what two copies do not share; the day is no difference, Xero dates a copy today."""
    day = keep.dated_on
    one = replace(shown(keep), reference="", dated_on=day)
    two = replace(shown(other), reference="", dated_on=day)
    return differences(one, two, (f"in {named(keep)}", f"in {named(other)}"))


def posted_differences(as_posted: Snapshot, document: Document) -> tuple[str, ...]:
    """Name what a document does not share with the last snapshot."""
    reference = str(as_posted["reference"])
    return differences(content(as_posted), shown(document, reference))


def _paid(documents: Sequence[Document]) -> str:
    each = (f"{named(one)} has a {', '.join(map(applied_words, one.applied))}" for one in documents)
    return "; ".join(each)
