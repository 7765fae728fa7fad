"""What one order item leaves in a settlement report: its sale, and its refund.

Protects: with the VAT Calculation Service on, price is net and tax stands in rows of its own;
what Amazon accounts for itself is withheld again to the penny; fees include their VAT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from truebooks_xl.sandbox.amazon.catalogue import Product
from truebooks_xl.sandbox.amazon.layout import Line

Buyer = Literal["home", "abroad", "facilitator", "elsewhere"]
"""In Great Britain; abroad with no tax; abroad with tax Amazon accounts for; on another website."""

UK_FEE_VAT_PERCENT: Final = 20
REFERRAL_PERCENT: Final = 15
DIGITAL_SERVICES_PERCENT: Final = 2
ABROAD_FULFILMENT_MINOR: Final = 640
"""What it costs more to send a parcel abroad."""

PARTS: Final = (
    ("Principal", "Tax", "MarketplaceFacilitatorVAT-Principal"),
    ("Shipping", "ShippingTax", "MarketplaceFacilitatorVAT-Shipping"),
    ("GiftWrap", "GiftWrapTax", ""),
)
"""Descriptions of each component, of its tax, and of that tax when Amazon withholds it."""

PROMOTIONS: Final = {"Principal": 'Spring sale, 12" and up', "Shipping": "Core Free Shipping"}
"""A lone quote is a letter like any other: settlement files quote nothing."""


@dataclass(frozen=True, slots=True)
class Sale:
    """One order item, as its customer bought it; amounts are in pence with UK VAT.

    Attributes:
        foreign_rate_percent: of the customer's country, where Amazon accounts for the tax.
        shipping_minor, gift_wrap_minor: what the customer was charged for them.
        discount_minor: taken off the price by a promotion.
        free_shipping: a promotion takes the shipping off again.
        by_merchant: sent by the seller, so there is no fulfilment fee.
    """

    order_id: str
    order_item: str
    shipment: str
    product: Product
    quantity: int
    posted_at: datetime
    buyer: Buyer = "home"
    foreign_rate_percent: int = 0
    shipping_minor: int = 0
    gift_wrap_minor: int = 0
    discount_minor: int = 0
    free_shipping: bool = False
    by_merchant: bool = False

    @property
    def paid_minor(self) -> int:
        """The price of all units, before promotions."""
        return 0 if self.buyer == "elsewhere" else self.product.price_minor * self.quantity


def share(minor: int, percent: int, of: int = 100) -> int:
    """Return so many hundredths of an amount, half up: Amazon's own rounding."""
    exact = Decimal(minor) * percent / of
    return int(exact.to_integral_value(ROUND_HALF_UP))


def with_vat(net_minor: int) -> int:
    """Return a fee as the report shows it: 305 before VAT is 366."""
    return net_minor + share(net_minor, UK_FEE_VAT_PERCENT)


def sold(sale: Sale) -> Iterator[Line]:
    """List the rows of a sale, in Amazon's order."""
    yield from _price(sale)
    yield from _promotions(sale)
    yield from _fees(sale)


def refunded(sale: Sale, posted_at: datetime, adjustment: str) -> Iterator[Line]:
    """List the rows of its refund: all the customer paid, and the referral fee but for a part."""
    blank = replace(
        _row(sale, "", "", 0),
        transaction_type="Refund",
        posted_at=posted_at,
        quantity=None,
        adjustment=adjustment,
    )
    for line in (*_price(sale), *_promotions(sale)):
        yield replace(
            blank,
            amount_type=line.amount_type,
            amount_description=line.amount_description,
            minor=-line.minor,
            promotion=line.promotion,
        )
    referral = share(sale.paid_minor, REFERRAL_PERCENT)
    kept = min(share(referral, 20), 500)  # a fifth of the referral fee, five pounds at most
    for description, minor in (("Commission", referral), ("RefundCommission", -kept)):
        yield replace(
            blank, amount_type="ItemFees", amount_description=description, minor=with_vat(minor)
        )


def _price(sale: Sale) -> Iterator[Line]:
    charged = (sale.paid_minor, sale.shipping_minor, sale.gift_wrap_minor)
    for (description, tax_description, withheld), gross in zip(PARTS, charged, strict=True):
        if not gross and description != "Principal":
            continue
        net, tax = _net_and_tax(gross, sale)
        yield _row(sale, "ItemPrice", description, net)
        if tax:
            yield _row(sale, "ItemPrice", tax_description, tax)
        if tax and sale.buyer == "facilitator":
            discount = _net_and_tax(_discounts(sale).get(description, 0), sale)[1]
            yield _row(sale, "ItemWithheldTax", withheld, discount - tax)


def _discounts(sale: Sale) -> dict[str, int]:
    free = sale.shipping_minor if sale.free_shipping else 0
    return {"Principal": sale.discount_minor, "Shipping": free}


def _promotions(sale: Sale) -> Iterator[Line]:
    for description, gross in _discounts(sale).items():
        if gross:
            net, tax = _net_and_tax(gross, sale)
            yield replace(
                _row(sale, "Promotion", description, -net), promotion=PROMOTIONS[description]
            )
            if tax:
                yield replace(
                    _row(sale, "Promotion", "TaxDiscount", -tax), promotion=PROMOTIONS[description]
                )


def _fees(sale: Sale) -> Iterator[Line]:
    referral = share(sale.paid_minor, REFERRAL_PERCENT)
    sent_home = sale.product.fulfilment_minor * sale.quantity
    sent_abroad = sent_home + ABROAD_FULFILMENT_MINOR
    abroad = sale.buyer in {"abroad", "facilitator"}
    if referral:
        yield _row(sale, "ItemFees", "Commission", -with_vat(referral))
    if not sale.by_merchant:
        # Sending goods abroad is zero-rated for Amazon; within Great Britain the fee holds VAT.
        fee = sent_abroad if abroad else with_vat(sent_home)
        yield _row(sale, "ItemFees", "FBAPerUnitFulfillmentFee", -fee)
    if sale.shipping_minor and not sale.by_merchant:
        yield _row(sale, "ItemFees", "ShippingChargeback", -sale.shipping_minor)
    if sale.gift_wrap_minor:
        yield _row(sale, "ItemFees", "GiftwrapChargeback", -sale.gift_wrap_minor)
    if referral:
        digital = share(referral + (0 if sale.by_merchant else sent_home), DIGITAL_SERVICES_PERCENT)
        yield _row(sale, "ItemFees", "DigitalServicesFee", -with_vat(digital))


def _net_and_tax(gross_minor: int, sale: Sale) -> tuple[int, int]:
    rate = sale.product.rate_percent
    net = gross_minor - share(gross_minor, rate, 100 + rate)
    if sale.buyer == "home":
        return net, gross_minor - net
    return net, share(net, sale.foreign_rate_percent)


def _row(sale: Sale, amount_type: str, description: str, minor: int) -> Line:
    return Line(
        "Order",
        amount_type,
        description,
        minor,
        sale.posted_at,
        order_id=sale.order_id,
        order_item=sale.order_item,
        sku=sale.product.sku,
        quantity=sale.quantity,  # Amazon repeats it on every row: only Principal rows count
        marketplace="Non-Amazon UK" if sale.buyer == "elsewhere" else "Amazon.co.uk",
        shipment=sale.shipment,
        fulfilment="MFN" if sale.by_merchant else "AFN",
    )
