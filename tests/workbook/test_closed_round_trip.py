"""Whatever is written is read back; whatever text says, it stays text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich_workbook import opened
from tiny_workbook import COSTS, tiny_workbook

from truebooks_xl.workbook.book import (
    AppendRows,
    Edit,
    Formula,
    Link,
    ReplaceRows,
    UpdateRows,
    Writable,
)
from truebooks_xl.workbook.closed.book import ClosedBook
from truebooks_xl.workbook.closed.cells import TextTooLong, escaped, unescaped

Values = Mapping[str, Writable]

TEXTS = st.text(st.characters(), max_size=30) | st.from_regex(
    r"(_x[0-9A-Fa-f]{0,4}_?|[\x00-\x1f]|[=+@-]|[<&>\"' ]){1,6}", fullmatch=True
)
MONEY = st.decimals(-(10**10), 10**10, places=2) | st.decimals(-1000, 1000, places=8)
DAYS = st.dates(date(1900, 3, 1), date(9999, 12, 31))
MILLISECONDS = st.integers(0, 100 * 365 * 86_400_000)  # Excel keeps no finer instants
INSTANTS = MILLISECONDS.map(lambda ms: datetime(2000, 1, 1) + timedelta(milliseconds=ms))  # noqa: DTZ001
ROWS = st.fixed_dictionaries(
    # 26881161592 written as text stays text; a row without one would be blank
    {"sku": TEXTS.filter(lambda text: bool(text.strip()))},
    optional={"cost": MONEY | TEXTS, "day": DAYS, "at": INSTANTS},
)


class Model:
    """What the table must hold, by the plainest means."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Writable]] = []

    def edit(self, rows: list[Values], kind: str) -> Edit:
        """Change the model and return the edit that should do the same."""
        if kind == "replace" or not self.rows:
            self.rows = [dict(row) for row in rows]
            return ReplaceRows(COSTS, rows, len(rows))
        if kind == "append":
            self.rows += [dict(row) for row in rows]
            return AppendRows(COSTS, rows)
        changed = {place + 2: row for place, row in enumerate(rows[: len(self.rows)])}
        for number, row in changed.items():
            self.rows[number - 2] |= row
        return UpdateRows(COSTS, changed)

    def expected(self) -> list[dict[str, Writable]]:
        blank = dict.fromkeys((each.key for each in COSTS.columns), None)
        return [{**blank, **{k: v for k, v in row.items() if v != ""}} for row in self.rows]


STEPS = st.lists(
    st.tuples(st.lists(ROWS, max_size=4), st.sampled_from(["replace", "append", "update"])),
    min_size=1,
    max_size=5,
)


@given(STEPS, st.booleans())
@settings(max_examples=60)
def test_any_edits_read_back_as_they_were_written(
    steps: list[tuple[list[Values], str]], at_once: bool
) -> None:
    with TemporaryDirectory() as folder:
        book = ClosedBook(tiny_workbook(Path(folder) / "a.xlsx", ""))
        model = Model()
        edits = [model.edit(rows, kind) for rows, kind in steps]
        for edit in [edits] if at_once else [[each] for each in edits]:
            book.write(edit)
        read = book.rows(COSTS)
        assert [row.cells for row in read] == model.expected()
        assert [row.number for row in read] == list(range(2, 2 + len(model.rows)))


@given(TEXTS)
def test_escapes_are_undone_exactly(text: str) -> None:
    written = escaped(text)
    assert not any(ord(each) < 32 and each not in "\t\n" for each in written)
    plain = written.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert unescaped(plain) == text


INJECTIONS = (
    *("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "http://example.com"),
    *("001", "1E5", "26881161592", "TRUE", "#N/A", "2026-01-01", "'x", "<f>1</f>", "]]>"),
)


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_from_outside_never_becomes_anything_else(tmp_path: Path, text: str) -> None:
    path = tiny_workbook(tmp_path / "a.xlsx", "")
    ClosedBook(path).write([AppendRows(COSTS, [{"sku": text}])])
    cell = opened(path, "Costs")["A2"]
    assert (cell.value, cell.data_type) in {(text, "s"), (text, "inlineStr")}
    assert cell.hyperlink is None


def test_a_link_and_a_cached_text_cannot_break_out_of_their_formula(tmp_path: Path) -> None:
    path = tiny_workbook(tmp_path / "a.xlsx", "")
    link = Link('https://x/","")&cmd|"', '"),1+1&("\x0b<')
    formula = Formula('="a"&"<b>"', "a<b>\x01")
    book = ClosedBook(path)
    book.write([AppendRows(COSTS, [{"sku": link, "cost": formula}])])
    (row,) = book.rows(COSTS)
    assert (row.cells["sku"], row.cells["cost"]) == ('"),1+1&("\x0b<', "a<b>\x01")
    sheet = opened(path, "Costs")
    assert sheet["A2"].value == ('=HYPERLINK("https://x/"","""")&cmd|""","""),1+1&("" <")')
    assert sheet["B2"].value == '="a"&"<b>"'


def test_a_text_no_cell_can_hold_is_refused(tmp_path: Path) -> None:
    path = tiny_workbook(tmp_path / "a.xlsx", "")
    before = path.read_bytes()
    with pytest.raises(TextTooLong, match="32,768 characters"):
        ClosedBook(path).write([AppendRows(COSTS, [{"sku": "x" * 32_768}])])
    assert path.read_bytes() == before


def test_a_number_is_written_as_its_shortest_text(tmp_path: Path) -> None:
    path = tiny_workbook(tmp_path / "a.xlsx", "")
    amounts: list[Writable] = [
        Decimal("0.10"),
        Decimal("-1234567.89"),
        Decimal(10) ** 15,
        Decimal("0E-8"),
        7,
    ]
    ClosedBook(path).write([AppendRows(COSTS, [{"cost": each} for each in amounts])])
    sheet = opened(path, "Costs")
    read = [sheet.cell(row, 2).value for row in range(2, 7)]
    assert read == [0.1, -1234567.89, 10**15, 0, 7]
