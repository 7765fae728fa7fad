"""The first settlement to post: by its id or by its day, and never silently."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.core.settings import Entry, Settings
from truebooks_xl.core.start import FirstElsewhere, FirstNotKnown, before_start


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


KNOWN = {
    "1001": ("UK", at("2026-03-23 08:00")),
    "1002": ("UK", at("2026-04-06 08:00")),
    "2001": ("DE", at("2026-04-01 08:00")),
}


def is_before(first: str, settlement_id: str, start: str, store: str = "UK") -> bool:
    settings = Settings((Entry("First settlement to post", "", first),) if first else ())
    return before_start(settings, marketplace(store), at(start), settlement_id, KNOWN)


@pytest.mark.parametrize(
    ("first", "settlement_id", "start", "before"),
    [
        ("", "1001", "2026-03-23 08:00", False),
        ("1002", "1001", "2026-03-23 08:00", True),
        ("1002", "1002", "2026-04-06 08:00", False),
        ("1002", "1003", "2026-04-20 08:00", False),
        ("1002", "1004", "2026-04-06 08:00", False),  # begins in the same instant: not older
        ("2026-04-01", "1001", "2026-03-23 08:00", True),
        ("2026-04-01", "1002", "2026-04-06 08:00", False),
        ("2026-04-01", "1005", "2026-03-31 22:59", True),
        ("2026-04-01", "1005", "2026-03-31 23:00", False),  # midnight of British summer time
    ],
)
def test_what_begins_earlier_is_before_the_start(
    first: str, settlement_id: str, start: str, before: bool
) -> None:
    assert is_before(first, settlement_id, start) is before


def test_the_first_one_itself_need_not_be_known_yet() -> None:
    assert not is_before("9999", "9999", "2026-05-04 08:00")


def test_an_id_nobody_knows_is_never_guessed() -> None:
    with pytest.raises(FirstNotKnown, match="Settlement 9999 is not in the workbook"):
        is_before("9999", "1003", "2026-04-20 08:00")


def test_an_id_of_another_marketplace_says_nothing_about_this_one() -> None:
    with pytest.raises(FirstElsewhere, match="Settlement 2001 is of DE"):
        is_before("2001", "1003", "2026-04-20 08:00")


def test_each_marketplace_may_begin_elsewhere() -> None:
    settings = Settings(
        (
            Entry("First settlement to post", "", "2026-04-01"),
            Entry("First settlement to post", "DE", "2001"),
        )
    )
    start = at("2026-03-25 08:00")
    assert before_start(settings, marketplace("DE"), start, "2000", KNOWN)
    assert before_start(settings, marketplace("FR"), start, "3000", KNOWN)
