"""The synthetic reports add up, look like Amazon's, and are the same every time."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

import pytest

from truebooks_xl.sandbox.amazon.catalogue import BOOKS, CAR_SEATS, TOYS
from truebooks_xl.sandbox.amazon.layout import Style
from truebooks_xl.sandbox.amazon.reports import demo_fortnight
from truebooks_xl.sandbox.amazon.volume import report

Row = dict[str, str]

RATE = {product.sku: product.rate_percent for product in (*TOYS, *BOOKS, *CAR_SEATS)}
TAX_ROWS = {"Tax", "ShippingTax", "GiftWrapTax", "TaxDiscount"}


def read(report: bytes) -> tuple[Row, list[Row]]:
    """Read a report the plain way: the summary and the lines."""
    heading, summary, *lines = (text.split("\t") for text in report.decode().splitlines())
    assert all(len(fields) == len(heading) for fields in (summary, *lines))
    rows = [dict(zip(heading, fields, strict=True)) for fields in lines]
    return dict(zip(heading, summary, strict=True)), rows


def triple(row: Row) -> str:
    return "|".join((row["transaction-type"], row["amount-type"], row["amount-description"]))


def is_principal(kind: str, row: Row) -> bool:
    return triple(row) == f"{kind}|ItemPrice|Principal"


def total(rows: list[Row]) -> Decimal:
    return sum((Decimal(row["amount"]) for row in rows), Decimal())


def net_and_tax(rows: list[Row]) -> tuple[Decimal, Decimal]:
    prices = [row for row in rows if row["amount-type"] in {"ItemPrice", "Promotion"}]
    taxes = [row for row in prices if row["amount-description"] in TAX_ROWS]
    return total(prices) - total(taxes), total(taxes)


@pytest.fixture(scope="module")
def lines() -> list[Row]:
    return read(demo_fortnight())[1]


@pytest.fixture(scope="module")
def items(lines: list[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in lines:
        if row["order-item-code"]:
            found[row["transaction-type"], row["order-item-code"]].append(row)
    return found


def test_the_demo_is_the_same_to_the_byte_every_time() -> None:
    demo_fortnight.cache_clear()
    first = sha256(demo_fortnight()).hexdigest()
    demo_fortnight.cache_clear()
    assert sha256(demo_fortnight()).hexdigest() == first


def test_the_demo_adds_up_to_its_deposit(lines: list[Row]) -> None:
    summary, _ = read(demo_fortnight())
    assert total(lines) == Decimal(summary["total-amount"])


def test_the_demo_is_of_realistic_size_and_clearly_invented(lines: list[Row]) -> None:
    assert len(lines) >= 5000
    assert {row["settlement-id"] for row in lines} == {"99000000001"}
    assert {row["order-id"][:4] for row in lines} == {"999-", ""}


def test_every_line_lies_in_the_period_and_the_period_in_one_month(lines: list[Row]) -> None:
    days = {row["posted-date"] for row in lines}
    assert min(days) >= "04.05.2026"
    assert max(days) <= "18.05.2026"


@pytest.mark.parametrize(
    "wanted",
    [
        "Order|ItemPrice|ShippingTax",
        "Order|ItemPrice|GiftWrapTax",
        "Order|Promotion|TaxDiscount",
        "Order|ItemWithheldTax|MarketplaceFacilitatorVAT-Principal",
        "Order|ItemFees|FBAPerUnitFulfillmentFee",
        "Order|ItemFees|DigitalServicesFee",
        "Refund|ItemPrice|Tax",
        "Refund|ItemFees|RefundCommission",
        "FBAFees|FBA Inventory Storage Fee|Tax on fee",
        "ServiceFee|Cost of Advertising|TransactionTotalAmount",
        "other-transaction|FBA Inventory Reimbursement|WAREHOUSE_LOST",
        "other-transaction|other-transaction|Previous Reserve Amount Balance",
        "other-transaction|other-transaction|Current Reserve Amount",
        "other-transaction|other-transaction|Subscription Fee",
    ],
)
def test_the_demo_holds(wanted: str, lines: list[Row]) -> None:
    assert wanted in {triple(row) for row in lines}


def test_tax_is_what_the_product_bears_to_the_penny(
    items: dict[tuple[str, str], list[Row]],
) -> None:
    """At most half a penny for each component, promotions included: four of them at most."""
    for rows in items.values():
        withheld = any(row["amount-type"] == "ItemWithheldTax" for row in rows)
        net, tax = net_and_tax(rows)
        if tax and not withheld:
            assert abs(net * RATE[rows[0]["sku"]] / 100 - tax) <= Decimal("0.025"), rows


def test_tax_amazon_accounts_for_is_withheld_to_the_penny(
    items: dict[tuple[str, str], list[Row]],
) -> None:
    cancelled = 0
    for rows in items.values():
        held = [row for row in rows if row["amount-type"] == "ItemWithheldTax"]
        if held:
            assert total(held) == -net_and_tax(rows)[1]
            cancelled += 1
    assert cancelled > 10


def test_every_exported_sku_is_also_sold_with_tax_so_that_its_group_is_known(
    items: dict[tuple[str, str], list[Row]],
) -> None:
    taxed = {rows[0]["sku"] for rows in items.values() if net_and_tax(rows)[1]}
    exported = [
        rows[0]["sku"]
        for rows in items.values()
        if RATE[rows[0]["sku"]] and net_and_tax(rows)[0] and not net_and_tax(rows)[1]
    ]
    assert len(exported) > 10
    assert set(exported) <= taxed


def test_zero_rated_books_never_bear_tax(items: dict[tuple[str, str], list[Row]]) -> None:
    books = [rows for rows in items.values() if rows[0]["sku"].startswith("00")]
    assert len(books) > 200
    assert not any(net_and_tax(rows)[1] for rows in books)


def test_some_refunds_are_of_orders_before_the_period(
    items: dict[tuple[str, str], list[Row]],
) -> None:
    sold = {item for kind, item in items if kind == "Order"}
    refunded = {item for kind, item in items if kind == "Refund"}
    assert len(refunded & sold) > 20
    assert len(refunded - sold) > 20


def test_a_multi_channel_order_has_a_price_of_nothing(lines: list[Row]) -> None:
    elsewhere = [row for row in lines if row["marketplace-name"] == "Non-Amazon UK"]
    principal = [row["amount"] for row in elsewhere if row["amount-description"] == "Principal"]
    assert set(principal) == {"0.00"}


def test_a_fee_holds_its_vat(lines: list[Row]) -> None:
    """£3.05 before VAT is £3.66: 3.05 + 0.61."""
    fees = {
        row["amount"] for row in lines if row["amount-description"] == "FBAPerUnitFulfillmentFee"
    }
    assert "-3.66" in fees


@pytest.mark.parametrize("lines", [1, 25, 1000, 5000])
def test_a_report_of_any_size_has_that_many_lines_and_adds_up(lines: int) -> None:
    summary, rows = read(b"".join(report(lines)))
    assert len(rows) == lines
    assert total(rows) == Decimal(summary["total-amount"])


def test_a_large_report_reads_like_a_settlement() -> None:
    """£79.98 with VAT is 66.65 + 13.33; an item's rows stand together."""
    _, rows = read(b"".join(report(60_000)))
    assert [row["amount"] for row in rows[:2]] == ["66.65", "13.33"]
    assert len({triple(row) for row in rows}) in range(38, 45)
    together = [row["order-item-code"] for row in rows if row["transaction-type"] == "Order"]
    changes = sum(one != other for one, other in pairwise(together))
    assert changes == len(set(together)) - 1


def test_a_refund_in_a_large_report_gives_back_what_an_earlier_item_cost() -> None:
    _, rows = read(b"".join(report(60_000)))
    sold = {row["order-item-code"]: row for row in reversed(rows) if is_principal("Order", row)}
    refunds = [row for row in rows if is_principal("Refund", row)]
    of_this_file = [row for row in refunds if row["order-item-code"] in sold]
    assert len(of_this_file) > 200
    for refund in of_this_file:
        sale = sold[refund["order-item-code"]]
        assert (sale["sku"], sale["amount"]) == (refund["sku"], refund["amount"].lstrip("-"))
        assert sale["posted-date-time"] < refund["posted-date-time"]


@pytest.mark.parametrize(
    ("style", "currency", "day", "mark"),
    [
        ("iso", "GBP", "2026-05-04", "."),
        ("dotted", "EUR", "04.05.2026", "."),
        ("comma", "EUR", "04.05.2026", ","),
        ("iso", "JPY", "2026-05-04", ""),
    ],
)
def test_a_report_is_written_in_the_style_of_a_marketplace(
    style: Style, currency: str, day: str, mark: str
) -> None:
    summary, rows = read(b"".join(report(2000, currency=currency, style=style)))
    assert rows[0]["posted-date"] == day
    assert rows[0]["posted-date-time"].startswith(f"{day} 06:12:41")
    assert {row["amount"].lstrip("-").strip("0123456789") for row in rows} == {mark}
    plain = [Decimal(row["amount"].replace(",", ".")) for row in rows]
    assert sum(plain) == Decimal(summary["total-amount"].replace(",", "."))
