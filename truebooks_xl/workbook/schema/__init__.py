"""Every sheet and column of the workbook, declared once.

Protects: template, reader, writer, help and tests take the columns from here; a column is found
by its heading, never by its letter, so that users may move columns and add their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from truebooks_xl.workbook.schema.declaring import Column, Kind, NamedCell, Role, Sheet
from truebooks_xl.workbook.schema.front import HOME, SETTINGS
from truebooks_xl.workbook.schema.integrity import INTEGRITY, KEEP, NOT_THIS
from truebooks_xl.workbook.schema.lists import ACCOUNTS, LOG, TAX_RATES
from truebooks_xl.workbook.schema.preview import BLOCK_KINDS, BLOCKS, PERIODS, PREVIEW
from truebooks_xl.workbook.schema.proof import LINES, PROOF
from truebooks_xl.workbook.schema.rules import GROUPS, MAPPING, TAX_GROUPS, TREATMENTS
from truebooks_xl.workbook.schema.settlements import SETTLEMENTS, STATUSES

__all__ = [
    "ACCOUNTS",
    "BESIDE",
    "BLOCKS",
    "BLOCK_KINDS",
    "GROUPS",
    "HOME",
    "INTEGRITY",
    "KEEP",
    "LINES",
    "LOG",
    "MAPPING",
    "NOT_THIS",
    "PERIODS",
    "PREVIEW",
    "PROOF",
    "SETTINGS",
    "SETTLEMENTS",
    "SHEETS",
    "STATUSES",
    "TAX_GROUPS",
    "TAX_RATES",
    "TREATMENTS",
    "Column",
    "Kind",
    "NamedCell",
    "Role",
    "Sheet",
]

SHEETS: Final[Sequence[Sheet]] = (
    HOME,
    SETTINGS,
    SETTLEMENTS,
    PREVIEW,
    LINES,
    PROOF,
    MAPPING,
    TAX_GROUPS,
    ACCOUNTS,
    TAX_RATES,
    INTEGRITY,
    LOG,
)
"""One for each tab, in tab order."""

BESIDE: Final[Sequence[Sheet]] = (PERIODS, BLOCKS)
"""Second tables, right of the first on the same tab; nothing stands below either."""
