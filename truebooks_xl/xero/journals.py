"""Manual journals: no number, no contact, no currency but the organisation's; a narration.

Protects: a journal is created as a DRAFT and posted, voided or deleted by its id; debits are
positive and credits negative, in both directions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from truebooks_xl.core.ledger import Change, Document, DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.xero.batches import (
    Element,
    Outcome,
    Sending,
    asked_for,
    create,
    one_after_another,
    outcomes_of,
)
from truebooks_xl.xero.client import Client
from truebooks_xl.xero.invoices import within
from truebooks_xl.xero.outcomes import Asked, Json, only, read_all
from truebooks_xl.xero.wire import exact, instant, read_lines, the_day, tracking_json, warnings


class Journals:
    """The manual journals of one organisation."""

    def __init__(self, client: Client, currency: Callable[[], str]) -> None:
        """Take the client, and who knows the organisation's base currency."""
        self._client = client
        self._currency = currency

    def dated(self, first: date, last: date) -> tuple[Document, ...]:
        """List those dated within these days; a filter on the narration would not be optimised."""
        asked = Asked(f"the manual journals of {first} to {last}")
        pages = self._client.pages(
            asked, "get_manual_journals", "ManualJournals", where=within(first, last)
        )
        return tuple(read_all(asked, [*pages], self._reader()))

    def one(self, journal_id: str) -> Document:
        """Read one by its id."""
        asked = Asked(f"manual journal {journal_id}")
        answer = self._client.call(asked, "get_manual_journal", manual_journal_id=journal_id)
        return only(asked, answer.get("ManualJournals"), self._reader())

    def create(self, drafts: Sequence[Draft], network_key: str) -> list[Outcome]:
        """Create DRAFTs by PUT."""
        assert all(each.currency == self._currency() for each in drafts), (
            "in the base currency only"
        )
        elements = [Element(each.reference, draft_json(each)) for each in drafts]
        told = partial(self._told, same="Narration")
        return create(self._client, "ManualJournals manual_journals", elements, network_key, told)

    def change(self, changes: Sequence[Change], network_key: str) -> list[Outcome]:
        """Change the status of each, one by one: whether a batch is taken was never seen."""
        elements = [Element(each.of.reference, _change_json(each)) for each in changes]
        sendings = [Sending([each], partial(self._post_one, each)) for each in elements]
        return one_after_another(sendings, network_key)

    def _post_one(self, element: Element, network_key: str) -> list[Outcome]:
        asked = asked_for([element])
        answer = self._client.call(
            asked,
            "update_manual_journal",
            manual_journal_id=element.sent["ManualJournalID"],
            manual_journals={"ManualJournals": [element.sent]},
            idempotency_key=network_key,
        )
        return self._told(asked, answer, [element], "ManualJournalID")

    def _told(
        self, asked: Asked, answer: Json, elements: Sequence[Element], same: str
    ) -> list[Outcome]:
        return outcomes_of(
            asked,
            answer,
            elements,
            name="ManualJournals",
            id_name="ManualJournalID",
            same=same,
            read=self._reader(),
        )

    def _reader(self) -> Callable[[Json], Document]:
        return partial(document, currency=self._currency())


def draft_json(draft: Draft) -> Json:
    """Write a journal as Xero takes it: inclusive lines, debit +, credit -."""
    assert draft.rate is None, "a manual journal has no rate"
    return {
        "Narration": draft.reference,
        "Date": draft.dated_on.isoformat(),
        "LineAmountTypes": "Inclusive",
        "JournalLines": [_line_json(line) for line in draft.lines],
        "Status": "DRAFT",
    }


def _line_json(line: DocumentLine) -> Json:
    return {
        "LineAmount": exact(line.gross.amount),
        "AccountCode": line.account,
        "Description": line.description,
        "TaxType": line.tax_type,
    } | tracking_json(line)


def _change_json(change: Change) -> Json:
    """Write a change of status; Xero's description asks for the narration, which stays."""
    assert change.of.id, "a POST without an id makes another journal"
    assert change.status, "a journal has no number to change"
    return {
        "ManualJournalID": change.of.id,
        "Narration": change.of.reference,
        "Status": change.status,
    }


def document(shown: Json, currency: str) -> Document:
    """Read a manual journal; ``total`` is its debits, and ``total_tax`` adds up that of all lines.

    Raises:
        KeyError, ValueError: the reply lacks or garbles what every journal has.
    """
    lines = read_lines(shown, "JournalLines", currency)
    debits = (line.gross for line in lines if line.gross.minor > 0)
    return Document(
        id=shown["ManualJournalID"],
        kind="MANUALJOURNAL",
        number="",
        reference=shown.get("Narration") or "",
        status=shown["Status"],
        dated_on=the_day(shown),
        due_on=None,
        currency=currency,
        total=Money.total(debits, currency),
        total_tax=Money.total((line.tax for line in lines), currency),
        lines=lines,
        applied=(),
        updated_at=instant(shown["UpdatedDateUTC"]),
        warnings=warnings(shown),
        has_attachments=bool(shown.get("HasAttachments")),
    )
