"""Saving: the old file or the new one, whole; never under somebody's hands."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import pytest
from tiny_workbook import COSTS, tiny_workbook

from truebooks_xl.workbook.book import ReplaceRows, UpdateRows
from truebooks_xl.workbook.closed import saving
from truebooks_xl.workbook.closed.book import ClosedBook
from truebooks_xl.workbook.closed.package import Chunks, Package
from truebooks_xl.workbook.closed.swap import (
    BookBusy,
    BookChanged,
    BookOpen,
    NotWritable,
    locked,
)

EDIT = UpdateRows(COSTS, {2: {"cost": Decimal("2.40")}})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tiny_workbook(tmp_path / "Costs.xlsx", '<row r="2"><c r="B2"><v>1</v></c></row>')


def files(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


@pytest.mark.parametrize(
    ("marker", "program"), [("~$Costs.xlsx", "Excel"), (".~lock.Costs.xlsx#", "LibreOffice")]
)
def test_a_book_open_elsewhere_is_refused_and_can_be_read(
    path: Path, marker: str, program: str
) -> None:
    path.with_name(marker).touch()
    book = ClosedBook(path)
    sentence = f"is open in {program}: close it, then run the command again"
    for attempt in (book.ensure_closed, lambda: book.write([EDIT])):
        with pytest.raises(BookOpen, match=sentence):
            attempt()
    assert book.rows(COSTS)[0].cells["cost"] == 1
    path.with_name(marker).unlink()
    book.write([EDIT])
    assert files(path) == ["Costs.xlsx"]


def test_a_book_opened_while_we_write_is_refused_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def opens_it(*_: object) -> None:
        path.with_name("~$Costs.xlsx").touch()

    monkeypatch.setattr(saving, "verify", opens_it)
    with pytest.raises(BookOpen):
        ClosedBook(path).write([EDIT])
    assert (path.read_bytes(), files(path)) == (before, ["Costs.xlsx", "~$Costs.xlsx"])


def test_a_file_that_cannot_be_written_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows Excel holds the file; here its open says so."""
    book = ClosedBook(path)
    book.rows(COSTS)

    def held(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", held)
    with pytest.raises(NotWritable, match="cannot be saved: permission denied"):
        book.write([EDIT])


def test_a_book_saved_by_somebody_else_meanwhile_is_not_overwritten(path: Path) -> None:
    ours, theirs = ClosedBook(path), ClosedBook(path)
    ours.rows(COSTS)
    theirs.write([EDIT])
    saved = path.read_bytes()
    with pytest.raises(BookChanged, match="Run the command again"):
        ours.write([UpdateRows(COSTS, {2: {"cost": Decimal(3)}})])
    assert path.read_bytes() == saved
    again = ClosedBook(path)
    again.write([UpdateRows(COSTS, {2: {"cost": Decimal(3)}})])
    again.write([UpdateRows(COSTS, {2: {"sku": "A"}})])  # its own save is no surprise to it
    assert again.rows(COSTS)[0].cells["cost"] == Decimal(3)


def test_a_save_in_the_last_moment_is_not_overwritten_either(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saves(*_: object) -> None:
        path.write_bytes(path.read_bytes() + b"\0")

    monkeypatch.setattr(saving, "verify", saves)
    with pytest.raises(BookChanged):
        ClosedBook(path).write([EDIT])
    assert path.read_bytes().endswith(b"\0")


class Stop(BaseException):
    """As a user pressing Ctrl-C."""


def stop(*_: object, **__: object) -> None:
    raise Stop


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def wrong(*_: object, **__: object) -> None:
    raise AssertionError


STEPS: dict[str, tuple[object, str]] = {
    "while it is packed": (Package, "save"),
    "while it reaches the disk": (os, "fsync"),
    "while it is read back": (saving, "verify"),
    "before its rights are set": (Path, "chmod"),
    "before it takes the place": (Path, "replace"),
}


@pytest.mark.parametrize(
    ("fault", "error"), [(stop, Stop), (full, NotWritable), (wrong, AssertionError)]
)
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_whatever_goes_wrong_leaves_the_old_file_and_nothing_beside_it(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: tuple[object, str],
    fault: Callable[..., None],
    error: type[BaseException],
) -> None:
    before = path.read_bytes()
    book = ClosedBook(path)
    with monkeypatch.context() as patch:
        patch.setattr(step[0], step[1], fault)
        with pytest.raises(error):
            book.write([EDIT])
    assert (path.read_bytes(), files(path)) == (before, ["Costs.xlsx"])
    book.write([EDIT])  # nothing of the failed attempt remains, in the book's memory either
    assert book.rows(COSTS)[0].cells["cost"] == Decimal("2.4")


def test_a_refused_edit_leaves_no_trace_of_those_before_it(path: Path) -> None:
    book = ClosedBook(path)
    with pytest.raises(AssertionError, match="row 99"):
        book.write([EDIT, UpdateRows(COSTS, {99: {"cost": None}})])
    book.write([UpdateRows(COSTS, {2: {"sku": "A"}})])
    assert book.rows(COSTS)[0].cells["cost"] == 1


def test_a_part_spoilt_on_the_way_to_the_disk_is_noticed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, honest = path.read_bytes(), Package.save

    def spoilt(self: Package, target: BinaryIO, changed: Mapping[str, Chunks | None]) -> None:
        honest(self, target, changed)
        target.seek(before.index(b"_rels/.rels") + 40)
        target.write(b"?")

    monkeypatch.setattr(Package, "save", spoilt)
    with pytest.raises(AssertionError, match=r"_rels/\.rels was not to be touched"):
        ClosedBook(path).write([EDIT])
    assert (path.read_bytes(), files(path)) == (before, ["Costs.xlsx"])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
def test_the_file_keeps_its_rights_and_a_link_stays_a_link(path: Path) -> None:
    path.chmod(0o640)
    link = path.with_name("Link.xlsx")
    link.symlink_to(path)
    ClosedBook(link).write([EDIT])
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert ClosedBook(path).rows(COSTS)[0].cells["cost"] == Decimal("2.4")


def test_two_commands_write_one_after_the_other(path: Path) -> None:
    with locked(path):
        waiting: list[BaseException] = []

        def second() -> None:
            try:
                with locked(path, wait_seconds=0.05):
                    pass
            except BookBusy as busy:
                waiting.append(busy)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert [type(each) for each in waiting] == [BookBusy]
    with locked(path):
        pass


def test_a_leftover_of_a_kill_is_overwritten(path: Path) -> None:
    path.with_name(".Costs.xlsx.truebooks").write_bytes(b"half a file")
    ClosedBook(path).write([EDIT])
    assert files(path) == ["Costs.xlsx"]


KILLS = """
import os, random, signal, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tiny_workbook import COSTS
from truebooks_xl.workbook.book import ReplaceRows
from truebooks_xl.workbook.closed import saving
from truebooks_xl.workbook.closed.book import ClosedBook

path, chance = Path(sys.argv[1]), random.Random(7)
swapped = 0
started = time.perf_counter()
ClosedBook(path).write([ReplaceRows(COSTS, [{"sku": "paced", "cost": 400}] * 400, 400)])
pace = time.perf_counter() - started  # of one save on this machine, as busy as it is
for kill in range(int(sys.argv[3])):
    before = path.read_bytes()
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        book = ClosedBook(path)
        os.write(tell, b"!")
        for turn in range(1000):
            sizes = (3, 400)[turn % 2]
            rows = [{"sku": f"{kill}-{turn}", "cost": sizes}] * sizes
            book.write([ReplaceRows(COSTS, rows, sizes)])
        os._exit(0)
    os.read(ready, 1)
    time.sleep(chance.uniform(0, 4 * pace))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ready)
    os.close(tell)
    rows = ClosedBook(path).rows(COSTS)
    assert len({row.cells["sku"] for row in rows}) == 1, "rows of two saves"
    assert len(rows) == rows[0].cells["cost"], "rows are missing"
    swapped += path.read_bytes() != before
print(swapped)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_at_any_moment_leaves_a_whole_file(path: Path) -> None:
    """40 kills; some before the swap, some after, and nothing ever between."""
    ClosedBook(path).write([ReplaceRows(COSTS, [{"sku": "first", "cost": 1}], 1)])
    folder = str(Path(__file__).parent)
    command = [sys.executable, "-c", KILLS, str(path), folder, "40"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert 0 < int(run.stdout) <= 40
