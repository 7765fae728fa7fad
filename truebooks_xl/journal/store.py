"""The journal: an append-only store of intents and outcomes of every write, and what was posted.

Protects: the intent is on the disk before the call and the outcome after it, so that a crash
leaves nothing to guess. Rows are only added; the last row of an attempt is where it stands.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from truebooks_xl.errors import DataError, Refused, Unavailable
from truebooks_xl.journal.tables import EVENTS, POSTINGS, create


class JournalUnusable(DataError):
    """The journal cannot be opened or written."""

    def __init__(self, place: str, cause: str) -> None:
        super().__init__(
            where=f"Journal {place}",
            what=f"The journal cannot be used ({cause}).",
            remedy="Check TRUEBOOKS_JOURNAL, and that its folder is writable and has room.",
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the journal knows of the attempt in hand for one document.

    Attributes:
        uuid: names the request in idempotency keys; never used for another one.
        number: the number this document was to get; None while none was chosen.
    """

    organisation: str
    token: str
    uuid: str
    number: str | None


class Journal:
    """One journal, opened by its SQLAlchemy URL; safe between processes."""

    def __init__(self, url: str) -> None:
        self._place, self._engine = _opened(url)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _durable)
        with self._connected() as connection:
            create(connection)

    def attempt(self, organisation: str, token: str) -> Attempt:
        """Begin an attempt at the next step for a document; it is in no row yet.

        Its name is new each time: Xero replays refusals and errors under a key it has seen, and
        what protects from two documents is the reservation's number, not the key (xero.md 4.3).
        """
        numbers = [_number(row) for row in self._events(organisation, token)]
        number = next((each for each in reversed(numbers) if each), None)
        return Attempt(organisation, token, uuid.uuid4().hex, number)

    def highest_number(self, organisation: str, prefix: str) -> int:
        """Find the highest n of ``<prefix>n`` that any post was to get; 0 when none."""
        query = sa.select(EVENTS).where(
            EVENTS.c.organisation == organisation, EVENTS.c.step == "Authorise"
        )
        with self._engine.connect() as connection:
            numbers = [_number(row) for row in connection.execute(query)]
        digits = [each.removeprefix(prefix) for each in numbers]
        return max((int(each) for each in digits if each.isdecimal()), default=0)

    def touched(self, organisation: str, token: str) -> bool:
        """Say whether something of the document may stand in Xero: posted, or not known."""
        rows = self._events(organisation, token)
        unfinished = bool(rows) and rows[-1].outcome in {"intent", "unknown"}
        return unfinished or self.posting(organisation, token) is not None

    @contextmanager
    def writing(
        self, attempt: Attempt, step: str, *, network_key: str, at: datetime, **detail: str
    ) -> Iterator[None]:
        """Write the intent before the call inside, and its outcome after it.

        A refusal is a known outcome; ``Unavailable`` and anything else leaves it unknown, to be
        found out by reading.
        """

        def add(outcome: str, detail: dict[str, str]) -> None:
            self._add(attempt, step, outcome, network_key=network_key, at=at, detail=detail)

        add("intent", detail)
        try:
            yield
        except Refused as refusal:
            add("refused", {"message": refusal.what})
            raise
        except Unavailable as silence:
            add("unknown", {"message": silence.what})
            raise
        add("done", detail)

    def posted(
        self,
        organisation: str,
        token: str,
        *,
        document_id: str,
        number: str,
        fingerprint: str,
        snapshot: dict[str, Any],
        at: datetime,
    ) -> None:
        """Record a document that was read back from Xero; the same record twice is kept once."""
        known = self.posting(organisation, token)
        if known and known["document_id"] == document_id and known["fingerprint"] == fingerprint:
            return
        with self._connected() as connection:
            connection.execute(
                POSTINGS.insert().values(
                    at=at.isoformat(),
                    organisation=organisation,
                    token=token,
                    document_id=document_id,
                    number=number,
                    fingerprint=fingerprint,
                    snapshot=json.dumps(snapshot, ensure_ascii=False, sort_keys=True),
                )
            )

    def posting(self, organisation: str, token: str) -> dict[str, Any] | None:
        """Return the newest record of what was posted for a document; None when there is none."""
        query = (
            sa.select(POSTINGS)
            .where(POSTINGS.c.organisation == organisation, POSTINGS.c.token == token)
            .order_by(POSTINGS.c.id.desc())
            .limit(1)
        )
        with self._connected() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else {**row, "snapshot": json.loads(row["snapshot"])}

    def _events(self, organisation: str, token: str) -> list[sa.Row[Any]]:
        query = (
            sa.select(EVENTS)
            .where(EVENTS.c.organisation == organisation, EVENTS.c.token == token)
            .order_by(EVENTS.c.id)
        )
        with self._connected() as connection:
            return list(connection.execute(query))

    def _add(
        self,
        attempt: Attempt,
        step: str,
        outcome: str,
        *,
        network_key: str,
        at: datetime,
        detail: dict[str, str],
    ) -> None:
        with self._connected() as connection:
            connection.execute(
                EVENTS.insert().values(
                    at=at.isoformat(),
                    organisation=attempt.organisation,
                    token=attempt.token,
                    attempt=attempt.uuid,
                    step=step,
                    outcome=outcome,
                    network_key=network_key,
                    detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
                )
            )

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise JournalUnusable(self._place, _first_line(error)) from error

    def close(self) -> None:
        """Give back the connection."""
        self._engine.dispose()


def _opened(url: str) -> tuple[str, sa.Engine]:
    """Return where the journal is, without its password, and its engine; nothing is read yet."""
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        # What cannot be parsed is not repeated: a password may stand anywhere in it.
        raise JournalUnusable("of TRUEBOOKS_JOURNAL", "that is no SQLAlchemy URL") from None
    place = address.render_as_string(hide_password=True)
    try:
        return place, sa.create_engine(address)
    except (sa.exc.SQLAlchemyError, ImportError, ValueError) as error:
        raise JournalUnusable(place, _first_line(error)) from None


def _first_line(error: Exception) -> str:
    return str(error.args[0] if error.args else error).partition("\n")[0].rstrip(".")


def _number(row: sa.Row[Any]) -> str:
    return str(json.loads(row.detail).get("number", ""))


def _durable(connection: Any, _record: object) -> None:  # noqa: ANN401 a driver's own connection
    """Make SQLite keep what was acknowledged, also through a loss of power (performance.md 4)."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")
