"""A settlement report as bytes: from a file, from our ``.gz`` archive or from memory, in blocks.

Protects: nothing is read before its size is known to be sane, compressed or not; and a file that is
read several times is the same file each time.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Final, Self

from truebooks_xl.amazon.flat_file_errors import (
    CannotOpenReport,
    DamagedArchive,
    EndlessLine,
    ReportChanged,
    ReportTooLarge,
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
        """Look at a file without reading it."""
        return cls(path.name, path, _stamp(path))

    @classmethod
    def of(cls, data: bytes, name: str) -> Self:
        """Take bytes that are in memory, from a download for instance."""
        return cls(name, data, (len(data), 0))

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """Yield the raw bytes, decompressed, in blocks that end where a line ends.

        Raises:
            ReportTooLarge, DamagedArchive, EndlessLine, ReportChanged, CannotOpenReport
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

    def _opened(self) -> IO[bytes]:
        if isinstance(self.origin, bytes):
            compressed = self.origin.startswith(_GZIP)
            file: IO[bytes] = BytesIO(self.origin)
        else:
            if _stamp(self.origin) != self.stamp:
                raise ReportChanged(self.name)
            file = self.origin.open("rb")
            compressed = file.read(2) == _GZIP
            file.seek(0)
        # GzipFile is an IO[bytes] in all that is used here.
        return gzip.open(file) if compressed else file  # type: ignore[return-value]

    def _cut(self, file: IO[bytes], block_bytes: int) -> Iterator[bytes]:
        size = lines = 0
        while block := file.read(block_bytes):
            if not block.endswith(b"\n"):
                rest = file.readline(LINE_LIMIT_BYTES)
                if len(rest) == LINE_LIMIT_BYTES and not rest.endswith(b"\n"):
                    raise EndlessLine(self.name, lines + block.count(b"\n") + 1, LINE_LIMIT_BYTES)
                block += rest
            size += len(block)
            if size > LIMIT_BYTES:
                raise ReportTooLarge(self.name, LIMIT_BYTES)
            yield block


def _stamp(path: Path) -> tuple[int, int]:
    try:
        seen = path.stat()
    except OSError as error:
        raise CannotOpenReport(path.name, error.strerror or str(error)) from error
    return seen.st_size, seen.st_mtime_ns
