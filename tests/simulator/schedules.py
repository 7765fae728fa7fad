"""What may happen in one schedule, drawn from its seed: who clicks what, what it begins with.

Protects: the same seed is the same schedule on every machine, so that a failure can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Final, Literal

from contents import LONGER, key
from records import Click, Intent
from world import Policies

from truebooks_xl.core.ledger import Kind
from truebooks_xl.core.posting.task import Guard
from truebooks_xl.core.reference import Key

Family = Literal["faults", "lag", "hands"]

STARTS: Final = (
    *("nothing",) * 4,
    *("one",) * 4,
    *("two", "voided", "burnt", "half retired", "awaiting", "reserved", "locked", "released"),
    *("copied", "copied as a draft"),
)
KINDS: Final[tuple[tuple[Kind, Kind], ...]] = (
    *(("ACCREC", "ACCREC"),) * 5,
    *(("ACCPAY", "ACCPAY"), ("ACCPAY", "ACCPAY"), ("ACCREC", "ACCPAY"), ("ACCPAY", "ACCREC")),
    *(("MANUALJOURNAL", "MANUALJOURNAL"), ("ACCREC", "MANUALJOURNAL"), ("ACCPAY", "MANUALJOURNAL")),
)
AIMS: Final[tuple[Intent, ...]] = (
    *(("post",) * 5),
    *(("repost",) * 4),
    *(("rollback",) * 2),
    *(("correct",) * 2),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One schedule. Rates are chances per ask.

    Attributes:
        stick: chance that the operator who was just answered goes on.
        zero: everything posted comes to 0.00.
        sleepy: programs only fall asleep, and everybody takes over what was left meanwhile.
    """

    seed: int
    family: Family
    policies: Policies
    guard: Guard
    wait_s: int
    start: str
    key: Key
    kinds: tuple[Kind, Kind]
    zero: bool
    sleepy: bool
    clicks: tuple[tuple[Click, ...], ...]
    shared: bool = True
    fault_rate: float = 0.0
    kill_rate: float = 0.0
    hand_rate: float = 0.0
    world_rate: float = 0.0
    stick: float = 0.5

    @property
    def first(self) -> Click:
        """The post that everything else is measured against."""
        return Click("post", self.key, self.kinds[0], 0, self.zero, take_over=True)


def drawn(seed: int) -> Schedule:
    """Return the schedule of a seed."""
    chance = Random(seed)
    families: tuple[Family, ...] = ("faults", "faults", "faults", "lag", "hands")
    family = chance.choice(families)
    own = key(chance.choice(("", "", "", "-1")))
    kinds = chance.choice(KINDS)
    zero = kinds == ("ACCREC", "ACCREC") and chance.random() < 0.15
    sleepy = chance.random() < 0.1
    alike, drafts = not sleepy and chance.random() < 0.5, chance.random() < 0.15
    clicks = tuple(
        tuple(
            _click(chance, own, kinds, zero=zero, alike=alike, drafts=drafts)
            for _ in range(chance.choice((1, 1, 2, 3)))
        )
        for _ in range(2)
    )
    schedule = Schedule(
        seed=seed,
        family=family,
        policies=_policies(chance),
        guard=chance.choice(("wait", "wait", "placeholder", "off")),
        wait_s=10,
        start=chance.choice(STARTS),
        key=own,
        kinds=kinds,
        zero=zero,
        sleepy=sleepy,
        clicks=_taking_over(clicks) if sleepy else clicks,
        fault_rate=chance.choice((0.0, 0.04, 0.12, 0.25)),
        kill_rate=chance.choice((0.0, 0.03, 0.08)),
        world_rate=chance.choice((0.0, 0.0, 0.0, 0.02)),
        stick=chance.choice((0.0, 0.3, 0.7, 0.95)),
    )
    if family == "hands":
        return replace(schedule, hand_rate=0.05)
    return lagging(schedule, chance) if family == "lag" else schedule


def lagging(schedule: Schedule, chance: Random) -> Schedule:
    """Let lists lag, below the wait or, under a placeholder, as long as they like."""
    guard: Guard = chance.choice(("wait", "placeholder"))
    delay = chance.choice((1, 5, 9)) if guard == "wait" else chance.choice((5, 30))
    return replace(schedule, guard=guard, policies=replace(schedule.policies, list_delay_s=delay))


def _taking_over(clicks: tuple[tuple[Click, ...], ...]) -> tuple[tuple[Click, ...], ...]:
    return tuple(tuple(replace(each, take_over=True) for each in own) for own in clicks)


def _policies(chance: Random) -> Policies:
    def flipped() -> bool:
        return chance.random() < 0.2

    return Policies(
        voided_taken=not flipped(),
        voided_says_unique=not flipped(),
        deleted_taken=flipped(),
        rename_authorised=not flipped(),
        rename_with_authorise=not flipped(),
        rename_with_void=flipped(),
        rename_with_delete=not flipped(),
        zero_total_paid=not flipped(),
        void_zero_paid=flipped(),
        draft_in_locked_period=not flipped(),
        deleted_in_lists=flipped(),
        tax_off=chance.random() < 0.03,
    )


def _click(
    chance: Random,
    own: Key,
    kinds: tuple[Kind, Kind],
    *,
    zero: bool,
    alike: bool,
    drafts: bool,
) -> Click:
    aim = chance.choice(AIMS)
    content = 0 if alike else chance.choice((0, 1))
    of = own
    if chance.random() < 0.1:  # another part, or another settlement
        of = replace(own, suffix="-2") if own.suffix else key("", LONGER)
    if aim == "correct" and (of != own or own.suffix or set(kinds) != {"ACCREC"}):
        aim = "repost"
    as_draft = drafts and aim == "post" and chance.random() < 0.6
    return Click(
        aim,
        of,
        kinds[content],
        content,
        zero,
        as_draft,
        take_over=chance.random() < 0.4,
        searches=chance.random() < 0.5,
    )
