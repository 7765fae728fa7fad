"""One row of a sheet, as a small class: cells by column key, addresses by their name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SheetRow:
    """A row of Settlements; its cells are called after their columns."""

    cells: Mapping[str, object]
    errors: Mapping[str, str] = field(default_factory=dict)

    def where(self, key: str) -> str:
        """Name the cell."""
        return f"Settlements!{key}"
