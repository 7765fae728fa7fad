"""An office of twelve settlements, five of which go in one call: batches without the bulk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run
from office import Office, made, many, opened

from truebooks_xl.actions.posting import carrying, driving


@pytest.fixture(scope="session")
def twelve_settlements(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with twelve settlements, once."""
    return made(tmp_path_factory.mktemp("twelve") / "home", many(12))


@pytest.fixture
def shop(
    twelve_settlements: Path, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """Open it; nothing is posted yet."""
    for module in (carrying, driving):
        monkeypatch.setattr(module, "MOST_TOGETHER", 5)
    with opened(twelve_settlements, home, run) as office:
        yield office
