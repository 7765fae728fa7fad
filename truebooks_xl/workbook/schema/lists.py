"""Accounts, Tax Rates and Log: what was read, and what was done."""

from __future__ import annotations

from typing import Final

from truebooks_xl.workbook.schema.declaring import Column, Sheet

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
