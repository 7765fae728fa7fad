"""Mapping and Tax Groups: the rules the accountant keeps."""

from __future__ import annotations

from typing import Final

from truebooks_xl.core.treatment import Treatment
from truebooks_xl.workbook.schema.declaring import Column, Sheet

TREATMENTS: Final = tuple(each.value for each in Treatment)
GROUPS: Final = ("Standard", "Reduced", "Zero")


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
