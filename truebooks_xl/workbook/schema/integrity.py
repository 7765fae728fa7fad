"""Integrity: what a scan of Xero found, with what to do and the accountant's decision."""

from __future__ import annotations

from typing import Final

from truebooks_xl.workbook.schema.declaring import Column, Sheet

KEEP: Final = "keep"
NOT_THIS: Final = "not this"

INTEGRITY: Final = Sheet(
    "Integrity",
    "tblIntegrity",
    "control",
    "What the last scan of Xero found; decide here, then run Fix duplicates or Post again.",
    (
        Column("finding", "Finding", "text", "What it is, in a word or two; see the guide.", 20),
        Column("settlement_id", "Settlement", "id", "Settlement id; blank: not known.", 16),
        Column("reference", "Reference", "text", "As Xero shows it.", 30, wrap=True),
        Column("number", "Number", "id", "As Xero shows it.", 20),
        Column("status", "Status", "text", "Xero's word.", 13),
        Column("total", "Total", "money", "As Xero shows it.", 15),
        Column("currency", "Currency", "text", "Of the document.", 10),
        Column("dated_on", "Dated", "day", "Date of the document.", 11),
        Column("link", "Open in Xero", "link", "Opens the document.", 20),
        Column("what", "What was found", "text", "In a sentence or two.", 60, wrap=True),
        Column("remedy", "What to do", "text", "The next step.", 46, wrap=True),
        Column(
            "decision",
            "Decision",
            "text",
            "keep: this copy is right, Fix voids the others. not this: another tool's document is"
            " no posting of this settlement.",
            12,
            entered=True,
            choices=(KEEP, NOT_THIS),
        ),
        Column("seen_at", "Seen at", "instant", "UTC.", 17),
        Column("document_id", "Document id", "id", "Xero's id of the document.", 38),
    ),
)
