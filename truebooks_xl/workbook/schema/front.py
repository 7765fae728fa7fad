"""The sheets an accountant opens first: Home and Settings."""

from __future__ import annotations

from typing import Final

from truebooks_xl.workbook.schema.declaring import Column, NamedCell, Sheet

HOME: Final = Sheet(
    "Home",
    "",
    "output",
    "Amazon settlements into Xero: one document per settlement that equals the deposit to the penny.",
    cells=(
        NamedCell("TB_Organisation", "B9", "Xero organisation", note="Its name in Xero."),
        NamedCell("TB_OrganisationId", "B10", "Organisation id", "id", "Xero's id of it."),
        NamedCell("TB_Country", "B11", "Country", note="Of the organisation; decides its VAT."),
        NamedCell("TB_BaseCurrency", "B12", "Base currency", note="Of the organisation."),
        NamedCell("TB_Connection", "B13", "Connection", note="sandbox for practice, or xero."),
        NamedCell("TB_Marketplace", "B14", "Active marketplace", note="Code such as UK."),
        NamedCell(
            "TB_NextNumber",
            "B15",
            "Next document number",
            "id",
            "As on Settings; checked against Xero before it is spent.",
            formula='=IFERROR(INDEX(tblSettings[Value],MATCH("Next document number",tblSettings[Setting],0))&"","")',
        ),
        NamedCell("TB_Version", "B16", "Workbook version", "id", "Of TrueBooks XL that built it."),
        NamedCell("TB_BookId", "B17", "Workbook id", "id", "The journal knows it by this."),
        NamedCell("TB_PreparedBy", "B20", "Prepared by", entered=True),
        NamedCell("TB_PreparedOn", "B21", "Prepared on", "day", entered=True),
        NamedCell("TB_ReviewedBy", "B22", "Reviewed by", entered=True),
        NamedCell("TB_ReviewedOn", "B23", "Reviewed on", "day", entered=True),
    ),
)

SETTINGS: Final = Sheet(
    "Settings",
    "tblSettings",
    "input",
    "What the accountant decides; dated rows keep old settlements as they were.",
    (
        Column(
            "setting",
            "Setting",
            "text",
            "The setting's name; see the guide.",
            28,
            entered=True,
            required=True,
        ),
        Column(
            "marketplace",
            "Marketplace",
            "text",
            "Blank for all, or a code such as UK.",
            14,
            entered=True,
        ),
        Column("value", "Value", "text", "The value in force; blank is not set.", 32, entered=True),
        Column(
            "valid_from", "Effective from", "day", "First day; blank is always.", 13, entered=True
        ),
        Column(
            "valid_to",
            "Effective to",
            "day",
            "Last day, inclusive; blank is open.",
            13,
            entered=True,
        ),
        Column("note", "What it means", "text", "Choices and consequence.", 100),
    ),
    first_row=6,
    cells=(
        NamedCell(
            "TB_Tolerance",
            "B4",
            "Tolerance of checks",
            "decimal",
            "Half a minor unit of the settlement's currency: floating point noise, never a penny.",
            formula="=0.5/10^TB_Decimals",
        ),
    ),
)
