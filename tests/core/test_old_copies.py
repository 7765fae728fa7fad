"""An older copy of a workbook is told by what it lacks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from truebooks_xl.core.copies import NEWEST, Recorded, Shown, lacking

POSTED = "AMZ-TB-10001 (settlement 269, posted 2026-05-20)"
AT = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)


def recorded(outcome: str = "posted", document_id: str = "id-1", suffix: str = "") -> Recorded:
    number = "AMZ-TB-10001" if document_id else ""
    return Recorded("269", "UK", suffix, "post", outcome, number, document_id, "Posted", AT)


def row(status: str, document_id: str) -> Shown:
    return Shown("269", status, document_id, "Settlements!C6")


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (recorded(), row("Posted", "id-1")),
        (recorded(), row("Voided by hand", "id-1")),  # found out later, by the newest copy
        (recorded("awaiting approval"), row("Draft", "id-1")),
        (recorded("rolled back", ""), row("Draft", "")),
        (recorded(document_id="id-2", suffix="-C1"), row("Posted", "id-1")),
        (recorded(document_id="id-2", suffix="-COGS"), row("Posted", "id-1")),
    ],
)
def test_the_newest_copy_lacks_nothing(record: Recorded, shown: Shown) -> None:
    assert lacking({"TBUK-269": record}, [shown]) == []


@pytest.mark.parametrize(
    ("record", "rows", "said"),
    [
        (
            recorded(),
            [row("Draft", "")],
            f"Settlements!C6: This copy of the workbook lacks {POSTED}. {NEWEST}",
        ),
        (recorded(), [], "Settlements: This copy of the workbook lacks AMZ-TB-10001"),
        (recorded(), [row("Posted", "older")], "lacks AMZ-TB-10001"),
        (recorded("awaiting approval"), [row("Draft", "")], "left as a draft 2026-05-20"),
        (
            recorded("rolled back", ""),
            [row("Posted", "id-1")],
            "lacks that settlement 269 was rolled back on 2026-05-20",
        ),
        (recorded(suffix="-C1"), [], "settlement 269-C1"),
    ],
)
def test_an_older_copy_is_told_what_it_lacks(
    record: Recorded, rows: list[Shown], said: str
) -> None:
    (problem,) = lacking({"TBUK-269": record}, rows)
    assert said in str(problem)
