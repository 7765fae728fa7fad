"""Preview: the document, its periods, and what blocks it."""

from __future__ import annotations

from typing import Final

from truebooks_xl.workbook.schema.declaring import Column, NamedCell, Sheet

PREVIEW: Final = Sheet(
    "Preview",
    "tblPreview",
    "output",
    "The document as it will be posted; every figure is a formula over Lines.",
    (
        Column("key", "Line", "id", "Key of the document line, as in Lines.", 12),
        Column("description", "Description", "text", "The line's text in Xero.", 44),
        Column("account", "Account", "id", "Account code.", 10),
        Column("account_name", "Account name", "text", "From the Accounts sheet.", 36),
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
        NamedCell("TB_Decimals", "E5", "Decimals of the currency", "decimal", value=2),
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
            "Gross, with what is open, equals deposit",
            note="Lines U… and V… are open: in the gross, but not yet in the document (see Proof).",
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
        Column("where", "Where", "text", "Sheet and cell, or triple.", 34),
        Column("order_id", "Order", "id", "Amazon's order id, where it is one order's.", 22),
        Column("sku", "SKU", "id", "Seller SKU, where it is one item's.", 20),
        Column("what", "What", "text", "What is wrong there.", 70),
        Column("amount", "Amount", "money", "What is at stake.", 15),
        Column("lines", "Lines", "count", "Settlement lines concerned.", 11),
        Column("remedy", "What to do", "text", "The next step.", 56),
    ),
    first_row=11,
    first_column=19,
)
"""Right of the periods: each thing that stops Post, with its amount and its remedy."""
