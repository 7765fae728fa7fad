"""A correction beside a rival's repost or rollback of what it corrects.

Protects: what stands adds up to something somebody wanted: the new preview, the old one, or nothing
after a rollback. Where both happened in one moment, one of the two is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from contents import by_account, key, wanted
from playing import Play
from records import Click, Habits, Intent
from schedules import Schedule, drawn
from world import Policies

from truebooks_xl.core.posting.carrying_out import carry_out
from truebooks_xl.core.posting.task import Guard, Outcome
from truebooks_xl.errors import Refused


def beside(
    seed: int, rival: Intent, *, guard: Guard = "wait", delay_s: int = 0, fault_rate: float = 0.0
) -> Play:
    """Let A correct to content 1 what B reposts or rolls back; both know what stands."""
    clicks = (Click("correct", key(), content=1), Click(rival, key(), content=1, searches=True))
    schedule: Schedule = replace(
        drawn(seed),
        family="faults",
        policies=Policies(list_delay_s=delay_s),
        guard=guard,
        start="one",
        key=key(),
        kinds=("ACCREC", "ACCREC"),
        zero=False,
        sleepy=False,
        clicks=tuple((each,) for each in clicks),
        fault_rate=fault_rate,
        kill_rate=fault_rate / 2,
        world_rate=0.0,
        hand_rate=0.0,
    )
    return Play(schedule, Habits(carry_out, guard, 10))


def booked(play: Play) -> dict[str, int]:
    """Add up per account what stands of the settlement, its corrections among it."""
    sums = Counter[str]()
    for token, standing in play.world.standing.items():
        if token == key().token or token.startswith(f"{key().token}-C"):
            for each in standing:
                sums.update(by_account(play.world.read(each)))
    return {account: minor for account, minor in sums.items() if minor}


def told(play: Play) -> bool:
    """Say whether somebody knows: by an alarm, or refused after he had begun to void."""
    return any(
        bool(entry.ended.alarms)
        if isinstance(entry.ended, Outcome)
        else isinstance(entry.ended, Refused) and "Void" in entry.writes
        for _, entry in play.entries()
    )


def judged(
    seeds: Iterable[int], rival: Intent, *, fault_rate: float = 0.0, guard: Guard = "wait"
) -> Counter[str]:
    """Play many; count what they end in: ``right``, ``wrong, and told``, or ``wrong``."""
    right = [by_account(wanted(key(), "ACCREC", content)) for content in (0, 1)]
    right += [{}] if rival == "rollback" else []
    tally = Counter[str]()
    for seed in seeds:
        play = beside(seed, rival, guard=guard, fault_rate=fault_rate)
        play.play()
        play.recover()
        wrong = "wrong, and told" if told(play) else "wrong"
        tally["right" if booked(play) in right else wrong] += 1
        tally["refused"] += any(isinstance(entry.ended, Refused) for _, entry in play.entries())
    return tally
