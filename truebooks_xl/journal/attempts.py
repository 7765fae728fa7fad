"""Single writes with their intent and outcome, of a post that takes one settlement at a time.

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

from truebooks_xl.core.reference import NUMBER_PREFIX
from truebooks_xl.errors import Refused, Unavailable
from truebooks_xl.journal.opening import Database
from truebooks_xl.journal.tables import EVENTS


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


class Attempts(Database):
    """The part of the journal that knows single attempts."""

    def attempt(self, organisation: str, token: str) -> Attempt:
        """Begin an attempt at the next step for a document; it is in no row yet.

        Its name is new each time: Xero replays refusals and errors under a key it has seen, and
        what protects from two documents is the reservation's number, not the key (xero.md 4.3).
        """
        numbers = [_number(row) for row in self._events(organisation, token)]
        number = next((each for each in reversed(numbers) if each), None)
        return Attempt(organisation, token, uuid.uuid4().hex, number)

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

    def _silent(self, organisation: str, token: str) -> bool:
        """Say whether nobody knows what became of the last write."""
        rows = self._events(organisation, token)
        return bool(rows) and rows[-1].outcome in {"intent", "unknown"}

    def _highest(self, organisation: str) -> int:
        """Find the highest n that an attempt was to get; 0 when none."""
        query = sa.select(EVENTS).where(
            EVENTS.c.organisation == organisation, EVENTS.c.step == "Authorise"
        )
        with self.transaction() as connection:
            numbers = [_number(row) for row in connection.execute(query)]
        digits = [each.removeprefix(NUMBER_PREFIX) for each in numbers]
        return max((int(each) for each in digits if each.isdecimal()), default=0)

    def _events(self, organisation: str, token: str) -> list[sa.Row[Any]]:
        query = (
            sa.select(EVENTS)
            .where(EVENTS.c.organisation == organisation, EVENTS.c.token == token)
            .order_by(EVENTS.c.id)
        )
        with self.transaction() as connection:
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
        with self.transaction() as connection:
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


def _number(row: sa.Row[Any]) -> str:
    return str(json.loads(row.detail).get("number", ""))
