"""Real settlement reports and their twins, where the shared data is present; none is kept here."""

from __future__ import annotations

import pytest
from flat_files import units
from shared import shared

from truebooks_xl.amazon import flat_file_errors as wrong
from truebooks_xl.amazon.flat_file import read_settlement
from truebooks_xl.core.chain import Linked, MissingSettlement, chain_entry, link
from truebooks_xl.core.marketplaces import marketplace, of_settlement
from truebooks_xl.core.money import Money
from truebooks_xl.core.reimport import Same, compare
from truebooks_xl.core.settlement import Settlement

# file, settlement, total, rows of V1, lines of V1 and of V2, units of V1 and of V2
REAL = (
    ("50011020300", "23874396421", "-321.69", 3, 3, 3, 0, 0),
    ("50034020328", "24288684721", "1016.08", 189, 192, 153, 39, 39),
    ("50041020342", "24391894961", "2539.66", 489, 492, 386, 108, 108),
    ("50065020384", "24702193891", "10015.64", 1244, 1245, 958, 300, 301),
)
"""A ServiceFee row of V1 is two lines. The twin of the last repeats a quantity: 301 units."""


def v1(file: str) -> Settlement:
    return read_settlement(shared("data", "settlements", f"CA_v1_{file}.txt"))


def twins(file: str) -> list[Settlement]:
    folder = shared("data", "settlements", "derived_v2")
    names = (f"CA_v2_derived_{file}.txt", f"CA_v2_derived_euformat_{file}.txt")
    return [read_settlement(folder / name) for name in names]


@pytest.mark.parametrize("row", REAL, ids=lambda row: row[0])
def test_a_real_report_and_its_twins_are_read_to_the_cent(
    row: tuple[str, str, str, int, int, int, int, int],
) -> None:
    file, settlement_id, total, rows, v1_lines, v2_lines, v1_units, v2_units = row
    old, new = v1(file), twins(file)
    for each in (old, *new):
        assert each.settlement_id == settlement_id
        assert str(each.total) == total
        assert each.lines["minor"].sum() == each.total.minor
        assert compare(old, each) == Same()
        assert (each.start, each.end, each.deposit_on) == (old.start, old.end, old.deposit_on)
    assert (old.layout, old.line_count, units(old)) == ("V1", v1_lines, v1_units)
    assert old.lines["line_number"].n_unique() == rows
    for each in new:
        assert (each.layout, each.line_count, units(each)) == ("V2", v2_lines, v2_units)


@pytest.mark.parametrize("row", REAL[1:], ids=lambda row: row[0])
def test_the_store_of_a_real_report_is_the_one_its_lines_name(row: tuple[str, ...]) -> None:
    assert of_settlement(v1(row[0]).marketplace_lines) == marketplace("CA")


def test_the_chain_of_real_reports_names_the_two_that_are_missing() -> None:
    results = link([chain_entry(v1(row[0]), "CA") for row in reversed(REAL)])
    first, gap, second, third, other_gap, last = results
    assert isinstance(gap, MissingSettlement)
    assert f"{gap.start:%d %b} to {gap.end:%d %b %Y}" == "31 Jul to 14 Aug 2025"
    assert gap.total == Money(-6231, "CAD")
    assert isinstance(other_gap, MissingSettlement)
    assert f"{other_gap.start:%d %b} to {other_gap.end:%d %b %Y}" == "11 Sep to 09 Oct 2025"
    assert (other_gap.total, other_gap.reserve) == (None, None)
    linked = [each for each in (first, second, third, last) if isinstance(each, Linked)]
    assert [each.entry.settlement_id for each in linked] == [row[1] for row in REAL]
    assert [each.previous_id for each in linked] == ["", "", "24288684721", ""]
    assert [finding.name for each in linked for finding in each.findings] == [
        "charge without debt",  # +32.09 in the first, a subscription paid by card
        "debt charged",  # -62.31 and +62.31 in the second
    ]


def test_a_fragment_does_not_add_up() -> None:
    fragment = shared("data", "settlements", "AU_v2_12395580393_head_fragment.txt")
    with pytest.raises(wrong.TotalsDiffer) as refused:
        read_settlement(fragment)
    assert "Amazon reported AUD 212,118.95, the lines add up to AUD 105.21" in str(refused.value)


def test_a_synthetic_report_with_other_habits_is_read() -> None:
    settlement = read_settlement(shared("data", "settlements", "SYNTH_xieyi_v2_sample.txt"))
    assert str(settlement.total) == "582.89"
    assert of_settlement(settlement.marketplace_lines) == marketplace("US")
