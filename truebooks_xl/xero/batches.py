"""Many documents in one call, each with its own answer, and one call for each where it must be.

Protects: an answer belongs to the element it is given for, or the whole call is unknown; what
refuses a call refuses each of its elements, and what was written before stays told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from truebooks_xl.core.ledger import Document
from truebooks_xl.errors import Refused
from truebooks_xl.xero.client import Client
from truebooks_xl.xero.errors import (
    ConnectionRemoved,
    NotInXero,
    RefusedByXero,
    SignInExpired,
)
from truebooks_xl.xero.outcomes import Asked, Json, each_of, read_all

MOST_ELEMENTS: Final = 50
LARGEST_BODY_BYTES: Final = 3_500_000
LONGEST_KEY: Final = 128

Outcome = Document | Refused
NO_ENTRY: Final = (SignInExpired, ConnectionRemoved)
"""Who is not let in need not knock again."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a call: what it is about, for messages, and what is sent."""

    words: str
    sent: Json


@dataclass(frozen=True, slots=True)
class Sending:
    """One call: its elements, and how it is made with an idempotency key of its own."""

    elements: Sequence[Element]
    make: Callable[[str], Sequence[Outcome]]


def asked_for(elements: Sequence[Element]) -> Asked:
    """Name a call that writes: by its element, or by how many they are."""
    words = elements[0].words if len(elements) == 1 else f"{len(elements)} documents"
    return Asked(words, writes=True)


def parts(elements: Sequence[Element]) -> Iterator[Sequence[Element]]:
    """Cut a batch where a call would get too large; one that fits is left whole."""
    part: list[Element] = []
    size = 0
    for element in elements:
        # The SDK writes text in ASCII, so that characters are bytes; amounts get no longer.
        grown = size + len(json.dumps(element.sent, default=str)) + 2
        if part and (grown > LARGEST_BODY_BYTES or len(part) == MOST_ELEMENTS):
            yield part
            part, grown = [], grown - size
        part.append(element)
        size = grown
    if part:
        yield part


def one_after_another(sendings: Sequence[Sending], network_key: str) -> list[Outcome]:
    """Make call after call; a call's refusal is the answer of each of its elements.

    Every call has its own key, derived from the one given; the first has that one.

    Raises:
        Refused: Xero let nobody in; nothing was written.
        Unavailable: nobody knows of one call, and those after it were not made.
    """
    outcomes: list[Outcome] = []
    for n, sending in enumerate(sendings):
        try:
            outcomes += sending.make(derived(network_key, str(n) if n else ""))
        except NO_ENTRY as closed:
            if not n:
                raise
            left = sum(len(each.elements) for each in sendings[n:])
            return [*outcomes, *[closed] * left]
        except RefusedByXero as no:
            outcomes += [type(no)(each.words, no.messages) for each in sending.elements]
        except NotInXero:
            outcomes += [NotInXero(each.words) for each in sending.elements]
    return outcomes


def create(
    client: Client,
    name: str,
    elements: Sequence[Element],
    network_key: str,
    told: Callable[[Asked, Json, Sequence[Element]], list[Outcome]],
) -> list[Outcome]:
    """Create DRAFTs by PUT; a batch that is too large for one call takes two.

    Args:
        name: of the list, as Xero and as its SDK write it: ``Invoices invoices``.
        told: reads what became of each element of a call.
    """
    plural, argument = name.split()

    def put(some: Sequence[Element], network_key: str) -> list[Outcome]:
        asked = asked_for(some)
        answer = client.call(
            asked,
            f"create_{argument}",
            **{argument: {plural: [each.sent for each in some]}},
            summarize_errors="false",
            idempotency_key=network_key,
        )
        return told(asked, answer, some)

    sendings = [Sending(some, partial(put, some)) for some in parts(elements)]
    return one_after_another(sendings, network_key)


def derived(network_key: str, name: str) -> str:
    """Name one of several requests that are made for one key."""
    key = f"{network_key}.{name}" if name else network_key
    assert len(key) <= LONGEST_KEY, key
    return key


def outcomes_of(
    asked: Asked,
    answer: Json,
    elements: Sequence[Element],
    *,
    name: str,
    id_name: str,
    same: str,
    read: Callable[[Json], Document],
) -> list[Outcome]:
    """Read what became of each element of a call.

    Args:
        name, id_name: of the list in the answer, and of the id in its elements.
        same: the property that must come back as it was sent, so that no answer is taken for
            another element's.

    Raises:
        UnknownOutcome: the answer cannot be read, or is in another order.
    """
    told = each_of(asked, answer, name, id_name, [each.words for each in elements])
    for element, shown in zip(elements, told, strict=True):
        if not isinstance(shown, Refused) and _plain(shown.get(same)) != _plain(element.sent[same]):
            raise asked.unknown(f"an answer for another {same}")
    return [
        shown if isinstance(shown, Refused) else read_all(asked, [shown], read)[0] for shown in told
    ]


def _plain(text: object) -> str:
    return str(text).strip().casefold()
