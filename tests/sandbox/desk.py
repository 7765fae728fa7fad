"""A counter at the sandbox's Xero, without sockets: what a call says, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from truebooks_xl.sandbox.xero.call import Call, Reply
from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.exchange import exchange
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.sandbox.xero.store import Store

GB = tenant_of("GB")
JsonBody = dict[str, Any]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Answer:
    """A reply as a test reads it."""

    status: int
    body: JsonBody
    reply: Reply

    @property
    def one(self) -> JsonBody:
        """The one element of a successful reply."""
        (element,) = self.body.get("Invoices") or self.body["Contacts"]
        found: JsonBody = element
        return found

    @property
    def said(self) -> list[str]:
        """Every reason in the reply; of a call that failed as a whole, its message."""
        elements = [*self.body.get("Elements", []), *self.body.get("Invoices", [])]
        elements += self.body.get("Contacts", [])
        reasons = [each.get("ValidationErrors", []) for each in elements]
        found = [reason["Message"] for each in reasons for reason in each]
        return found or [self.body.get("Message", "")]

    @property
    def numbers(self) -> list[str]:
        return [each["InvoiceNumber"] for each in self.body["Invoices"]]


@dataclass(frozen=True)
class Desk:
    """Calls of one app to one organisation."""

    store: Store
    clock: Clock
    tenant: str = GB
    token: str = "a token"

    @property
    def control(self) -> Control:
        return Control(self.store)

    def ask(
        self,
        method: str,
        path: str,
        body: JsonBody | None = None,
        query: Mapping[str, str] | None = None,
        **headers: str,
    ) -> Answer:
        sent = json.dumps(body, default=float).encode() if body is not None else b""
        head = {"authorization": f"Bearer {self.token}", "xero-tenant-id": self.tenant}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = exchange(self.store, Call(method, path, query or {}, head | named, sent))
        is_json = reply.content_type.startswith("application/json") and reply.sent == 1
        read = json.loads(reply.body, parse_float=Decimal) if is_json and reply.body else {}
        return Answer(reply.status, read, reply)

    def get(self, path: str, **query: str) -> Answer:
        return self.ask("GET", path, query=query)

    def contact(self, name: str = "Amazon.co.uk") -> str:
        answer = self.ask("PUT", "/Contacts", {"Contacts": [{"Name": name}]})
        return str(answer.one["ContactID"])

    def put(self, *elements: JsonBody, query: Mapping[str, str] | None = None) -> Answer:
        return self.ask("PUT", "/Invoices", {"Invoices": [*elements]}, query)

    def change(self, document: JsonBody, **changes: Any) -> Answer:  # noqa: ANN401
        """POST by id."""
        path = f"/Invoices/{document['InvoiceID']}"
        body = {"InvoiceID": document["InvoiceID"]} | changes
        return self.ask("POST", path, {"Invoices": [body]})

    def read(self, document: JsonBody) -> JsonBody:
        return self.get(f"/Invoices/{document['InvoiceID']}").one


def invoice(contact: str, number: str = "A-1", gross: str = "120.00", **more: Any) -> JsonBody:  # noqa: ANN401
    """An invoice of one line of sales."""
    line = {
        "Description": "Sales",
        "UnitAmount": Decimal(gross),
        "AccountCode": "200",
        "TaxType": "OUTPUT2",
    }
    return {
        "Type": "ACCREC",
        "InvoiceNumber": number,
        "Contact": {"ContactID": contact},
        "Date": "2026-05-20",
        "DueDate": "2026-05-20",
        "LineAmountTypes": "Inclusive",
        "LineItems": [line],
    } | more
