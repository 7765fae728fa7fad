"""First posts of a run: one look for another tool's postings, when the first of them is written.

Protects: a settlement another tool has booked is not booked again; a run that only finds what
stands already looks for nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.manual_journals import journals_of_run
from truebooks_xl.actions.posting.other_postings import Elsewhere, posted_elsewhere, show, ticked
from truebooks_xl.actions.posting.preparing import key_of
from truebooks_xl.actions.previewing.proposals import Case
from truebooks_xl.core.other_postings import Deposit


@dataclass(slots=True)
class FirstPosts:
    """The settlements of a run that were never posted, and what was found of them elsewhere.

    Attributes:
        not_this: ids of documents in Xero that the accountant declared to be something else.
    """

    desk: Desk
    not_this: Collection[str]
    _cases: list[Case] = field(default_factory=list)
    _found: Elsewhere | None = None

    def add(self, case: Case) -> None:
        """Look for this settlement too, unless the journal knows it."""
        token = key_of(case.proposed.proposal).token
        known = self.desk.session.journal.known(self.desk.organisation_id, token)
        if not known.ids:
            self._cases.append(case)

    def refuse(self, settlement_id: str) -> None:
        """Refuse what another hand may have posted.

        Raises:
            PostedElsewhere: with each document and the way on.
        """
        if settlement_id not in {each.settlement.settlement_id for each in self._cases}:
            return
        if self._found is None:
            self._found = self._looked()
        if refusal := self._found.refusal(settlement_id):
            raise refusal

    @property
    def notices(self) -> Sequence[str]:
        """What could not be looked through."""
        return self._found.notices if self._found else ()

    def _looked(self) -> Elsewhere:
        desk, journal = self.desk, self.desk.session.journal
        keys = [key_of(each.proposed.proposal) for each in self._cases]
        ticks = ticked(desk.space.book, journal, desk.organisation_id, keys, self.not_this)
        known = desk.known([key.token for key in keys]).values()
        found = posted_elsewhere(
            desk.session.xero,
            [_deposit(each) for each in self._cases],
            ours={each for one in known for each in one.ids},
            ticks=ticks,
            journals=journals_of_run(desk),
            progress=desk.progress,
        )
        show(desk.path, found)
        return found


def _deposit(case: Case) -> Deposit:
    settlement = case.settlement
    return Deposit(
        settlement.settlement_id,
        settlement.total,
        settlement.end_on,
        settlement.deposit_on or settlement.end_on,
    )
