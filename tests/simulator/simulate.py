"""Play schedules and print what was counted; ``--seed N --trace`` tells one of them as a table.

Run: ``python tests/simulator/simulate.py [--schedules 100000] [--first 0] [--seed N --trace]``.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields

from invariants import broken, doubled
from naive import look_then_post
from playing import Play
from records import Habits, Protocol
from schedules import drawn
from world import Policies

from truebooks_xl.core.posting.carrying_out import carry_out

PROTOCOLS: dict[str, Protocol] = {"ours": carry_out, "naive": look_then_post}
BLOCK = 500
MUST_BE_ZERO = ("doubled after", "duplicates at rest before recovery", "lost after")


@dataclass(slots=True)
class Tally:
    """What was counted over many schedules."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.broken += other.broken


def run(seed: int, protocol: str = "ours", *, tracing: bool = False) -> tuple[Play, list[str]]:
    """Play the schedule of a seed to its end."""
    schedule = drawn(seed)
    habits = Habits(PROTOCOLS[protocol], schedule.guard, schedule.wait_s, schedule.shared)
    play = Play(schedule, habits, tracing)
    return play, broken(play)


def run_many(seeds: Iterable[int], protocol: str = "ours", family: str = "") -> Tally:
    """Play many and add up."""
    tally = Tally()
    for seed in seeds:
        if family and drawn(seed).family != family:
            continue
        try:
            play, wrong = run(seed, protocol)
        except Exception as crash:
            crash.add_note(replay(seed))
            raise
        tally.counts.update(play.counts)
        tally.counts["schedules"] += 1
        tally.counts[f"family {play.schedule.family}"] += 1
        tally.counts["moments with a duplicate"] += len(play.world.doubled)
        tally.counts["duplicates at rest before recovery"] += play.at_rest
        tally.counts["doubled after"] += doubled(play, play.schedule.key.token)
        tally.counts["lost after"] += any("lost" in each for each in wrong)
        if wrong:
            tally.broken.append((seed, wrong[0]))
    return tally


def replay(seed: int) -> str:
    return f"Replay: python tests/simulator/simulate.py --seed {seed} --trace"


def told(play: Play) -> str:
    """Tell a schedule as a table: seconds, who, what was asked, what was answered."""
    width = max((len(each.what) for each in play.story), default=0)
    lines = [*_headed(play), ""]
    lines += [
        f"{each.ms / 1000:9.1f}  {each.who or '-':1}  {each.what:{width}}  {each.answer}".rstrip()
        for each in play.story
    ]
    return "\n".join(lines)


def _headed(play: Play) -> list[str]:
    """Say what the schedule is made of; of the policies only those that differ."""
    schedule, usual = play.schedule, Policies()
    other = [
        f"{each.name}={getattr(schedule.policies, each.name)}"
        for each in fields(Policies)
        if getattr(schedule.policies, each.name) != getattr(usual, each.name)
    ]
    lines = [
        f"seed {schedule.seed}: {schedule.family}, guard {schedule.guard}, {schedule.wait_s} s",
        f"begins with {schedule.start}; {', '.join(other) or 'usual policies'}",
    ]
    for operator, clicks in zip(play.operators, schedule.clicks, strict=True):
        said = (
            f"{each.aim} {each.key.token} {each.kind} content {each.content}"
            + " zero" * each.zero
            + " as draft" * each.as_draft
            + " take over" * each.take_over
            for each in clicks
        )
        lines.append(f"{operator.name}: {'; '.join(said)}")
    return lines


def _counted(tally: Tally, seconds: float) -> str:
    rows = sorted((dict.fromkeys(MUST_BE_ZERO, 0) | tally.counts).items())
    lines = [f"{name:<40}{n:>12,}" for name, n in rows if not name.startswith("starts")]
    lines.append(f"{'broken':<40}{len(tally.broken):>12,}")
    lines.append(f"{'schedules a second':<40}{tally.counts['schedules'] / seconds:>12,.0f}")
    alike: dict[str, list[tuple[int, str]]] = {}
    for seed, wrong in tally.broken:
        alike.setdefault(re.sub(r"\b[0-9A-Z(][^ ]*\d[^ ]*", "#", wrong), []).append((seed, wrong))
    for each in sorted(alike.values(), key=len, reverse=True):
        seeds = ", ".join(str(seed) for seed, _ in each[:8])
        lines += [f"{len(each):>6} x {each[0][1]}", f"         seeds {seeds}; {replay(each[0][0])}"]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--protocol", choices=sorted(PROTOCOLS), default="ours")
    parser.add_argument("--family", default="")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--trace", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.seed is not None:
        play, wrong = run(chosen.seed, chosen.protocol, tracing=chosen.trace)
        if chosen.trace:
            sys.stdout.write(told(play) + "\n\n")
        sys.stdout.write("\n".join(wrong or ["all holds"]) + "\n")
        return bool(wrong)
    begun, tally = time.perf_counter(), Tally()
    last = chosen.first + chosen.schedules
    blocks = [range(n, min(n + BLOCK, last)) for n in range(chosen.first, last, BLOCK)]
    with ProcessPoolExecutor(chosen.processes) as pool:
        for part in pool.map(
            run_many, blocks, [chosen.protocol] * len(blocks), [chosen.family] * len(blocks)
        ):
            tally.add(part)
    sys.stdout.write(_counted(tally, time.perf_counter() - begun) + "\n")
    return bool(tally.broken)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
