"""The look of the workbook: who may type where is seen at a glance.

Protects: blue on pale yellow is typed, black is calculated, grey is written by TrueBooks, green
leads elsewhere; red and green speak of checks and of nothing else.

Source: ICAEW Twenty Principles 7 to 20; FAST standard 1.01-01.
"""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from truebooks_xl.workbook.schema import Column, Kind, NamedCell, Role

FONT: Final = {"font_name": "Arial", "font_size": 10}  # the same widths in Excel and LibreOffice
NAVY, GREY_TEXT, HAIRLINE = "#1F3864", "#595959", "#D9D9D9"
TYPED, CALCULATED, LEADS = "#0000FF", "#000000", "#00703C"
PALE_YELLOW, PALE_GREY = "#FFFBE0", "#F2F2F2"
GOOD, BAD = ("#0B5D1E", "#DDF2E0"), ("#9C0006", "#FBDCDD")
WAITS, IDLE = ("#7A4B00", "#FFF0CC"), (GREY_TEXT, "#EDEDED")

TAB_COLOURS: Final[dict[Role, str]] = {
    "input": "#F2C230",
    "working": "#8497B0",
    "output": NAVY,
    "control": "#0B8043",
}

NUMERIC: Final = {"money", "count", "decimal", "percent"}

NUMBER_FORMATS: Final[dict[Kind, str]] = {
    "money": "#,##0.00;[Red](#,##0.00);-",
    "count": "#,##0;[Red](#,##0);-",
    "percent": "General",  # 20 is 20 %, 17.5 is 17.5 %, and 0 is a rate, not a nothing
    "decimal": "General",
    "id": "@",
    "day": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
    "text": "General",
    "link": "General",
}

ANSWERS: Final = {"TB_ProofTotal": "#,##0.00", "TB_ProofOpen": "0", "TB_Blocks": "0"}
"""Named cells where nothing is the answer hoped for: 0.00 is said, not a dash."""


class Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:  # noqa: ANN401 XlsxWriter's own vocabulary
        """Return the format with these properties over the house font."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FONT, **properties})
        return self._made[key]

    def title(self) -> Format:
        """Return the sheet's name on top."""
        return self.get(bold=True, font_size=16, font_color=NAVY)

    def purpose(self) -> Format:
        """Return the one line that says what a sheet is for."""
        return self.get(italic=True, font_color=GREY_TEXT)

    def label(self) -> Format:
        """Return what stands left of a named cell."""
        return self.get(font_color=GREY_TEXT)

    def section(self) -> Format:
        """Return the heading of a block."""
        return self.get(bold=True, font_color=NAVY, bottom=1, bottom_color=NAVY)

    def heading(self, column: Column) -> Format:
        """Return a table heading; the star of a required one is format, not text."""
        return self.get(
            bold=True,
            font_color="#FFFFFF",
            bg_color=NAVY,
            text_wrap=True,
            valign="vcenter",
            num_format='@" *"' if column.required else "@",
            **_aligned(column.kind),
        )

    def body(self, column: Column, role: Role) -> Format:
        """Return what the cells of a column look like; new rows copy it from the first."""
        written = role in {"output", "control"} and not column.formula
        look = _look(column.kind, entered=column.entered, written=written)
        if column.kind in {"text", "id"} and not (column.entered or column.formula):
            look["quote_prefix"] = True  # a SKU such as =1+1 stays text when somebody edits it
        if column.wrap:
            look["text_wrap"] = True
        edge = {"valign": "top", "bottom": 4, "bottom_color": HAIRLINE}
        return self.get(**look, **_aligned(column.kind), **edge)

    def named(self, cell: NamedCell) -> Format:
        """Return what a named cell looks like."""
        look = _look(cell.kind, entered=cell.entered, written=not cell.formula)
        is_total = cell.formula.startswith("=SUM(")
        total = {"bold": True, "top": 1} if is_total else {"bottom": 4}
        if cell.name in ANSWERS:
            look["num_format"] = ANSWERS[cell.name]
        return self.get(**look, **total, **_aligned(cell.kind), bottom_color=HAIRLINE)

    def without_decimals(self, name: str = "") -> Format:
        """Return the conditional format of yen and counts, for a named cell or a column."""
        shown = ANSWERS.get(name, NUMBER_FORMATS["money"]).replace(".00", "")
        key = (("without decimals", shown),)
        if key not in self._made:
            self._made[key] = self._book.add_format({"num_format": shown})
        return self._made[key]

    def check(self, colours: tuple[str, str]) -> Format:
        """Return text and fill of a conditional format."""
        key = (("check", colours),)
        if key not in self._made:
            font, fill = colours
            self._made[key] = self._book.add_format({"font_color": font, "bg_color": fill})
        return self._made[key]


def _look(kind: Kind, *, entered: bool, written: bool) -> dict[str, Any]:
    """Colours, lock and number format; typed text is ``@`` so that 001 and 1-2 stay as typed."""
    look: dict[str, Any] = {"num_format": NUMBER_FORMATS[kind], "font_color": CALCULATED}
    if entered:
        look |= {"font_color": TYPED, "bg_color": PALE_YELLOW, "locked": False}
        if kind == "text":
            look["num_format"] = NUMBER_FORMATS["id"]
    elif written:
        look["bg_color"] = PALE_GREY
    if kind == "link":
        look |= {"font_color": LEADS, "underline": 1}
    return look


def _aligned(kind: Kind) -> dict[str, Any]:
    """Numbers right, a little off the edge, all else left; figures never touch words."""
    if kind in NUMERIC:
        return {"align": "right", "indent": 1}
    return {"align": "left"}
