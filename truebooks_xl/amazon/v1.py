"""V1, the retired layout, translated to the triples of V2; one line for each amount that is filled.

Protects: an old archive gives the same money under the same names as its V2 twin, and the units of
an order are counted once. In V1 the units stand in a row of their own without any amount; that row
becomes a Principal line of zero, and no other sale line of V1 carries a quantity.

Source: Amazon, "Migrate from the flat file settlement report to V2", and real V1 files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

OTHER: Final = "other-transaction"
ADVERTISING: Final = "Cost of Advertising"
REIMBURSEMENT: Final = "FBA Inventory Reimbursement"

REIMBURSEMENTS: Final = (
    "COMPENSATED_CLAWBACK",
    "CS_ERROR_ITEMS",
    "FREE_REPLACEMENT_REFUND_ITEMS",
    "MISSING_FROM_INBOUND",
    "MISSING_FROM_INBOUND_CLAWBACK",
    "RE_EVALUATION",
    "REVERSAL_REIMBURSEMENT",
    "WAREHOUSE_DAMAGE",
    "WAREHOUSE_DAMAGE_EXCEPTION",
    "WAREHOUSE_LOST",
    "WAREHOUSE_LOST_MANUAL",
)
"""Transaction types of V1 that V2 writes under ``FBA Inventory Reimbursement``."""

_TYPE: Final = pl.col("transaction-type")
_SERVICE_FEE: Final = _TYPE == "ServiceFee"


@dataclass(frozen=True, slots=True)
class _Amount:
    """One amount column of V1 and the triple it becomes.

    Attributes:
        column: it yields a line wherever it is filled.
        triple: transaction-type, amount-type and amount-description of that line.
        sale: a line of a sale; its quantity is not a count of units.
    """

    column: str
    triple: tuple[pl.Expr, pl.Expr, pl.Expr]
    sale: bool = True


def _or(column: str, otherwise: str) -> pl.Expr:
    return pl.when(pl.col(column) == "").then(pl.lit(otherwise)).otherwise(column)


def _typed(column: str, amount_type: str, kind: pl.Expr) -> _Amount:
    return _Amount(column, (_TYPE, pl.lit(amount_type), kind))


_FEE: Final = pl.col("item-related-fee-type")
_MISC: Final = pl.lit("MiscFee")

_AMOUNTS: Final = (
    _typed("price-amount", "ItemPrice", pl.col("price-type")),
    _Amount(
        "item-related-fee-amount",
        (
            _TYPE,
            pl.when(_SERVICE_FEE).then(_FEE).otherwise(pl.lit("ItemFees")),
            pl.when(_SERVICE_FEE).then(pl.lit("TransactionTotalAmount")).otherwise(_FEE),
        ),
    ),
    _Amount(
        "other-fee-amount",
        (
            _TYPE,
            pl.when(_SERVICE_FEE)
            .then(_or("item-related-fee-type", ADVERTISING))
            .otherwise(pl.lit("Other Fees")),
            pl.when(_SERVICE_FEE)
            .then(_or("other-fee-reason-description", "TaxAmount"))
            .otherwise(_or("other-fee-reason-description", "OtherFee")),
        ),
    ),
    _typed("promotion-amount", "Promotion", pl.col("promotion-type")),
    _typed("shipment-fee-amount", "Shipment-Fees", pl.col("shipment-fee-type")),
    _typed("order-fee-amount", "Order Fees", _or("order-fee-type", "MiscFee")),
    _typed("direct-payment-amount", "Direct Payment", _or("direct-payment-type", "MiscFee")),
    _typed("misc-fee-amount", "Misc Fees", _MISC),
    _Amount(
        "other-amount",
        (
            pl.lit(OTHER),
            pl.when(_TYPE.is_in(REIMBURSEMENTS))
            .then(pl.lit(REIMBURSEMENT))
            .otherwise(pl.lit(OTHER)),
            _TYPE,
        ),
        sale=False,
    ),
)


def translated(rows: pl.DataFrame) -> pl.DataFrame:
    """Give V1 rows the columns of V2.

    Args:
        rows: n trimmed rows of V1, "" where blank, with ``line_number``.

    Returns:
        m rows in file order, the amounts of one row in the order of ``_AMOUNTS``: one for each
        amount that is filled, and one of zero for each row without any. Amounts are still texts;
        they add up to the same sum.
    """
    amounts = [each for each in _AMOUNTS if each.column in rows.columns]
    filled = [_lines_of(rows, each) for each in amounts]
    bare = rows.filter(pl.all_horizontal(pl.col(each.column) == "" for each in amounts))
    return pl.concat([*filled, _without_amount(bare)]).sort("line_number", maintain_order=True)


def _lines_of(rows: pl.DataFrame, amount: _Amount) -> pl.DataFrame:
    quantity = pl.lit("") if amount.sale else pl.col("quantity-purchased")
    filled = rows.filter(pl.col(amount.column) != "")
    return _as_v2(filled, amount.triple, pl.col(amount.column), quantity)


def _without_amount(rows: pl.DataFrame) -> pl.DataFrame:
    """Units are lines of zero under Principal; any other bare row stays under its own name."""
    units = pl.col("quantity-purchased") != ""
    triple = (
        pl.when(units).then(_TYPE).otherwise(pl.lit(OTHER)),
        pl.when(units).then(pl.lit("ItemPrice")).otherwise(pl.lit(OTHER)),
        pl.when(units).then(pl.lit("Principal")).otherwise(_TYPE),
    )
    return _as_v2(rows, triple, pl.lit(""), pl.col("quantity-purchased"))


def _as_v2(
    rows: pl.DataFrame,
    triple: tuple[pl.Expr, pl.Expr, pl.Expr],
    amount: pl.Expr,
    quantity: pl.Expr,
) -> pl.DataFrame:
    transaction_type, amount_type, description = triple
    return rows.select(
        "line_number",
        transaction_type.alias("transaction-type"),
        amount_type.alias("amount-type"),
        description.alias("amount-description"),
        "marketplace-name",
        "order-id",
        "order-item-code",
        "sku",
        pl.col("posted-date").alias("posted-date-time"),
        amount.alias("amount"),
        quantity.alias("quantity-purchased"),
    )
