"""The Home sheet: what this is, the next step, how to, who signed it off, legend and index.

Protects: whoever opens the workbook for the first time knows what to do, and what may be typed.
"""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter.worksheet import Worksheet

from truebooks_xl.workbook.schema import SHEETS, Role
from workbook_template.formats import (
    BAD,
    GOOD,
    HAIRLINE,
    LEADS,
    NAVY,
    PALE_GREY,
    PALE_YELLOW,
    TYPED,
    Formats,
)

WIDTHS: Final = (23, 38, 3, 20, 10, 84)

STEPS: Final = (
    (
        "1  Import",
        "truebooks settlements import BOOK FILE…  reads Amazon's settlement report as downloaded.",
    ),
    (
        "2  Preview",
        "truebooks settlements preview BOOK ID  fills Preview, Lines and Proof; nothing is sent.",
    ),
    (
        "3  Put right",
        "What blocks is listed on Preview with its remedy: Mapping, Tax Groups or Settings.",
    ),
    (
        "4  Post",
        "truebooks settlements post BOOK ID  sends one document; its number comes to Settlements.",
    ),
)

# Most urgent last: the next step is that of the last status that counts anything.
MEANINGS: Final = (
    ("Before start", "Older than the organisation's start with TrueBooks: nothing to do."),
    ("Nothing to post", "Comes to nothing: nothing to do."),
    ("Posted", "In Xero, equal to the deposit. Import the next settlement report."),
    ("Awaiting approval", "A checked draft in Xero: approve it there, then post it again."),
    ("Voided by hand", "Voided in Xero by somebody: preview it, then post again if wanted."),
    ("Missing", "The chain has a gap: download that report from Amazon and import it."),
    ("Draft", "Preview it, read Proof, then post."),
    ("Blocked", "Put right what Preview lists, then preview again."),
    ("Posting", "A post was interrupted: post it again, it looks before it writes."),
    ("Unknown", "Xero gave no answer: post it again, it looks before it writes."),
)

ROLES: Final[dict[Role, str]] = {
    "input": "Input",
    "working": "Working",
    "output": "Output",
    "control": "Control",
}

LEGEND: Final[tuple[tuple[str, dict[str, Any], str], ...]] = (
    ("Typed", {"font_color": TYPED, "bg_color": PALE_YELLOW}, "by you; unlocked"),
    ("Calculated", {}, "a formula; adds up without TrueBooks"),
    ("Written", {"bg_color": PALE_GREY}, "by TrueBooks; replaced each time"),
    ("Link", {"font_color": LEADS, "underline": 1}, "leads elsewhere"),
    ("OK", {"font_color": GOOD[0], "bg_color": GOOD[1]}, "a check that holds"),
    ("CHECK", {"font_color": BAD[0], "bg_color": BAD[1]}, "stops Post"),
    ("Heading *", {"font_color": "#FFFFFF", "bg_color": NAVY, "bold": True}, "must be filled"),
)

FIRST: Final = "Import your first settlement report: step 1."


def fill(page: Worksheet, formats: Formats) -> None:
    """Write what Home holds beside its frame and its named cells."""
    for at, width in enumerate(WIDTHS):
        page.set_column(at, at, width)
    _sections(page, formats)
    _steps(page, formats, 9)
    first, last = _statuses(page, formats, 15)
    _next_step(page, formats, first, last)
    _index(page, formats, 27)
    _legend(page, formats, 26)


def _sections(page: Worksheet, formats: Formats) -> None:
    blocks = (
        ("A8:B8", "This workbook"),
        ("A19:B19", "Signed off"),
        ("A25:B25", "Colours"),
        ("D8:F8", "In four steps"),
        ("D14:F14", "Settlements by status"),
        ("D26:F26", "Sheets"),
    )
    for cells, text in blocks:
        start, end = cells.split(":")
        for letter in "ABCDEF":
            if start[0] <= letter <= end[0]:
                page.write_blank(f"{letter}{start[1:]}", None, formats.section())
        page.write_string(start, text, formats.section())


def _steps(page: Worksheet, formats: Formats, row: int) -> None:
    for number, (name, text) in enumerate(STEPS):
        page.write_string(f"D{row + number}", name, formats.get(bold=True))
        page.write_string(f"E{row + number}", text, formats.get())


def _statuses(page: Worksheet, formats: Formats, row: int) -> tuple[int, int]:
    """Count the settlements of each status; return the first and last row of the block."""
    count = formats.get(num_format="#,##0;-#,##0;-", align="right", indent=1)
    for number, (status, meaning) in enumerate(MEANINGS):
        at = row + number
        page.write_string(f"D{at}", status, formats.get())
        page.write_formula(f"E{at}", f"=COUNTIFS(tblSettlements[Status],D{at})", count)
        page.write_string(f"F{at}", meaning, formats.label())
    return row, row + len(MEANINGS) - 1


def _next_step(page: Worksheet, formats: Formats, first: int, last: int) -> None:
    counts, names, texts = (f"{letter}{first}:{letter}{last}" for letter in "EDF")
    found = f'LOOKUP(2,1/({counts}>0),{names})&": "&LOOKUP(2,1/({counts}>0),{texts})'
    formula = f'=IF(SUM({counts})=0,"{FIRST}",{found})'
    page.write_string("A5", "Next step", formats.get(bold=True, font_color=NAVY))
    page.write_formula("B5", formula, formats.get(bold=True))


def _index(page: Worksheet, formats: Formats, row: int) -> None:
    link = formats.get(font_color=LEADS, underline=1)
    for number, sheet in enumerate(each for each in SHEETS if each.name != "Home"):
        at = row + number
        page.write_url(f"D{at}", f"internal:'{sheet.name}'!A1", link, sheet.name)
        page.write_string(f"E{at}", ROLES[sheet.role], formats.get())
        page.write_string(f"F{at}", sheet.purpose, formats.label())


def _legend(page: Worksheet, formats: Formats, row: int) -> None:
    for number, (text, look, meaning) in enumerate(LEGEND):
        edged = formats.get(**look, bottom=4, bottom_color=HAIRLINE)
        page.write_string(f"A{row + number}", text, edged)
        page.write_string(f"B{row + number}", meaning, formats.label())
