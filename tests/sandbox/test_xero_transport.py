"""Faults of the line itself, over a socket; and the hand of the world over HTTP."""

from __future__ import annotations

import http.client
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from desk import GB, Clock, Desk, invoice

from truebooks_xl.sandbox.server import LOOPBACK, serving
from truebooks_xl.sandbox.xero.control import VERBS, Control
from truebooks_xl.sandbox.xero.store import Store


@dataclass(frozen=True)
class Line:
    """A line to a sandbox that is served, and the same sandbox without the line."""

    port: int
    desk: Desk

    @contextmanager
    def asked(self, path: str) -> Iterator[http.client.HTTPResponse]:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=20)
        headers = {"Authorization": "Bearer x", "xero-tenant-id": GB}
        with closing(connection):
            connection.request("GET", f"/api.xro/2.0{path}", headers=headers)
            with connection.getresponse() as reply:
                yield reply

    def get(self, path: str) -> tuple[int, bytes]:
        with self.asked(path) as reply:
            return reply.status, reply.read()

    def order(self, verb: str, **arguments: Any) -> Any:  # noqa: ANN401
        address = f"http://{LOOPBACK}:{self.port}/__sim__/{verb}"
        request = urllib.request.Request(address, json.dumps(arguments).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read(), parse_float=Decimal)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    clock = Clock()
    with serving(tmp_path, clock=clock) as address, Store(tmp_path, clock=clock) as store:
        yield Line(int(address.rsplit(":", 1)[1]), Desk(store, clock))


def test_a_slow_body_begins_at_once_and_ends_whole(line: Line) -> None:
    line.desk.control.fault("GET", "/Accounts", "slow body", seconds=0.4)
    began = time.monotonic()
    with line.asked("/Accounts") as reply:
        first, first_after = reply.read(100), time.monotonic() - began
        whole = first + reply.read()
    assert first_after < 0.3
    assert time.monotonic() - began >= 0.4
    assert len(json.loads(whole)["Accounts"]) > 10


def test_a_delay_holds_back_everything(line: Line) -> None:
    line.desk.control.fault("GET", "/Accounts", "delay", seconds=0.3)
    began = time.monotonic()
    line.get("/Accounts")
    assert time.monotonic() - began >= 0.3


def test_a_body_may_end_in_its_middle(line: Line) -> None:
    line.desk.control.fault("GET", "/Accounts", "cut off in the body")
    with pytest.raises(http.client.IncompleteRead):
        line.get("/Accounts")
    assert line.get("/Accounts")[1], "the next call is none the worse"


def test_a_line_may_be_reset_in_the_middle_of_a_body(line: Line) -> None:
    line.desk.control.fault("GET", "/Accounts", "reset during body")
    with pytest.raises(ConnectionResetError):
        line.get("/Accounts")
    assert line.get("/Accounts")[1]


def test_a_dropped_reply_is_no_reply(line: Line) -> None:
    line.desk.control.fault("GET", "/Accounts", "drop after commit")
    with pytest.raises((http.client.RemoteDisconnected, socket.error)):
        line.get("/Accounts")


def test_everything_the_world_can_do_it_can_do_over_http(line: Line) -> None:
    contact = line.desk.contact()
    made = line.desk.put(invoice(contact)).one["InvoiceID"]
    line.order("approve", tenant=GB, invoice_id=made)
    line.order("edit", tenant=GB, invoice_id=made, amount="60.00", reference="by hand")
    copied = line.order("copy", tenant=GB, invoice_id=made, number="INV-0007")
    line.order("credit", tenant=GB, invoice_id=made, amount="9.99", on="2026-05-22")
    line.order("void", tenant=GB, invoice_id=copied)
    line.order("rename_contact", tenant=GB, contact_id=contact, name="Amazon EU")
    shown = line.order("documents", tenant=GB)
    assert shown == json.loads(
        json.dumps(line.desk.control.documents(GB), default=float), parse_float=Decimal
    )
    assert [
        (each["InvoiceNumber"], each["Status"], each["Total"], each["AmountCredited"])
        for each in shown
    ] == [
        ("A-1", "AUTHORISED", Decimal("60.0"), Decimal("9.99")),
        ("INV-0007", "VOIDED", Decimal("60.0"), 0),
    ]


def test_faults_barriers_and_the_clock_are_ordered_over_http(line: Line) -> None:
    line.order("fault", method="GET", path="/Accounts", action="day limit", rate=1, seed=7)
    assert line.get("/Accounts")[0] == 429
    line.order("clear_faults")
    line.order("set_rate", tenant=GB, currency="EUR", rate="1.2")
    line.order("barrier", name="one", parties=1)
    line.order("advance", seconds=60)
    assert line.order("let_late_arrive") == 0
    assert line.get("/Accounts")[0] == 200


def test_a_refusal_of_a_hand_is_told_over_http(line: Line) -> None:
    made = line.desk.put(invoice(line.desk.contact(), LineItems=[{"Description": "Words"}])).one[
        "InvoiceID"
    ]
    with pytest.raises(urllib.error.HTTPError) as wrong:
        line.order("approve", tenant=GB, invoice_id=made)
    with wrong.value as reply:
        assert reply.read().decode() == "One or more line items must be specified"


def test_every_verb_has_a_sentence() -> None:
    assert {"void", "documents", "barrier", "let_late_arrive", "set_rate", "advance"} <= VERBS
    silent = [verb for verb in VERBS if not (getattr(Control, verb).__doc__ or "").strip()]
    assert silent == []
