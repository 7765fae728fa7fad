"""Where the product keeps its things on this machine, and who is at the keyboard.

Protects: nothing of the seller's lies anywhere else, and tests can move all of it.

``TRUEBOOKS_HOME`` moves everything; ``TRUEBOOKS_SANDBOX`` moves the sandbox's state alone.
"""

from __future__ import annotations

import getpass
import os
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from truebooks_xl.errors import DataError

PRIVATE: Final = 0o700
PRIVATE_FILE: Final = 0o600
"""Folders given to us may be open to all, so each file in them is closed by itself."""


class FolderUnusable(DataError):
    """A folder that something is to be kept in cannot be made or written."""

    def __init__(self, named_by: str, folder: str, reason: str) -> None:
        super().__init__(
            where=named_by,
            what=f"The folder {folder} cannot be made or written: {reason}.",
            remedy="Name a folder that you may write to, or have this one opened to you.",
        )


def home() -> Path:
    """Return the product's folder, made on first use and readable by the user only."""
    given = os.environ.get("TRUEBOOKS_HOME")
    if given:
        return _folder(Path(given), "TRUEBOOKS_HOME")
    from platformdirs import user_data_path  # noqa: PLC0415 only where nothing is given

    place = user_data_path("TrueBooks XL", appauthor=False)
    return _folder(place, "TRUEBOOKS_HOME, which is not set")


def sandbox_folder() -> Path:
    """Return where the sandbox keeps its organisations."""
    given = os.environ.get("TRUEBOOKS_SANDBOX")
    return _folder(Path(given) if given else home() / "sandbox", "TRUEBOOKS_SANDBOX")


def archive_folder(chosen: str = "") -> Path:
    """Return the archive of raw reports: the workbook's setting, or the product's folder."""
    return _folder(Path(chosen) if chosen else home() / "archive", "Settings, Archive folder")


def journal_url() -> str:
    """Return the SQLAlchemy URL of the journal: a file of our own, or the team's server."""
    return os.environ.get("TRUEBOOKS_JOURNAL") or f"sqlite:///{home() / 'journal.sqlite'}"


def place() -> str:
    """Return what names the product's folder: made once, and the same for all who use it."""
    kept = home() / "place"
    if not kept.exists():
        draft = home() / f"place.{os.getpid()}"
        draft.touch(mode=PRIVATE_FILE)
        draft.write_text(uuid.uuid4().hex, encoding="ascii")
        with suppress(OSError):  # another process was first
            os.link(draft, kept)
        draft.unlink()
    return kept.read_text("ascii")


def user() -> str:
    """Return the name the machine knows the user by, for the Log."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def now() -> datetime:
    """Return the UTC instant, whole seconds; the one clock of the shell."""
    return datetime.now(UTC).replace(microsecond=0)


def folder_of_user(path: Path, named_by: str) -> Path:
    """Return a folder for what is the user's own, made where it is not there yet.

    Raises:
        FolderUnusable: it cannot be made or written.
    """
    return _folder(path, named_by, mode=0o777)


def _folder(path: Path, named_by: str, *, mode: int = PRIVATE) -> Path:
    """Make a folder and prove that it can be written: found out here, not halfway through."""
    try:
        path = path.expanduser()
        path.mkdir(parents=True, exist_ok=True, mode=mode)
        with TemporaryFile(dir=path):
            return path
    except (OSError, RuntimeError, ValueError) as refusal:
        reason = (getattr(refusal, "strerror", "") or str(refusal)).lower().rstrip(".")
        raise FolderUnusable(named_by, str(path), reason) from None
