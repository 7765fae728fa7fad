"""Small reports for the tests of the reader: one of each layout, and ways to write them otherwise.

Both say the same: an order of two units, a refund, an advertising bill and a fee; 1,016.08 in all.
"""

from __future__ import annotations

from ledger import ledger

from truebooks_xl.amazon.flat_file import read_settlement_bytes
from truebooks_xl.core.settlement import Settlement

TABLE = """
settlement    24288684721
marketplace   CA
period        2026-05-04 22:07 to 2026-05-18 22:07
deposit       2026-05-20 22:07
currency      CAD

type              | amount type                 | description            | amount   | order               | item           | sku     | units | posted
Order             | ItemPrice                   | Principal              | 1,275.50 | 701-0590237-2315442 | 13610448369300 | TEA 12g |     2 | 2026-05-06 08:00
Order             | ItemFees                    | Commission             |  -191.33 | 701-0590237-2315442 | 13610448369300 | TEA 12g |     2 | 2026-05-06 08:00
Order             | Shipment Fees               | FBA transportation fee |    -0.09 | 701-0590237-2315442 | 13610448369300 | TEA 12g |     2 | 2026-05-06 08:00
Refund            | ItemPrice                   | Principal              |   -60.00 | 702-7788328-2040201 | 13622857531664 | MUG/01  |       | 2026-05-07 23:59
ServiceFee        | Cost of Advertising         | TransactionTotalAmount |    -4.50 |                     |                |         |       | 2026-05-08 00:01
ServiceFee        | Cost of Advertising         | TaxAmount              |    -0.50 |                     |                |         |       | 2026-05-08 00:01
other-transaction | FBA Inventory Reimbursement | WAREHOUSE_DAMAGE       |    12.00 | 702-7788328-2040201 |                | MUG/01  |     1 | 2026-05-09 12:00
other-transaction | other-transaction           | Subscription Fee       |   -15.00 |                     |                |         |       | 2026-05-10 12:00
"""  # noqa: E501

V2 = ledger(TABLE).report("iso")
POINT, DOTTED, COMMA = (ledger(TABLE).report(style) for style in ("iso", "dotted", "comma"))

V1_HEADING = (
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency "
    "transaction-type order-id merchant-order-id adjustment-id shipment-id marketplace-name "
    "shipment-fee-type shipment-fee-amount order-fee-type order-fee-amount fulfillment-id "
    "posted-date order-item-code merchant-order-item-id merchant-adjustment-item-id sku "
    "quantity-purchased price-type price-amount item-related-fee-type item-related-fee-amount "
    "misc-fee-amount other-fee-amount other-fee-reason-description promotion-id promotion-type "
    "promotion-amount direct-payment-type direct-payment-amount other-amount"
)
V1_COLUMNS = V1_HEADING.split()

_SALE = {
    "transaction-type": "Order",
    "order-id": "701-0590237-2315442",
    "marketplace-name": "Amazon.ca",
    "order-item-code": "13610448369300",
    "sku": "TEA 12g",
    "posted-date": "2026-05-06T08:00:00+00:00",
}
_REFUND = {
    "transaction-type": "Refund",
    "order-id": "702-7788328-2040201",
    "marketplace-name": "Amazon.ca",
    "order-item-code": "13622857531664",
    "sku": "MUG/01",
    "posted-date": "2026-05-07T23:59:00+00:00",
}

V1_ROWS: tuple[dict[str, str], ...] = (
    {
        "settlement-start-date": "2026-05-04T22:07:00+00:00",
        "settlement-end-date": "2026-05-18T22:07:00+00:00",
        "deposit-date": "2026-05-20T22:07:00+00:00",
        "total-amount": "1016.08",
        "currency": "CAD",
    },
    {**_SALE, "quantity-purchased": "2"},  # the units stand alone
    {**_SALE, "price-type": "Principal", "price-amount": "1275.50"},
    {**_SALE, "item-related-fee-type": "Commission", "item-related-fee-amount": "-191.33"},
    {**_SALE, "shipment-fee-type": "FBA transportation fee", "shipment-fee-amount": "-0.09"},
    {**_REFUND, "price-type": "Principal", "price-amount": "-60.00"},
    {
        "transaction-type": "ServiceFee",  # two amounts in one row
        "posted-date": "2026-05-08T00:01:00+00:00",
        "item-related-fee-type": "Cost of Advertising",
        "item-related-fee-amount": "-4.50",
        "other-fee-amount": "-0.50",
        "other-fee-reason-description": "TaxAmount",
    },
    {
        "transaction-type": "WAREHOUSE_DAMAGE",
        "order-id": "702-7788328-2040201",
        "marketplace-name": "Amazon.ca",
        "sku": "MUG/01",
        "quantity-purchased": "1",  # reimbursed, not sold
        "posted-date": "2026-05-09T12:00:00+00:00",
        "other-amount": "12.00",
    },
    {
        "transaction-type": "Subscription Fee",
        "posted-date": "2026-05-10T12:00:00+00:00",
        "other-amount": "-15.00    ",  # real files pad it so
    },
)


def v1(*more: dict[str, str], columns: list[str] = V1_COLUMNS, total: str = "1016.08") -> bytes:
    """Write the V1 report with more rows at its end."""
    summary, *lines = V1_ROWS
    rows = ({**summary, "total-amount": total}, *lines, *more)
    cells = (["24288684721", *(row.get(name, "") for name in columns[1:])] for row in rows)
    return "".join("\t".join(each) + "\n" for each in (columns, *cells)).encode()


def read(report: bytes | str) -> Settlement:
    """Read a report under the name the messages are expected to show."""
    return read_settlement_bytes(report.encode() if isinstance(report, str) else report, "May.txt")


def edited(report: bytes, line: int, old: str, new: str) -> bytes:
    """Change one line of a report; the heading is line 1."""
    lines = report.decode().split("\n")
    assert old in lines[line - 1], f"line {line} does not hold {old}: {lines[line - 1]}"
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    return "\n".join(lines).encode()


def units(settlement: Settlement) -> int:
    """Add up the units sold, as the rule has it."""
    lines = settlement.lines
    sold = lines.filter(
        lines["transaction_type"] == "Order",
        lines["amount_type"] == "ItemPrice",
        lines["amount_description"] == "Principal",
    )
    return int(sold["quantity"].sum())
