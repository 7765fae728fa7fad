"""Whole runs held to the official description: each request that was sent, each reply that was had.

The description lies in the shared data; where that is absent the head of the report says so, and
runs are not judged.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from shared import ROOT
from specification import Specification

from truebooks_xl.sandbox.xero import token_endpoint
from truebooks_xl.sandbox.xero.control import Control

NO_XERO = {"unknown enum", "extra fields", "null fields", "warning", "bad request", "truncated"}
NO_XERO |= {"html instead", "cut off in the body", "reset during body"}
"""Faults that make replies no Xero would give: those are not judged."""

TOKENS = {token_endpoint.TOKEN, token_endpoint.REVOCATION}
_judged: set[int] = set()


def description() -> Path:
    """Return where the official description lies, if it does."""
    folder = Path(os.environ.get("TRUEBOOKS_SHARED") or ROOT / ".." / "shared")
    return folder / "specs" / "xero_accounting_subset.json"


@cache
def specification() -> Specification | None:
    return Specification(description()) if description().exists() else None


def judge(control: Control) -> None:
    """Fail on anything that was sent or answered and that Xero does not know."""
    judge_all(control.requests(), faulty(control))


def faulty(control: Control) -> list[tuple[str, str]]:
    """Return method and path of the calls whose replies were made no Xero's by the test."""
    with control.store.transaction() as connection:
        rows = connection.execute("SELECT method, path, action FROM fault_rule").fetchall()
    return [(row["method"], row["path"]) for row in rows if row["action"] in NO_XERO]


def judge_all(exchanges: Iterable[dict[str, Any]], no_xero: list[tuple[str, str]]) -> None:
    official = specification()
    for each in exchanges:
        where = (each["method"], each["path"])
        spoilt = any(all(map(re.search, rule, where)) for rule in no_xero)
        if each["path"] in TOKENS:
            check_secrets(each)
            if not spoilt:
                check_tokens(each)
        elif each["path"].startswith("/connections"):
            check_connections(each)
        elif official is not None and "/connect/" not in each["path"]:  # a page, for people
            official.check_request(each)
            if not spoilt:
                official.check_reply(each | {"reply": news(each["reply"])})


def news(reply: str) -> str:
    """Leave out of a reply the documents that were judged before: lists show them again."""
    try:
        told = json.loads(reply, parse_float=Decimal)
    except ValueError:
        return reply
    for name, value in told.items():
        if isinstance(value, list):
            told[name] = [each for each in value if _is_new(name, each)]
    return json.dumps(told, default=float)


def _is_new(name: str, value: object) -> bool:
    known = hash((name, repr(value)))
    if known in _judged:
        return False
    _judged.add(known)
    return True


def whole(reply: str) -> Any:  # noqa: ANN401 JSON of any shape
    """Read a reply; None for one that a fault cut off, or that is logged as its hash alone."""
    try:
        return json.loads(reply)
    except ValueError:
        return None


def check_secrets(exchange: dict[str, Any]) -> None:
    """Fail on a secret that stands in the log as itself."""
    told = whole(exchange["reply"]) or {}
    for name, value in (*told.items(), *parse_qsl(exchange["body"])):
        if name in token_endpoint.SECRET_FIELDS:
            assert value.startswith("sha256:"), f"{exchange['path']}: {name} in the log"


def check_tokens(exchange: dict[str, Any]) -> None:
    """Fail on an answer without what OAuth 2.0 has in it."""
    told = whole(exchange["reply"])
    if told is None:
        return
    if exchange["status"] == 400:
        assert told["error"], exchange
    elif exchange["path"] == token_endpoint.TOKEN and exchange["status"] == 200:
        assert {"access_token", "token_type", "expires_in", "scope"} <= set(told), told
        assert (told["token_type"], type(told["expires_in"])) == ("Bearer", int)


def check_connections(exchange: dict[str, Any]) -> None:
    """Fail on a connection without what Xero's guide shows of one."""
    needed = {"id", "authEventId", "tenantId", "tenantType", "tenantName"}
    if exchange["method"] == "GET" and exchange["status"] == 200:
        for each in whole(exchange["reply"]) or ():
            assert needed <= set(each), each
    assert not exchange["body"]
