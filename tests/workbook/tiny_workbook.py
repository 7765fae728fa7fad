"""The smallest workbook with a table, part by part, so that a test can say what is odd in it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from truebooks_xl.workbook.schema import Column, Sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

COSTS = Sheet(
    "Costs",
    "tblCosts",
    "input",
    "What a unit costs, from which day.",
    (
        Column("sku", "SKU", "id", "", entered=True, required=True),
        Column("cost", "Unit cost", "money", "", entered=True),
        Column("day", "Effective from", "day", "", entered=True),
        Column("at", "Entered at", "instant", ""),
    ),
)
"""The table lies in A1:D4: headings and three rows, of which tests write what they need."""

SHARED = (
    "<si><t>shared</t></si><si><r><t>ri</t></r><r><t>ch</t></r>"
    '<rPh sb="0" eb="1"><t>x</t></rPh></si>'
)
HEADINGS = "".join(
    f'<c r="{letter}1" t="inlineStr"><is><t>{each.heading}</t></is></c>'
    for letter, each in zip("ABCD", COSTS.columns, strict=True)
)


def sheet_xml(rows: str, tail: str = "") -> str:
    """Return a sheet with the headings, and the given rows below them."""
    body = f'<sheetData><row r="1">{HEADINGS}</row>{rows}</sheetData>{tail}'
    parts = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{body}{parts}</worksheet>'


def tiny_parts(sheet: str, workbook_properties: str = "") -> dict[str, str]:
    """Return all parts of a workbook with one sheet, by name."""
    columns = "".join(
        f'<tableColumn id="{n}" name="{each.heading}"/>' for n, each in enumerate(COSTS.columns, 1)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/table1.xml" ContentType="{TYPE}.table+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/strings.xml" ContentType="{TYPE}.sharedStrings+xml"/></Types>',
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<workbookPr{workbook_properties}/>"
        '<sheets><sheet name="Costs" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            ("worksheet", "sheet1.xml"),
            ("styles", "/xl/styles.xml"),
            ("sharedStrings", "strings.xml"),
        ),
        "xl/sheet1.xml": sheet,
        "xl/_rels/sheet1.xml.rels": _relations(("table", "table1.xml")),
        "xl/table1.xml": f'<table xmlns="{MAIN}" id="1" name="tblCosts" displayName="tblCosts" '
        f'ref="A1:D4"><autoFilter ref="A1:D4"/><tableColumns count="4">{columns}</tableColumns>'
        "</table>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1">'
        '<numFmt numFmtId="170" formatCode="[$-809]dd\\ mmm&quot;s&quot;"/></numFmts>'
        '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs>'
        "</styleSheet>",
        "xl/strings.xml": f'<sst xmlns="{MAIN}">{SHARED}</sst>',
    }


def _relations(*targets: tuple[str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def pack(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """Write parts as a workbook file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return path


def tiny_workbook(path: Path, rows: str, tail: str = "") -> Path:
    """Write the workbook with the given rows of XML below the headings."""
    return pack(path, tiny_parts(sheet_xml(rows, tail)))
