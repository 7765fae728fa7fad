"""The sandbox's state is begun once, whoever comes first."""

from __future__ import annotations

import multiprocessing
import sqlite3
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from truebooks_xl.sandbox.xero.store import Store

RACERS, ROUNDS = 4, 25


def begin(folder: str, start: Barrier, outcomes: Queue[str]) -> None:
    """Open a state that is not there yet, at the same instant as the others."""
    for n in range(ROUNDS):
        start.wait(30)
        try:
            Store(Path(folder, str(n))).close()
        except sqlite3.OperationalError as wrong:
            outcomes.put(str(wrong))
        else:
            outcomes.put("begun")


def test_several_processes_may_begin_it_in_the_same_instant(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start, outcomes = context.Barrier(RACERS), context.Queue()
    racers = [
        context.Process(target=begin, args=(str(tmp_path), start, outcomes), daemon=True)
        for _ in range(RACERS)
    ]
    for racer in racers:
        racer.start()
    assert {outcomes.get(timeout=60) for _ in range(RACERS * ROUNDS)} == {"begun"}
    for racer in racers:
        racer.join(timeout=60)
        assert racer.exitcode == 0
