"""Who is refused lets go of what he has made so far, and of nothing else.

Protects: a reservation or a lock never outlives a refusal of its own task, whether Xero said no or
something must be put right first; a rival's is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from truebooks_xl.core.ledger import Document, Draft
from truebooks_xl.core.posting.asks import Steps, ready
from truebooks_xl.core.posting.deciding import Awaiting, Standing, Verdict
from truebooks_xl.core.posting.drafts import difference
from truebooks_xl.core.posting.found import Found, bears_mark
from truebooks_xl.core.posting.numbers import Role
from truebooks_xl.core.posting.releasing import release
from truebooks_xl.errors import DataError, Refused

T = TypeVar("T")

SAYS_NO: Final = (Refused, DataError)
"""Raised where it is known that nothing was done: what is held is let go."""


def decided(
    decide: Callable[[Found, Draft], Verdict],
    seen: Found,
    wanted: Draft,
    begun: Sequence[Document],
) -> Steps[tuple[Verdict, str]]:
    """Decide what is next, and ask whether it may be written; returns the contact's id as well.

    Args:
        begun: drafts that this task has made so far; they go if it is refused now.
    """
    try:
        step = decide(seen, wanted)
        over = isinstance(step, Standing | Awaiting)
        return step, ("" if over else (yield from ready()))
    except SAYS_NO:
        yield from _released(begun)
        raise


def letting_go(steps: Steps[T], begun: Sequence[Document]) -> Steps[T]:
    """Take steps; where they are refused, let go of what was made before them."""
    try:
        return (yield from steps)
    except SAYS_NO:
        yield from _released(begun)
        raise


def _released(begun: Sequence[Document]) -> Steps[None]:
    for each in begun:
        yield from release(each)


def begun_here(
    seen: Found, before: Found | None, wanted: Draft, *roles: Role
) -> tuple[Document, ...]:
    """Return the drafts that this task has made: what an earlier run knew of, and what came since.

    Args:
        before: what was there before this run wrote; None when it has not. An equal draft of a
            rival's that came since is let go with ours: he looks again.
    """
    task = seen.task
    known = {each.id for each in before.documents} if before else set()
    return tuple(
        each
        for each in seen.drafts(*roles)
        if each.id in task.made
        or bears_mark(each, task)
        or (before and each.id not in known and not difference(wanted, each))
    )
