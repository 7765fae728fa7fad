"""Requests and replies held to the official description of Xero's API, and to what it misses.

Source: Xero-OpenAPI 16.1.0, cut down; it knows no additionalProperties and writes days as plain
text, so unknown properties, days, pennies and read-only fields are looked at here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from jsonschema import Draft4Validator, FormatChecker  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT4
from shared import shared

SCHEMAS = {
    # An address, the schema of what travels there, and of one element of it.
    "/Organisation": ("Organisations", "Organisation"),
    "/Organisation/Actions": ("Actions", "Action"),
    "/Accounts": ("Accounts", "Account"),
    "/TaxRates": ("TaxRates", "TaxRate"),
    "/Currencies": ("Currencies", "Currency"),
    "/Contacts": ("Contacts", "Contact"),
    "/TrackingCategories": ("TrackingCategories", "TrackingCategory"),
    "/BankTransactions": ("BankTransactions", "BankTransaction"),
    "/Invoices": ("Invoices", "Invoice"),
    "/Invoices/{InvoiceID}": ("Invoices", "Invoice"),
    "/ManualJournals": ("ManualJournals", "ManualJournal"),
    "/ManualJournals/{ManualJournalID}": ("ManualJournals", "ManualJournal"),
} | {
    f"/{kind}/{{ID}}/{more}": schemas
    for kind in ("Invoices", "ManualJournals")
    for more, schemas in (
        ("History", ("HistoryRecords", "HistoryRecord")),
        ("Attachments", ("Attachments", "Attachment")),
        ("Attachments/{FileName}", ("Attachments", "Attachment")),
    )
}
PAGES = {"where", "order", "page", "pageSize"}
PARAMETERS = {
    # Queries of the addresses that the cut-down description leaves out.
    "GET /Contacts": PAGES | {"IDs", "includeArchived", "summaryOnly", "searchTerm"},
    "PUT /Contacts": {"summarizeErrors"},
    "GET /BankTransactions": PAGES | {"unitdp"},
    "GET /TrackingCategories": {"where", "order", "includeArchived"},
    "PUT /Invoices/{ID}/Attachments/{FileName}": {"IncludeOnline"},
}
NOT_DESCRIBED = {"/connections"}
"""Not a part of the accounting API."""

ENVELOPE = {"Id", "Status", "ProviderName", "DateTimeUTC", "SummarizeErrors"}
RECORDED = {"DateString", "DueDateString", "InvoicePaymentServices", "ValidationErrors"}
RECORDED |= {"DateUTCString"}
"""In recorded replies of a real organisation, and not in the specification."""

REQUEST_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
REPLY_DAY = re.compile(r"/Date\(-?\d+([+-]\d{4})?\)/")
DAYS = {"Date", "DueDate", "UpdatedDateUTC", "CreatedDateUTC", "FullyPaidOnDate", "DateUTC"}
DAYS |= {"PeriodLockDate", "EndOfYearLockDate"}
NEVER_SENT = {"Total", "SubTotal", "TotalTax", "AmountDue", "AmountPaid"}
DECIMALS = {"UnitAmount": 2, "LineAmount": 2, "TaxAmount": 2, "CurrencyRate": 6}
FILE_NAME = re.compile(r"[A-Za-z0-9._-]{1,255}")
"""Other names are taken by Xero, and broken by SDKs on the way."""

LONGEST_NOTE = 2500
DECLARED = {200, 400}
"""Replies whose form is described; 401, 403, 404, 429 and 5xx are not."""


@dataclass(frozen=True)
class Specification:
    """The official description, as a judge."""

    path: Path

    @classmethod
    def official(cls) -> Self:
        """Open the shared copy; the test is skipped where there is none."""
        return cls(shared("specs", "xero_accounting_subset.json"))

    @cached_property
    def document(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.path.read_text("utf-8"))
        return loaded

    @cached_property
    def judges(self) -> dict[str, Any]:
        return {}

    @cached_property
    def registry(self) -> Registry[Any]:
        resource = DRAFT4.create_resource(self.document)
        registry: Registry[Any] = Registry().with_resource("xero", resource)
        return registry

    def errors(self, name: str, body: Any) -> list[str]:  # noqa: ANN401 JSON of any shape
        if name not in self.judges:
            schema = {"$ref": f"xero#/components/schemas/{name}"}
            self.judges[name] = Draft4Validator(
                schema, registry=self.registry, format_checker=FormatChecker()
            )
        found = self.judges[name].iter_errors(body)
        return [f"{'/'.join(map(str, each.path))}: {each.message}" for each in found]

    def unknown(self, name: str, body: Any, extra: set[str]) -> Iterator[str]:  # noqa: ANN401
        """Name every property the schema does not have, all the way down."""
        schema = self.document["components"]["schemas"][name]
        for each, value in body.items():
            if each in extra:
                continue
            if each not in schema["properties"]:
                yield f"{name}.{each}"
                continue
            found = schema["properties"][each]
            inner = found.get("$ref") or found.get("items", {}).get("$ref")
            below = inner.split("/")[-1] if inner else ""
            if "properties" not in self.document["components"]["schemas"].get(below, {}):
                continue
            for item in value if isinstance(value, list) else [value]:
                yield from self.unknown(below, item, extra - ENVELOPE)

    def parameters(self, method: str, address: str) -> set[str]:
        """Name the query parameters of an operation."""
        if address not in self.document["paths"]:
            return PARAMETERS.get(f"{method} {address}", set())
        found = self.document["paths"][address][method.lower()].get("parameters", [])
        named = self.document["components"]["parameters"]
        whole = [named[each["$ref"].split("/")[-1]] if "$ref" in each else each for each in found]
        return {each["name"] for each in whole if each["in"] == "query"}

    def check_all(self, exchanges: Iterable[dict[str, Any]]) -> None:
        """Fail on anything in a request log that Xero does not know."""
        for each in exchanges:
            self.check(each)

    def check(self, exchange: dict[str, Any]) -> None:
        """Fail on anything in a logged request or its reply that Xero does not know."""
        if exchange["path"] not in NOT_DESCRIBED:
            self.check_request(exchange)
            self.check_reply(exchange)

    def check_request(self, exchange: dict[str, Any]) -> None:
        """Fail on anything in a logged request that Xero does not know."""
        where = f"{exchange['method']} {exchange['path']}"
        address = address_of(exchange["path"])
        assert set(exchange["query"]) <= self.parameters(exchange["method"], address), where
        assert len(exchange["key"]) <= 128, where
        if exchange["method"] not in {"PUT", "POST"}:
            assert not exchange["body"], where
        elif address.endswith("{FileName}"):
            assert exchange["body"], where
            assert FILE_NAME.fullmatch(exchange["path"].rsplit("/", 1)[1]), where
        else:
            self.check_body(address, exchange, where)

    def check_body(self, address: str, exchange: dict[str, Any], where: str) -> None:
        """Fail on a body that Xero would not read, or would read and not mean."""
        name, _ = SCHEMAS[address]
        sent = json.loads(exchange["body"], parse_float=Decimal)
        assert self.errors(name, sent) == [], where
        assert list(self.unknown(name, sent, set())) == [], where
        assert list(wrong_days(sent, REQUEST_DAY)) == [], where
        assert list(wrong_decimals(sent)) == [], where
        assert not NEVER_SENT & set(keys(sent)), where
        assert all(len(each.get("Details", "")) <= LONGEST_NOTE for each in sent[name]), where
        if exchange["method"] == "POST" and address in {"/Invoices", "/ManualJournals"}:
            assert all({"InvoiceID", "ManualJournalID"} & set(each) for each in sent[name]), where

    def check_reply(self, exchange: dict[str, Any]) -> None:
        """Fail on anything in a reply that Xero would not say; what never left is not judged."""
        where = f"{exchange['method']} {exchange['path']}"
        address = address_of(exchange["path"])
        name, one = SCHEMAS[address]
        a_file = exchange["method"] == "GET" and address.endswith("{FileName}")
        if exchange["status"] not in DECLARED or (a_file and exchange["status"] == 200):
            return
        told = json.loads(exchange["reply"])
        assert self.errors(name if exchange["status"] == 200 else "Error", told) == [], where
        assert list(wrong_days(told, REPLY_DAY)) == [], where
        if exchange["status"] == 200:
            assert list(self.unknown(name, told, ENVELOPE | RECORDED)) == [], where
        for element in told.get("Elements", []):
            assert self.errors(one, element) == [], where


def address_of(path: str) -> str:
    """Name the address a path stands for: ``/Invoices/{InvoiceID}``."""
    (found,) = (each for each in SCHEMAS if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), path))
    return found


def pairs(body: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    match body:
        case dict():
            for name, value in body.items():
                yield name, value
                yield from pairs(value)
        case list():
            for each in body:
                yield from pairs(each)


def keys(body: Any) -> Iterator[str]:  # noqa: ANN401
    return (name for name, _ in pairs(body))


def wrong_days(body: Any, form: re.Pattern[str]) -> Iterator[str]:  # noqa: ANN401
    for name, value in pairs(body):
        if name in DAYS and not form.fullmatch(value):
            yield f"{name}: {value}"


def wrong_decimals(body: Any) -> Iterator[str]:  # noqa: ANN401
    for name, value in pairs(body):
        if name in DECIMALS and round(Decimal(value), DECIMALS[name]) != value:
            yield f"{name}: {value} has more than {DECIMALS[name]} decimals, or is no number"
