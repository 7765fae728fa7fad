"""Runs commands in processes of their own, each killed (-9) at the nth moment a test asks for.

One process imports everything once and forks for each command, so that a kill costs a blink. It
reads JSON lines ``{"home", "sandbox", "words", "nth"}`` and answers each with the exit status, -9
for a kill. A moment is right before the journal is written, or right after an intent was: with the
call to Xero, the row of the workbook or the next look still to come.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lxml.etree
import polars as pl
import sqlalchemy
import xero_python.accounting

from truebooks_xl import cli
from truebooks_xl.actions.posting import post as posting
from truebooks_xl.actions.posting import repost as reposting
from truebooks_xl.actions.posting import rollback as rolling_back
from truebooks_xl.journal.store import Journal

LOADED = [lxml.etree, pl, sqlalchemy, xero_python.accounting, posting, reposting, rolling_back]
WRITES = ("begin_all", "intend", "outcome", "posted", "end_all", "reached")


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(f"{_status(json.loads(line))}\n")
        sys.stdout.flush()


def _status(order: dict[str, Any]) -> int:
    child = os.fork()
    if not child:
        _run(order)
    _, ended = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(ended)


def _run(order: dict[str, Any]) -> None:
    """Be the command; never returns."""
    os.environ |= {"TRUEBOOKS_HOME": order["home"], "TRUEBOOKS_SANDBOX_URL": order["sandbox"]}
    sys.argv = ["truebooks", *order["words"]]
    _die_at(order["nth"])
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    try:
        cli.main()
    except SystemExit as ended:
        os._exit(int(ended.code or 0))
    os._exit(99)


def _die_at(nth: int) -> None:
    """Let the nth moment be the last one."""
    left = nth

    def moment() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in WRITES:
        setattr(Journal, name, _watched(getattr(Journal, name), moment, after=name == "intend"))


def _watched(
    write: Callable[..., Any], moment: Callable[[], None], *, after: bool
) -> Callable[..., Any]:
    def watched(*given: Any, **named: Any) -> Any:  # noqa: ANN401 whatever the journal takes
        moment()
        answer = write(*given, **named)
        if after:
            moment()
        return answer

    return watched


if __name__ == "__main__":
    main()
