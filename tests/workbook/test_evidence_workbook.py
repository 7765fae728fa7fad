"""The evidence as a file: read by a person, read back by us, and by nobody taken for a formula."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from evidences import EVIDENCES, evidence, line
from hypothesis import given, settings
from openpyxl import load_workbook

from truebooks_xl.core.evidence import Evidence, EvidenceUnreadable, rows
from truebooks_xl.workbook.evidence import MOST_BYTES, File, files, is_evidence, read

HOSTILE = "=cmd|' /C calc'!A0"
STEM = "TBUK-26881161592_preview_1a2b3c4d"


def again(attached: list[File]) -> Evidence:
    return read({each.name: each.content for each in attached})


def cells(content: bytes, sheet: str = "Preview") -> list[list[object]]:
    """Read a sheet with a library that is not ours; formulas as formulas."""
    book = load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def test_one_workbook_holds_the_preview_and_the_snapshot() -> None:
    (file,) = files(evidence())
    assert file.name == f"{STEM}.xlsx"
    assert is_evidence(file.name, "TBUK-26881161592")
    assert not is_evidence(file.name, "TBUK-2688116159")
    book = load_workbook(io.BytesIO(file.content))
    assert book.sheetnames == ["Preview", "Snapshot"]
    assert cells(file.content, "Snapshot")[0] == ["format", "1"]
    assert [tuple(map(str, row)) for row in cells(file.content, "Snapshot")] == rows(evidence())


@given(EVIDENCES)
@settings(max_examples=60)
def test_what_is_attached_is_read_back_equal(held: Evidence) -> None:
    assert again(files(held)) == held


@given(EVIDENCES)
@settings(max_examples=30)
def test_a_snapshot_too_large_goes_beside_the_preview(held: Evidence) -> None:
    attached = files(held, most_bytes=900)
    assert all(each.name.endswith(".csv") for each in attached[1:])
    assert load_workbook(io.BytesIO(attached[0].content)).sheetnames == ["Preview"]
    assert again(attached) == held


def test_a_snapshot_beyond_the_limit_is_cut_between_rows() -> None:
    many = evidence(*[line(f"Fee {n:06}", "402", "INPUT2", -n, 0) for n in range(60)])
    one, *others = files(many, most_bytes=4_000)
    assert [each.name for each in others[:2]] == [f"{STEM}.csv", f"{STEM}_2.csv"]
    assert all(len(each.content) <= 4_000 for each in others)
    assert again([one, *others]) == many
    with pytest.raises(EvidenceUnreadable, match="rows are missing"):
        again([one, *others[:-1]])


def test_five_hundred_lines_stay_far_below_the_limit() -> None:
    (file,) = files(evidence(*[line(f"Fee {n}", "402", "INPUT2", -n, 0) for n in range(500)]))
    assert len(file.content) < MOST_BYTES / 20


def test_the_same_evidence_gives_the_same_bytes() -> None:
    assert files(evidence()) == files(evidence())


@pytest.mark.parametrize(
    "text",
    [
        "_x000D_",
        "_x0041_",
        " both ends ",
        "a\r\nb\tc",
        "\x00\x1f\x7f\x85",
        "\u2028\ufffe\uffff",
        "🦦",
    ],
)
def test_a_text_no_spreadsheet_keeps_is_kept(text: str) -> None:
    held = evidence(line(text, text, text, 1, 0), user=text, prepared_by=text)
    (file,) = files(held)
    assert again([file]) == held
    assert again(files(held, most_bytes=1_000)) == held


def test_it_is_dated_by_the_posting_and_not_by_the_clock() -> None:
    (file,) = files(evidence())
    created = load_workbook(io.BytesIO(file.content)).properties.created
    assert created == evidence().at.replace(tzinfo=None)


def test_a_hostile_text_stays_a_text_in_both_sheets() -> None:
    hostile = line(HOSTILE, "@SUM(A1)", "+1", 100, 0)
    held = evidence(hostile, prepared_by="=1+1", reference=HOSTILE, user="http://x.example")
    (file,) = files(held)
    book = load_workbook(io.BytesIO(file.content))
    formulas = [
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row
        if cell.data_type == "f"
    ]  # fmt: skip
    assert [str(each)[:5] for each in formulas] == ["=SUM("] * 3, "our own totals and no other"
    assert not any(cell.hyperlink for row in book["Preview"].iter_rows() for cell in row)
    assert HOSTILE in [row[0] for row in cells(file.content)]
    assert again([file]) == held


def test_the_preview_adds_up_and_says_who_prepared_and_reviewed_it() -> None:
    (file,) = files(evidence())
    shown = cells(file.content)
    heading = {str(row[0]): row[1] for row in shown[:10]}
    assert heading["Reference"] == "(£96.00) TBUK-26881161592"
    assert heading["Document"] == "Invoice AMZ-TB-10001 (previous: AMZ-TB-10001-V1)"
    assert (heading["Prepared by"], heading["Reviewed by"]) == ("Anna", "Ben")
    assert (heading["Organisation"], heading["Date"]) == ("Otter & Oak Ltd", "20 May 2026")
    assert shown[-3:-1] == [
        ["Sales", "200", "OUTPUT2", 20, "", 120, 20, 100],
        ["Referral fees", "402", "INPUT2", 20, "", -24, -4, -20],
    ]
    values = load_workbook(io.BytesIO(file.content), data_only=True)["Preview"]
    assert [cell.value for cell in values[values.max_row][5:]] == [96, 16, 80]
    assert shown[-1][5:] == ["=SUM(F12:F14)", "=SUM(G12:G14)", "=SUM(H12:H14)"]
    assert shown[11][5] == "Gross", "the sum begins at the heading, so that it is never empty"


def test_yen_has_no_decimals_and_an_unknown_rate_is_said() -> None:
    told = replace(line("Sales", "200", "NONE", 100, 0), rate_percent=None)
    (file,) = files(evidence(told, currency="GBP"))
    row = cells(file.content)[-2]
    assert row[3] == "not known"


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no zip", files(evidence(), most_bytes=1_500)[0].content]
)
def test_a_file_without_a_snapshot_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceUnreadable, match="cannot be read back"):
        read({f"{STEM}.xlsx": content})
    with pytest.raises(EvidenceUnreadable, match="nothing is attached"):
        read({})


@pytest.mark.parametrize("content", [b"\xff\xfe", b'"open', b"format,1\n"])
def test_a_damaged_text_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceUnreadable, match="cannot be read back"):
        read({f"{STEM}.csv": content})
