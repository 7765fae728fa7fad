"""What may be opened at all: a whole, unencrypted, reasonably sized zip of plain XML parts.

Protects: a file from outside cannot take the machine's memory or time, or read its other files.
All is decided from the zip's directory, before a byte is unpacked, and from the first pass over a
part's XML, before a tree is built. Sheets are read sparsely, so an address far out costs nothing.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from struct import unpack_from
from typing import Final
from xml.parsers import expat

from truebooks_xl.errors import DataError

LARGEST_FILE: Final = 256 << 20
LARGEST_PART: Final = 192 << 20  # 200,000 lines of a settlement are about 160 MiB of XML
LARGEST_BOOK: Final = 1 << 30
MOST_PARTS: Final = 10_000
SUSPECT_SIZE: Final = 8 << 20
SUSPECT_RATIO: Final = 64  # a full sheet packs to between a tenth and a thirtieth
DIRECTORY_ENTRY: Final = 46 + 300  # bytes, with a generous name
DEFLATED_OR_STORED: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


class NotAWorkbook(DataError):
    """The file is something else than an Excel workbook."""

    def __init__(self, book: str, what: str, remedy: str) -> None:
        super().__init__(where=book, what=what, remedy=remedy)


class DamagedBook(DataError):
    """The workbook is torn: a part of it cannot be read."""

    def __init__(self, book: str, detail: str) -> None:
        super().__init__(
            where=book,
            what=f"The workbook is damaged: {detail}.",
            remedy="Open it in Excel, let it repair and save, or go back to a copy of it.",
        )


class HostileBook(DataError):
    """The workbook is built to exhaust or mislead whoever opens it."""

    def __init__(self, book: str, detail: str) -> None:
        super().__init__(
            where=book,
            what=f"The workbook was not opened, because {detail}.",
            remedy="Ask its sender for a fresh copy saved by Excel.",
        )


def read_file(path: Path) -> bytes:
    """Return the bytes of a workbook that is a zip file of a sensible size.

    Raises:
        NotAWorkbook: it is missing, empty, encrypted, an old ``.xls`` or no workbook at all.
        HostileBook: it is larger than any workbook of ours.
    """
    name = path.name
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise HostileBook(name, f"it is larger than {LARGEST_FILE >> 20} MiB")
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotAWorkbook(
            name, f"There is no file {path}.", "Check the path, or make the workbook with new."
        ) from None
    except OSError as refusal:
        raise NotAWorkbook(
            name,
            f"It cannot be read: {refusal.strerror}.",
            "Check the path and your permission to read it.",
        ) from None
    _check_kind(name, data)
    return data


def _check_kind(book: str, data: bytes) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise NotAWorkbook(
                book,
                "The workbook is encrypted with a password.",
                "Remove the password in Excel (File, Info, Protect Workbook) and save.",
            )
        raise NotAWorkbook(
            book,
            "This is the old .xls format.",
            "Save it in Excel as an Excel Workbook (.xlsx or .xlsm).",
        )
    if not data.startswith(b"PK"):
        what = "The file is empty." if not data else "This is not an Excel workbook."
        raise NotAWorkbook(book, what, "Give an .xlsx or .xlsm file saved by Excel.")


def open_archive(book: str, data: bytes) -> zipfile.ZipFile:
    """Open the zip after a look at its directory; nothing is unpacked.

    Raises:
        DamagedBook: there is no directory, or it does not fit the file.
        HostileBook: it unpacks to more than a workbook of ours could.
    """
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 > len(data):
        raise DamagedBook(book, "its end is missing")
    if unpack_from("<I", data, end + 12)[0] > MOST_PARTS * DIRECTORY_ENTRY:
        raise HostileBook(book, "it has too many parts")
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        raise DamagedBook(book, "its list of parts cannot be read") from None
    _check_entries(book, archive.infolist(), len(data))
    return archive


def _check_entries(book: str, entries: Sequence[zipfile.ZipInfo], length: int) -> None:
    if len(entries) > MOST_PARTS:
        raise HostileBook(book, "it has too many parts")
    if len({each.filename.casefold() for each in entries}) < len(entries):
        raise HostileBook(book, "two of its parts have the same name")
    if sum(each.file_size for each in entries) > LARGEST_BOOK:
        raise HostileBook(book, f"it unpacks to more than {LARGEST_BOOK >> 20} MiB")
    end = 0
    for each in sorted(entries, key=lambda entry: entry.header_offset):
        _check_entry(book, each)
        if each.header_offset < end:
            raise HostileBook(book, "parts of it overlap")
        end = each.header_offset + 30 + each.compress_size
        if end > length:
            raise DamagedBook(book, f"{each.filename} is cut off")


def _check_entry(book: str, entry: zipfile.ZipInfo) -> None:
    if not (entry.filename.isascii() and entry.orig_filename == entry.filename):
        raise DamagedBook(book, "a part of it has a name Excel does not use")
    if entry.flag_bits & 1 or entry.compress_type not in DEFLATED_OR_STORED:
        raise DamagedBook(book, f"{entry.filename} is packed in a way Excel does not use")
    packed = max(entry.compress_size, 1)
    if entry.file_size > LARGEST_PART or (
        entry.file_size > SUSPECT_SIZE and entry.file_size > SUSPECT_RATIO * packed
    ):
        raise HostileBook(
            book, f"{entry.filename} unpacks from {packed:,} to {entry.file_size:,} bytes"
        )


class _Doctype(Exception):
    """Raised inside expat; never leaves this module."""


def check_xml(book: str, part: str, data: bytes) -> bool:
    """Prove that a part is well-formed XML without a document type; build nothing.

    Returns:
        True when it is plain: UTF-8, no comments, no CDATA, no processing instructions.
    """
    odd: list[str] = []

    def note(*found: object) -> None:
        odd.append(str(found))

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.casefold() != "utf-8":
            odd.append(encoding)

    def refuse(*_: object) -> None:
        raise _Doctype

    reader = expat.ParserCreate()
    reader.XmlDeclHandler = declaration
    reader.CommentHandler = reader.ProcessingInstructionHandler = note
    reader.StartCdataSectionHandler = note
    reader.StartDoctypeDeclHandler = refuse
    try:
        reader.Parse(data, True)
    except expat.ExpatError as torn:
        raise DamagedBook(book, f"{part} breaks off or is garbled ({torn})") from None
    except _Doctype:
        raise HostileBook(book, f"{part} declares a document type") from None
    return not odd and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
