"""What people do by hand in Xero while somebody posts: each of them is allowed to.

Protects: hand edits change what may stand, so they are told apart from faults, one name each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

from world import LEDGER, World, payment

from truebooks_xl.core.ledger import Document, Draft
from truebooks_xl.core.reference import Key

Hand = Callable[[World, Document], None]


def _void(world: World, document: Document) -> None:
    if not document.applied and document.status != "PAID":
        world.put(replace(document, status="VOIDED"))


def _pay(world: World, document: Document) -> None:
    if document.kind != "MANUALJOURNAL":
        world.put(replace(document, applied=(payment(document),)))


def _edit(world: World, document: Document) -> None:
    """Move the last line to another account."""
    *others, last = document.lines
    world.put(replace(document, lines=(*others, replace(last, account="399"))))


def _renumber(world: World, document: Document) -> None:
    if document.kind == "ACCREC":
        world.put(replace(document, number=f"INV-{document.id[4:8]}"))


def _copy(world: World, document: Document) -> None:
    """Copy it under the reference, as Xero's button does: a number of its own, at once approved."""
    draft = _drafted(document, f"INV-{len(world.held) + 1:04d}")
    status = "POSTED" if document.kind == "MANUALJOURNAL" else "AUTHORISED"
    world.create(draft, "hand", status=status)


def _copy_as_draft(world: World, document: Document) -> None:
    world.create(_drafted(document, f"INV-{len(world.held) + 1:04d}"), "hand")


def _delete(world: World, document: Document) -> None:
    world.put(replace(document, status="DELETED"))


def _approve(world: World, document: Document) -> None:
    zero = not document.total and document.kind != "MANUALJOURNAL"
    posted = "POSTED" if document.kind == "MANUALJOURNAL" else "PAID" if zero else "AUTHORISED"
    if any(line.account for line in document.lines):  # a lock has nothing to approve
        world.put(replace(document, status=posted))


def _submit(world: World, document: Document) -> None:
    if document.kind != "MANUALJOURNAL" and any(line.account for line in document.lines):
        world.put(replace(document, status="SUBMITTED"))


ON_STANDING: Final[dict[str, Hand]] = {
    "voided": _void,
    "paid": _pay,
    "edited": _edit,
    "renumbered": _renumber,
    "copied": _copy,
    "copied as a draft": _copy_as_draft,
}

ON_DRAFT: Final[dict[str, Hand]] = {
    "deleted": _delete,
    "approved": _approve,
    "edited": _edit,
    "submitted": _submit,
}


def meddle(world: World, of: Key, chance: Random) -> str:
    """Let somebody do one thing to one document of a settlement; returns its name, "" for none."""
    ours = [
        held.now
        for held in world.held.values()
        if held.token == of.token and held.by != "hand" and held.now.status in {*LEDGER, "DRAFT"}
    ]
    if not ours:
        return ""
    document = chance.choice(ours)
    deeds = ON_DRAFT if document.status == "DRAFT" else ON_STANDING
    name = chance.choice(sorted(deeds))
    deeds[name](world, document)
    return f"{name} {document.number or document.kind}"


def _drafted(document: Document, number: str) -> Draft:
    own = document.number if document.kind == "ACCPAY" else document.reference
    return Draft(
        kind=document.kind,
        number=number,
        reference=own,
        contact_id=document.contact_id,
        dated_on=document.dated_on,
        due_on=document.dated_on,
        currency=document.currency,
        lines=document.lines,
    )
