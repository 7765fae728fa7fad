"""The mixture of a large report: which rows an order item leaves, and how often.

Protects: some forty triples in the proportions of a real shop, 5.45 lines for each item.
"""

from __future__ import annotations

from typing import Final

SALE: Final = ("Order|ItemPrice|Principal|net", "Order|ItemPrice|Tax|tax")
FEES: Final = (
    "Order|ItemFees|Commission|commission",
    "Order|ItemFees|FBAPerUnitFulfillmentFee|fulfilment",
    "Order|ItemFees|DigitalServicesFee|digital",
)
SHIPPED: Final = ("Order|ItemPrice|Shipping|shipping", "Order|ItemPrice|ShippingTax|shipping_tax")
CHARGED_BACK: Final = "Order|ItemFees|ShippingChargeback|shipping_chargeback"

SHAPES: Final[dict[str, tuple[str, ...]]] = {
    "toy": (*SALE, *FEES),
    "book": (SALE[0], *FEES),
    "abroad": (SALE[0], *FEES),
    "seat": (*SALE, *FEES),
    "shipped": (*SALE, *SHIPPED, *FEES, CHARGED_BACK),
    "free shipping": (
        *SALE,
        *SHIPPED,
        "Order|Promotion|Shipping|free_shipping",
        "Order|Promotion|TaxDiscount|free_shipping_tax",
        *FEES,
        CHARGED_BACK,
    ),
    "wrapped": (
        *SALE,
        "Order|ItemPrice|GiftWrap|wrap",
        "Order|ItemPrice|GiftWrapTax|wrap_tax",
        *FEES,
        "Order|ItemFees|GiftwrapChargeback|wrap_chargeback",
    ),
    "promoted": (
        *SALE,
        "Order|Promotion|Principal|discount",
        "Order|Promotion|TaxDiscount|discount_tax",
        *FEES,
    ),
    "facilitator": (
        *SALE,
        "Order|ItemWithheldTax|MarketplaceFacilitatorVAT-Principal|withheld",
        *FEES,
    ),
    "refund": (
        "Refund|ItemPrice|Principal|net_back",
        "Refund|ItemPrice|Tax|tax_back",
        "Refund|ItemFees|Commission|commission_back",
        "Refund|ItemFees|RefundCommission|refund_commission",
    ),
}
"""Rows of an order item: the triple, and which of its amounts the row carries."""

PER_HUNDRED: Final = {
    "toy": 60,
    "book": 14,
    "abroad": 1,
    "seat": 1,
    "shipped": 8,
    "free shipping": 5,
    "wrapped": 2,
    "promoted": 4,
    "facilitator": 1,
    "refund": 4,
}
SLOTS: Final = tuple(shape for shape, times in PER_HUNDRED.items() for _ in range(times))
LINES_PER_CYCLE: Final = sum(len(SHAPES[shape]) for shape in SLOTS)

SKUS: Final = 50_000
"""Of which books come first, then car seats; the rest are toys."""

BOOK_SKUS: Final = 5_000
SEAT_SKUS: Final = 500

ACCOUNT: Final = (
    "ServiceFee|Cost of Advertising|TransactionTotalAmount",
    "ServiceFee|REFUND_FOR_ADVERTISER|TransactionTotalAmount",
    "FBAFees|FBA Inventory Storage Fee|Base fee",
    "FBAFees|FBA Inventory Storage Fee|Tax on fee",
    "FBAFees|FBA Long Term Storage Fee|Base fee",
    "FBAFees|FBA Long Term Storage Fee|Tax on fee",
    "FBAFees|FBA Removal Order: Return Fee|Base fee",
    "FBAFees|FBA Removal Order: Return Fee|Tax on fee",
    "AmazonFees|Vine Enrollment Fee|Base fee",
    "AmazonFees|Vine Enrollment Fee|Tax on fee",
    "CouponRedemptionFee|CouponRedemptionFee|Save 10% on kites",
    "other-transaction|other-transaction|Subscription Fee",
    "other-transaction|other-transaction|FBAInboundTransportationFee",
    "other-transaction|other-transaction|Previous Reserve Amount Balance",
    "other-transaction|FBA Inventory Reimbursement|WAREHOUSE_LOST",
    "other-transaction|FBA Inventory Reimbursement|WAREHOUSE_DAMAGE",
    "other-transaction|FBA Inventory Reimbursement|REVERSAL_REIMBURSEMENT",
    "other-transaction|FBA Inventory Reimbursement|COMPENSATED_CLAWBACK",
)
"""Triples of rows that belong to no order; they fill up what the items leave of the count."""

RESERVE: Final = "other-transaction|other-transaction|Current Reserve Amount"
