"""What the rooms beside the invoices are sent: files, journals, notes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from desk import Answer, Desk, JsonBody, invoice

from truebooks_xl.sandbox.xero.call import Call
from truebooks_xl.sandbox.xero.exchange import exchange

NO_ID = "00000000-0000-0000-0000-000000000000"


def attach(
    desk: Desk,
    path: str,
    content: bytes,
    method: str = "PUT",
    query: Mapping[str, str] | None = None,
) -> Answer:
    """Send a file: ``path`` is the document's, and the file's name."""
    document, name = path.rsplit("/", 1)
    return raw(desk, method, f"{document}/Attachments/{name}", content, query)


def raw(
    desk: Desk, method: str, path: str, content: bytes, query: Mapping[str, str] | None = None
) -> Answer:
    """Send bytes, and read what comes back as JSON if it is."""
    head = {"authorization": f"Bearer {desk.token}", "xero-tenant-id": desk.tenant}
    reply = exchange(desk.store, Call(method, path, query or {}, head, content))
    is_json = reply.content_type.startswith("application/json")
    return Answer(reply.status, json.loads(reply.body) if is_json else {}, reply)


def line(amount: str, account: str, **more: Any) -> JsonBody:  # noqa: ANN401
    """A line of a journal: debit +, credit -."""
    return {"LineAmount": Decimal(amount), "AccountCode": account, "Description": "Stock"} | more


def journal(*lines: JsonBody, **more: Any) -> JsonBody:  # noqa: ANN401
    """A journal, by default of cost of sales against stock."""
    usual = (line("12.50", "310"), line("-12.50", "631"))
    return {
        "Narration": "(£0.00) TBUK-26881161592",
        "Date": "2026-05-20",
        "JournalLines": [*(lines or usual)],
    } | more


def put_journals(desk: Desk, *elements: JsonBody, query: Mapping[str, str] | None = None) -> Answer:
    return desk.ask("PUT", "/ManualJournals", {"ManualJournals": [*elements]}, query)


def made_journal(desk: Desk, **more: Any) -> JsonBody:  # noqa: ANN401
    (made,) = put_journals(desk, journal(**more)).body["ManualJournals"]
    found: JsonBody = made
    return found


def change_journal(desk: Desk, made: JsonBody, **changes: Any) -> Answer:  # noqa: ANN401
    """POST by id, its narration with it: the specification wants one in every journal."""
    body = {"Narration": made["Narration"]} | changes
    return desk.ask(
        "POST", f"/ManualJournals/{made['ManualJournalID']}", {"ManualJournals": [body]}
    )


def read_journal(desk: Desk, made: JsonBody) -> JsonBody:
    (read,) = desk.get(f"/ManualJournals/{made['ManualJournalID']}").body["ManualJournals"]
    found: JsonBody = read
    return found


def documents(desk: Desk, contact: str) -> tuple[str, str]:
    """Make an invoice and a journal; returns their paths."""
    bill = desk.put(invoice(contact)).one
    return (
        f"/Invoices/{bill['InvoiceID']}",
        f"/ManualJournals/{made_journal(desk)['ManualJournalID']}",
    )
