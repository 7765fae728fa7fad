"""A schedule played ask by ask: two operators interleaved, faults, kills, hands, then recovery.

Protects: all that may happen between two asks happens here, in one thread and in one order, so that
a run can be told as a story.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Final

from beginnings import AGE_MS, begin
from contents import DATED_ON
from hands import meddle
from operators import Operator
from records import Click, Entry, Fault, Habits
from schedules import Schedule
from world import World

from truebooks_xl.core.posting.asks import Alter, Ask, Create, Written
from truebooks_xl.core.posting.task import Outcome
from truebooks_xl.errors import Refused

ON_WRITE: Final[tuple[Fault, ...]] = ("lost", "unheard", "late", "twice", "denied", "stall")
ON_READ: Final[tuple[Fault, ...]] = ("unavailable", "stall")
MOST_ASKS: Final = 500
MOST_STARTS: Final = 6
MOST_RECOVERIES: Final = 8
ARCHIVED: Final = "310"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the story."""

    ms: int
    who: str
    what: str
    answer: str


@dataclass(slots=True)
class Play:
    """One schedule under way."""

    schedule: Schedule
    habits: Habits
    tracing: bool = False
    world: World = field(init=False)
    chance: Random = field(init=False)
    operators: list[Operator] = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)
    story: list[Told] = field(default_factory=list)
    late: list[tuple[int, Ask, Operator]] = field(default_factory=list)
    made_late: set[str] = field(default_factory=set)
    last: Operator | None = None
    at_first: int = 0
    at_rest: int = 0
    duplicated: bool = False

    def __post_init__(self) -> None:
        self.chance = Random(f"{self.schedule.seed} played")
        self.world = World(self.schedule.policies)
        stands = begin(self.world, self.schedule)
        self.at_first = len(self.world.standing[self.schedule.key.token])
        self.operators = [self._operator(name, n) for n, name in enumerate("AB")]
        if stands and self.chance.random() < 0.5:
            self._remembers(self.chance.choice(self.operators), stands)

    def _operator(self, name: str, n: int) -> Operator:
        tell = self.tell if self.tracing else None
        clicks = list(self.schedule.clicks[n]) if n < len(self.schedule.clicks) else []
        return Operator(
            name, self.world, self.habits, self._later, tell, todo=clicks, awake_ms=AGE_MS
        )

    def _remembers(self, operator: Operator, document_id: str) -> None:
        """Let a journal hold the post that the schedule begins with."""
        task = operator.begun(self.schedule.first, self.schedule.first.wanted, ())
        ended = Outcome(self.world.read(document_id))
        operator.journal.append(Entry(task, made=[document_id], ended=ended, ended_ms=0))

    # The story ------------------------------------------------------------------------------------

    def tell(self, who: str, ask: Ask | str, answer: str) -> None:
        self.story.append(Told(self.world.ms - AGE_MS, who, _named(ask), answer))

    def note(self, what: str) -> None:
        if self.tracing:
            self.tell("", what, "")

    # The phases -----------------------------------------------------------------------------------

    def play(self) -> None:
        """Let everything happen until nobody wants anything, or it has gone on for too long."""
        while self.counts["asks"] < MOST_ASKS and (operator := self._next()):
            self._happen()
            self._step(operator, self._fault(operator))
        for operator in self.operators:
            operator.kill()
            operator.todo.clear()
        self._rest()

    def recover(self) -> bool:
        """Start the programs again, nothing fails any more; say whether all was finished."""
        self.land(everything=True)
        for _ in range(MOST_RECOVERIES):
            self._quietly()
            if not any(each.unfinished for each in self.operators):
                return True
            self.world.ms += 60_000
        return not self.habits.recovers

    def press(self, click: Click, by: int = 0) -> Outcome | Refused | None:
        """Let one operator click once more, with nobody else about; None: it did not come to it."""
        operator = self.operators[by]
        before = len(operator.journal)
        operator.todo = [click]
        self.world.ms += 11 * 60_000
        self._quietly()
        return operator.journal[-1].ended if len(operator.journal) > before else None

    def _quietly(self) -> None:
        """Let the programs run without faults, until nobody wants anything, or for too long."""
        starts, asks = Counter[str](), 0
        while asks < MOST_ASKS:
            ready = [
                each
                for each in self.operators
                if each.busy or (each.wanting and starts[each.name] < 2)
            ]
            if not ready:
                return
            operator = self._chosen(ready)
            starts[operator.name] += not operator.busy
            asks += 1
            self.world.ms += 200
            self.go_on(operator)
        self.counts["endless"] += 1
        for each in self.operators:
            each.kill()

    # One step -------------------------------------------------------------------------------------

    def _next(self) -> Operator | None:
        ready = [
            each
            for each in self.operators
            if each.busy or (each.wanting and self.counts[f"starts {each.name}"] < MOST_STARTS)
        ]
        return self._chosen(ready) if ready else None

    def _chosen(self, ready: list[Operator]) -> Operator:
        awake = [each for each in ready if each.awake_ms <= self.world.ms]
        if not awake:
            first = min(ready, key=lambda each: each.awake_ms)
            self.world.ms = first.awake_ms
            return first
        if self.last in awake and self.chance.random() < self.schedule.stick:
            return self.last
        return self.chance.choice(awake)

    def _happen(self) -> None:
        """Let time go by, and what comes with it."""
        self.world.ms += self.chance.randrange(50, 900)
        if self.late:
            self.land()
        schedule = self.schedule
        if schedule.hand_rate and self.chance.random() < schedule.hand_rate:
            self.meddle()
        if schedule.world_rate and self.chance.random() < schedule.world_rate:
            self._turn()

    def meddle(self) -> None:
        """Let somebody change something by hand."""
        if deed := meddle(self.world, self.schedule.key, self.chance):
            self.counts[f"by hand: {deed.split(' ')[0]}"] += 1
            self.note(f"by hand: {deed}")

    def _turn(self) -> None:
        """Let an accountant lock the period or archive an account, or undo it."""
        if self.chance.random() < 0.5:
            self.world.locked_to = None if self.world.locked_to else DATED_ON
            self.note(f"period locked to {self.world.locked_to}")
        else:
            self.world.archived ^= {ARCHIVED}
            self.note(f"archived {self.world.archived}")
        self.counts["settings changed"] += 1

    def _fault(self, operator: Operator) -> Fault:
        writing = isinstance(operator.ask, Create | Alter)
        rate = self.schedule.fault_rate * (1.5 if writing else 0.5)
        if not operator.busy or self.chance.random() >= rate:
            return ""
        if self.schedule.sleepy:
            return "stall"
        return self.chance.choice(ON_WRITE if writing else ON_READ)

    def _step(self, operator: Operator, fault: Fault) -> None:
        if operator.busy and self.chance.random() < self.schedule.kill_rate:
            self.kill(operator, done=self.chance.random() < 0.5)
            self._pause_before_restart(operator)
        else:
            self.go_on(operator, fault)
        self.last = operator

    def kill(self, operator: Operator, *, done: bool) -> None:
        """End a program before its ask is sent; or, if ``done``, before the reply to a write."""
        if done and isinstance(operator.ask, Create | Alter):
            operator.written(operator.ask, "unheard")
            self.note(f"{operator.name}: {_named(operator.ask)} done, and killed")
        else:
            self.note(f"{operator.name} killed before {_named(operator.ask)}")
        self.counts["kills"] += 1
        operator.kill()
        self._rest()

    def go_on(self, operator: Operator, fault: Fault = "") -> None:
        """Answer the ask at hand, or start the program."""
        self.counts["asks"] += 1
        if operator.busy:
            self.counts[f"fault: {fault}"] += bool(fault)
            operator.advance(fault)
        else:
            self.counts[f"starts {operator.name}"] += 1
            operator.start()
        if not operator.busy:
            self._pause_before_restart(operator)
            self._rest()

    def _pause_before_restart(self, operator: Operator) -> None:
        if self.chance.random() < 0.2:
            operator.awake_ms = self.world.ms + self.chance.randrange(15 * 60_000)

    def _rest(self) -> None:
        """Count the moments in which nobody is at work and more stands than should."""
        if any(each.busy for each in self.operators):
            return
        token = self.schedule.key.token
        before, now = self.duplicated, len(self.world.ours_standing(token)) > max(1, self.at_first)
        self.duplicated = now
        self.at_rest += now and not before

    def _later(self, ask: Ask, operator: Operator) -> None:
        self.late.append((self.world.ms + self.chance.randrange(100, 90_000), ask, operator))

    def land(self, *, everything: bool = False) -> None:
        """Let the writes that are due be done in Xero; nobody hears of it."""
        for each in sorted(self.late, key=lambda each: each[0]):
            due_ms, ask, operator = each
            if everything or due_ms <= self.world.ms:
                self.world.ms = max(self.world.ms, due_ms)
                self.late.remove(each)
                answer = operator.write(ask)
                if isinstance(ask, Create) and isinstance(answer, Written):
                    self.made_late.add(answer.document.id)
                self.note(f"late from {operator.name}: {_named(ask)}")

    def entries(self) -> list[tuple[Operator, Entry]]:
        """All that was ended, the last one last."""
        every = [(each, entry) for each in self.operators for entry in each.journal]
        return sorted(every, key=lambda pair: pair[1].ended_ms)


def _named(ask: Ask | str | None) -> str:
    match ask:
        case Create(draft):
            return f"Create {draft.kind} {draft.number}"
        case Alter(change, step):
            return f"{step} {change.of.id[6:8]} {change.number} {change.status}".rstrip()
        case str():
            return ask
    return type(ask).__name__
