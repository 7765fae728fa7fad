"""What an item of a large report costs, and every amount its rows may carry, in columns.

Protects: VAT is 20, 5 or 0 % of the price to the penny, half up, in whole minor units throughout.
"""

from __future__ import annotations

import polars as pl

from truebooks_xl.sandbox.amazon.shapes import BOOK_SKUS, SEAT_SKUS, SKUS


def sku_number() -> pl.Expr:
    """Spread the items over the SKUs: books first, then seats, the rest are toys."""
    spread = pl.col("sale") * 40503 % 65521
    book = spread % BOOK_SKUS
    seat = BOOK_SKUS + spread % SEAT_SKUS
    toy = BOOK_SKUS + SEAT_SKUS + spread % (SKUS - BOOK_SKUS - SEAT_SKUS)
    shape = pl.col("shape")
    return (
        pl.when(shape == "book")
        .then(book)
        .when(shape == "seat")
        .then(seat)
        .otherwise(toy)
        .alias("sku")
    )


def prices() -> dict[str, pl.Expr]:
    """Give the price with VAT, the rate of an item, its units and the net fees."""
    shape, sku = pl.col("shape"), pl.col("sku")
    quantity = 1 + (pl.col("sale") % 11 == 0).cast(pl.Int64)
    rate = pl.when(shape == "book").then(0).when(shape == "seat").then(5).otherwise(20)
    return {
        "quantity": quantity,
        "rate": rate.cast(pl.Int64),
        "gross": (499 + sku * 7919 % 4500) * quantity,
        "sending": (200 + sku * 31 % 300) * quantity,
    }


def amounts() -> dict[str, pl.Expr]:
    """Give every amount a row may carry, signed, in minor units."""
    gross, rate = pl.col("gross"), pl.col("rate")
    tax = _share(gross, rate, 100 + rate)
    referral = _share(gross, 15)
    discount = gross // 10
    discount_tax = _share(discount, rate, 100 + rate)
    return {
        "net": gross - tax,
        "tax": tax,
        "withheld": -tax,
        "net_back": tax - gross,
        "tax_back": -tax,
        "commission": -_with_vat(referral),
        "commission_back": _with_vat(referral),
        "refund_commission": -_with_vat(_share(referral, 20)),
        "fulfilment": -_with_vat(pl.col("sending")),
        "digital": -_with_vat(_share(referral + pl.col("sending"), 2)),
        "discount": discount_tax - discount,
        "discount_tax": -discount_tax,
        **_fixed("shipping", 374, 75),
        **_fixed("wrap", 329, 66),
        "free_shipping": pl.lit(-374, pl.Int64),
        "free_shipping_tax": pl.lit(-75, pl.Int64),
    }


def _fixed(name: str, net: int, tax: int) -> dict[str, pl.Expr]:
    """Give a charge that costs every customer the same, its tax, and Amazon taking it back."""
    amounts = {name: net, f"{name}_tax": tax, f"{name}_chargeback": -(net + tax)}
    return {part: pl.lit(minor, pl.Int64) for part, minor in amounts.items()}


def _share(minor: pl.Expr, percent: int | pl.Expr, of: int | pl.Expr = 100) -> pl.Expr:
    """Return so many hundredths of amounts that are not negative, half up."""
    return (2 * minor * percent + of) // (2 * of)


def _with_vat(net: pl.Expr) -> pl.Expr:
    return net + _share(net, 20)
