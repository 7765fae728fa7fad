"""What a fix writes into a settlement's row, whether it ended at once or was taken up later.

Protects: the row names the document that stands; a fix that failed, and one of a part or a
correction, leaves the settlement's own document as it is shown.
"""

from __future__ import annotations

from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.jobs import Job
from truebooks_xl.actions.posting.recording import Cells, posted
from truebooks_xl.core.ledger import Document
from truebooks_xl.core.reference import Key


def fixed_row(desk: Desk, key: Key, job: Job) -> Cells:
    """Return the cells of a settlement's row after its duplicates were to be voided."""
    if job.error is not None:
        return {"problem": str(job.error)}
    assert job.outcome is not None
    stays = job.outcome.standing
    if stays is None:
        return {"problem": " ".join(job.outcome.alarms)}
    if key.suffix:
        gone = ", ".join(each.number or each.kind for each in job.outcome.retired) or "none"
        return {"problem": f"Copies of {key.token} voided: {gone}; {stays.number} stays."}
    return standing_row(desk, stays, job.outcome.retired)


def standing_row(desk: Desk, document: Document, retired: tuple[Document, ...] = ()) -> Cells:
    """Return the cells that name a document as the one that stands."""
    session = desk.session
    base_currency = session.organisation.base_currency
    return posted(document, session.xero.link(document), base_currency, retired)


def gone_row(document: Document) -> Cells:
    """Return the cells of a settlement whose document somebody voided or deleted in Xero."""
    name, word = document.number or document.kind.lower(), document.status.lower()
    return {
        "status": "Voided by hand",
        "number": "",
        "link": None,
        "document_id": "",
        "posted_at": None,
        "base_total": None,
        "previous_numbers": f"{name}, {word}",
        "problem": f"{name} was {word} in Xero: preview it, then post it again.",
    }
