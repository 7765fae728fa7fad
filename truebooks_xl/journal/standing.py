"""What stands where, as the journal recorded it last, and what else is asked of one key.

Protects: what is told of a settlement is what was read back from Xero and shown in its workbook.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from truebooks_xl.core.copies import Recorded
from truebooks_xl.journal.states import STANDS
from truebooks_xl.journal.tables import ENDS, POSTINGS, TASKS, TICKS, WRITES
from truebooks_xl.journal.tasks import moment


def standing(connection: sa.Connection, organisation: str, book: str) -> dict[str, Recorded]:
    """Tell what stands for each key, as recorded for one workbook.

    A key is left out while nobody can say: the old document was voided, and no new one stands.
    """
    here = (ENDS.c.organisation == organisation, ENDS.c.book == book)
    last = sa.select(sa.func.max(ENDS.c.id)).where(*here, ENDS.c.outcome.in_(STANDS))
    found = connection.execute(
        sa.select(ENDS).where(ENDS.c.id.in_(last.group_by(ENDS.c.token))).order_by(ENDS.c.id)
    )
    recorded = {row.token: row for row in found}
    newer = sa.select(ENDS.c.id, ENDS.c.token, ENDS.c.task).where(
        *here, ENDS.c.outcome.not_in(STANDS)
    )
    left = [
        row.task
        for row in connection.execute(newer)
        if row.token in recorded and row.id > recorded[row.token].id
    ]
    for token in _voided(connection, left):
        del recorded[token]
    return {token: _recorded(row) for token, row in recorded.items()}


def _voided(connection: sa.Connection, tasks: Sequence[int]) -> set[str]:
    """Return the keys of which one of these tasks voided a document, or may have."""
    query = sa.select(WRITES.c.token).where(
        WRITES.c.task.in_(tasks), WRITES.c.step == "Void", WRITES.c.outcome.in_(("done", "unknown"))
    )
    return set(connection.execute(query).scalars()) if tasks else set()


def _recorded(row: sa.Row[Any]) -> Recorded:
    return Recorded(
        row.settlement_id,
        row.marketplace,
        row.suffix,
        row.aim,
        row.outcome,
        row.number,
        row.document_id,
        row.status,
        datetime.fromisoformat(row.at),
    )


def posting(
    connection: sa.Connection, organisation: str, token: str, document_id: str = ""
) -> dict[str, Any] | None:
    """Return the newest record of what was posted for a key, or of one document of it."""
    query = sa.select(POSTINGS).where(
        POSTINGS.c.organisation == organisation, POSTINGS.c.token == token
    )
    if document_id:
        query = query.where(POSTINGS.c.document_id == document_id)
    row = connection.execute(query.order_by(POSTINGS.c.id.desc()).limit(1)).mappings().first()
    return None if row is None else {**row, "snapshot": json.loads(row["snapshot"])}


def may_stand(connection: sa.Connection, organisation: str, token: str) -> bool:
    """Say whether a document of a key may stand: posted and not rolled back, or under way."""
    over = sa.exists().where(ENDS.c.task == TASKS.c.id)
    under_way = sa.select(TASKS.c.id).where(
        TASKS.c.organisation == organisation, TASKS.c.token == token, ~over
    )
    if connection.execute(under_way.limit(1)).first():
        return True
    query = sa.select(ENDS.c.outcome).where(
        ENDS.c.organisation == organisation, ENDS.c.token == token, ENDS.c.outcome.in_(STANDS)
    )
    last = connection.execute(query.order_by(ENDS.c.id.desc()).limit(1)).scalar()
    if last is None:
        return posting(connection, organisation, token) is not None
    return bool(last != "rolled back")


def touched_since(
    connection: sa.Connection, organisation: str, token: str, instant: datetime
) -> bool:
    """Say whether a write for a key was intended or answered at or after an instant."""
    query = sa.select(WRITES.c.id).where(
        WRITES.c.organisation == organisation,
        WRITES.c.token == token,
        WRITES.c.at >= moment(instant),
        WRITES.c.outcome != "reached",
    )
    return connection.execute(query.limit(1)).first() is not None


def highest_number(connection: sa.Connection, organisation: str) -> int:
    """Find the highest n that any document was to get; 0 when none."""
    tops = [
        connection.execute(
            sa.select(sa.func.max(table.c.n)).where(table.c.organisation == organisation)
        ).scalar()
        for table in (WRITES, ENDS)
    ]
    return max(each or 0 for each in tops)


def ticks(connection: sa.Connection, organisation: str, token: str) -> frozenset[str]:
    """Return the ids of documents that were declared not to be this settlement."""
    query = of_keys(TICKS, organisation, [token], TICKS.c.document_id)
    return frozenset(document_id for _, document_id in connection.execute(query))


def of_keys(
    table: sa.Table, organisation: str, tokens: Sequence[str], *columns: sa.Column[Any]
) -> sa.Select[Any]:
    """Select columns of some keys' rows, the token first, in the order they were written."""
    query = sa.select(table.c.token, *columns)
    return query.where(table.c.organisation == organisation, table.c.token.in_(tokens)).order_by(
        table.c.id
    )
