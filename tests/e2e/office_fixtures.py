"""An office made once and copied for each test, with its practice Xero served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run
from office import JUNE, MAY, Office, made, many, opened, report

pytest_plugins = ["command_fixtures"]


@pytest.fixture(scope="session")
def two_settlements(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with two settlements, once."""
    reports = {MAY: report(MAY), JUNE: report(JUNE, start="2026-05-18", ads="-13.00")}
    return made(tmp_path_factory.mktemp("two") / "home", reports)


@pytest.fixture
def office(two_settlements: Path, home: Path, run: Run) -> Iterator[Office]:
    """Open an office of two settlements; nothing is posted yet."""
    with opened(two_settlements, home, run) as office:
        yield office


@pytest.fixture(scope="session")
def many_settlements(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with 120 settlements, once."""
    return made(tmp_path_factory.mktemp("many") / "home", many(120))


@pytest.fixture
def firm(many_settlements: Path, home: Path, run: Run) -> Iterator[Office]:
    """Open an office of 120 settlements; nothing is posted yet."""
    with opened(many_settlements, home, run) as office:
        yield office
