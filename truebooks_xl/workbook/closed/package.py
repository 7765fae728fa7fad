"""The workbook file as a zip of parts: read whole, once; written with all other parts untouched.

Protects: a part that no edit touches keeps its compressed bytes, its name and its place. Copying
raw records is also what makes saving fast: pictures and other sheets are never unpacked.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from truebooks_xl.workbook.closed.hostile import DamagedBook, open_archive, read_file

Chunks = Iterable[bytes]
"""The bytes of a part, in pieces."""

QUICK: Final = 1  # zlib level: a third of the time of level 6, a fifth more bytes


class Package:
    """One reading of a workbook file; what happens to the file afterwards does not change it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = path.name
        self.data = read_file(path)
        self._archive = open_archive(self.book, self.data)
        # Names of parts are compared without case: a relationship may say XL/Workbook.xml.
        self._entries = {each.filename.casefold(): each for each in self._archive.infolist()}

    def __contains__(self, part: str) -> bool:
        return part.casefold() in self._entries

    def name(self, part: str) -> str:
        """Return a part's name as the zip spells it; a missing part is damage."""
        entry = self._entries.get(part.casefold())
        if entry is None:
            raise DamagedBook(self.book, f"{part} is missing")
        return entry.filename

    def read(self, part: str) -> bytes:
        """Unpack one part and check its CRC."""
        try:
            return self._archive.read(self.name(part))
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise DamagedBook(self.book, f"{part} is torn") from None

    def parts(self) -> tuple[str, ...]:
        """Return the names of all parts, in the order of the zip's directory."""
        return tuple(self._archive.namelist())

    def save(self, target: BinaryIO, changed: Mapping[str, Chunks | None]) -> None:
        """Write the workbook with some parts changed, or dropped where the value is None."""
        left = dict(changed)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICK) as out:
            out.comment = self._archive.comment
            for name, record in self.records():
                entry = self._archive.getinfo(name)
                if entry.filename not in left:
                    _copy(out, entry, record)
                    continue
                chunks = left.pop(entry.filename)
                if chunks is not None:
                    _write(out, entry.filename, chunks)
            places = {name: place for place, name in enumerate(self.parts())}
            out.filelist.sort(key=lambda entry: places[entry.filename])
        assert not left, f"parts that were never there: {sorted(left)}"

    def records(self) -> Iterator[tuple[str, memoryview]]:
        """Give each part's name and all its bytes in the file: header, data, descriptor."""
        entries = sorted(self._archive.infolist(), key=lambda entry: entry.header_offset)
        ends = [each.header_offset for each in entries[1:]] + [self._archive.start_dir]
        view = memoryview(self.data)
        for entry, end in zip(entries, ends, strict=True):
            yield entry.filename, view[entry.header_offset : end]


def _copy(out: zipfile.ZipFile, entry: zipfile.ZipInfo, record: memoryview) -> None:
    """Append a record as it is; only its directory entry learns the new place."""
    assert out.fp is not None
    moved = zipfile.ZipInfo(entry.filename, entry.date_time)
    for field in _DIRECTORY_FIELDS:
        setattr(moved, field, getattr(entry, field))
    moved.header_offset = out.start_dir
    out.fp.seek(out.start_dir)
    out.fp.write(record)
    out.start_dir = out.fp.tell()
    out.filelist.append(moved)
    out.NameToInfo[moved.filename] = moved


def _write(out: zipfile.ZipFile, name: str, chunks: Chunks) -> None:
    with out.open(name, "w") as part:
        for chunk in chunks:
            part.write(chunk)


_DIRECTORY_FIELDS: Final = (
    *("compress_type", "comment", "extra", "create_system", "create_version", "extract_version"),
    *("flag_bits", "volume", "internal_attr", "external_attr", "CRC", "compress_size", "file_size"),
)
