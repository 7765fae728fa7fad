"""The archive of raw reports: bytes as Amazon sent them, named by their hash.

Protects: Amazon keeps reports for 90 days only; what was read once can always be read again, and
a file is never overwritten by another.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from truebooks_xl.errors import DataError

if TYPE_CHECKING:
    import polars as pl

PIECE_BYTES: Final = 1 << 20


class NotArchived(DataError):
    """The raw report of a settlement is not in the archive."""

    def __init__(self, sha256: str, folder: str) -> None:
        super().__init__(
            where="Archive",
            what=f"The report {sha256[:12]}… is not in {folder}.",
            remedy="Import the settlement's file again, or set Archive folder to where it is kept.",
        )


class Archive:
    """A folder of ``<sha256>.gz``, shared by all workbooks that name it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, source: Path, sha256: str) -> Path:
        """Copy a report into the archive; what is there already stays as it is.

        The copy is written beside its place and moved there once whole and on the disk. The
        compressed bytes carry no time and no name, so that two keepings are equal.
        """
        target = self.folder / f"{sha256}.gz"
        if target.exists():
            return target
        handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as raw:
                with (
                    gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed,
                    source.open("rb") as plain,
                ):
                    digest = hashlib.sha256()
                    while piece := plain.read(PIECE_BYTES):
                        digest.update(piece)
                        packed.write(piece)
                raw.flush()
                os.fsync(raw.fileno())
            assert digest.hexdigest() == sha256, "the file changed while it was read"
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)
        return target

    def find(self, sha256: str) -> Path:
        """Return where a report is kept.

        Raises:
            NotArchived: it is not.
        """
        target = self.folder / f"{sha256}.gz"
        if not target.exists():
            raise NotArchived(sha256, str(self.folder))
        return target

    def note(self, sha256: str, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what was noted of a report, made (and kept beside it) on first asking.

        A note says nothing the report does not say: lose it and it is made again.
        """
        place = self.folder / f"{sha256}.{name}.json"
        try:
            found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            found = make()
            draft = place.with_suffix(f".{os.getpid()}.part")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
            draft.replace(place)
        return found

    def keep_frame(self, sha256: str, name: str, frame: pl.DataFrame) -> None:
        """Keep a table beside a report, in place of an earlier one of the same name."""
        place = self._frame(sha256, name)
        draft = place.with_suffix(f".{os.getpid()}.part")
        draft.touch(mode=0o600)
        frame.write_parquet(draft)
        draft.replace(place)

    def frames(self, sha256s: Sequence[str], name: str) -> dict[str, pl.LazyFrame]:
        """Return the tables that are kept, by report, in the order asked for; some may lack."""
        import polars as pl  # noqa: PLC0415 only where earlier settlements are asked

        places = {sha256: self._frame(sha256, name) for sha256 in sha256s}
        return {each: pl.scan_parquet(place) for each, place in places.items() if place.exists()}

    def _frame(self, sha256: str, name: str) -> Path:
        return self.folder / f"{sha256}.{name}.parquet"
