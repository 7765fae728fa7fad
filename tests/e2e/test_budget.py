"""The day's calls: what does not fit is not begun, and a limit met on the way loses nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from commands import Ran
from office import GB, Office, counted, many

pytest_plugins = ["office_fixtures", "shop_fixtures"]

TWELVE = list(many(12))


def spend(office: Office, left: int) -> None:
    """Let others have used the organisation's calls of today, so that so many are left."""
    office.control.set_policy("rate_limits", "60/1000")
    now_ms = office.control.store.now_ms()
    with office.control.store.transaction() as connection:
        connection.executemany(
            "INSERT INTO counted_call (tenant, at_ms) VALUES (?, ?)",
            [(GB, now_ms - 3_600_000)] * (1000 - left),
        )


def results(ran: Ran) -> Counter[str]:
    return Counter(row["result"] for row in ran.document["rows"])


def test_what_the_day_does_not_hold_is_not_begun(shop: Office) -> None:
    spend(shop, 33)  # two before it begins; then 7 for a batch, 1 each, 20 to spare: four
    done = shop.settle("post", "--all-draft")
    assert done.status == 4
    assert results(done) == {"posted": 4, "unavailable": 8}
    (said,) = {row["error"] for row in done.document["rows"] if row["error"]}
    assert "more calls, and it takes 28 at most, 20 to spare included" in said
    assert "Press again tomorrow" in said
    assert shop.statuses() == {"AUTHORISED": 4}
    assert {shop.status(each)[0] for each in TWELVE[4:]} == {"Draft"}
    assert shop.shown(TWELVE[5])["problem"] == said
    shop.control.set_policy("rate_limits", "off")
    assert results(shop.settle("post", "--all-draft")) == {"posted": 8}
    shop.agree(TWELVE)


def test_a_day_that_holds_nothing_more_writes_nothing(shop: Office) -> None:
    spend(shop, 20)
    done = shop.settle("post", "--all-draft")
    assert results(done) == {"unavailable": 12}
    assert shop.documents() == []
    assert counted(shop.asked()) == []


@pytest.mark.parametrize(("method", "nth"), [("PUT", 2), ("POST", 2)])
def test_the_days_limit_ends_the_run_and_every_row_can_be_resumed(
    shop: Office, method: str, nth: int
) -> None:
    """It is met while the second batch of three is written."""
    shop.control.fault(method, "/Invoices.*", "day limit", nth)
    done = shop.settle("post", "--all-draft")
    assert done.status == 4
    assert results(done) == {"posted": 5, "unavailable": 7}
    errors = {row["error"] for row in done.document["rows"] if row["error"]}
    assert all("The organisation's call limit (day) is used up" in each for each in errors)
    assert all("It opens again in 18 h 37 min" in each for each in errors)
    shown = Counter(shop.status(each)[0] for each in TWELVE)
    assert shown == {"Posted": 5, "Unknown": 5, "Draft": 2}
    assert shop.asked()[-1]["status"] == 429, "nothing is asked any more"
    again = shop.settle("post", "--all-draft")
    assert again.status == 0, again.document
    shop.agree(TWELVE)
    assert shop.statuses() == {"AUTHORISED": 12}


@pytest.mark.parametrize("action", ["expired token", "connection removed"])
def test_a_sign_in_that_ends_on_the_way_ends_the_run(shop: Office, action: str) -> None:
    for nth in range(2, 5):
        shop.control.fault("PUT", "/Invoices", action, nth)
    done = shop.settle("post", "--all-draft")
    assert done.status == 3
    assert results(done) == {"posted": 5, "refused": 7}
    assert all("Press Connect to Xero" in each["error"] for each in done.document["rows"][5:])
    assert Counter(shop.status(each)[0] for each in TWELVE) == {"Posted": 5, "Draft": 7}
    shop.control.clear_faults()
    assert shop.settle("post", "--all-draft").status == 0
    shop.agree(TWELVE)
