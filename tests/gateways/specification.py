"""Requests and replies held to the official description of Xero's API, and to what it misses.

Source: Xero-OpenAPI 16.1.0, cut down; it knows no additionalProperties and writes days as plain
text, so unknown properties, days and read-only fields are looked at here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, FormatChecker  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT4

NAMES = {
    "Organisation": "Organisations",
    "Accounts": "Accounts",
    "TaxRates": "TaxRates",
    "Currencies": "Currencies",
    "Contacts": "Contacts",
    "Invoices": "Invoices",
}
ENVELOPE = {"Id", "Status", "ProviderName", "DateTimeUTC", "SummarizeErrors"}
RECORDED = {"DateString", "DueDateString", "InvoicePaymentServices", "ValidationErrors"}
"""In recorded replies of a real organisation, and not in the specification."""

REQUEST_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
REPLY_DAY = re.compile(r"/Date\(-?\d+([+-]\d{4})?\)/")
DAYS = {"Date", "DueDate", "UpdatedDateUTC", "CreatedDateUTC", "FullyPaidOnDate"}
DAYS |= {"PeriodLockDate", "EndOfYearLockDate"}
NEVER_SENT = {"Total", "SubTotal", "TotalTax", "AmountDue", "AmountPaid", "CurrencyRate"}
PARAMETERS = {"where", "order", "page", "pageSize", "searchTerm", "IDs", "Statuses"}
PARAMETERS |= {"InvoiceNumbers", "summaryOnly", "summarizeErrors"}


@dataclass(frozen=True)
class Specification:
    """The official description, as a judge."""

    path: Path

    @cached_property
    def document(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.path.read_text("utf-8"))
        return loaded

    @cached_property
    def registry(self) -> Registry[Any]:
        resource = DRAFT4.create_resource(self.document)
        registry: Registry[Any] = Registry().with_resource("xero", resource)
        return registry

    def errors(self, name: str, body: Any) -> list[str]:  # noqa: ANN401 JSON of any shape
        schema = {"$ref": f"xero#/components/schemas/{name}"}
        judge = Draft4Validator(schema, registry=self.registry, format_checker=FormatChecker())
        return [
            f"{'/'.join(map(str, each.path))}: {each.message}" for each in judge.iter_errors(body)
        ]

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

    def check(self, exchange: dict[str, Any]) -> None:
        """Fail on anything in a logged request or its reply that Xero does not know."""
        where = f"{exchange['method']} {exchange['path']}"
        name = NAMES[exchange["path"].split("/")[1]]
        assert set(exchange["query"]) <= PARAMETERS, where
        assert len(exchange["key"]) <= 128, where
        if exchange["method"] in {"PUT", "POST"}:
            sent = json.loads(exchange["body"])
            assert self.errors(name, sent) == [], where
            assert list(self.unknown(name, sent, set())) == [], where
            assert list(wrong_days(sent, REQUEST_DAY)) == [], where
            assert not NEVER_SENT & set(keys(sent)), where
        else:
            assert not exchange["body"], where
        if not exchange["reply"]:
            assert exchange["status"] == 404, where
            return
        told = json.loads(exchange["reply"])
        reply_name = name if exchange["status"] == 200 else "Error"
        assert self.errors(reply_name, told) == [], where
        assert list(wrong_days(told, REPLY_DAY)) == [], where
        if exchange["status"] == 200:
            assert list(self.unknown(name, told, ENVELOPE | RECORDED)) == [], where
        for element in told.get("Elements", []):
            assert self.errors("Invoice", element) == [], where


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
