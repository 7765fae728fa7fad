"""Rows of the Log sheet: what was done, when and by whom; only ever added."""

from __future__ import annotations

from truebooks_xl import environment
from truebooks_xl.workbook.book import AppendRows
from truebooks_xl.workbook.schema import LOG


def log_row(action: str, settlement_id: str, result: str, detail: str) -> AppendRows:
    """Return the edit that adds one row, stamped with this machine's user and the UTC instant."""
    return AppendRows(
        LOG,
        [
            {
                "at": environment.now().replace(tzinfo=None),  # Excel has no time zones: UTC
                "who": environment.user(),
                "action": action,
                "settlement_id": settlement_id,
                "result": result,
                "detail": detail,
            }
        ],
    )
