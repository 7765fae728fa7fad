"""What the journal remembers: tasks that are not over, what is ours, and what stands where.

Protects: after a crash the next run takes up what was begun with all that is known of it since;
each answer is told from the rows alone, and is cheap while there is nothing to tell.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from truebooks_xl.core.posting import kept
from truebooks_xl.core.posting.task import Task
from truebooks_xl.journal.standing import of_keys, posting
from truebooks_xl.journal.states import CREATE
from truebooks_xl.journal.tables import ENDS, POSTINGS, TASKS, WRITES
from truebooks_xl.journal.tasks import Begun


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal knows of one key, over all its tasks.

    Attributes:
        ids: of documents that are ours, whatever number they bear; oldest first.
        marks: attempt uuids of this place, oldest first.
        number: the final number chosen last; "" when none was.
    """

    ids: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A task that was begun and not ended.

    Attributes:
        begun: its task holds what is known by now, and takes the long path.
        proposal: what was previewed for it; None when nothing was kept.
        wrote: whether any write was intended; if not, nothing can have happened in Xero.
        binding: an old document may be voided or the new one authorised, so it has to be finished;
            before that only a draft may be there, which can still be let go.
    """

    begun: Begun
    proposal: dict[str, Any] | None
    at: datetime
    wrote: bool
    binding: bool


@dataclass(frozen=True, slots=True)
class Undressed:
    """A posted task without its note and evidence.

    Attributes:
        snapshot: of what was posted; None when the journal holds none.
        retired: ids of the documents that were voided for it.
        repeat: some of it may be there already: it was begun before, or the document stood.
    """

    begun: Begun
    document_id: str
    number: str
    snapshot: dict[str, Any] | None
    retired: tuple[str, ...]
    repeat: bool


def unfinished(connection: sa.Connection, organisation: str, place: str) -> list[Unfinished]:
    """Find the tasks of a place that are not over, oldest first."""
    over = sa.exists().where(ENDS.c.task == TASKS.c.id)
    query = sa.select(TASKS).where(
        TASKS.c.organisation == organisation, TASKS.c.place == place, ~over
    )
    rows = list(connection.execute(query.order_by(TASKS.c.id)))
    if not rows:
        return []
    ids = [row.id for row in rows]
    written, made = _written(connection, ids), _made(connection, ids)
    all_known = known(connection, organisation, [row.token for row in rows], place)
    return [_unfinished(row, written[row.id], made[row.id], all_known[row.token]) for row in rows]


def _unfinished(
    row: sa.Row[Any],
    writes: Sequence[tuple[str, str]],
    made: Sequence[tuple[str, str]],
    since: Known,
) -> Unfinished:
    task = kept.from_json(json.loads(row.task), row.token)
    retiring = any(step in {"Rename", "Void"} for step, _ in writes)
    resumed = replace(_resumed(task, made, since), retiring=retiring)
    begun = Begun(row.id, row.organisation, row.book, resumed)
    proposal = None if row.proposal is None else json.loads(row.proposal)
    wrote = any(outcome == "intent" for _, outcome in writes)
    binding = any(step in {"Rename", "Void", "Authorise"} for step, _ in writes)
    return Unfinished(begun, proposal, datetime.fromisoformat(row.at), wrote, binding)


def _resumed(task: Task, made: Sequence[tuple[str, str]], since: Known) -> Task:
    locks = {task.key.reservation} if task.locked else set()
    return replace(
        task,
        made=tuple(dict.fromkeys(each for each, number in made if number not in locks)),
        known=_merged(task.known, since.ids),
        marks=_merged(task.marks, since.marks),
        number=since.number or task.number,
        thorough=True,
    )


def _made(connection: sa.Connection, tasks: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    """Return id and number of what tasks created, locks included, or were about to authorise."""
    created = (WRITES.c.step == CREATE) & (WRITES.c.outcome == "done")
    authorised = (WRITES.c.step == "Authorise") & (WRITES.c.outcome == "intent")
    query = sa.select(WRITES.c.task, WRITES.c.document_id, WRITES.c.number)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for task, document_id, number in connection.execute(
        query.where(WRITES.c.task.in_(tasks), created | authorised).order_by(WRITES.c.id)
    ):
        found[task].append((document_id, number))
    return found


def _merged(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def known(
    connection: sa.Connection, organisation: str, tokens: Iterable[str], place: str
) -> dict[str, Known]:
    """Gather what is known of each key; a key nobody has heard of is there, and empty.

    A lock is ours only if this place made it: one command at a time posts from it, so whoever made
    an older lock is gone, which nobody can say of a colleague who shares the journal.
    """
    wanted = sorted(set(tokens))
    ids: dict[str, list[str]] = defaultdict(list)
    marks: dict[str, list[str]] = defaultdict(list)
    numbers: dict[str, str] = {}
    for table in (POSTINGS, ENDS):
        query = of_keys(table, organisation, wanted, table.c.document_id)
        for token, document_id in connection.execute(query):
            ids[token].append(document_id)
    columns = (WRITES.c.step, WRITES.c.outcome, WRITES.c.document_id, WRITES.c.number, WRITES.c.n)
    for row in connection.execute(of_keys(WRITES, organisation, wanted, *columns)):
        if row.n is not None:
            numbers[row.token] = row.number
        # A copy of somebody else's that was voided is named in a write, and stays foreign.
        if row.n is not None or (row.step, row.outcome) == (CREATE, "done"):
            ids[row.token].append(row.document_id)
    own = of_keys(TASKS, organisation, wanted, TASKS.c.mark).where(TASKS.c.place == place)
    for token, mark in connection.execute(own):
        marks[token].append(mark)
    return {
        each: Known(
            tuple(filter(None, dict.fromkeys(ids[each]))),
            tuple(dict.fromkeys(marks[each])),
            numbers.get(each, ""),
        )
        for each in wanted
    }


def undressed(connection: sa.Connection, organisation: str) -> list[Undressed]:
    """Find the posted tasks whose note and evidence are not known to be there, oldest first."""
    dressed = sa.exists().where(
        WRITES.c.task == TASKS.c.id, WRITES.c.step == "Dressed", WRITES.c.outcome == "reached"
    )
    query = (
        sa.select(TASKS, ENDS.c.document_id, ENDS.c.number)
        .join(ENDS, ENDS.c.task == TASKS.c.id)
        .where(
            TASKS.c.organisation == organisation,
            ENDS.c.outcome.in_(("posted", "awaiting approval")),
            ~dressed,
        )
        .order_by(TASKS.c.id)
    )
    rows = list(connection.execute(query))
    return [_undressed(connection, row) for row in {row.id: row for row in rows}.values()]


def _undressed(connection: sa.Connection, row: sa.Row[Any]) -> Undressed:
    task = kept.from_json(json.loads(row.task), row.token)
    found = posting(connection, row.organisation, row.token, row.document_id)
    query = sa.select(WRITES.c.step, WRITES.c.outcome, WRITES.c.document_id)
    writes = list(connection.execute(query.where(WRITES.c.task == row.id).order_by(WRITES.c.id)))
    voided = [each for step, outcome, each in writes if (step, outcome) == ("Void", "done")]
    steps = {step for step, outcome, _ in writes if outcome in {"done", "reached"}}
    return Undressed(
        Begun(row.id, row.organisation, row.book, task),
        row.document_id,
        row.number,
        found["snapshot"] if found else None,
        tuple(dict.fromkeys(voided)),
        repeat="Dressing" in steps or CREATE not in steps,
    )


def _written(
    connection: sa.Connection, tasks: Sequence[int]
) -> Mapping[int, list[tuple[str, str]]]:
    query = sa.select(WRITES.c.task, WRITES.c.step, WRITES.c.outcome)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for task, step, outcome in connection.execute(
        query.where(WRITES.c.task.in_(tasks)).order_by(WRITES.c.id)
    ):
        found[task].append((step, outcome))
    return found
