"""Every sheet and column of the workbook, declared once.

Protects: template, reader, writer, help and tests take the columns from here; a column is found
by its heading, never by its letter, so that users may move columns and add their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from truebooks_xl.core.treatment import Treatment

Kind = Literal["text", "id", "money", "percent", "decimal", "count", "day", "instant", "link"]
"""How a cell is read and shown. ``id`` is text that looks like a number: formatted ``@``."""

Role = Literal["input", "working", "output", "control"]
"""What a sheet is for; decides its tab colour and its protection."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        key: the field's name in Python.
        heading: the exact heading in the sheet.
        note: what the accountant reads as the heading's comment.
        entered: True where the accountant types (blue on pale yellow, unlocked).
        required: True where an empty cell is a problem.
        choices: literal values allowed, or ``=Name`` of a list defined in the workbook.
        formula: calculated column; table-qualified structured references only.
    """

    key: str
    heading: str
    kind: Kind
    note: str
    width: int = 14
    entered: bool = False
    required: bool = False
    choices: tuple[str, ...] | str = ()
    formula: str = ""


@dataclass(frozen=True, slots=True)
class NamedCell:
    """One cell that is reached by its defined name, wherever the user moves it.

    Attributes:
        name: the defined name: ``TB_Decimals``.
        at: where the template puts it: ``B6``.
        label: what stands in the cell to its left; "" for nothing.
        formula: with ``=``; "" where Python or the accountant writes a value.
        value: what a new workbook holds there.
    """

    name: str
    at: str
    label: str
    kind: Kind = "text"
    note: str = ""
    entered: bool = False
    choices: tuple[str, ...] = ()
    formula: str = ""
    value: str | int = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table and the sheet it stands on, or stands on beside the sheet's first table.

    Attributes:
        name: the tab, also what messages call it.
        table: the table's name: ``tblMapping``; "" on a sheet without a table.
        first_row: 1-based row of the table's headings.
        first_column: 1-based column of its first heading.
        cells: the sheet's named cells; all stand above the headings.
    """

    name: str
    table: str
    role: Role
    purpose: str
    columns: tuple[Column, ...] = ()
    first_row: int = 5
    first_column: int = 1
    cells: tuple[NamedCell, ...] = ()

    def column(self, key: str) -> Column:
        """Find a column by its key; an unknown key is our bug."""
        return next(each for each in self.columns if each.key == key)


STATUSES: Final = (
    "Draft",
    "Blocked",
    "Posting",
    "Unknown",
    "Posted",
    "Voided by hand",
    "Before start",
    "Nothing to post",
    "Missing",
)
"""Of a settlement, in Settlements (design, decision 15)."""

TREATMENTS: Final = tuple(each.value for each in Treatment)
GROUPS: Final = ("Standard", "Reduced", "Zero")

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
        NamedCell("TB_PreparedBy", "B19", "Prepared by", entered=True),
        NamedCell("TB_PreparedOn", "B20", "Prepared on", "day", entered=True),
        NamedCell("TB_ReviewedBy", "B21", "Reviewed by", entered=True),
        NamedCell("TB_ReviewedOn", "B22", "Reviewed on", "day", entered=True),
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

SETTLEMENTS: Final = Sheet(
    "Settlements",
    "tblSettlements",
    "working",
    "One row for each settlement, with its status and its document in Xero.",
    (
        Column("settlement_id", "Settlement", "id", "Amazon's settlement id.", 15),
        Column("marketplace", "Marketplace", "text", "Code of the marketplace it belongs to.", 13),
        Column("status", "Status", "text", "Where it stands.", 15, choices=STATUSES),
        Column("start_on", "From", "day", "First day of the period (UTC).", 11),
        Column("end_on", "To", "day", "Last day of the period, as printed.", 11),
        Column(
            "deposit_on", "Deposit date", "day", "As printed in the report; blank: not known.", 11
        ),
        Column("currency", "Currency", "text", "Currency of the settlement.", 10),
        Column("total", "Total", "money", "The deposit: total-amount of the report.", 15),
        Column("lines", "Lines", "count", "Lines of the report.", 11),
        Column("document", "Document", "text", "ACCREC invoice or ACCPAY bill.", 11),
        Column("number", "Number", "id", "Number of the document in Xero.", 15),
        Column("reference", "Reference", "text", "The key in Xero: total and settlement.", 30),
        Column("link", "Open in Xero", "link", "Opens the document.", 13),
        Column("chain", "Chain", "text", "How it follows the settlement before it.", 34),
        Column("problem", "Result", "text", "What stands in the way, or what was done.", 70),
        Column("fingerprint", "Fingerprint", "id", "Of the preview last shown.", 20),
        Column("inputs", "Inputs", "id", "Hashes of what that preview was decided from.", 20),
        Column("previewed_at", "Previewed at", "instant", "UTC.", 17),
        Column("posted_at", "Posted at", "instant", "UTC.", 17),
        Column("document_id", "Document id", "id", "Xero's id of the document.", 38),
        Column("start_at", "Start (UTC)", "id", "Start instant of the period.", 22),
        Column("end_at", "End (UTC)", "id", "End instant of the period.", 22),
        Column("layout", "Layout", "text", "V2, or V1 translated.", 9),
        Column("file", "File (SHA-256)", "id", "Hash of the archived report.", 20),
    ),
)

PREVIEW: Final = Sheet(
    "Preview",
    "tblPreview",
    "output",
    "The document as it will be posted; every figure is a formula over Lines.",
    (
        Column("key", "Line", "id", "Key of the document line, as in Lines.", 12),
        Column("description", "Description", "text", "The line's text in Xero.", 44),
        Column("account", "Account", "id", "Account code.", 10),
        Column("account_name", "Account name", "text", "From the Accounts sheet.", 28),
        Column("tax_type", "Tax type", "id", "Xero's code.", 20),
        Column("rate", "Rate %", "percent", "The organisation's rate for the tax type.", 8),
        Column(
            "gross",
            "Gross",
            "money",
            "Sum of its lines, tax included.",
            16,
            formula="=ROUND(SUMIFS(tblLines[Amount],tblLines[Preview line],tblPreview[[#This Row],[Line]]),TB_Decimals)",
        ),
        Column(
            "tax",
            "Tax",
            "money",
            # Rounded twice: a half penny is a hair less in binary, the inner ROUND restores it.
            "Gross x rate / (100 + rate), half up.",
            15,
            formula="=ROUND(ROUND(tblPreview[[#This Row],[Gross]]*tblPreview[[#This Row],[Rate %]]"
            "/(100+tblPreview[[#This Row],[Rate %]]),TB_Decimals+6),TB_Decimals)",
        ),
        Column(
            "net",
            "Net",
            "money",
            "Gross less tax.",
            16,
            formula="=ROUND(tblPreview[[#This Row],[Gross]]-tblPreview[[#This Row],[Tax]],TB_Decimals)",
        ),
        Column("lines", "Lines", "count", "How many settlement lines it holds.", 11),
        Column("decided", "Decided", "money", "What Python decided; equals Gross.", 16),
    ),
    first_row=11,
    cells=(
        NamedCell("TB_PreviewSettlement", "B4", "Settlement", "id"),
        NamedCell("TB_PreviewMarketplace", "B5", "Marketplace"),
        NamedCell("TB_PreviewReference", "B6", "Reference", "id"),
        NamedCell("TB_PreviewDocument", "B7", "Document"),
        NamedCell("TB_PreviewDate", "B8", "Date", "day"),
        NamedCell("TB_PreviewState", "B9", "State"),
        NamedCell("TB_PreviewFingerprint", "B10", "Fingerprint", "id"),
        NamedCell("TB_PreviewCurrency", "E4", "Currency"),
        NamedCell("TB_Decimals", "E5", "Decimals of the currency", "count", value=2),
        NamedCell(
            "TB_PreviewDeposit",
            "E6",
            "Deposit, from Settlements",
            "money",
            formula="=SUMPRODUCT(--(tblSettlements[Settlement]=TB_PreviewSettlement),tblSettlements[Total])",
        ),
        NamedCell(
            "TB_PreviewEquals",
            "E7",
            "Gross equals deposit",
            formula='=IF(TB_PreviewSettlement="","",IF(ABS(TB_PreviewGross-TB_PreviewDeposit)<=TB_Tolerance,"OK","CHECK"))',
        ),
        NamedCell(
            "TB_Blocks",
            "E8",
            "Things that block posting",
            "count",
            formula='=SUMPRODUCT(--(tblBlocks[Kind]<>""),--(tblBlocks[Kind]<>"Notice"))',
        ),
        NamedCell(
            "TB_PreviewGross",
            "G10",
            "Total",
            "money",
            formula="=SUM(tblPreview[Gross])",
        ),
        NamedCell(
            "TB_PreviewTax",
            "H10",
            "",
            "money",
            formula="=SUM(tblPreview[Tax])",
        ),
        NamedCell(
            "TB_PreviewNet",
            "I10",
            "",
            "money",
            formula="=SUM(tblPreview[Net])",
        ),
        NamedCell(
            "TB_PreviewLines",
            "J10",
            "",
            "count",
            formula="=SUM(tblPreview[Lines])",
        ),
        NamedCell(
            "TB_PreviewDecided",
            "K10",
            "",
            "money",
            formula="=SUM(tblPreview[Decided])",
        ),
    ),
)

PERIODS: Final = Sheet(
    "Preview",
    "tblPeriods",
    "output",
    "Per local month and VAT period",
    (
        Column("kind", "Period kind", "text", "Month, or VAT period.", 14),
        Column("period", "Period", "text", "Its name: 2026-03, or first and last day.", 24),
        Column("gross", "Gross", "money", "Tax included.", 15),
        Column("tax", "VAT", "money", "Tax within it.", 15),
        Column(
            "net",
            "Net",
            "money",
            "Gross less VAT.",
            15,
            formula="=ROUND(tblPeriods[[#This Row],[Gross]]-tblPeriods[[#This Row],[VAT]],TB_Decimals)",
        ),
    ),
    first_row=11,
    first_column=13,
)
"""Beside the document's lines: what of them falls into which month and VAT period."""

BLOCK_KINDS: Final = ("Unmapped", "VAT unknown", "Account missing", "Tax type", "Check", "Notice")

BLOCKS: Final = Sheet(
    "Preview",
    "tblBlocks",
    "output",
    "What blocks posting, and notices",
    (
        Column("kind", "Kind", "text", "Why; a Notice does not block.", 16, choices=BLOCK_KINDS),
        Column("where", "Where", "text", "Sheet and cell, order, or triple.", 40),
        Column("what", "What", "text", "What is wrong there.", 60),
        Column("amount", "Amount", "money", "What is at stake.", 15),
        Column("lines", "Lines", "count", "Settlement lines concerned.", 11),
        Column("remedy", "What to do", "text", "The next step.", 60),
    ),
    first_row=11,
    first_column=19,
)
"""Right of the periods: each thing that stops Post, with its amount and its remedy."""

LINES: Final = Sheet(
    "Lines",
    "tblLines",
    "working",
    "The lines of the settlement previewed last, each with the document line it goes to.",
    (
        Column("line", "Line of file", "count", "Line number in the report.", 11),
        Column(
            "preview_line", "Preview line", "id", "Key of the document line; U… is unmapped.", 12
        ),
        Column("transaction_type", "Transaction type", "text", "As in the report.", 18),
        Column("amount_type", "Amount type", "text", "As in the report.", 18),
        Column("amount_description", "Description", "text", "As in the report.", 30),
        Column("amount", "Amount", "money", "As in the report.", 15),
        Column("treatment", "Treatment", "text", "VAT treatment of the order item.", 17),
        Column("marketplace", "Marketplace", "text", "As in the report.", 15),
        Column("order_id", "Order", "id", "Amazon's order id.", 22),
        Column("order_item", "Order item", "id", "Amazon's order item code.", 17),
        Column("sku", "SKU", "id", "Seller SKU.", 20),
        Column("quantity", "Quantity", "count", "As in the report; repeated on fee rows.", 11),
        Column("posted_on", "Posted", "day", "The marketplace's local day.", 12),
    ),
)

PROOF: Final = Sheet(
    "Proof",
    "tblProof",
    "control",
    "Six figures, five differences, one 0.00; any red line stops Post.",
    (
        Column("check", "Check", "text", "What must be true.", 54),
        Column("expected", "Expected", "money", "The figure on the left of the comparison.", 17),
        Column("actual", "Actual", "money", "The figure it must equal.", 17),
        Column(
            "difference",
            "Difference",
            "money",
            "Expected less actual.",
            15,
            formula="=ROUND(tblProof[[#This Row],[Expected]]-tblProof[[#This Row],[Actual]],4)",
        ),
        Column("allowed", "Allowed", "money", "Difference that is still in order.", 15),
        Column(
            "verdict",
            "Verdict",
            "text",
            "OK or CHECK.",
            10,
            formula='=IF(tblProof[[#This Row],[Check]]="","",IF(ABS(tblProof[[#This Row],[Difference]])'
            '<=tblProof[[#This Row],[Allowed]]+TB_Tolerance,"OK","CHECK"))',
        ),
        Column("note", "Note", "text", "Where the figures come from.", 60),
    ),
    first_row=7,
    cells=(
        NamedCell(
            "TB_ProofTotal",
            "B4",
            "Total of the differences beyond what is allowed",
            "money",
            "0.00 is good.",
            formula="=SUMPRODUCT(--(ABS(tblProof[Difference])>tblProof[Allowed]+TB_Tolerance),ABS(tblProof[Difference]))",
        ),
        NamedCell(
            "TB_ProofOpen",
            "B5",
            "Checks to put right",
            "count",
            formula='=SUMPRODUCT(--(tblProof[Check]<>""),--(tblProof[Verdict]<>"OK"))',
        ),
    ),
)

MAPPING: Final = Sheet(
    "Mapping",
    "tblMapping",
    "input",
    "Which account and tax type each kind of settlement line goes to; effective-dated, most specific first.",
    (
        Column(
            "transaction_type",
            "Transaction type",
            "text",
            "Blank is any; * at an end is a pattern.",
            18,
            entered=True,
        ),
        Column(
            "amount_type",
            "Amount type",
            "text",
            "Blank is any; * at an end is a pattern.",
            20,
            entered=True,
        ),
        Column(
            "amount_description",
            "Description",
            "text",
            "Blank is any; * at an end is a pattern.",
            30,
            entered=True,
        ),
        Column("marketplace", "Marketplace", "text", "Code; blank is any.", 13, entered=True),
        Column(
            "treatment",
            "Treatment",
            "text",
            "VAT treatment; blank is any.",
            17,
            entered=True,
            choices=TREATMENTS,
        ),
        Column(
            "valid_from",
            "Effective from",
            "day",
            "First local day; blank is always.",
            13,
            entered=True,
        ),
        Column(
            "valid_to", "Effective to", "day", "Last local day; blank is open.", 12, entered=True
        ),
        Column(
            "category",
            "Category",
            "text",
            "Bucket and kind: AMZ3 Referral fee.",
            28,
            entered=True,
            required=True,
        ),
        Column(
            "line_text",
            "Line text",
            "text",
            "Description of the document line.",
            46,
            entered=True,
            required=True,
        ),
        Column(
            "account",
            "Account",
            "id",
            "Account code; empty blocks posting.",
            10,
            entered=True,
            choices="=TB_Accounts",
        ),
        Column(
            "account_name",
            "Account name",
            "text",
            "From the Accounts sheet.",
            26,
            formula='=IFERROR(INDEX(tblAccounts[Name],MATCH(tblMapping[[#This Row],[Account]],tblAccounts[Code],0))&"","")',
        ),
        Column(
            "tax_type",
            "Tax type",
            "id",
            "Xero's code; empty blocks posting.",
            21,
            entered=True,
            choices="=TB_TaxTypes",
        ),
        Column(
            "tax_name",
            "Tax name",
            "text",
            "From the Tax Rates sheet.",
            24,
            formula='=IFERROR(INDEX(tblTaxRates[Name],MATCH(tblMapping[[#This Row],[Tax type]],tblTaxRates[Tax type],0))&"","")',
        ),
        Column("tracking_1", "Tracking 1", "text", "Category: option.", 12, entered=True),
        Column("tracking_2", "Tracking 2", "text", "Category: option.", 12, entered=True),
        Column(
            "origin", "Origin", "text", "Default rule set, or who entered it.", 18, entered=True
        ),
    ),
)

TAX_GROUPS: Final = Sheet(
    "Tax Groups",
    "tblTaxGroups",
    "input",
    "The VAT group of each SKU, where a tax row does not decide; effective-dated.",
    (
        Column("marketplace", "Marketplace", "text", "Code; blank is any.", 14, entered=True),
        Column("sku", "SKU", "id", "Seller SKU.", 28, entered=True, required=True),
        Column(
            "group",
            "Group",
            "text",
            "Standard, Reduced or Zero.",
            14,
            entered=True,
            required=True,
            choices=GROUPS,
        ),
        Column(
            "valid_from",
            "Effective from",
            "day",
            "First local day; blank is always.",
            15,
            entered=True,
        ),
        Column(
            "valid_to", "Effective to", "day", "Last local day; blank is open.", 15, entered=True
        ),
        Column("who", "Who", "text", "“Proposed” rows come from implied rates.", 44, entered=True),
    ),
)

ACCOUNTS: Final = Sheet(
    "Accounts",
    "tblAccounts",
    "working",
    "The organisation's chart of accounts, as read from Xero.",
    (
        Column("code", "Code", "id", "Account code.", 10),
        Column("name", "Name", "text", "Account name.", 44),
        Column("type", "Type", "text", "Xero's account type.", 16),
        Column("account_class", "Class", "text", "REVENUE, EXPENSE, ASSET, LIABILITY, EQUITY.", 14),
        Column("system", "System account", "text", "Reserved by Xero when filled.", 22),
        Column("tax_type", "Default tax", "id", "Xero's default; never relied upon.", 20),
        Column("status", "Status", "text", "ACTIVE or ARCHIVED.", 12),
    ),
)

TAX_RATES: Final = Sheet(
    "Tax Rates",
    "tblTaxRates",
    "working",
    "The organisation's own tax rates, as read from Xero.",
    (
        Column("tax_type", "Tax type", "id", "Xero's code.", 24),
        Column("name", "Name", "text", "As accountants know it.", 46),
        Column("rate", "Rate %", "percent", "Effective rate on the document.", 10),
        Column("classes", "Fits classes", "text", "Account classes it may be used with.", 52),
        Column("status", "Status", "text", "ACTIVE or not.", 12),
    ),
)

LOG: Final = Sheet(
    "Log",
    "tblLog",
    "control",
    "What was done, when and by whom; rows are only added.",
    (
        Column("at", "When (UTC)", "instant", "UTC.", 18),
        Column("who", "Who", "text", "Name of the computer's user.", 16),
        Column("action", "Action", "text", "Import, Preview, Post…", 14),
        Column("settlement_id", "Settlement", "id", "Settlement id.", 16),
        Column("result", "Result", "text", "Done, Refused, Blocked…", 14),
        Column("detail", "Detail", "text", "In a sentence.", 110),
    ),
)

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
    LOG,
)
"""One for each tab, in tab order."""

BESIDE: Final[Sequence[Sheet]] = (PERIODS, BLOCKS)
"""Second tables, right of the first on the same tab; nothing stands below either."""
