"""A process that writes into the journal and notes what was acknowledged; it is killed at will."""

from __future__ import annotations

from itertools import count
from multiprocessing.synchronize import Event
from pathlib import Path

from postings import AT, task, written

from truebooks_xl.journal.store import Entry, Journal


def write_on(url: str, name: str, noted: str) -> None:
    """Begin task after task, each with a write, and end every second one, until killed.

    After each acknowledged transaction a line is added to ``noted``: what is now relied on.
    """
    journal = Journal(url)
    with Path(noted).open("a", buffering=1) as notes:
        for n in count():
            settlement = f"{name}x{n}"
            begun = journal.begin("org", "book", task(settlement), at=AT)
            notes.write(f"begun {begun.token}\n")
            entry = Entry(begun, "Create", "", begun.task.key.reservation)
            journal.intend([entry], network_key="k", at=AT)
            notes.write(f"intended {begun.token}\n")
            journal.outcome([entry], [written(settlement)], network_key="k", at=AT)
            notes.write(f"created {begun.token}\n")
            if n % 2:
                notes.write(f"ending {begun.token}\n")
                journal.end(begun, "posted", document_id=f"id-{settlement}", at=AT)
                notes.write(f"ended {begun.token}\n")


def open_one(url: str, gate: Event, noted: str) -> None:
    """Open a journal once the gate is open, and note that it could be."""
    gate.wait()
    Journal(url).close()
    Path(noted).write_text("opened")
