"""Tasks as tests of the journal write them: one settlement, its draft, and Xero's answers."""

from __future__ import annotations

from datetime import UTC, date, datetime

from truebooks_xl.core.ledger import Document, DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.asks import Denied, Silent, Written
from truebooks_xl.core.posting.task import Aim, Task
from truebooks_xl.core.reference import Key
from truebooks_xl.errors import Refused, Unavailable

AT = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)
DAY = date(2026, 5, 20)


class No(Refused):
    """The world says no."""

    def __init__(self) -> None:
        super().__init__(where="Xero", what="No.", remedy="Ask again.")


class Silence(Unavailable):
    """The world says nothing."""

    def __init__(self) -> None:
        super().__init__(where="Xero", what="Nothing.", remedy="Ask again.")


def pounds(pence: int) -> Money:
    return Money(pence, "GBP")


SALES = DocumentLine("Sales", "200", "OUTPUT2", pounds(12000), pounds(2000), (("Shop", "UK"),))


def task(settlement: str = "1", mark: str = "", *, aim: Aim = "post", suffix: str = "") -> Task:
    """The task of posting a settlement of £120.00."""
    key = Key("UK", settlement, suffix)
    reference = f"(£120.00) {key.token}"
    wanted = Draft("ACCREC", key.reservation, reference, "", DAY, DAY, "GBP", (SALES,))
    return Task(
        aim=aim, key=key, reference=reference, wanted=wanted, mark=mark or f"m{settlement}", at=AT
    )


def document(settlement: str = "1", document_id: str = "", number: str = "") -> Document:
    """The document of that task, as Xero shows it."""
    wanted = task(settlement).wanted
    assert wanted is not None
    return Document(
        document_id or f"id-{settlement}",
        "ACCREC",
        number or wanted.number,
        wanted.reference,
        "AUTHORISED" if number else "DRAFT",
        DAY,
        DAY,
        "GBP",
        pounds(12000),
        pounds(2000),
        wanted.lines,
        (),
        AT,
    )


def written(settlement: str = "1", document_id: str = "", number: str = "") -> Written:
    return Written(document(settlement, document_id, number))


DENIED = Denied(No())
SILENT = Silent(Silence())
