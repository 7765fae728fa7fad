"""A picture of a workbook's sheet: ``python -m workbook_template.picture BOOK [SHEET] [TARGET]``.

Protects: the README shows what the product makes, not what somebody once drew. The picture is
what LibreOffice prints of the sheet's first page, down to its last row.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from workbook_template.libreoffice import convert, programs

TARGET: Final = Path(__file__).resolve().parent.parent / ".github" / "preview.png"
DOTS_PER_INCH: Final = 120
POINTS_PER_INCH: Final = 72
MARGIN_POINTS: Final = 14
FOOTER_POINTS: Final = 45  # file, sheet and time stand that close to the bottom of the page

_PAGE: Final = re.compile(r'<page width="[\d.]+" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD: Final = re.compile(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<')


def picture(book: Path, sheet: str = "Preview", target: Path = TARGET) -> Path:
    """Print the first page of a sheet to a PNG and return where it lies."""
    found = programs()
    assert found, "LibreOffice (soffice) and pdftoppm are needed for pictures"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pdf = convert(book, Path(folder), "pdf")
        number, bottom_points = _first_page(pdf, sheet)
        height = str(round((bottom_points + MARGIN_POINTS) * DOTS_PER_INCH / POINTS_PER_INCH))
        page = ("-f", str(number), "-l", str(number), "-singlefile", "-png")
        scale = ("-r", str(DOTS_PER_INCH), "-x", "0", "-y", "0", "-W", "100000", "-H", height)
        _run(found[1], *page, *scale, str(pdf), str(target.with_suffix("")))
    return target.with_suffix(".png")


def _first_page(pdf: Path, sheet: str) -> tuple[int, float]:
    """Find the first page that begins with the sheet's title, and where its last row ends."""
    title = "TrueBooks XL" if sheet == "Home" else sheet
    reader = shutil.which("pdftotext")
    assert reader, "pdftotext comes with pdftoppm"
    for number, found in enumerate(_PAGE.finditer(_run(reader, "-bbox", str(pdf), "-")), 1):
        height, words = float(found[1]), _WORD.findall(found[2])
        rows = [(float(top), float(bottom), word) for top, bottom, word in words]
        rows = [row for row in rows if row[1] < height - FOOTER_POINTS]
        if rows and " ".join(row[2] for row in rows if row[0] == rows[0][0]) == title:
            return number, max(row[1] for row in rows)
    raise LookupError(f"no page of {pdf.name} begins with {title}")


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()  # noqa: S603


def main(arguments: list[str]) -> None:
    """Take a picture of a sheet, Preview unless another is named."""
    book, *more = arguments
    sheet = more[0] if more else "Preview"
    target = Path(more[1]) if len(more) > 1 else TARGET
    sys.stdout.write(f"{picture(Path(book), sheet, target)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
