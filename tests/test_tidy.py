"""The habits of the house that a linter cannot hold; each failure says what to write instead."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "truebooks_xl"

ARROWS = {
    # A room, and the rooms it may import. Every arrow points towards the core.
    "errors": set(),
    "core": {"errors"},
    "environment": {"errors"},
    "data": {"core", "errors"},
    "amazon": {"core", "errors"},
    "xero": {"core", "errors"},
    "journal": {"core", "errors"},
    "workbook": {"core", "data", "errors"},
    "sandbox": {"core", "data", "errors", "xero"},  # it hands out a gateway to itself
    "actions": {
        *("amazon", "core", "data", "environment", "errors"),
        *("journal", "sandbox", "workbook", "xero"),
    },
    "presenting": {"actions", "core", "errors", "tables"},
    "tables": {"errors"},
    "cli": {"actions", "presenting", "errors"},
    "__main__": {"cli"},
    "udfs": {"actions", "core", "errors"},
}

HOMES = {
    # A library, and the only places that know it.
    "xero_python": ("truebooks_xl/xero/",),
    "sp_api": ("truebooks_xl/amazon/sp_api.py",),
    "xlwings": ("truebooks_xl/workbook/live.py", "udfs/"),
    "sqlalchemy": ("truebooks_xl/journal/",),
    "lxml": ("truebooks_xl/workbook/",),
    "starlette": ("truebooks_xl/sandbox/",),
    "uvicorn": ("truebooks_xl/sandbox/",),
    "python_calamine": ("truebooks_xl/workbook/",),
    "xlsxwriter": ("truebooks_xl/workbook/evidence.py",),  # the template is built without it here
    "authlib": ("truebooks_xl/xero/",),
    "httpx": ("truebooks_xl/xero/",),
    "keyring": ("truebooks_xl/xero/",),
    "openpyxl": (),  # drops what users added to a workbook
    "typer": ("truebooks_xl/cli/",),
}

UNLICENSED = ("xlwings.pro", "xlwings.server", "xlwings.reports")

NOT_IN_CORE = {
    # A name, and what to write instead.
    "float": "Decimal, or Int64 minor units",
    "Float32": "pl.Int64 minor units",
    "Float64": "pl.Int64 minor units",
    "round": "Money.rounded, the one place where a penny is made or lost",
    "now": "an instant as argument",
    "utcnow": "an instant as argument",
    "today": "a day as argument",
    "open": "bytes as argument; the shell reads files",
    "uuid4": "an id as argument",
}
CLOCKS = {"now", "today", "utcnow"}
"""Read as attributes, ``datetime.now``; a document as it is now may be called so."""

CORE_IMPORTS = {"io", "os", "pathlib", "random", "secrets", "socket", "subprocess", "time", "uuid"}
POLARS_IO = re.compile(
    r"(read|scan|write|sink)_(avro|clipboard|csv|database|delta|excel|ipc|json|lines|ndjson|ods|parquet)\w*"
)

NOT_MONEY = {
    # A module that may write a float, and why.
    "truebooks_xl/core/classification.py": "how alike two names are, for difflib",
}

LONG = {
    # A module above 250 lines, and why it may be.
    "truebooks_xl/amazon/flat_file_errors.py": "one leaf for each way a report can be wrong",
}

HEAVY = ("polars", "pandas", "numpy", "openpyxl", "sqlalchemy", "xlwings", "lxml", "starlette")
HEAVY_SDKS = ("xero_python", "sp_api", "uvicorn", "python_calamine", "httpx", "authlib", "keyring")

MACHINE_PATH = re.compile(rb"(?<![\w.])/(home|root|work|Users)/\w")


@dataclass(frozen=True)
class Module:
    """A module of the product, read once."""

    path: str
    source: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The folder or the top-level module it is: ``core``, ``cli``."""
        parts = Path(self.path).with_suffix("").parts
        return parts[1] if parts[0] == PACKAGE else parts[0]

    def imports(self) -> Iterator[tuple[int, str]]:
        """All it imports, lazily or not: line, dotted name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield node.lineno, f"{node.module}.{alias.name}"

    def names(self) -> Iterator[tuple[int, str]]:
        """All names and attributes it uses: line, the name alone."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and node.id not in CLOCKS:
                yield node.lineno, node.id
            if isinstance(node, ast.Attribute):
                yield node.lineno, node.attr


@cache
def product() -> tuple[Module, ...]:
    paths = [path for folder in (PACKAGE, "udfs") for path in (ROOT / folder).rglob("*.py")]
    return tuple(
        Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text))
        for path in sorted(paths)
        for text in [path.read_text("utf-8")]
    )


def core() -> tuple[Module, ...]:
    return tuple(module for module in product() if module.room == "core")


def complain(wrong: list[str]) -> None:
    assert not wrong, "\n" + "\n".join(wrong)


def test_arrows_between_rooms_point_inward() -> None:
    wrong = []
    for module in product():
        allowed = ARROWS.get(module.room, set()) | {module.room, "__version__"}
        for line, name in module.imports():
            parts = name.split(".")
            if parts[0] == PACKAGE and len(parts) > 1 and parts[1] not in allowed:
                wrong.append(
                    f"{module.path}:{line}: {module.room} must not import {parts[1]}; "
                    "pass the value in, or move the rule to the core."
                )
    complain(wrong)


def test_every_room_has_its_arrows() -> None:
    rooms = {module.room for module in product()} - {"__init__"}
    complain([f"{room}: say in ARROWS what it may import." for room in rooms - set(ARROWS)])


def test_each_library_is_known_in_its_own_place_only() -> None:
    complain(
        [
            f"{module.path}:{line}: {name} is known to {' and '.join(homes) or 'tests'} only; "
            "go through the room's own protocol."
            for module in product()
            for line, name in module.imports()
            for library, homes in HOMES.items()
            if name.split(".")[0] == library and not module.path.startswith(homes)
        ]
    )


def test_no_part_of_xlwings_that_is_not_licensed_to_us() -> None:
    complain(
        [
            f"{module.path}:{line}: {name} is not in the BSD part; use xlwings itself."
            for module in product()
            for line, name in module.imports()
            if name.startswith(UNLICENSED)
        ]
    )


def test_core_has_no_float_clock_file_or_chance() -> None:
    wrong = []
    for module in core():
        for line, name in module.names():
            if name in NOT_IN_CORE:
                wrong.append(f"{module.path}:{line}: {name} is banned, use {NOT_IN_CORE[name]}.")
            if POLARS_IO.fullmatch(name):
                wrong.append(f"{module.path}:{line}: {name} is I/O; take the frame as argument.")
        for line, name in module.imports():
            if name.split(".")[0] in CORE_IMPORTS:
                wrong.append(f"{module.path}:{line}: {name} is banned; take the value as argument.")
    complain(wrong)


def test_core_writes_no_number_as_a_float() -> None:
    complain(
        [
            f"{module.path}:{node.lineno}: {node.value} is a float; write Decimal('{node.value}')."
            for module in core()
            if module.path not in NOT_MONEY
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, float)
        ]
    )


def test_nothing_is_printed_outright() -> None:
    complain(
        [
            f"{module.path}:{node.lineno}: print is banned, return the answer to be shown."
            for module in product()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Name) and node.id == "print"
        ]
    )


def test_a_module_opens_with_what_it_is_for() -> None:
    complain(
        [
            f"{module.path}: open with a docstring: what it is for, and what it protects."
            for module in product()
            if not ast.get_docstring(module.tree)
        ]
    )


def test_a_module_is_short_enough_to_read() -> None:
    complain(
        [
            f"{module.path}: {length} lines; split it by what it protects, or say why in LONG."
            for module in product()
            for length in [module.source.count("\n")]
            if length > 250 and module.path not in LONG
        ]
    )


def test_no_exception_outlives_its_reason() -> None:
    lengths = {module.path: module.source.count("\n") for module in product()}
    complain([f"{path}: take it out of LONG." for path in LONG if lengths.get(path, 0) <= 250])


def test_the_command_line_starts_light() -> None:
    """A click starts a new Python: what a command might not need is imported inside it."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, truebooks_xl.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout.split()
    heavy = set(loaded) & {*HEAVY, *HEAVY_SDKS}
    complain([f"{name}: import it inside the function that needs it." for name in sorted(heavy)])


def test_no_tracked_file_names_a_place_on_somebodys_machine() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing says which files are tracked")
    listed = subprocess.run([git, "ls-files", "-z"], capture_output=True, check=True, cwd=ROOT)
    paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    complain(
        [
            f"{path.relative_to(ROOT)}: {found.group().decode()}… names a machine's own folder; "
            "write a path from the repository's root, or read it from the environment."
            for path in paths
            if path.is_file()
            for found in MACHINE_PATH.finditer(path.read_bytes())
        ]
    )
