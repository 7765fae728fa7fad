"""Each edit on a workbook full of an accountant's own work: only the touched parts change."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook
from rich_workbook import (
    LENGTH,
    MAPPING_LEFT,
    MAPPING_ROWS,
    MAPPING_TOP,
    OWN,
    mapping_columns,
    opened,
    rich_workbook,
    with_text,
)

from truebooks_xl.workbook.book import (
    AppendRows,
    Edit,
    Formula,
    Link,
    ReplaceRows,
    SetNames,
    UpdateRows,
    Writable,
)
from truebooks_xl.workbook.closed.addresses import column_letters, column_number
from truebooks_xl.workbook.closed.book import ClosedBook
from truebooks_xl.workbook.closed.guards import FormulaInTheWay, MergedCells, NoRoom
from truebooks_xl.workbook.closed.package import Package
from truebooks_xl.workbook.closed.tables import MissingColumn, MissingTable
from truebooks_xl.workbook.schema import MAPPING, PREVIEW, PROOF, SETTINGS, SETTLEMENTS

FIRST = MAPPING_TOP + 1
ALWAYS = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
CHAIN = "xl/calcChain.xml"
MAPPING_SHEET, MAPPING_TABLE = "xl/worksheets/sheet3.xml", "xl/tables/table2.xml"
SETTLEMENTS_SHEET, SETTLEMENTS_TABLE = "xl/worksheets/sheet4.xml", "xl/tables/table4.xml"


def rule(name: str, account: str = "0200") -> dict[str, str | date]:
    return {
        "category": name,
        "line_text": "Sales",
        "account": account,
        "valid_from": date(2025, 1, 2),
    }


EDITS: dict[str, tuple[Sequence[Edit], set[str]]] = {
    "a cell set": ([UpdateRows(MAPPING, {FIRST: {"account": "0999"}})], {MAPPING_SHEET}),
    "a name set": (
        [SetNames({"TB_PreviewSettlement": "26881161592"})],
        {"xl/worksheets/sheet5.xml"},
    ),
    "rows appended": (
        [AppendRows(MAPPING, [rule("AMZ1 a"), rule("AMZ1 b")])],
        {MAPPING_SHEET, MAPPING_TABLE},
    ),
    "a body grown": (
        [ReplaceRows(MAPPING, [rule(f"AMZ1 {n}") for n in range(9)], 9)],
        {MAPPING_SHEET, MAPPING_TABLE},
    ),
    "a body shrunk": (
        [ReplaceRows(MAPPING, [rule("AMZ1 only")], 1)],
        {MAPPING_SHEET, MAPPING_TABLE},
    ),
    "a body emptied": ([ReplaceRows(MAPPING, [], 0)], {MAPPING_SHEET, MAPPING_TABLE}),
    "the same number of rows": (
        [ReplaceRows(MAPPING, [rule(f"AMZ1 {n}") for n in range(MAPPING_ROWS)], MAPPING_ROWS)],
        {MAPPING_SHEET},
    ),
    "rows above a total": (
        [AppendRows(SETTLEMENTS, [{"settlement_id": "26881161599", "total": Decimal("-3.10")}])],
        {SETTLEMENTS_SHEET, SETTLEMENTS_TABLE},
    ),
    "all at once": (
        [
            ReplaceRows(MAPPING, [rule(f"AMZ1 {n}") for n in range(9)], 9),
            AppendRows(MAPPING, [rule("AMZ1 last")]),
            UpdateRows(MAPPING, {FIRST + 1: {"account": "0998"}}),
            SetNames({"TB_PreviewState": "Ready"}),
        ],
        {MAPPING_SHEET, MAPPING_TABLE, "xl/worksheets/sheet5.xml"},
    ),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return rich_workbook(tmp_path / "Rich.xlsm")


def by_position(path: Path) -> list[tuple[str, bytes]]:
    return [(name, bytes(record)) for name, record in Package(path).records()]


@pytest.mark.parametrize(("edits", "touched"), EDITS.values(), ids=EDITS.keys())
def test_every_part_an_edit_does_not_touch_keeps_its_bytes_and_its_place(
    path: Path, edits: Sequence[Edit], touched: set[str]
) -> None:
    before = by_position(path)
    ClosedBook(path).write(edits)
    after = by_position(path)
    assert [name for name, _ in after] == [name for name, _ in before if name != CHAIN]
    old = dict(before)
    assert {name for name, record in after if record != old[name]} == touched | ALWAYS
    with zipfile.ZipFile(path) as saved:
        assert saved.testzip() is None
        for name in touched | ALWAYS:
            etree.fromstring(saved.read(name))
        assert b'fullCalcOnLoad="1"' in saved.read("xl/workbook.xml")
        for name in ALWAYS:
            assert b"calcChain" not in saved.read(name)


@pytest.mark.parametrize(("edits", "touched"), EDITS.values(), ids=EDITS.keys())
def test_other_programs_open_what_was_written(
    path: Path, edits: Sequence[Edit], touched: set[str]
) -> None:
    book = ClosedBook(path)
    book.write(edits)
    rows = book.rows(MAPPING)
    seen = opened(path, "Mapping")
    fast = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Mapping").to_python()
    for row in rows:
        for key in ("category", "account", "line_text"):
            address = row.where(key).removeprefix("Mapping!")
            assert seen[address].value == row.cells[key]
            place = column_number(row.letters[key]) - 1
            assert fast[row.number - 1][place] == (row.cells[key] or "")
    table = seen.tables[MAPPING.table]
    assert table.ref == table.autoFilter.ref
    assert len(table.tableColumns) == len(mapping_columns())


def test_a_second_write_finds_little_left_to_change(path: Path) -> None:
    book = ClosedBook(path)
    book.write([UpdateRows(MAPPING, {FIRST: {"account": "0999"}})])
    before = dict(by_position(path))
    book.write([UpdateRows(MAPPING, {FIRST: {"account": "0998"}})])
    changed = {name for name, record in by_position(path) if record != before[name]}
    assert changed == {MAPPING_SHEET}


def test_columns_are_found_by_heading_wherever_the_user_put_them(path: Path) -> None:
    rows = ClosedBook(path).rows(MAPPING)
    assert [row.number for row in rows] == list(range(FIRST, FIRST + MAPPING_ROWS))
    assert rows[2].cells["amount_description"] == "Kind 2"
    assert rows[2].cells["account"] == "0202"
    assert rows[2].cells["valid_from"] == date(2024, 8, 3)
    keys = [each.key for each in mapping_columns()]
    letters = column_letters(MAPPING_LEFT + keys.index("account"))
    assert rows[2].where("account") == f"Mapping!{letters}{FIRST + 2}"


def cells_of(path: Path, key: str, rows: int) -> list[object]:
    keys = [each.key for each in mapping_columns()]
    sheet = opened(path, "Mapping")
    column = MAPPING_LEFT + keys.index(key)
    return [sheet.cell(FIRST + place, column).value for place in range(rows)]


def test_the_users_own_column_keeps_its_cells_where_the_rows_remain(path: Path) -> None:
    grown = [rule(f"AMZ1 {n}") for n in range(7)]
    ClosedBook(path).write([ReplaceRows(MAPPING, grown, 7)])
    assert cells_of(path, OWN.key, 8) == [f"note {n}" for n in range(5)] + [None] * 3
    ClosedBook(path).write([ReplaceRows(MAPPING, grown[:2], 2)])
    assert cells_of(path, OWN.key, 5) == ["note 0", "note 1", None, None, None]
    assert cells_of(path, "category", 3) == ["AMZ1 0", "AMZ1 1", None]
    sheet = opened(path, "Mapping")
    assert [sheet.cell(FIRST + n, 1).value for n in range(5)] == [f"beside {n}" for n in range(5)]
    assert sheet.row_dimensions[10].height == 30


def test_calculated_columns_of_the_user_reach_every_new_row(path: Path) -> None:
    ClosedBook(path).write([AppendRows(MAPPING, [rule("AMZ1 new")])])
    formula = "=LEN(tblMapping[[#This Row],[Category]])"
    assert cells_of(path, LENGTH.key, MAPPING_ROWS + 1) == [formula] * (MAPPING_ROWS + 1)


def test_calculated_columns_of_ours_carry_their_cached_value(path: Path) -> None:
    rows: list[dict[str, Writable]] = [
        {"key": "L1", "gross": Decimal("1275.20"), "rate": Decimal(20)},
        {"key": "L2"},
    ]
    book = ClosedBook(path)
    book.write([ReplaceRows(PREVIEW, rows, 2)])
    first = book.rows(PREVIEW)[0]
    assert (first.cells["gross"], first.cells["net"]) == (Decimal("1275.2"), None)
    cell = first.where("gross").removeprefix("Preview!")
    seen = opened(path, "Preview")[cell].value
    assert seen == PREVIEW.column("gross").formula


def test_new_rows_look_like_the_first(path: Path) -> None:
    ClosedBook(path).write([AppendRows(MAPPING, [rule("AMZ1 new")])])
    sheet = opened(path, "Mapping")
    for place in range(len(mapping_columns())):
        first = sheet.cell(FIRST, MAPPING_LEFT + place)
        new = sheet.cell(FIRST + MAPPING_ROWS, MAPPING_LEFT + place)
        assert (new.number_format, new.font.color) == (first.number_format, first.font.color)


def test_appended_rows_fill_the_blank_row_of_a_new_table_first(path: Path) -> None:
    book = ClosedBook(path)
    assert book.rows(SETTINGS) == []
    book.write([AppendRows(SETTINGS, [{"setting": "Grouping", "value": "account"}])])
    book.write([AppendRows(SETTINGS, [{"setting": "Prefix", "value": "AMZ-TB-"}])])
    rows = book.rows(SETTINGS)
    assert [row.number - SETTINGS.first_row for row in rows] == [1, 2]
    table = opened(path, "Settings").tables[SETTINGS.table]
    assert table.ref.endswith(str(SETTINGS.first_row + 2))


def test_a_table_excel_emptied_is_in_use_again(path: Path) -> None:
    table = "xl/tables/table1.xml"
    with_text(path, table, 'name="tblSettings"', 'name="tblSettings" insertRow="1"')
    ClosedBook(path).write([AppendRows(SETTINGS, [{"setting": "Grouping"}])])
    with zipfile.ZipFile(path) as saved:
        assert b"insertRow" not in saved.read(table)


def test_the_totals_row_moves_down_and_up_with_the_table(path: Path) -> None:
    book = ClosedBook(path)
    more: list[dict[str, Writable]] = [
        {"settlement_id": str(n), "total": Decimal(n)} for n in range(1, 5)
    ]
    top = SETTLEMENTS.first_row
    for rows in (more, more[:1]):
        book.write([ReplaceRows(SETTLEMENTS, rows, len(rows))])
        sheet = opened(path, "Settlements")
        last = top + len(rows) + 1
        assert sheet.tables[SETTLEMENTS.table].ref.endswith(str(last))
        assert sheet.tables[SETTLEMENTS.table].autoFilter.ref.endswith(str(last - 1))
        assert sheet.cell(last, 1).value == "Total"
        assert sheet.cell(last + 1, 1).value is None
        assert [row.cells["total"] for row in book.rows(SETTLEMENTS)] == [
            row["total"] for row in rows
        ]


def test_validations_and_formats_follow_only_where_they_stopped_with_the_table(path: Path) -> None:
    ClosedBook(path).write([AppendRows(MAPPING, [rule(f"AMZ1 {n}") for n in range(3)])])
    sheet = opened(path, "Mapping")
    left, last = column_letters(MAPPING_LEFT), FIRST + MAPPING_ROWS + 2
    ranges = {str(each.sqref) for each in sheet.data_validations.dataValidation}
    beside = column_letters(MAPPING_LEFT + 1)
    assert ranges == {f"{left}{FIRST}:{left}{last}", f"{beside}{FIRST}:{beside}5000"}
    right = column_letters(MAPPING_LEFT + len(mapping_columns()) - 1)
    formats = {str(each.sqref) for each in sheet.conditional_formatting}
    assert formats == {f"{left}{FIRST}:{right}{last}", f"{right}{FIRST}:{right}{last}"}
    with zipfile.ZipFile(path) as saved:
        xml = saved.read(MAPPING_SHEET).decode()
    assert f"<xm:sqref>{right}{FIRST}:{right}{last}</xm:sqref>" in xml
    assert f"Mapping!{right}8:{right}12" in xml  # the sparkline is the user's: it stays


def test_an_old_filter_cannot_hide_new_rows(path: Path) -> None:
    with zipfile.ZipFile(path) as saved:
        xml = saved.read(MAPPING_TABLE).decode()
    plain = xml[xml.index("<autoFilter") : xml.index("/>", xml.index("<autoFilter")) + 2]
    criterion = '<filterColumn colId="0"><filters><filter val="x"/></filters></filterColumn>'
    with_text(path, MAPPING_TABLE, plain, f"{plain[:-2]}>{criterion}</autoFilter>")
    with_text(path, MAPPING_SHEET, '<row r="9"', '<row r="9" hidden="1"')
    ClosedBook(path).write([ReplaceRows(MAPPING, [rule("AMZ1 a"), rule("AMZ1 b")], 2)])
    sheet = opened(path, "Mapping")
    assert not sheet.row_dimensions[9].hidden
    assert sheet.tables[MAPPING.table].autoFilter.filterColumn == []


def test_every_kind_of_value_arrives_as_what_it_is(path: Path) -> None:
    row: dict[str, Writable] = {
        "settlement_id": "26881161592",
        "reference": "=cmd|' /C calc'!A0",
        "total": Decimal("-1234567.89"),
        "lines": 5000,
        "start_on": date(2024, 2, 29),
        "posted_at": datetime.fromisoformat("2026-03-01T23:59:58.500"),
        "link": Link('https://example.com/?a="b"&c', "Open & see"),
        "number": Formula('="AMZ-"&1', "AMZ-1"),
    }
    book = ClosedBook(path)
    book.write([AppendRows(SETTLEMENTS, [row])])
    read = book.rows(SETTLEMENTS)[-1].cells
    assert {key: read[key] for key in row} == row | {"link": "Open & see", "number": "AMZ-1"}
    sheet = opened(path, "Settlements")
    last = SETTLEMENTS.first_row + 3
    seen = {each.key: sheet.cell(last, n) for n, each in enumerate(SETTLEMENTS.columns, 1)}
    assert (seen["settlement_id"].value, seen["settlement_id"].data_type) == ("26881161592", "s")
    assert (seen["reference"].value, seen["reference"].data_type) == (row["reference"], "s")
    assert seen["link"].value == '=HYPERLINK("https://example.com/?a=""b""&c","Open & see")'
    assert seen["start_on"].value == datetime.fromisoformat("2024-02-29")


def test_a_cell_set_keeps_its_style_and_a_blank_clears_it(path: Path) -> None:
    book = ClosedBook(path)
    before = opened(path, "Mapping")
    book.write([UpdateRows(MAPPING, {FIRST: {"valid_from": date(2025, 5, 6), "account": None}})])
    row = book.rows(MAPPING)[0]
    assert (row.cells["valid_from"], row.cells["account"]) == (date(2025, 5, 6), None)
    after = opened(path, "Mapping")
    for key in ("valid_from", "account"):
        address = row.where(key).removeprefix("Mapping!")
        assert after[address].number_format == before[address].number_format


def test_a_cell_set_beyond_a_rows_last_one_outdates_its_spans(path: Path) -> None:
    with zipfile.ZipFile(path) as saved:
        row = saved.read(MAPPING_SHEET).decode().split(f'<row r="{FIRST}"')[1]
    spans = row[: row.index(">")].strip()
    with_text(path, MAPPING_SHEET, spans, 'spans="1:2" ht="30"')
    ClosedBook(path).write([UpdateRows(MAPPING, {FIRST: {"account": "0999"}})])
    with zipfile.ZipFile(path) as saved:
        row = saved.read(MAPPING_SHEET).decode().split(f'<row r="{FIRST}"')[1]
    assert row[: row.index(">")].strip() == 'ht="30"'


def test_named_cells_are_read_and_set(path: Path) -> None:
    book = ClosedBook(path)
    given: dict[str, Writable] = {
        "TB_PreviewSettlement": "26881161592",
        "TB_PreviewDate": date(2026, 3, 14),
        "TB_Decimals": Decimal(2),
        "TB_PreviewState": None,
    }
    book.write([SetNames(given)])
    assert book.names(list(given)) == given


def test_a_table_does_not_grow_over_the_users_cells(path: Path) -> None:
    book = ClosedBook(path)
    before = path.read_bytes()
    rows = [rule(f"AMZ1 {n}") for n in range(80)]
    with pytest.raises(NoRoom, match=r"Mapping!C73: .*in use"):
        book.write([ReplaceRows(MAPPING, rows, 80)])
    assert path.read_bytes() == before


def test_a_table_grows_over_blank_formatted_cells_but_not_over_a_value(path: Path) -> None:
    row = FIRST + MAPPING_ROWS
    marker = f'<row r="{MAPPING_TOP + MAPPING_ROWS + 61}"'
    for cell, fits in (
        (f'<c r="D{row}" s="1"/>', True),
        (f'<c r="D{row + 1}"><v>1</v></c>', False),
    ):
        number = row if fits else row + 1
        with_text(path, MAPPING_SHEET, marker, f'<row r="{number}">{cell}</row>{marker}')
        book = ClosedBook(path)
        if fits:
            book.write([AppendRows(MAPPING, [rule("AMZ1 fits")])])
        else:
            with pytest.raises(NoRoom, match=f"Mapping!D{number}"):
                book.write([AppendRows(MAPPING, [rule("AMZ1 does not")])])


FORMULAS = {
    "shared master": ('<f t="shared" ref="{c}8:{c}9" si="0">1+1</f>', FormulaInTheWay),
    "array anchor": ('<f t="array" ref="{c}8:{c}9">1+1</f>', FormulaInTheWay),
    "ordinary formula": ("<f>1+1</f>", None),
}


@pytest.mark.parametrize(("formula", "error"), FORMULAS.values(), ids=FORMULAS.keys())
def test_a_formula_that_others_hang_on_is_never_overwritten(
    path: Path, formula: str, error: type[FormulaInTheWay] | None
) -> None:
    letters = ClosedBook(path).rows(MAPPING)[0].letters["account"]
    with zipfile.ZipFile(path) as saved:
        xml = saved.read(MAPPING_SHEET).decode()
    start = xml.index(f'<c r="{letters}{FIRST}"')
    cell = xml[start : xml.index("</c>", start) + 4]
    code = formula.format(c=letters)
    with_text(path, MAPPING_SHEET, cell, f'<c r="{letters}{FIRST}">{code}<v>2</v></c>')
    edit = UpdateRows(MAPPING, {FIRST: {"account": "0300"}})
    if error is None:
        ClosedBook(path).write([edit])
        assert ClosedBook(path).rows(MAPPING)[0].cells["account"] == "0300"
        return
    with pytest.raises(error, match=f"Mapping!{letters}{FIRST}"):
        ClosedBook(path).write([edit])


def test_a_shared_formula_wholly_replaced_is_no_obstacle(path: Path) -> None:
    letters = ClosedBook(path).rows(MAPPING)[0].letters["account"]
    with zipfile.ZipFile(path) as saved:
        xml = saved.read(MAPPING_SHEET).decode()
    start = xml.index(f'<c r="{letters}{FIRST}"')
    cell = xml[start : xml.index("</c>", start) + 4]
    code = f'<f t="shared" ref="{letters}{FIRST}:{letters}{FIRST + 4}" si="0">1+1</f>'
    with_text(path, MAPPING_SHEET, cell, f'<c r="{letters}{FIRST}">{code}<v>2</v></c>')
    ClosedBook(path).write([ReplaceRows(MAPPING, [rule("AMZ1 a")] * 5, 5)])
    assert len(ClosedBook(path).rows(MAPPING)) == 5


def test_a_cell_hidden_under_a_merge_is_never_written(path: Path) -> None:
    merge = f'<mergeCells count="1"><mergeCell ref="C{FIRST}:D{FIRST}"/></mergeCells>'
    with_text(path, MAPPING_SHEET, "</sheetData>", f"</sheetData>{merge}")
    keys = [each.key for each in mapping_columns()]
    book = ClosedBook(path)
    book.write([UpdateRows(MAPPING, {FIRST: {keys[0]: "the anchor may be written"}})])
    with pytest.raises(MergedCells, match=f"Mapping!D{FIRST}: .*C{FIRST}:D{FIRST}"):
        book.write([UpdateRows(MAPPING, {FIRST: {keys[1]: "not this"}})])


def test_a_deleted_column_is_absent_when_read_and_refused_when_written(path: Path) -> None:
    with_text(path, SETTLEMENTS_TABLE, 'name="Chain"', 'name="My own words"')
    book = ClosedBook(path)
    assert "chain" not in book.rows(SETTLEMENTS)[0].cells
    first = SETTLEMENTS.first_row + 1
    book.write([UpdateRows(SETTLEMENTS, {first: {"status": "Posted", "chain": None}})])
    with pytest.raises(MissingColumn, match=rf"Settlements!A{first - 1}: .*“Chain”"):
        book.write([UpdateRows(SETTLEMENTS, {first: {"chain": "follows"}})])
    with pytest.raises(MissingColumn):
        book.write([AppendRows(SETTLEMENTS, [{"chain": "follows"}])])
    with pytest.raises(MissingColumn):
        book.write([ReplaceRows(SETTLEMENTS, [{"chain": "follows"}], 1)])


def test_a_missing_table_and_a_missing_required_column_are_named(path: Path) -> None:
    with pytest.raises(MissingTable, match=r"Rich\.xlsm, Proof: The table tblProof is missing"):
        ClosedBook(path).rows(PROOF)
    with_text(path, MAPPING_TABLE, 'name="Category"', 'name="Kind"')
    with pytest.raises(MissingColumn, match="“Category”"):
        ClosedBook(path).rows(MAPPING)


def test_a_renamed_tab_and_another_case_of_the_heading_are_still_found(path: Path) -> None:
    with_text(path, "xl/workbook.xml", 'name="Mapping"', 'name="My rules"')
    with_text(path, MAPPING_TABLE, 'name="Line text"', 'name=" LINE  text "')
    row = ClosedBook(path).rows(MAPPING)[0]
    assert row.sheet == "My rules"
    assert row.cells["line_text"] == "Sales & more"
