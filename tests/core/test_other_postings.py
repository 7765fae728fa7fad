"""Another tool's postings: what stops a first post, and what does not."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from copies_in_xero import document, line, pounds
from hypothesis import given
from hypothesis import strategies as st

from truebooks_xl.core.ledger import BankTransaction, Document
from truebooks_xl.core.money import Money
from truebooks_xl.core.other_postings import (
    Deposit,
    PostedElsewhere,
    search_terms,
    suspects,
    widest,
)

ID = "26881161592"
DEPOSIT = Deposit(ID, pounds(9600), date(2026, 5, 18), date(2026, 5, 20))
SALE = (line("Amazon", "200", "OUTPUT2", 9600, 1600),)
OTHER = (line("Rent", "469", "INPUT2", 5000, 833),)


def theirs(number: str, **changed: Any) -> Document:  # noqa: ANN401
    found = document(number, reference="", lines=SALE)
    return replace(found, **changed)


def money_in(total: int = 9600, on: str = "2026-05-20", **changed: Any) -> BankTransaction:  # noqa: ANN401
    received = BankTransaction(
        "bank-1", date.fromisoformat(on), "GBP", pounds(total), "AMAZON", "AUTHORISED"
    )
    return replace(received, **changed)


NAMED = "it names the settlement"
ALIKE = "it has the same amount, near the deposit"

CASES: dict[str, tuple[Document | BankTransaction, str]] = {
    "the id in a number": (theirs(f"AMZ{ID}", dated_on=date(2020, 1, 1), lines=OTHER), NAMED),
    "the id in a reference": (
        theirs("INV-1", reference=f"Amazon settlement {ID}.", total=pounds(1)),
        NAMED,
    ),
    "a copy of ours under another number": (
        theirs("INV-1", reference=f"(£96.00) TBUK-{ID}", total=pounds(1)),
        NAMED,
    ),
    "the id in a journal's narration": (
        document("", reference=f"LMB {ID}", kind="MANUALJOURNAL", lines=OTHER, identity="j"),
        NAMED,
    ),
    "the id in a bank reference": (money_in(1, "2019-01-01", reference=f"A {ID}"), NAMED),
    "a longer id": (theirs("INV-1", reference=f"{ID}7", total=pounds(1)), ""),
    "the amount on the deposit's day": (theirs("INV-1"), ALIKE),
    "the amount as a bill": (theirs("B-1", kind="ACCPAY"), ALIKE),
    "the amount on a draft": (theirs("INV-1", status="DRAFT"), ALIKE),
    "the amount in the bank": (money_in(), ALIKE),
    "the amount on one line of a journal": (
        document("", reference="May", kind="MANUALJOURNAL", lines=(*SALE, *OTHER), identity="j"),
        ALIKE,
    ),
    "three days before the end": (theirs("INV-1", dated_on=date(2026, 5, 15)), ALIKE),
    "four days before the end": (theirs("INV-1", dated_on=date(2026, 5, 14)), ""),
    "fourteen days after the deposit": (theirs("INV-1", dated_on=date(2026, 6, 3)), ALIKE),
    "fifteen days after the deposit": (theirs("INV-1", dated_on=date(2026, 6, 4)), ""),
    "a penny less": (theirs("INV-1", total=pounds(9599)), ""),
    "the same figures in euro": (theirs("INV-1", total=Money(9600, "EUR")), ""),
    "voided": (theirs(f"AMZ{ID}", status="VOIDED"), ""),
    "ours": (document("AMZ-TB-10001"), ""),
    "our reservation": (document(f"TBR-{ID}", "DRAFT"), ""),
    "another settlement of ours of the same amount": (
        document("AMZ-TB-10002", reference="(£96.00) TBUK-26881169999"),
        "",
    ),
    "deleted in the bank": (money_in(status="DELETED"), ""),
}


@pytest.mark.parametrize(("found", "reason"), CASES.values(), ids=CASES)
def test_what_may_be_the_settlement(found: Document | BankTransaction, reason: str) -> None:
    documents = [found] if isinstance(found, Document) else []
    booked = [found] if isinstance(found, BankTransaction) else []
    (several,) = suspects([DEPOSIT], documents, booked).values()
    assert [each.reason for each in several] == ([reason] if reason else [])


def test_a_debt_is_found_by_its_amount_whatever_the_sign() -> None:
    owed = replace(DEPOSIT, total=pounds(-9600))
    assert suspects([owed], [theirs("B-1", kind="ACCPAY")], [money_in()])[ID] != ()


def test_a_settlement_of_nothing_is_found_by_its_id_only() -> None:
    nothing = replace(DEPOSIT, total=pounds(0))
    empty = theirs("INV-1", total=pounds(0))
    assert suspects([nothing], [empty], [])[ID] == ()
    assert suspects([nothing], [replace(empty, number=ID)], [])[ID] != ()


def test_a_ticked_document_and_one_the_journal_knows_are_none() -> None:
    found, other = theirs("INV-1"), replace(DEPOSIT, settlement_id="26881160000")
    ticked = suspects([DEPOSIT, other], [found], [], ticks={ID: {found.id}})
    assert (ticked[ID], len(ticked["26881160000"])) == ((), 1)
    assert suspects([DEPOSIT], [found], [], ours={found.id})[ID] == ()


def test_a_document_found_twice_is_told_once() -> None:
    found = theirs(f"AMZ{ID}")
    assert len(suspects([DEPOSIT], [found, found], [money_in(), money_in()])[ID]) == 2


def test_the_refusal_names_each_with_its_link_and_travels_between_processes() -> None:
    found = replace(suspects([DEPOSIT], [theirs("INV-1")], [])[ID][0], link="https://go.xero.com/x")
    wrong = PostedElsewhere(ID, [found.words])
    assert str(wrong) == (
        f"Settlement {ID}: Xero may hold it already: invoice INV-1, £96.00, 2026-05-20,"
        " AUTHORISED: it has the same amount, near the deposit (https://go.xero.com/x; id"
        " id-INV-1). Void it there; or, if it is something else, decide “not this” beside it in"
        " Integrity, or repeat with --not-this and its id."
    )
    assert str(pickle.loads(pickle.dumps(wrong))) == str(wrong)


def test_one_window_covers_the_whole_batch() -> None:
    early = replace(DEPOSIT, end_on=date(2026, 3, 1), deposit_on=date(2026, 3, 3))
    assert widest([DEPOSIT, early]) == (date(2026, 2, 26), date(2026, 6, 3))


def test_neighbours_are_searched_for_together() -> None:
    assert search_terms([ID]) == (ID,)
    assert search_terms([ID, "26881161600", "26990000001"]) == ("26881161", "26990000001")
    assert search_terms([]) == ()


ids = st.lists(st.integers(10**10, 10**10 + 10**9).map(str), min_size=1, max_size=30)


@given(ids)
def test_every_settlement_id_holds_one_of_the_search_terms(every: list[str]) -> None:
    terms = search_terms(every)
    assert all(any(term in each for term in terms) for each in every)
    assert all(len(term) >= 5 for term in terms)
