"""Every reply becomes one of four: done, refused, not sent, or unknown.

Protects: a time-out is not a no, and a 200 is not a yes. What is refused was not written; what
cannot be understood may have been.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final, TypeVar

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
)

from truebooks_xl.errors import Refused, WorldError
from truebooks_xl.xero.errors import (
    KEY_REUSED,
    NUMBER_TAKEN,
    ConnectionRemoved,
    NotInXero,
    NotSent,
    NumberTaken,
    RefusedByXero,
    SignInExpired,
    TooManyCalls,
    UnknownOutcome,
    XeroUnavailable,
)

T = TypeVar("T")

Json = dict[str, Any]
NO_ID: Final = "00000000-0000-0000-0000-000000000000"
_PLAIN: Final = {401: SignInExpired, 403: ConnectionRemoved, 404: NotInXero}
_NEVER_SENT: Final = (NewConnectionError, ConnectTimeoutError, NameResolutionError)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of Xero, for messages; ``writes`` decides what a lost answer means."""

    words: str
    writes: bool = False

    def unknown(self, reason: str) -> WorldError:
        """The error of an answer that says nothing."""
        lost = UnknownOutcome if self.writes else XeroUnavailable
        return lost(self.words, reason)


def from_network(asked: Asked, error: BaseException) -> WorldError:
    """Translate what the network or the SDK raised instead of an answer.

    Only the name of the error is told: its text may carry more than an accountant should see.
    """
    cause = getattr(error, "reason", None) or error if isinstance(error, MaxRetryError) else error
    name = type(cause).__name__
    if isinstance(cause, _NEVER_SENT):
        return NotSent(asked.words, f"it could not be reached ({name})")
    if not isinstance(cause, HTTPError | OSError):
        name = f"the connection failed in {name}"
    return asked.unknown(name)


def from_status(
    asked: Asked, status: int, headers: Mapping[str, str], body: bytes | None
) -> WorldError:
    """Translate an answer outside 200–299; 3xx, 409 and 5xx say nothing about what was done."""
    if status == HTTPStatus.BAD_REQUEST:
        return _bad_request(asked, body or b"")
    if status == HTTPStatus.PRECONDITION_FAILED:
        return RefusedByXero(asked.words, ("Precondition failed",))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait, limit = headers.get("Retry-After", ""), headers.get("X-Rate-Limit-Problem", "")
        return TooManyCalls(asked.words, limit, int(wait) if wait.isdigit() else None)
    if status in _PLAIN:
        return _PLAIN[status](asked.words)
    return asked.unknown(f"status {status}")


def _bad_request(asked: Asked, body: bytes) -> WorldError:
    try:
        answer = parsed(body)
    except ValueError:
        return RefusedByXero(asked.words, ("The request was not understood (400)",))
    return refused(asked, [*messages(answer)] or [str(answer.get("Message", "400"))])


def refused(asked: Asked, said: list[str]) -> WorldError:
    """The error for a no with its reasons; a reused key says that an earlier try went through."""
    if any(each.casefold().startswith(KEY_REUSED) for each in said):
        return asked.unknown("the same key was used before with another request")
    if any(NUMBER_TAKEN in each.casefold() for each in said):
        return NumberTaken(asked.words, tuple(said))
    return RefusedByXero(asked.words, tuple(said))


def parsed(body: bytes) -> Json:
    """Read a JSON object, its amounts as Decimal.

    Raises:
        ValueError: it is not one: cut off, or an HTML page.
    """
    answer = json.loads(body, parse_float=Decimal)
    if not isinstance(answer, dict):
        raise ValueError  # noqa: TRY004 the caller asks for one kind of wrong
    return answer


def messages(answer: object) -> Iterator[str]:
    """Collect every ValidationErrors message in an answer, lines included, each once."""
    seen = dict.fromkeys(_walk(answer))
    yield from seen


def _walk(answer: object) -> Iterator[str]:
    match answer:
        case dict():
            for name, value in answer.items():
                if name == "ValidationErrors":
                    yield from (str(each.get("Message", each)) for each in value or [])
                else:
                    yield from _walk(value)
        case list():
            for each in answer:
                yield from _walk(each)


def each_of(
    asked: Asked, answer: Json, name: str, id_name: str, words: Sequence[str]
) -> list[Json | Refused]:
    """Return what became of each element of an answer to a write, in order.

    Args:
        id_name: of the property every element has once it is written.
        words: names each element that was sent, for messages.

    Raises:
        UnknownOutcome: there are not as many elements, or one cannot be understood.
    """
    elements = answer.get(name)
    if not isinstance(elements, list) or len(elements) != len(words):
        raise asked.unknown(f"an answer without exactly {len(words)} of {name}")
    return [
        _outcome(Asked(each, writes=True), element, id_name)
        for each, element in zip(words, elements, strict=True)
    ]


def _outcome(asked: Asked, element: object, id_name: str) -> Json | Refused:
    """A 200 is not a yes: an element carries its errors inside, and the id of what was written."""
    if not isinstance(element, dict) or not isinstance(element.get(id_name, ""), str):
        raise asked.unknown("an element that is none")
    failed = element.get("HasErrors") or element.get("StatusAttributeString") == "ERROR"
    if failed or element.get(id_name) == NO_ID:
        no = refused(asked, [*messages(element)] or ["It gave no reason"])
        if isinstance(no, Refused):
            return no
        raise no
    if not element.get(id_name) or element.get("ValidationErrors"):
        raise asked.unknown("an element that is neither done nor refused")
    return element


def read_all(asked: Asked, shown: object, read: Callable[[Json], T]) -> list[T]:
    """Read every element of a list; one that cannot be read makes the answer unusable."""
    try:
        return [read(each) for each in shown]  # type: ignore[attr-defined]
    except (KeyError, AttributeError, ValueError, TypeError, ArithmeticError) as wrong:
        raise asked.unknown(f"an answer that cannot be read ({wrong!r})") from None


def only(asked: Asked, shown: object, read: Callable[[Json], T]) -> T:
    """Read the one element of a list."""
    found = read_all(asked, shown, read)
    if len(found) != 1:
        raise asked.unknown(f"{len(found)} answers instead of one")
    return found[0]
