"""The demo: the whole job on a synthetic UK fortnight, with the very commands a user has.

Protects: what a newcomer sees first is the product itself, not a recording of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from truebooks_xl import environment
from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.books import new_book
from truebooks_xl.actions.configuring import set_setting
from truebooks_xl.actions.gather import open_book, read_identity
from truebooks_xl.actions.importing.importing import import_files
from truebooks_xl.actions.listing import list_settlements
from truebooks_xl.actions.posting.post import post
from truebooks_xl.actions.previewing.preview import preview
from truebooks_xl.actions.xero import connected
from truebooks_xl.core.ledger import ACTIVE
from truebooks_xl.sandbox.amazon.reports import demo_fortnight

FOLDER = "truebooks-demo"


def run_demo(directory: Path | None = None, *, progress: Progress = silent) -> Answer:
    """Make a workbook, import the fortnight, preview it and post it to the practice Xero.

    Args:
        directory: where workbook and report go; None is ``truebooks-demo`` in this folder.
    """
    folder = environment.folder_of_user(directory or Path(FOLDER), "--dir")
    book = _free(folder)
    report = folder / "settlement.txt"
    report.write_bytes(demo_fortnight())
    new = new_book(book, "UK", sandbox=True, progress=progress).document
    # The fortnight's zero-VAT orders of standard-rated toys went abroad; the accountant says so.
    set_setting(book, "Zero-VAT orders", "export", "UK")
    imported = import_files(book, [report], progress=progress).document["rows"][0]
    settlement_id = imported["settlement_id"]
    shown = preview(book, settlement_id, progress=progress).document
    posted = post(book, [settlement_id], progress=progress)
    row = posted.document["rows"][0]
    found = _document(book, shown["reference"]) if row["number"] else {}
    listed = next(
        each
        for each in list_settlements(book).document["rows"]
        if each["settlement_id"] == settlement_id
    )
    return Answer(
        {
            "steps": _steps(new, imported, shown, row, found),
            "workbook": str(book),
            "settlement_id": settlement_id,
            "lines": imported["lines"],
            "deposit": shown["total"],
            "document": found.get("kind", ""),
            "number": row["number"],
            "status": found.get("status", ""),
            "total": found.get("total", ""),
            "equals_deposit": found.get("total") == shown["total"],
            "in_the_sheet": listed["status"],
            "error": row["error"],
        },
        posted.exit_status,
    )


def _free(folder: Path) -> Path:
    """Return a name that no file has: an earlier demo's workbook stays as it is."""
    names = (f"TrueBooks demo{'' if n == 1 else f' {n}'}.xlsx" for n in range(1, 10_000))
    return next(folder / name for name in names if not (folder / name).exists())


def _document(book: Path, reference: str) -> dict[str, str]:
    """Read back from Xero what stands there, rather than believing our own answer."""
    identity = read_identity(open_book(book))
    with connected(identity, book) as (xero, _):
        found = next(each for each in xero.by_reference(reference) if each.status in ACTIVE)
    return {"kind": found.kind, "status": found.status, "total": str(found.total)}


def _steps(
    new: dict[str, Any],
    imported: dict[str, Any],
    shown: dict[str, Any],
    row: dict[str, Any],
    found: dict[str, str],
) -> list[str]:
    passed = sum(check["ok"] for check in shown["checks"])
    return [
        f"Made a workbook for {new['marketplace']} with {new['mapping_rules']} mapping rules.",
        (
            f"Imported settlement {imported['settlement_id']}: {imported['lines']} lines,"
            f" {imported['currency']} {imported['total']}, proved to the penny."
        ),
        (
            f"Previewed {shown['reference']} as {shown['document']},"
            f" {len(shown['lines'])} lines; {passed} of {len(shown['checks'])} checks hold."
        ),
        (
            f"{row['result'].capitalize()} as {row['number']}:"
            f" {found.get('status', 'not in Xero')}, total {found.get('total', '–')}."
        ),
        "Open the workbook: Preview and Proof show every figure as a formula over Lines.",
    ]
