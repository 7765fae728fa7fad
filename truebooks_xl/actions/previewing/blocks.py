"""What blocks a post, row by row, and what is only a notice: the table beside the preview.

Protects: everything that is unmapped, unknown or missing stands there with its amount and remedy.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from truebooks_xl.core.document import MissingAccount, OpenTotal, Proposal, UnknownItem
from truebooks_xl.core.proof import Check
from truebooks_xl.core.vat import findings
from truebooks_xl.workbook.book import Writable

BY_RULE: Final = "Decide it yourself: a row of Mapping with Treatment Unknown and a tax type."
REMEDIES: Final = {
    findings.MIXED: f"Set “Goods leave from” for those days. {BY_RULE}",
    findings.NO_GROUP: "Give the SKU a group in Tax Groups.",
    findings.NO_EVIDENCE: "Give the SKU a group in Tax Groups.",
    findings.SOLD_WITH_VAT: "Set “Zero-VAT orders” to export or domestic zero.",
    findings.NO_SALE: f"Import the settlement of the sale. {BY_RULE}",
}
"""What helps against each reason for an unknown treatment; a rule of one's own helps always."""

Block = dict[str, Writable]

TOLD_APART = frozenset({"unmapped", "unknown", "accounts"})
"""Checks whose findings have rows of their own."""


def block_rows(proposal: Proposal) -> list[Block]:
    """Return a row for each thing that blocks, then one for each notice."""
    checks = (each for each in proposal.checks if not each.ok and each.key not in TOLD_APART)
    return [
        *map(_unmapped, proposal.unmapped),
        *(_vat_unknown(each) for each in proposal.unknown_vat if each.amount),
        *map(_account_missing, proposal.missing_accounts),
        *map(_check, checks),
        *map(_notice, proposal.notices),
    ]


def triple(each: OpenTotal) -> str:
    """Return ``Order | ItemPrice | Principal``."""
    return f"{each.transaction_type} | {each.amount_type} | {each.amount_description}"


def _unmapped(each: OpenTotal) -> Block:
    return {
        "kind": "Unmapped",
        "where": triple(each),
        "what": each.reason,
        "amount": each.amount.amount,
        "lines": Decimal(each.count),
        "remedy": "Add a row to Mapping for it, then Preview.",
    }


def _vat_unknown(each: UnknownItem) -> Block:
    return {
        "kind": "VAT unknown",
        "where": "Tax Groups",
        "order_id": each.order_id,
        "sku": each.sku,
        "what": each.reason,
        "amount": each.amount.amount,
        "remedy": REMEDIES.get(each.reason, BY_RULE),
    }


def _account_missing(each: MissingAccount) -> Block:
    return {
        "kind": "Account missing",
        "where": each.where,
        "what": each.reason,
        "amount": each.amount.amount,
        "lines": Decimal(each.count),
        "remedy": "Choose an account there, then Preview.",
    }


def _notice(text: str) -> Block:
    return {"kind": "Notice", "what": text}


def _check(check: Check) -> Block:
    return {
        "kind": "Tax type" if check.key == "tax types" else "Check",
        "where": "Proof",
        "what": f"{check.name}: {check.expected} ≠ {check.actual}. {check.note}".rstrip(),
        "remedy": "Put it right, then Preview.",
    }
