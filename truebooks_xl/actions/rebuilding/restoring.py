"""What Xero itself remembers of our postings: which documents stand, and what they were made of.

Protects: only what is ours is believed; a list may lag, so what a row or the journal names is read
by its id; a document whose evidence cannot be read still tells its own lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from truebooks_xl.actions.posting.dressing import fingerprint_in
from truebooks_xl.core.as_posted import told_by
from truebooks_xl.core.evidence import Evidence, EvidenceUnreadable
from truebooks_xl.core.groups import Group, grouped
from truebooks_xl.core.ledger import Document, Kind, Organisation
from truebooks_xl.core.reference import Key
from truebooks_xl.workbook.evidence import is_evidence, read
from truebooks_xl.xero.errors import NotInXero
from truebooks_xl.xero.gateway import Xero


@dataclass(frozen=True, slots=True)
class Named:
    """A document that a row or the journal names as a key's own."""

    key: Key
    document_id: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a standing document was made of; ``reason``: why its own lines had to tell, or ""."""

    evidence: Evidence
    reason: str = ""


def groups(
    xero: Xero, prefixes: Sequence[str], named: Iterable[Named], journals: Iterable[Document]
) -> tuple[Group, ...]:
    """Find all documents of some marketplaces, and those that are named, by what they stand for.

    Args:
        prefixes: ``TBUK-``, each searched for once.
        journals: manual journals, which no search finds.
    """
    found = {each.id: each for prefix in prefixes for each in xero.search(prefix)}
    found |= {each.id: each for each in journals}
    known = list(named)
    found |= fresh(xero, {each.document_id: each.kind for each in known if each.document_id})
    return grouped(
        found.values(),
        prefixes,
        [(each.key.token, each.key, each.document_id) for each in known if each.document_id],
    )


def fresh(xero: Xero, kinds: Mapping[str, Kind]) -> dict[str, Document]:
    """Read documents by their ids; one that Xero does not have is left out."""
    others = [each for each, kind in kinds.items() if kind != "MANUALJOURNAL"]
    read_now = dict(xero.documents(others)) if others else {}
    for each in kinds.keys() - set(others):
        try:
            read_now[each] = xero.document(each, "MANUALJOURNAL")
        except NotInXero:
            continue
    return read_now


def standing(xero: Xero, group: Group) -> tuple[list[Document], list[str]]:
    """Tell what stands of a group and is ours, and what an accountant should know besides.

    A draft under a final number was left for approval if its evidence hangs on it; without, it is
    a posting that was cut off, and the next Post takes it up.
    """
    ours = [each for each in group.active if group.ours(each) or _marked(xero, each)]
    notices = [
        f"{each.number or each.id} carries {group.token} and was not posted from here."
        for each in group.active
        if each not in ours
    ]
    if not group.active:
        final = [each for each in group.drafts if group.role(each) == "final"]
        ours = [each for each in final if _names(xero, each, group.token)]
    if len(ours) > 1:
        numbers = ", ".join(each.number or each.id for each in ours)
        notices.append(f"More than one document stands for {group.token}: {numbers}.")
    return ours, notices


def _marked(xero: Xero, document: Document) -> bool:
    return fingerprint_in(xero.notes(document.id, document.kind)) is not None


def remembered(
    xero: Xero,
    organisation: Organisation,
    key: Key,
    document: Document,
    rates_percent: Mapping[str, Decimal],
) -> Remembered:
    """Read the evidence of a document, or else what its own lines and notes tell."""
    try:
        return Remembered(_evidence(xero, organisation, key, document))
    except EvidenceUnreadable as wrong:
        fingerprint = fingerprint_in(xero.notes(document.id, document.kind)) or ""
        told = told_by(document, key, organisation, rates_percent, fingerprint)
        return Remembered(told, wrong.what)


def _evidence(xero: Xero, organisation: Organisation, key: Key, document: Document) -> Evidence:
    stems: dict[str, list[str]] = defaultdict(list)
    for name in _names(xero, document, key.token):
        stems[name[: len(f"{key.token}_preview_") + 8]].append(name)
    chosen = _chosen(xero, document, list(stems)) if len(stems) > 1 else next(iter(stems), "")
    names = stems[chosen] if chosen else []
    found = read({each: xero.attachment(document.id, document.kind, each) for each in names})
    if (found.key, found.organisation_id) != (key, organisation.id):
        raise EvidenceUnreadable(chosen, "it is of another settlement or organisation")
    return found


def _names(xero: Xero, document: Document, token: str) -> list[str]:
    names = xero.attachments(document.id, document.kind)
    return sorted(each for each in names if is_evidence(each, token))


def _chosen(xero: Xero, document: Document, stems: Sequence[str]) -> str:
    """Choose between several previews: the one whose fingerprint the newest note names."""
    fingerprint = fingerprint_in(xero.notes(document.id, document.kind)) or ""
    named = [each for each in stems if fingerprint and each.endswith(fingerprint[:8])]
    return (named or list(stems))[-1]
