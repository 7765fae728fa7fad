"""Xero's limits on a clock of our own: nothing is refused, nothing freezes, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from contract import REFERENCE, create, draft
from hypothesis import given
from hypothesis import strategies as st
from practice import GB, Practice, gateway

from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.xero.errors import SignInExpired, TooManyCalls, UnknownOutcome, XeroUnavailable
from truebooks_xl.xero.pace import CALLS_A_MINUTE, Pace, retry_in_s
from truebooks_xl.xero.sdk import XeroSdk

pytest_plugins = ["practice_fixtures"]


class Clock:
    """A clock that only sleeping moves, and that remembers each sleep."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.told: list[str] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def date(self) -> datetime:
        return datetime(2026, 5, 20, tzinfo=UTC) + timedelta(seconds=self.now)

    def pace(self, calls_a_minute: int | None = CALLS_A_MINUTE) -> Pace:
        return Pace(calls_a_minute, clock=self, sleep=self.sleep, tell=self.told.append)


def call(pace: Pace, clock: Clock, took_s: float = 0, left: int | None = None) -> float:
    """Make one call; returns when it was sent."""
    pace.turn()
    sent = clock.now
    clock.now += took_s
    pace.heard(200, {} if left is None else {"X-MinLimit-Remaining": str(left)})
    return sent


def most_in_a_minute(counted: list[float]) -> int:
    return max(sum(first <= each < first + 59.999 for each in counted) for first in counted)


CALLS = st.tuples(st.sampled_from([0, 0, 0, 0, 25]), st.floats(0, 2), st.floats(0, 1))


@given(st.lists(CALLS, min_size=60, max_size=200))
def test_no_minute_holds_more_calls_than_it_may(calls: list[tuple[float, float, float]]) -> None:
    """Wherever between sending and reply Xero counts them."""
    clock = Clock()
    pace = clock.pace()
    counted: list[float] = []
    for idle_s, took_s, at in calls:
        clock.now += idle_s
        counted.append(call(pace, clock, took_s) + at * took_s)
    assert most_in_a_minute(counted) <= CALLS_A_MINUTE


def test_slow_calls_are_counted_when_they_are_answered() -> None:
    clock = Clock()
    pace = clock.pace()
    counted = [call(pace, clock, took_s=0.5) + 0.5 for _ in range(CALLS_A_MINUTE)]
    counted += [call(pace, clock) for _ in range(CALLS_A_MINUTE)]
    assert most_in_a_minute(counted) == CALLS_A_MINUTE


@pytest.mark.parametrize("calls", [70, 130, 570, 1650])
def test_many_calls_take_less_than_a_tenth_more_than_the_limit_itself(calls: int) -> None:
    clock = Clock()
    pace = clock.pace()
    began = clock.now
    for _ in range(calls):
        call(pace, clock)
    floor_s = 60 * ((calls - 1) // 60)
    assert clock.now - began <= 1.1 * floor_s


def test_a_wait_is_told_each_second_and_slept_in_slices() -> None:
    clock = Clock()
    clock.pace().wait(2.5)
    assert clock.slept == [1, 1, 0.5]
    assert clock.told == [f"Xero's limit: {n} s to wait" for n in (3, 2, 1)]


def test_an_interrupt_gets_through_a_wait_at_once() -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Pace(sleep=sleep).wait(60)
    assert slept == [1]


def test_without_a_limit_nothing_is_held_back() -> None:
    clock = Clock()
    pace = clock.pace(None)
    for _ in range(500):
        call(pace, clock, left=0)
    assert clock.slept == []


def test_the_calls_of_others_are_counted_as_they_show() -> None:
    clock = Clock()
    pace = clock.pace()
    call(pace, clock, left=10)  # 49 calls are somebody else's
    for _ in range(7):
        call(pace, clock)
    assert clock.slept == []
    call(pace, clock)
    assert sum(clock.slept) == 60


def test_a_refusal_says_itself_how_long_to_wait() -> None:
    clock = Clock()
    pace = clock.pace()
    pace.turn()
    pace.heard(429, {"X-MinLimit-Remaining": "0", "X-DayLimit-Remaining": "344"})
    call(pace, clock)
    assert (clock.slept, pace.calls_left) == ([], 344)


def test_a_limit_that_is_never_reached_is_never_waited_for() -> None:
    clock = Clock()
    pace = clock.pace()
    for _ in range(CALLS_A_MINUTE):
        call(pace, clock, left=60)  # what the practice Xero says while it counts nothing
    assert clock.slept == []


def test_the_day_is_read_off_each_reply() -> None:
    pace = Clock().pace()
    for headers in ({"X-DayLimit-Remaining": "4999"}, {}, {"X-DayLimit-Remaining": "soon"}):
        pace.turn()
        pace.heard(200, headers)
        assert pace.calls_left == 4999


AGAIN = [
    # status, Retry-After, problem, a write?   how long to wait before it is sent again
    (429, "26", "minute", True, 26),
    (429, "26", "minute", False, 26),
    (429, "60", "appminute", True, 60),
    (429, "61", "minute", True, None),
    (429, "", "concurrent", True, 2),
    (429, "66975", "day", True, None),
    (429, "30", "day", False, None),
    (429, "Wed, 20 May 2026 12:00:00 GMT", "minute", False, 2),
    (503, "30", "", False, 30),
    (503, "30", "", True, None),
    (503, "3600", "", False, None),
    (503, "", "", False, None),
    (500, "30", "", False, None),
    (401, "30", "", False, None),
]


@pytest.mark.parametrize(("status", "after", "problem", "writes", "wait_s"), AGAIN)
def test_what_is_sent_again_and_when(
    status: int, after: str, problem: str, *, writes: bool, wait_s: int | None
) -> None:
    headers = {"Retry-After": after, "X-Rate-Limit-Problem": problem}
    assert retry_in_s(status, headers, writes=writes) == wait_s


# Over real sockets -------------------------------------------------------------------------------


def paced(practice: Practice, clock: Clock, calls_a_minute: int | None = None) -> XeroSdk:
    return XeroSdk(practice.address, GB, lambda: "sandbox", pace=clock.pace(calls_a_minute))


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_minute_limit_is_waited_for_and_the_same_request_sent_again(
    method: str, practice: Practice
) -> None:
    clock = Clock()
    with paced(practice, clock) as xero:
        contact = xero.contact("Amazon.co.uk", network_key="contact")
        practice.control.fault(method, "/Invoices", "minute limit")
        create(xero, draft(contact), "once")
        assert len(xero.by_reference(REFERENCE)) == 1
    assert clock.slept == [1] * 26
    assert clock.told[0] == "Xero's limit: 26 s to wait"
    first, again = practice.asked(method, "/Invoices")
    assert (first["status"], again["status"]) == (429, 200)
    same = ("path", "query", "key", "body")
    assert [first[each] for each in same] == [again[each] for each in same]


def test_too_many_calls_at_one_moment_are_waited_for_although_no_time_is_named(
    practice: Practice,
) -> None:
    clock = Clock()
    practice.control.fault("GET", "/Currencies", "concurrent limit")
    with paced(practice, clock) as xero:
        assert "GBP" in xero.currencies()
    assert clock.slept == [1, 1]


def test_a_short_silence_of_xero_is_waited_for_by_a_question_only(practice: Practice) -> None:
    clock = Clock()
    practice.control.fault("GET", "/Contacts", "unavailable", retry_after_s=3)
    practice.control.fault("PUT", "/Contacts", "unavailable", retry_after_s=3)
    with paced(practice, clock) as xero, pytest.raises(UnknownOutcome):
        xero.contact("Amazon.co.uk", network_key="contact")
    assert clock.slept == [1, 1, 1]
    assert [len(practice.asked(each, "/Contacts")) for each in ("GET", "PUT")] == [2, 1]


def test_a_limit_that_does_not_end_is_told_after_a_few_tries(practice: Practice) -> None:
    clock = Clock()
    for n in range(1, 9):
        practice.control.fault("GET", "/Currencies", "minute limit", n)
    with paced(practice, clock) as xero, pytest.raises(TooManyCalls, match="26 seconds"):
        xero.currencies()
    assert len(practice.asked("GET", "/Currencies")) == 4
    assert len(clock.slept) == 3 * 26


def test_a_long_silence_of_xero_is_not_waited_for(practice: Practice) -> None:
    clock = Clock()
    practice.control.fault("GET", "/Currencies", "unavailable")  # Retry-After: 3600
    with paced(practice, clock) as xero, pytest.raises(XeroUnavailable):
        xero.currencies()
    practice.control.fault("PUT", "/Contacts", "unavailable")
    with paced(practice, clock) as xero, pytest.raises(UnknownOutcome):
        xero.contact("Amazon.co.uk", network_key="contact")
    assert clock.slept == []


@contextmanager
def limited(folder: Path, clock: Clock) -> Iterator[Practice]:
    """A sandbox on the same clock that allows 60 calls a minute."""
    with (
        serving(folder, clock=clock.date) as address,
        Store(folder, clock=clock.date) as store,
    ):
        practice = Practice(store, address)
        practice.control.set_policy("rate_limits", "60/5000")
        yield practice


def test_xero_never_says_no_to_who_keeps_the_pace(tmp_path: Path) -> None:
    clock = Clock()
    with limited(tmp_path, clock) as practice, paced(practice, clock, CALLS_A_MINUTE) as xero:
        for _ in range(130):
            xero.currencies()
        assert {each["status"] for each in practice.control.requests()} == {200}
        assert sum(clock.slept) == 120
        assert xero.calls_left() == 5000 - 130


def test_two_who_share_the_minute_find_each_other_by_what_is_left(tmp_path: Path) -> None:
    clock = Clock()
    with (
        limited(tmp_path, clock) as practice,
        paced(practice, clock, CALLS_A_MINUTE) as one,
        paced(practice, clock, CALLS_A_MINUTE) as other,
    ):
        for _ in range(90):
            one.currencies()
            other.currencies()
        assert {each["status"] for each in practice.control.requests()} == {200}
        assert sum(clock.slept) <= 240


# A token that has grown old ----------------------------------------------------------------------


class Renewable:
    """A token that counts how often it was renewed."""

    def __init__(self) -> None:
        self.renewed = 0

    def __call__(self) -> str:
        return f"token {self.renewed}"

    def renew(self) -> None:
        self.renewed += 1


def test_a_token_that_expired_is_renewed_once_and_the_request_sent_again(
    practice: Practice,
) -> None:
    token = Renewable()
    with gateway(practice, token) as xero:
        contact = xero.contact("Amazon.co.uk", network_key="contact")
        practice.control.fault("PUT", "/Invoices", "expired token")
        create(xero, draft(contact), "once")
    first, again = practice.asked("PUT", "/Invoices")
    assert (first["status"], again["status"], token.renewed) == (401, 200, 1)
    assert (first["key"], first["body"]) == (again["key"], again["body"])


@pytest.mark.parametrize("token", [Renewable(), lambda: "as it is"], ids=["renewable", "plain"])
def test_a_token_that_is_refused_again_ends_the_sign_in(
    token: Callable[[], str], practice: Practice
) -> None:
    for n in (1, 2, 3):
        practice.control.fault("GET", "/Currencies", "expired token", n)
    with gateway(practice, token) as xero, pytest.raises(SignInExpired):
        xero.currencies()
    assert len(practice.asked("GET", "/Currencies")) == (2 if isinstance(token, Renewable) else 1)
