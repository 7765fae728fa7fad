"""The same settlement again: a refresh, or other lines that are shown."""

from __future__ import annotations

import pytest
from ledger import ledger

from truebooks_xl.amazon.flat_file import read_settlement_bytes
from truebooks_xl.core.money import Money
from truebooks_xl.core.reimport import SHOWN, Differs, Same, compare
from truebooks_xl.core.settlement import Settlement

HEAD = """
settlement    99000000501
period        2026-05-04 to 2026-05-18
currency      GBP

type   | amount type   | description | amount | order | sku | units | posted
"""
LINES = """\
Order  | ItemPrice     | Principal   | 100.00 | A     | MUG |     1 | 2026-05-06
Order  | ItemFees      | Commission  | -15.00 | A     | MUG |     1 | 2026-05-06
Order  | Shipment-Fees | Base fee    |  -3.00 | A     | MUG |     1 | 2026-05-06
Order  | ItemFees      | Commission  | -15.00 | B     | MUG |     1 | 2026-05-07
Order  | ItemFees      | Commission  | -15.00 | B     | MUG |     1 | 2026-05-07
"""


def settlement(lines: str, style: str = "iso") -> Settlement:
    report = ledger(HEAD.lstrip("\n") + lines).report(style)  # type: ignore[arg-type]
    return read_settlement_bytes(report, "May.txt")


def differences(lines: str) -> tuple[str, ...]:
    outcome = compare(settlement(LINES), settlement(lines))
    assert isinstance(outcome, Differs)
    return outcome.first_differences


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(settlement(LINES), id="the same bytes"),
        pytest.param(settlement(LINES, "comma"), id="decimal commas"),
        pytest.param(settlement(LINES, "dotted"), id="dotted dates"),
        pytest.param(
            settlement("".join(sorted(LINES.splitlines(keepends=True)))), id="another order"
        ),
        pytest.param(settlement(LINES.replace("Shipment-Fees", "Shipment Fees")), id="spelt apart"),
        pytest.param(settlement(LINES.replace("Base fee", "BASE_FEE")), id="spelt in capitals"),
        pytest.param(
            settlement(
                LINES + "Order | ItemPrice | Principal | 0.00 | A | MUG | 1 | 2026-05-06 09:00\n"
            ),
            id="units on a line of their own",
        ),
    ],
)
def test_the_same_money_is_a_refresh(again: Settlement) -> None:
    assert compare(settlement(LINES), again) == Same()
    assert compare(again, settlement(LINES)) == Same()


def test_another_amount_is_told_with_both_totals() -> None:
    outcome = compare(settlement(LINES), settlement(LINES.replace("-3.00", "-3.01")))
    assert outcome == Differs(
        Money(5200, "GBP"),
        Money(5199, "GBP"),
        (
            (
                "Order | Shipment-Fees | Base fee, order A, SKU MUG of -£3.01, "
                "posted 2026-05-06 12:00:00: 0 × recorded, 1 × in the new report"
            ),
            (
                "Order | Shipment-Fees | Base fee, order A, SKU MUG of -£3.00, "
                "posted 2026-05-06 12:00:00: 1 × recorded, 0 × in the new report"
            ),
        ),
    )


def test_equal_lines_are_counted_not_merged() -> None:
    (only,) = differences(LINES.removesuffix(LINES.splitlines(keepends=True)[-1]))
    assert "order B" in only
    assert only.endswith("2 × recorded, 1 × in the new report")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| A     | MUG", "| Z     | MUG"),
        ("| A     | MUG", "| A     | CUP"),
        ("2026-05-06", "2026-05-06 12:01"),
        ("Base fee", "Tax on fee"),
        ("Shipment-Fees", "ItemFees"),
    ],
)
def test_money_under_another_name_order_sku_or_instant_is_a_difference(old: str, new: str) -> None:
    assert differences(LINES.replace(old, new))


def test_money_that_moved_between_lines_is_a_difference_even_if_the_total_is_the_same() -> None:
    moved = LINES.replace("100.00", "101.00").replace("-3.00", "-4.00")
    outcome = compare(settlement(LINES), settlement(moved))
    assert isinstance(outcome, Differs)
    assert outcome.recorded_total == outcome.new_total
    assert len(outcome.first_differences) == 4


def test_only_the_first_differences_are_told() -> None:
    many = "".join(
        f"Order | ItemPrice | Principal | {at}.00 | C{at} | MUG | 1 | 2026-05-08\n"
        for at in range(1, 20)
    )
    shown = differences(LINES + many)
    assert len(shown) == SHOWN
    assert "order C1," in shown[0]
    assert "order C5," in shown[4]


def test_a_settlement_of_nothing_compares() -> None:
    nothing = settlement("Order | ItemPrice | Principal | 0.00 | A | MUG | 1 | 2026-05-06\n")
    assert isinstance(compare(nothing, settlement(LINES)), Differs)
    assert compare(nothing, nothing) == Same()
