"""What a preview writes into the workbook: Preview, its periods and blocks, Lines and Proof.

Protects: the sheets prove the figures by formulas of their own; Python's figures stand beside
them, so that a broken line shows as a difference in exactly the right cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from truebooks_xl.actions.previewing.blocks import block_rows, triple
from truebooks_xl.actions.previewing.lines import MOST_LINES, line_frame, line_rows
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.money import exponent
from truebooks_xl.core.proof import Check
from truebooks_xl.core.proposing import Proposed
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.core.tax import Account
from truebooks_xl.core.treatment import VatReading
from truebooks_xl.workbook.book import Edit, Formula, ReplaceRows, SetNames, Writable
from truebooks_xl.workbook.schema import BLOCKS, LINES, PERIODS, PREVIEW, PROOF

PROOF_FORMULAS: Final[Mapping[str, tuple[str, str]]] = {
    "lines": ("", "=SUM(tblLines[Amount])"),
    "tallies": ("=SUM(tblLines[Amount])", "=SUM(tblPreview[Decided])"),
    "preview": ("=SUM(tblPreview[Decided])", "=SUM(tblPreview[Gross])"),
    "document": ("=SUM(tblPreview[Gross])", ""),
    "deposit": ("", "=TB_PreviewDeposit"),
}
"""Key of each link of the penny chain to the formulas of Expected and Actual.

"" keeps Python's figure.
"""


def preview_edits(
    proposed: Proposed,
    settlement: Settlement,
    reading: VatReading,
    accounts: Mapping[str, Account],
) -> list[Edit]:
    """Return the edits that show a proposal; together they replace what was shown before."""
    proposal = proposed.proposal
    rows = _preview_rows(proposal, accounts)
    blocks = block_rows(proposal)
    frame = line_frame(proposed, settlement, reading)
    return [
        SetNames(_header(proposal, aggregated=settlement.line_count > MOST_LINES)),
        ReplaceRows(PREVIEW, rows, len(rows)),
        ReplaceRows(PERIODS, _periods(proposal), len(proposal.periods)),
        ReplaceRows(BLOCKS, blocks, len(blocks)),
        ReplaceRows(LINES, line_rows(frame, settlement.total.currency), frame.height),
        ReplaceRows(PROOF, _proof(proposal), len(proposal.checks)),
    ]


def _header(proposal: Proposal, *, aggregated: bool) -> dict[str, Writable]:
    open_ = sum(not check.ok for check in proposal.checks)
    state = "Ready to post" if proposal.postable else f"Blocked: {open_} checks to put right"
    if aggregated:
        state += f" (Lines holds sums: more than {MOST_LINES:,} lines)"
    return {
        "TB_PreviewSettlement": proposal.settlement_id,
        "TB_PreviewReference": proposal.reference,
        "TB_PreviewDocument": proposal.document,
        "TB_PreviewDate": proposal.dated_on,
        "TB_PreviewState": state,
        "TB_PreviewFingerprint": proposal.fingerprint,
        "TB_PreviewMarketplace": proposal.marketplace,
        "TB_PreviewCurrency": proposal.currency,
        "TB_Decimals": Decimal(exponent(proposal.currency)),
    }


def _preview_rows(proposal: Proposal, accounts: Mapping[str, Account]) -> list[dict[str, Writable]]:
    rows: list[dict[str, Writable]] = [
        {
            "key": line.key,
            "description": line.description,
            "account": line.account,
            "account_name": accounts[line.account].name if line.account in accounts else None,
            "tax_type": line.tax_type,
            "rate": line.rate_percent,
            "gross": line.gross.amount,
            "tax": line.tax.amount,
            "net": line.net.amount,
            "lines": Decimal(line.count),
            "decided": line.gross.amount,
        }
        for line in proposal.lines
    ]
    for each in (*proposal.unmapped, *proposal.unknown):
        word = "NOT MAPPED" if each.key.startswith("U") else "VAT UNKNOWN"
        rows.append(
            {
                "key": each.key,
                "description": f"{word}: {triple(each)}",
                "rate": Decimal(0),
                "gross": each.amount.amount,
                "tax": Decimal(0),
                "net": each.amount.amount,
                "lines": Decimal(each.count),
                "decided": each.amount.amount,
            }
        )
    return rows


def _periods(proposal: Proposal) -> list[dict[str, Writable]]:
    return [
        {
            "kind": each.kind.capitalize() if each.kind == "month" else each.kind,
            "period": each.period,
            "gross": each.gross.amount,
            "tax": each.tax.amount,
            "net": each.net.amount,
        }
        for each in proposal.periods
    ]


def _proof(proposal: Proposal) -> list[dict[str, Writable]]:
    return [_proof_row(check) for check in proposal.checks]


def _kind(check: Check) -> str:
    """Say what a check compares: a link of the penny chain, VAT of one rate, or a count."""
    if check.key in PROOF_FORMULAS:
        return "Penny chain"
    return "VAT" if check.key.startswith("vat ") else "Count"


def _proof_row(check: Check) -> dict[str, Writable]:
    left, right = PROOF_FORMULAS.get(check.key, ("", ""))
    expected, actual = Decimal(check.expected), Decimal(check.actual)
    return {
        "check": check.name,
        "kind": _kind(check),
        "expected": Formula(left, expected) if left else expected,
        "actual": Formula(right, actual) if right else actual,
        "difference": expected - actual,
        "allowed": Decimal(check.allowed),
        "verdict": "OK" if check.ok else "CHECK",
        "note": check.note,
    }
