"""Faults on demand: which call goes wrong, and how; ``mishaps.py`` knows what each one does.

Protects: what a bad hour of the network does to us can be rehearsed and repeated: by count, or by
a chance that the seed decides, so that the same schedule has the same accidents.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from dataclasses import dataclass
from typing import Any, Final

from truebooks_xl.sandbox.xero.call import Call, Unknown
from truebooks_xl.sandbox.xero.mishaps import ACTIONS, Action, Detail

__all__ = ["ACTIONS", "Fault", "add", "clear", "due"]

TABLES: Final = """
CREATE TABLE IF NOT EXISTS fault_rule (
    id INTEGER PRIMARY KEY, method TEXT NOT NULL, path TEXT NOT NULL, nth INTEGER NOT NULL,
    rate REAL, -- a chance for every call, instead of the nth
    seed INTEGER NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0);
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is to go wrong with one call."""

    action: Action
    detail: Detail


def add(connection: sqlite3.Connection, **rule: Any) -> None:  # noqa: ANN401 a row's columns
    """Keep a rule: of this method (a regular expression, as is the path) the nth call from now on.

    With a ``rate`` every such call has that chance; ``seed`` decides which of them.
    """
    action, rate = ACTIONS.get(rule["action"]), rule["rate"]
    if action is None:
        raise Unknown(f"fault {rule['action']}; known are {', '.join(ACTIONS)}")
    if lacking := action.needs - set(rule["detail"]):
        raise Unknown(f"fault {rule['action']} without {', '.join(sorted(lacking))}")
    if rate is not None and not 0 <= rate <= 1:
        raise Unknown(f"a rate of {rate}; it is from 0 to 1")
    connection.execute(
        "INSERT INTO fault_rule (method, path, nth, rate, seed, action, detail) "
        "VALUES (:method, :path, :nth, :rate, :seed, :action, :detail)",
        rule | {"detail": json.dumps(rule["detail"])},
    )


def due(connection: sqlite3.Connection, call: Call) -> list[Fault]:
    """Count the call against every rule that matches; return what is to go wrong with it."""
    found = []
    for rule in connection.execute("SELECT * FROM fault_rule ORDER BY id").fetchall():
        matched = re.fullmatch(rule["method"], call.method)
        if not (matched and re.fullmatch(rule["path"], call.path)):
            continue
        seen = rule["seen"] + 1
        connection.execute("UPDATE fault_rule SET seen = ? WHERE id = ?", (seen, rule["id"]))
        if _hits(rule, seen):
            found.append(Fault(ACTIONS[rule["action"]], json.loads(rule["detail"])))
    return found


def _hits(rule: sqlite3.Row, seen: int) -> bool:
    if rule["rate"] is None:
        return seen == int(rule["nth"])
    drawn = hashlib.sha256(f"{rule['seed']} {seen}".encode()).digest()[:8]
    return int.from_bytes(drawn) < float(rule["rate"]) * 2**64


def clear(connection: sqlite3.Connection) -> None:
    """Forget every rule."""
    connection.execute("DELETE FROM fault_rule")
