"""Two names hold for one preview: what is missing, the same, or signed for other figures."""

from __future__ import annotations

import pytest
from sheet_row import SheetRow

from truebooks_xl.core.review import review_cells, review_problems
from truebooks_xl.core.settings import Entry, Settings

REQUIRED = Settings((Entry("Review required", "", "yes"),))


def row(prepared: str | None, reviewed: str | None, fingerprint: str = "f1") -> SheetRow:
    return SheetRow({"prepared_by": prepared, "reviewed_by": reviewed, "fingerprint": fingerprint})


@pytest.mark.parametrize(
    ("prepared", "reviewed", "cells"),
    [
        ("Ann Lee", "Bo Ek", []),
        (None, "Bo Ek", ["prepared_by"]),
        ("Ann Lee", None, ["reviewed_by"]),
        (None, " ", ["prepared_by", "reviewed_by"]),
        ("Ann Lee", "Ann Lee", ["reviewed_by"]),
        ("Ann Lee", "ann  LEE ", ["reviewed_by"]),
        ("Ann Lee", "Anna Lee", []),
    ],
)
def test_two_different_people_sign(
    prepared: str | None, reviewed: str | None, cells: list[str]
) -> None:
    problems = review_problems(REQUIRED, row(prepared, reviewed), "f1")
    assert [each.where for each in problems] == [f"Settlements!{cell}" for cell in cells]
    assert all(each.remedy.endswith(".") for each in problems)


def test_what_was_signed_is_what_is_posted() -> None:
    (problem,) = review_problems(REQUIRED, row("Ann Lee", "Bo Ek"), "f2")
    assert problem.where == "Settlements!fingerprint"
    assert "signed is not what would be posted" in problem.what


def test_names_without_any_preview_sign_nothing() -> None:
    assert review_problems(REQUIRED, row("Ann Lee", "Bo Ek", ""), "f1")


def test_no_review_is_asked_for_unless_settings_do() -> None:
    assert review_problems(Settings(()), row(None, None), "f2") == ()


def test_a_broken_cell_is_no_name() -> None:
    broken = SheetRow({"fingerprint": "f1", "reviewed_by": "Bo Ek"}, {"prepared_by": "#NAME?"})
    (problem,) = review_problems(REQUIRED, broken, "f1")
    assert (problem.where, "#NAME?" in problem.what) == ("Settlements!prepared_by", True)


@pytest.mark.parametrize("fingerprint", ["f2", ""])
def test_another_preview_clears_both_names(fingerprint: str) -> None:
    assert review_cells(row("Ann Lee", "Bo Ek", fingerprint), "f1") == {
        "prepared_by": None,
        "reviewed_by": None,
    }


def test_the_same_preview_again_keeps_them() -> None:
    assert review_cells(row("Ann Lee", "Bo Ek"), "f1") == {}
