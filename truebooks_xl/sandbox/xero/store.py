"""The sandbox's state: one SQLite file that any number of processes may serve at once.

Protects: a request is one transaction, and what must be unique (a number, a contact's name) is
unique because the database says so, not because somebody looked first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final, Self
from uuid import UUID, uuid4

from filelock import FileLock

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS organisation (
    tenant TEXT PRIMARY KEY, country TEXT NOT NULL, created_ms INTEGER NOT NULL,
    period_lock TEXT, year_end_lock TEXT);
CREATE TABLE IF NOT EXISTS account (
    tenant TEXT NOT NULL, code TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
    type TEXT NOT NULL, class TEXT NOT NULL, system TEXT NOT NULL, tax_type TEXT NOT NULL,
    status TEXT NOT NULL, updated_ms INTEGER NOT NULL, PRIMARY KEY (tenant, code));
CREATE TABLE IF NOT EXISTS tax_rate (
    tenant TEXT NOT NULL, tax_type TEXT NOT NULL, name TEXT NOT NULL, percent TEXT NOT NULL,
    classes TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (tenant, tax_type));
CREATE TABLE IF NOT EXISTS currency (
    tenant TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (tenant, code));
CREATE TABLE IF NOT EXISTS contact (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
    updated_ms INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS active_name
    ON contact (tenant, name COLLATE NOCASE) WHERE status = 'ACTIVE';
CREATE TABLE IF NOT EXISTS invoice (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, type TEXT NOT NULL, number TEXT NOT NULL,
    claim TEXT, -- the number, while nobody else may have it
    reference TEXT NOT NULL, contact TEXT NOT NULL, status TEXT NOT NULL, date TEXT NOT NULL,
    due_date TEXT NOT NULL, currency TEXT NOT NULL, rate TEXT NOT NULL, amount_types TEXT NOT NULL,
    url TEXT NOT NULL, total INTEGER NOT NULL, paid INTEGER NOT NULL, -- hundredths
    lines TEXT NOT NULL, payments TEXT NOT NULL, app TEXT NOT NULL, updated_ms INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS unique_number ON invoice (tenant, claim COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS by_reference ON invoice (tenant, reference COLLATE NOCASE);
CREATE TABLE IF NOT EXISTS answered (
    app TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, at_ms INTEGER NOT NULL,
    status INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (app, key));
CREATE TABLE IF NOT EXISTS policy (name TEXT PRIMARY KEY, setting TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS request (
    id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, tenant TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, query TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL,
    status INTEGER, reply BLOB);
CREATE INDEX IF NOT EXISTS by_time ON request (tenant, at_ms);
"""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Tell the time, unless a test brings a clock of its own."""
    return datetime.now(UTC)


class Store:
    """One process's door to the state; threads take turns, processes wait for each other."""

    def __init__(
        self, folder: Path, *, clock: Clock = utc_now, new_id: Callable[[], UUID] = uuid4
    ) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = folder / "xero.sqlite3"
        place.touch(mode=0o600)  # its WAL is made with the same rights
        self._clock = clock
        self._ahead_s = 0
        self.new_id = new_id
        self._lock = Lock()
        self._connection = sqlite3.connect(
            place, isolation_level=None, timeout=30, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        from truebooks_xl.sandbox.xero.schema import (  # noqa: PLC0415 they know the store
            TABLES,
            statements,
        )

        # SQLite does not wait while another process switches the same file to WAL: it fails.
        with FileLock(folder / "xero.lock", mode=0o600):
            self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self.transaction() as connection:
            for statement in statements(SCHEMA + TABLES):
                connection.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do everything inside or nothing; other writers, in any process, wait."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._ahead_s = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def clock(self) -> datetime:
        """Tell the sandbox's time: that of the machine or the test, and what it was put ahead."""
        return self._clock() + timedelta(seconds=self._ahead_s)

    def now_ms(self) -> int:
        """The clock in milliseconds since 1970, as Xero writes instants."""
        return round(self.clock().timestamp() * 1000)

    def put_ahead(self, seconds: int) -> None:
        """Put the clock ahead, or back, for every process; the file's user version keeps it."""
        with self.transaction() as connection:
            connection.execute(f"PRAGMA user_version = {self._ahead_s + seconds:d}")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """Do everything inside or nothing, within a transaction; they nest."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO part")
        raise
    finally:
        connection.execute("RELEASE part")
