"""Build TrueBooks.xlsx from the schema: ``python -m workbook_template.build [TARGET]``.

Protects: the template is always rebuilt and never edited by hand; two builds are the same bytes.
"""

from __future__ import annotations

import io
import re
import sys
import tomllib
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook

from truebooks_xl.workbook.schema import SHEETS, Sheet
from workbook_template import home, layout, rules
from workbook_template.formats import FONT, Formats

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = ROOT / "truebooks_xl" / "data" / "TrueBooks.xlsx"
CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
SHEET: Final = "xl/worksheets/sheet"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def build(target: Path = TARGET) -> Path:
    """Write the template and return where it lies."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(template(version()))
    return target


def template(version_text: str) -> bytes:
    """Return the template as a workbook file; the same version gives the same bytes."""
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "default_format_properties": dict(FONT)})
    book.set_properties({"title": "TrueBooks XL", "author": "TrueBooks XL", "created": CREATED})
    book.set_size(1900, 1100)
    formats = Formats(book)
    for sheet in SHEETS:
        page = layout.add_sheet(book, formats, _versioned(sheet, version_text))
        if sheet.name == "Home":
            home.fill(page, formats)
    rules.lists(book)
    book.close()
    return _rezipped(buffer)


def version() -> str:
    """Return the version in pyproject.toml, which is there wherever the template is built."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def _versioned(sheet: Sheet, text: str) -> Sheet:
    cells = (
        replace(each, value=text) if each.name == "TB_Version" else each for each in sheet.cells
    )
    return replace(sheet, cells=tuple(cells))


def _rezipped(source: io.BytesIO) -> bytes:
    """Pack the parts again, in their order, with one fixed time and no stale results."""
    packed = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, _uncalculated(old.read(name)) if SHEET in name else old.read(name))
    return packed.getvalue()


def _uncalculated(part: bytes) -> bytes:
    """Leave formulas without the result XlsxWriter invents for them.

    LibreOffice believes a stored result, and calculates what has none.
    """
    return re.sub(rb"(<c [^>]*?)(?: t=\"str\")?>(<f>[^<]*</f>)<v>[^<]*</v>", rb"\1>\2", part)


def main(arguments: list[str]) -> None:
    """Build at the given path, by default where the package looks for it."""
    sys.stdout.write(f"{build(Path(arguments[0]) if arguments else TARGET)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
