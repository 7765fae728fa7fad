"""One request from its arrival to its reply: counted, gone wrong as ordered, done, remembered.

Protects: a request is one transaction; what a fault drops before the commit leaves no trace but
the line in the request log.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from truebooks_xl.sandbox.xero import (
    barriers,
    callers,
    faults,
    future,
    in_hand,
    late,
    limits,
    organisation,
)
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Reply
from truebooks_xl.sandbox.xero.control import then
from truebooks_xl.sandbox.xero.envelope import unauthorised
from truebooks_xl.sandbox.xero.mishaps import Told
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.sandbox.xero.work import work

LOG_LENGTH: Final = 10_000
"""Requests remembered; more than a day's limit of calls."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it stands in the door.

    Attributes:
        number: its line in the log.
        barriers: where it has to wait.
        refused: the answer, when it cannot be taken in hand.
    """

    number: int
    faults: Sequence[faults.Fault]
    barriers: Sequence[str]
    refused: Reply | None


def exchange(store: Store, call: Call) -> Reply:
    """Answer one request."""
    arrival = _arrive(store, call)
    meant = reply = Reply(sent=0)
    try:
        barriers.wait(store, arrival.barriers)
        meant = reply = _answered(store, call, arrival)
        for fault in arrival.faults:
            reply = fault.action.alter(Told(call, reply, fault.detail))
    finally:
        _depart(store, call, arrival, reply)
    for fault in arrival.faults:
        if fault.action.then:
            then(store, fault.detail, meant)
    return reply


def _arrive(store: Store, call: Call) -> Arrival:
    """Write the request down, count it everywhere; what was on its way comes first."""
    with store.transaction() as connection:
        late.let_arrive(store, connection)
        door = Books(store, connection, "", "", store.now_ms())
        who = callers.caller(door, call)
        named = call.headers.get("xero-tenant-id", "")
        tenant, app = (named, "") if isinstance(who, Reply) else (who.tenant, who.app)
        books = replace(door, tenant=tenant, app=app)
        number = _logged(books, call)
        going_wrong, waits = faults.due(connection, call), barriers.reach(connection, call)
        refused = in_hand.enter(books, call, number)
        for each in going_wrong:
            if each.action.late and app and tenant in organisation.COUNTRY_OF and not refused:
                late.keep(books, call, each.detail["seconds"])
        return Arrival(number, going_wrong, waits, refused)


def _logged(books: Books, call: Call) -> int:
    """Write the request down, without its token; returns its number."""
    row = (
        *(books.now_ms, books.tenant, call.method, call.path, json.dumps(dict(call.query))),
        *(call.headers.get("idempotency-key", ""), callers.for_the_log(call, call.body)),
    )
    sql = (
        "INSERT INTO request (at_ms, tenant, method, path, query, key, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id"
    )
    number = int(books.connection.execute(sql, row).fetchone()["id"])
    books.connection.execute("DELETE FROM request WHERE id <= ?", (number - LOG_LENGTH,))
    return number


def _depart(store: Store, call: Call, arrival: Arrival, reply: Reply) -> None:
    """Write down what was answered."""
    told = callers.for_the_log(call, reply.body)
    with store.transaction() as connection:
        sql = "UPDATE request SET status = ?, reply = ? WHERE id = ?"
        connection.execute(sql, (reply.status if reply.sent else None, told, arrival.number))
        in_hand.leave(Books(store, connection, "", "", store.now_ms()), arrival.number, reply)


def _answered(store: Store, call: Call, arrival: Arrival) -> Reply:
    """Do the work as often as the faults want; the first reply counts."""
    times = [fault.action.times for fault in arrival.faults]
    asked = call
    for fault in arrival.faults:
        asked = fault.action.work(asked, fault.detail)
    replies = [
        _let_in(store, asked, arrival.refused)
        for _ in range(min(times) and max(times) if times else 1)
    ]
    return replies[0] if replies else Reply()


def _let_in(store: Store, call: Call, refused: Reply | None) -> Reply:
    """Answer at the door, or within the organisation whom its token lets in."""
    with store.transaction() as connection:
        door = Books(store, connection, "", "", store.now_ms())
        if before_any_organisation := callers.answer(door, call):
            return before_any_organisation
        who = callers.caller(door, call)
        if isinstance(who, Reply):
            return who
        if who.tenant not in organisation.COUNTRY_OF:
            return unauthorised(403, "AuthenticationUnsuccessful", str(store.new_id()))
        books = replace(door, tenant=who.tenant, app=who.app)
        organisation.open_organisation(books)
        reply = refused or limits.over_limit(books) or work(books, call)
        return limits.with_headers(books, future.altered(books, reply))
