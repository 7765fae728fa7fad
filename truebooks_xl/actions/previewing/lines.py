"""The Lines sheet: each settlement line with its treatment and the document line it goes to.

Protects: Preview's formulas add up these very lines; none is left out, none is in two places.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from truebooks_xl.core.money import exponent
from truebooks_xl.core.proposing import Proposed
from truebooks_xl.core.settlement import Settlement
from truebooks_xl.core.treatment import VatReading
from truebooks_xl.workbook.book import Writable
from truebooks_xl.workbook.schema import LINES

if TYPE_CHECKING:
    import polars as pl

MOST_LINES: Final = 200_000
"""Above this Lines holds sums per (triple, treatment, SKU, day), and says so (design 14)."""

KEY: Final = (
    "transaction_type",
    "amount_type",
    "amount_description",
    "marketplace",
    "treatment",
    "posted_on",
)


def line_frame(proposed: Proposed, settlement: Settlement, reading: VatReading) -> pl.DataFrame:
    """Return what Lines shows: each line with its treatment and the document line it goes to."""
    import polars as pl  # noqa: PLC0415 only when sheets are written

    keys = pl.DataFrame(
        [
            (*(str(getattr(tally, name)) for name in KEY[:-1]), tally.posted_on, key)
            for tally, key in proposed.keys.items()
        ],
        schema={
            **dict.fromkeys(KEY[:-1], pl.String),
            "posted_on": pl.Date,
            "preview_line": pl.String,
        },
        orient="row",
    )
    aggregated = settlement.line_count > MOST_LINES
    parts = [
        _sums(treated) if aggregated else treated
        for treated in map(reading.treated, settlement.blocks())
    ]
    frame = pl.concat(parts)
    if aggregated:
        frame = _sums(frame)
    joined = frame.join(keys, on=list(KEY), how="left", maintain_order="left")
    assert not joined["preview_line"].null_count(), "every line goes to a line of the preview"
    return joined


def _sums(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415 only when sheets are written

    sums = frame.group_by([*KEY, "sku"], maintain_order=True).agg(
        pl.col("line_number").min(), pl.col("minor").sum(), pl.col("quantity").sum()
    )
    blank = pl.lit("", dtype=pl.String)
    return sums.with_columns(order_id=blank, order_item=blank)


def line_rows(frame: pl.DataFrame, currency: str) -> Iterator[dict[str, Writable]]:
    """Return the rows of the Lines sheet, one for each row of the frame."""
    scale = -exponent(currency)
    columns = (
        "line_number",
        "preview_line",
        "transaction_type",
        "amount_type",
        "amount_description",
        "minor",
        "treatment",
        "marketplace",
        "order_id",
        "order_item",
        "sku",
        "quantity",
        "posted_on",
    )
    names = [column.key for column in LINES.columns]
    assert len(names) == len(columns), "Lines has a column nobody fills"
    for values in frame.select(columns).iter_rows():
        row: dict[str, Writable] = dict(zip(names, values, strict=True))
        row["line"] = Decimal(values[0])
        row["amount"] = Decimal(values[5]).scaleb(scale)
        row["quantity"] = None if values[11] is None else Decimal(values[11])
        yield row
