"""How Xero stands before a schedule begins: nothing, one, two, or what an interrupted run left.

Protects: the protocol starts from every state it may leave behind itself, and from what others did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from contents import LONGER, key, pounds, wanted
from schedules import Schedule
from world import World

from truebooks_xl.core.ledger import DocumentLine, Draft
from truebooks_xl.core.posting.asks import Written

AGE_MS: Final = 20 * 60_000


def begin(world: World, schedule: Schedule) -> str:
    """Put the beginning into Xero, 20 minutes ago; returns the id of what stands, if one does."""
    other = replace(wanted(key("", LONGER), "ACCREC", 0), number="AMZ-TB-10005")
    world.create(other, "start", status="AUTHORISED")
    made = STARTS[schedule.start](world, schedule)
    world.ms = AGE_MS
    return made


def _put(world: World, draft: Draft, status: str, by: str = "start") -> str:
    posted = "POSTED" if draft.kind == "MANUALJOURNAL" and status == "AUTHORISED" else status
    answer = world.create(draft, by, status=posted)
    assert isinstance(answer, Written), answer
    return answer.document.id


def _draft(schedule: Schedule, number: str, content: int = 0) -> Draft:
    draft = wanted(schedule.key, schedule.kinds[content], content, zero=schedule.zero)
    return replace(draft, number=number) if draft.kind == "ACCREC" else draft


def _nothing(world: World, schedule: Schedule) -> str:
    return ""


def _one(world: World, schedule: Schedule) -> str:
    return _put(world, _draft(schedule, "AMZ-TB-10001"), "AUTHORISED")


def _two(world: World, schedule: Schedule) -> str:
    _put(world, _draft(schedule, "AMZ-TB-10002"), "AUTHORISED")
    return _one(world, schedule)


def _voided(world: World, schedule: Schedule) -> str:
    _put(world, _draft(schedule, "AMZ-TB-10001-V1"), "VOIDED")
    return ""


def _burnt(world: World, schedule: Schedule) -> str:
    _put(world, _draft(schedule, "AMZ-TB-10001"), "VOIDED")
    return ""


def _half_retired(world: World, schedule: Schedule) -> str:
    return _put(world, _draft(schedule, "AMZ-TB-10001-V1"), "AUTHORISED")


def _awaiting(world: World, schedule: Schedule) -> str:
    _put(world, _draft(schedule, "AMZ-TB-10001", schedule.seed % 2), "DRAFT")
    return ""


def _reserved(world: World, schedule: Schedule) -> str:
    draft = wanted(schedule.key, "ACCREC", schedule.seed % 2, zero=schedule.zero)
    _put(world, draft, "DRAFT")
    return ""


def _locked(world: World, schedule: Schedule) -> str:
    line = DocumentLine("TrueBooks XL lock Z0000001-mark Z then", "", "", pounds(0), pounds(0))
    _put(world, replace(wanted(schedule.key, "ACCREC", 0), lines=(line,)), "DRAFT")
    return ""


def _released(world: World, schedule: Schedule) -> str:
    _put(world, replace(wanted(schedule.key, "ACCREC", 1), number="TBX-0a0b0c0d"), "DRAFT")
    return ""


def _copied(world: World, schedule: Schedule) -> str:
    _put(world, replace(wanted(schedule.key, "ACCREC", 0), number="INV-0001"), "AUTHORISED", "hand")
    return ""


def _copied_as_a_draft(world: World, schedule: Schedule) -> str:
    _put(world, replace(wanted(schedule.key, "ACCREC", 0), number="INV-0001"), "DRAFT", "hand")
    return ""


STARTS: Final[dict[str, Callable[[World, Schedule], str]]] = {
    "nothing": _nothing,
    "one": _one,
    "two": _two,
    "voided": _voided,
    "burnt": _burnt,
    "half retired": _half_retired,
    "awaiting": _awaiting,
    "reserved": _reserved,
    "locked": _locked,
    "released": _released,
    "copied": _copied,
    "copied as a draft": _copied_as_a_draft,
}
