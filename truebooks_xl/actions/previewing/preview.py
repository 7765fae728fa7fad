"""Preview: what a settlement would become in Xero, decided and shown.

Protects: Preview changes nothing in Xero, and shows the very proposal that Post applies.
"""

from __future__ import annotations

from pathlib import Path

from truebooks_xl import environment
from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.archiving import archive
from truebooks_xl.actions.gather import workspace
from truebooks_xl.actions.log import log_row
from truebooks_xl.actions.previewing.proposals import Case, decide
from truebooks_xl.core.canonical import as_json
from truebooks_xl.core.review import review_cells
from truebooks_xl.workbook.book import UpdateRows, Writable
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS

KEEPS_STATUS = frozenset(
    {
        *("Posted", "Posting", "Unknown", "Voided by hand", "Before start"),
        *("Awaiting approval", "Nothing to post"),
    }
)
"""Statuses a preview does not touch: they say what is known of Xero."""


def preview(
    path: Path, settlement_id: str, *, write: bool = True, progress: Progress = silent
) -> Answer:
    """Decide a settlement's document and show it; exit status 1 while something blocks it.

    Args:
        write: fill Preview, Lines and Proof and record the fingerprint in Settlements.
    """
    progress("Reading the workbook")
    if write:
        from truebooks_xl.actions.posting.unfinished import ready_to_write  # noqa: PLC0415

        ready_to_write(path, progress)
    space = workspace(path).sound()
    progress(f"Deciding settlement {settlement_id}")
    case = decide(space, settlement_id)
    proposal = case.proposed.proposal
    if write:
        from truebooks_xl.actions.previewing.originals import keep_sales  # noqa: PLC0415
        from truebooks_xl.actions.previewing.sheets import preview_edits  # noqa: PLC0415

        progress("Filling Preview, Lines and Proof")
        keep_sales(archive(space.settings), case.settlement, case.context)
        result = "Ready to post" if proposal.postable else "Blocked"
        space.book.write(
            [
                *preview_edits(case.proposed, case.settlement, case.reading, space.accounts),
                UpdateRows(SETTLEMENTS, {case.row.number: previewed(case)}),
                log_row("Preview", settlement_id, result, f"Fingerprint {proposal.fingerprint}."),
            ]
        )
    return Answer(as_json(proposal), 0 if proposal.postable else 1)


def previewed(case: Case) -> dict[str, Writable]:
    """Return what a preview records in the settlement's row."""
    proposal = case.proposed.proposal
    failed = [check.name for check in proposal.checks if not check.ok]
    cells: dict[str, Writable] = {
        "document": proposal.document,
        "reference": proposal.reference,
        "fingerprint": proposal.fingerprint,
        "inputs": inputs_text(case),
        "previewed_at": environment.now().replace(tzinfo=None),  # Excel has no time zones: UTC
    }
    if text(case.row, "status") not in KEEPS_STATUS:
        cells["status"] = "Blocked" if failed else "Draft"
        cells["problem"] = "; ".join(failed) or "Ready to post"
    return cells | review_cells(case.row, proposal.fingerprint)


def inputs_text(case: Case) -> str:
    """Write the inputs' hashes for the row, so that Post can name the one that changed."""
    inputs = case.proposed.proposal.inputs
    return ";".join(f"{name}={getattr(inputs, name)[:16]}" for name in inputs.__slots__)
