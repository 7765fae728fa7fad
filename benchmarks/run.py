"""What ``make bench`` prints: how fast the product is, as ratios measured in one run.

Protects: the budget of a large seller's settlement. Seconds differ from machine to machine, so
each figure is divided by a bare figure taken in the same minutes; every measurement is a fresh
process, the two sides of a ratio take turns, and the least of several repeats counts.

``--quick`` takes smaller files and fewer repeats: good for finding out what a change did, not for
judging the targets. The exit status is 0 if all targets are met.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JOBS = ROOT / "benchmarks" / "jobs"
TRUEBOOKS = ("-c", "import sys; from truebooks_xl.cli import main; sys.exit(main())")
"""What the installed ``truebooks`` script does."""

SETTLEMENT_ID = "99000000777"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    large: int
    huge: int
    ordinary: int
    repeats: int
    documents: int


FULL = Size(large=1_000_000, huge=5_000_000, ordinary=50_000, repeats=5, documents=500)
QUICK = Size(large=100_000, huge=500_000, ordinary=10_000, repeats=2, documents=100)


@dataclass(frozen=True)
class Measured:
    """One fresh process: wall-clock seconds, peak resident MiB, what it printed."""

    seconds: float
    peak_mib: float
    printed: str


@dataclass(frozen=True)
class Figure:
    """One line of the table; met while ``value`` is at most ``target``."""

    name: str
    value: float
    target: float
    unit: str
    how: str

    @property
    def met(self) -> bool:
        """Whether it is good enough."""
        return self.value <= self.target


def measure(arguments: Sequence[str], *, home: Path | None = None) -> Measured:
    """Run Python once. This process stays small: a child's peak is never below its parent's."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if home is not None:
        environment["TRUEBOOKS_HOME"] = str(home)
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], stdout=out, env=environment, cwd=ROOT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().decode()
    if process.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}:\n{printed}")
    return Measured(seconds, usage.ru_maxrss / 1024, printed)


def best(repeats: int, *sides: Sequence[str], home: Path | None = None) -> list[Measured]:
    """Measure all sides in turn, several times; the quickest of each."""
    rounds = [[measure(side, home=home) for side in sides] for _ in range(repeats)]
    return [min(each, key=lambda one: one.seconds) for each in zip(*rounds, strict=True)]


def job(name: str, *arguments: object) -> list[str]:
    """Name one of the small programs in ``jobs``, with its arguments."""
    return [str(JOBS / f"{name}.py"), *map(str, arguments)]


def report(lines: int) -> Path:
    """Return a synthetic report of so many lines, kept while its generator stays the same."""
    sources = sorted((ROOT / "truebooks_xl" / "sandbox" / "amazon").glob("*.py"))
    key = hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"truebooks-bench-{key}"
    folder.mkdir(exist_ok=True)
    path = folder / f"{lines}.txt"
    if not path.exists():
        measure(job("write_report", lines, path.with_suffix(".part")))
        path.with_suffix(".part").rename(path)
    return path


def settlement_to_proposal(size: Size) -> Iterator[Figure]:
    """File to proposal lines, with the VAT treatment of every order item."""
    large, huge = report(size.large), report(size.huge)
    proposal, bare = best(size.repeats, job("proposal", large), job("bare_read", large))
    yield Figure(
        f"{size.large:,} lines to a proposal, against a bare read",
        proposal.seconds / bare.seconds,
        4,
        "x",
        f"{proposal.seconds:.2f} s / {bare.seconds:.2f} s, peak {proposal.peak_mib:.0f} MiB",
    )
    (stress,) = best(max(1, size.repeats // 2), job("proposal", huge))
    yield Figure(
        f"{size.huge:,} lines: peak memory",
        stress.peak_mib,
        450,
        "MiB",
        f"{stress.seconds:.2f} s; settlement file {huge.stat().st_size / 2**20:.0f} MiB",
    )
    growth = huge.stat().st_size / large.stat().st_size
    yield Figure(
        f"{size.huge:,} lines: time, against growth of the file",
        stress.seconds / proposal.seconds / growth,
        1,
        "x",
        f"{stress.seconds / proposal.seconds:.2f} times the time, {growth:.2f} times the file",
    )


def start_up(size: Size) -> Iterator[Figure]:
    """What a click waits for before anything begins."""
    ours, bare = best(
        4 * size.repeats, [*TRUEBOOKS, "--version"], job("one_command_app", "--version")
    )
    yield Figure(
        "truebooks --version, against a one-command typer app",
        ours.seconds / bare.seconds,
        1.5,
        "x",
        f"{ours.seconds * 1000:.0f} ms / {bare.seconds * 1000:.0f} ms",
    )


def preview(size: Size) -> Iterator[Figure]:
    """The command an accountant waits for, without and with the sheets written."""
    path = report(size.ordinary)
    with workbook(path) as (book, home):
        quiet = [*TRUEBOOKS, "settlements", "preview", str(book), SETTLEMENT_ID, "--json"]
        shown, written, bare = best(
            size.repeats, [*quiet, "--no-write"], quiet, job("bare_read", path), home=home
        )
        cells = min(float(measure(job("write_cells", book)).printed) for _ in range(size.repeats))
    yield Figure(
        f"preview --no-write of {size.ordinary:,} lines, against polars and a bare read",
        shown.seconds / bare.seconds,
        4.5,
        "x",
        f"{shown.seconds:.2f} s / {bare.seconds:.2f} s",
    )
    extra = written.seconds - shown.seconds
    yield Figure(
        "its sheets written on top, against XlsxWriter for the same cells",
        extra / cells,
        1.5,
        "x",
        f"{extra:.2f} s / {cells:.2f} s",
    )


CALLS = (
    ("a first post", 7),
    ("a repost", 11),
    ("first posts in batches", 70),
    ("reposts in batches", 130),
    ("a search, for each 1,000 documents", 1),
    ("first posts, authorised one by one", 570),
    ("reposts, changed one by one", 1650),
    ("a search, for each 1,000 documents, again", 1),
)
"""What ``jobs/posting_calls.py`` prints, in its order, and the calls each may take (of 500)."""


def posting(size: Size) -> Iterator[Figure]:
    """Calls to Xero, and how long its limits make a run wait: one second a call is the floor."""
    lines = measure(job("posting_calls", size.documents)).printed.splitlines()
    share = size.documents / FULL.documents
    for line, (name, most) in zip(lines, CALLS, strict=True):
        done, calls, waited = line.split("|")
        allowed = most if most <= max(each for _, each in CALLS[:2]) else most * share
        how = f"{done}; waited {waited} s on a simulated clock"
        yield Figure(f"calls for {name}", int(calls), allowed, "", how)
        if int(waited):
            ratio = int(waited) / int(calls)
            yield Figure(f"wait of {name}, against the floor", ratio, 1.1, "x", how)


@contextmanager
def workbook(path: Path) -> Iterator[tuple[Path, Path]]:
    """Make a workbook with the settlement imported, in a home of its own."""
    with tempfile.TemporaryDirectory(prefix="truebooks-bench-") as folder:
        book, home = Path(folder) / "Bench.xlsx", Path(folder) / "home"
        for command in (
            ("new", book, "--sandbox"),
            ("settings", "set", book, "Zero-VAT orders", "export"),
            ("settlements", "import", book, path),
        ):
            measure([*TRUEBOOKS, *map(str, command), "--json"], home=home)
        yield book, home


def machine() -> str:
    """Describe what the figures were measured on."""
    names = ("polars", "typer", "XlsxWriter")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {versions}"


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="smaller files, fewer repeats")
    size = QUICK if parser.parse_args().quick else FULL
    print(machine())
    missed = 0
    for measured in (start_up, posting, settlement_to_proposal, preview):
        for figure in measured(size):
            missed += not figure.met
            verdict = "met" if figure.met else "MISSED"
            value, target = f"{figure.value:.2f}", f"{figure.target:g}"
            print(f"{figure.name:<72}{value:>8} {figure.unit:<3} of {target:>4}  {verdict}")
            print(f"    {figure.how}", flush=True)
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
