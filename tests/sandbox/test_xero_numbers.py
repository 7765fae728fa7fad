"""Numbers: unique among invoices because the database says so, also between two processes."""

from __future__ import annotations

import multiprocessing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, invoice

from truebooks_xl.core.ledger import Document, DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.sandbox.xero.connect import sandbox_xero
from truebooks_xl.xero.errors import NumberTaken

pytest_plugins = ["desk_fixtures"]

TAKEN = ["Invoice # must be unique."]
ROUNDS = 12


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "AUTHORISED"])
def test_a_number_is_taken_in_every_living_status(desk: Desk, contact: str, status: str) -> None:
    desk.put(invoice(contact, "A-1", Status=status))
    assert desk.put(invoice(contact, "A-1")).said == TAKEN
    assert desk.put(invoice(contact, "a-1")).said == TAKEN, "case makes no other number"


def test_a_number_is_taken_for_a_change_as_well(desk: Desk, contact: str) -> None:
    desk.put(invoice(contact, "A-1"))
    other = desk.put(invoice(contact, "A-2")).one
    assert desk.change(other, InvoiceNumber="A-1").said == TAKEN
    assert desk.read(other)["InvoiceNumber"] == "A-2"


@pytest.mark.parametrize(
    ("policies", "refused"),
    [
        ({}, TAKEN),
        ({"voided_number": "free"}, None),
        (
            {"voided_number_message": "Invoice not of valid status for modification"},
            ["Invoice not of valid status for modification"],
        ),
    ],
)
def test_a_voided_number_follows_the_policy(
    desk: Desk, contact: str, policies: dict[str, str], refused: list[str] | None
) -> None:
    for name, setting in policies.items():
        desk.control.set_policy(name, setting)
    voided = desk.put(invoice(contact, "A-1", Status="AUTHORISED")).one
    desk.change(voided, Status="VOIDED")
    answer = desk.put(invoice(contact, "A-1"))
    assert answer.said == refused if refused else answer.status == 200


@pytest.mark.parametrize(("setting", "status"), [("free", 200), ("taken", 400)])
def test_a_deleted_number_follows_the_policy(
    desk: Desk, contact: str, setting: str, status: int
) -> None:
    desk.control.set_policy("deleted_number", setting)
    deleted = desk.put(invoice(contact, "A-1")).one
    desk.change(deleted, Status="DELETED")
    assert desk.put(invoice(contact, "A-1")).status == status


def test_renaming_frees_the_number(desk: Desk, contact: str) -> None:
    old = desk.put(invoice(contact, "A-1", Status="AUTHORISED")).one
    assert desk.change(old, InvoiceNumber="A-1-V1").status == 200
    assert desk.change(old, Status="VOIDED").status == 200
    assert desk.put(invoice(contact, "A-1")).status == 200


@pytest.mark.parametrize(
    ("policy", "setting", "change"),
    [
        ("rename_authorised", "refused", {"InvoiceNumber": "A-9"}),
        ("rename_with_void", "refused", {"InvoiceNumber": "A-9", "Status": "VOIDED"}),
    ],
)
def test_renaming_what_is_approved_follows_the_policy(
    desk: Desk, contact: str, policy: str, setting: str, change: dict[str, Any]
) -> None:
    made = desk.put(invoice(contact, Status="AUTHORISED")).one
    desk.control.set_policy(policy, setting)
    assert desk.change(made, **change).said == ["Invoice not of valid status for modification"]
    desk.control.set_policy(policy, "allowed")
    assert desk.change(made, **change).status == 200


def test_one_call_for_number_and_approval_follows_the_policy(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact)).one
    desk.control.set_policy("rename_with_authorise", "refused")
    assert desk.change(made, InvoiceNumber="A-9", Status="AUTHORISED").status == 400
    assert desk.change(made, InvoiceNumber="A-9").status == 200
    assert desk.change(made, Status="AUTHORISED").status == 200


def test_bills_share_numbers(desk: Desk, contact: str) -> None:
    bill = invoice(contact, "same", Type="ACCPAY", Reference="is ignored")
    assert desk.put(bill).one["Reference"] == ""
    assert desk.put(bill).status == 200
    assert desk.put(invoice(contact, "same")).status == 200


def test_an_invoice_without_a_number_gets_the_next(desk: Desk, contact: str) -> None:
    unnumbered = invoice(contact)
    del unnumbered["InvoiceNumber"]
    numbers = [desk.put(unnumbered).one["InvoiceNumber"] for _ in range(2)]
    assert numbers == ["INV-0001", "INV-0002"]


def race(folder: str, start: Any, outcomes: Any, who: str) -> None:  # noqa: ANN401
    """One operator: at each start, reserve the number the other reserves at the same moment."""
    amount = Money(12_000, "GBP")
    lines = (DocumentLine("Sales", "200", "OUTPUT2", amount, Money(2000, "GBP")),)
    day = date(2026, 5, 20)
    with sandbox_xero(Path(folder), "GB") as xero:
        contact = xero.contact("Amazon.co.uk", network_key=who)
        for n in range(ROUNDS):
            draft = Draft(
                *("ACCREC", f"TBR-{n}", f"TBUK-{n} {who}", contact, day, day, "GBP"), lines
            )
            start.wait(timeout=60)
            (told,) = xero.create([draft], network_key=f"{who} {n}")
            assert isinstance(told, Document | NumberTaken)
            outcomes.put((n, "won" if isinstance(told, Document) else "taken"))


def test_of_two_processes_racing_for_a_number_exactly_one_wins(tmp_path: Path) -> None:
    """Each serves the same state itself, over sockets of its own."""
    context = multiprocessing.get_context("spawn")
    start, outcomes = context.Barrier(2), context.Queue()
    racers = [
        context.Process(target=race, args=(str(tmp_path), start, outcomes, who), daemon=True)
        for who in ("one", "two")
    ]
    for racer in racers:
        racer.start()
    seen = sorted(outcomes.get(timeout=60) for _ in range(2 * ROUNDS))
    for racer in racers:
        racer.join(timeout=60)
        assert racer.exitcode == 0
    assert seen == sorted((n, word) for n in range(ROUNDS) for word in ("taken", "won"))
