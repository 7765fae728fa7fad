"""VAT treatment of an order item: own rates, export, facilitator, foreign, unknown.

Protects: nobody's VAT is guessed. What is not proved is ``Unknown``, listed, and blocks posting.
The words and values stand here; how they are read off the lines is in ``core/vat/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from truebooks_xl.core.dated import Dated

if TYPE_CHECKING:  # the words alone must not load Polars
    import polars as pl

    from truebooks_xl.core.settlement import Tally

GoodsLeaveFrom = Literal["home", "abroad", "mixed"]
VatService = Literal["auto", "on", "off"]
ZeroVatOrders = Literal["ask", "export", "domestic zero"]
Group = Literal["Standard", "Reduced", "Zero"]


class Treatment(StrEnum):
    """How VAT applies to the rows of an order item; the words of Mapping's Treatment column.

    "Home" is the country of the Xero organisation; goods leave from home or from abroad.
    """

    STANDARD = "Standard"  # the organisation's own VAT at the standard rate, goods leave from home
    REDUCED = "Reduced"  # own VAT at the reduced rate
    ZERO = "Zero"  # zero-rated goods sold at home
    EXPORT = "Export"  # goods leave from home, customer abroad, nothing withheld
    FACILITATOR = "Facilitator"  # Amazon accounts for the tax; goods left from home
    FACILITATOR_ABROAD = "Facilitator abroad"  # … goods abroad, or the seller not registered
    FOREIGN = "Foreign"  # goods abroad, the seller's local VAT or OSS
    UNKNOWN = "Unknown"  # none of these is proved: blocks posting unless it comes to 0.00
    NOT_REGISTERED = "Not registered"  # not VAT registered on the day: no tax of one's own at all
    NONE = "None"  # no order item: account-level rows


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """One row of the Tax Groups sheet; days are local, both inclusive, None is open."""

    marketplace: str
    sku: str
    group: Group
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, order=True)
class GroupProposal:
    """A group for a SKU that Tax Groups does not know; applied in this very reading.

    Attributes:
        order_items: how many order items speak for it.
    """

    sku: str
    group: str
    order_items: int

    @property
    def proved(self) -> bool:
        """Whether a tax row proved it. Zero is only the want of one: exports look the same."""
        return self.group != "Zero"


@dataclass(frozen=True, slots=True, order=True)
class GroupConflict:
    """Tax rows that disagree with the SKU's group; the rows win, and the conflict is red.

    Attributes:
        group: as in Tax Groups.
        charged: what the tax rows imply.
        orders: the order ids, sorted.
    """

    sku: str
    group: str
    charged: str
    orders: tuple[str, ...]

    def __str__(self) -> str:
        """``TOY-1 is Zero in Tax Groups, charged Standard: check the Product Tax Code (…).``."""
        return (
            f"{self.sku} is {self.group} in Tax Groups, charged {self.charged}: "
            f"check the Product Tax Code ({', '.join(self.orders)})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VatContext:
    """All that the reading needs beside the settlement. Days are local, both ends inclusive.

    Attributes:
        home: ISO country of the Xero organisation.
        organisation: its id; whose decisions these are, where several share an archive.
        marketplace: code of the settlement's marketplace; picks its rows of ``tax_groups``.
        time_zone: IANA name of the marketplace's calendar.
        standard_rates, reduced_rates: percent. Both empty: a country without VAT, where what
            carries no tax row is ``Zero``.
        goods_leave_from: where stock stands; no row in force is ``mixed``.
        registered: no row in force is "not registered".
        vcs: VAT Calculation Service; ``auto`` (also no row in force) is what the data shows.
        zero_vat_orders: what an order without VAT of a SKU sold with VAT is; ``ask`` is Unknown.
        tax_groups: the Tax Groups sheet, in its order; marketplace "" is any.
        destinations: order id to ISO country, where an imported list tells.
        originals: ``order_facts`` of earlier settlements, for refunds.
    """

    home: str
    marketplace: str
    time_zone: str
    standard_rates: tuple[Dated[Decimal], ...] = ()
    reduced_rates: tuple[Dated[Decimal], ...] = ()
    goods_leave_from: tuple[Dated[GoodsLeaveFrom], ...] = (Dated("home"),)
    registered: tuple[Dated[bool], ...] = (Dated(True),)  # noqa: RUF100
    vcs: tuple[Dated[VatService], ...] = ()
    zero_vat_orders: tuple[Dated[ZeroVatOrders], ...] = ()
    tax_groups: tuple[TaxGroup, ...] = ()
    destinations: Mapping[str, str] = field(default_factory=dict)
    originals: pl.DataFrame | None = field(default=None, compare=False, repr=False)
    organisation: str = ""


@dataclass(frozen=True, slots=True, order=True)
class UnknownVat:
    """An order item whose VAT nobody knows; blocks posting unless it comes to 0.

    Attributes:
        minor: sum of its sales and tax rows of unknown treatment.
        reason: one sentence: what is missing.
    """

    order_id: str
    order_item: str
    sku: str
    minor: int
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class FacilitatorDifference:
    """An order item that would leave something on the account of facilitator tax.

    Its tax and withheld rows should cancel and do not; or they cancel, and the sale was not
    Amazon's to tax.
    """

    order_id: str
    order_item: str
    sku: str
    tax_minor: int
    withheld_minor: int


@dataclass(frozen=True, slots=True, order=True)
class ImpliedVat:
    """Amazon's own VAT at one rate, beside what the same rows give when it is back-calculated.

    Attributes:
        amazon_tax_minor: sum of the tax rows of the organisation's own VAT at this rate.
        gross_minor: the base rows, promotions and tax rows of the components that carry them.
        tax_rows: tax rows other than 0.00; each may be half a minor unit away from ours.
    """

    treatment: Treatment
    rate_percent: Decimal
    amazon_tax_minor: int
    gross_minor: int
    tax_rows: int


class Treating(Protocol):
    """Knows the treatment of every line of one settlement."""

    def treated(self, block: pl.DataFrame) -> pl.DataFrame:
        """Add ``treatment`` and ``posted_on``; see ``VatReading.treated``."""


@dataclass(frozen=True, slots=True)
class VatReading:
    """What VAT reading found in one settlement.

    Attributes:
        tallies: sorted, keys unique; they add up to the settlement's total.
        lines_minor: sum of all lines, added up on its own.
        unknown: order items of unknown treatment, those that come to 0 included.
        offenders: order items whose facilitator tax does not come to 0; they block.
        implied: Amazon's VAT against ours, per treatment and rate.
        unregistered_tax_minor: own VAT on days without registration; anything but 0 is red.
        group_proposals: groups for SKUs that Tax Groups does not know on those days.
        group_conflicts: tax rows that disagree with the SKU's group; red.
        vcs_detected: an order of the seller's own VAT carries a tax row.
        vcs_conflict: it does so on a day for which Settings says the service is off; red.
        notices: sentences for the accountant.
    """

    tallies: tuple[Tally, ...]
    lines_minor: int
    unknown: tuple[UnknownVat, ...]
    offenders: tuple[FacilitatorDifference, ...]
    implied: tuple[ImpliedVat, ...]
    unregistered_tax_minor: int
    group_proposals: tuple[GroupProposal, ...]
    group_conflicts: tuple[GroupConflict, ...]
    vcs_detected: bool
    vcs_conflict: bool
    notices: tuple[str, ...]
    verdicts: Treating = field(compare=False, repr=False)

    def treated(self, block: pl.DataFrame) -> pl.DataFrame:
        """Add ``treatment`` and the local day ``posted_on``, as the tallies have them.

        Args:
            block: rows of ``LINE_SCHEMA`` of the same settlement; any part, in any order.

        Returns:
            The same rows in the same order, two columns wider.
        """
        return self.verdicts.treated(block)
