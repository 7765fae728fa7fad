"""Where the data lies that several repositories share and none may copy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared(*parts: str) -> Path:
    """Return a file or folder of the shared data; the test is skipped where it is absent.

    ``TRUEBOOKS_SHARED`` says where it is; by default ``shared`` beside the repository.
    """
    folder = Path(os.environ.get("TRUEBOOKS_SHARED") or ROOT / ".." / "shared")
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is not there: set TRUEBOOKS_SHARED to run this test")
    return path
