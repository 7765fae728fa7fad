"""Fixtures of sandbox tests; a test module asks for them in ``pytest_plugins``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Clock, Desk

from truebooks_xl.sandbox.xero.store import Store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A sandbox of its own for one test, its clock standing still."""
    clock = Clock()
    with Store(tmp_path, clock=clock) as store:
        yield Desk(store, clock)


@pytest.fixture
def contact(desk: Desk) -> str:
    return desk.contact()
