"""Invoices and bills: looked for, read, created by PUT, changed by their ids.

Protects: PUT creates and never overwrites; POST carries an id in every element, because without
one it would overwrite whoever holds the number; a change sends no lines and so keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from truebooks_xl.core.ledger import ENDED, Change, Document, Draft
from truebooks_xl.errors import Refused
from truebooks_xl.xero.batches import (
    MOST_ELEMENTS,
    Element,
    Outcome,
    Sending,
    asked_for,
    create,
    derived,
    one_after_another,
    outcomes_of,
)
from truebooks_xl.xero.client import Client
from truebooks_xl.xero.errors import NotInXero, RefusedByXero
from truebooks_xl.xero.outcomes import Asked, Json, only, read_all
from truebooks_xl.xero.wire import document, draft_json

EVERY_STATUS: Final = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")
_TOLD: Final = partial(outcomes_of, name="Invoices", id_name="InvoiceID", read=document)


def within(first: date, last: date) -> str:
    """Write the filter of the documents dated within these days, both included."""
    days = [f"DateTime({each.year},{each.month},{each.day})" for each in (first, last)]
    return f"Date>={days[0]} AND Date<={days[1]}"


class Invoices:
    """The invoices and bills of one organisation."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._together = True

    def by_reference(self, reference: str) -> tuple[Document, ...]:
        """List what has exactly this reference; of a bill, this number."""
        assert not set('"\\') & set(reference), "neither may enter a filter"
        criterion = f'Reference=="{reference}" OR InvoiceNumber=="{reference}"'
        found = self._listed(Asked(reference), where=criterion)
        # Xero compares without regard to case.
        return tuple(
            each
            for each in found
            if reference == (each.number if each.kind == "ACCPAY" else each.reference)
        )

    def search(self, term: str) -> tuple[Document, ...]:
        """List whose number or reference holds a text."""
        return tuple(self._listed(Asked(f"the search for {term}"), search_term=term))

    def dated(self, first: date, last: date) -> tuple[Document, ...]:
        """List those dated within these days, without their lines."""
        asked = Asked(f"the documents of {first} to {last}")
        return tuple(self._listed(asked, where=within(first, last), summary_only="true"))

    def highest_number(self, prefix: str) -> int:
        """Find the highest n of ``<prefix>n``.

        A retired number counts as well: ``AMZ-TB-10001-V1`` says that 10001 was used.
        """
        pattern = re.compile(rf"{re.escape(prefix)}(\d+)(?:-[VR]\d+)?")
        asked = Asked(f"the highest number {prefix}…")
        shown = self._pages(asked, search_term=prefix, summary_only="true")
        found = (pattern.fullmatch(each.get("InvoiceNumber") or "") for each in shown)
        return max((int(each[1]) for each in found if each), default=0)

    def one(self, document_id: str) -> Document:
        """Read one by its id."""
        asked = Asked(f"document {document_id}")
        answer = self._client.call(asked, "get_invoice", invoice_id=document_id)
        return only(asked, answer.get("Invoices"), document)

    def by_ids(self, ids: Sequence[str]) -> dict[str, Document]:
        """Read many by their ids; one that is missing is left out."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Document] = {}
        for at in range(0, len(wanted), MOST_ELEMENTS):
            some = wanted[at : at + MOST_ELEMENTS]
            asked = Asked(f"{len(some)} documents")
            answer = self._client.call(
                asked, "get_invoices", i_ds=some, page=1, statuses=[*EVERY_STATUS]
            )
            found |= {each.id: each for each in read_all(asked, answer.get("Invoices"), document)}
        return {each: found[each] for each in wanted if each in found}

    def create(self, drafts: Sequence[Draft], network_key: str) -> list[Outcome]:
        """Create DRAFTs by PUT; a batch that is too large for one call takes two."""
        elements = [Element(each.reference, draft_json(each)) for each in drafts]
        told = partial(_TOLD, same="InvoiceNumber")
        return create(self._client, "Invoices invoices", elements, network_key, told)

    def change(self, changes: Sequence[Change], network_key: str) -> list[Outcome]:
        """Change number or status; an end that is refused is asked for once more, at length."""
        short = [Element(_words(each), _change_json(each)) for each in changes]
        outcomes = self.post(short, network_key)
        again = [
            n for n, told in enumerate(outcomes) if _may_help(told) and _can_say_more(changes[n])
        ]
        longer = [Element(short[n].words, short[n].sent | _more(changes[n])) for n in again]
        if longer:
            try:
                retold = self.post(longer, derived(network_key, "long"))
            except Refused:
                return outcomes  # what was refused at first stays refused
            for n, told in zip(again, retold, strict=True):
                outcomes[n] = told
        return outcomes

    def post(self, elements: Sequence[Element], network_key: str) -> list[Outcome]:
        """Change documents by their ids: together, or one by one where Xero wants it so."""
        assert all(each.sent.get("InvoiceID") for each in elements), "POST overwrites by number"
        if len(elements) > 1 and self._together:
            try:
                return self._post_together(elements, network_key)
            except NotInXero:
                pass  # one of them is missing, and only one by one tells which
            except RefusedByXero:
                self._together = False
            network_key = derived(network_key, "each")
        sendings = [Sending([each], partial(self._post_one, each)) for each in elements]
        return one_after_another(sendings, network_key)

    def _post_together(self, elements: Sequence[Element], network_key: str) -> list[Outcome]:
        assert len(elements) <= MOST_ELEMENTS, len(elements)
        asked = asked_for(elements)
        answer = self._client.call(
            asked,
            "update_or_create_invoices",
            invoices={"Invoices": [each.sent for each in elements]},
            summarize_errors="false",
            idempotency_key=network_key,
        )
        return _TOLD(asked, answer, elements, same="InvoiceID")

    def _post_one(self, element: Element, network_key: str) -> list[Outcome]:
        asked = asked_for([element])
        answer = self._client.call(
            asked,
            "update_invoice",
            invoice_id=element.sent["InvoiceID"],
            invoices={"Invoices": [element.sent]},
            idempotency_key=network_key,
        )
        return _TOLD(asked, answer, [element], same="InvoiceID")

    def _listed(self, asked: Asked, **criteria: Any) -> list[Document]:  # noqa: ANN401
        return read_all(asked, self._pages(asked, **criteria), document)

    def _pages(self, asked: Asked, **criteria: Any) -> list[Json]:  # noqa: ANN401
        pages = self._client.pages(
            asked, "get_invoices", "Invoices", statuses=[*EVERY_STATUS], **criteria
        )
        return [*pages]


def _words(change: Change) -> str:
    of = change.of
    return change.number or of.number or of.reference or of.id


def _change_json(change: Change) -> Json:
    """Write a change: the id, what changes, and no lines."""
    sent = {"InvoiceID": change.of.id, "InvoiceNumber": change.number, "Status": change.status}
    return {name: value for name, value in sent.items() if value}


def _can_say_more(change: Change) -> bool:
    return change.status in ENDED and bool(change.of.contact_id)


def _more(change: Change) -> Json:
    """What a recorded void carried besides; whether the short form will do is not known."""
    contact, dated_on = {"ContactID": change.of.contact_id}, change.of.dated_on.isoformat()
    return {"Contact": contact, "Date": dated_on}


def _may_help(told: Outcome) -> bool:
    """Whether a refusal may be due to the short form: no payment, lock, status or role forbids."""
    return isinstance(told, RefusedByXero) and not told.final
