"""What the cells refuse and how they change colour: validation and conditional formats.

Protects: a status, treatment, group or date that means nothing is refused while it is typed.
Ranges run to row 5000, far below the tables, so that a table may grow without touching them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from truebooks_xl.core.money import EXPONENT
from truebooks_xl.workbook.schema import Column, NamedCell, Sheet
from workbook_template.formats import BAD, GOOD, IDLE, WAITS, Formats

LAST_ROW: Final = 5_000
ALL_ROWS: Final = 250_000  # Lines is the long one
EARLIEST: Final = date(2000, 1, 1)

Cells = tuple[int, int, int, int]

WORDS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "tblProof.verdict": {"OK": GOOD, "CHECK": BAD},
    "TB_PreviewEquals": {"OK": GOOD, "CHECK": BAD},
    "TB_Blocks": {"0": BAD},
    "TB_ProofTotal": {"0": BAD},
    "TB_ProofOpen": {"0": BAD},
    "tblSettlements.status": {
        "Posted": GOOD,
        "Blocked": BAD,
        "Unknown": BAD,
        "Posting": WAITS,
        "Awaiting approval": WAITS,
        "Missing": WAITS,
        "Voided by hand": WAITS,
    },
}
"""Where a word, or a number above another, has a colour."""

LISTS: Final = {
    "TB_Accounts": "=tblAccounts[Code]",
    "TB_TaxTypes": "=tblTaxRates[Tax type]",
}
"""Lists over tables need a name: a validation cannot hold a structured reference."""


def lists(book: Workbook) -> None:
    """Define the names of the lists that validations offer."""
    for name, formula in LISTS.items():
        book.define_name(name, formula)


def banner(page: Worksheet, formats: Formats, row: int, first: int, last: int) -> None:
    """Colour the banner: green when all is 0.00, grey before any preview, red otherwise."""
    cells, corner = (row, first, row, last), f"${xl_col_to_name(first)}${row + 1}"
    for start, colours in (("All checks", GOOD), ("No settlement", IDLE)):
        criteria = f'=LEFT({corner},{len(start)})="{start}"'
        look = formats.check(colours)
        rule = {"type": "formula", "criteria": criteria, "format": look, "stop_if_true": True}
        page.conditional_format(*cells, rule)
    always = {"type": "formula", "criteria": "=TRUE", "format": formats.check(BAD)}
    page.conditional_format(*cells, always)


def table(page: Worksheet, formats: Formats, sheet: Sheet) -> None:
    """Add validations and colours to the columns of a table."""
    for offset, column in enumerate(sheet.columns):
        at = sheet.first_column - 1 + offset
        if column.choices:
            _choices(page, column, sheet.first_row, at)
        elif column.kind == "day" and column.entered:
            day(page, sheet.first_row, at, LAST_ROW - 1)
        _colours(page, formats, sheet, column, at)
    _no_decimals(page, formats, sheet)


def _no_decimals(page: Worksheet, formats: Formats, sheet: Sheet) -> None:
    """Show yen as yen: on Settlements row by row, elsewhere for the settlement previewed.

    One rule for all columns: LibreOffice forgets the indent where two rules are neighbours.
    """
    money = [
        at
        for at, each in enumerate(sheet.columns, sheet.first_column - 1)
        if each.kind == "money" and each.key != "base_total"  # not in the row's own currency
    ]
    if not money:
        return
    areas = [xl_range(sheet.first_row, at, ALL_ROWS - 1, at) for at in money]
    look = formats.without_decimals()
    rule = {"type": "formula", "criteria": _whole(sheet), "format": look}
    page.conditional_format(areas[0], {**rule, "multi_range": " ".join(areas)})


def _whole(sheet: Sheet) -> str:
    """Return the formula that is true where the figures of a row have no decimals."""
    if sheet.table in {"tblSettlements", "tblIntegrity"}:
        own = _beside(sheet, "currency")
        codes = (code for code, decimals in EXPONENT.items() if not decimals)
        return "=OR(" + ",".join(f'{own}="{code}"' for code in codes) + ")"
    if sheet.table == "tblProof":
        return f'=OR(TB_Decimals=0,{_beside(sheet, "kind")}="Count")'
    return "=TB_Decimals=0"


def _beside(sheet: Sheet, key: str) -> str:
    """Return another column's cell in the first body row, for formulas that go down: ``$G6``."""
    keys = [each.key for each in sheet.columns]
    letters = xl_col_to_name(sheet.first_column - 1 + keys.index(key))
    return f"${letters}{sheet.first_row + 1}"


def _choices(page: Worksheet, column: Column, row: int, at: int) -> None:
    """Offer a list; what Xero holds may be newer than our copy, so there it only warns."""
    ours = not isinstance(column.choices, str)
    rule: dict[str, Any] = {
        "validate": "list",
        "source": list(column.choices) if ours else column.choices,
        "error_type": "stop" if ours else "warning",
        "error_title": column.heading,
        "error_message": "Choose from the list." if ours else "Not in the list read from Xero.",
    }
    page.data_validation(row, at, LAST_ROW - 1, at, rule)


def day(page: Worksheet, row: int, at: int, last: int) -> None:
    """Accept real dates only."""
    rule = {
        "validate": "date",
        "criteria": ">=",
        "value": EARLIEST,
        "error_title": "Date",
        "error_message": "Enter a date such as 2026-03-14.",
    }
    page.data_validation(row, at, last, at, rule)


def cell(page: Worksheet, formats: Formats, named: NamedCell, row: int, at: int) -> None:
    """Colour the named cells that say good or bad; show yen as yen."""
    for value, colours in WORDS.get(named.name, {}).items():
        _when(page, formats, (row, at, row, at), value, colours)
    if named.kind == "money":
        look = formats.without_decimals(named.name)
        rule = {"type": "formula", "criteria": "=TB_Decimals=0", "format": look}
        page.conditional_format(row, at, row, at, rule)


def _when(
    page: Worksheet, formats: Formats, cells: Cells, value: str, colours: tuple[str, str]
) -> None:
    criteria, equal = ("==", f'"{value}"') if value.isalpha() or " " in value else (">", value)
    rule = {"type": "cell", "criteria": criteria, "value": equal}
    page.conditional_format(*cells, {**rule, "format": formats.check(colours)})


def _colours(page: Worksheet, formats: Formats, sheet: Sheet, column: Column, at: int) -> None:
    cells = (sheet.first_row, at, LAST_ROW - 1, at)
    for value, colours in WORDS.get(f"{sheet.table}.{column.key}", {}).items():
        _when(page, formats, cells, value, colours)
    if sheet.table == "tblMapping" and column.key in {"account", "tax_type"}:
        _blank_beside(page, formats, sheet, at)
    if sheet.table == "tblPreview" and column.key in {"key", "description"}:
        _open_line(page, formats, sheet, at)


def _open_line(page: Worksheet, formats: Formats, sheet: Sheet, at: int) -> None:
    """U… is not mapped, V… has no known VAT: neither is a line of the document yet."""
    row = sheet.first_row
    criteria = f'=OR(LEFT($A{row + 1},1)="U",LEFT($A{row + 1},1)="V")'
    rule = {"type": "formula", "criteria": criteria, "format": formats.check(BAD)}
    page.conditional_format(row, at, LAST_ROW - 1, at, rule)


def _blank_beside(page: Worksheet, formats: Formats, sheet: Sheet, at: int) -> None:
    """A rule that has a category but asks for its account waits for the accountant."""
    own, row = xl_col_to_name(at), sheet.first_row
    criteria = f'=AND({_beside(sheet, "category")}<>"",{own}{row + 1}="")'
    look = formats.check(WAITS)
    page.conditional_format(
        row, at, LAST_ROW - 1, at, {"type": "formula", "criteria": criteria, "format": look}
    )
