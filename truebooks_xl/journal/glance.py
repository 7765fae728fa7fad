"""A glance into the journal: does it know this workbook, and is anything of it unfinished?

Protects: every command that writes asks, so a glance costs a millisecond and loads no database
library where the journal is a file; what is to be done then is for the journal itself to say.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, Literal

Seen = Literal["nothing", "ended", "unfinished"]

SQLITE: Final = "sqlite:///"
HERE: Final = "organisation = ? AND book = ?"
UNFINISHED: Final = f"""
    SELECT 1 FROM tasks WHERE {HERE}
    AND NOT EXISTS (SELECT 1 FROM ends WHERE ends.task = tasks.id) LIMIT 1"""  # noqa: S608
ENDED: Final = f"SELECT 1 FROM ends WHERE {HERE} LIMIT 1"  # noqa: S608


def glance(url: str, organisation: str, book: str) -> Seen:
    """Say what the journal holds of a workbook.

    Args:
        url: of the journal; one that is no file on this machine is always worth opening.
    """
    if not url.startswith(SQLITE):
        return "unfinished"
    place = Path(url.removeprefix(SQLITE))
    if not place.is_file():
        return "nothing"
    try:
        with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True, timeout=10)) as file:
            if file.execute(UNFINISHED, (organisation, book)).fetchone():
                return "unfinished"
            ended = file.execute(ENDED, (organisation, book)).fetchone()
            return "ended" if ended else "nothing"
    except (sqlite3.Error, ValueError):
        return "unfinished"  # the journal itself says what is wrong with it
