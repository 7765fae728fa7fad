"""Lines and Proof: what Preview adds up, and that it does."""

from __future__ import annotations

from typing import Final

from truebooks_xl.workbook.schema.declaring import Column, NamedCell, Sheet

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

PROOF_KINDS: Final = ("Penny chain", "VAT", "Count")
"""What a check compares; counts have no decimals and are never added to money."""

PROOF: Final = Sheet(
    "Proof",
    "tblProof",
    "control",
    "Six figures, five differences, one 0.00; any red line stops Post.",
    (
        Column("check", "Check", "text", "What must be true.", 54),
        Column(
            "kind",
            "Kind",
            "text",
            "Penny chain and VAT are money, Count is not.",
            13,
            choices=PROOF_KINDS,
        ),
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
            "Total of the penny chain's five differences",
            "money",
            "0.00 is good; other checks are counted below.",
            formula='=SUMPRODUCT(--(tblProof[Kind]="Penny chain"),ABS(tblProof[Difference]))',
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
