"""What is remembered of a posting comes back equal, as rows and from the journal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from evidences import DAY, EVIDENCES, evidence, line, pounds
from hypothesis import given

from truebooks_xl.core.as_posted import from_snapshot, snapshot, told_by
from truebooks_xl.core.evidence import Evidence, EvidenceUnreadable, read_rows, rows, rules_used
from truebooks_xl.core.ledger import Document, DocumentLine, Kind, Organisation
from truebooks_xl.core.matching import Rule
from truebooks_xl.core.posting.drafts import SIGN
from truebooks_xl.core.reference import Key

UTC_NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
OTTER = Organisation("org", "Otter & Oak Ltd", "GB", "GBP")


@given(EVIDENCES)
def test_rows_come_back_as_they_were_written(held: Evidence) -> None:
    assert read_rows("x", rows(held)) == held


@given(EVIDENCES)
def test_what_the_journal_keeps_comes_back_as_it_was(held: Evidence) -> None:
    kept = json.loads(json.dumps(snapshot(held)))
    assert from_snapshot(kept, number=held.number, previous=held.previous) == held
    assert snapshot(from_snapshot(kept)) == kept, "the same whatever its documents are called"


def test_the_format_is_the_first_row_and_each_line_has_one() -> None:
    found = rows(evidence())
    assert found[0] == ("format", "1")
    assert [name for name, _ in found].count("lines") == 2
    assert found[-1] == ("rows", str(len(found) - 1))


@given(EVIDENCES)
def test_no_row_can_be_taken_for_a_formula_or_changed_by_a_spreadsheet(held: Evidence) -> None:
    for _, value in rows(held):
        assert value[0] in '"[{0123456789nt-'
        assert "_x" not in value
        assert all(each >= " " for each in value)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda found: found[1:], "its format is missing, not 1"),
        (lambda found: [("format", "2"), *found[1:]], "its format is 2, not 1"),
        (lambda found: [*found[:-2], found[-1]], "rows are missing"),
        (lambda found: found[:-1], "rows are missing"),
        (lambda found: [*found[:3], ("aim", "guess"), *found[4:]], ""),
        (lambda found: [*found[:2], ("total", '{"minor":1.5}'), *found[3:]], ""),
        (lambda found: [("format",)], ""),
        (lambda found: [], "its format is missing"),
    ],
)
def test_damaged_rows_are_refused(damage: object, said: str) -> None:
    assert callable(damage)
    with pytest.raises(EvidenceUnreadable, match="cannot be read back") as wrong:
        read_rows("preview.xlsx", damage(rows(evidence())))
    assert said in str(wrong.value)


def test_the_journal_keeps_lines_as_a_proposal_of_today_has_them() -> None:
    kept = snapshot(evidence())
    assert (kept["date"], kept["total"], kept["document"]) == ("2026-05-20", "96.00", "ACCREC")
    assert kept["lines"][1] == {
        "description": "Referral fees",
        "account": "402",
        "tax_type": "INPUT2",
        "tracking": [],
        "gross": "-24.00",
        "tax": "-4.00",
        "net": "-20.00",
        "rate_percent": "20",
        "count": 3,
        "part": "settlement",
    }
    assert kept["inputs"] == {"file": "f" * 64, "mapping": "a" * 64}


def test_a_record_without_its_evidence_says_so() -> None:
    kept = snapshot(evidence())
    del kept["evidence"]
    with pytest.raises(EvidenceUnreadable, match="TBUK-26881161592"):
        from_snapshot(kept)


def test_a_rule_is_named_once_in_the_order_of_the_sheet() -> None:
    sales = Rule(
        "Order", "ItemPrice", "Principal", "", "", None, DAY, "AMZ1", "S", "200", "OUTPUT2"
    )
    used = rules_used([replace(sales, row="Mapping!A117"), replace(sales, row="Mapping!A17")] * 2)
    assert [each.at for each in used] == ["Mapping!A17", "Mapping!A117"]
    assert (used[0].amount_type, used[0].account, used[0].valid_to) == ("ItemPrice", "200", DAY)


def document(kind: Kind, *lines: DocumentLine, total: int) -> Document:
    reference = "(£96.00) TBUK-26881161592"
    bill = kind == "ACCPAY"
    return Document(
        "id",
        kind,
        reference if bill else "AMZ-TB-10001",
        "" if bill else f"{reference} and more" if kind == "MANUALJOURNAL" else reference,
        "AUTHORISED",
        DAY,
        None,
        "GBP",
        pounds(total),
        pounds(0),
        lines,
        (),
        UTC_NOON,
    )


@pytest.mark.parametrize("kind", ["ACCREC", "ACCPAY", "MANUALJOURNAL"])
def test_a_document_alone_tells_its_lines_in_the_settlements_signs(kind: Kind) -> None:
    sign = SIGN[kind]
    sales = DocumentLine("Sales", "200", "OUTPUT2", pounds(sign * 12000), pounds(sign * 2000))
    fees = DocumentLine("Fees", "402", "ODD", pounds(sign * -2400), pounds(sign * -400))
    reference = "(£96.00) TBUK-26881161592"
    balance = DocumentLine(reference, "820", "NONE", pounds(9600), pounds(0))
    more = (balance,) if kind == "MANUALJOURNAL" else ()
    total = 0 if kind == "MANUALJOURNAL" else sign * 9600
    held = document(kind, sales, fees, *more, total=total)
    told = told_by(held, Key("UK", "26881161592"), OTTER, {"OUTPUT2": Decimal(20)}, "abcd")
    assert [(each.gross, each.tax) for each in told.lines] == [
        (pounds(12000), pounds(2000)),
        (pounds(-2400), pounds(-400)),
    ]
    assert [each.rate_percent for each in told.lines] == [Decimal(20), None]
    assert (told.total, told.reference, told.fingerprint) == (pounds(9600), reference, "abcd")
    assert told.due_on == DAY


def test_files_are_named_by_token_and_fingerprint() -> None:
    assert evidence().stem == "TBUK-26881161592_preview_1a2b3c4d"
    correction = evidence(key=Key("UK", "26881161592", "-C1"), dated_on=date(2026, 6, 1))
    assert correction.stem == "TBUK-26881161592-C1_preview_1a2b3c4d"
    assert line("x", "200", "NONE", 100, 20).net == pounds(80)
