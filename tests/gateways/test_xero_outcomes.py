"""Bad hours: whatever the network or Xero does, one request, one of two kinds of error."""

from __future__ import annotations

import inspect
import logging
import socket
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest
import urllib3.exceptions
import xero_python.exceptions
import xero_python.exceptions.http_status_exceptions
from contract import DAY, REFERENCE, create, draft
from practice import GB, Practice, gateway

from truebooks_xl.errors import Refused, Unavailable
from truebooks_xl.sandbox.xero.faults import ACTIONS
from truebooks_xl.xero.client import api_client
from truebooks_xl.xero.errors import (
    ConnectionRemoved,
    NotSent,
    RefusedByXero,
    SignInExpired,
    TooManyCalls,
    UnknownOutcome,
    XeroUnavailable,
)
from truebooks_xl.xero.sdk import XeroSdk

pytest_plugins = ["practice_fixtures"]

SECRET = "canary-4c7e1d"

FAULTS = [
    # what happens                what the accountant is told   is the draft kept?
    ("drop before commit", UnknownOutcome, False),
    ("drop after commit", UnknownOutcome, True),
    ("commit late", UnknownOutcome, False),
    ("save first k", UnknownOutcome, True),
    ("cut off in the body", UnknownOutcome, True),
    ("reset during body", UnknownOutcome, True),
    ("error before commit", UnknownOutcome, False),
    ("error after commit", UnknownOutcome, True),
    ("unavailable", UnknownOutcome, False),
    ("truncated", UnknownOutcome, True),
    ("html instead", UnknownOutcome, True),
    ("day limit", TooManyCalls, False),
    ("expired token", SignInExpired, False),
    ("connection removed", ConnectionRemoved, False),
    ("all refused", RefusedByXero, False),
    ("refuse", RefusedByXero, False),
    ("bad request", RefusedByXero, False),
]
DETAIL: dict[str, dict[str, Any]] = {
    "refuse": {"messages": ["No."]},
    "bad request": {"message": "No."},
    "commit late": {"seconds": 60},
    "save first k": {"k": 1},
    "delay": {"seconds": 0.01},
    "slow body": {"seconds": 0.01},
    "then": {"verb": "clear_faults", "arguments": {}},
    "warning": {"message": "Odd."},
}


@pytest.fixture
def contact(xero: XeroSdk) -> str:
    return xero.contact("Amazon.co.uk", network_key="contact")


@pytest.mark.parametrize(("fault", "told", "kept"), FAULTS, ids=[each[0] for each in FAULTS])
def test_a_create_is_sent_once_whatever_happens(
    fault: str, told: type[Exception], *, kept: bool, practice: Practice, xero: XeroSdk
) -> None:
    contact = xero.contact("Amazon.co.uk", network_key="contact")
    practice.control.fault("PUT", "/Invoices", fault, **DETAIL.get(fault, {}))
    began = time.monotonic()
    with pytest.raises(told):
        create(xero, draft(contact), "once")
    assert time.monotonic() - began < 2, "a Retry-After is never slept through"
    assert len(practice.asked("PUT", "/Invoices")) == 1
    assert len(xero.by_reference(REFERENCE)) == kept


ODD = ("unknown enum", "extra fields", "null fields", "warning", "delay", "slow body")


@pytest.mark.parametrize("fault", [*ODD, "execute twice", "then"])
def test_an_odd_reply_does_not_turn_success_into_doubt(
    fault: str, practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.fault("PUT", "/Invoices", fault, **DETAIL.get(fault, {}))
    made = create(xero, draft(contact), "odd")
    assert xero.document(made.id).lines == made.lines
    assert made.warnings == (("Odd.",) if fault == "warning" else ())


def test_every_fault_has_its_place_in_these_tests() -> None:
    tried = {each[0] for each in FAULTS} | {*ODD, "execute twice", "then"}
    tried |= {"minute limit", "concurrent limit"}  # are waited for: test_xero_pace.py
    tried |= {"reply of a refresh lost", "token rotated by another process"}  # test_xero_tokens.py
    assert tried == set(ACTIONS)


@pytest.mark.parametrize("fault", [each[0] for each in FAULTS if each[1] is UnknownOutcome])
def test_a_question_without_an_answer_changes_nothing_and_says_so(
    fault: str, practice: Practice, xero: XeroSdk
) -> None:
    practice.control.fault("GET", "/Invoices", fault, **DETAIL.get(fault, {}))
    with pytest.raises(XeroUnavailable, match="nothing was changed"):
        xero.search("TBUK-1")
    assert len(practice.asked("GET", "/Invoices")) == 1


def test_a_reply_that_comes_too_late_is_unknown(practice: Practice, contact: str) -> None:
    practice.control.fault("PUT", "/Invoices", "delay", seconds=30)
    with (
        XeroSdk(practice.address, GB, lambda: SECRET, timeouts_s=(1, 1)) as hasty,
        pytest.raises(UnknownOutcome, match="ReadTimeoutError"),
    ):
        create(hasty, draft(contact), "late")
    assert len(practice.asked("PUT", "/Invoices")) == 1


def test_the_same_key_brings_back_what_was_lost(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.fault("PUT", "/Invoices", "drop after commit")
    with pytest.raises(UnknownOutcome):
        create(xero, draft(contact), "lost")
    again = create(xero, draft(contact), "lost")
    assert [each.id for each in xero.by_reference(again.reference)] == [again.id]


def test_a_key_used_for_another_request_means_look_first(xero: XeroSdk, contact: str) -> None:
    create(xero, draft(contact), "one key")
    with pytest.raises(UnknownOutcome, match="key"):
        create(xero, draft(contact, number="TBR-2"), "one key")


def test_the_day_limit_says_when_it_ends(practice: Practice, xero: XeroSdk, contact: str) -> None:
    practice.control.fault("PUT", "/Invoices", "day limit")
    with pytest.raises(TooManyCalls, match="18 h 37 min") as told:
        create(xero, draft(contact), "day")
    assert (told.value.limit, told.value.retry_after_s) == ("day", 66975)


def test_what_could_not_be_sent_was_not_written() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with XeroSdk(address, GB, lambda: SECRET) as nobody, pytest.raises(NotSent):
            create(nobody, draft("a contact"))


def test_time_outs_the_sdk_would_ignore_are_refused() -> None:
    floats: Any = (5.0, 60.0)
    with pytest.raises(AssertionError):
        XeroSdk("http://127.0.0.1:9", GB, lambda: SECRET, timeouts_s=floats)


def exceptions_of(*modules: ModuleType) -> Iterator[type[BaseException]]:
    for module in modules:
        for _, kind in inspect.getmembers(module, inspect.isclass):
            own = kind.__module__.startswith(("urllib3.", "xero_python."))
            if own and issubclass(kind, Exception):
                yield kind


class Reply:
    """What the SDK keeps of an answer outside 200–299."""

    status = 500
    data = b"<html>"

    def getheaders(self) -> dict[str, str]:
        return {}


class Raising:
    """An API of which every method raises."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __getattr__(self, _name: str) -> Any:  # noqa: ANN401
        def method(**_arguments: object) -> None:
            raise self.error

        return method


KINDS = sorted(
    {
        *exceptions_of(
            xero_python.exceptions,
            xero_python.exceptions.http_status_exceptions,
            urllib3.exceptions,
        ),
        *(ConnectionResetError, TimeoutError, OSError),
    },
    key=lambda kind: (kind.__module__, kind.__name__),
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_exception_of_the_sdk_or_the_network_gets_past(kind: type[BaseException]) -> None:
    error: Any = kind.__new__(kind)
    error.http_resp = Reply()
    with XeroSdk("http://127.0.0.1:9", GB, lambda: SECRET) as xero:
        xero._client._api = Raising(error)
        with pytest.raises((Refused, Unavailable)):
            xero.organisation()
        with pytest.raises((Refused, Unavailable)):
            create(xero, draft("a contact"))


@pytest.mark.parametrize("fault", sorted(ACTIONS))
def test_the_token_is_in_no_message_traceback_log_or_state(
    fault: str, practice: Practice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    practice.control.fault("PUT", "/Contacts", fault, **DETAIL.get(fault, {}))
    told = ""
    with gateway(practice, lambda: SECRET) as xero:
        try:
            xero.contact("Amazon.co.uk", network_key="k")
        except (Refused, Unavailable) as error:
            told = "".join(traceback.format_exception(error)) + repr((error, error.args))
    assert SECRET not in told
    assert SECRET not in caplog.text
    assert SECRET not in repr(practice.control.requests())


def test_a_token_is_asked_for_with_every_request(practice: Practice) -> None:
    tokens = iter(["first", "second"])
    with XeroSdk(practice.address, GB, lambda: next(tokens)) as xero:
        xero.organisation()
        xero.currencies()
    assert next(tokens, "none left") == "none left"


def test_a_contact_made_by_somebody_else_meanwhile_is_used(practice: Practice) -> None:
    with gateway(practice, lambda: "somebody else") as other:
        theirs: list[str] = []

        def token() -> str:
            if len(practice.asked("GET", "/Contacts")) == 1 and not theirs:
                theirs.append(other.contact("Amazon.co.uk", network_key="theirs"))
            return SECRET

        with gateway(practice, token) as xero:
            assert [xero.contact("Amazon.co.uk", network_key="ours")] == theirs
    assert len(practice.asked("PUT", "/Contacts")) == 2


def test_what_the_sign_in_raises_gets_out_as_it_is(practice: Practice) -> None:
    def token() -> str:
        raise SignInExpired("the sign-in")

    with gateway(practice, token) as xero, pytest.raises(SignInExpired):
        xero.organisation()


def test_no_two_clients_share_a_token() -> None:
    """The SDK's Configuration is one for the whole process, unless its token is replaced."""
    held = [api_client(lambda: SECRET).configuration.oauth2_token for _ in range(2)]
    assert held[0] is not held[1]
    assert None not in held


def test_two_organisations_in_one_process_never_mix_their_tokens(practice: Practice) -> None:
    with (
        gateway(practice, lambda: "one") as one,
        gateway(practice, lambda: "two") as two,
        ThreadPoolExecutor(4) as pool,
    ):
        contact = one.contact("Amazon.co.uk", network_key="contact")

        def send(n: int) -> None:
            wanted = draft(contact, number=f"{n % 2}-{n}", dated_on=DAY)
            create((one, two)[n % 2], wanted, "the same key for all")

        # One key each: were a token mixed up, the second use would be refused as another's.
        list(pool.map(send, range(2)))
        with pytest.raises(UnknownOutcome):
            send(2)
