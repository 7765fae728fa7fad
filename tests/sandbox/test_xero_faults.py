"""Faults: which call they hit, what becomes of its work, and what the world does meanwhile."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from desk import GB, Answer, Clock, Desk, JsonBody, invoice
from rooms import made_journal, read_journal

from truebooks_xl.sandbox.xero import barriers
from truebooks_xl.sandbox.xero.call import Unknown
from truebooks_xl.sandbox.xero.store import Store

pytest_plugins = ["desk_fixtures"]


def lost(answer: Answer) -> bool:
    return answer.reply.sent == 0


def with_key(desk: Desk, *elements: JsonBody) -> Answer:
    return desk.ask("PUT", "/Invoices", {"Invoices": [*elements]}, idempotency_key="k")


def test_a_rate_hits_a_fifth_of_the_calls_and_the_same_ones_every_time(tmp_path: Path) -> None:
    def day(folder: str, seed: int) -> list[int]:
        with Store(tmp_path / folder, clock=Clock()) as store:
            desk = Desk(store, Clock())
            desk.control.fault("GET", ".*", "drop before commit", rate=0.2, seed=seed)
            return [n for n in range(500) if lost(desk.get("/Nowhere"))]

    first = day("first", 1)
    assert 80 <= len(first) <= 120
    assert day("again", 1) == first
    assert day("other", 2) != first


@pytest.mark.parametrize(("rate", "hits"), [(0, 0), (1, 20)])
def test_a_rate_may_be_never_or_always(desk: Desk, rate: float, hits: int) -> None:
    desk.control.fault("GET", "/Organisation", "day limit", rate=rate)
    answers = [desk.get("/Organisation").status for _ in range(20)]
    assert answers.count(429) == hits


def test_methods_and_paths_are_patterns_and_the_nth_call_counts(desk: Desk, contact: str) -> None:
    desk.control.fault("PUT|POST", "/Invoices.*", "error before commit", nth=2)
    made = desk.put(invoice(contact))
    assert desk.get("/Invoices").status == 200
    assert desk.change(made.one, Status="AUTHORISED").status == 500
    assert desk.change(made.one, Status="AUTHORISED").status == 200


@pytest.mark.parametrize(
    ("action", "more", "told"),
    [
        ("explode", {}, "fault explode"),
        ("commit late", {}, "without seconds"),
        ("save first k", {}, "without k"),
        ("then", {"verb": "explode", "arguments": {}}, "verb explode"),
        ("then", {"verb": "void"}, "without arguments"),
        ("delay", {"seconds": 1, "rate": 1.5}, "rate of 1.5"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_when_it_is_made(
    desk: Desk, action: str, more: dict[str, Any], told: str
) -> None:
    with pytest.raises(Unknown, match=told):
        desk.control.fault("PUT", "/Invoices", action, **more)


def test_late_work_is_done_when_its_time_has_come(desk: Desk, contact: str) -> None:
    """A look-up in between finds nothing, and proves nothing."""
    desk.control.fault("PUT", "/Invoices", "commit late", seconds=8)
    assert lost(desk.put(invoice(contact)))
    desk.clock.move(7.9)
    assert desk.get("/Invoices").numbers == []
    desk.clock.move(0.1)
    assert desk.get("/Invoices").numbers == ["A-1"], "before the next request, not after it"


def test_late_work_can_be_let_arrive_at_once_and_in_order(desk: Desk, contact: str) -> None:
    for n in (1, 2):
        desk.control.fault("PUT", "/Invoices", "commit late", seconds=600)
        desk.put(invoice(contact, f"A-{n}"))
        desk.control.clear_faults()
    assert desk.control.let_late_arrive() == 2
    assert desk.get("/Invoices").numbers == ["A-1", "A-2"]
    assert desk.control.let_late_arrive() == 0


def test_late_work_meets_the_books_as_they_are_then(desk: Desk, contact: str) -> None:
    desk.control.fault("PUT", "/Invoices", "commit late", seconds=60)
    desk.put(invoice(contact, gross="1.00"))
    ours = desk.put(invoice(contact, gross="2.00")).one
    desk.clock.move(60)
    (only,) = desk.get("/Invoices").body["Invoices"]
    assert only["InvoiceID"] == ours["InvoiceID"], "the number is taken, so the late one is refused"


def test_late_work_is_done_once_when_it_was_sent_again_under_its_key(
    desk: Desk, contact: str
) -> None:
    unnumbered = invoice(contact)
    del unnumbered["InvoiceNumber"]
    desk.control.fault("PUT", "/Invoices", "commit late", seconds=30)
    assert lost(with_key(desk, unnumbered))
    assert with_key(desk, unnumbered).one["InvoiceNumber"] == "INV-0001"
    desk.clock.move(60)
    assert desk.get("/Invoices").numbers == ["INV-0001"]


def test_late_work_of_a_call_without_a_token_is_never_done(desk: Desk, contact: str) -> None:
    desk.control.fault("PUT", "/Invoices", "commit late", seconds=1)
    body = {"Invoices": [invoice(contact)]}
    assert lost(desk.ask("PUT", "/Invoices", body, authorization=""))
    assert desk.control.let_late_arrive() == 0


def test_of_a_batch_only_the_first_are_saved_and_the_reply_is_lost(
    desk: Desk, contact: str
) -> None:
    batch = [invoice(contact, f"A-{n}") for n in range(5)]
    desk.control.fault("PUT", "/Invoices", "save first k", k=2)
    assert lost(with_key(desk, *batch))
    assert desk.get("/Invoices").numbers == ["A-0", "A-1"]
    query = {"summarizeErrors": "false"}
    again = desk.ask("PUT", "/Invoices", {"Invoices": batch}, query, idempotency_key="k")
    outcomes = [each["StatusAttributeString"] for each in again.body["Invoices"]]
    assert outcomes == ["ERROR", "ERROR", "OK", "OK", "OK"], "the key was lost as well"


def test_of_a_batch_by_ids_only_the_first_are_changed(desk: Desk, contact: str) -> None:
    made = desk.put(*[invoice(contact, f"A-{n}") for n in range(3)]).body["Invoices"]
    desk.control.fault("POST", "/Invoices", "save first k", k=1)
    changes = [{"InvoiceID": each["InvoiceID"], "Status": "AUTHORISED"} for each in made]
    assert lost(desk.ask("POST", "/Invoices", {"Invoices": changes}))
    assert [desk.read(each)["Status"] for each in made] == ["AUTHORISED", "DRAFT", "DRAFT"]


def test_a_call_that_is_sent_on_twice_is_done_twice_unless_it_has_a_key(
    desk: Desk, contact: str
) -> None:
    unnumbered = invoice(contact)
    del unnumbered["InvoiceNumber"]
    for _ in range(2):
        desk.control.fault("PUT", "/Invoices", "execute twice")
    assert desk.put(unnumbered).one["InvoiceNumber"] == "INV-0001", "the first reply counts"
    assert desk.get("/Invoices").numbers == ["INV-0001", "INV-0002"]
    desk.control.clear_faults()
    desk.control.fault("PUT", "/Invoices", "execute twice")
    assert with_key(desk, invoice(contact, "A-1")).status == 200
    assert desk.get("/Invoices").numbers == ["INV-0001", "INV-0002", "A-1"]


def test_a_call_may_go_wrong_in_two_ways(desk: Desk, contact: str) -> None:
    desk.control.fault("PUT", "/Invoices", "drop before commit")
    desk.control.fault("PUT", "/Invoices", "execute twice")
    assert lost(desk.put(invoice(contact)))
    assert desk.get("/Invoices").numbers == [], "what is not done is not done twice"


def test_all_may_be_refused_in_a_reply_that_says_200(desk: Desk, contact: str) -> None:
    desk.control.fault("PUT", "/Invoices", "all refused", messages=["Not today."])
    answer = desk.put(invoice(contact), query={"summarizeErrors": "false"})
    assert (answer.status, answer.one["HasErrors"], answer.said) == (200, True, ["Not today."])
    assert desk.get("/Invoices").numbers == []


@pytest.mark.parametrize(
    ("more", "status", "wait"),
    [({}, 503, "3600"), ({"status": 502, "retry_after_s": 5}, 502, "5")],
)
def test_xero_may_be_down_in_two_ways(
    desk: Desk, more: dict[str, Any], status: int, wait: str
) -> None:
    desk.control.fault("GET", "/Organisation", "unavailable", **more)
    reply = desk.get("/Organisation").reply
    assert (reply.status, reply.headers["Retry-After"]) == (status, wait)
    assert reply.content_type.startswith("text/html")


def test_too_many_at_once_may_be_said_without_a_wait(desk: Desk) -> None:
    desk.control.fault("GET", "/Organisation", "concurrent limit")
    reply = desk.get("/Organisation").reply
    assert (reply.status, reply.headers["X-Rate-Limit-Problem"]) == (429, "concurrent")
    assert "Retry-After" not in reply.headers


def test_what_is_not_set_may_be_null(desk: Desk, contact: str) -> None:
    desk.control.fault("PUT", "/Invoices", "null fields")
    made = desk.put(invoice(contact, LineItems=[{"Description": "Words"}])).one
    assert (made["Reference"], made["Url"]) == (None, None)
    assert (made["LineItems"][0]["AccountCode"], made["LineItems"][0]["Description"]) == (
        None,
        "Words",
    )
    assert made["DueDate"] is not None


MEANWHILE: list[tuple[str, JsonBody, JsonBody]] = [
    # verb      arguments                                       what the document then reads
    ("void", {}, {"Status": "VOIDED"}),
    ("pay", {"amount": "120.00", "on": "2026-05-22"}, {"Status": "PAID"}),
    ("edit", {"number": "INV-9"}, {"InvoiceNumber": "INV-9"}),
]


@pytest.mark.parametrize(("verb", "more", "then"), MEANWHILE)
def test_the_world_moves_between_two_calls(
    desk: Desk, contact: str, verb: str, more: JsonBody, then: JsonBody
) -> None:
    """Before the caller even has the reply, which does not show it."""
    arguments = {"tenant": GB, "invoice_id": "{id}"} | more
    desk.control.fault("POST", "/Invoices/.+", "then", nth=2, verb=verb, arguments=arguments)
    made = desk.put(invoice(contact)).one
    desk.change(made, Reference="first")
    answer = desk.change(made, Status="AUTHORISED").one
    assert (answer["Status"], answer["InvoiceNumber"]) == ("AUTHORISED", "A-1")
    assert desk.read(made) == desk.read(made) | then


def test_the_lock_moves_and_an_account_is_archived_between_two_calls(
    desk: Desk, contact: str
) -> None:
    for verb, arguments in (
        ("lock", {"tenant": GB, "period": "2026-05-31"}),
        ("archive_account", {"tenant": GB, "code": "200"}),
        ("advance", {"seconds": 3600}),
    ):
        desk.control.fault("PUT", "/Invoices", "then", verb=verb, arguments=arguments)
    made = desk.put(invoice(contact)).one
    assert desk.change(made, Status="AUTHORISED").said == [
        (
            "Account code '200' has been archived, or has been deleted. "
            "Each line item must reference a valid account."
        ),
        "The document date cannot be before the period lock date, currently set at 31-May-2026",
    ]
    assert "14:00" not in made["UpdatedDateUTCString"]
    assert desk.change(made, Reference="x").one["UpdatedDateUTCString"] == "2026-05-20T13:00:00Z"


@pytest.mark.parametrize("loss", ["drop after commit", "html instead", "truncated"])
def test_the_world_moves_even_if_the_reply_is_lost(desk: Desk, loss: str) -> None:
    arguments = {"tenant": GB, "invoice_id": "{id}"}
    desk.control.fault("PUT", "/ManualJournals", loss)
    desk.control.fault("PUT", "/ManualJournals", "then", verb="delete", arguments=arguments)
    with pytest.raises((KeyError, ValueError)):
        made_journal(desk)
    (shown,) = desk.control.documents(GB)
    assert read_journal(desk, shown)["Status"] == "DELETED"


def test_the_clock_jumps_for_every_process_and_back(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path, clock=clock) as one, Store(tmp_path, clock=clock) as two:
        Desk(one, clock).control.advance(86_400)
        contact = Desk(two, clock).contact()
        sent = invoice(contact)
        del sent["Date"]
        assert Desk(two, clock).put(sent).one["DateString"] == "2026-05-21T00:00:00"
        Desk(two, clock).control.advance(-86_400)
        assert Desk(one, clock).get("/Organisation").body["DateTimeUTC"] == "/Date(1779278400000)/"


def test_a_barrier_holds_calls_until_all_have_come_also_in_two_processes(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path, clock=clock) as one, Store(tmp_path, clock=clock) as two:
        desks = [Desk(one, clock), Desk(two, clock)]
        contact = desks[0].contact()
        desks[0].control.barrier("both", 2, "PUT", "/Invoices")
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(desks[0].put, invoice(contact))
            for _ in range(20):  # calls that are none of its business pass
                assert desks[1].get("/Invoices").numbers == []
            assert not first.done()
            began = time.monotonic()
            second = desks[1].put(invoice(contact))
            assert first.result(5)
        assert time.monotonic() - began < 5, "the last one opens it, not the clock"
        assert sorted([first.result().status, second.status]) == [200, 400]
        assert desks[0].put(invoice(contact, "A-2")).status == 200, "it opens for good"


def test_a_barrier_lets_everybody_through_after_a_while(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(barriers, "LONGEST_S", 0.05)
    desk.control.barrier("never", 3)
    assert desk.get("/Organisation").status == 200
    assert desk.get("/Organisation").status == 200


def test_no_token_is_kept_of_what_is_still_on_its_way(tmp_path: Path) -> None:
    with Store(tmp_path, clock=Clock()) as store:
        desk = Desk(store, Clock(), token="a token nobody may see")
        contact = desk.contact()
        desk.control.fault("PUT", "/Invoices", "commit late", seconds=60)
        desk.put(invoice(contact))
    kept = b"".join(each.read_bytes() for each in sorted(tmp_path.iterdir()))
    assert b"a token nobody" not in kept
    assert b"late_call" in kept


def test_what_is_kept_of_a_request_is_what_was_sent(desk: Desk, contact: str) -> None:
    desk.control.fault("PUT", "/Invoices", "save first k", k=1)
    desk.put(invoice(contact, "A-1"), invoice(contact, "A-2"))
    last = desk.control.requests()[-1]
    assert (last["status"], len(json.loads(last["body"])["Invoices"])) == (None, 2)
