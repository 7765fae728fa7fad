"""An accountant at a workbook: a journal, a sheet, a list of clicks, and a program that may die.

Protects: what an operator knows is only what its journal recorded and Xero showed. The journal is
written as the real one is: the task before the first ask, each write before it is sent and after
it was answered, the end once the outcome is known; a kill forgets nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import Any

from contents import DATED_ON, by_account, correction, key, reference_of, same
from records import (
    STALL_MS,
    Click,
    Entry,
    Fault,
    Habits,
    Row,
    draft_key,
    row_of,
    said,
)
from world import ABSENT, LEDGER, SILENCE, Unfit, World, instant, refused

from truebooks_xl.core.ledger import Change, Document, Draft
from truebooks_xl.core.posting.asks import (
    Allocate,
    Alter,
    Answered,
    Ask,
    Create,
    Denied,
    Look,
    Pause,
    Read,
    Ready,
    Silent,
    Written,
)
from truebooks_xl.core.posting.rests_on import RestsOn
from truebooks_xl.core.posting.task import Outcome, Task
from truebooks_xl.core.reference import Key
from truebooks_xl.errors import DataError, Refused, Unavailable


@dataclass(slots=True)
class Operator:
    """One of the accountants; ``late`` takes writes that Xero will do later."""

    name: str
    world: World
    habits: Habits
    late: Callable[[Ask, Operator], None]
    tell: Callable[[str, Ask, str], None] | None = None
    todo: list[Click] = field(default_factory=list)
    journal: list[Entry] = field(default_factory=list)
    sheet: dict[str, Row] = field(default_factory=dict)
    seen: dict[str, Document] = field(default_factory=dict)
    read_ms: dict[str, int] = field(default_factory=dict)
    looked_ms: int = 0
    awake_ms: int = 0
    asks: int = 0
    pauses: int = 0
    marks: int = 0
    steps: Generator[Ask, Any, None] | None = None
    ask: Ask | None = None
    entry: Entry | None = None

    # The program ------------------------------------------------------------------------------

    @property
    def unfinished(self) -> Entry | None:
        return next((each for each in self.journal if each.ended is None), None)

    @property
    def busy(self) -> bool:
        return self.steps is not None

    @property
    def wanting(self) -> bool:
        """Whether starting the program would do something."""
        return bool(self.todo) or (self.habits.recovers and self.unfinished is not None)

    def start(self) -> None:
        """Press a button: recovery comes first, then what was clicked."""
        self.steps = self._work()
        self._resume(next)

    def kill(self) -> None:
        """End the program; journal and sheet are on the disk."""
        self.steps = self.ask = self.entry = None

    def advance(self, fault: Fault) -> None:
        """Get the ask at hand answered, and go on to the next."""
        assert self.ask is not None
        self.asks += 1
        try:
            answer = self._answer(self.ask, fault)
        except (DataError, Refused, Unavailable) as error:
            thrown = error
            self._resume(lambda steps: steps.throw(thrown))
        else:
            self._resume(lambda steps: steps.send(answer))

    def _resume(self, how: Callable[[Generator[Ask, Any, None]], Ask]) -> None:
        assert self.steps is not None
        try:
            self.ask = how(self.steps)
        except (StopIteration, Unavailable):
            self.kill()

    def _work(self) -> Generator[Ask, Any, None]:
        while self.habits.recovers and (left := self.unfinished) is not None:
            if not left.writes:  # nothing can have happened
                self._end(left, refused("It was stopped before anything was written."))
                continue
            self.entry = left
            yield from self._carry(left, self._resumed(left.task))
        while self.todo:
            try:
                task = yield from self._task(self.todo[0])
            except Refused:
                task = None
            self.todo.pop(0)
            if task is None:
                continue
            entry = Entry(task)
            self.journal.append(entry)
            self._show(entry.token, Row("Posting"))
            yield from self._carry(entry, task)

    def _carry(self, entry: Entry, task: Task) -> Generator[Ask, Any, None]:
        self.entry = entry
        self.read_ms.clear()
        try:
            self._end(entry, (yield from self.habits.carry_out(task)))
        except Refused as no:
            self._end(entry, no)
        except DataError as wrong:
            self._end(entry, refused(wrong.what))
        except Unavailable as silence:
            self._show(entry.token, Row("Unknown", says=silence.what))
            raise
        self.entry = None

    def _end(self, entry: Entry, how: Outcome | Refused) -> None:
        entry.ended, entry.ended_ms = how, self.world.ms
        stands = how.standing if isinstance(how, Outcome) else None
        # What was not read by its id is claimed to be so now.
        read_ms = self.read_ms.get(stands.id, self.world.ms) if stands else self.looked_ms
        entry.known_ms = read_ms
        self._show(entry.token, row_of(how))

    def _show(self, token: str, row: Row) -> None:
        """Write the row; what it showed to stand is kept until something else is known."""
        shown = self.sheet.get(token)
        if shown is not None and row.status in {"Refused", "Posting", "Unknown"}:
            row = replace(row, number=shown.number, document_id=shown.document_id)
        self.sheet[token] = row

    # What it sets out to do -----------------------------------------------------------------------

    def _task(self, click: Click) -> Generator[Ask, Any, Task | None]:
        if click.aim == "correct":
            return (yield from self._correction(click))
        if click.aim == "post" and not self.habits.plans_at_post:
            return self.begun(click, click.wanted, ())
        shown = self.sheet.get(click.key.token)
        if shown is not None and shown.document_id and not click.searches:
            plan: tuple[str, ...] = (shown.document_id,)
        else:
            found: tuple[Document, ...] = yield Look(click.key, reference_of(click.key))
            plan = tuple(each.id for each in found if self._ours_active(each, click.key))
        return self.begun(click, None if click.aim == "rollback" else click.wanted, plan)

    def begun(
        self, click: Click, draft: Draft | None, plan: tuple[str, ...], family: tuple[str, ...] = ()
    ) -> Task:
        self.marks += 1
        of = draft_key(draft, click.key)
        row = self.sheet.get(of.token)
        shown = (row.document_id,) if row and row.document_id and click.aim == "post" else ()
        return self._known(
            Task(
                aim=click.aim,
                key=of,
                reference=reference_of(of),
                wanted=draft,
                mark=f"{self.name}{self.marks:07d}-mark",
                at=instant(self.world.ms),
                user=self.name,
                plan=plan,
                shown=shown,
                family=family,
                as_draft=click.as_draft,
                take_over=click.take_over,
                guard=self.habits.guard,
                journals_about=DATED_ON,
                pauses=self.habits.guard == "wait" and self.habits.shared,
            )
        )

    def _resumed(self, task: Task) -> Task:
        """Take up a task with all that is known by now, on the long path (as recovery does)."""
        return replace(
            self._known(task),
            made=tuple(self.entry.made) if self.entry else (),
            retiring=bool(self.entry and {"Rename", "Void"} & set(self.entry.writes)),
            thorough=True,
            at=instant(self.world.ms),
            pauses=self.habits.guard == "wait",
        )

    def _known(self, task: Task) -> Task:
        own = [each for each in self.journal if each.token == task.key.token]
        return replace(
            task,
            known=tuple(sorted({document_id for each in own for document_id in each.ids})),
            marks=tuple(each.task.mark for each in own),
            number=next((each.number for each in reversed(own) if each.number), ""),
        )

    def _correction(self, click: Click) -> Generator[Ask, Any, Task | None]:
        """Gather what stands, and set out to post the difference to the new preview."""
        found: tuple[Document, ...] = yield Look(click.key, reference_of(click.key))
        originals = [each for each in found if self._ours_active(each, click.key)]
        if len(originals) != 1:
            return None
        stem = f"{click.key.token}-C"
        corrections = [each for each in found if stem in each.reference and each.status in LEDGER]
        sums, rests_on = by_account(click.wanted), []
        for each in (*originals, *corrections):
            now: Document = yield Read(each.id, each.kind)
            rests_on.append(RestsOn.of(now))
            for account, minor in by_account(now).items():
                sums[account] = sums.get(account, 0) - minor
        lines = tuple((account, sums[account]) for account in sorted(sums) if sums[account])
        moved: int = sum(sums.values())
        if not lines or moved:
            return None  # nothing to correct, or not to be corrected by moving amounts
        used = {each.reference.split(stem)[-1] for each in corrections}
        n = next(n for n in range(1, 100) if str(n) not in used)
        draft = correction(key(f"-C{n}", click.key.settlement_id), lines)
        task = self.begun(click, draft, (), tuple(each.id for each in corrections))
        return replace(task, rests_on=tuple(rests_on))

    def _ours_active(self, document: Document, of: Key) -> bool:
        if document.status not in LEDGER and document.status != "SUBMITTED":
            return False
        words = f"{document.reference} {document.number}".split()
        if of.token not in words:
            return False
        made = {document_id for each in self.journal for document_id in each.ids}
        own = document.number.startswith(("AMZ-TB-", "TBR-", "TBX-", "TBD-"))
        if document.kind != "ACCREC":
            own = (document.number or document.reference).startswith("(")
        return own or document.id in made

    # What answers it ------------------------------------------------------------------------------

    def _answer(self, ask: Ask, fault: Fault) -> object:
        if fault == "stall":
            self.awake_ms = self.world.ms + STALL_MS
        try:
            answer = self._answered(ask, fault)
        except (DataError, Refused, Unavailable) as error:
            if self.tell is not None:
                self.tell(self.name, ask, error.what)
            raise
        if self.tell is not None:
            self.tell(self.name, ask, said(answer, fault))
        return answer

    def _answered(self, ask: Ask, fault: Fault) -> object:
        match ask:
            case Create() | Alter():
                return self.written(ask, fault)
            case Pause():
                self.pauses += 1
                self.awake_ms = self.world.ms + 1000 * self.habits.wait_s
                return None
        if fault == "unavailable":
            raise SILENCE
        match ask:
            case Look(of):
                self.looked_ms = self.world.ms
                return tuple(map(self._saw, self.world.look(of.settlement_id)))
            case Read(document_id, kind):
                now = self.world.read(document_id)
                if "MANUALJOURNAL" in {kind, now.kind} and kind != now.kind:
                    raise ABSENT
                self.read_ms[document_id] = self.world.ms
                return self._saw(now)
            case Ready():
                return self._ready()
            case Allocate(taken):
                return self._allocated(taken)
        raise AssertionError(ask)

    def _ready(self) -> str:
        draft = self.entry.task.wanted if self.entry else None
        if draft is not None and self.world.locked_to and draft.dated_on <= self.world.locked_to:
            raise Unfit("The document date is not after the lock date")
        if draft is not None and any(each.account in self.world.archived for each in draft.lines):
            raise Unfit("The account is archived")
        return "contact"

    def _allocated(self, taken: frozenset[str]) -> str:
        own = (each.number for each in self.journal if each.number)
        highest = max((int(each.split("-")[2]) for each in own), default=10000)
        n = max(self.world.highest_number(), highest) + 1
        while f"AMZ-TB-{n}" in taken:
            n += 1
        return f"AMZ-TB-{n}"

    def written(self, ask: Create | Alter, fault: Fault) -> Answered:
        if self.entry is not None:
            self.entry.writes.append("Create" if isinstance(ask, Create) else ask.step)
        if isinstance(ask, Alter):
            self._watch(ask.change)
            self._intends(ask.change)
        if fault == "denied":
            return Denied(refused("You are not permitted to access this resource"))
        if fault == "late":
            self.late(ask, self)
        if fault in {"lost", "late"}:
            return Silent(SILENCE)
        answer = self.write(ask)
        if fault == "twice":
            self.write(ask)
        if fault == "unheard":
            return Silent(SILENCE)
        if isinstance(answer, Written):
            self._saw(answer.document)
            if isinstance(ask, Create) and self.entry is not None:
                lock = not answer.document.lines[0].account
                (self.entry.locks if lock else self.entry.made).append(answer.document.id)
        return answer

    def write(self, ask: Ask) -> Answered:
        """Do it in Xero, as this operator; a key that Xero has seen gets its stored reply."""
        if not self.habits.key_per_settlement or self.entry is None:
            return self._sent(ask)
        step = ask.step if isinstance(ask, Alter) else "Create"
        return self.world.replayed(f"{self.name} {self.entry.token} {step}", ask, self._sent)

    def _sent(self, ask: Ask) -> Answered:
        if isinstance(ask, Create):
            return self.world.create(ask.draft, self.name)
        assert isinstance(ask, Alter)
        if ask.step == "Edit":  # only a mutation asks for that
            assert self.entry is not None
            assert self.entry.task.wanted is not None
            return self.world.edit(ask.change.of.id, self.entry.task.wanted.lines)
        answer = self.world.alter(ask.change, self.name)
        if isinstance(answer, Written) and self.habits.lines_at_commit and ask.change.status:
            self.world.wrongs.append(f"{self.name} sent lines with {ask.step}")
        return answer

    def _saw(self, document: Document) -> Document:
        known = self.seen.get(document.id)
        if known is None or known.updated_at <= document.updated_at:
            self.seen[document.id] = document
        return document

    def _intends(self, change: Change) -> None:
        """Record which document is about to stand, and under which number."""
        if self.entry is None:
            return
        if change.number.startswith("AMZ-TB-") and "-V" not in change.number:
            self.entry.number = change.number
            self.entry.numbered.append(change.of.id)

    def _watch(self, change: Change) -> None:
        """Write down what may never be asked, whatever Xero says to it."""
        held = self.world.held[change.of.id]
        task = self.entry.task if self.entry is not None else None
        asked = f"{self.name} asked {change.of.id[:8]} for {change.number} {change.status}"
        if held.by == "hand" and held.now.kind == "ACCREC":  # other kinds have no number to tell
            self.world.wrongs.append(f"{asked}, and it was made by hand")
        if task is None or held.token != task.key.token:
            self.world.wrongs.append(f"{asked}, and it is {held.token}'s")
        elif change.status == "VOIDED" and task.aim in {"post", "correct"}:
            self.world.wrongs.append(f"{asked}, and {task.aim} never voids")
        elif change.status in LEDGER and held.now.status == "DRAFT":
            by_hand = held.edited_by_hand_ms >= 0  # in the moment between; nobody can see that
            looked_at = self.seen[change.of.id] if by_hand else held.now
            if task.wanted is None or not same(task.wanted, looked_at):
                self.world.wrongs.append(f"{asked}, and it is not what was previewed")
