"""Limits and keys when calls come at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from desk import GB, Answer, Clock, Desk, invoice

from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.sandbox.xero.store import Store

pytest_plugins = ["desk_fixtures"]


def together(desk: Desk, parties: int, desks: Sequence[Desk] = ()) -> list[Answer]:
    """Ask for the organisation so many times at the same moment."""
    desk.control.barrier("start", parties)
    asking = desks or [desk] * parties
    with ThreadPoolExecutor(parties) as pool:
        return [*pool.map(lambda each: each.get("/Organisation"), asking)]


def test_five_calls_at_once_get_in_and_the_sixth_does_not(desk: Desk) -> None:
    desk.control.set_policy("rate_limits", "60/5000")
    answers = together(desk, 6)
    assert sorted(each.status for each in answers) == [200, 200, 200, 200, 200, 429]
    (refused,) = (each.reply for each in answers if each.status == 429)
    assert refused.headers["X-Rate-Limit-Problem"] == "concurrent"
    assert "Retry-After" not in refused.headers
    assert (refused.body, refused.content_type) == (b"", "")
    assert desk.get("/Organisation").reply.headers["X-MinLimit-Remaining"] == "54", "5, then this"


def test_without_limits_any_number_of_calls_gets_in(desk: Desk) -> None:
    assert {each.status for each in together(desk, 8)} == {200}


def test_each_organisation_has_its_own_five(desk: Desk) -> None:
    desk.control.set_policy("rate_limits", "60/1000")
    germany = Desk(desk.store, desk.clock, tenant_of("DE"))
    answers = together(desk, 8, [desk, germany] * 4)
    assert {each.status for each in answers} == {200}


def test_two_processes_share_the_five(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path, clock=clock) as one, Store(tmp_path, clock=clock) as two:
        desks = [Desk(one, clock), Desk(two, clock)]
        desks[0].control.set_policy("rate_limits", "60/5000")
        answers = together(desks[0], 6, desks * 3)
    assert sorted(each.status for each in answers)[-2:] == [200, 429]


def test_a_reply_that_is_held_back_is_still_in_hand(desk: Desk) -> None:
    desk.control.set_policy("rate_limits", "60/5000")
    desk.control.fault("GET", "/Organisation", "delay", rate=1, seconds=20)
    statuses = [desk.get("/Organisation").status for _ in range(6)]
    assert (statuses, desk.get("/Accounts").status) == ([200] * 5 + [429], 429)
    desk.clock.move(21)
    assert desk.get("/Accounts").status == 200


def test_a_wait_that_is_told_is_long_enough_and_no_longer(desk: Desk) -> None:
    """What was turned away does not count against the next minute."""
    desk.control.set_policy("rate_limits", "60/5000")
    for _ in range(60):
        assert desk.get("/Organisation").status == 200
        desk.clock.move(0.5)
    refused = desk.get("/Organisation").reply
    assert (refused.status, refused.headers["Retry-After"]) == (429, "30")
    assert refused.headers["X-MinLimit-Remaining"] == "0"
    desk.clock.move(29.9)
    assert desk.get("/Organisation").status == 429
    desk.clock.move(0.1)
    assert desk.get("/Organisation").status == 200


def test_a_day_that_is_used_up_says_when_it_ends(desk: Desk) -> None:
    desk.control.set_policy("rate_limits", "60/1000")
    for _ in range(1000):
        desk.clock.move(2)
        desk.get("/Organisation")
    refused = desk.get("/Organisation").reply
    assert refused.headers["X-Rate-Limit-Problem"] == "day"
    assert refused.headers["X-DayLimit-Remaining"] == "0"
    # The first call was at second 2 of 2,000.
    assert refused.headers["Retry-After"] == str(86_400 - 1_998)


def at_once(desk: Desk, contact: str, numbers: Sequence[str]) -> list[Answer]:
    """Create these under one key, all at the same moment."""
    desk.control.barrier("start", len(numbers), "PUT", "/Invoices")
    with ThreadPoolExecutor(len(numbers)) as pool:
        return [
            *pool.map(
                lambda number: desk.ask(
                    "PUT",
                    "/Invoices",
                    {"Invoices": [invoice(contact, number)]},
                    idempotency_key="k",
                ),
                numbers,
            )
        ]


def test_of_two_calls_under_one_key_the_second_waits_and_gets_the_firsts_answer(
    desk: Desk, contact: str
) -> None:
    first, second = at_once(desk, contact, ["A-1", "A-1"])
    assert first.one["InvoiceID"] == second.one["InvoiceID"]
    assert desk.get("/Invoices").numbers == ["A-1"]


def test_of_two_calls_under_one_key_the_second_may_be_refused(desk: Desk, contact: str) -> None:
    desk.control.set_policy("idem_concurrent", "400")
    answers = at_once(desk, contact, ["A-1", "A-1"])
    assert sorted(each.status for each in answers) == [200, 400]
    (said,) = (each.said for each in answers if each.status == 400)
    assert said == ["Idempotency Key: k is used by a request that is still being processed"]
    again = desk.ask(
        "PUT", "/Invoices", {"Invoices": [invoice(contact, "A-1")]}, idempotency_key="k"
    )
    assert again.status == 200, "once the first is done, its answer comes back"


def test_a_reply_that_is_held_back_is_no_longer_being_processed(desk: Desk, contact: str) -> None:
    desk.control.set_policy("idem_concurrent", "400")
    desk.control.fault("PUT", "/Invoices", "delay", seconds=30)
    body = {"Invoices": [invoice(contact)]}
    answers = [desk.ask("PUT", "/Invoices", body, idempotency_key="k") for _ in range(2)]
    assert [each.reply.delay_s for each in answers] == [30, 0]
    assert answers[0].one["InvoiceID"] == answers[1].one["InvoiceID"]


def test_a_call_whose_server_died_holds_nothing_up_for_long(desk: Desk) -> None:
    desk.control.set_policy("rate_limits", "60/5000")
    with desk.store.transaction() as connection:
        for n in range(5):
            row = (1000 + n, GB, "app", "", desk.store.now_ms())
            connection.execute("INSERT INTO in_hand VALUES (?, ?, ?, ?, ?, NULL)", row)
    assert desk.get("/Organisation").status == 429
    desk.clock.move(61)
    assert desk.get("/Organisation").status == 200


@pytest.mark.parametrize("path", ["/Organisation", "/Invoices", "/Nowhere"])
def test_every_reply_of_an_organisation_tells_of_the_limits(desk: Desk, path: str) -> None:
    headers = desk.get(path).reply.headers
    assert {
        name: headers[name] for name in headers if name.startswith("X-") and "Limit" in name
    } == {
        "X-DayLimit-Remaining": "5000",
        "X-MinLimit-Remaining": "60",
        "X-AppMinLimit-Remaining": "10000",
    }
