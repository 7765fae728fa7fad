"""Golden files: text an accountant has reviewed, compared with what the product says now."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Golden:
    """Compares text with a golden file; with ``update`` it writes the file, for review in git."""

    update: bool

    def __call__(self, path: Path, actual: str) -> None:
        """Fail with the difference, unless there is none or it was asked to be written."""
        expected = path.read_text("utf-8") if path.exists() else ""
        if actual == expected:
            return
        if self.update:
            path.write_text(actual, "utf-8", newline="\n")
            return
        pytest.fail(_difference(path.name, expected, actual), pytrace=False)


def _difference(name: str, expected: str, actual: str) -> str:
    lines = difflib.unified_diff(
        expected.splitlines(), actual.splitlines(), name, "now", lineterm=""
    )
    remedy = "If this is right, run pytest --update-golden and review the file."
    return "\n".join((*lines, "", remedy))
