"""The canonical form: a proposal as plain JSON, and the fingerprint over it.

Protects: what was previewed is what is posted; the same inputs give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any, Final

from truebooks_xl.core.document import (
    MissingAccount,
    OpenTotal,
    Proposal,
    ProposalLine,
    UnknownItem,
)
from truebooks_xl.core.proof import Check
from truebooks_xl.core.vat.periods import PeriodSum

FORMAT: Final = 1
"""Of the canonical form; changing it changes every fingerprint on record."""


def digest(value: object) -> str:
    """Hash a value of plain types over its canonical JSON; the same value, the same hash."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprinted(proposal: Proposal) -> Proposal:
    """Return the proposal with its fingerprint: SHA-256 over what would be sent and its inputs.

    Checks and notices are left out: they follow from the inputs, and their wording may improve.
    """
    form = {
        "format": FORMAT,
        "settlement": [proposal.marketplace, proposal.settlement_id, proposal.part],
        "document": [proposal.document, proposal.reference, proposal.dated_on.isoformat()],
        "total": [proposal.currency, proposal.total.minor],
        "lines": [
            [
                line.description,
                line.account,
                line.tax_type,
                line.tracking,
                line.gross.minor,
                line.tax.minor,
            ]
            for line in proposal.lines
        ],
        "open": [[each.key, each.amount.minor] for each in (*proposal.unmapped, *proposal.unknown)],
        "inputs": asdict(proposal.inputs),
    }
    return replace(proposal, fingerprint=digest(form))


def as_json(proposal: Proposal) -> dict[str, Any]:
    """Return the proposal as plain JSON: money as text with the currency's decimals."""
    return {
        "settlement_id": proposal.settlement_id,
        "marketplace": proposal.marketplace,
        "currency": proposal.currency,
        "part": proposal.part,
        "reference": proposal.reference,
        "document": proposal.document,
        "date": proposal.dated_on.isoformat(),
        "due_date": proposal.due_on.isoformat(),
        "total": str(proposal.total),
        "lines": [_line_json(line) for line in proposal.lines],
        "unmapped": [_open_json(each) for each in proposal.unmapped],
        "unknown_vat": [_unknown_json(each) for each in proposal.unknown_vat],
        "missing_accounts": [_missing_json(each) for each in proposal.missing_accounts],
        "periods": [_period_json(each) for each in proposal.periods],
        "checks": [_check_json(each) for each in proposal.checks],
        "notices": list(proposal.notices),
        "inputs": asdict(proposal.inputs),
        "fingerprint": proposal.fingerprint,
    }


def _line_json(line: ProposalLine) -> dict[str, Any]:
    return {
        "description": line.description,
        "account": line.account,
        "tax_type": line.tax_type,
        "tracking": [f"{category}: {option}" for category, option in line.tracking],
        "gross": str(line.gross),
        "tax": str(line.tax),
        "net": str(line.net),
    }


def _open_json(each: OpenTotal) -> dict[str, Any]:
    return {
        "transaction_type": each.transaction_type,
        "amount_type": each.amount_type,
        "amount_description": each.amount_description,
        "amount": str(each.amount),
        "lines": each.count,
        "reason": each.reason,
    }


def _unknown_json(each: UnknownItem) -> dict[str, Any]:
    return {
        "order_id": each.order_id,
        "sku": each.sku,
        "amount": str(each.amount),
        "reason": each.reason,
    }


def _missing_json(each: MissingAccount) -> dict[str, Any]:
    return {
        "where": each.where,
        "category": each.category,
        "account": each.account,
        "amount": str(each.amount),
        "lines": each.count,
        "reason": each.reason,
    }


def _period_json(each: PeriodSum) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "period": each.period,
        "gross": str(each.gross),
        "tax": str(each.tax),
        "net": str(each.net),
    }


def _check_json(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "expected": check.expected,
        "actual": check.actual,
        "ok": check.ok,
        "allowed": check.allowed,
        "note": check.note,
    }
