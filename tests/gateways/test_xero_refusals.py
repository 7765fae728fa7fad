"""Each refusal of Xero, in its own words, and what the accountant is told to do."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from contract import FEES, SALES, Line, alter, authorise, create, draft
from practice import GB, Practice, gateway

from truebooks_xl.core.ledger import Draft
from truebooks_xl.xero.errors import (
    MEANINGS,
    NumberTaken,
    RefusedByXero,
    UnknownOutcome,
    meaning,
)
from truebooks_xl.xero.outcomes import Asked, refused
from truebooks_xl.xero.sdk import XeroSdk

pytest_plugins = ["practice_fixtures"]


@dataclass(frozen=True)
class Case:
    """A refusal Xero gives by itself: what the world did, what was sent, what comes back."""

    said: str
    remedy: str
    lines: tuple[Line, ...] = (SALES, FEES)
    world: Callable[[Practice], None] = lambda _: None
    altered: Callable[[Draft], Draft] = lambda sent: sent
    on_approval: bool = False


PERIOD = "The document date cannot be before the period lock date, currently set at 31-May-2026"
YEAR = "The document date cannot be before the end of year lock date, currently set at 20-May-2026"

CASES = [
    Case(
        "The TaxType code 'OUTPUT2' cannot be used with account code '402'.",
        "Mapping row",
        lines=(("Seller fees", "402", "OUTPUT2", "10.00"),),
    ),
    Case(
        "Account code '999' is not a valid code for this document.",
        "Mapping row",
        lines=(("Sales", "999", "OUTPUT2", "10.00"),),
    ),
    Case(
        "Account code '090' is not a valid code for this document.",
        "Mapping row",
        lines=(("Bank", "090", "NONE", "10.00"),),
    ),
    Case(
        "Account code '610' is not a valid code for this document.",
        "Mapping row",
        lines=(("Debtors", "610", "NONE", "10.00"),),
    ),
    Case(
        "Account code '200' has been archived, or has been deleted. "
        "Each line item must reference a valid account.",
        "restore",
        world=lambda practice: practice.control.archive_account(GB, "200"),
    ),
    Case(
        "The TaxType code 'OUTPUT2' cannot be used with account code '200'.",
        "tax type",
        world=lambda practice: practice.control.archive_tax_rate(GB, "OUTPUT2"),
    ),
    Case(
        "You cannot save this transaction using an inventory account type",
        "Current Asset",
        lines=(("Stock", "630", "NONE", "10.00"),),
    ),
    Case(
        "Organisation is not subscribed to currency EUR",
        "Add the currency",
        world=lambda practice: practice.control.unsubscribe(GB, "EUR"),
        altered=lambda sent: replace(sent, currency="EUR", lines=()),
    ),
    Case(
        PERIOD,
        "lock date",
        world=lambda practice: practice.lock("2026-05-31", None),
        on_approval=True,
    ),
    Case(
        YEAR,
        "lock date",
        world=lambda practice: practice.lock(None, "2026-05-20"),  # the lock date is locked
        on_approval=True,
    ),
    Case(
        "Invoice with a total less than 0 cannot be approved",
        "bill",
        lines=(FEES,),
        on_approval=True,
    ),
    Case(
        "You have reached the limit of invoices you can approve",
        "plan",
        world=lambda practice: use_up_the_plan(practice),  # noqa: PLW0108 defined below
        on_approval=True,
    ),
    Case(
        "Account code '402' has been archived, or has been deleted. "
        "Each line item must reference a valid account.",
        "restore",
        world=lambda practice: practice.control.archive_account(GB, "402"),
        on_approval=True,
    ),
]


def use_up_the_plan(practice: Practice) -> None:
    practice.control.set_policy("plan_cap", "20/5")
    with gateway(practice, lambda: "another") as xero:
        contact = xero.contact("Amazon.co.uk", network_key="contact")
        for n in range(20):
            authorise(xero, create(xero, draft(contact, number=f"{n}")), f"INV-{n}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.said[:60])
def test_xero_refuses_in_its_own_words(case: Case, practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    wanted = case.altered(draft(contact, *case.lines))
    ask: Callable[[], Any] = partial(create, xero, wanted)
    if case.on_approval:
        ask = partial(authorise, xero, create(xero, wanted))
    case.world(practice)
    with pytest.raises(RefusedByXero) as told:
        ask()
    assert case.said in told.value.messages
    assert case.remedy in told.value.remedy
    assert case.said in str(told.value)


def test_both_lock_dates_may_be_told_together(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    made = create(xero, draft(contact))
    practice.lock("2026-05-31", "2026-05-20")
    with pytest.raises(RefusedByXero) as told:
        authorise(xero, made)
    assert told.value.messages == (PERIOD, YEAR)


def test_an_archived_contact_is_refused(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    practice.archive_contact(contact)
    with pytest.raises(RefusedByXero, match="must be un-archived"):
        create(xero, draft(contact))


def test_a_voided_number_is_taken(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    create(xero, draft(contact, number="AMZ-TB-10001"))
    with pytest.raises(NumberTaken, match="Invoice # must be unique"):
        create(xero, draft(contact, SALES, number="AMZ-TB-10001"), "two")


DEFECT = ("fault of TrueBooks XL", "settlement id")
PAID = ("payment or credit note is applied", "Remove & Redo", "Correct")
LOCKED = ("locked", "Move the lock date", "adviser", "Correct")
ROLE = ("role", "adviser")
SAID = [
    # Every message of Xero's we know, what the accountant is told of it, and what to do next.
    ("Invoice # must be unique.", ("number is taken", "Open the document")),
    ("Invoice not of valid status for modification", ("voided, deleted or paid", "press again")),
    ("Invoice not of valid status for creation", DEFECT),
    (
        "This document cannot be edited as it has a payment or credit note allocated to it.",
        PAID,
    ),
    *(
        (
            (
                f"The status {status} cannot be applied to the invoice because it has payments or "
                "credit notes allocated to it."
            ),
            PAID,
        )
        for status in ("VOIDED", "AUTHORISED", "SUBMITTED", "DRAFT")
    ),
    (PERIOD.replace("31-May-2026", "30-Nov-2018"), LOCKED),
    (YEAR.replace("20-May-2026", "31-Mar-2018"), LOCKED),
    (
        "The document cannot be edited as it is currently dated before the period lock date",
        LOCKED,
    ),
    (
        "The TaxType code 'OUTPUT2' cannot be used with account code '400'.",
        ("does not fit", "Mapping row"),
    ),
    (
        "Account code '999' is not a valid code for this document.",
        ("missing in Xero", "Mapping row"),
    ),
    (
        (
            "Account code '200' has been archived, or has been deleted. Each line item must "
            "reference a valid account."
        ),
        ("archived", "Mapping row", "restore"),
    ),
    (
        "You cannot save this transaction using an inventory account type",
        ("Inventory", "Current Asset"),
    ),
    (
        (
            "The contact with the specified contact details has been archived. The contact must be "
            "un-archived before creating new invoices or credit notes."
        ),
        ("archived", "restore"),
    ),
    (
        (
            "The contact name X is already assigned to another contact. The contact name must be "
            "unique across all active contacts."
        ),
        ("Another contact", "existing contact"),
    ),
    ("Organisation is not subscribed to currency EUR", ("not switched on", "Add the currency")),
    ("You have reached the limit of invoices you can approve", ("plan", "raise it")),
    ("The invoice total does not equal the sum of the lines.", DEFECT),
    ("The total debits (100.00) must equal total credits (-10.00)", DEFECT),
    (
        "The quantity value '-1.0000' is invalid. Quantity must not be less than zero.",
        DEFECT,
    ),
    (
        "The discount rate '0.00' is invalid. Discount must not be greater than the line total.",
        DEFECT,
    ),
    (
        "The User specified does not have the correct permissions to perform this action",
        ROLE,
    ),
    ("You are not permitted to access this resource", ROLE),
    ("Invoice with a total less than 0 cannot be approved", ("negative total", "bill")),
    ("A validation exception occurred", ("no further reason", "Preview")),
]


@pytest.mark.parametrize(("said", "told"), SAID, ids=[each[0][:50] for each in SAID])
def test_each_message_means_one_plain_sentence_and_a_next_step(
    said: str, told: tuple[str, ...]
) -> None:
    error = RefusedByXero("(£31.70) TBUK-1", (said.upper(),))
    sentence, *steps = told
    assert sentence.casefold() in error.what.casefold()
    assert said.upper() in error.what, "Xero's own words are always shown"
    assert all(step in error.remedy for step in steps)
    assert meaning(said).remedy == error.remedy
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_every_meaning_is_tried_here() -> None:
    tried = [meaning(said) for said, _ in SAID]
    assert set(MEANINGS.values()) == set(tried)


def test_the_one_message_that_is_no_refusal_says_to_look_first() -> None:
    said = "Idempotency Key: tb1-8f1e is used with a different request"
    told = refused(Asked("(£31.70) TBUK-1", writes=True), [said])
    assert isinstance(told, UnknownOutcome)
    assert "Xero is asked what it holds before anything is written" in told.remedy


FINAL = [PAID, LOCKED, ROLE, ("voided, deleted or paid", "press again")]
"""What forbids a change in whatever words it is asked for."""


@pytest.mark.parametrize(("said", "told"), SAID, ids=[each[0][:50] for each in SAID])
def test_only_what_no_other_body_could_change_is_final(said: str, told: tuple[str, ...]) -> None:
    assert RefusedByXero("x", (said,)).final == (told in FINAL)


@pytest.mark.parametrize("status", ["AUTHORISED", "VOIDED"])
def test_a_lock_date_and_a_payment_say_what_helps_whatever_was_tried(
    status: str, practice: Practice, xero: XeroSdk
) -> None:
    """A post is held by the lock date alone; a rollback and a repost by both."""
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    made = create(xero, draft(contact))
    if status == "VOIDED":
        made = authorise(xero, made)
    practice.lock("2026-05-31", None)
    with pytest.raises(RefusedByXero, match=r"Move the lock date in Xero.* Correct"):
        alter(xero, made, status=status)
    practice.lock(None, None)
    if status == "VOIDED":
        practice.pay(made.id, "1.00")
        with pytest.raises(RefusedByXero, match=r"Remove & Redo .* or .* use Correct"):
            alter(xero, made, status=status)


def test_an_unknown_message_passes_through_unchanged(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    said = ["Tuesdays are not supported for £-invoices", "Invoice # must be unique."]
    practice.control.fault("PUT", "/Invoices", "refuse", messages=said)
    with pytest.raises(NumberTaken) as told:
        create(xero, draft(contact))
    assert told.value.messages == tuple(said)
    assert said[0] in str(told.value)
