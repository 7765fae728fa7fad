"""Before anything is voided, whoever sits at a terminal sees what would be done, and is asked."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from commands import Run

from truebooks_xl import environment
from truebooks_xl.sandbox.xero.connect import sandbox_xero

pytest_plugins = ["command_fixtures"]

FORTNIGHT = "99000000001"
posix = pytest.mark.skipif(os.name != "posix", reason="terminals are made by pty, on posix")


def at_a_terminal(answer: bytes, *words: object) -> tuple[int, str]:
    """Run a command at a terminal and answer its question."""
    import pty  # noqa: PLC0415 not there on Windows

    command = [sys.executable, "-m", "truebooks_xl", *map(str, words)]
    child, terminal = pty.fork()
    if not child:
        os.execv(sys.executable, command)
    shown, answered = b"", False
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            break  # the other side is closed
        shown += more
        if b"[y/N]" in shown and not answered:
            answered = bool(os.write(terminal, answer))
        if not more:
            break
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), shown.decode()


def standing() -> list[tuple[str, str]]:
    with sandbox_xero(environment.sandbox_folder(), "GB") as xero:
        return [(each.number, each.status) for each in xero.search(FORTNIGHT)]


@posix
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # pty forks, then starts anew
def test_a_no_changes_nothing_and_a_yes_goes_on(run: Run, book: Path) -> None:
    run("settlements", "post", book, FORTNIGHT)
    run("settings", "set", book, "Group lines by", "account")
    status, shown = at_a_terminal(b"n\n", "settlements", "repost", book, FORTNIGHT)
    assert status == 130
    assert "Would repost" in shown or "would repost" in shown
    assert "Effect on the VAT return" in shown, "the difference comes before the question"
    assert standing() == [("AMZ-TB-10001", "AUTHORISED")]
    status, shown = at_a_terminal(b"y\n", "settlements", "repost", book, FORTNIGHT)
    assert status == 0, shown
    assert standing() == [("AMZ-TB-10001-V1", "VOIDED"), ("AMZ-TB-10001", "AUTHORISED")]


@posix
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_yes_answers_before_it_is_asked(run: Run, book: Path) -> None:
    run("settlements", "post", book, FORTNIGHT)
    status, shown = at_a_terminal(b"", "settlements", "rollback", book, FORTNIGHT, "--yes")
    assert status == 0
    assert "[y/N]" not in shown
    assert standing() == [("AMZ-TB-10001-V1", "VOIDED")]
