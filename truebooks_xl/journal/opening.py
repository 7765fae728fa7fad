"""Opening the journal: a SQLite file by default, or any server that SQLAlchemy speaks to.

Protects: what was acknowledged is on the disk; a journal that cannot be used says so, without the
password in its address.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from truebooks_xl.errors import DataError
from truebooks_xl.journal.tables import create

MOST_TRIES: Final = 200
PAUSE_S: Final = 0.02


class JournalUnusable(DataError):
    """The journal cannot be opened or written."""

    def __init__(self, place: str, cause: str) -> None:
        super().__init__(
            where=f"Journal {place}",
            what=f"The journal cannot be used ({cause}).",
            remedy="Check TRUEBOOKS_JOURNAL, and that its folder is writable and has room; move a "
            "damaged file away and run “truebooks journal rebuild BOOK”.",
        )


class Database:
    """One database, opened by its SQLAlchemy URL; safe between processes."""

    def __init__(self, url: str) -> None:
        self._place, self._engine = _opened(url)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _durable)
        try:
            self._create()
        except JournalUnusable:  # on a server, “if not exists” fails for the slower of two
            if self._engine.dialect.name == "sqlite":
                raise
            self._create()

    def _create(self) -> None:
        with self.transaction() as connection:
            create(connection)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Run one transaction; when the block is left, it is on the disk.

        Raises:
            JournalUnusable: it could not be read or written, and nothing of it was kept.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise JournalUnusable(self._place, _first_line(error)) from error

    def close(self) -> None:
        """Give back the connection."""
        self._engine.dispose()


def _opened(url: str) -> tuple[str, sa.Engine]:
    """Return where the journal is, without its password, and its engine; nothing is read yet."""
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        # What cannot be parsed is not repeated: a password may stand anywhere in it.
        raise JournalUnusable("of TRUEBOOKS_JOURNAL", "that is no SQLAlchemy URL") from None
    place = _shown(address)
    try:
        if address.get_backend_name() == "sqlite":
            _private(address.database or "")
            return place, sa.create_engine(address)
        # A server closes what was idle for long; that is found out before it is relied on.
        return place, sa.create_engine(address, pool_pre_ping=True)
    except (sa.exc.SQLAlchemyError, ImportError, ValueError) as error:
        raise JournalUnusable(place, _first_line(error)) from None


def _shown(address: sa.URL) -> str:
    """Name a database without anything that may be secret: user, password, options."""
    host = f"{address.host.rpartition('@')[2]}/" if address.host else ""
    return f"{address.drivername}://{host}{address.database or ''}"


def _private(file: str) -> None:
    """Make a new journal the user's own; SQLite gives what it puts beside it the same rights."""
    if file and file != ":memory:":
        with suppress(OSError):  # it is there, or the database says why it cannot be
            Path(file).touch(mode=0o600, exist_ok=False)


def _first_line(error: Exception) -> str:
    return str(error.args[0] if error.args else error).partition("\n")[0].rstrip(".")


def _durable(connection: Any, _record: object) -> None:  # noqa: ANN401 a driver's own connection
    """Make SQLite keep what was acknowledged, also through a loss of power."""
    for pragma in ("busy_timeout=10000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    for n in range(1, MOST_TRIES + 1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            # A new file is changed to WAL by one process at a time, and busy_timeout is not asked.
            if n == MOST_TRIES:
                raise
            time.sleep(PAUSE_S)
        else:
            return
