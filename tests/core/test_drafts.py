"""A proposal as it is sent: the signs of each kind, and a document held against it to the penny."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from booked import G11, booked, in_xero
from hypothesis import given
from hypothesis import strategies as st
from ledger import ledger
from pipeline import proposal_of, written_workspace

from truebooks_xl.core.document import document_kind
from truebooks_xl.core.ledger import Document, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.drafts import (
    ForeignJournal,
    NoClearingAccount,
    difference,
    draft,
    sent_total,
)

G17 = """
    Sales       | 200 | OUTPUT2 |  100.00
    Seller fees | 402 | INPUT2  | -162.31
"""
CANCELS = """
    Reserve     | 632 | NONE | -250.00
    Reimbursed  | 261 | NONE |  250.00
"""
JOURNAL = {"document": "MANUALJOURNAL"}


def sent(table: str, **changes: object) -> Draft:
    proposal = booked(table, "GBP", **changes)
    return draft(proposal, "TBR-26881161592", "contact", clearing="877", base_currency="GBP")


def figures(made: Draft) -> list[str]:
    return [f"{line.account} {line.tax_type} {line.gross} {line.tax}" for line in made.lines]


def test_an_invoice_keeps_the_settlements_signs() -> None:
    made = sent(G11)
    assert (made.kind, made.number, made.contact_id) == ("ACCREC", "TBR-26881161592", "contact")
    assert made.reference == "(£1,275.20) TBUK-26881161592"
    assert figures(made)[5] == "200 OUTPUT2 2400.00 400.00"
    assert figures(made)[7] == "402 INPUT2 -360.00 -60.00"


def test_g17_a_debt_of_62_31_is_a_bill_with_every_sign_turned() -> None:
    made = sent(G17)
    assert (made.kind, made.number) == ("ACCPAY", "(-£62.31) TBUK-26881161592")
    assert figures(made) == ["200 OUTPUT2 -100.00 -16.67", "402 INPUT2 162.31 27.05"]
    assert Money.total((line.gross for line in made.lines), "GBP").words == "£62.31"


def test_nothing_at_all_is_an_invoice_of_0_00() -> None:
    made = sent(CANCELS)
    assert (made.kind, str(Money.total((line.gross for line in made.lines), "GBP"))) == (
        "ACCREC",
        "0.00",
    )


@pytest.mark.parametrize(
    ("minor", "post_as", "kind"),
    [
        (127520, "invoice or bill", "ACCREC"),
        (-6231, "invoice or bill", "ACCPAY"),
        (0, "invoice or bill", "ACCREC"),
        (127520, "manual journal", "MANUALJOURNAL"),
        (-6231, "manual journal", "MANUALJOURNAL"),
    ],
)
def test_total_and_setting_decide_the_kind(minor: int, post_as: str, kind: str) -> None:
    assert document_kind(Money(minor, "GBP"), post_as) == kind


def test_a_journal_debits_the_clearing_account_with_the_deposit() -> None:
    made = sent(G17.replace("100.00", "200.00"), **JOURNAL)
    assert (made.kind, made.number, made.contact_id) == ("MANUALJOURNAL", "", "")
    assert figures(made) == [
        "200 OUTPUT2 -200.00 -33.33",  # sales are a credit
        "402 INPUT2 162.31 27.05",
        "877 NONE 37.69 0.00",
    ]


def test_a_journal_of_a_debt_credits_it() -> None:
    assert figures(sent(G17, **JOURNAL))[-1] == "877 NONE -62.31 0.00"


def test_a_journal_whose_lines_cancel_needs_no_clearing_line() -> None:
    assert figures(sent(CANCELS, **JOURNAL)) == ["632 NONE 250.00 0.00", "261 NONE -250.00 0.00"]
    assert len(sent("Nothing | 261 | NONE | 0.00", **JOURNAL).lines) == 2, "Xero wants two lines"


def test_a_journal_in_another_currency_is_refused() -> None:
    euros = booked(G17, "EUR", **JOURNAL)
    with pytest.raises(ForeignJournal, match="manual journals in GBP only"):
        draft(euros, "", "", clearing="877", base_currency="GBP")


def test_a_journal_without_a_clearing_account_is_refused() -> None:
    with pytest.raises(NoClearingAccount, match="Settings, Clearing account"):
        draft(booked(G17, **JOURNAL), "", "", base_currency="GBP")


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8),
    st.sampled_from(["ACCREC", "ACCPAY", "MANUALJOURNAL"]),
)
def test_whatever_is_sent_settles_the_deposit(minors: list[int], kind: str) -> None:
    table = "\n".join(f"Sales {n} | 200 | OUTPUT2 | {m}.00" for n, m in enumerate(minors))
    proposal = booked(table, document=kind)
    assert sent_total(proposal) == proposal.total
    made = draft(proposal, "TBR-1", "contact", clearing="877", base_currency="GBP")
    gross = Money.total((line.gross for line in made.lines), "GBP")
    assert gross == {"ACCREC": proposal.total, "ACCPAY": -proposal.total}.get(kind, Money(0, "GBP"))
    tax = Money.total((line.tax for line in made.lines), "GBP")
    assert abs(tax.minor) == abs(sum(line.tax.minor for line in proposal.lines))
    assert not difference(made, in_xero(made))


KINDS = [("invoice", sent(G11)), ("bill", sent(G17)), ("journal", sent(G17, **JOURNAL))]


def with_line(found: Document, **changes: object) -> tuple[object, ...]:
    return (replace(found.lines[0], **changes), *found.lines[1:])  # type: ignore[arg-type]


@pytest.mark.parametrize("wanted", [each for _, each in KINDS], ids=[name for name, _ in KINDS])
def test_every_difference_to_the_penny_is_named(wanted: Draft) -> None:
    found = in_xero(wanted)
    assert difference(wanted, found) == ""
    penny = Money(1, "GBP")
    line = found.lines[0]
    changed: list[tuple[str, dict[str, object]]] = [
        ("currency", {"currency": "EUR", "lines": ()}),
        ("date", {"dated_on": date(2026, 5, 21)}),
        ("number of lines", {"lines": found.lines[:1]}),
        ("line 1 description", {"lines": with_line(found, description="Sale")}),
        ("line 1 account", {"lines": with_line(found, account="201")}),
        ("line 1 tax_type", {"lines": with_line(found, tax_type="NONE")}),
        ("line 1 gross", {"lines": with_line(found, gross=line.gross + penny)}),
        ("line 1 tax", {"lines": with_line(found, tax=line.tax + penny)}),
        ("line 1 tracking", {"lines": with_line(found, tracking=(("Region", "North"),))}),
    ]
    if wanted.kind != "MANUALJOURNAL":
        changed += [
            ("due date", {"due_on": None}),
            ("total", {"total": found.total + penny}),
            ("tax", {"total_tax": found.total_tax + penny}),
        ]
    for name, change in changed:
        told = difference(wanted, replace(found, **change))  # type: ignore[arg-type]
        assert any(each.startswith(f"{name} ") for each in told.split("; ")), (name, told)


def test_a_bill_bears_the_reference_as_its_number() -> None:
    wanted = sent(G17)
    assert difference(wanted, replace(in_xero(wanted), number="(-£62.31) TBUK-1")) == (
        "reference (-£62.31) TBUK-26881161592 in the preview, (-£62.31) TBUK-1 in Xero"
    )


@pytest.mark.parametrize(
    ("narration", "same"),
    [
        ("(-£62.31) TBUK-26881161592 Amazon.co.uk, 4 to 18 May 2026", True),
        ("(-£62.31) TBUK-268811615920", False),
        ("(-£62.31) TBUK-26881161592-C1", False),
        ("Copy of (-£62.31) TBUK-26881161592", False),
    ],
)
def test_a_journals_narration_begins_with_the_reference(narration: str, same: bool) -> None:
    wanted = sent(G17, **JOURNAL)
    assert (not difference(wanted, replace(in_xero(wanted), reference=narration))) is same


def test_the_number_is_not_compared() -> None:
    wanted = sent(G11)
    assert not difference(wanted, in_xero(wanted, "TBR-26881161592"))


def test_tracking_may_come_back_in_another_order() -> None:
    table = "Sales | 200 | OUTPUT2 | 120.00 | Region: North | Channel: Amazon"
    wanted = sent(table)
    turned = replace(wanted.lines[0], tracking=wanted.lines[0].tracking[::-1])
    assert turned.tracking != wanted.lines[0].tracking
    assert not difference(wanted, replace(in_xero(wanted), lines=(turned,)))


def test_a_rate_is_compared_where_one_was_given() -> None:
    wanted = replace(sent(G11), rate=Decimal("1.1865"))
    assert not difference(wanted, in_xero(wanted))
    assert not difference(wanted, replace(in_xero(wanted), rate=Decimal("1.186500")))
    assert not difference(wanted, replace(in_xero(wanted), rate=None)), "Xero did not tell"
    assert "exchange rate 1.1865" in difference(
        wanted, replace(in_xero(wanted), rate=Decimal("1.19"))
    )
    left_to_xero = replace(wanted, rate=None)
    assert not difference(left_to_xero, in_xero(wanted))


# As Preview shows it ------------------------------------------------------------------------------

REPORT = """
    settlement    99000000117
    period        2026-05-04 to 2026-05-18
    deposit       2026-05-20
    currency      {currency}
    marketplace   {store}
    setting       Post as = manual journal
    setting       Clearing account = {clearing}
    setting       Goods leave from = GB

    type  | amount type | description | amount | order | sku | units | posted
    Order | ItemPrice   | Principal   | 100.00 | A     | TOY |     1 | 2026-05-06
    Order | ItemPrice   | Tax         |  20.00 | A     | TOY |     1 | 2026-05-06
"""


@pytest.mark.parametrize(
    ("store", "currency", "clearing", "failed"),
    [
        ("UK", "GBP", "633", []),
        ("UK", "GBP", "", ["clearing"]),
        ("UK", "GBP", "99999", ["clearing"]),
        ("DE", "EUR", "633", ["journal currency"]),
    ],
)
def test_preview_tells_what_a_journal_lacks(
    store: str, currency: str, clearing: str, failed: list[str]
) -> None:
    text = textwrap.dedent(REPORT.format(store=store, currency=currency, clearing=clearing))
    written = ledger(text)
    proposal = proposal_of(written.report(), written_workspace(written))
    assert proposal.document == "MANUALJOURNAL"
    ours = {"clearing", "journal currency", "document", "deposit"}
    assert [each.key for each in proposal.checks if not each.ok and each.key in ours] == failed
