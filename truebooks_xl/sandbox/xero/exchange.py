"""One request from its arrival to its reply: counted, gone wrong as ordered, done, remembered.

Protects: a request is one transaction; what a fault drops before the commit leaves no trace but
the line in the request log.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from truebooks_xl.sandbox.xero import callers, faults, limits, organisation
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Rejected, Reply, Unknown
from truebooks_xl.sandbox.xero.envelope import problem, unauthorised
from truebooks_xl.sandbox.xero.idempotency import once
from truebooks_xl.sandbox.xero.routes import ROUTES
from truebooks_xl.sandbox.xero.store import Store, savepoint

LOG_LENGTH: Final = 10_000
"""Requests remembered; more than a day's limit of calls."""


def exchange(store: Store, call: Call) -> Reply:
    """Answer one request."""
    with store.transaction() as connection:
        number = _logged(store, connection, call)
        going_wrong = faults.due(connection, call)
    reply = Reply()
    if all(action.commits for action, _ in going_wrong):
        reply = _answered(store, call)
    for action, detail in going_wrong:
        reply = action.alter(reply, detail)
    told = callers.for_the_log(call, reply.body)
    with store.transaction() as connection:
        sql = "UPDATE request SET status = ?, reply = ? WHERE id = ?"
        connection.execute(sql, (reply.status if reply.sent else None, told, number))
    return reply


def _logged(store: Store, connection: sqlite3.Connection, call: Call) -> int:
    """Write the request down, without its token; returns its number."""
    row = (
        *(store.now_ms(), call.headers.get("xero-tenant-id", ""), call.method, call.path),
        *(json.dumps(dict(call.query)), call.headers.get("idempotency-key", "")),
        callers.for_the_log(call, call.body),
    )
    sql = (
        "INSERT INTO request (at_ms, tenant, method, path, query, key, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id"
    )
    number = int(connection.execute(sql, row).fetchone()["id"])
    connection.execute("DELETE FROM request WHERE id <= ?", (number - LOG_LENGTH,))
    return number


def _answered(store: Store, call: Call) -> Reply:
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
        too_many = limits.over_limit(books)
        reply = too_many or once(books, call, lambda: _done(books, call))
        return replace(reply, headers=limits.headers(books) | dict(reply.headers))


def _done(books: Books, call: Call) -> Reply:
    """Do what is asked, or say why not and leave everything as it was."""
    try:
        with savepoint(books.connection):
            handler, groups = _handler(call)
            return handler(books, call, *groups)
    except Rejected as rejected:
        reply: Reply = rejected.args[0]
        return reply
    except Unknown as unknown:
        return problem(0, "SandboxException", f"The sandbox does not know {unknown}.")


def _handler(call: Call) -> tuple[Callable[..., Reply], Sequence[str]]:
    for method, path, handler in ROUTES:
        found = re.fullmatch(path, call.path)
        if found and method == call.method:
            return handler, found.groups()
    raise Unknown(f"{call.method} {call.path}")
