"""What a settlement must not be posted with, found before the first write.

Protects: what is blocked, changed since its preview, not reviewed, locked or filed stays unposted,
with the one thing to do next.
"""

from __future__ import annotations

from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.preflight import filed, world_problems
from truebooks_xl.actions.previewing.preview import inputs_text
from truebooks_xl.actions.previewing.proposals import Case
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.review import review_problems
from truebooks_xl.core.settings import Settings
from truebooks_xl.errors import DataError, DataProblems
from truebooks_xl.workbook.fields import text


class Blocked(DataError):
    """A settlement's preview has a failed check."""

    def __init__(self, settlement_id: str, checks: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"It cannot be posted: {checks}.",
            remedy="Preview it and put right what Proof shows in red.",
        )


class PreviewChanged(DataError):
    """What would be posted is not what was previewed."""

    def __init__(self, settlement_id: str, changed: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"Since its preview this changed: {changed}.",
            remedy="Preview it again and look at the new figures, then Post.",
        )


def refuse_unfit(case: Case, settings: Settings, *, previewed: bool = True) -> None:
    """Refuse what is blocked, what changed since its preview, and what nobody has reviewed.

    Args:
        previewed: a preview on record must be of these figures; a repost or a correction shows
            its difference itself.

    Raises:
        DataError: nothing was asked of Xero for it.
    """
    proposal = case.proposed.proposal
    if not proposal.postable:
        names = "; ".join(check.name for check in proposal.checks if not check.ok)
        raise Blocked(proposal.settlement_id, names)
    recorded = text(case.row, "fingerprint")
    if previewed and recorded and recorded != proposal.fingerprint:
        raise PreviewChanged(proposal.settlement_id, changed_inputs(case))
    if problems := review_problems(settings, case.row, proposal.fingerprint):
        raise DataProblems(problems)


def changed_inputs(case: Case) -> str:
    """Name the inputs that differ from those of the preview on record."""
    before = dict(each.split("=", 1) for each in text(case.row, "inputs").split(";") if "=" in each)
    now = dict(each.split("=", 1) for each in inputs_text(case).split(";"))
    names = [name.replace("_", " ") for name in now if before.get(name) != now[name]]
    return ", ".join(names) or "the deposit date or the rules of this version"


def refuse_world(desk: Desk, proposal: Proposal) -> None:
    """Refuse what Xero would refuse, and what a filed VAT return already holds.

    Raises:
        DataProblems: with each problem and its remedy.
    """
    problems = world_problems(proposal, desk.world)
    problems += filed(proposal.dated_on, desk.space.settings.value("VAT filed to"))
    if problems:
        raise DataProblems(problems)
