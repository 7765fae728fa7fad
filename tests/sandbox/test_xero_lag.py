"""Lists that lag: what they show is old, what is read by its id is not."""

from __future__ import annotations

import pytest
from desk import GB, Desk, JsonBody, invoice
from rooms import change_journal, made_journal

pytest_plugins = ["desk_fixtures"]


@pytest.fixture
def lagging(desk: Desk) -> Desk:
    """A desk whose lists are five seconds old."""
    desk.control.set_policy("list_delay_s", "5")
    return desk


def listed(desk: Desk, **query: str) -> list[tuple[str, str, str]]:
    shown = desk.get("/Invoices", **query).body["Invoices"]
    return [(each["InvoiceNumber"], each["Reference"], each["Status"]) for each in shown]


def test_a_new_document_is_listed_after_the_delay_and_read_at_once(
    lagging: Desk, contact: str
) -> None:
    made = lagging.put(invoice(contact, Reference="TBUK-1")).one
    ways = [{}, {"where": 'Reference=="TBUK-1"'}, {"searchTerm": "TBUK"}, {"InvoiceNumbers": "A-1"}]
    assert [listed(lagging, **way) for way in ways] == [[], [], [], []]
    assert lagging.read(made)["Status"] == "DRAFT"
    lagging.clock.move(4.9)
    assert listed(lagging) == []
    lagging.clock.move(0.1)
    assert [len(listed(lagging, **way)) for way in ways] == [1, 1, 1, 1]


def test_a_changed_document_is_listed_as_it_was(lagging: Desk, contact: str) -> None:
    made = lagging.put(invoice(contact, "TBR-1", Reference="old")).one
    lagging.clock.move(10)
    lagging.change(made, InvoiceNumber="AMZ-TB-1", Reference="new", Status="AUTHORISED")
    before, after = ("TBR-1", "old", "DRAFT"), ("AMZ-TB-1", "new", "AUTHORISED")
    lagging.clock.move(3)
    assert listed(lagging) == [before]
    assert listed(lagging, searchTerm="TBR") == [before]
    assert listed(lagging, Statuses="AUTHORISED") == []
    assert lagging.read(made)["InvoiceNumber"] == "AMZ-TB-1"
    lagging.clock.move(2)
    assert listed(lagging) == [after]


def test_every_step_of_a_life_is_shown_in_its_turn(lagging: Desk, contact: str) -> None:
    made = lagging.put(invoice(contact, "TBR-1")).one
    steps: list[JsonBody] = [
        {"InvoiceNumber": "AMZ-TB-1"},
        {"Status": "AUTHORISED"},
        {"InvoiceNumber": "AMZ-TB-1-V1"},
        {"Status": "VOIDED"},
    ]
    for step in steps:
        lagging.clock.move(2)
        assert lagging.change(made, **step).status == 200
    seen = []
    for _ in range(6):  # the document is 8 seconds old, its list 5
        seen += [(number, status) for number, _, status in listed(lagging)]
        lagging.clock.move(1)
    assert seen == [
        ("AMZ-TB-1", "DRAFT"),
        ("AMZ-TB-1", "AUTHORISED"),
        ("AMZ-TB-1", "AUTHORISED"),
        ("AMZ-TB-1-V1", "AUTHORISED"),
        ("AMZ-TB-1-V1", "AUTHORISED"),
        ("AMZ-TB-1-V1", "VOIDED"),
    ]


def test_several_changes_in_one_instant_show_the_one_before_them_all(
    lagging: Desk, contact: str
) -> None:
    made = lagging.put(invoice(contact, "A-1")).one
    lagging.clock.move(10)
    for number in ("A-2", "A-3"):
        lagging.change(made, InvoiceNumber=number)
    assert [number for number, *_ in listed(lagging)] == ["A-1"]
    lagging.clock.move(5)
    assert [number for number, *_ in listed(lagging)] == ["A-3"]


def test_pages_and_order_are_those_of_the_old_list(lagging: Desk, contact: str) -> None:
    made = [lagging.put(invoice(contact, f"A-{n}")).one for n in range(3)]
    lagging.clock.move(10)
    lagging.change(made[1], InvoiceNumber="Z-9")
    lagging.put(invoice(contact, "A-4"))
    answer = lagging.get("/Invoices", page="1", pageSize="2")
    assert (answer.numbers, answer.body["pagination"]["itemCount"]) == (["A-0", "A-1"], 3)
    assert answer.body["Invoices"][0]["LineItems"]
    assert lagging.get("/Invoices", order="InvoiceNumber DESC").numbers == ["A-2", "A-1", "A-0"]


def test_what_is_done_by_hand_lags_as_well(lagging: Desk, contact: str) -> None:
    made = lagging.put(invoice(contact, Status="AUTHORISED")).one
    lagging.clock.move(10)
    lagging.control.pay(GB, made["InvoiceID"], "120.00", "2026-05-22")
    assert lagging.get("/Invoices", page="1").one["Payments"] == []
    assert lagging.read(made)["Status"] == "PAID"


@pytest.mark.parametrize(("setting", "number"), [("no", "A-2"), ("yes", "A-1")])
def test_a_list_by_ids_follows_its_own_policy(
    lagging: Desk, contact: str, setting: str, number: str
) -> None:
    lagging.control.set_policy("ids_delay", setting)
    made = lagging.put(invoice(contact, "A-1")).one
    lagging.clock.move(10)
    lagging.change(made, InvoiceNumber="A-2")
    assert lagging.get("/Invoices", IDs=made["InvoiceID"], page="1").numbers == [number]


def test_a_delay_may_be_half_a_minute(desk: Desk, contact: str) -> None:
    desk.control.set_policy("list_delay_s", "30")
    desk.put(invoice(contact))
    desk.clock.move(29)
    assert listed(desk) == []
    desk.clock.move(1)
    assert len(listed(desk)) == 1


def test_a_journal_lags_too(lagging: Desk) -> None:
    made = made_journal(lagging)
    assert lagging.get("/ManualJournals").body["ManualJournals"] == []
    lagging.clock.move(10)
    change_journal(lagging, made, Status="POSTED")
    (shown,) = lagging.get("/ManualJournals").body["ManualJournals"]
    assert shown["Status"] == "DRAFT"


def test_a_number_is_taken_the_moment_it_is_used(lagging: Desk, contact: str) -> None:
    """Lists lag, the uniqueness of numbers does not: it is the only lock there is."""
    lagging.put(invoice(contact, "TBR-1"))
    assert listed(lagging) == []
    assert lagging.put(invoice(contact, "TBR-1")).said == ["Invoice # must be unique."]


def test_old_versions_are_not_kept_for_ever(desk: Desk, contact: str) -> None:
    made = desk.put(invoice(contact)).one
    for n in range(20):
        desk.clock.move(40)
        desk.change(made, Reference=str(n))
    with desk.store.transaction() as connection:
        (kept,) = connection.execute("SELECT count(*) FROM invoice_before").fetchone()
    assert kept <= 3
