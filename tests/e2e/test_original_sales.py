"""A refund finds its sale in an earlier report, and only what this workbook decided about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Run
from ledger import ledger

pytest_plugins = ["command_fixtures"]

SOLD = """
settlement    99000000201
period        2026-05-04 to 2026-05-18
deposit       2026-05-20
currency      GBP

type  | amount type | description | amount | order | item | sku | units | posted
Order | ItemPrice   | Principal   | 100.00 | A     | 1    | TOY |     1 | 2026-05-06
Order | ItemPrice   | Tax         |  20.00 | A     | 1    | TOY |     1 | 2026-05-06
Order | ItemPrice   | Principal   |  10.00 | Z     | 3    | TOY |     1 | 2026-05-07
"""
REFUNDED = """
settlement    99000000202
period        2026-05-18 to 2026-06-01
deposit       2026-06-03
currency      GBP

type   | amount type | description              |  amount | order | item | sku | units | posted
Order  | ItemPrice   | Principal                |  200.00 | A     | 2    | CUP |     1 | 2026-05-19
Order  | ItemPrice   | Tax                      |   40.00 | A     | 2    | CUP |     1 | 2026-05-19
Order  | ItemFees    | FBAPerUnitFulfillmentFee |   -3.66 | A     | 1    | TOY |     1 | 2026-05-19
Refund | ItemPrice   | Principal                | -100.00 | A     | 1    | TOY |       | 2026-05-20
Refund | ItemPrice   | Principal                |  -10.00 | Z     | 3    | TOY |       | 2026-05-20
"""


@pytest.fixture
def reports(tmp_path: Path) -> tuple[Path, Path]:
    """Write both reports."""
    places = tmp_path / "sold.txt", tmp_path / "refunded.txt"
    for place, text in zip(places, (SOLD, REFUNDED), strict=True):
        place.write_bytes(ledger(text).report())
    return places


def workbook(run: Run, place: Path, reports: tuple[Path, Path], zero_vat: str) -> Path:
    """Make a workbook with both reports that reads orders without VAT so."""
    for words in (
        ("new", place, "--sandbox"),
        ("settings", "set", place, "zero-vat-orders", zero_vat),
        ("settlements", "import", place, *reports),
    ):
        done = run(*words)
        assert done.status == 0, done.err
    return place


def refunds(run: Run, book: Path) -> dict[str, str]:
    """Return the refund lines of the second report's document."""
    shown = run("settlements", "preview", book, "99000000202", "--no-write", "--json")
    lines = {each["description"]: each["gross"] for each in shown.document["lines"]}
    return {text: gross for text, gross in lines.items() if "refunds" in text}


STANDARD = {"Amazon refunds – standard rate": "-100.00"}


def test_a_refund_finds_its_sale_though_another_item_of_its_order_is_sold_beside_it(
    run: Run, tmp_path: Path, reports: tuple[Path, Path]
) -> None:
    book = workbook(run, tmp_path / "Books.xlsx", reports, "export")
    assert refunds(run, book) == STANDARD | {"Amazon refunds – export": "-10.00"}


def test_what_one_workbook_decided_is_nothing_to_another_on_the_same_archive(
    run: Run, tmp_path: Path, reports: tuple[Path, Path]
) -> None:
    one = workbook(run, tmp_path / "One.xlsx", reports, "export")
    other = workbook(run, tmp_path / "Other.xlsx", reports, "domestic zero")
    assert refunds(run, one) == STANDARD | {"Amazon refunds – export": "-10.00"}
    assert refunds(run, other) == STANDARD | {"Amazon refunds – zero-rated": "-10.00"}


def test_kept_sales_that_are_gone_are_read_from_the_report_again(
    run: Run, home: Path, tmp_path: Path, reports: tuple[Path, Path]
) -> None:
    book = workbook(run, tmp_path / "Books.xlsx", reports, "export")
    kept = list(home.rglob("*.sales-*.parquet"))
    assert len(kept) == len(reports)
    for each in kept:
        each.unlink()
    assert refunds(run, book) == STANDARD | {"Amazon refunds – export": "-10.00"}
    run("settings", "set", book, "zero-vat-orders", "domestic zero")
    assert refunds(run, book) == STANDARD | {"Amazon refunds – zero-rated": "-10.00"}
