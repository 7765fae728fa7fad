"""A call with several elements: each gets its own answer, or one bad one refuses them all.

Protects: with ``summarizeErrors=false`` good rows are kept and bad ones say why; without it,
nothing at all is kept (recorded: left out, Xero answers 400).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Refusal, Rejected, Reply, Unknown
from truebooks_xl.sandbox.xero.envelope import enveloped, failed, validation_exception
from truebooks_xl.sandbox.xero.store import savepoint

LARGEST_BATCH: Final = 50

Change = Callable[[Books, Json], Json]
"""Does one element and returns it as Xero shows it; raises Refusal."""


def each_element(
    books: Books, call: Call, name: str, known: Collection[str], change: Change
) -> Reply:
    """Do a change to every element of a call."""
    elements = call.elements(name, known)
    if len(elements) > LARGEST_BATCH:
        raise Unknown(f"{len(elements)} elements in one call; {LARGEST_BATCH} is the most")
    summarise = call.flag("summarizeErrors", default=True)
    done: list[Json] = []
    wrong: list[Json] = []
    for element in elements:
        try:
            with savepoint(books.connection):
                outcome = change(books, element)
            done.append(outcome if summarise else outcome | {"StatusAttributeString": "OK"})
        except Refusal as refusal:
            wrong.append(failed(name, element, refusal.args))
            done.append(wrong[-1])
    if wrong and summarise:
        raise Rejected(validation_exception(wrong))
    return enveloped(books, name, done)
