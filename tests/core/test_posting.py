"""Posting decided: each step on a fresh look, and every way it must refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from truebooks_xl.core.ledger import Document, DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting import (
    Authorise,
    ForeignCopy,
    PostedDifferently,
    ReservationHeld,
    Reserve,
    SeveralStand,
    Standing,
    SubmittedForApproval,
    difference,
    network_key,
    plan_post,
)

LINES = (
    DocumentLine("Sales", "200", "OUTPUT2", Money(12000, "GBP"), Money(2000, "GBP")),
    DocumentLine("Fees", "402", "INPUT2", Money(-2400, "GBP"), Money(-400, "GBP")),
)
WANTED = Draft(
    "ACCREC",
    "TBR-26881161592",
    "(£96.00) TBUK-26881161592",
    "contact",
    date(2026, 5, 20),
    date(2026, 5, 20),
    "GBP",
    LINES,
)


def document(status: str, number: str, lines: tuple[DocumentLine, ...] = LINES) -> Document:
    return Document(
        id=f"id-{number}",
        kind="ACCREC",
        number=number,
        reference=WANTED.reference,
        status=status,
        dated_on=WANTED.dated_on,
        due_on=WANTED.due_on,
        currency="GBP",
        total=Money.total((line.gross for line in lines), "GBP"),
        total_tax=Money.total((line.tax for line in lines), "GBP"),
        lines=lines,
        applied=(),
        updated_at=datetime(2026, 5, 20, tzinfo=UTC),
    )


OTHER = (replace(LINES[0], gross=Money(12001, "GBP")), LINES[1])


def test_nothing_found_is_reserved() -> None:
    assert plan_post(WANTED, []) == Reserve()


def test_a_voided_or_foreign_draft_counts_as_nothing() -> None:
    found = [document("VOIDED", "AMZ-TB-10001"), document("DRAFT", "INV-0007")]
    assert plan_post(WANTED, found) == Reserve()


def test_our_draft_of_equal_content_is_authorised_by_its_id() -> None:
    assert plan_post(WANTED, [document("DRAFT", "TBR-26881161592")]) == Authorise(
        "id-TBR-26881161592"
    )


@pytest.mark.parametrize("status", ["AUTHORISED", "PAID"])
def test_an_equal_document_stands(status: str) -> None:
    standing = document(status, "AMZ-TB-10001")
    assert plan_post(WANTED, [standing]) == Standing(standing)


def test_a_document_waiting_for_approval_is_not_posted() -> None:
    with pytest.raises(SubmittedForApproval, match="Approve it in Xero"):
        plan_post(WANTED, [document("SUBMITTED", "AMZ-TB-10001")])


def test_an_equal_document_made_by_hand_is_not_ours() -> None:
    by_hand = document("AUTHORISED", "INV-0042")
    with pytest.raises(ForeignCopy, match="INV-0042"):
        plan_post(WANTED, [by_hand])
    assert plan_post(WANTED, [by_hand], known_id=by_hand.id) == Standing(by_hand)


def test_an_unfinished_commit_is_finished_under_its_own_number() -> None:
    found = [document("DRAFT", "TBR-26881161592"), document("DRAFT", "AMZ-TB-10777")]
    assert plan_post(WANTED, found) == Authorise("id-AMZ-TB-10777", "AMZ-TB-10777")


def test_an_unfinished_commit_of_other_content_stops() -> None:
    with pytest.raises(ReservationHeld, match="AMZ-TB-10777"):
        plan_post(WANTED, [document("DRAFT", "AMZ-TB-10777", OTHER)])


def test_a_different_document_is_refused_and_never_voided() -> None:
    with pytest.raises(PostedDifferently, match=r"line 1 gross 120.00 in the preview, 120.01 in X"):
        plan_post(WANTED, [document("AUTHORISED", "AMZ-TB-10001", OTHER)])


def test_two_active_documents_are_an_alarm() -> None:
    found = [document("AUTHORISED", "AMZ-TB-10001"), document("PAID", "AMZ-TB-10002")]
    with pytest.raises(SeveralStand, match="AMZ-TB-10001, AMZ-TB-10002"):
        plan_post(WANTED, found)


def test_a_reservation_with_other_content_is_somebody_elses() -> None:
    with pytest.raises(ReservationHeld, match="TBR-26881161592"):
        plan_post(WANTED, [document("DRAFT", "TBR-26881161592", OTHER)])


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"reference": "(£96.00) TBUK-1"}, "reference"),
        ({"dated_on": date(2026, 5, 21)}, "date"),
        ({"currency": "EUR"}, "currency"),
        ({"lines": LINES[:1]}, "number of lines"),
        ({"total_tax": Money(1599, "GBP")}, "tax 16.00 in the preview, 15.99 in Xero"),
        ({"lines": (replace(LINES[0], account="201"), LINES[1])}, "line 1 account 200"),
        ({"lines": (replace(LINES[0], tax_type="NONE"), LINES[1])}, "line 1 tax_type OUTPUT2"),
        ({"lines": (replace(LINES[0], tax=Money(1999, "GBP")), LINES[1])}, "line 1 tax 20.00"),
    ],
)
def test_every_difference_to_the_penny_is_named(changed: dict[str, object], named: str) -> None:
    assert difference(WANTED, document("DRAFT", "TBR-26881161592")) == ""
    found = replace(document("DRAFT", "TBR-26881161592"), **changed)  # type: ignore[arg-type]
    assert named in difference(WANTED, found)


def test_a_request_is_named_by_everything_that_makes_it_another_one() -> None:
    parts = ("organisation", "TBUK-1", "attempt", "Reserve", "payload")
    keys = {network_key(*parts)}
    for n in range(len(parts)):
        keys.add(network_key(*(f"{each}!" if i == n else each for i, each in enumerate(parts))))
    assert len(keys) == len(parts) + 1
    assert all(len(each) <= 128 for each in keys)
