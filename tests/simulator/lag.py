"""Two who press Post on one settlement while Xero's lists lag: what each guard is worth.

Protects: the settle wait and the placeholder are proved where they are needed, and the test that
proves them sees the doubles that come without them.
"""

from __future__ import annotations

from contents import key
from playing import Play
from records import Click, Habits
from schedules import Schedule
from world import Policies

from truebooks_xl.core.ledger import Kind
from truebooks_xl.core.posting.carrying_out import carry_out
from truebooks_xl.core.posting.task import Guard


def together(
    seed: int,
    *,
    guard: Guard,
    delay_s: int,
    kind: Kind = "ACCREC",
    operators: int = 2,
    fault_rate: float = 0.0,
) -> Play:
    """Return the schedule in which each operator posts the settlement once."""
    click = Click("post", key(), kind)
    schedule = Schedule(
        seed=seed,
        family="lag",
        policies=Policies(list_delay_s=delay_s),
        guard=guard,
        wait_s=10,
        start="nothing",
        key=key(),
        kinds=(kind, kind),
        zero=False,
        sleepy=False,
        clicks=((click,), (click,))[:operators] + ((),) * (2 - operators),
        shared=operators > 1,
        fault_rate=fault_rate,
    )
    return Play(schedule, Habits(carry_out, guard, schedule.wait_s, schedule.shared))


def moments_with_two(
    seeds: range, *, guard: Guard, delay_s: int, kind: Kind = "ACCREC", fault_rate: float = 0.0
) -> int:
    """Count over many schedules how often a second document came to stand beside a first."""
    found = 0
    for seed in seeds:
        play = together(seed, guard=guard, delay_s=delay_s, kind=kind, fault_rate=fault_rate)
        play.play()
        found += len(play.world.doubled)
    return found
