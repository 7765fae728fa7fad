"""The accountant's settings as declared: name, default, choices and what each means.

Protects: a setting exists once; sheet, command, guide and checks take it from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ABROAD: Final = "abroad"
MIXED: Final = "mixed"

VAT_PERIODS: Final = (
    "monthly",
    "quarters ending Mar Jun Sep Dec",
    "quarters ending Jan Apr Jul Oct",
    "quarters ending Feb May Aug Nov",
    "none",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as declared.

    Attributes:
        choices: the values allowed; empty where any text is.
        default: the value in force while no row gives one; "" is "not set".
        note: what the accountant reads beside it.
    """

    name: str
    default: str
    choices: tuple[str, ...]
    note: str
    per_marketplace: bool = False
    dated: bool = False


SETTINGS: Final = (
    Setting(
        "Seller established in",
        "",
        (),
        "Country code of the establishment; blank is the organisation's own country.",
        per_marketplace=True,
        dated=True,
    ),
    Setting(
        "Goods leave from",
        "",
        (),
        "A country code, abroad or mixed; blank is the marketplace's own country.",
        per_marketplace=True,
        dated=True,
    ),
    Setting(
        "VAT registered",
        "yes",
        ("yes", "no"),
        "Dated: sales and fees go by their local day, refunds by the day of the original sale.",
        dated=True,
    ),
    Setting(
        "VAT scheme",
        "standard",
        ("standard", "cash", "flat rate"),
        "Flat rate: gross turnover, no input VAT on fees; Post refuses INPUT2 then.",
        dated=True,
    ),
    Setting(
        "VAT Calculation Service",
        "auto",
        ("auto", "on", "off"),
        "auto: on when a Tax row on an own-VAT order says so. On: Principal is net.",
        per_marketplace=True,
        dated=True,
    ),
    Setting(
        "Zero-VAT orders",
        "ask",
        ("ask", "export", "domestic zero"),
        "Orders of standard-rated SKUs without VAT: ask blocks and lists them.",
        per_marketplace=True,
        dated=True,
    ),
    Setting(
        "VAT periods",
        "",
        VAT_PERIODS,
        "When VAT returns end: monthly, quarters ending Mar Jun Sep Dec (or Jan Apr Jul Oct,"
        " or Feb May Aug Nov), none. Needed when a settlement spans two months.",
    ),
    Setting(
        "Across VAT periods",
        "ask",
        ("ask", "one document"),
        "Lines and document in different VAT periods: ask blocks; one document uses its date.",
    ),
    Setting(
        "Group lines by",
        "description",
        ("description", "account"),
        "description: one line per text, account and tax type. account: account and tax type only.",
    ),
    Setting(
        "Next document number",
        "10001",
        (),
        "The next AMZ-TB number; checked against Xero before it is spent.",
    ),
    Setting("Archive folder", "", (), "Where raw reports are kept; blank is the product's folder."),
)
