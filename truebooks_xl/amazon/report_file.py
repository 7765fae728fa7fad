"""A settlement report as bytes: from a file, from our ``.gz`` archive or from memory, in blocks.

Protects: nothing is read before its size is known to be sane, compressed or not; and a file that is
read several times is the same file each time.
"""

from __future__ import annotations

import gzip
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase, BytesIO
from pathlib import Path
from typing import Final, Self

from truebooks_xl.amazon.flat_file_errors import (
    CannotOpenReport,
    DamagedArchive,
    EndlessLine,
    NotARegularFile,
    OldMacintosh,
    ReportChanged,
    ReportTooLarge,
    readable,
)

LIMIT_BYTES: Final = 2 << 30
"""The most that is read of one report, compressed and decompressed (twelve million lines)."""

LINE_LIMIT_BYTES: Final = 1 << 20
"""The longest line; real ones have some 200 bytes."""

_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class ReportFile:
    """Bytes that can be read again and again.

    Attributes:
        name: what messages call it, without its folder.
        origin: where the bytes are.
        stamp: size and time of change of the file when it was first seen.
    """

    name: str
    origin: Path | bytes
    stamp: tuple[int, int]

    @classmethod
    def at(cls, path: Path) -> Self:
        """Look at a file without reading it.

        Raises:
            CannotOpenReport, NotARegularFile
        """
        return cls(_name(path), path, _stamp(path))

    @classmethod
    def of(cls, data: bytes, name: str) -> Self:
        """Take bytes that are in memory, from a download for instance."""
        return cls(name, data, (len(data), 0))

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """Yield the raw bytes, decompressed, in blocks that end where a line ends.

        Raises:
            ReportTooLarge, DamagedArchive, EndlessLine, OldMacintosh, ReportChanged,
            CannotOpenReport
        """
        if self.stamp[0] > LIMIT_BYTES:
            raise ReportTooLarge(self.name, LIMIT_BYTES)
        try:
            with self._opened() as file:
                yield from self._cut(file, block_bytes)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DamagedArchive(self.name) from error
        except OSError as error:
            raise CannotOpenReport(self.name, error.strerror or str(error)) from error

    def _opened(self) -> BufferedIOBase:
        if isinstance(self.origin, bytes):
            file: BufferedIOBase = BytesIO(self.origin)
        else:
            if _stamp(self.origin) != self.stamp:
                raise ReportChanged(self.name)
            file = self.origin.open("rb")
        if file.read(len(_GZIP)) != _GZIP:
            return file
        file.close()
        source = BytesIO(self.origin) if isinstance(self.origin, bytes) else self.origin
        return gzip.open(source)

    def _cut(self, file: BufferedIOBase, block_bytes: int) -> Iterator[bytes]:
        file.seek(0)
        size = 0
        while block := self._whole_lines(file, block_bytes):
            size += len(block)
            if size > LIMIT_BYTES:
                raise ReportTooLarge(self.name, LIMIT_BYTES)
            yield block

    def _whole_lines(self, file: BufferedIOBase, block_bytes: int) -> bytes:
        """Read a block and the rest of its last line; a plain file without copying the block."""
        if isinstance(file, gzip.GzipFile):  # going back would decompress all again
            return file.read(block_bytes) + self._rest_of_line(file)
        start = file.tell()
        file.seek(start + block_bytes)
        self._rest_of_line(file)
        end = file.tell()
        file.seek(start)
        return file.read(end - start)

    def _rest_of_line(self, file: BufferedIOBase) -> bytes:
        rest = file.readline(LINE_LIMIT_BYTES)
        if len(rest) == LINE_LIMIT_BYTES and not rest.endswith(b"\n"):
            if b"\r" in rest:
                raise OldMacintosh(self.name)
            raise EndlessLine(self.name, LINE_LIMIT_BYTES)
        return rest


def _stamp(path: Path) -> tuple[int, int]:
    try:
        seen = path.stat()
    except OSError as error:
        raise CannotOpenReport(_name(path), error.strerror or str(error)) from error
    if not stat.S_ISREG(seen.st_mode):  # reading a pipe would wait for ever
        kind = "a folder" if stat.S_ISDIR(seen.st_mode) else "a pipe or a device"
        raise NotARegularFile(_name(path), kind)
    return seen.st_size, seen.st_mtime_ns


def _name(path: Path) -> str:
    return readable(path.name or str(path))
