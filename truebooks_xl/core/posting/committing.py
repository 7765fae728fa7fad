"""Steps 10 and 11: the checked draft gets its final number and its status, and is read back.

Protects: a number is spent when a document stands under it and not before; a lost answer is
settled by reading; the same id is committed again, never another one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from truebooks_xl.core.ledger import ACTIVE, ENDED, Document
from truebooks_xl.core.posting.asks import Denied, Silent, Steps, allocate, alter, read
from truebooks_xl.core.posting.deciding import by_number
from truebooks_xl.core.posting.found import Found
from truebooks_xl.core.posting.numbers import FINAL, base, fallback
from truebooks_xl.core.posting.refusals import NeverSettles
from truebooks_xl.errors import Unavailable

MOST_TRIES: Final = 12


@dataclass(slots=True)
class Numbers:
    """Which number to try next for one document.

    Attributes:
        found: what is known of the key, in any status.
        retired: what was voided for it.
        tried: numbers Xero would not give.
        allocated: the free number chosen last; it is kept until somebody else has it.
    """

    found: Found
    retired: tuple[Document, ...]
    tried: set[str] = field(default_factory=set)
    allocated: str = ""

    def next(self, held: Document) -> Steps[str]:
        """Return the draft's own final number, the settlement's lowest, or the next free one."""
        for each in self._own(held):
            if each and each not in self.tried:
                return each
        self.allocated = yield from allocate(frozenset(self.tried))
        return self.allocated

    def _own(self, held: Document) -> list[str]:
        task = self.found.task
        own = [held.number] if stands_as_ours(held) else []
        bases = [base(each.number) for each in by_number(self.found, self.retired)]
        lowest = next((each for each in bases if each), "")
        # A number burnt by our own voided document is not somebody else's: -R2 says so.
        burnt = fallback(lowest, self.found.numbers | self.tried) if self.burnt(lowest) else ""
        return [*own, lowest, burnt, task.number, self.allocated]

    def burnt(self, number: str) -> bool:
        """Say whether a document of this very key holds a number it no longer needs."""
        if not number:  # of a journal
            return False
        every = (*self.found.documents, *self.retired)
        latest = {each.id: each for each in every}.values()
        return any(each.number == number and each.status in ENDED for each in latest)


def commit(held: Document, numbers: Numbers, *, status: str) -> Steps[Document | None]:
    """Authorise a draft under its final number (or, with ``status`` "", only number it).

    A document that somebody approved meanwhile, or before, only gets its number. None when
    somebody has let the draft go or edited it, so that another look has to decide.

    Raises:
        Refused: Xero will not; the draft is still a draft.
        NeverSettles: it neither stood nor was refused.
    """
    one_call, lines = True, held.lines
    silence: Unavailable | None = None
    for _ in range(MOST_TRIES):
        number = yield from numbers.next(held)
        # Where both are not allowed in one call, the number goes first: any other draft of the
        # key stops a rival, whatever its number.
        now = status if one_call or held.number == number else ""
        step = "Authorise" if now else "Number"
        answer = yield from alter(held, step, number=number, status=now)
        silence = answer.error if isinstance(answer, Silent) else silence
        before, held = held.number, (yield from read(held))
        status = "" if held.status in ACTIVE else status
        if not status and FINAL.fullmatch(held.number):  # -V as well: somebody retires it already
            return held
        if held.status == "DELETED" or held.lines != lines:
            return None
        if isinstance(answer, Denied):
            if answer.number_taken or numbers.burnt(number):
                numbers.tried.add(number)
            elif one_call and held.status == "DRAFT" and held.number != number:
                one_call = False
            elif held.number == before:  # else somebody has numbered it in that moment
                raise silence or answer.error  # what was not heard of may still be done
    raise silence or NeverSettles(numbers.found.task.reference)


def stands_as_ours(document: Document) -> bool:
    """Say whether an invoice bears a final number; which of them is for those who gave it."""
    return bool(FINAL.fullmatch(document.number)) and "-V" not in document.number
