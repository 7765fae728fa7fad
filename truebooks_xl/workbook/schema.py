"""Every sheet and column of the workbook, declared once.

Protects: template, reader, writer, help and tests take the columns from here; a column is found
by its heading, never by its letter, so that users may move columns and add their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from truebooks_xl.core.treatment import Treatment

Kind = Literal["text", "id", "money", "percent", "count", "day", "instant", "link"]
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
class Sheet:
    """One sheet with its one table. Named cells above it are reached by their defined name.

    Attributes:
        name: the tab, also what messages call it.
        table: the table's name: ``tblMapping``; "" on a sheet without a table.
        first_row: 1-based row of the table's headings.
        cells: named cells of the sheet: defined name to what stands beside it as its label.
    """

    name: str
    table: str
    role: Role
    purpose: str
    columns: tuple[Column, ...] = ()
    first_row: int = 4
    cells: tuple[tuple[str, str], ...] = ()

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

HOME: Final = Sheet("Home", "", "output", "What this workbook is, and the next step.")

SETTINGS: Final = Sheet(
    "Settings",
    "tblSettings",
    "input",
    "What the accountant decides; dated rows keep old settlements as they were.",
    (
        Column(
            "setting", "Setting", "text", "The setting's name; see the guide.", 26, required=True
        ),
        Column(
            "marketplace",
            "Marketplace",
            "text",
            "Blank for all, or a code such as UK.",
            entered=True,
        ),
        Column("value", "Value", "text", "The value in force.", 22, entered=True),
        Column("valid_from", "Effective from", "day", "First day; blank is always.", entered=True),
        Column(
            "valid_to", "Effective to", "day", "Last day, inclusive; blank is open.", entered=True
        ),
        Column("note", "What it means", "text", "Choices and consequence.", 70),
    ),
)

SETTLEMENTS: Final = Sheet(
    "Settlements",
    "tblSettlements",
    "working",
    "One row for each settlement, with its status and its document in Xero.",
    (
        Column("settlement_id", "Settlement", "id", "Amazon's settlement id.", 16),
        Column("marketplace", "Marketplace", "text", "Code of the marketplace it belongs to.", 12),
        Column("status", "Status", "text", "Where it stands.", 15, choices=STATUSES),
        Column("start_on", "From", "day", "First day of the period (UTC).", 12),
        Column("end_on", "To", "day", "Last day of the period, as printed.", 12),
        Column(
            "deposit_on", "Deposit date", "day", "As printed in the report; blank: not known.", 12
        ),
        Column("currency", "Currency", "text", "Currency of the settlement.", 9),
        Column("total", "Total", "money", "The deposit: total-amount of the report.", 14),
        Column("lines", "Lines", "count", "Lines of the report.", 9),
        Column("document", "Document", "text", "ACCREC invoice or ACCPAY bill.", 11),
        Column("number", "Number", "id", "Number of the document in Xero.", 15),
        Column("reference", "Reference", "text", "The key in Xero: total and settlement.", 32),
        Column("link", "Open in Xero", "link", "Opens the document.", 14),
        Column("problem", "Result", "text", "What stands in the way, or what was done.", 44),
        Column("chain", "Chain", "text", "How it follows the settlement before it.", 34),
        Column("fingerprint", "Fingerprint", "id", "Of the preview last shown.", 20),
        Column("previewed_at", "Previewed at", "instant", "UTC.", 17),
        Column("posted_at", "Posted at", "instant", "UTC.", 17),
        Column("document_id", "Document id", "id", "Xero's id of the document.", 20),
        Column("start_at", "Start (UTC)", "id", "Start instant of the period.", 20),
        Column("end_at", "End (UTC)", "id", "End instant of the period.", 20),
        Column("layout", "Layout", "text", "V2, or V1 translated.", 8),
        Column("file", "File (SHA-256)", "id", "Hash of the archived report.", 20),
    ),
)

PREVIEW: Final = Sheet(
    "Preview",
    "tblPreview",
    "output",
    "The document as it will be posted; every figure is a formula over Lines.",
    (
        Column("key", "Line", "id", "Key of the document line, as in Lines.", 8),
        Column("description", "Description", "text", "The line's text in Xero.", 44),
        Column("account", "Account", "id", "Account code.", 10),
        Column("account_name", "Account name", "text", "From the Accounts sheet.", 30),
        Column("tax_type", "Tax type", "id", "Xero's code.", 18),
        Column("rate", "Rate %", "percent", "The organisation's rate for the tax type.", 9),
        Column(
            "gross",
            "Gross",
            "money",
            "Sum of its lines, tax included.",
            15,
            formula="=SUMIFS(tblLines[Amount],tblLines[Preview line],tblPreview[[#This Row],[Line]])",
        ),
        Column(
            "tax",
            "Tax",
            "money",
            "Gross x rate / (100 + rate), half up.",
            13,
            formula="=ROUND(ROUND(tblPreview[[#This Row],[Gross]]*tblPreview[[#This Row],[Rate %]]"
            "/(100+tblPreview[[#This Row],[Rate %]]),8),TB_Decimals)",
        ),
        Column(
            "net",
            "Net",
            "money",
            "Gross less tax.",
            15,
            formula="=tblPreview[[#This Row],[Gross]]-tblPreview[[#This Row],[Tax]]",
        ),
        Column("lines", "Lines", "count", "How many settlement lines it holds.", 9),
        Column("decided", "Decided", "money", "What Python decided; equals Gross.", 15),
    ),
    first_row=14,
    cells=(
        ("TB_PreviewSettlement", "Settlement"),
        ("TB_PreviewMarketplace", "Marketplace"),
        ("TB_PreviewReference", "Reference"),
        ("TB_PreviewDocument", "Document"),
        ("TB_PreviewDate", "Date"),
        ("TB_PreviewCurrency", "Currency"),
        ("TB_Decimals", "Decimals of the currency"),
        ("TB_PreviewState", "State"),
        ("TB_PreviewFingerprint", "Fingerprint"),
    ),
)

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
        Column("amount", "Amount", "money", "As in the report.", 13),
        Column("treatment", "Treatment", "text", "VAT treatment of the order item.", 17),
        Column("marketplace", "Marketplace", "text", "As in the report.", 15),
        Column("order_id", "Order", "id", "Amazon's order id.", 22),
        Column("order_item", "Order item", "id", "Amazon's order item code.", 17),
        Column("sku", "SKU", "id", "Seller SKU.", 20),
        Column("quantity", "Quantity", "count", "As in the report; repeated on fee rows.", 9),
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
        Column("allowed", "Allowed", "money", "Difference that is still in order.", 12),
        Column(
            "verdict",
            "Verdict",
            "text",
            "OK or CHECK.",
            10,
            formula="=IF(ABS(tblProof[[#This Row],[Difference]])<=tblProof[[#This Row],[Allowed]]"
            '+TB_Tolerance,"OK","CHECK")',
        ),
        Column("note", "Note", "text", "Where the figures come from.", 60),
    ),
    first_row=6,
)

MAPPING: Final = Sheet(
    "Mapping",
    "tblMapping",
    "input",
    "Which account and tax type each kind of settlement line goes to; effective-dated.",
    (
        Column(
            "transaction_type",
            "Transaction type",
            "text",
            "Blank is any; * at an end is a pattern.",
            22,
            entered=True,
        ),
        Column(
            "amount_type",
            "Amount type",
            "text",
            "Blank is any; * at an end is a pattern.",
            22,
            entered=True,
        ),
        Column(
            "amount_description",
            "Description",
            "text",
            "Blank is any; * at an end is a pattern.",
            36,
            entered=True,
        ),
        Column("marketplace", "Marketplace", "text", "Code; blank is any.", 12, entered=True),
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
            "valid_to", "Effective to", "day", "Last local day; blank is open.", 13, entered=True
        ),
        Column(
            "category",
            "Category",
            "text",
            "Bucket and kind: AMZ3 Referral fee.",
            32,
            entered=True,
            required=True,
        ),
        Column(
            "line_text",
            "Line text",
            "text",
            "Description of the document line.",
            38,
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
            "tax_type",
            "Tax type",
            "id",
            "Xero's code; empty blocks posting.",
            18,
            entered=True,
            choices="=TB_TaxTypes",
        ),
        Column("tracking_1", "Tracking 1", "text", "Category: option.", 16, entered=True),
        Column("tracking_2", "Tracking 2", "text", "Category: option.", 16, entered=True),
        Column(
            "origin", "Origin", "text", "Default rule set, or who entered it.", 24, entered=True
        ),
    ),
)

TAX_GROUPS: Final = Sheet(
    "Tax Groups",
    "tblTaxGroups",
    "input",
    "The VAT group of each SKU, where a tax row does not decide; effective-dated.",
    (
        Column("marketplace", "Marketplace", "text", "Code; blank is any.", 12, entered=True),
        Column("sku", "SKU", "id", "Seller SKU.", 24, entered=True, required=True),
        Column(
            "group",
            "Group",
            "text",
            "Standard, Reduced or Zero.",
            12,
            entered=True,
            required=True,
            choices=GROUPS,
        ),
        Column(
            "valid_from",
            "Effective from",
            "day",
            "First local day; blank is always.",
            14,
            entered=True,
        ),
        Column(
            "valid_to", "Effective to", "day", "Last local day; blank is open.", 14, entered=True
        ),
        Column("who", "Who", "text", "“Proposed” rows come from implied rates.", 24, entered=True),
    ),
)

ACCOUNTS: Final = Sheet(
    "Accounts",
    "tblAccounts",
    "working",
    "The organisation's chart of accounts, as read from Xero.",
    (
        Column("code", "Code", "id", "Account code.", 10),
        Column("name", "Name", "text", "Account name.", 40),
        Column("type", "Type", "text", "Xero's account type.", 16),
        Column("account_class", "Class", "text", "REVENUE, EXPENSE, ASSET, LIABILITY, EQUITY.", 14),
        Column("system", "System account", "text", "Reserved by Xero when filled.", 18),
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
        Column("tax_type", "Tax type", "id", "Xero's code.", 22),
        Column("name", "Name", "text", "As accountants know it.", 44),
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
        Column("detail", "Detail", "text", "In a sentence.", 90),
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
"""In tab order."""
