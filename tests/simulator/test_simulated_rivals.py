"""Rivals at one settlement: one corrects and one reposts, two fix; and one who is refused.

Protects: what stands adds up, one copy stays, and nothing is left reserved by who was refused.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from contents import key, reference_of, wanted
from corrections import judged
from operators import Operator
from records import Click, Fault, Habits
from world import LEDGER, Policies, Unfit, World, instant

from truebooks_xl.core.ledger import Kind
from truebooks_xl.core.posting import locking, reserving
from truebooks_xl.core.posting.asks import Alter, Ask, Create, Look, Read, Steps
from truebooks_xl.core.posting.carrying_out import carry_out
from truebooks_xl.core.posting.duplicates import NoneWouldStand
from truebooks_xl.core.posting.refusals import ReservedNow
from truebooks_xl.core.posting.task import Guard, Outcome, Task
from truebooks_xl.errors import Refused

GUARDS: tuple[Guard, ...] = ("wait", "placeholder", "off")
FAULTS = (0.0, 0.12)
SCHEDULES = range(300)


# A correction, and a repost or rollback of what it corrects ---------------------------------------


@pytest.mark.parametrize("guard", GUARDS)
def test_a_correction_and_a_repost_never_pass_each_other(guard: Guard) -> None:
    tally = judged(SCHEDULES, "repost", guard=guard)
    assert tally["right"] == len(SCHEDULES)
    assert tally["refused"] > 20, "they met"


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("fault_rate", FAULTS)
def test_a_correction_beside_a_rollback_adds_up_or_somebody_is_told(
    guard: Guard, fault_rate: float
) -> None:
    assert judged(SCHEDULES, "rollback", guard=guard, fault_rate=fault_rate)["wrong"] == 0


@pytest.mark.parametrize("guard", GUARDS)
def test_whatever_fails_a_correction_beside_a_repost_adds_up_or_somebody_is_told(
    guard: Guard,
) -> None:
    assert judged(SCHEDULES, "repost", guard=guard, fault_rate=0.12)["wrong"] == 0


def test_without_looking_at_what_it_rests_on_corrections_go_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing(task: Task) -> Steps[None]:
        yield from ()

    for module in (reserving, locking):
        monkeypatch.setattr(module, "refuse_changed", nothing)
        monkeypatch.setattr(module, "refuse_posting", lambda found: None)
    tally = judged(SCHEDULES, "repost", guard="off")
    assert tally["wrong, and told"] > 10


# Two who fix duplicates and keep different ones ---------------------------------------------------


def fixed(order: tuple[int, ...]) -> tuple[World, list[Outcome | Refused]]:
    """Let two fixes of two copies with opposite plans take turns in an order."""
    world = World(Policies(), ms=20 * 60_000)
    for n, content in ((10001, 0), (10002, 1)):
        copy = replace(wanted(key(), "ACCREC", content), number=f"AMZ-TB-{n}")
        world.create(copy, "start", status="AUTHORISED")
    copies = list(world.held)
    world.ms += 3_600_000
    ends: list[Outcome | Refused] = []
    under_way = [carry_out(_fix(world, *copies)), carry_out(_fix(world, *reversed(copies)))]
    asks = [next(steps) for steps in under_way]
    names, turns = ["A", "B"], [*order, *([0] * 60)]
    for turn in turns:
        if not under_way:
            break
        n = min(turn, len(under_way) - 1)
        world.ms += 100
        try:
            asks[n] = under_way[n].send(_answer(world, asks[n], names[n]))
        except (StopIteration, Refused) as end:
            ends.append(end.value if isinstance(end, StopIteration) else end)
            del under_way[n], asks[n], names[n]
    return world, ends


def _fix(world: World, keep: str, void: str) -> Task:
    return Task(
        aim="fix",
        key=key(),
        reference=reference_of(key()),
        wanted=None,
        mark=f"mark-{keep[:8]}",
        at=instant(world.ms),
        plan=(void,),
        shown=(keep,),
        known=(keep,),
    )


def _answer(world: World, ask: Ask, by: str) -> object:
    match ask:
        case Look(of):
            return world.look(of.settlement_id)
        case Read(document_id):
            return world.read(document_id)
        case Create(draft):
            return world.create(draft, by)
        case Alter(change):
            return world.alter(change, by)
    return "contact"


def test_of_two_copies_one_stays_whichever_order_two_fix_them_in() -> None:
    met = set()
    for order in product((0, 1), repeat=11):
        world, ends = fixed(order)
        stands = [each.now.number for each in world.held.values() if each.now.status in LEDGER]
        assert len(stands) == 1, order
        assert not any(each.now.status == "DRAFT" for each in world.held.values()), order
        assert len(ends) == 2
        assert not any(isinstance(each, Outcome) and each.alarms for each in ends)
        met |= {type(each) for each in ends}
    assert met == {Outcome, ReservedNow, NoneWouldStand}


def test_a_kept_copy_that_is_voided_in_that_moment_is_an_alarm() -> None:
    world, by_hand = World(Policies(), ms=20 * 60_000), False
    for n in (10001, 10002):
        copy = replace(wanted(key(), "ACCREC", 0), number=f"AMZ-TB-{n}")
        world.create(copy, "start", status="AUTHORISED")
    keep, void = world.held
    steps = carry_out(_fix(world, keep, void))
    ask = next(steps)
    outcome: Outcome | None = None
    while outcome is None:
        if isinstance(ask, Alter) and ask.step == "Void" and not by_hand:
            by_hand = True
            world.put(replace(world.read(keep), status="VOIDED"))
        try:
            ask = steps.send(_answer(world, ask, "A"))
        except StopIteration as end:
            outcome = end.value
    assert outcome.standing is None
    assert "AMZ-TB-10001 was to stay and is VOIDED since" in outcome.alarms[0]


# Refused by the data, after something was reserved ------------------------------------------------


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("kind", ["ACCREC", "ACCPAY", "MANUALJOURNAL"])
@pytest.mark.parametrize("lost_at", range(1, 4))
def test_who_may_not_write_any_more_leaves_nothing_reserved(
    kind: Kind, guard: Guard, lost_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write is done and not heard of; before it is taken up the period is locked."""
    world = World(Policies(), ms=20 * 60_000)
    alone = Operator("A", world, Habits(carry_out, guard, shared=False), lambda ask, who: None)
    alone.todo = [Click("post", key(), kind)]
    writes, readies = 0, 0

    def ready(operator: Operator) -> str:
        nonlocal readies
        readies += 1
        if readies > 1:
            raise Unfit("The period is locked")
        return "contact"

    monkeypatch.setattr(Operator, "_ready", ready)
    alone.start()
    while alone.busy:
        writing = isinstance(alone.ask, Create | Alter)
        writes += writing
        fault: Fault = "unheard" if writing and writes == lost_at else ""
        world.ms += 200
        alone.advance(fault)
    assert [each.now.number for each in world.held.values() if each.now.status == "DRAFT"] == []
