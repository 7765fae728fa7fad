"""LibreOffice without a window: recalculate a workbook, and see what it looks like.

Protects: LibreOffice believes the results stored in a file unless told otherwise; the profile
made here always calculates. Each run has a profile of its own, so runs may go side by side.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final, Literal

TIMEOUT_SECONDS: Final = 300

_PROFILE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def programs() -> tuple[str, str] | None:
    """Return where soffice and pdftoppm are; None where either is missing."""
    office, painter = shutil.which("soffice"), shutil.which("pdftoppm")
    return (office, painter) if office and painter else None


def convert(book: Path, folder: Path, kind: Literal["xlsx", "pdf"]) -> Path:
    """Open, recalculate and save as another file in ``folder``, which is not the book's own."""
    found = programs()
    assert found, "ask programs() first"
    assert folder.resolve() != book.parent.resolve(), "the book itself is never overwritten"
    with tempfile.TemporaryDirectory() as home:
        settings = Path(home) / "user" / "registrymodifications.xcu"
        settings.parent.mkdir()
        settings.write_text(_PROFILE, "utf-8")
        options = ("--headless", "--norestore", "--nologo", "--nodefault")
        command = (found[0], f"-env:UserInstallation={Path(home).as_uri()}", *options)
        _run(*command, "--convert-to", kind, "--outdir", str(folder), str(book))
    made = folder / f"{book.stem}.{kind}"
    assert made.exists(), f"LibreOffice made nothing of {book}"
    return made


def pictures(book: Path, folder: Path, *, dots_per_inch: int = 70) -> list[Path]:
    """Print every sheet as LibreOffice would and return the pages as PNG, in order."""
    found = programs()
    assert found, "ask programs() first"
    pdf = convert(book, folder, "pdf")
    _run(found[1], "-r", str(dots_per_inch), "-png", str(pdf), str(folder / book.stem))
    return sorted(folder.glob(f"{book.stem}-*.png"))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_SECONDS)  # noqa: S603
