"""What a settlement charges and pays beside orders: fees, advertising, reserves, reimbursements.

Protects: these rows name no marketplace and no order item, as in real reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from truebooks_xl.sandbox.amazon.catalogue import Dice, Product
from truebooks_xl.sandbox.amazon.layout import Line
from truebooks_xl.sandbox.amazon.orders import UK_FEE_VAT_PERCENT, share, with_vat

CHARGES: Final = (
    # Type, amount type, description, minor units, hours after the start. VAT is inside the fee.
    ("other-transaction", "other-transaction", "Previous Reserve Amount Balance", 41207, 0),
    ("other-transaction", "other-transaction", "Subscription Fee", -with_vat(2500), 61),
    ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", -with_vat(29167), 38),
    ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", -with_vat(29171), 134),
    ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", -with_vat(29183), 229),
    ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", -with_vat(11846), 322),
    ("ServiceFee", "REFUND_FOR_ADVERTISER", "TransactionTotalAmount", with_vat(412), 240),
    ("CouponRedemptionFee", "CouponRedemptionFee", "Save 10% on kites", -with_vat(3150), 141),
    ("CouponRedemptionFee", "CouponRedemptionFee", "Two for the beach", -with_vat(1890), 307),
    ("other-transaction", "other-transaction", "FBAInboundTransportationFee", -with_vat(3912), 92),
    ("other-transaction", "other-transaction", "Current Reserve Amount", -65530, 335),
)

TAXED_FEES: Final = (
    # Type, fee, minor units before VAT, hours after the start: VAT stands in a row of its own.
    ("FBAFees", "FBA Inventory Storage Fee", 48277, 78),
    ("FBAFees", "FBA Long Term Storage Fee", 6614, 270),
    ("FBAFees", "FBA Removal Order: Disposal Fee", 1025, 163),
    ("FBAFees", "FBA Removal Order: Return Fee", 1860, 186),
    ("FBAFees", "FBA Amazon-Partnered Carrier Shipment Fee", 7348, 115),
    ("AmazonFees", "Vine Enrollment Fee", 14000, 212),
)

REIMBURSEMENTS: Final = (
    # Reason, times in the period; a clawback takes money back.
    ("WAREHOUSE_LOST", 9),
    ("WAREHOUSE_DAMAGE", 7),
    ("REVERSAL_REIMBURSEMENT", 4),
    ("FREE_REPLACEMENT_REFUND_ITEMS", 2),
    ("MISSING_FROM_INBOUND", 2),
    ("COMPENSATED_CLAWBACK", 2),
)


def account_lines(start: datetime) -> Iterator[Line]:
    """List the rows that belong to the account as a whole."""
    for transaction_type, amount_type, description, minor, hours in CHARGES:
        at = start + timedelta(hours=hours)
        yield Line(transaction_type, amount_type, description, minor, at)
    for transaction_type, fee, net, hours in TAXED_FEES:
        at = start + timedelta(hours=hours, minutes=17)
        yield Line(transaction_type, fee, "Base fee", -net, at)
        yield Line(transaction_type, fee, "Tax on fee", -share(net, UK_FEE_VAT_PERCENT), at)


def reimbursements(start: datetime, stock: tuple[Product, ...], dice: Dice) -> Iterator[Line]:
    """List what Amazon paid for stock it lost or broke; its quantities are no sales."""
    for reason, times in REIMBURSEMENTS:
        for _ in range(times):
            product, units = dice.pick(stock), 1 + dice.roll(2)
            paid = share(product.price_minor * units, 62)
            yield Line(
                "other-transaction",
                "FBA Inventory Reimbursement",
                reason,
                -paid if reason.endswith("CLAWBACK") else paid,
                start + timedelta(minutes=dice.roll(14 * 24 * 60)),
                sku=product.sku,
                quantity=units,
            )
