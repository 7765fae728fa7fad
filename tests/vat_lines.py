"""Settlement lines written as a table, and what was read of them, for tests of VAT treatment.

::

    order | sku  | description                 | amount | posted
    A     | TOY  | Order ItemPrice Principal   | 100.00 | 2026-05-06

``item`` is the order's own name unless given; ``units`` is 1 on Principal rows unless given; a day
alone is its noon, UTC. Amounts are pounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl

from truebooks_xl.core.dated import Dated
from truebooks_xl.core.money import Money
from truebooks_xl.core.settlement import LINE_SCHEMA, Settlement
from truebooks_xl.core.treatment import Group, TaxGroup, Treatment, VatContext, VatReading
from truebooks_xl.core.vat.reading import read_vat

UK = VatContext(
    home="GB",
    marketplace="UK",
    time_zone="Europe/London",
    standard_rates=(Dated(Decimal(20)),),
    reduced_rates=(Dated(Decimal(5)),),
)
VCS_ON = replace(UK, vcs=(Dated("on"),))
VCS_OFF = replace(UK, vcs=(Dated("off"),))
ABROAD = replace(UK, goods_leave_from=(Dated("abroad"),))
MIXED = replace(UK, goods_leave_from=(Dated("mixed"),))

SALE = "order | sku | description | amount\nA | TOY | Order ItemPrice Principal | {}"
TAXED = SALE + "\nA | TOY | Order ItemPrice Tax | {}"
WITHHELD = TAXED + "\nA | TOY | Order ItemWithheldTax MarketplaceFacilitatorVAT-Principal | {}"
"""Order A of one TOY: its amounts are to be filled in."""


def lines(text: str) -> pl.DataFrame:
    """Read a table of lines."""
    heading, *rows = ([cell.strip() for cell in row.split("|")] for row in text.strip().split("\n"))
    cells = [dict(zip(heading, row, strict=True)) for row in rows]
    return pl.DataFrame(
        [_line(number, row) for number, row in enumerate(cells, 2)], LINE_SCHEMA, orient="row"
    )


def _line(number: int, row: dict[str, str]) -> tuple[object, ...]:
    order, posted = row.get("order", ""), row.get("posted", "2026-05-06")
    instant = posted if ":" in posted else f"{posted} 12:00"
    words = row["description"].split(" ", 2)
    sold = words[-1] == "Principal"
    return (
        number,
        *(word.replace("_", " ") for word in words),
        "Amazon.co.uk" if order else "",
        order,
        row.get("item", order),
        row.get("sku", ""),
        datetime.fromisoformat(instant).replace(tzinfo=UTC),
        Money.exact(Decimal(row["amount"].replace(",", "")), "GBP").minor,
        int(row.get("units") or 1) if sold else None,
    )


def settlement(blocks: Sequence[pl.DataFrame]) -> Settlement:
    """Return a settlement of these lines; the total is their sum."""
    instant = datetime(2026, 5, 4, tzinfo=UTC)
    return Settlement(
        settlement_id="99000000101",
        start=instant,
        end=instant,
        deposit_on=None,
        end_on=date(2026, 5, 18),
        total=Money(sum(int(block["minor"].sum()) for block in blocks), "GBP"),
        layout="V2",
        sha256="",
        line_count=sum(block.height for block in blocks),
        marketplace_lines={},
        blocks=lambda: iter(blocks),
    )


def reading(text: str, context: VatContext = UK) -> VatReading:
    """Read the VAT of a table of lines."""
    return read_vat(settlement([lines(text)]), context)


def treated(read: VatReading) -> dict[tuple[str, str], str]:
    """Return amounts by (description, treatment); the description's last word is enough."""
    sums: dict[tuple[str, str], int] = {}
    for each in read.tallies:
        key = each.amount_description, each.treatment
        sums[key] = sums.get(key, 0) + each.minor
    return {key: str(Money(minor, "GBP")) for key, minor in sums.items()}


def gross(read: VatReading, treatment: Treatment) -> Money:
    """Add up sales and their tax rows under one treatment: what the document line is grossed at."""
    of_sales = (each for each in read.tallies if each.amount_type in {"ItemPrice", "Promotion"})
    return Money(sum(each.minor for each in of_sales if each.treatment == treatment), "GBP")


def groups(rows: Iterable[tuple[str, Group]]) -> tuple[TaxGroup, ...]:
    """Write undated Tax Groups rows."""
    return tuple(TaxGroup("", sku, group) for sku, group in rows)


def of_principal(text: str, context: VatContext) -> str:
    """Return the treatment of order A's Principal row."""
    frame = lines(text)
    read = read_vat(settlement([frame]), context)
    rows = read.treated(frame).filter(order_id="A", amount_description="Principal")
    (treatment,) = rows["treatment"].unique()
    return str(treatment)
