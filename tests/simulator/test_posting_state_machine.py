"""Two accountants, and Hypothesis deciding who does what next: never two, never lost."""

from __future__ import annotations

from typing import Any

from contents import key
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from invariants import settled
from playing import ON_READ, ON_WRITE, Play
from records import Click, Habits, Intent
from schedules import KINDS, STARTS, Family, Schedule
from world import Policies

from truebooks_xl.core.ledger import Kind
from truebooks_xl.core.posting.asks import Alter, Create
from truebooks_xl.core.posting.carrying_out import carry_out
from truebooks_xl.core.posting.task import Guard

SWITCHES = (
    *("voided_taken", "voided_says_unique", "deleted_taken", "deleted_in_lists"),
    *("rename_authorised", "rename_with_authorise", "rename_with_delete"),
)
INTENTS: tuple[Intent, ...] = ("post", "repost", "rollback", "correct")
GUARDS: tuple[Guard, ...] = ("wait", "placeholder", "off")


class Accountants(RuleBasedStateMachine):
    """One settlement, two operators, any fault at any ask, any kill."""

    family: Family = "faults"
    play: Play

    @initialize(
        start=st.sampled_from(sorted(set(STARTS))),
        kinds=st.sampled_from(sorted(set(KINDS))),
        guard=st.sampled_from(GUARDS),
        flipped=st.sets(st.sampled_from(SWITCHES)),
        seed=st.integers(0, 3),
    )
    def begin(
        self, start: str, kinds: tuple[Kind, Kind], guard: Guard, flipped: set[str], seed: int
    ) -> None:
        usual = Policies()
        switched: dict[str, Any] = {each: not getattr(usual, each) for each in flipped}
        schedule = Schedule(
            seed=seed,
            family=self.family,
            policies=Policies(**switched),
            guard=guard,
            wait_s=10,
            start=start,
            key=key(),
            kinds=kinds,
            zero=False,
            sleepy=False,
            clicks=((), ()),
        )
        self.play = Play(schedule, Habits(carry_out, guard))

    @rule(
        who=st.integers(0, 1),
        intent=st.sampled_from(INTENTS),
        content=st.integers(0, 1),
        as_draft=st.booleans(),
        take_over=st.booleans(),
    )
    def click(
        self, who: int, intent: Intent, content: int, *, as_draft: bool, take_over: bool
    ) -> None:
        kinds = self.play.schedule.kinds
        if intent == "correct" and set(kinds) != {"ACCREC"}:
            return
        as_draft = as_draft and intent == "post"
        self.play.operators[who].todo.append(
            Click(intent, key(), kinds[content], content, False, as_draft, take_over)
        )

    @rule(who=st.integers(0, 1), asks=st.integers(1, 8))
    def go_on(self, who: int, asks: int) -> None:
        operator = self.play.operators[who]
        for _ in range(asks):
            if operator.busy or operator.wanting:
                self.play.world.ms = max(self.play.world.ms + 200, operator.awake_ms)
                self.play.go_on(operator)

    @rule(who=st.integers(0, 1), n=st.integers(0, 5))
    def fail(self, who: int, n: int) -> None:
        operator = self.play.operators[who]
        if operator.busy:
            faults = ON_WRITE if isinstance(operator.ask, Create | Alter) else ON_READ
            self.play.go_on(operator, faults[n % len(faults)])

    @rule(who=st.integers(0, 1), done=st.booleans())
    def kill(self, who: int, *, done: bool) -> None:
        if self.play.operators[who].busy:
            self.play.kill(self.play.operators[who], done=done)

    @rule(seconds=st.sampled_from((1, 30, 700)))
    def time_goes_by(self, seconds: int) -> None:
        self.play.world.ms += 1000 * seconds
        self.play.land()

    @invariant()
    def never_two(self) -> None:
        if hasattr(self, "play") and self.family != "hands":
            assert self.play.world.doubled == []

    def teardown(self) -> None:
        if hasattr(self, "play"):
            assert settled(self.play) == []


class AccountantsAndHands(Accountants):
    """The same while somebody works in Xero by hand."""

    family: Family = "hands"

    @rule()
    def by_hand(self) -> None:
        self.play.meddle()


MUCH = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAccountants = Accountants.TestCase
TestAccountants.settings = MUCH
TestAccountantsAndHands = AccountantsAndHands.TestCase
TestAccountantsAndHands.settings = MUCH
