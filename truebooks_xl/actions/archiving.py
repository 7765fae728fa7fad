"""The archive a workbook uses, and its reports read again from there.

Protects: whatever is decided is decided from the bytes Amazon sent, never from a copy in a sheet.
"""

from __future__ import annotations

from truebooks_xl import environment
from truebooks_xl.actions.gather import Workspace
from truebooks_xl.core.settings import Settings
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.errors import DataError
from truebooks_xl.journal.archive import Archive
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.fields import text


class NoFile(DataError):
    """A settlement's row has no report behind it."""

    def __init__(self, settlement_id: str, status: str) -> None:
        super().__init__(
            where=f"Settlements, {settlement_id}",
            what=f"There is no report for this row (status {status}).",
            remedy="Download the report from Seller Central and import it.",
        )


def archived(space: Workspace, row: Row) -> Settlement:
    """Read a settlement's report again from the archive."""
    from truebooks_xl.amazon.flat_file import read_settlement  # noqa: PLC0415

    sha256 = text(row, "file")
    if not sha256:
        raise NoFile(text(row, "settlement_id"), text(row, "status"))
    return read_settlement(archive(space.settings).find(sha256))


def archive(settings: Settings) -> Archive:
    """Return the archive the workbook uses."""
    return Archive(environment.archive_folder(settings.value("Archive folder")))
