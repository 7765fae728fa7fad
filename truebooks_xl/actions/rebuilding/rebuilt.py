"""A rebuild under way: each document that stands, put back into the journal and its row.

Protects: what the journal knows better itself stays; a row is changed only where it lacks what
Xero holds; the journal is told only what the rows show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from truebooks_xl import environment
from truebooks_xl.actions.gather import Workspace
from truebooks_xl.actions.posting.recording import Cells, posted, record, rolled_back
from truebooks_xl.actions.rebuilding.restoring import Remembered, remembered
from truebooks_xl.core.as_posted import snapshot
from truebooks_xl.core.copies import Recorded
from truebooks_xl.core.ledger import Document, Organisation
from truebooks_xl.core.posting.task import Outcome
from truebooks_xl.core.reference import Key
from truebooks_xl.errors import WorldError
from truebooks_xl.journal.store import Journal
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.fields import text
from truebooks_xl.xero.gateway import Xero

GONE: Final = "Voided by hand"


@dataclass(slots=True)
class Rebuild:
    """What one rebuild works with, and what it has found so far.

    Attributes:
        recorded: by token, what the journal still knows.
        busy: tokens of postings that are not over; the next command resolves those.
        rows: of Settlements, by settlement id.
        settled: tokens of which Xero told what stands, or could not.
        cells: of the rows that lack something, by settlement id.
        found: what stands for each key; the journal is told once the rows are written.
    """

    path: Path
    space: Workspace
    xero: Xero
    organisation: Organisation
    journal: Journal
    book_id: str
    recorded: Mapping[str, Recorded]
    busy: frozenset[str]
    rows: Mapping[str, Row]
    settled: set[str] = field(default_factory=set)
    cells: dict[str, Cells] = field(default_factory=dict)
    found: list[tuple[Key, Document | None]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    worst: int = 0

    def key(self, row: Row) -> Key:
        """Name the settlement of a row."""
        code = text(row, "marketplace") or self.space.identity.marketplace.code
        return Key(code, text(row, "settlement_id"))


def restore(work: Rebuild, key: Key, document: Document) -> None:
    """Restore the one document that stands for a key."""
    rates = {each.tax_type: each.rate_percent for each in work.space.rates.values()}
    held = remembered(work.xero, work.organisation, key, document, rates)
    _keep(work, key, document, held)
    name = document.number or document.id
    if held.reason:
        work.notices.append(f"{name} ({key.token}) is restored from its own lines. {held.reason}")
    row = work.rows.get(key.settlement_id)
    if row is None:
        work.notices.append(
            f"{name} stands for settlement {key.settlement_id}, which is not in the workbook: "
            "import its file, then run this again."
        )
    elif not key.suffix:
        _show(work, key, document, held, row)
    work.found.append((key, document))
    tell(work, key, document, "document" if held.reason else "evidence")


def tell(work: Rebuild, key: Key, document: Document | None, restored: str = "") -> None:
    """Add a row to the answer."""
    work.told.append(
        {
            "settlement_id": key.settlement_id,
            "token": key.token,
            "number": document.number if document else "",
            "status": _status(document) if document else "",
            "restored": restored,
            "error": "",
        }
    )


def fail(work: Rebuild, key: Key, wrong: WorldError) -> None:
    """Say of one key what Xero did not answer; the others go on."""
    tell(work, key, None)
    work.told[-1]["error"] = str(wrong)
    work.worst = max(work.worst, wrong.exit_status)


def _status(document: Document) -> str:
    return "Awaiting approval" if document.status == "DRAFT" else "Posted"


def _keep(work: Rebuild, key: Key, document: Document, held: Remembered) -> None:
    """Let the journal know what was posted; what it knows of this document itself stays."""
    known = work.journal.posting(work.organisation.id, key.token)
    # What its own lines tell is never more than what the journal has kept of it.
    same = known and (held.reason or known["fingerprint"] == held.evidence.fingerprint)
    if same and known and known["document_id"] == document.id:
        return
    work.journal.posted(
        work.organisation.id,
        key.token,
        document_id=document.id,
        number=document.number,
        fingerprint=held.evidence.fingerprint,
        snapshot=snapshot(held.evidence),
        at=held.evidence.at,
    )


def _show(work: Rebuild, key: Key, document: Document, held: Remembered, row: Row) -> None:
    """Write into a row what stands, where it does not show it."""
    shown = tuple(text(row, each) for each in ("status", "number", "document_id"))
    if shown == (_status(document), document.number, document.id):
        return
    at = held.evidence.at.astimezone(UTC).replace(tzinfo=None)  # Excel has no time zones: UTC
    base = work.organisation.base_currency
    cells = {**posted(document, work.xero.link(document), base), "posted_at": at}
    cells |= {"document": document.kind, "reference": held.evidence.reference}
    if held.evidence.previous:
        words = "; ".join(f"{each}, voided" for each in held.evidence.previous)
        cells["previous_numbers"] = words
    work.cells[key.settlement_id] = cells | {"problem": f"Restored from Xero. {cells['problem']}"}


def clear(work: Rebuild) -> None:
    """Take back what rows or journal say stands and Xero does not hold."""
    keys = {work.key(row).token: work.key(row) for row in work.rows.values()}
    keys |= {
        token: Key(each.marketplace, each.settlement_id, each.suffix)
        for token, each in work.recorded.items()
    }
    for token in keys.keys() - work.settled - work.busy:
        _clear(work, keys[token], work.recorded.get(token))


def _clear(work: Rebuild, key: Key, recorded: Recorded | None) -> None:
    row = work.rows.get(key.settlement_id)
    shown = text(row, "document_id") if row and not key.suffix else ""
    stood = recorded is not None and recorded.outcome != "rolled back"
    if row and not key.suffix and (shown or (stood and text(row, "status") != GONE)):
        known = recorded is not None and not stood  # that it was rolled back from here
        status = "Draft" if known else GONE
        said = "It was rolled back." if known else "Nothing of it stands in Xero any more."
        cells = {**rolled_back(Outcome(None)), "status": status}
        work.cells[key.settlement_id] = cells | {"problem": f"Restored from Xero. {said}"}
    if stood:
        work.found.append((key, None))
    if stood or shown:
        work.notices.append(f"Nothing stands in Xero for {key.token}.")


def write(work: Rebuild) -> None:
    """Write the rows, then let the journal know what they show."""
    if work.cells:
        record(work.path, work.cells, "Rebuild", dict.fromkeys(work.cells, "Restored"))
    for key, document in work.found:
        known = work.recorded.get(key.token)
        document_id = document.id if document else ""
        if known is None or known.document_id != document_id:
            work.journal.restored(
                work.organisation.id,
                work.book_id,
                key,
                document_id=document_id,
                number=document.number if document else "",
                awaiting=document is not None and document.status == "DRAFT",
                at=environment.now(),
            )
