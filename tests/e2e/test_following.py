"""Settlements that follow each other, and one that contradicts the one before it."""

from __future__ import annotations

from pathlib import Path

from commands import Run
from ledger import ledger

pytest_plugins = ["command_fixtures"]

DEBT = """
settlement    99000000301
period        2026-05-01 to 2026-05-08
deposit       2026-05-10
currency      GBP

type             |amount type      | description      | amount | order | sku | units | posted
other-transaction|other-transaction| Subscription Fee | -62.31 |       |     |       | 2026-05-06
Order            |ItemPrice        | Principal        |   0.00 | A     | TOY |     1 | 2026-05-06
"""
TAKEN_OVER = """
settlement    99000000302
period        2026-05-08 to 2026-05-22
deposit       2026-05-24
currency      GBP

type             |amount type      | description       | amount | order | sku | units | posted
other-transaction|other-transaction| Payable to Amazon | -62.31 |       |     |       | 2026-05-08
other-transaction|other-transaction| Successful charge |  62.31 |       |     |       | 2026-05-09
Order            |ItemPrice        | Principal         | 100.00 | B     | TOY |     1 | 2026-05-20
Order            |ItemPrice        | Tax               |  20.00 | B     | TOY |     1 | 2026-05-20
"""
FORGOTTEN = "\n".join(
    line for line in TAKEN_OVER.splitlines() if "Payable" not in line and "charge" not in line
)


def imported(run: Run, tmp_path: Path, *reports: str) -> Path:
    """Make a workbook with these reports imported."""
    book = tmp_path / "Chain.xlsx"
    run("new", book, "--sandbox")
    for n, report in enumerate(reports):
        file = tmp_path / f"{n}.txt"
        file.write_bytes(ledger(report).report())
        assert run("settlements", "import", book, file).status == 0
    return book


def test_a_debt_taken_over_agrees_and_its_movements_touch_no_profit(
    run: Run, tmp_path: Path
) -> None:
    book = imported(run, tmp_path, DEBT, TAKEN_OVER)
    shown = run("settlements", "preview", book, "99000000302", "--json")
    assert shown.status == 0, [each for each in shown.document["checks"] if not each["ok"]]
    carried = [line for line in shown.document["lines"] if line["account"] == "633"]
    assert [(line["gross"], line["tax_type"]) for line in carried] == [("0.00", "NONE")]


def test_a_debt_that_is_forgotten_blocks_the_post(run: Run, tmp_path: Path) -> None:
    book = imported(run, tmp_path, DEBT, FORGOTTEN)
    shown = run("settlements", "preview", book, "99000000302", "--json")
    assert shown.status == 1
    (red,) = (check for check in shown.document["checks"] if not check["ok"])
    assert red["name"] == "Agrees with the settlement before it"
    assert "99000000301 ended at -£62.31" in red["note"]


def test_a_first_settlement_has_nothing_to_contradict(run: Run, tmp_path: Path) -> None:
    book = imported(run, tmp_path, FORGOTTEN)
    assert run("settlements", "preview", book, "99000000302", "--json").status == 0
