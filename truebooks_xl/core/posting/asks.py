"""What the protocol of posting asks of the world, one ask at a time, and what comes back.

Protects: the protocol is a pure function of the answers. It can be simulated, stopped at any ask
and begun again; whoever answers it may do the same ask for fifty settlements in one call.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from truebooks_xl.core.ledger import Change, Document, Draft, Kind
from truebooks_xl.core.reference import Key
from truebooks_xl.errors import Refused, Unavailable


@dataclass(frozen=True, slots=True)
class Look:
    """List the documents of a settlement, all its parts and corrections, in any status.

    Answer: ``tuple[Document, ...]``; a look that fails raises and ends the protocol.

    Attributes:
        thorough: also by the whole reference, not by the search alone.
    """

    key: Key
    reference: str
    thorough: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """Read one document by its id, the only read that never lags. Answer: ``Document``.

    Attributes:
        certain: by itself, never out of a call that reads several: such a call is a list.
    """

    document_id: str
    kind: Kind
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """About to write for the first time: everything that must hold is checked now.

    Answer: the contact's id; what does not hold raises and ends the protocol unwritten.
    """


@dataclass(frozen=True, slots=True)
class Create:
    """Create one DRAFT. Answer: ``Written`` with Xero's reply, ``Denied`` or ``Silent``."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Alter:
    """Change number or status of one document by id. Answer: ``Written``, ``Denied``, ``Silent``.

    Attributes:
        step: names it in the journal: ``Rename``, ``Void``, ``Authorise``, ``Release``…
    """

    change: Change
    step: str


@dataclass(frozen=True, slots=True)
class Allocate:
    """Ask for the next free final number; none of ``taken``. Answer: ``str``."""

    taken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait until lists show what was written before. Answer: nothing.

    Once for all who ask in the same round. How long is the answerer's: the setting.
    """


Ask = Look | Read | Ready | Create | Alter | Allocate | Pause

T = TypeVar("T")
Steps = Generator[Ask, Any, T]
"""A protocol under way: yields asks, is sent their answers, returns its outcome.

A refusal or an unknown outcome of the whole ends it by raising ``Refused`` or ``Unavailable``.
"""


@dataclass(frozen=True, slots=True)
class Written:
    """Xero did it. ``document`` is its reply: lines and totals, but no payments (recorded)."""

    document: Document


@dataclass(frozen=True, slots=True)
class Denied:
    """Xero said no to this one; nothing was written.

    Attributes:
        number_taken: because another document has the number.
    """

    error: Refused
    number_taken: bool = False


@dataclass(frozen=True, slots=True)
class Silent:
    """Nobody knows whether it was done; only a look can tell."""

    error: Unavailable


Answered = Written | Denied | Silent


# Each ask once, with the type of its answer ------------------------------------------------------


def look(key: Key, reference: str, *, thorough: bool) -> Steps[tuple[Document, ...]]:
    """Ask for the documents of a settlement."""
    found: tuple[Document, ...] = yield Look(key, reference, thorough)
    return found


def read(document: Document, *, certain: bool = False) -> Steps[Document]:
    """Ask for a document as it is now."""
    return (yield from read_id(document.id, document.kind, certain=certain))


def read_id(document_id: str, kind: Kind, *, certain: bool = False) -> Steps[Document]:
    """Ask for a document by its id alone."""
    found: Document = yield Read(document_id, kind, certain)
    return found


def ready() -> Steps[str]:
    """Ask whether writing may begin; returns the contact's id."""
    contact: str = yield Ready()
    return contact


def create(draft: Draft) -> Steps[Answered]:
    """Ask for a new draft."""
    answer: Answered = yield Create(draft)
    return answer


def alter(document: Document, step: str, *, number: str = "", status: str = "") -> Steps[Answered]:
    """Ask for another number or status of a document."""
    answer: Answered = yield Alter(Change(document, number, status), step)
    return answer


def allocate(taken: frozenset[str]) -> Steps[str]:
    """Ask for the next free number."""
    number: str = yield Allocate(taken)
    return number


def pause() -> Steps[None]:
    """Ask to wait for lists to catch up."""
    yield Pause()
