"""Before a command writes the workbook: what a cut-off posting left, and older copies of it.

Protects: a posting that was cut off does not wait for the next posting to be found out; a copy of
the workbook that is older than the journal is not written. A command that can do its own work goes
on where Xero cannot be reached: the task stays unfinished.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from truebooks_xl import environment
from truebooks_xl.actions.answer import Progress
from truebooks_xl.actions.gather import open_book, read_identity
from truebooks_xl.errors import DataError, TrueBooksError
from truebooks_xl.journal.glance import glance
from truebooks_xl.workbook.fields import plain
from truebooks_xl.workbook.schema import SETTLEMENTS


def ready_to_write(path: Path, progress: Progress) -> list[str]:
    """Resolve by reading what was begun for this workbook; returns why it could not be.

    Raises:
        OldCopy: the workbook is an older copy than the journal knows.
        DataError: it cannot be read or written; the command could not either.
    """
    book = open_book(path)
    organisation_id = read_identity(book).organisation_id
    book_id = plain(book.names(("TB_BookId",)).get("TB_BookId"))
    seen = glance(environment.journal_url(), organisation_id, book_id)
    if seen == "nothing":
        return []
    if seen == "ended":
        from truebooks_xl.actions.posting.copies import refuse_old_copy  # noqa: PLC0415
        from truebooks_xl.journal.store import Journal  # noqa: PLC0415 loads the database library

        with closing(Journal(environment.journal_url(), environment.place())) as journal:
            refuse_old_copy(journal, organisation_id, book_id, book.rows(SETTLEMENTS))
        return []
    from truebooks_xl.actions.posting.opening import at_desk  # noqa: PLC0415 only where something is open

    try:
        with at_desk(path, progress):
            return []
    except DataError:
        raise
    except TrueBooksError as wrong:
        return [f"A posting that was cut off could not be resolved. {wrong}"]
