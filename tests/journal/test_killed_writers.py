"""Real processes killed in the middle of a write: what was acknowledged is there."""

from __future__ import annotations

import multiprocessing
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from writer import open_one, write_on

from truebooks_xl.journal.store import Journal

if sys.platform == "win32":
    pytest.skip("processes are forked and killed", allow_module_level=True)

KILLS = 40
TOGETHER = 2
"""Processes that write into one file at once."""

Words = dict[str, set[str]]


HERE = multiprocessing.get_context("forkserver")
HERE.set_forkserver_preload(["truebooks_xl.journal.store", "sqlalchemy.dialects.sqlite"])


def killed(url: str, notes: Iterable[Path], lines: int, chance: random.Random) -> Words:
    """Let processes write at once, kill each at a moment of its own, and return what they noted."""
    running = [
        (HERE.Process(target=write_on, args=(url, each.name, str(each))), each) for each in notes
    ]
    for process, _ in running:
        process.start()
    words: Words = defaultdict(set)
    for process, note in running:
        limit = time.monotonic() + 60
        while len(_lines(note)) < lines and time.monotonic() < limit:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        process.join()
        for line in _lines(note):
            word, token = line.split()
            words[word].add(token)
    return words


def _lines(note: Path) -> list[str]:
    return note.read_text().splitlines() if note.exists() else []


def test_nothing_acknowledged_is_lost_however_often_writers_are_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.sqlite'}"
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    words: Words = defaultdict(set)
    for n in range(0, KILLS, TOGETHER):
        notes = [tmp_path / f"writer{each}" for each in range(n, n + TOGETHER)]
        for word, tokens in killed(url, notes, 3, chance).items():
            words[word] |= tokens
    journal = Journal(url)
    left = {each.begun.token: each for each in journal.unfinished("org")}
    known = journal.known_all("org", sorted(words["begun"]))
    told = f"seed {seed}, {len(words['begun'])} tasks of {KILLS} killed writers"
    assert len(words["begun"]) >= KILLS, told
    assert words["begun"] - words["ending"] <= left.keys(), f"begun and not ended: {told}"
    assert not words["ended"] & left.keys(), f"ended and still unfinished: {told}"
    assert all(left[each].wrote for each in words["intended"] & left.keys()), told
    for token in words["created"]:
        assert known[token].ids == (f"id-{token.removeprefix('TBUK-')}",), f"{token}: {told}"
    journal.close()


def test_two_processes_write_at_once_and_neither_is_turned_away(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.sqlite'}"
    words = killed(url, [tmp_path / "a", tmp_path / "b"], 40, random.Random(1))
    journal = Journal(url)
    held = journal.known_all("org", sorted(words["begun"]))
    assert {each[:6] for each in held} == {"TBUK-a", "TBUK-b"}
    assert all(each.marks for each in held.values())
    assert len(held) >= 20
    journal.close()


def test_a_new_journal_is_opened_by_many_in_the_same_instant(tmp_path: Path) -> None:
    for n in range(12):
        gate, url = HERE.Event(), f"sqlite:///{tmp_path / f'journal{n}.sqlite'}"
        notes = [tmp_path / f"{n}{each}" for each in "abcd"]
        several = [HERE.Process(target=open_one, args=(url, gate, str(note))) for note in notes]
        for each in several:
            each.start()
        gate.set()
        for each in several:
            each.join()
        assert [note.read_text() for note in notes] == ["opened"] * 4
