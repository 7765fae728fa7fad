"""Two accountants press Post on the same settlements at the same moment, over a bad line.

Two real processes, two homes with a journal each, two copies of one workbook, one Xero. Protects:
one document for each settlement, none doubled, none missing, and both workbooks say so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from office import GB, Office, command, made, many

from truebooks_xl.actions.configuring import set_setting
from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.store import Store

SIXTY = list(many(60))
ACTIVE = {"AUTHORISED", "PAID", "SUBMITTED"}


@dataclass(frozen=True)
class Operator:
    """One of the two, with a home of its own."""

    home: Path
    address: str

    def start(self, verb: str, *words: str) -> subprocess.Popen[str]:
        """Press a button."""
        book = str(self.home / "Books.xlsx")
        return subprocess.Popen(
            [sys.executable, "-m", "truebooks_xl", "settlements", verb, book, *words, "--json"],
            env=os.environ
            | {"TRUEBOOKS_HOME": str(self.home), "TRUEBOOKS_SANDBOX_URL": self.address},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def ended(running: subprocess.Popen[str]) -> Counter[str]:
    """Wait for its end; returns how its rows ended, counted."""
    out, err = running.communicate(timeout=120)
    document: dict[str, Any] = json.loads(out) if out else {}
    assert "rows" in document, out + err
    return Counter(row["result"] for row in document["rows"])


def operators(source: Path, folder: Path, address: str) -> list[Operator]:
    """Give each a copy of the same home."""
    homes = [folder / "Ann", folder / "Bob"]
    for each in homes:
        shutil.copytree(source, each)
    return [Operator(each, address) for each in homes]


def counts(control: Control, ids: Sequence[str]) -> dict[str, int]:
    """Count what stands for each settlement."""
    documents = control.documents(GB)
    active = Counter(
        each["Reference"].rpartition("-")[2] for each in documents if each["Status"] in ACTIVE
    )
    numbers = Counter(each["InvoiceNumber"] for each in documents if each["Status"] in ACTIVE)
    return {
        "active": active.total(),
        "doubled": sum(active[each] > 1 for each in ids),
        "missing": sum(not active[each] for each in ids),
        "numbers spent twice": sum(each > 1 for each in numbers.values()),
        "drafts left": sum(each["Status"] == "DRAFT" for each in documents),
    }


@pytest.fixture(scope="session")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with sixty settlements, once."""
    return made(tmp_path_factory.mktemp("sixty") / "home", many(60))


@pytest.mark.parametrize(("count", "together"), [(60, "refused"), (12, "allowed")])
def test_settlements_are_posted_once_each_over_a_line_that_drops_a_fifth(
    sixty: Path, tmp_path: Path, count: int, together: str
) -> None:
    """Where Xero changes one document in a call, and where it changes them all in one."""
    ids = SIXTY[:count]
    with serving(tmp_path / "xero") as address, Store(tmp_path / "xero") as store:
        control = Control(store)
        both = operators(sixty, tmp_path, address)
        control.set_policy("batch_post_by_id", together)
        control.barrier("together", 2, "PUT", "/Invoices")
        control.fault("PUT|POST", "/Invoices.*", "drop after commit", rate=0.2, seed=7)
        first = [ended(each) for each in [one.start("post", *ids) for one in both]]
        before = counts(control, ids)
        dropped = sum(each["status"] is None for each in control.requests())
        control.clear_faults()
        again = [ended(each) for each in [one.start("post", *ids) for one in both]]
        after = counts(control, ids)
        sys.stdout.write(f"{first=} {before=} {dropped=} {again=} {after=}\n")
        assert before["doubled"] == 0, "not even for a moment"
        assert after == {
            "active": count,
            "doubled": 0,
            "missing": 0,
            "numbers spent twice": 0,
            "drafts left": 0,
        }
        assert dropped, "the line was bad"
        for each in both:
            agreed(each, control, ids)


def agreed(one: Operator, control: Control, ids: Sequence[str]) -> None:
    """Insist that an operator's workbook and journal say what Xero holds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUEBOOKS_HOME", str(one.home))
        Office(one.home / "Books.xlsx", command, control).agree(ids)


@pytest.mark.parametrize("guard", ["wait", "placeholder", "off"])
def test_lists_that_lag_double_nothing_but_without_a_guard(
    sixty: Path, tmp_path: Path, guard: str
) -> None:
    """Lists are five seconds behind; the guard waits six, or locks with a draft of its own."""
    six = SIXTY[:6]
    with serving(tmp_path / "xero") as address, Store(tmp_path / "xero") as store:
        control = Control(store)
        both = operators(sixty, tmp_path, address)
        for each in both:
            set_setting(each.home / "Books.xlsx", "List lag guard", guard)
            set_setting(each.home / "Books.xlsx", "Settle wait", "6")
        control.set_policy("list_delay_s", "5")
        control.barrier("together", 2, "PUT", "/Invoices")
        first = [ended(each) for each in [one.start("post", *six) for one in both]]
        before = counts(control, six)
        sys.stdout.write(f"{first=} {before=}\n")
        if guard == "off":
            assert before["doubled"], "this test is not blind"
            return
        control.set_policy("list_delay_s", "0")
        again = [ended(each) for each in [one.start("post", *six) for one in both]]
        after = counts(control, six)
        sys.stdout.write(f"{again=} {after=}\n")
        assert before["doubled"] == 0
        assert (after["active"], after["doubled"], after["missing"]) == (6, 0, 0)
