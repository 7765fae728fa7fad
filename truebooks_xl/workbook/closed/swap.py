"""Putting a new workbook file in the place of the old one, whole or not at all.

Protects: a kill, a full disk or a second program at any moment leaves the old file or the new
one. Nobody's open workbook is written under their hands, nobody's later save is overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from getpass import getuser
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import BinaryIO, Final

from truebooks_xl.errors import DataError, Unavailable

LOCK_SECONDS: Final = 20.0


class BookOpen(DataError):
    """The workbook is open in a spreadsheet program."""

    def __init__(self, book: str, program: str, marker: str) -> None:
        super().__init__(
            where=book,
            what=f"This workbook is open in {program}: close it, then run the command again.",
            remedy=f"Remove the file {marker} beside it only if no program has it open.",
        )


class BookChanged(DataError):
    """The workbook was saved by someone else; reading and writing again is safe."""

    def __init__(self, book: str) -> None:
        super().__init__(
            where=book,
            what="The workbook was changed while the command ran; nothing was written to it.",
            remedy="Run the command again.",
        )


class NotWritable(DataError):
    """The workbook's file or folder does not let itself be written."""

    def __init__(self, book: str, reason: str) -> None:
        super().__init__(
            where=book,
            what=f"The workbook cannot be saved: {reason}. It is as it was.",
            remedy="Close it everywhere, check free space and permissions, then run it again.",
        )


class BookBusy(Unavailable):
    """Another command of ours is writing the same workbook."""

    def __init__(self, book: str) -> None:
        super().__init__(
            where=book,
            what="Another command is writing this workbook.",
            remedy="Wait for it to end, then run the command again.",
        )


def refuse_if_open(path: Path) -> None:
    """Refuse a workbook that Excel or LibreOffice has open, or that cannot be written.

    Raises:
        BookOpen: their marker files lie beside it.
        NotWritable: Excel on Windows holds it, or it is read-only.
    """
    for program, marker in (
        ("Excel", f"~${path.name}"),
        ("LibreOffice", f".~lock.{path.name}#"),
    ):
        if path.with_name(marker).exists():
            raise BookOpen(path.name, program, marker)
    try:
        with path.open("r+b"):
            pass
    except OSError as refusal:
        raise NotWritable(path.name, _reason(refusal)) from None


def refuse_if_stuck(path: Path) -> None:
    """Refuse a workbook that could not be replaced now, by trying it on a file beside it.

    Raises:
        BookOpen, BookBusy, NotWritable: nothing was changed.
    """
    refuse_if_open(path)
    trial, settled = _beside(path), _beside(path).with_suffix(".trial")
    with locked(path):
        try:
            trial.write_bytes(b"")
            trial.replace(settled)
        except OSError as refusal:
            raise NotWritable(path.name, f"its folder: {_reason(refusal)}") from None
        finally:
            for each in (trial, settled):
                with suppress(OSError):
                    each.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """Return one name for each book: what a kill leaves behind is overwritten by the next save."""
    return path.with_name(f".{path.name}.truebooks")


@contextmanager
def locked(path: Path, *, wait_seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold a workbook against other commands of ours; nothing is left beside it."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 only where something is written

    key = sha256(os.path.normcase(path.resolve()).encode()).hexdigest()[:24]
    try:
        folder = Path(gettempdir()) / f"truebooks-locks-{getuser()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(folder / f"{key}.lock", timeout=wait_seconds, mode=0o600)
        lock.acquire()
    except Timeout:
        raise BookBusy(path.name) from None
    except OSError as refusal:
        reason = f"the folder for temporary files: {_reason(refusal)}"
        raise NotWritable(path.name, reason) from None
    try:
        yield
    finally:
        lock.release()


def swap(
    path: Path,
    old: bytes | None,
    save: Callable[[BinaryIO], None],
    verify: Callable[[Path], None],
) -> None:
    """Write a file beside the old one, prove it, and put it in its place in one step.

    Args:
        path: the file itself, no link to it; hold ``locked`` around the call.
        old: the bytes it must still have; None where there must be no file yet.
        save: writes the new file.
        verify: raises when the new file, closed and on disk, is not what it should be.

    Raises:
        BookOpen, BookChanged, NotWritable: nothing was changed.
    """
    temporary = _beside(path)
    try:
        temporary.unlink(missing_ok=True)
        with temporary.open("xb") as stream:
            save(stream)
            stream.flush()
            os.fsync(stream.fileno())
        verify(temporary)
        if old is not None:
            temporary.chmod(path.stat().st_mode & 0o7777)
            refuse_if_open(path)
        _refuse_if_changed(path, old)
        temporary.replace(path)
        _settle(path.parent)
    except OSError as refusal:
        raise NotWritable(path.name, _reason(refusal)) from refusal
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _refuse_if_changed(path: Path, old: bytes | None) -> None:
    if (path.read_bytes() if path.exists() else None) != old:
        raise BookChanged(path.name)


def _settle(folder: Path) -> None:
    """Make the new name survive a power cut; Windows does so itself and has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(refusal: OSError) -> str:
    return (refusal.strerror or str(refusal)).lower()
