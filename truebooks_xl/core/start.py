"""Where posting begins: settlements before the first one to post import and are never posted.

Protects: what another tool or hand has booked already is not booked again; and what cannot be
told apart is neither posted nor skipped, but asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from truebooks_xl.core.marketplaces import Marketplace
from truebooks_xl.core.settings import Settings
from truebooks_xl.errors import DataError

SETTING = "First settlement to post"


class FirstNotKnown(DataError):
    """The first settlement to post is not in the workbook."""

    def __init__(self, first: str, marketplace: str) -> None:
        super().__init__(
            where=f"Settings, {SETTING}",
            what=f"Settlement {first} is not in the workbook, so nobody knows what of"
            f" {marketplace} is older.",
            remedy="Import its report together with these, correct the id, or give its first day.",
        )


class FirstElsewhere(DataError):
    """The first settlement to post belongs to another marketplace."""

    def __init__(self, first: str, marketplace: str, found: str) -> None:
        super().__init__(
            where=f"Settings, {SETTING}",
            what=f"Settlement {first} is of {found}, and the setting speaks for {marketplace}.",
            remedy=f"Give {marketplace} a row of its own, with its own first settlement or a day.",
        )


def before_start(
    settings: Settings,
    marketplace: Marketplace,
    start: datetime,
    settlement_id: str,
    known: Mapping[str, tuple[str, datetime]],
) -> bool:
    """Say whether a settlement is older than the first one to post.

    Args:
        start: UTC instant its period begins. A day in the setting is the marketplace's local day,
            and is the first day that is posted.
        known: id of each settlement in the workbook, or in the import at hand, to the code of its
            marketplace and the start of its period.

    Raises:
        FirstNotKnown, FirstElsewhere: the setting names a settlement that says nothing about this.
    """
    first = settings.value(SETTING, marketplace.code)
    if not first or first == settlement_id:
        return False
    if not first.isdecimal():
        return start.astimezone(ZoneInfo(marketplace.time_zone)).date() < date.fromisoformat(first)
    if first not in known:
        raise FirstNotKnown(first, marketplace.code)
    code, begins = known[first]
    if code != marketplace.code:
        raise FirstElsewhere(first, marketplace.code, code)
    return start < begins
