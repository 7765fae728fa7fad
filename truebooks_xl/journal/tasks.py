"""What is written of a task: that it was begun, each write before and after it, and its end.

Protects: what a posting sets out to do is on the disk before its first call, the intent of each
write before it is sent, and the end only once the workbook shows it. Rows are only added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

import sqlalchemy as sa

from truebooks_xl.core.posting import kept
from truebooks_xl.core.posting.asks import Alter, Answered, Create, Denied, Silent, Written
from truebooks_xl.core.posting.task import Task
from truebooks_xl.core.reference import NUMBER_PREFIX, Key
from truebooks_xl.journal.states import CREATE, End
from truebooks_xl.journal.tables import ENDS, TASKS, TICKS, WRITES

FINAL: Final = re.compile(rf"{NUMBER_PREFIX}(\d+)(?:-R\d+)?")
"""Numbers that documents stand under; a retired one (``-V1``) is none of them."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A task the journal holds.

    Attributes:
        id: of its row; writes and the end are written for it.
        book: id of the workbook it was begun for; "" unknown.
    """

    id: int
    organisation: str
    book: str
    task: Task

    @property
    def token(self) -> str:
        """``TBUK-26881161592``: what it is about."""
        return self.task.key.token


@dataclass(frozen=True, slots=True)
class Entry:
    """One write of one task, of a call that may hold fifty.

    Attributes:
        step: ``Create``, or as the ask names it: ``Rename``, ``Void``, ``Authorise``…
        document_id: "" for a document that is yet to be created.
        number: the number it is to get; "" leaves it as it is.
    """

    begun: Begun
    step: str
    document_id: str = ""
    number: str = ""

    @classmethod
    def of(cls, begun: Begun, ask: Create | Alter) -> Self:
        """Name the write of an ask."""
        if isinstance(ask, Create):
            return cls(begun, CREATE, "", ask.draft.number)
        return cls(begun, ask.step, ask.change.of.id, ask.change.number)


@dataclass(frozen=True, slots=True)
class Ended:
    """How one task ended.

    Attributes:
        document_id, number: of the document that stands; "" when none does.
        status: of the settlement's row, as it was written: ``Posted``, ``Draft``…
        error: the whole message; "" for none.
    """

    begun: Begun
    outcome: End
    document_id: str = ""
    number: str = ""
    status: str = ""
    error: str = ""


def moment(at: datetime) -> str:
    """Write a UTC instant so that texts sort as instants do."""
    assert at.tzinfo is not None, "an instant without a zone"
    return at.astimezone(UTC).isoformat()


def begin_all(
    connection: sa.Connection,
    organisation: str,
    book: str,
    tasks: Sequence[tuple[Task, Mapping[str, Any] | None]],
    *,
    place: str,
    at: datetime,
) -> list[Begun]:
    """Add a row for each task and what was previewed for it."""
    rows = [
        {
            "at": moment(at),
            "organisation": organisation,
            "book": book,
            "token": task.key.token,
            "mark": task.mark,
            "place": place,
            "task": _json(kept.as_json(task)),
            "proposal": None if proposal is None else _json(proposal),
        }
        for task, proposal in tasks
    ]
    if not rows:
        return []
    query = TASKS.insert().returning(TASKS.c.id, sort_by_parameter_order=True)
    ids = connection.execute(query, rows).scalars()
    pairs = zip(ids, tasks, strict=True)
    return [Begun(each, organisation, book, task) for each, (task, _) in pairs]


def intend(
    connection: sa.Connection, entries: Sequence[Entry], network_key: str, at: datetime
) -> None:
    """Add what is about to be sent."""
    _add(connection, [_write(each, "intent", network_key, at) for each in entries])


def outcome(
    connection: sa.Connection,
    entries: Sequence[Entry],
    answers: Sequence[Answered],
    network_key: str,
    at: datetime,
) -> None:
    """Add what became of each, in the order of the intents."""
    pairs = zip(entries, answers, strict=True)
    _add(connection, [_answered(each, answer, network_key, at) for each, answer in pairs])


def reached(connection: sa.Connection, begun: Sequence[Begun], step: str, at: datetime) -> None:
    """Add that tasks came to a point where nothing is written: Checked, Committed, Dressed."""
    _add(connection, [_write(Entry(each, step), "reached", "", at) for each in begun])


def end_all(connection: sa.Connection, ends: Sequence[Ended], at: datetime) -> None:
    """Add how tasks ended; of two ends of one task the later one counts."""
    rows = [
        _end(each.begun.organisation, each.begun.book, each.begun.task.key, at)
        | {"task": each.begun.id, "aim": each.begun.task.aim, "outcome": each.outcome}
        | {"document_id": each.document_id, "number": each.number, **_final(each.number)}
        | {"status": each.status, "error": each.error}
        for each in ends
    ]
    if rows:
        connection.execute(ENDS.insert(), rows)


def restored(
    connection: sa.Connection,
    organisation: str,
    book: str,
    key: Key,
    *,
    document_id: str,
    number: str,
    awaiting: bool,
    at: datetime,
) -> None:
    """Add what stands for a key as Xero shows it, with no task of ours to tell; "" is nothing."""
    word, status = ("posted", "Posted") if document_id else ("rolled back", "Draft")
    if awaiting:
        word, status = "awaiting approval", "Awaiting approval"
    row = _end(organisation, book, key, at)
    row |= {"task": None, "aim": "post", "outcome": word, "status": status, "error": ""}
    row |= {"document_id": document_id, "number": number, **_final(number)}
    connection.execute(ENDS.insert(), [row])


def tick(
    connection: sa.Connection,
    organisation: str,
    token: str,
    *,
    document_id: str,
    who: str,
    at: datetime,
) -> None:
    """Add that somebody declared another tool's document not to be this settlement."""
    row = {"at": moment(at), "organisation": organisation, "token": token}
    connection.execute(TICKS.insert(), [row | {"document_id": document_id, "who": who}])


def _answered(entry: Entry, answer: Answered, network_key: str, at: datetime) -> dict[str, Any]:
    match answer:
        case Written(document):
            told = {"document_id": document.id, "number": entry.number or document.number}
            return _write(entry, "done", network_key, at) | told | _final(told["number"])
        case Denied(error):
            return _write(entry, "refused", network_key, at) | {"message": str(error)}
        case Silent(error):
            return _write(entry, "unknown", network_key, at) | {"message": str(error)}


def _write(entry: Entry, word: str, network_key: str, at: datetime) -> dict[str, Any]:
    return {
        "at": moment(at),
        "task": entry.begun.id,
        "organisation": entry.begun.organisation,
        "token": entry.begun.token,
        "step": entry.step,
        "outcome": word,
        "network_key": network_key,
        "document_id": entry.document_id,
        "number": entry.number,
        "message": "",
        **_final(entry.number),
    }


def _end(organisation: str, book: str, key: Key, at: datetime) -> dict[str, Any]:
    return {
        "at": moment(at),
        "organisation": organisation,
        "book": book,
        "token": key.token,
        "settlement_id": key.settlement_id,
        "marketplace": key.marketplace,
        "suffix": key.suffix,
    }


def _final(number: str) -> dict[str, int | None]:
    found = FINAL.fullmatch(number)
    return {"n": int(found[1]) if found else None}


def _add(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(WRITES.insert(), rows)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
