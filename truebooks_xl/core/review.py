"""Prepared by and Reviewed by: two names that hold for one preview only.

Protects: what two people signed is what is posted; other figures need new signatures.
"""

from __future__ import annotations

from typing import Final

from truebooks_xl.core.rows import CellReader, Row
from truebooks_xl.core.settings import Settings
from truebooks_xl.errors import Problem

SIGNATURES: Final = {"prepared_by": "Prepared by", "reviewed_by": "Reviewed by"}
"""Columns of Settlements, and what they are called."""


def review_cells(row: Row, fingerprint: str) -> dict[str, None]:
    """Return the cells that a new preview clears: both names, once its figures are others.

    Args:
        row: of Settlements, as it was before the preview.
        fingerprint: of the new preview. A name typed before any preview signed nothing.
    """
    if CellReader(row).text("fingerprint") == fingerprint:
        return {}
    return dict.fromkeys(SIGNATURES)


def review_problems(settings: Settings, row: Row, fingerprint: str) -> tuple[Problem, ...]:
    """List what a review lacks, by the cells of Settlements; empty where none is required.

    Args:
        fingerprint: of what would be posted.
    """
    if settings.value("Review required") != "yes":
        return ()
    cells = CellReader(row)
    names = {key: _same(cells.text(key)) for key in SIGNATURES}
    if cells.text("fingerprint") != fingerprint:
        what = "The preview that was signed is not what would be posted now."
        cells.problem("fingerprint", what, "Preview it again and have it signed, then Post.")
    for key, heading in SIGNATURES.items():
        if not names[key] and key not in row.errors:
            what = f"{heading} is empty, and Settings asks for a review."
            cells.problem(key, what, "Type the name of who looked through the preview, then Post.")
    if names["prepared_by"] and names["prepared_by"] == names["reviewed_by"]:
        what = "Prepared by and Reviewed by are the same person."
        cells.problem("reviewed_by", what, "Have somebody else review it and type that name.")
    return tuple(cells.problems)


def _same(name: str) -> str:
    """Fold a name: capitals and spaces make nobody another person."""
    return " ".join(name.split()).casefold()
