"""Sniffing: tells by its first bytes when something else was saved under the name of a report.

Protects: the accountant reads “this is a web page”, never “column settlement-id is missing”.
"""

from __future__ import annotations

from typing import Final

from truebooks_xl.amazon.flat_file_errors import AGAIN, EmptyReport, NotAReport, ResavedByExcel

_UNPACK: Final = "Import the report that is inside, unpacked."

_KINDS: Final = (
    (
        b"PK\x03\x04",
        "a zip archive or an Excel workbook",
        f"{_UNPACK} A workbook is no report: ask Amazon for Flat File V2.",
    ),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", AGAIN),
    (b"%PDF", "a PDF", "Import the Flat File V2 of the same settlement instead."),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
)

_EXPIRED: Final = "Download the report again; the link had expired or was refused."

_TEXTS: Final = (
    (b"<?xml", "an XML answer or report", f"{_EXPIRED} The old XML report is not read."),
    (b"<amazonenvelope", "the old XML report", "Import the Flat File V2 of the same settlement."),
    (b"<error", "an error answer", _EXPIRED),
    (b"<", "a web page", _EXPIRED),
    (b"{", "an error answer", _EXPIRED),
    (b"[", "an error answer", _EXPIRED),
)

UTF8_MARK: Final = b"\xef\xbb\xbf"


def refuse_other_kinds(name: str, start: bytes) -> None:
    """Refuse what is not text separated by tabs; ``start`` are the first bytes of the file.

    Raises:
        EmptyReport, NotAReport, ResavedByExcel
    """
    for magic, kind, remedy in _KINDS:
        if start.startswith(magic):
            raise NotAReport(name, kind, remedy)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or _every_other_is_zero(start):
        raise ResavedByExcel(name, 1, "it is “Unicode text” (UTF-16)")
    text = start.removeprefix(UTF8_MARK).lstrip()
    if not text:
        raise EmptyReport(name)
    for opening, kind, remedy in _TEXTS:
        if text[:20].lower().startswith(opening):
            raise NotAReport(name, kind, remedy)


def _every_other_is_zero(start: bytes) -> bool:
    """UTF-16 without its mark: ASCII letters with zero bytes between them."""
    return len(start) > 1 and (not any(start[1:40:2]) or not any(start[0:40:2]))
