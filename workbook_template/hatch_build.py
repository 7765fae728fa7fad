"""The wheel's build hook: the workbook template is built, never checked in.

Protects: ``pip install .``, ``pip install -e .`` and ``pip wheel .`` all bring the workbook.
"""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WorkbookBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds ``truebooks_xl/data/TrueBooks.xlsx`` before the files of the wheel are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it; hatchling finds it through ``artifacts``, as git ignores it."""
        del version, build_data
        if self.target_name != "wheel":
            return  # the source archive carries the sources
        sys.path.insert(0, self.root)
        try:
            from workbook_template.build import build  # noqa: PLC0415 the root is on the path now

            build()
        finally:
            sys.path.remove(self.root)
