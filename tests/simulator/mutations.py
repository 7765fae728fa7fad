"""The ways a posting protocol goes wrong in the field, each made in ours, and the seed it fails at.

Protects: the simulator is no proof unless it goes red for each of these. Run as a script it finds
the first seed that sees each one; the normal suite begins there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from invariants import broken
from playing import Play
from records import Habits
from schedules import Family, Schedule, drawn

from truebooks_xl.core.ledger import Change, Document, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting import (
    backing_out,
    committing,
    deciding,
    drafts,
    locking,
    locks,
    looking,
    releasing,
    reserving,
    retiring,
)
from truebooks_xl.core.posting.asks import Alter, Silent, Steps, alter, create, read
from truebooks_xl.core.posting.carrying_out import carry_out
from truebooks_xl.core.posting.found import Found, is_lock
from truebooks_xl.core.posting.task import Task

Patch = pytest.MonkeyPatch
MOST_SEEDS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mistake.

    Attributes:
        apply: patches the protocol, and returns the habits of operators who make it.
        seed: where it was seen last; the search begins there.
        family: of the schedules that can see it; "" any.
    """

    name: str
    apply: Callable[[Patch], Habits]
    seed: int
    family: Family | None = None


USUAL: Final = Habits(carry_out)


def _swallow_a_failed_void(patch: Patch) -> Habits:
    def retired(task: Task, document: Document, seen: frozenset[str]) -> Steps[Document]:
        document = yield from retiring._renamed(task, document, seen)
        yield from alter(document, "Void", status="VOIDED")
        return replace(document, status="VOIDED")

    patch.setattr(retiring, "_retired", retired)
    return USUAL


def _skip_the_second_look(patch: Patch) -> Habits:
    patch.setattr(reserving, "_rivals", lambda again, held: False)
    return USUAL


def _one_key_per_settlement(patch: Patch) -> Habits:
    return replace(USUAL, key_per_settlement=True)


def _forget_the_old_number(patch: Patch) -> Habits:
    def not_renamed(task: Task, document: Document, seen: frozenset[str]) -> Steps[Document]:
        yield from ()
        return document

    patch.setattr(retiring, "_renamed", not_renamed)
    return USUAL


def _delete_before_rename(patch: Patch) -> Habits:
    for module in (releasing, locking, locks):
        patch.setattr(module, "release_own", releasing._deleted)
    return USUAL


def _no_fence(patch: Patch) -> Habits:
    patch.setattr(locking, "holds", lambda task, lock: True)
    return USUAL


def _retry_without_looking(patch: Patch) -> Habits:
    """An unknown create is sent again under a number of its own: two drafts of one posting."""

    def created(wanted: Draft) -> Steps[Document | Silent | None]:
        answer = yield from create(wanted)
        if isinstance(answer, Silent):
            answer = yield from create(replace(wanted, number=f"{wanted.number}-again"))
        return getattr(answer, "document", None)

    for module in (reserving, locking):
        patch.setattr(module, "created", created)
    return USUAL


def _no_recovery_at_start(patch: Patch) -> Habits:
    return replace(USUAL, recovers=False)


def _adopt_a_foreign_lock(patch: Patch) -> Habits:
    for module in (locking, locks, backing_out):
        patch.setattr(module, "bears_mark", lambda document, task: is_lock(document))
    return USUAL


def _post_with_a_plan(patch: Patch) -> Habits:
    return replace(USUAL, plans_at_post=True)


def _edit_a_reservation_in_place(patch: Patch) -> Habits:
    usual = reserving._held

    def held(task: Task, step: object, wanted: Draft, seen: Found) -> Steps[Any]:
        if isinstance(step, deciding.LetGo) and seen.role(step.document) == "reservation":
            yield Alter(Change(step.document), "Edit")
            return (yield from read(step.document))
        return (yield from usual(task, step, wanted, seen))  # type: ignore[arg-type]

    patch.setattr(reserving, "_held", held)
    patch.setattr(deciding, "let_go", lambda found, draft, differs: deciding.LetGo(draft))
    return USUAL


def _drop_a_line_from_the_sum(patch: Patch) -> Habits:
    usual = drafts.difference

    def difference(wanted: Draft, found: Document) -> str:
        lines = wanted.lines[:-1]
        total = Money.total((each.gross for each in lines), found.currency)
        tax = Money.total((each.tax for each in lines), found.currency)
        short = replace(found, lines=found.lines[:-1], total=total, total_tax=tax)
        return usual(replace(wanted, lines=lines), short)

    for module in (deciding, looking, reserving, locking):
        patch.setattr(module, "difference", difference)
    return USUAL


def _lines_in_the_commit(patch: Patch) -> Habits:
    return replace(USUAL, lines_at_commit=True)


def _believe_a_list(patch: Patch) -> Habits:
    def confirmed(step: deciding.Standing, wanted: Draft) -> Steps[Document | None]:
        yield from ()
        return step.document

    for module in (reserving, locking):
        patch.setattr(module, "confirmed", confirmed)
    return USUAL


def _let_the_lock_go_at_once(patch: Patch) -> Habits:
    usual = locking._committed

    def committed(
        task: Task, held: Document, lock: Document, numbers: committing.Numbers
    ) -> Steps[Document | None]:
        document = yield from usual(task, held, lock, numbers)
        yield from releasing.release_own(lock)
        return document

    patch.setattr(locking, "_committed", committed)
    return USUAL


def _retry_under_the_next_number(patch: Patch) -> Habits:
    patch.setattr(committing.Numbers, "_own", lambda self, held: [])
    return USUAL


MUTATIONS: Final = (
    Mutation("swallow a failed void", _swallow_a_failed_void, 61),
    Mutation("skip the second look-up", _skip_the_second_look, 245),
    Mutation("one idempotency key per settlement", _one_key_per_settlement, 5),
    Mutation("forget the old number", _forget_the_old_number, 143),
    Mutation("delete before rename", _delete_before_rename, 61),
    Mutation("no fence on bills", _no_fence, 7740),
    Mutation("retry on unknown without looking", _retry_without_looking, 58),
    Mutation("no recovery at start", _no_recovery_at_start, 18),
    Mutation("adopt a foreign lock", _adopt_a_foreign_lock, 69),
    Mutation("Post with a plan", _post_with_a_plan, 5),
    Mutation("edit a reservation in place", _edit_a_reservation_in_place, 115),
    Mutation("drop a line from the sum", _drop_a_line_from_the_sum, 9),
    Mutation("commit with lines in the body", _lines_in_the_commit, 0),
    Mutation("believe a list", _believe_a_list, 151, "lag"),
    Mutation("let the lock go at once", _let_the_lock_go_at_once, 12, "lag"),
    Mutation("a new number at every try", _retry_under_the_next_number, 13),
)


def caught(mutation: Mutation, *, most: int = MOST_SEEDS) -> tuple[int, str] | None:
    """Return the first seed from the mutation's own on that goes red, and what it says."""
    with pytest.MonkeyPatch.context() as patch:
        habits = mutation.apply(patch)
        for seed in range(mutation.seed, mutation.seed + most):
            schedule = drawn(seed)
            if mutation.family and schedule.family != mutation.family:
                continue
            if wrong := _played(schedule, habits):
                return seed, wrong
    return None


def _played(schedule: Schedule, habits: Habits) -> str:
    own = replace(habits, guard=schedule.guard, wait_s=schedule.wait_s, shared=schedule.shared)
    play = Play(schedule, own)
    try:
        wrong = broken(play)
    except AssertionError as bug:
        return f"an assertion: {bug}"
    return wrong[0] if wrong else ""


def main() -> int:
    survived = 0
    for mutation in MUTATIONS:
        found = caught(replace(mutation, seed=0))
        seed, wrong = found or (-1, "SURVIVED")
        survived += found is None
        sys.stdout.write(f"{mutation.name:<36}{seed:>8}  {wrong[:110]}\n")
        sys.stdout.flush()
    return survived


if __name__ == "__main__":
    raise SystemExit(main())
