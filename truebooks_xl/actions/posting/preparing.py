"""From a decided settlement to the task of posting it, with what is known of it so far.

Protects: what is posted is what was previewed and, where it is asked for, reviewed; whatever is
blocked, filed, locked or changed since is refused before the first write.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

from truebooks_xl import __version__, environment
from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.manual_journals import journals_about
from truebooks_xl.actions.posting.refusing import refuse_unfit, refuse_world
from truebooks_xl.actions.previewing.preview import previewed
from truebooks_xl.actions.previewing.proposals import Case
from truebooks_xl.actions.xero import SANDBOX
from truebooks_xl.core.as_posted import snapshot
from truebooks_xl.core.document import Proposal
from truebooks_xl.core.evidence import Evidence, posted_lines, rules_used
from truebooks_xl.core.foreign import expected_rate, typed_rate
from truebooks_xl.core.posting.drafts import draft
from truebooks_xl.core.posting.found import RECENT
from truebooks_xl.core.posting.keys import network_key
from truebooks_xl.core.posting.task import Aim, Guard, Task
from truebooks_xl.core.proposing import Proposed
from truebooks_xl.core.reference import Key
from truebooks_xl.core.rows import CellReader
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.errors import DataProblems
from truebooks_xl.journal.store import Known
from truebooks_xl.workbook.book import Row, Writable
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS


@dataclass(slots=True)
class Prepared:
    """One settlement ready to be carried out.

    Attributes:
        snapshot: the proposal as previewed, for the journal; None for a rollback.
        ready: checks everything that must hold before the first write; returns the contact's id.
        cells: of its row besides what the outcome says.
        told: of the row of the answer besides what the outcome says.
    """

    settlement_id: str
    status: str
    task: Task
    snapshot: Mapping[str, Any] | None
    ready: Callable[[], str]
    cells: Mapping[str, Writable] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


def prepare(
    desk: Desk,
    case: Case,
    aim: Aim,
    *,
    plan: tuple[str, ...] = (),
    journal_on: date | None = None,
    take_over: bool = False,
    checks: Callable[[], None] = lambda: None,
) -> Prepared:
    """Make the task of posting or reposting a decided settlement.

    Args:
        plan: ids of the active documents the accountant has seen and lets go.
        journal_on: the day of a manual journal among them.
        checks: what else must hold before the first write; raises.
    """
    proposal = case.proposed.proposal

    def ready() -> str:
        refuse_unfit(case, desk.space.settings, previewed=aim == "post")
        refuse_world(desk, proposal)
        checks()
        return contact(desk, case.marketplace.name)

    task = task_of(desk, case.row, proposal, aim, plan=plan, take_over=take_over)
    if journal_on is not None:
        task = replace(task, journals_about=journal_on)
    return Prepared(
        proposal.settlement_id,
        text(case.row, "status"),
        task,
        snapshot(evidence(desk, case.row, case.settlement, case.proposed, task)),
        ready,
        previewed(case),
    )


def evidence(
    desk: Desk, row: Row, settlement: Settlement, proposed: Proposed, task: Task
) -> Evidence:
    """Return what will be remembered of a posting; its number is told when it stands."""
    proposal, organisation = proposed.proposal, desk.session.organisation
    inputs = proposal.inputs
    return Evidence(
        version=__version__,
        organisation_id=organisation.id,
        organisation=organisation.name,
        key=task.key,
        reference=proposal.reference,
        document=proposal.document,
        currency=proposal.currency,
        dated_on=proposal.dated_on,
        due_on=proposal.due_on,
        total=proposal.total,
        number="",
        fingerprint=proposal.fingerprint,
        at=task.at,
        aim=task.aim,
        mark=task.mark,
        user=task.user,
        inputs=tuple((name, getattr(inputs, name)) for name in inputs.__slots__),
        file=settlement.sha256,
        layout=settlement.layout,
        prepared_by=text(row, "prepared_by"),
        reviewed_by=text(row, "reviewed_by"),
        lines=posted_lines(proposal),
        rules=rules_used(proposed.rules),
    )


def task_of(
    desk: Desk,
    row: Row,
    proposal: Proposal,
    aim: Aim,
    *,
    plan: tuple[str, ...] = (),
    family: tuple[str, ...] = (),
    take_over: bool = False,
) -> Task:
    """Make the task that brings a proposal about."""
    settings, code = desk.space.settings, proposal.marketplace
    key = key_of(proposal)
    base = desk.session.organisation.base_currency
    cells = CellReader(row)
    rate = typed_rate(cells)
    if cells.problems:
        raise DataProblems(cells.problems)
    expected = expected_rate(
        settings,
        (proposal.settlement_id, code, proposal.currency, proposal.dated_on),
        base,
        typed=rate,
        last=last_rate(desk, proposal.currency),
    )
    wanted = draft(
        proposal,
        key.reservation,
        "",
        clearing=settings.value("Clearing account", code),
        base_currency=base,
        rate=rate if proposal.currency != base else None,
    )
    return Task(
        aim=aim,
        key=key,
        reference=proposal.reference,
        wanted=wanted,
        plan=plan,
        family=family,
        take_over=take_over,
        as_draft=settings.value("Leave as draft") == "yes" and aim != "correct",
        rate_expected=expected,
        shown=tuple(filter(None, [text(row, "document_id")])) if aim == "post" else (),
        journals_about=journals_about(desk, key, proposal.dated_on),
        **circumstances(desk, key, take_over=take_over),
    )


def circumstances(desk: Desk, key: Key, *, take_over: bool = False) -> dict[str, Any]:
    """Return what a task says of who carries it out, when, and how careful it is."""
    settings, journal = desk.space.settings, desk.session.journal
    guard, at = cast(Guard, settings.value("List lag guard")), environment.now()
    known: Known = journal.known(desk.organisation_id, key.token)
    touched = journal.touched_since(desk.organisation_id, key.token, at - RECENT)
    shared = settings.value("People posting") == "several"
    real = desk.space.identity.connection != SANDBOX
    first = real and not journal.highest_number(desk.organisation_id)
    return {
        "mark": uuid.uuid4().hex,
        "at": at,
        "user": environment.user(),
        "known": known.ids,
        "marks": known.marks,
        "number": known.number,
        "guard": guard,
        "pauses": guard == "wait" and (shared or touched),
        "keep_retired": settings.value("Retired number") == "keep",
        "thorough": first or take_over or settings.value("Thorough posting") == "yes",
    }


def key_of(proposal: Proposal) -> Key:
    """Name the document of a proposal."""
    return Key(proposal.marketplace, proposal.settlement_id, proposal.part)


def last_rate(desk: Desk, currency: str) -> Decimal | None:
    """Return the rate of the document posted last in a currency, as its row tells it."""
    rates: dict[str, Decimal] = {}
    for row in desk.space.book.rows(SETTLEMENTS):
        cells = CellReader(row)
        total, base = cells.amount("total"), cells.amount("base_total")
        if total and base and text(row, "currency") == currency:
            rates[text(row, "posted_at")] = abs(total / base)
    return rates[max(rates)] if rates else None


def contact(desk: Desk, name: str) -> str:
    """Return the id of the marketplace's contact, made on first use."""
    named = network_key(desk.organisation_id, uuid.uuid4().hex, "Contact", name)
    return desk.world.contact(name, named)
