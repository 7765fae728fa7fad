"""Where the product keeps its things on this machine, and who is at the keyboard.

Protects: nothing of the seller's lies anywhere else, and tests can move all of it.

``TRUEBOOKS_HOME`` moves everything; ``TRUEBOOKS_SANDBOX`` moves the sandbox's state alone.
"""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from pathlib import Path


def home() -> Path:
    """Return the product's folder, made on first use and readable by the user only."""
    given = os.environ.get("TRUEBOOKS_HOME")
    if given:
        return _folder(Path(given))
    from platformdirs import user_data_path  # noqa: PLC0415 only where nothing is given

    return _folder(user_data_path("TrueBooks XL", appauthor=False))


def sandbox_folder() -> Path:
    """Return where the sandbox keeps its organisations."""
    given = os.environ.get("TRUEBOOKS_SANDBOX")
    return _folder(Path(given) if given else home() / "sandbox")


def archive_folder(chosen: str = "") -> Path:
    """Return the archive of raw reports: the workbook's setting, or the product's folder."""
    return _folder(Path(chosen).expanduser() if chosen else home() / "archive")


def journal_url() -> str:
    """Return the SQLAlchemy URL of the journal: a file of our own, or the team's server."""
    return os.environ.get("TRUEBOOKS_JOURNAL") or f"sqlite:///{home() / 'journal.sqlite'}"


def user() -> str:
    """Return the name the machine knows the user by, for the Log."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def now() -> datetime:
    """Return the UTC instant, whole seconds; the one clock of the shell."""
    return datetime.now(UTC).replace(microsecond=0)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path
