"""What can go wrong with a call: with its work, with its reply, or in the world right after it.

Protects: each bad outcome the product must survive has a name, before and after the moment the
work was kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, Final

from truebooks_xl.sandbox.xero.call import Call, Json, Reply
from truebooks_xl.sandbox.xero.envelope import (
    failed,
    limited,
    problem,
    unauthorised,
    validation_exception,
)
from truebooks_xl.sandbox.xero.future import in_elements, nulled

Detail = Mapping[str, Any]

HTML: Final = "text/html; charset=utf-8"
ERROR_PAGE: Final = Reply(500, b"<html><body>An error has occurred</body></html>", HTML)


@dataclass(frozen=True, slots=True)
class Told:
    """What a mishap knows: the call, the reply Xero meant, and the details of the rule."""

    call: Call
    reply: Reply
    detail: Detail


def _as_meant(told: Told) -> Reply:
    return told.reply


def _as_sent(call: Call, _: Detail) -> Call:
    return call


@dataclass(frozen=True, slots=True)
class Action:
    """What a fault does.

    Attributes:
        times: how often the work is done before the reply goes wrong: 0, 1 or 2.
        alter: makes the reply that leaves.
        work: makes the call that is worked on.
        late: whether the work is only done once ``seconds`` have passed.
        then: whether the world moves right after: ``verb`` of the control, with ``arguments``.
        needs: details the rule must bring.
    """

    times: int = 1
    alter: Callable[[Told], Reply] = _as_meant
    work: Callable[[Call, Detail], Call] = _as_sent
    late: bool = False
    then: bool = False
    needs: AbstractSet[str] = frozenset()


def _lost(told: Told) -> Reply:
    return replace(told.reply, sent=0)


def _answering(reply: Reply) -> Action:
    """Refuse or fail with this reply, before anything is done."""
    return Action(times=0, alter=lambda _: reply)


def _unavailable(told: Told) -> Reply:
    wait = str(told.detail.get("retry_after_s", 3600))
    status = told.detail.get("status", 503)
    return replace(ERROR_PAGE, status=status, headers={"Retry-After": wait})


def _adding(extra: Json) -> Action:
    """Put something no specification knows into every document of a reply."""
    return Action(alter=lambda told: in_elements(told.reply, "Invoices", lambda _: extra))


def _all_refused(told: Told) -> Reply:
    """Answer 200, with a reason in every element: nothing was kept."""
    messages = told.detail.get("messages", ["No."])
    ((name, elements),) = json.loads(told.call.body).items()
    return Reply.json({"Status": "OK", name: [failed(name, each, messages) for each in elements]})


def _first_ones(call: Call, detail: Detail) -> Call:
    """Cut a batch after its first k elements; whoever fell over forgot the key as well."""
    if not call.body:
        return call
    ((name, elements),) = json.loads(call.body).items()
    headers = {name: text for name, text in call.headers.items() if name != "idempotency-key"}
    return replace(call, body=json.dumps({name: elements[: detail["k"]]}).encode(), headers=headers)


ACTIONS: Final = {
    # The work.
    "drop before commit": Action(times=0, alter=_lost),
    "drop after commit": Action(alter=_lost),
    "commit late": Action(times=0, alter=_lost, late=True, needs={"seconds"}),
    "save first k": Action(alter=_lost, work=_first_ones, needs={"k"}),
    "execute twice": Action(times=2),
    # The transport.
    "cut off in the body": Action(alter=lambda told: replace(told.reply, sent=0.5)),
    "reset during body": Action(alter=lambda told: replace(told.reply, sent=0.5, reset=True)),
    "truncated": Action(
        alter=lambda told: replace(told.reply, body=told.reply.body[: len(told.reply.body) // 2])
    ),
    "html instead": Action(alter=lambda _: replace(ERROR_PAGE, status=200)),
    "delay": Action(
        alter=lambda told: replace(told.reply, delay_s=float(told.detail["seconds"])),
        needs={"seconds"},
    ),
    "slow body": Action(
        alter=lambda told: replace(told.reply, pause_s=float(told.detail["seconds"])),
        needs={"seconds"},
    ),
    # The status.
    "error before commit": _answering(ERROR_PAGE),
    "error after commit": Action(alter=lambda _: ERROR_PAGE),
    "unavailable": Action(times=0, alter=_unavailable),
    "minute limit": _answering(limited("minute", 26)),
    "day limit": _answering(limited("day", 66975)),
    "concurrent limit": _answering(limited("concurrent")),
    "expired token": _answering(
        unauthorised(401, "TokenExpired: token expired at 01/01/2001 00:00:00", "-")
    ),
    "connection removed": _answering(unauthorised(403, "AuthenticationUnsuccessful", "-")),
    "token rotated by another process": _answering(Reply.json({"error": "invalid_grant"}, 400)),
    "reply of a refresh lost": Action(alter=_lost),
    # The content.
    "unknown enum": _adding({"Status": "REINCARNATED"}),
    "extra fields": _adding({"Mood": {"Level": 7}}),
    "null fields": Action(alter=lambda told: in_elements(told.reply, "Invoices", nulled)),
    "warning": Action(
        alter=lambda told: in_elements(
            told.reply, "Invoices", lambda _: {"Warnings": [{"Message": told.detail["message"]}]}
        ),
        needs={"message"},
    ),
    "all refused": Action(times=0, alter=_all_refused),
    "refuse": Action(
        times=0,
        alter=lambda told: validation_exception(
            [{"ValidationErrors": [{"Message": each} for each in told.detail["messages"]]}]
        ),
        needs={"messages"},
    ),
    "bad request": Action(
        times=0,
        alter=lambda told: problem(0, "BadRequestException", told.detail["message"]),
        needs={"message"},
    ),
    # The world between two calls.
    "then": Action(then=True, needs={"verb", "arguments"}),
}
