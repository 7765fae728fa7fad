"""Rebuild: the journal, and the rows of Settlements, restored from what Xero holds.

Protects: losing the journal, or the newest copy of the workbook, loses nothing: each document in
Xero carries what it was made of. Xero is only read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

from truebooks_xl import environment
from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.gather import Workspace, workspace
from truebooks_xl.actions.posting.desk import alone
from truebooks_xl.actions.posting.journal_days import listed
from truebooks_xl.actions.rebuilding.rebuilt import Rebuild, clear, fail, restore, write
from truebooks_xl.actions.rebuilding.restoring import Named, groups, standing
from truebooks_xl.actions.xero import connected
from truebooks_xl.core.groups import Group
from truebooks_xl.core.ledger import Document, Kind, Organisation
from truebooks_xl.core.reference import Key
from truebooks_xl.errors import Refused, Unavailable
from truebooks_xl.journal.store import Journal
from truebooks_xl.workbook.fields import plain, text
from truebooks_xl.workbook.schema import SETTLEMENTS
from truebooks_xl.xero.gateway import Xero


def rebuild(path: Path, *, progress: Progress = silent) -> Answer:
    """Restore the journal's records and the rows of a workbook from Xero.

    Returns:
        rows: for each document that stands, what it was restored from; notices: what an
        accountant should know.
    """
    space = workspace(path)
    space.book.ensure_closed()
    with (
        connected(space.identity, path, progress) as (xero, organisation),
        alone(organisation.id, organisation.name, progress),
        closing(Journal(environment.journal_url(), environment.place())) as journal,
    ):
        work = _begun(path, workspace(path), xero, organisation, journal)
        found = _found(work, progress)
        for n, group in enumerate(found, start=1):
            progress(f"Reading what was posted {n} of {len(found)}")
            _restore(work, group)
        clear(work)
        write(work)
    return Answer({"rows": work.told, "notices": work.notices}, work.worst)


def _begun(
    path: Path, space: Workspace, xero: Xero, organisation: Organisation, journal: Journal
) -> Rebuild:
    book_id = plain(space.book.names(("TB_BookId",)).get("TB_BookId"))
    return Rebuild(
        *(path, space, xero, organisation, journal, book_id),
        recorded=journal.standing(organisation.id, book_id),
        busy=frozenset(each.begun.token for each in journal.unfinished(organisation.id)),
        rows={text(row, "settlement_id"): row for row in space.book.rows(SETTLEMENTS)},
    )


def _found(work: Rebuild, progress: Progress) -> Sequence[Group]:
    progress("Searching Xero for what was posted")
    codes = {work.space.identity.marketplace.code, *(each.marketplace for each in _keys(work))}
    codes |= {each.marketplace for each in work.recorded.values()}
    prefixes = [f"TB{each}-" for each in sorted(codes)]
    return groups(work.xero, prefixes, _named(work), _journals(work))


def _keys(work: Rebuild) -> list[Key]:
    return [work.key(row) for row in work.rows.values()]


def _named(work: Rebuild) -> Iterator[Named]:
    """Yield the documents that rows and journal name, whatever reference they bear by now."""
    for row in work.rows.values():
        kind = cast("Kind", text(row, "document") or "ACCREC")
        yield Named(work.key(row), text(row, "document_id"), kind)
    for token, each in work.recorded.items():
        kept = work.journal.posting(work.organisation.id, token)
        kind = cast("Kind", kept["snapshot"]["document"] if kept else "ACCREC")
        key = Key(each.marketplace, each.settlement_id, each.suffix)
        yield Named(key, each.document_id, kind)


def _journals(work: Rebuild) -> Sequence[Document]:
    posts_as = {work.space.settings.value("Post as", each.marketplace) for each in _keys(work)}
    return listed(work.xero, [*work.rows.values()], posts_as)


def _restore(work: Rebuild, group: Group) -> None:
    """Restore what stands of one group; what Xero does not answer for is that group's error."""
    key = group.key
    if key is None:
        return
    if key.token in work.busy:
        work.notices.append(f"The posting of {key.token} is not over: press Post, it finds out.")
        return
    try:
        ours, notices = standing(work.xero, group)
        work.notices += notices
        if len(ours) == 1:
            restore(work, key, ours[0])
        if ours or notices:
            work.settled.add(key.token)
    except (Refused, Unavailable) as wrong:
        work.settled.add(key.token)
        fail(work, key, wrong)
