"""Settlements: one row each, with status and document."""

from __future__ import annotations

from typing import Final

from truebooks_xl.workbook.schema.declaring import Column, Sheet

STATUSES: Final = (
    "Draft",
    "Blocked",
    "Posting",
    "Unknown",
    "Awaiting approval",
    "Posted",
    "Voided by hand",
    "Before start",
    "Nothing to post",
    "Missing",
)
"""Of a settlement, in Settlements (design, decision 15)."""

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
        Column(
            "previous_numbers",
            "Previous numbers",
            "text",
            "What voided documents of it are numbered now: AMZ-TB-10001-V1, voided.",
            24,
            wrap=True,
        ),
        Column("reference", "Reference", "text", "The key in Xero: total and settlement.", 30),
        Column("link", "Open in Xero", "link", "Opens the document.", 13),
        Column(
            "exchange_rate",
            "Exchange rate",
            "decimal",
            "Units of its currency for one of the base currency; blank leaves it to Xero.",
            14,
            entered=True,
        ),
        Column(
            "base_total", "Base total", "money", "In the base currency, as Xero computed it.", 15
        ),
        Column(
            "prepared_by",
            "Prepared by",
            "text",
            "Who looked through the preview on record; another preview clears it.",
            16,
            entered=True,
        ),
        Column(
            "reviewed_by",
            "Reviewed by",
            "text",
            "Who checked it, another person; another preview clears it.",
            16,
            entered=True,
        ),
        Column("chain", "Chain", "text", "How it follows the settlement before it.", 28, wrap=True),
        Column(
            "problem", "Result", "text", "What stands in the way, or what was done.", 46, wrap=True
        ),
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
