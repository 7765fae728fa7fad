"""The sandbox as a place: organisations, keys, limits, policies, and who may serve it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from desk import GB, Clock, Desk, invoice

import truebooks_xl.sandbox.xero as room
from truebooks_xl import data
from truebooks_xl.sandbox.server import PortTaken, serving
from truebooks_xl.sandbox.xero.organisation import BASE_CURRENCY, tenant_of
from truebooks_xl.sandbox.xero.policies import POLICIES
from truebooks_xl.sandbox.xero.store import Store

pytest_plugins = ["desk_fixtures"]


@pytest.mark.parametrize("country", BASE_CURRENCY)
def test_every_country_has_books_that_look_like_its_own(desk: Desk, country: str) -> None:
    there = Desk(desk.store, desk.clock, tenant_of(country))
    (shown,) = there.get("/Organisation").body["Organisations"]
    assert (shown["CountryCode"], shown["BaseCurrency"]) == (country, BASE_CURRENCY[country])
    codes = {each["Code"] for each in there.get("/Accounts").body["Accounts"]}
    assert codes == {each.account.code for each in data.accounts(country)}
    assert there.get("/TaxRates").body["TaxRates"]


def test_organisations_are_made_on_first_use_and_stay_apart(desk: Desk, contact: str) -> None:
    desk.put(invoice(contact))
    germany = Desk(desk.store, desk.clock, tenant_of("DE"))
    assert germany.get("/Invoices").numbers == []
    listed: Any = desk.get("/connections").body
    assert [each["tenantName"] for each in listed] == [
        "Practice company (DE)",
        "Practice company (GB)",
    ]


def test_a_countrys_organisation_has_the_same_id_on_every_machine() -> None:
    assert tenant_of("GB") == "a7fbaa92-6d86-54cd-8248-d8041ef96a57"


def test_a_key_brings_the_stored_answer_back_for_six_minutes(desk: Desk, contact: str) -> None:
    def put(number: str = "A-1") -> Any:  # noqa: ANN401
        body = {"Invoices": [invoice(contact, number)]}
        return desk.ask("PUT", "/Invoices", body, idempotency_key="k")

    first = put()
    assert put().one["InvoiceID"] == first.one["InvoiceID"]
    other = put("A-2")
    assert other.status == 400
    assert other.said == ["Idempotency Key: k is used with a different request"]
    desk.clock.move(359)
    assert put().status == 200
    desk.clock.move(2)
    assert put().said == ["Invoice # must be unique."], "the key is forgotten, the number is not"


def test_a_key_brings_back_errors_as_well(desk: Desk, contact: str) -> None:
    """Which is why an attempt after a known refusal needs a new key."""
    desk.control.archive_account(GB, "200")
    body = {"Invoices": [invoice(contact)]}
    refused = desk.ask("PUT", "/Invoices", body, idempotency_key="k")
    with desk.store.transaction() as connection:
        connection.execute("UPDATE account SET status = 'ACTIVE'")
    assert desk.ask("PUT", "/Invoices", body, idempotency_key="k").said == refused.said
    assert desk.ask("PUT", "/Invoices", body, idempotency_key="new").status == 200


def test_a_key_belongs_to_one_app(desk: Desk, contact: str) -> None:
    another = Desk(desk.store, desk.clock, token="another app")
    for n, each in enumerate((desk, another)):
        body = {"Invoices": [invoice(contact, f"A-{n}")]}
        assert each.ask("PUT", "/Invoices", body, idempotency_key="k").status == 200


def test_a_key_is_short(desk: Desk, contact: str) -> None:
    body = {"Invoices": [invoice(contact)]}
    assert desk.ask("PUT", "/Invoices", body, idempotency_key="k" * 129).status == 400


def test_limits_are_enforced_only_by_policy_and_told_always(desk: Desk) -> None:
    for _ in range(70):
        assert desk.get("/Organisation").reply.headers["X-MinLimit-Remaining"] == "60"
    desk.clock.move(61)
    desk.control.set_policy("rate_limits", "60/1000")
    left = [desk.get("/Organisation").reply.headers["X-MinLimit-Remaining"] for _ in range(60)]
    assert (left[0], left[-1]) == ("59", "0")
    limited = desk.get("/Organisation").reply
    assert (limited.status, limited.body, limited.content_type) == (429, b"", "")
    assert limited.headers["X-Rate-Limit-Problem"] == "minute"
    desk.clock.move(61)
    assert desk.get("/Organisation").status == 200


def test_the_day_has_a_limit_too(desk: Desk) -> None:
    desk.control.set_policy("rate_limits", "60/1000")
    for _ in range(20):
        desk.clock.move(61)
        for _ in range(50):
            desk.get("/Organisation")
    desk.clock.move(61)
    assert desk.get("/Organisation").reply.headers["X-Rate-Limit-Problem"] == "day"
    desk.clock.move(86_400)
    assert desk.get("/Organisation").status == 200


FLIPPED = [(each.name, setting) for each in POLICIES.values() for setting in each.settings[1:]]


@pytest.mark.parametrize(("name", "setting"), FLIPPED)
def test_the_main_job_is_done_under_every_policy(
    desk: Desk, contact: str, name: str, setting: str
) -> None:
    desk.control.set_policy(name, setting)
    made = desk.put(invoice(contact, "TBR-1", Reference="TBUK-1")).one
    one_call = desk.change(made, InvoiceNumber="AMZ-TB-1", Status="AUTHORISED")
    if (name, setting) == ("rename_with_authorise", "refused"):
        assert one_call.status == 400
        desk.change(made, InvoiceNumber="AMZ-TB-1")
        desk.change(made, Status="AUTHORISED")
    assert desk.read(made)["Status"] == "AUTHORISED"
    desk.clock.move(31)  # past every lag
    assert desk.get("/Invoices", where='Reference=="TBUK-1"').numbers == ["AMZ-TB-1"]


OTHERWISE = [
    # policy                     setting       sent                                  refused
    ("negative_draft", "refused", {"gross": "-1.00"}, True),
    ("reference_max", "255", {"Reference": "x" * 256}, True),
    ("reference_max", "none", {"Reference": "x" * 256}, False),
    ("max_lines", "500", {"LineItems": [{"Description": "x"}] * 501}, True),
    ("max_lines", "none", {"LineItems": [{"Description": "x"}] * 501}, False),
    ("draft_in_locked_period", "refused", {"Date": "2026-01-01"}, True),
    ("draft_in_locked_period", "accepted", {"Date": "2026-01-01"}, False),
    ("plan_cap", "20/5", {"Status": "AUTHORISED"}, False),
]


@pytest.mark.parametrize(("name", "setting", "sent", "refused"), OTHERWISE)
def test_what_a_draft_may_hold_follows_the_policy(
    desk: Desk, contact: str, name: str, setting: str, sent: dict[str, Any], *, refused: bool
) -> None:
    desk.control.lock(GB, period="2026-01-31")
    desk.control.set_policy(name, setting)
    assert (desk.put(invoice(contact, **sent)).status == 400) == refused


def test_a_tax_rate_may_be_let_loose_on_any_account(desk: Desk, contact: str) -> None:
    desk.control.set_policy("tax_class_check", "off")
    sent = invoice(contact)
    sent["LineItems"][0]["TaxType"] = "INPUT2"
    assert desk.put(sent).status == 200


@pytest.mark.parametrize(("setting", "status"), [("PAID", "PAID"), ("AUTHORISED", "AUTHORISED")])
def test_a_total_of_nothing_follows_the_policy(
    desk: Desk, contact: str, setting: str, status: str
) -> None:
    desk.control.set_policy("zero_total_status", setting)
    made = desk.put(invoice(contact, gross="0.00", Status="AUTHORISED")).one
    assert made["Status"] == status


@pytest.mark.parametrize(("setting", "status"), [("refused", 400), ("allowed", 200)])
def test_voiding_a_total_of_nothing_follows_the_policy(
    desk: Desk, contact: str, setting: str, status: int
) -> None:
    desk.control.set_policy("void_zero_paid", setting)
    made = desk.put(invoice(contact, gross="0.00", Status="AUTHORISED")).one
    assert desk.change(made, Status="VOIDED").status == status


def test_a_short_void_may_be_refused_and_the_long_one_not(desk: Desk, contact: str) -> None:
    desk.control.set_policy("short_void_body", "refused")
    made = desk.put(invoice(contact, Status="AUTHORISED")).one
    assert desk.change(made, Status="VOIDED").status == 400
    more = {"Contact": {"ContactID": contact}, "Date": "2026-05-20"}
    assert desk.change(made, Status="VOIDED", **more).status == 200


def test_a_key_may_be_forgotten_after_a_second(desk: Desk, contact: str) -> None:
    desk.control.set_policy("idem_ttl_s", "1")
    body = {"Invoices": [invoice(contact)]}
    desk.ask("PUT", "/Invoices", body, idempotency_key="k")
    desk.clock.move(2)
    assert desk.ask("PUT", "/Invoices", body, idempotency_key="k").status == 400


def test_no_switch_is_dead() -> None:
    folder = Path(str(room.__file__)).parent
    source = "".join(path.read_text("utf-8") for path in sorted(folder.glob("*.py")))
    table = (folder / "policies.py").read_text("utf-8")
    unused = [name for name in POLICIES if f'"{name}"' not in source.replace(table, "")]
    assert unused == []


def test_state_outlives_the_process_that_made_it(tmp_path: Path) -> None:
    with Store(tmp_path, clock=Clock()) as store:
        desk = Desk(store, Clock())
        desk.put(invoice(desk.contact()))
    with Store(tmp_path, clock=Clock()) as store:
        assert Desk(store, Clock()).get("/Invoices").numbers == ["A-1"]


def test_a_transaction_of_another_process_is_waited_for(tmp_path: Path) -> None:
    """Nobody looks at the books while somebody else is writing in them."""
    entered = threading.Event()

    def enter(store: Store) -> None:
        with store.transaction():
            entered.set()

    with Store(tmp_path) as one, Store(tmp_path) as two:
        other = threading.Thread(target=enter, args=(two,))
        with one.transaction():
            other.start()
            assert not entered.wait(0.2)
        assert entered.wait(10)
        other.join()


def over_http(address: str, verb: str, **arguments: Any) -> Any:  # noqa: ANN401
    body = json.dumps(arguments).encode()
    request = urllib.request.Request(f"{address}/__sim__/{verb}", body, method="POST")
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.loads(reply.read())


def test_the_world_can_be_moved_over_http(tmp_path: Path) -> None:
    with serving(tmp_path) as address, Store(tmp_path) as store:
        desk = Desk(store, Clock())
        made = desk.put(invoice(desk.contact(), Status="AUTHORISED")).one
        where = {"tenant": GB, "invoice_id": made["InvoiceID"]}
        over_http(address, "pay", **where, amount="120.00", on="2026-05-22")
        assert desk.read(made)["Status"] == "PAID"
        over_http(address, "set_policy", name="half_penny", setting="truncate")
        over_http(address, "fault", method="PUT", path="/Invoices", action="day limit")
        assert desk.put(invoice(desk.contact("B"))).status == 429
        over_http(address, "clear_faults")
        assert len(over_http(address, "requests")) == len(desk.control.requests())


@pytest.mark.parametrize(
    ("verb", "arguments", "told"),
    [
        ("explode", {}, "cannot explode"),
        ("set_policy", {"name": "mood", "setting": "good"}, "policy mood"),
        ("set_policy", {"name": "half_penny", "setting": "up"}, "half_penny"),
        ("fault", {"method": "PUT", "path": "/x", "action": "explode"}, "fault explode"),
        (
            "pay",
            {"tenant": GB, "invoice_id": "x", "amount": "1", "on": "2026-05-22"},
            "no document",
        ),
        ("lock", {"tenant": GB, "century": "21"}, "century"),
    ],
)
def test_an_order_the_world_does_not_know_is_named(
    tmp_path: Path, verb: str, arguments: dict[str, Any], told: str
) -> None:
    with serving(tmp_path) as address, pytest.raises(urllib.error.HTTPError) as wrong:
        over_http(address, verb, **arguments)
    with wrong.value as reply:
        assert told in reply.read().decode()


def test_starting_and_stopping_cost_a_blink(tmp_path: Path) -> None:
    with serving(tmp_path):
        pass  # the first one also pays for imports
    began = time.perf_counter()
    with serving(tmp_path):
        pass
    assert time.perf_counter() - began < 0.2


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        port = int(address.rsplit(":", 1)[1])
        with pytest.raises(PortTaken, match=str(port)), serving(tmp_path, port=port):
            pass


@pytest.mark.skipif(os.name != "posix", reason="signals are sent differently elsewhere")
def test_serving_until_interrupted_ends_without_a_word(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from truebooks_xl.sandbox.server import *;"
        "serve_forever(Path(sys.argv[1]), LOOPBACK, 0, lambda url: print(url, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
        assert over_http(address, "requests") == []
        server.send_signal(signal.SIGINT)
        _, complaints = server.communicate(timeout=20)
    assert (server.returncode, complaints) == (0, "")
