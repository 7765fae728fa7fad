"""What a repost or a correction would change, gathered from the workbook and told as JSON.

Protects: the figures shown before a document is voided or corrected are those that are posted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.core.boxes import effect, vat_error
from truebooks_xl.core.canonical import as_json
from truebooks_xl.core.comparing import compare
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.drift import Snapshot
from truebooks_xl.core.evidence import rules_used
from truebooks_xl.core.matching import Rule


def repostal(
    desk: Desk, as_posted: Snapshot, proposal: Proposal, rules: Iterable[Rule] = ()
) -> dict[str, Any]:
    """Tell what a repost would change.

    Args:
        as_posted: what the journal keeps, or what Xero's document tells of itself.
        rules: those that decided the proposal; with them a changed rule is proved as the cause.
    """
    space = desk.space
    found = compare(as_posted, proposal, space.rates, space.accounts, rules_used(rules))
    return found.as_json()


def corrected(desk: Desk, correction: Proposal, original_on: date) -> dict[str, Any]:
    """Tell what a correction posts, with its effect on VAT boxes and profit.

    Args:
        original_on: the date of what is corrected. A correction of the same day is on the same
            VAT return, and no error of one that was filed.
    """
    space = desk.space
    moved = effect(correction.lines, space.rates, space.accounts, correction.currency)
    said = vat_error(moved.boxes) if correction.dated_on != original_on else ""
    return as_json(correction) | {"effect": moved.as_json(), "vat_error": said}
