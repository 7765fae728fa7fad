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
        "Post as",
        "invoice or bill",
        ("invoice or bill", "manual journal"),
        "A journal balances through the clearing account; base currency only.",
        per_marketplace=True,
    ),
    Setting(
        "Clearing account",
        "",
        (),
        "Code of the account that balances manual journals; the deposit is matched with it.",
        per_marketplace=True,
    ),
    Setting(
        "First settlement to post",
        "",
        (),
        "A settlement id or a day (2026-04-01); older ones import as Before start. Blank: all.",
        per_marketplace=True,
    ),
    Setting(
        "VAT filed to",
        "",
        (),
        "Last day of the last VAT return filed (2026-03-31); up to it only Correct is possible.",
    ),
    Setting(
        "Review required",
        "no",
        ("no", "yes"),
        "yes: Post needs Prepared by and Reviewed by, two persons, for the preview on record.",
    ),
    Setting(
        "Leave as draft",
        "no",
        ("no", "yes"),
        "yes: Post ends at a checked draft, to be approved in Xero.",
    ),
    Setting(
        "Exchange rate",
        "",
        (),
        "Units of the settlement's currency for one of the base currency; Xero's rate is held"
        " against it. Blank: the rate posted last.",
        per_marketplace=True,
        dated=True,
    ),
    Setting(
        "People posting",
        "several",
        ("several", "one"),
        "How many post to this organisation; one saves the settle wait.",
    ),
    Setting(
        "List lag guard",
        "wait",
        ("wait", "placeholder", "off"),
        "Against lists in Xero that lag behind; the same for all who post to the organisation.",
    ),
    Setting(
        "Settle wait",
        "10",
        (),
        "Seconds that the guard waits before it looks again; 0 to 300.",
    ),
    Setting(
        "Thorough posting",
        "no",
        ("no", "yes"),
        "yes: every write is read back by itself; about twice the calls.",
    ),
    Setting(
        "Retired number",
        "rename",
        ("rename", "keep"),
        "rename: a voided document becomes AMZ-TB-10001-V1; keep: the new one becomes -R2.",
    ),
    Setting(
        "Next document number",
        "10001",
        (),
        "The next AMZ-TB number; checked against Xero before it is spent.",
    ),
    Setting("Archive folder", "", (), "Where raw reports are kept; blank is the product's folder."),
)
