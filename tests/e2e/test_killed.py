"""A real process killed (-9) at every step its journal takes: the next command ends what it began.

Protects: after each kill there is one document or none, and workbook, journal and Xero say so; the
same command once more ends as if nothing had happened.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from office import Office, command, made, many, opened, report

pytest_plugins = ["office_fixtures"]

if sys.platform == "win32":
    pytest.skip("processes are forked and killed", allow_module_level=True)

THREE = list(many(3))
KILLED = -9

Kill = Callable[[Office, int, str], int]
"""Runs a command of settlements, killed at the nth moment; returns how it ended."""


@pytest.fixture(scope="module")
def kill() -> Iterator[Kill]:
    """Start the process that forks for each command."""
    program = [sys.executable, str(Path(__file__).with_name("killer.py"))]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as killer:
        assert killer.stdin
        assert killer.stdout
        stdin, stdout = killer.stdin, killer.stdout

        def killed(office: Office, nth: int, verb: str) -> int:
            every = {"post": "--all-draft"}.get(verb, "--all-posted")
            order = {
                "home": os.environ["TRUEBOOKS_HOME"],
                "sandbox": os.environ["TRUEBOOKS_SANDBOX_URL"],
                "words": ["settlements", verb, str(office.book), every, "--json"],
                "nth": nth,
            }
            stdin.write(json.dumps(order) + "\n")
            stdin.flush()
            return int(stdout.readline())

        yield killed
        stdin.close()


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make homes with one and with three settlements, as drafts and posted, once."""
    folder = tmp_path_factory.mktemp("homes")
    found = {}
    owed = {THREE[0]: report(THREE[0], ads="-200.00")}
    for count, reports in (("1", many(1)), ("3", many(3)), ("bill", owed)):
        drafts = found[f"post {count}"] = made(folder / f"drafts {count}", reports)
        with opened(drafts, folder / f"posted {count}", command) as office:
            assert office.settle("post", "--all-draft").status == 0
            office.remap("400", "404")
        found[f"repost {count}"] = found[f"rollback {count}"] = folder / f"posted {count}"
    return found


MOMENTS = {
    "post 1": 11,
    "repost 1": 17,
    "rollback 1": 8,
    "repost 3": 23,
    "post bill": 17,
    "repost bill": 20,
}
STEPS = {"repost 3": 3, "post bill": 2, "repost bill": 2}

"""How many moments each has; one more is not reached, and the command ends well."""


VOIDING = 10
"""The moment after the void of a repost was asked for, and before its answer was written down."""


@pytest.mark.parametrize(
    ("what", "nth"),
    [
        (what, nth)
        for what, most in MOMENTS.items()
        for nth in range(1, most + 2, STEPS.get(what, 1))
    ],
)
def test_what_was_killed_is_ended_by_the_next_command(
    kill: Kill, homes: dict[str, Path], home: Path, what: str, nth: int
) -> None:
    verb, which = what.split()
    ids = THREE[:3] if which == "3" else THREE[:1]
    with opened(homes[what], home, command) as office:
        ended = kill(office, nth, verb)
        assert ended == (KILLED if nth <= MOMENTS[what] else 0)
        done = office.settle("preview", THREE[0])  # any command that writes finds out
        assert done.status == 0, done.document
        one_or_none(office, ids)
        again = office.settle(verb, *ids)
        assert again.status == 0, again.document
        as_if_nothing_had_happened(office, verb, ids)


@pytest.mark.parametrize("nth", range(1, 10))
def test_it_may_be_killed_again_while_it_finds_out(
    kill: Kill, homes: dict[str, Path], home: Path, nth: int
) -> None:
    """The first time while the old document is voided; then at each moment of the recovery."""
    with opened(homes["repost 1"], home, command) as office:
        assert kill(office, VOIDING, "repost") == KILLED
        assert kill(office, nth, "repost") == KILLED
        assert office.settle("preview", THREE[0]).status == 0
        one_or_none(office, THREE[:1])
        assert office.settle("repost", THREE[0]).status == 0
        as_if_nothing_had_happened(office, "repost", THREE[:1])


def one_or_none(office: Office, ids: list[str]) -> None:
    """Insist that what is there is what the workbook says, of each, and that no draft is left."""
    for each in ids:
        status, number = office.status(each)
        stands = [one for one in office.standing(each) if one[1] != "VOIDED"]
        assert stands == ([(number, "AUTHORISED")] if status == "Posted" else [])
        assert status in {"Posted", "Draft"}
    office.agree([each for each in ids if office.status(each)[0] == "Posted"])


def as_if_nothing_had_happened(office: Office, verb: str, ids: list[str]) -> None:
    statuses = office.statuses()
    assert statuses["AUTHORISED"] == (0 if verb == "rollback" else len(ids))
    assert statuses["VOIDED"] == (0 if verb == "post" else len(ids))
    assert statuses["DRAFT"] == 0
    if verb != "rollback":
        office.agree(ids)
        numbers = {office.status(each)[1] for each in ids} - {f"(-£104.00) TBUK-{ids[0]}"}
        assert numbers <= {f"AMZ-TB-{10001 + n}" for n in range(len(ids))}, "none is lost"
