"""Integrity: every document of ours held against its settlement, the journal and the workbook.

Protects: two documents for one settlement, a hand edit or a lost record never stay unseen; to
look changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from truebooks_xl.core.copies import Recorded, Shown
from truebooks_xl.core.drift import Snapshot, drift, named
from truebooks_xl.core.findings import DRIFTED, Finding, Word, sentence
from truebooks_xl.core.fixing import Asked, Fix, Nothing, Plan, plan_fix
from truebooks_xl.core.groups import Group, grouped
from truebooks_xl.core.ledger import ACTIVE, ENDED, Document
from truebooks_xl.core.posting.found import RECENT
from truebooks_xl.core.posting.numbers import base
from truebooks_xl.core.reference import Key


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look found; ``plans`` holds the groups with several active documents, by token."""

    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]
    plans: Mapping[str, Plan]


@dataclass(frozen=True, slots=True)
class Records:
    """What we hold ourselves.

    Attributes:
        recorded: by token, as the journal knows what stands.
        snapshots: by token, what was posted last.
        rows: of Settlements, by settlement id.
        chosen: ids the accountant declared right.
    """

    recorded: Mapping[str, Recorded] = field(default_factory=dict)
    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    rows: Mapping[str, Shown] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()


def survey(
    documents: Sequence[Document], ours: Records, prefixes: Collection[str], at: datetime
) -> Survey:
    """Group what Xero lists and say all that is not as it should be.

    Args:
        documents: of all search terms, in any status, twice or not, with lines.
        prefixes: of the workbook's marketplaces: ``TBUK-``.
        at: UTC instant of the look.
    """
    known = [(token, _key(each), each.document_id) for token, each in ours.recorded.items()]
    groups = grouped(documents, prefixes, [each for each in known if each[2]])
    plans = {
        each.token: plan_fix(each, ours.snapshots.get(each.token), ours.chosen)
        for each in groups
        if len(each.active) > 1
    }
    findings = [*_spent_twice(groups), *_absent(groups, ours)]
    for group in groups:
        record = ours.recorded.get(group.token)
        findings += _several(group, plans.get(group.token))
        findings += _foreign(group)
        findings += _drafts(group, record, at)
        findings += _recorded(group, record, ours.snapshots.get(group.token))
    findings += _sheet(groups, ours)
    return Survey(groups, tuple(sorted(findings, key=lambda each: each.token)), plans)


def _key(record: Recorded) -> Key:
    return Key(record.marketplace, record.settlement_id, record.suffix)


def _finding(group: Group, document: Document, word: Word, what: str, remedy: str) -> Finding:
    settlement_id = group.key.settlement_id if group.key else ""
    token = group.token if group.key else ""
    return Finding(word, token, settlement_id, document, document.number, what, remedy)


def _several(group: Group, plan: Plan | None) -> Iterator[Finding]:
    """Tell of each copy, and what Fix would do with it."""
    numbers = ", ".join(named(each) for each in group.active)
    what = f"{len(group.active)} documents stand for it: {numbers}."
    for each in group.active if plan else ():
        match plan:
            case Fix(_, keep, _):
                remedy = "It stays." if each.id == keep.id else "Fix duplicates voids it."
            case Asked(_, reason):
                remedy = "Decide “keep” beside the right one, then run Fix duplicates."
                yield _finding(group, each, "several active", f"{what} {sentence(reason)}", remedy)
                continue
            case Nothing(reason):
                remedy = "Use Remove & Redo on the payment in Xero, or decide “keep” beside it."
                yield _finding(group, each, "several active", f"{what} {sentence(reason)}", remedy)
                continue
        yield _finding(group, each, "several active", what, remedy)


def _foreign(group: Group) -> Iterator[Finding]:
    for each in group.active:
        if group.key is None:
            what = f"{each.number} is a number of ours without a settlement's reference."
            remedy = "Give it its reference back in Xero, or void it there."
            yield _finding(group, each, "foreign copy", what, remedy)
        elif not group.ours(each):
            what = f"{named(each)} carries the reference and was not posted from here."
            remedy = "Void it in Xero, or run Fix duplicates if another stands beside it."
            yield _finding(group, each, "foreign copy", what, remedy)
        elif group.role(each) == "retired":
            what = f"{each.number} still stands under the number of a retired document."
            remedy = "Press Repost, which finishes what was begun; beside another, Fix duplicates."
            yield _finding(group, each, "retired but active", what, remedy)


def _drafts(group: Group, record: Recorded | None, at: datetime) -> Iterator[Finding]:
    for each in group.drafts:
        since = f"since {each.updated_at:%Y-%m-%d %H:%M} UTC"
        match group.role(each):
            case "reservation" if at - each.updated_at < RECENT:
                what = f"Draft {each.number} has reserved it {since}; somebody may be posting."
                yield _finding(group, each, "reserved now", what, "Wait ten minutes.")
            case "reservation":
                what = f"Draft {each.number} has reserved it {since} and was left."
                yield _finding(
                    group, each, "stale reservation", what, "Press Post again with --take-over."
                )
            case "released" | "placed":
                what = f"Draft {each.number} was let go and is still there."
                yield _finding(group, each, "left-over draft", what, "Delete it in Xero.")
            case "final" | "retired" if record is None or record.document_id != each.id:
                what = f"Draft {named(each)} bears a final number and was never authorised."
                remedy = "Press Post: an equal draft is taken over."
                yield _finding(group, each, "unfinished commit", what, remedy)
            case "other":
                what = f"Draft {named(each)} carries the reference and was made by hand."
                yield _finding(group, each, "draft by hand", what, "Delete it in Xero.")


def _recorded(
    group: Group, record: Recorded | None, snapshot: Snapshot | None
) -> Iterator[Finding]:
    """Hold what the journal recorded against what Xero shows of it."""
    held = {each.id: each for each in group.documents}
    document = held.get(record.document_id) if record else None
    for each in group.active if len(group.active) == 1 else ():
        if group.key and group.ours(each) and each != document:
            what = f"{named(each)} stands in Xero, and the journal does not know it."
            remedy = "Run “truebooks journal rebuild BOOK”."
            yield _finding(group, each, "not in journal", what, remedy)
    if record is None or document is None:
        return
    renamed = record.number and document.number != record.number
    if renamed and document.status not in ENDED and group.role(document) != "retired":
        what = f"It was posted as {record.number} and is numbered {named(document)} now."
        remedy = f"Give it the number {record.number} again in Xero."
        yield _finding(group, document, "number changed", what, remedy)
    if snapshot is not None:
        for change in drift(snapshot, document):
            word, remedy = DRIFTED[change.change]
            yield _finding(group, document, word, sentence(change.what), remedy)
    if document.status in ACTIVE and not document.has_attachments:
        what = f"{named(document)} has no file attached; its evidence is missing."
        yield _finding(group, document, "no attachment", what, "Press Post again: it is attached.")


def _absent(groups: Sequence[Group], ours: Records) -> Iterator[Finding]:
    held = {each.id for group in groups for each in group.documents}
    for token, each in ours.recorded.items():
        if each.document_id and each.document_id not in held:
            what = f"The journal holds {each.number or each.document_id}, and Xero does not."
            remedy = "Check that it is the right organisation, then Post it again."
            yield Finding(
                "absent in Xero", token, each.settlement_id, None, each.number, what, remedy
            )


def _spent_twice(groups: Iterable[Group]) -> Iterator[Finding]:
    """Find numbers that documents of two settlements bear or bore."""
    bearers: dict[str, list[tuple[Group, Document]]] = defaultdict(list)
    for group in groups:
        for each in group.documents:
            if group.key and each.kind == "ACCREC" and (number := base(each.number)):
                bearers[number].append((group, each))
    for number, found in bearers.items():
        tokens = sorted({group.token for group, _ in found})
        if len(tokens) > 1:
            what = f"{number} was spent by {' and '.join(tokens)}."
            for group, each in found:
                remedy = "Give one of them another number in Xero, the newer one."
                yield _finding(group, each, "number spent twice", what, remedy)


def _sheet(groups: Iterable[Group], ours: Records) -> Iterator[Finding]:
    """Find rows of Settlements that name another document than the one that stands."""
    for group in groups:
        row = ours.rows.get(group.key.settlement_id) if group.key else None
        if row is None or group.key is None or group.key.suffix or len(group.active) != 1:
            continue
        (each,) = group.active
        if group.ours(each) and row.document_id != each.id:
            what = f"{row.where} does not name {named(each)}, which stands."
            yield _finding(group, each, "sheet differs", what, "Run Fix duplicates.")
