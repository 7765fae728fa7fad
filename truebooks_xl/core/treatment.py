"""VAT treatment of an order item: own rates, export, facilitator, foreign, unknown.

Protects: nobody's VAT is guessed. What is not proved is ``Unknown``, listed, and blocks posting.
"""

from __future__ import annotations

from enum import StrEnum


class Treatment(StrEnum):
    """How VAT applies to the rows of an order item; the words of Mapping's Treatment column.

    "Home" is the country of the Xero organisation; goods leave from home or from abroad.
    """

    STANDARD = "Standard"  # the organisation's own VAT at the standard rate, goods leave from home
    REDUCED = "Reduced"  # own VAT at the reduced rate
    ZERO = "Zero"  # zero-rated goods sold at home
    EXPORT = "Export"  # goods leave from home, customer abroad, nothing withheld
    FACILITATOR = "Facilitator"  # Amazon accounts for the tax; goods left from home
    FACILITATOR_ABROAD = "Facilitator abroad"  # Amazon accounts for the tax; goods abroad
    FOREIGN = "Foreign"  # goods abroad, the seller's local VAT or OSS
    UNKNOWN = "Unknown"  # none of these is proved: blocks posting unless it comes to 0.00
    NOT_REGISTERED = "Not registered"  # the seller was not VAT registered on the day: no tax at all
    NONE = "None"  # no order item: account-level rows
