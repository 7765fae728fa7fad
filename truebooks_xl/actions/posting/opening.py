"""The desk opened: workbook, connection, journal and lock together, and what was cut off taken up.

Protects: an older copy of the workbook writes nothing, and what an earlier command left unfinished
is brought to its end before anything new is begun.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from truebooks_xl import environment
from truebooks_xl.actions.answer import Progress
from truebooks_xl.actions.gather import workspace
from truebooks_xl.actions.posting.copies import refuse_old_copy
from truebooks_xl.actions.posting.desk import Desk, Waiter, alone
from truebooks_xl.actions.posting.driving import Session
from truebooks_xl.actions.posting.preflight import World
from truebooks_xl.actions.posting.recovering import recover
from truebooks_xl.actions.xero import connected
from truebooks_xl.journal.store import Journal
from truebooks_xl.workbook.fields import plain
from truebooks_xl.workbook.schema import SETTLEMENTS


@contextmanager
def at_desk(path: Path, progress: Progress, *, dry_run: bool = False) -> Iterator[Desk]:
    """Open everything a posting needs, and resolve what was left unfinished.

    Args:
        dry_run: nothing is to be written in Xero, so nothing is taken up either.

    Raises:
        TrueBooksError: nothing was written.
    """
    space = workspace(path).sound()
    space.book.ensure_closed()
    with (
        connected(space.identity, path, progress) as (xero, organisation),
        alone(organisation.id, organisation.name, progress) as waited,
        closing(Journal(environment.journal_url(), environment.place())) as journal,
    ):
        space = workspace(path).sound() if waited else space  # the other one wrote into it
        settings = space.settings
        session = Session(
            xero,
            organisation,
            journal,
            int(settings.value("Next document number") or 0),
            int(settings.value("Settle wait") or 0),
            Waiter(progress),
        )
        book_id = plain(space.book.names(("TB_BookId",)).get("TB_BookId"))
        world = World(xero, environment.now, {"organisation": (environment.now(), organisation)})
        desk = Desk(path, space, session, world, book_id, progress)
        refuse_old_copy(journal, organisation.id, book_id, space.book.rows(SETTLEMENTS))
        if not dry_run:
            desk.recovered = recover(desk)
        if desk.recovered:
            desk.reread()
            refuse_old_copy(journal, organisation.id, book_id, desk.space.book.rows(SETTLEMENTS))
        yield desk
