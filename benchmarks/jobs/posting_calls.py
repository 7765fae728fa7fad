"""How many calls posting takes, and how long the limits make it wait, on a simulated clock.

The real driver over the real xero-python against the practice Xero; counted from its request log,
without pre-flight, notes and attachments. Prints a line for each way: name, calls, seconds waited.
"""

import sys
import tempfile
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

from truebooks_xl.actions.posting.driving import Session, drive
from truebooks_xl.actions.posting.jobs import Job
from truebooks_xl.core.ledger import DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.task import Task
from truebooks_xl.core.reference import Key, reference
from truebooks_xl.journal.store import Journal
from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.connect import TOKEN
from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.xero.pace import Pace
from truebooks_xl.xero.sdk import XeroSdk

MANY = int(sys.argv[1])
DAY = date(2026, 5, 18)
A_MINUTE = 60


class Clock:
    """A clock on which only waiting takes time."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


def task(n: int, contact: str, *, pence: int = 0, plan: tuple[str, ...] = ()) -> Task:
    """Make the posting of one small settlement; other pence make it a repost."""
    total = Money(10_000 + n, "GBP")
    key = Key("UK", str(26_880_000_000 + n))
    nothing = Money(0, "GBP")
    lines = (
        DocumentLine("Sales", "200", "ZERORATEDOUTPUT", Money(20_000 + n + pence, "GBP"), nothing),
        DocumentLine("Fees", "402", "NONE", Money(-10_000 - pence, "GBP"), nothing),
    )
    named = reference(total, key)
    wanted = Draft("ACCREC", key.reservation, named, contact, DAY, DAY, "GBP", lines)
    return Task(
        aim="repost" if plan else "post",
        key=key,
        reference=named,
        wanted=wanted,
        mark=uuid.uuid4().hex,
        at=datetime.now(UTC),
        guard="off",
        plan=plan,
    )


def run(folder: Path, count: int, policies: dict[str, str]) -> None:
    """Post so many, then repost them; print both."""
    clock = Clock()
    with serving(folder) as address, Store(folder) as store:
        control = Control(store)
        for name, setting in policies.items():
            control.set_policy(name, setting)
        pace = Pace(clock=clock, sleep=clock.sleep)
        with XeroSdk(address, tenant_of("GB"), lambda: TOKEN, pace=pace) as xero:
            journal = Journal(f"sqlite:///{folder / 'journal.sqlite'}")
            contact = xero.contact("Amazon.co.uk", network_key="bench")
            session = Session(xero, xero.organisation(), journal, 1, 0, lambda _: None)
            session.look_up_numbers()
            posts = [task(n, contact) for n in range(count)]
            standing = carried(
                session, control, clock, contact=contact, tasks=posts, name="first posts"
            )
            reposts = [task(n, contact, pence=1, plan=(each,)) for n, each in enumerate(standing)]
            carried(session, control, clock, contact=contact, tasks=reposts, name="reposts")
            if count == MANY:
                before = len(control.requests())
                found = xero.search("TBUK-")
                calls = len(control.requests()) - before
                print(f"search of {len(found)} documents|{calls}|0")
            journal.close()


def carried(
    session: Session, control: Control, clock: Clock, *, contact: str, tasks: list[Task], name: str
) -> list[str]:
    """Carry the tasks out; print the calls they took and what the pace waited for."""
    before, began = len(control.requests()), clock.seconds
    begun = session.journal.begin_all(
        "bench", "bench", [(each, None) for each in tasks], at=tasks[0].at
    )
    jobs = [Job(each, lambda: contact) for each in begun]
    drive(session, jobs)
    calls = len(control.requests()) - before
    wrong = [str(job.error) for job in jobs if job.error]
    assert not wrong, wrong[:3]
    print(f"{len(tasks)} {name}|{calls}|{clock.seconds - began:.0f}")
    clock.seconds += A_MINUTE
    standing = [job.outcome.standing for job in jobs if job.outcome]
    return [each.id for each in standing if each]


for count, policies in (
    (1, {}),
    (MANY, {}),
    (MANY, {"batch_post_by_id": "refused"}),
):
    with tempfile.TemporaryDirectory() as place:
        run(Path(place), count, policies)
