"""Four real Canadian reports and their derived twins, through the workbook."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Run
from shared import shared

pytest_plugins = ["command_fixtures"]

# Settlement, its file's number, total to the cent, units sold.
REAL = """
23874396421  50011020300   -321.69
24288684721  50034020328   1016.08
24391894961  50041020342   2539.66
24702193891  50065020384  10015.64
"""
ROWS = [row.split() for row in REAL.strip().splitlines()]


@pytest.fixture
def book(run: Run, tmp_path: Path) -> Path:
    """Make a workbook of a British organisation selling on Amazon.ca, with the four V1 reports."""
    place = tmp_path / "Canada.xlsx"
    files = [shared("data", "settlements", f"CA_v1_{number}.txt") for _, number, _ in ROWS]
    assert run("new", place, "--marketplace", "CA", "--sandbox").status == 0
    assert run("settlements", "import", place, *files).status == 0
    return place


def test_every_line_is_mapped_and_every_total_is_proved_to_the_cent(run: Run, book: Path) -> None:
    for settlement_id, _, total in ROWS:
        shown = run("settlements", "preview", book, settlement_id, "--json").document
        assert shown["total"] == total
        assert shown["unmapped"] == [], settlement_id
        assert shown["unknown_vat"] == [], settlement_id
        assert shown["missing_accounts"] == [], settlement_id
        failed = [check["name"] for check in shown["checks"] if not check["ok"]]
        assert failed == [], settlement_id


@pytest.mark.parametrize("style", ["", "euformat_"])
def test_the_derived_twins_are_the_same_money(run: Run, book: Path, style: str) -> None:
    folder = shared("data", "settlements", "derived_v2")
    twins = [folder / f"CA_v2_derived_{style}{number}.txt" for _, number, _ in ROWS]
    done = run("settlements", "import", book, *twins, "--json")
    assert done.status == 0, done.document
    assert [row["total"] for row in done.document["rows"]] == [total for _, _, total in ROWS]
    assert {row["result"] for row in done.document["rows"]} == {"unchanged"}


@pytest.mark.parametrize("style", ["", "euformat_"])
def test_the_derived_twins_preview_with_no_unmapped_line_by_themselves(
    run: Run, tmp_path: Path, style: str
) -> None:
    book = tmp_path / "Twins.xlsx"
    folder = shared("data", "settlements", "derived_v2")
    twins = [folder / f"CA_v2_derived_{style}{number}.txt" for _, number, _ in ROWS]
    run("new", book, "--marketplace", "CA", "--sandbox")
    assert run("settlements", "import", book, *twins).status == 0
    for settlement_id, _, total in ROWS:
        shown = run("settlements", "preview", book, settlement_id, "--no-write", "--json").document
        assert (shown["total"], shown["unmapped"]) == (total, [])


def test_the_chain_names_the_two_gaps(run: Run, book: Path) -> None:
    rows = run("settlements", "list", book, "--json").document["rows"]
    gaps = [(row["from"], row["to"], row["total"]) for row in rows if row["status"] == "Missing"]
    assert gaps == [("2025-07-31", "2025-08-14", "-62.31"), ("2025-09-11", "2025-10-09", "")]


def test_a_settlement_that_fills_a_gap_takes_over_its_row(run: Run, tmp_path: Path) -> None:
    book = tmp_path / "Late.xlsx"
    first, middle, third = (
        shared("data", "settlements", f"CA_v1_{number}.txt") for _, number, _ in ROWS[1:]
    )
    run("new", book, "--marketplace", "CA")
    run("settlements", "import", book, first, third)
    before = run("settlements", "list", book, "--json").document["rows"]
    assert [row["status"] for row in before] == ["Draft", "Missing", "Draft"]
    run("settlements", "import", book, middle)
    after = run("settlements", "list", book, "--json").document["rows"]
    assert [row["status"] for row in after] == ["Draft", "Draft", "Missing", "Draft"]
    assert after[1]["chain"].startswith("Follows 24288684721.")


def test_a_torn_report_is_refused_with_both_figures(run: Run, book: Path) -> None:
    fragment = shared("data", "settlements", "AU_v2_12395580393_head_fragment.txt")
    refused = run("settlements", "import", book, fragment, "--json")
    assert refused.status == 1
    error = refused.document["rows"][0]["error"]
    assert "212,118.95" in error
    assert "105.21" in error
