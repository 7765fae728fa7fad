"""The scan behind the Integrity tool: what Xero lists, what the journal knows, what the rows say.

Protects: one list call per 1,000 documents and search term; what is doubtful is read by its id,
because lists may lag. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from truebooks_xl import environment
from truebooks_xl.actions.answer import Progress
from truebooks_xl.actions.posting.journal_days import listed
from truebooks_xl.core.copies import Recorded, Shown
from truebooks_xl.core.drift import Snapshot
from truebooks_xl.core.groups import key_of
from truebooks_xl.core.integrity import Records, Survey, survey
from truebooks_xl.core.ledger import ACTIVE, Document
from truebooks_xl.core.reference import NUMBER_PREFIX
from truebooks_xl.core.settings import Settings
from truebooks_xl.journal.store import Journal
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.fields import text
from truebooks_xl.xero.errors import NotInXero
from truebooks_xl.xero.gateway import Xero

OWN_NUMBERS: Final = (NUMBER_PREFIX, "TBR-", "TBX-")


@dataclass(frozen=True, slots=True)
class Source:
    """What a scan reads from.

    Attributes:
        marketplace: code of the workbook's own, scanned even while it has no settlement.
        rows: of Settlements.
        chosen: ids the accountant declared right.
    """

    xero: Xero
    organisation_id: str
    journal: Journal
    book_id: str
    marketplace: str
    settings: Settings
    rows: Sequence[Row]
    chosen: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found, and the texts it searched for."""

    survey: Survey
    records: Records
    terms: tuple[str, ...]


def scan(source: Source, progress: Progress) -> Scan:
    """List, read what is doubtful by id, and hold all against journal and rows."""
    recorded = source.journal.standing(source.organisation_id, source.book_id)
    prefixes = _prefixes(source, recorded)
    terms = (*prefixes, *OWN_NUMBERS)
    found: dict[str, Document] = {}
    for term in terms:
        progress(f"Searching Xero for {term}…")
        found |= {each.id: each for each in source.xero.search(term)}
    found |= {each.id: each for each in _journals(source)}
    records = Records(
        recorded,
        _snapshots(source, recorded, found.values()),
        {text(row, "settlement_id"): _shown(row) for row in source.rows},
        source.chosen,
    )
    at = environment.now()
    first = survey([*found.values()], records, prefixes, at)
    progress("Reading by id what is doubtful")
    found |= _fresh(source, first, records, found)
    return Scan(survey([*found.values()], records, prefixes, at), records, terms)


def _prefixes(source: Source, recorded: Mapping[str, Recorded]) -> tuple[str, ...]:
    codes = {source.marketplace, *(text(row, "marketplace") for row in source.rows)}
    codes |= {each.marketplace for each in recorded.values()}
    return tuple(f"TB{each}-" for each in sorted(codes) if each)


def _journals(source: Source) -> Sequence[Document]:
    codes = {source.marketplace, *(text(row, "marketplace") for row in source.rows)}
    posts_as = {source.settings.value("Post as", each) for each in codes}
    return listed(source.xero, source.rows, posts_as)


def _snapshots(
    source: Source, recorded: Mapping[str, Recorded], documents: Iterable[Document]
) -> dict[str, Snapshot]:
    """Gather what was posted last for all that is recorded or stands."""
    standing = (key_of(each) for each in documents if each.status in ACTIVE)
    tokens = {*recorded, *(key.token for key in standing if key)}
    found = {each: source.journal.posting(source.organisation_id, each) for each in sorted(tokens)}
    return {token: each["snapshot"] for token, each in found.items() if each}


def _shown(row: Row) -> Shown:
    return Shown(
        text(row, "settlement_id"),
        text(row, "status"),
        text(row, "document_id"),
        row.where("status"),
    )


def _fresh(
    source: Source, first: Survey, records: Records, listed: Mapping[str, Document]
) -> dict[str, Document]:
    """Read by id what would be voided or kept, and what is recorded and not listed."""
    doubtful = [each for group in first.groups if len(group.active) > 1 for each in group.active]
    absent = [
        (each.document_id, str(records.snapshots.get(token, {}).get("document", "")))
        for token, each in records.recorded.items()
        if each.document_id and each.document_id not in listed
    ]
    journals = [each.id for each in doubtful if each.kind == "MANUALJOURNAL"]
    journals += [each for each, kind in absent if kind == "MANUALJOURNAL"]
    others = [each.id for each in doubtful if each.kind != "MANUALJOURNAL"]
    others += [each for each, kind in absent if kind != "MANUALJOURNAL"]
    fresh = dict(source.xero.documents(others)) if others else {}
    for each in journals:
        try:
            fresh[each] = source.xero.document(each, "MANUALJOURNAL")
        except NotInXero:  # it stays absent
            continue
    return fresh
