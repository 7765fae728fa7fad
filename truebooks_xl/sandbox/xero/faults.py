"""Faults on demand: the nth call that matches is dropped, garbled, refused or held back.

Protects: what a bad hour of the network does to us can be rehearsed, before and after the moment
the work was kept.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from truebooks_xl.sandbox.xero.call import Call, Reply, Unknown
from truebooks_xl.sandbox.xero.envelope import problem, unauthorised, validation_exception

Detail = Mapping[str, Any]

HTML: Final = "text/html; charset=utf-8"
ERROR_PAGE: Final = Reply(500, b"<html><body>An error has occurred</body></html>", HTML)
LIMIT_HEADERS: Final = {"X-DayLimit-Remaining": "344", "X-MinLimit-Remaining": "0"}


@dataclass(frozen=True, slots=True)
class Action:
    """What a fault does.

    Attributes:
        commits: True if the work is done and kept before the reply goes wrong.
        alter: makes the reply that leaves from the reply Xero meant; ``detail`` is the rule's.
    """

    commits: bool
    alter: Callable[[Reply, Detail], Reply]


def limited(problem_name: str, retry_after_s: int) -> Reply:
    """Answer 429 as Xero does: no body, no content type (recorded)."""
    extra = {"Retry-After": str(retry_after_s), "X-Rate-Limit-Problem": problem_name}
    return Reply(429, content_type="", headers=LIMIT_HEADERS | extra)


def _in_invoice(reply: Reply, extra: Mapping[str, object]) -> Reply:
    """Put something no specification knows into every document of a reply."""
    body = json.loads(reply.body)
    for element in body.get("Invoices", []):
        element.update(extra)
    return replace(reply, body=json.dumps(body).encode())


ACTIONS: Final = {
    "drop before commit": Action(False, lambda reply, _: replace(reply, sent=0)),
    "drop after commit": Action(True, lambda reply, _: replace(reply, sent=0)),
    "cut off in the body": Action(True, lambda reply, _: replace(reply, sent=0.5)),
    "error before commit": Action(False, lambda *_: ERROR_PAGE),
    "error after commit": Action(True, lambda *_: ERROR_PAGE),
    "unavailable": Action(
        False, lambda *_: replace(ERROR_PAGE, status=503, headers={"Retry-After": "3600"})
    ),
    "minute limit": Action(False, lambda *_: limited("minute", 26)),
    "day limit": Action(False, lambda *_: limited("day", 66975)),
    "expired token": Action(
        False, lambda *_: unauthorised(401, "TokenExpired: token expired at 01/01/2001", "-")
    ),
    "connection removed": Action(
        False, lambda *_: unauthorised(403, "AuthenticationUnsuccessful", "-")
    ),
    "token rotated by another process": Action(
        False, lambda *_: Reply.json({"error": "invalid_grant"}, 400)
    ),
    "reply of a refresh lost": Action(True, lambda reply, _: replace(reply, sent=0)),
    "truncated": Action(
        True, lambda reply, _: replace(reply, body=reply.body[: len(reply.body) // 2])
    ),
    "html instead": Action(True, lambda *_: replace(ERROR_PAGE, status=200)),
    "delay": Action(True, lambda reply, detail: replace(reply, delay_s=float(detail["seconds"]))),
    "unknown enum": Action(True, lambda reply, _: _in_invoice(reply, {"Status": "REINCARNATED"})),
    "extra fields": Action(True, lambda reply, _: _in_invoice(reply, {"Mood": {"Level": 7}})),
    "warning": Action(
        True,
        lambda reply, detail: _in_invoice(reply, {"Warnings": [{"Message": detail["message"]}]}),
    ),
    "refuse": Action(
        False,
        lambda _, detail: validation_exception(
            [{"ValidationErrors": [{"Message": each} for each in detail["messages"]]}]
        ),
    ),
    "bad request": Action(
        False, lambda _, detail: problem(0, "BadRequestException", detail["message"])
    ),
}


def add(connection: sqlite3.Connection, **rule: Any) -> None:  # noqa: ANN401 a row's columns
    """Keep a rule: the nth call from now on of this method and path (a regular expression)."""
    if rule["action"] not in ACTIONS:
        raise Unknown(f"fault {rule['action']}; known are {', '.join(ACTIONS)}")
    connection.execute(
        "INSERT INTO fault (method, path, nth, action, detail) "
        "VALUES (:method, :path, :nth, :action, :detail)",
        rule | {"detail": json.dumps(rule["detail"])},
    )


def due(connection: sqlite3.Connection, call: Call) -> list[tuple[Action, Detail]]:
    """Count the call against every rule that matches; return what is to go wrong with it."""
    found = []
    for rule in connection.execute("SELECT * FROM fault ORDER BY id").fetchall():
        if rule["method"] != call.method or not re.fullmatch(rule["path"], call.path):
            continue
        seen = rule["seen"] + 1
        connection.execute("UPDATE fault SET seen = ? WHERE id = ?", (seen, rule["id"]))
        if seen == rule["nth"]:
            found.append((ACTIONS[rule["action"]], json.loads(rule["detail"])))
    return found
