"""Each refusal of Xero, in its own words, and what the accountant is told to do."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from contract import FEES, SALES, Line, draft
from practice import GB, Practice

from truebooks_xl.core.ledger import Draft
from truebooks_xl.xero.errors import NumberTaken, RefusedByXero, meaning
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
    with XeroSdk(practice.address, GB, lambda: "another") as xero:
        contact = xero.contact("Amazon.co.uk", network_key="contact")
        for n in range(20):
            made = xero.reserve(draft(contact, number=f"{n}"), network_key=f"{n}")
            xero.authorise(made.id, f"INV-{n}", network_key=f"a{n}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.said[:60])
def test_xero_refuses_in_its_own_words(case: Case, practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    wanted = case.altered(draft(contact, *case.lines))
    ask: Callable[[], Any] = partial(xero.reserve, wanted, network_key="reserve")
    if case.on_approval:
        made = xero.reserve(wanted, network_key="reserve")
        ask = partial(xero.authorise, made.id, "AMZ-TB-10001", network_key="authorise")
    case.world(practice)
    with pytest.raises(RefusedByXero) as told:
        ask()
    assert case.said in told.value.messages
    assert case.remedy in told.value.remedy
    assert case.said in str(told.value)


def test_both_lock_dates_may_be_told_together(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    made = xero.reserve(draft(contact), network_key="reserve")
    practice.lock("2026-05-31", "2026-05-20")
    with pytest.raises(RefusedByXero) as told:
        xero.authorise(made.id, "AMZ-TB-10001", network_key="authorise")
    assert told.value.messages == (PERIOD, YEAR)


def test_an_archived_contact_is_refused(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    practice.archive_contact(contact)
    with pytest.raises(RefusedByXero, match="must be un-archived"):
        xero.reserve(draft(contact), network_key="reserve")


def test_a_voided_number_is_taken(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    xero.reserve(draft(contact, number="AMZ-TB-10001"), network_key="one")
    with pytest.raises(NumberTaken, match="Invoice # must be unique"):
        xero.reserve(draft(contact, SALES, number="AMZ-TB-10001"), network_key="two")


SAID = [
    ("Invoice # must be unique.", "number is taken"),
    ("Invoice not of valid status for modification", "voided, deleted or paid"),
    ("Invoice not of valid status for creation", "fault of TrueBooks XL"),
    (
        "This document cannot be edited as it has a payment or credit note allocated to it.",
        "payment or credit note is applied",
    ),
    (
        (
            "The status VOIDED cannot be applied to the invoice because it has payments or credit "
            "notes allocated to it."
        ),
        "payment or credit note is applied",
    ),
    (PERIOD.replace("31-May-2026", "30-Nov-2018"), "locked"),
    (YEAR.replace("20-May-2026", "31-Mar-2018"), "locked"),
    (
        "The document cannot be edited as it is currently dated before the period lock date",
        "locked",
    ),
    ("The TaxType code 'OUTPUT2' cannot be used with account code '400'.", "does not fit"),
    ("Account code '999' is not a valid code for this document.", "missing in Xero"),
    (
        (
            "Account code '200' has been archived, or has been deleted. Each line item must "
            "reference a valid account."
        ),
        "archived",
    ),
    ("You cannot save this transaction using an inventory account type", "Inventory"),
    (
        (
            "The contact with the specified contact details has been archived. The contact must be "
            "un-archived before creating new invoices or credit notes."
        ),
        "archived",
    ),
    (
        (
            "The contact name X is already assigned to another contact. The contact name must be "
            "unique across all active contacts."
        ),
        "Another contact",
    ),
    ("Organisation is not subscribed to currency EUR", "not switched on"),
    ("You have reached the limit of invoices you can approve", "plan"),
    ("Invoice with a total less than 0 cannot be approved", "negative total"),
    ("The invoice total does not equal the sum of the lines.", "fault of TrueBooks XL"),
    ("The total debits (100.00) must equal total credits (-10.00)", "fault of TrueBooks XL"),
    (
        "The quantity value '-1.0000' is invalid. Quantity must not be less than zero.",
        "fault of TrueBooks XL",
    ),
    (
        "The discount rate '0.00' is invalid. Discount must not be greater than the line total.",
        "fault of TrueBooks XL",
    ),
    ("The User specified does not have the correct permissions to perform this action", "role"),
    ("You are not permitted to access this resource", "role"),
]


@pytest.mark.parametrize(("said", "means"), SAID, ids=[each[0][:50] for each in SAID])
def test_each_message_means_one_plain_sentence(said: str, means: str) -> None:
    error = RefusedByXero("(£31.70) TBUK-1", (said.upper(),))
    assert means.casefold() in str(error).casefold()
    assert meaning(said).remedy == error.remedy
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_every_meaning_is_tried_here() -> None:
    from truebooks_xl.xero.errors import MEANINGS  # noqa: PLC0415 the table itself

    tried = [meaning(said) for said, _ in SAID]
    assert set(MEANINGS.values()) == set(tried)


def test_an_unknown_message_passes_through_unchanged(practice: Practice, xero: XeroSdk) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    said = ["Tuesdays are not supported for £-invoices", "Invoice # must be unique."]
    practice.control.fault("PUT", "/Invoices", "refuse", messages=said)
    with pytest.raises(NumberTaken) as told:
        xero.reserve(draft(contact), network_key="reserve")
    assert told.value.messages == tuple(said)
    assert said[0] in str(told.value)
