"""What goes in and comes out of the sandbox's Xero: a call, a reply, and the ways of saying no.

Protects: what the sandbox does not know it refuses by name, never ignores: a typing error in a
query, a body or a filter must not look like success.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Self

Json = dict[str, Any]
"""One JSON object, as Xero writes it; numbers with a point are Decimal."""

ROOT: Final = "/api.xro/2.0"
JSON: Final = "application/json; charset=utf-8"
"""The content type of what the API says; a file in JSON has another."""


class Unknown(Exception):
    """The sandbox was asked for something it does not know; the message names it."""


class Refusal(Exception):
    """Xero says no to one element; args are its messages, verbatim."""


class Rejected(Exception):
    """Xero says no to the whole call; args[0] is the reply."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        path: below ``/api.xro/2.0`` when it is there: ``/Invoices``.
        headers: names in lower case.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def only(self, allowed: Collection[str]) -> None:
        """Insist that every query parameter is one of ``allowed``."""
        for name in self.query:
            if name not in allowed:
                raise Unknown(f"query parameter {name} of {self.method} {self.path}")

    def flag(self, name: str, *, default: bool) -> bool:
        """Read a query parameter that is true or false."""
        text = self.query.get(name, str(default)).lower()
        if text not in {"true", "false"}:
            raise Unknown(f"{name}={text}")
        return text == "true"

    def listed(self, name: str) -> list[str]:
        """Read a query parameter that is a comma-separated list; [] when it was not sent."""
        return [each for each in self.query.get(name, "").split(",") if each]

    def elements(self, name: str, known: Collection[str]) -> list[Json]:
        """Read the body ``{name: [element, …]}``; an element holds only ``known`` properties."""
        try:
            body = json.loads(self.body, parse_float=Decimal)
        except ValueError:
            raise Unknown(f"a body that is not JSON, of {self.method} {self.path}") from None
        if not isinstance(body, dict) or set(body) != {name} or not isinstance(body[name], list):
            raise Unknown(f"a body that is not {{{name}: […]}}, of {self.method} {self.path}")
        for element in body[name]:
            only_known(element, known, f"of {self.method} {self.path}")
        return list(body[name])


def only_known(element: Json, known: Collection[str], where: str) -> None:
    """Insist that an object of a body holds no property the sandbox would have to ignore."""
    for each, value in element.items():
        if each not in known:
            raise Unknown(f"property {each} {where}")
        if value is None:
            raise Unknown(f"null for property {each} {where}")


@dataclass(frozen=True, slots=True)
class Reply:
    """One response, or none at all.

    Attributes:
        delay_s: how long to hold the reply back, after the work is done and kept.
        pause_s: how long the body stops in its middle.
        sent: how much of the body leaves before the line is cut; 1 is all, 0 not even a status.
        reset: whether the line is cut with a reset, not closed.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0
    pause_s: float = 0
    sent: float = 1
    reset: bool = False

    @classmethod
    def json(cls, body: Any, status: int = 200) -> Self:  # noqa: ANN401 whatever JSON can say
        """Write a reply; amounts of up to 15 digits leave as they are: 24.15, never 24.1499."""
        text = json.dumps(body, default=_number, ensure_ascii=False)
        return cls(status, text.encode())

    @classmethod
    def missing(cls) -> Self:
        """Answer as Xero does for an id it does not have: HTML, and empty (recorded)."""
        return cls(404, content_type="text/html; charset=utf-8")


def _number(value: object) -> float:
    assert isinstance(value, Decimal), f"{value!r} is not for a reply"
    return float(value)  # the shortest text of a double is the amount we hold
