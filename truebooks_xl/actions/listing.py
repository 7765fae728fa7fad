"""List: what the workbook knows of its settlements, gaps included.

Protects: a list is quick; it reads one sheet and loads nothing heavy.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from truebooks_xl.actions.answer import Answer
from truebooks_xl.actions.gather import open_book
from truebooks_xl.core.money import Money
from truebooks_xl.workbook.book import Row
from truebooks_xl.workbook.fields import plain
from truebooks_xl.workbook.schema import SETTLEMENTS


def list_settlements(path: Path) -> Answer:
    """List all settlements in the order of their periods, gaps included."""
    rows = [_listed(row) for row in open_book(path).rows(SETTLEMENTS)]
    rows.sort(key=lambda row: (row["marketplace"], row["from"], row["settlement_id"]))
    return Answer({"rows": rows})


def _listed(row: Row) -> dict[str, Any]:
    names = {
        "settlement_id": "settlement_id",
        "marketplace": "marketplace",
        "status": "status",
        "from": "start_on",
        "to": "end_on",
        "deposit_date": "deposit_on",
        "currency": "currency",
        "lines": "lines",
        "document": "document",
        "number": "number",
        "reference": "reference",
        "chain": "chain",
        "result": "problem",
    }
    shown: dict[str, Any] = {name: plain(row.cells.get(key)) for name, key in names.items()}
    total = row.cells.get("total")
    shown["total"] = "" if total is None else _money(plain(total), shown["currency"])
    return shown


def _money(written: str, currency: str) -> str:
    """Write a total; what is typed there and is none is shown as it is, for “check” to name."""
    try:
        return str(Money.rounded(Decimal(written), currency))
    except (ArithmeticError, KeyError, ValueError):
        return written
