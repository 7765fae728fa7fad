"""A new workbook: the template's own bytes, and the content type its extension promises."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from rich_workbook import rich_workbook
from tiny_workbook import COSTS, tiny_workbook

from truebooks_xl.workbook.closed.book import ClosedBook
from truebooks_xl.workbook.closed.package import Package
from truebooks_xl.workbook.closed.template import (
    MAIN_TYPES,
    AlreadyThere,
    NotAWorkbookName,
    copy_template,
)


@pytest.mark.parametrize("source", ["xlsx", "xlsm"])
@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm", ".XLSM"])
def test_the_content_type_follows_the_extension(tmp_path: Path, source: str, suffix: str) -> None:
    template = tiny_workbook(tmp_path / "Template.xlsx", "")
    if source == "xlsm":
        copy_template(template, tmp_path / "Template.xlsm")
        template = tmp_path / "Template.xlsm"
    target = tmp_path / f"New{suffix}"
    copy_template(template, target)
    with zipfile.ZipFile(target) as made:
        types = made.read("[Content_Types].xml").decode()
    assert [kind for kind in MAIN_TYPES.values() if kind in types] == [MAIN_TYPES[suffix.lower()]]
    old, new = dict(Package(template).records()), dict(Package(target).records())
    assert {name for name in old if old[name] != new[name]} <= {"[Content_Types].xml"}
    assert ClosedBook(target).rows(COSTS) == []


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    template = tiny_workbook(tmp_path / "Template.xlsx", "")
    target = tmp_path / "Mine.xlsx"
    target.write_bytes(b"the accountant's own")
    with pytest.raises(AlreadyThere, match="left as it is"):
        copy_template(template, target)
    assert target.read_bytes() == b"the accountant's own"


def test_a_name_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    template = rich_workbook(tmp_path / "Template.xlsm")
    for name, words in (
        ("Book.xls", "ends in .xlsm or .xlsx"),
        ("Book", "ends in .xlsm or .xlsx"),
        ("Book.xlsx", "cannot hold macros"),
        ("nowhere/Book.xlsm", "no folder"),
    ):
        with pytest.raises(NotAWorkbookName, match=words):
            copy_template(template, tmp_path / name)
    assert [each.name for each in tmp_path.iterdir()] == ["Template.xlsm"]
