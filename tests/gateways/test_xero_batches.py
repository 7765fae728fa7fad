"""Fifty documents in a call: how many calls are made, and what becomes of each document.

Protects: one PUT per batch whatever happens; a POST never without an id; an answer that cannot be
told apart is no answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from contract import Line, alter, authorise, bill, create, draft, drafts, line
from contract_beside import journal
from practice import Practice, gateway
from xero_python.exceptions import HTTPStatusException

from truebooks_xl.core.ledger import Change, Document, Draft
from truebooks_xl.errors import Refused
from truebooks_xl.xero.batches import LARGEST_BODY_BYTES, Element
from truebooks_xl.xero.errors import (
    ConnectionRemoved,
    NotInXero,
    NumberTaken,
    RefusedByXero,
    SignInExpired,
    TooManyCalls,
    UnknownOutcome,
)
from truebooks_xl.xero.sdk import XeroSdk

pytest_plugins = ["practice_fixtures"]


@pytest.fixture
def contact(xero: XeroSdk) -> str:
    return xero.contact("Amazon.co.uk", network_key="contact")


def made(xero: XeroSdk, contact: str, count: int) -> list[Document]:
    told = xero.create(drafts(contact, count), network_key=f"{count} drafts")
    return [each for each in told if isinstance(each, Document)]


def renamed(documents: Sequence[Document]) -> list[Change]:
    return [Change(each, number=f"AMZ-{each.number}") for each in documents]


# How many calls ----------------------------------------------------------------------------------


def test_fifty_drafts_are_one_call(practice: Practice, xero: XeroSdk, contact: str) -> None:
    assert len(made(xero, contact, 50)) == 50
    (asked,) = practice.asked("PUT", "/Invoices")
    assert asked["query"] == {"summarizeErrors": "false"}
    assert asked["key"] == "50 drafts"


def test_fifty_changes_are_one_call_with_every_id_and_no_line(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    documents = made(xero, contact, 50)
    told = xero.change(renamed(documents), network_key="fifty")
    assert [each.number for each in told if isinstance(each, Document)] == [
        f"AMZ-TBR-{n}" for n in range(1, 51)
    ]
    (asked,) = practice.asked("POST")
    assert (asked["path"], asked["key"]) == ("/Invoices", "fifty")
    sent = json.loads(asked["body"])["Invoices"]
    assert [set(each) for each in sent] == [{"InvoiceID", "InvoiceNumber"}] * 50
    assert [each["InvoiceID"] for each in sent] == [each.id for each in documents]


def test_fifty_are_read_in_one_call_and_one_more_in_another(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    ids = [each.id for each in made(xero, contact, 50)]
    ids.append(create(xero, draft(contact)).id)
    assert list(xero.documents(ids)) == ids
    asked = practice.asked("GET", "/Invoices")
    assert [len(each["query"]["IDs"].split(",")) for each in asked] == [50, 1]
    assert {each["query"]["page"] for each in asked} == {"1"}, "else there are no lines"


LOOKS: list[Callable[[XeroSdk], object]] = [
    lambda xero: xero.by_reference("(£1.00) TBUK-1"),
    lambda xero: xero.search("TBUK-"),
    lambda xero: xero.dated(draft("").dated_on, draft("").dated_on),
    lambda xero: xero.highest_number("AMZ-TB-"),
]


@pytest.mark.parametrize("look", LOOKS, ids=["reference", "search", "days", "highest number"])
def test_a_look_is_one_call(
    look: Callable[[XeroSdk], object], practice: Practice, xero: XeroSdk, contact: str
) -> None:
    made(xero, contact, 50)
    look(xero)
    (asked,) = practice.asked("GET", "/Invoices")
    assert asked["query"]["pageSize"] == "1000"


def test_a_batch_too_large_for_one_call_takes_two_each_with_its_own_key(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    long: Line = ("£" * 3990, "200", "OUTPUT2", "1.00")  # six bytes each on the way
    lines = tuple(line(*long) for _ in range(50))
    wanted = [replace(each, lines=lines) for each in drafts(contact, 4)]
    told = xero.create(wanted, network_key="large")
    assert [each.reference for each in told if isinstance(each, Document)] == [
        each.reference for each in wanted
    ]
    asked = practice.asked("PUT", "/Invoices")
    assert [each["key"] for each in asked] == ["large", "large.1"]
    assert [len(json.loads(each["body"])["Invoices"]) for each in asked] == [2, 2]
    assert all(len(each["body"].encode()) <= LARGEST_BODY_BYTES for each in asked)


def test_more_than_fifty_are_our_own_mistake(xero: XeroSdk) -> None:
    with pytest.raises(AssertionError):
        xero.create(drafts("a contact", 51), network_key="too many")


def test_journals_and_invoices_in_one_call_are_our_own_mistake(xero: XeroSdk) -> None:
    with pytest.raises(AssertionError, match="one call"):
        xero.create([draft("a contact"), journal()], network_key="mixed")


# A POST names what it changes --------------------------------------------------------------------


def test_a_change_without_an_id_is_never_sent(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    """It would overwrite whoever holds the number."""
    one, other = made(xero, contact, 2)
    nobody = replace(other, id="")
    for changes in ([Change(nobody, number="TBR-1")], [*renamed([one]), Change(nobody, "TBR-1")]):
        with pytest.raises(AssertionError, match="overwrites"):
            xero.change(changes, network_key="never")
    with pytest.raises(AssertionError, match="overwrites"):
        xero._invoices.post([Element("x", {"InvoiceNumber": "TBR-1"})], "never")
    with pytest.raises(AssertionError, match="another journal"):
        xero.change(
            [Change(replace(nobody, kind="MANUALJOURNAL"), status="POSTED")], network_key=""
        )
    assert practice.asked("POST") == []


# Where Xero takes no batch -----------------------------------------------------------------------


def test_a_refused_batch_goes_one_by_one_and_is_not_tried_again(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.set_policy("batch_post_by_id", "refused")
    documents = made(xero, contact, 3)
    taken = [*renamed(documents[:2]), Change(documents[2], number="AMZ-TBR-1")]
    told = xero.change(taken, network_key="three")
    kinds = [type(each).__name__ for each in told]
    assert kinds == ["Document", "Document", "NumberTaken"]
    asked = practice.asked("POST")
    assert [each["path"] for each in asked] == [
        "/Invoices",
        *(f"/Invoices/{each.id}" for each in documents),
    ]
    keys = [each["key"] for each in asked]
    assert keys == ["three", "three.each", "three.each.1", "three.each.2"]
    xero.change(renamed(documents[1:]), network_key="two")
    assert [each["path"] for each in practice.asked("POST")[4:]] == [
        f"/Invoices/{each.id}" for each in documents[1:]
    ]


def test_a_missing_document_sends_the_rest_one_by_one_this_time_only(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    documents = made(xero, contact, 2)
    ghost = replace(documents[0], id="0a8a1d48-9d2e-4a52-9e8b-3f1c5f7f3c11")
    told = xero.change(renamed([ghost, documents[1]]), network_key="a ghost")
    assert [type(each).__name__ for each in told] == ["NotInXero", "Document"]
    before = len(practice.asked("POST"))
    xero.change([Change(each, number=f"B-{each.id}") for each in documents], network_key="both")
    assert len(practice.asked("POST")) == before + 1


def test_one_alone_is_asked_by_its_address(practice: Practice, xero: XeroSdk, contact: str) -> None:
    (document,) = made(xero, contact, 1)
    alter(xero, document, number="AMZ-TB-1")
    (asked,) = practice.asked("POST")
    assert asked["path"] == f"/Invoices/{document.id}"


# Voiding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", ["allowed", "refused"])
@pytest.mark.parametrize("short", ["accepted", "refused"])
def test_a_void_is_short_and_once_more_at_length_where_that_is_refused(
    short: str, batch: str, practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.set_policy("short_void_body", short)
    practice.control.set_policy("batch_post_by_id", batch)
    documents = [
        authorise(xero, each, f"AMZ-TB-{n}") for n, each in enumerate(made(xero, contact, 3))
    ]
    practice.pay(documents[1].id, "1.00")
    before = len(practice.asked("POST"))
    told = xero.change([Change(each, status="VOIDED") for each in documents], network_key="void")
    refused = told[1]
    assert isinstance(refused, RefusedByXero)
    assert "Remove & Redo" in refused.remedy
    now = xero.documents([each.id for each in documents])
    assert [each.status for each in now.values()] == ["VOIDED", "AUTHORISED", "VOIDED"]
    asked = practice.asked("POST")[before:]
    bodies = [json.loads(each["body"])["Invoices"] for each in asked]
    long = [one for each in bodies for one in each if "Contact" in one]
    wanted = [documents[0].id, documents[2].id] if short == "refused" else []
    assert [each["InvoiceID"] for each in long] == wanted, "never for one that is paid"
    assert all(each["Contact"] == {"ContactID": contact} for each in long)
    assert all(each["Date"] == "2026-05-20" for each in long)
    assert (
        len(asked)
        == {
            ("accepted", "allowed"): 1,
            ("accepted", "refused"): 1 + 3,
            ("refused", "allowed"): 2,
            ("refused", "refused"): 1 + 3 + 2,
        }[short, batch]
    )


@pytest.mark.parametrize("kind", ["locked", "ended", "no contact known"])
def test_no_second_void_where_it_could_not_help(
    kind: str, practice: Practice, xero: XeroSdk, contact: str
) -> None:
    document = authorise(xero, create(xero, draft(contact)))
    if kind == "locked":
        practice.lock("2026-05-31", None)
    if kind == "ended":
        alter(xero, document, status="VOIDED")
    if kind == "no contact known":
        practice.control.set_policy("short_void_body", "refused")
        document = replace(document, contact_id="")
    before = len(practice.asked("POST"))
    with pytest.raises(RefusedByXero):
        alter(xero, document, status="VOIDED")
    assert len(practice.asked("POST")) == before + 1


# Lost and garbled answers ------------------------------------------------------------------------

LOST = [
    # what happens           is the batch written?
    ("drop before commit", False),
    ("drop after commit", True),
    ("cut off in the body", True),
    ("error before commit", False),
    ("error after commit", True),
    ("unavailable", False),
    ("truncated", True),
    ("html instead", True),
]


@pytest.mark.parametrize(("fault", "kept"), LOST, ids=[each[0] for each in LOST])
def test_a_batch_whose_answer_is_lost_is_sent_once_and_looked_for(
    fault: str, *, kept: bool, practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.fault("PUT", "/Invoices", fault)
    with pytest.raises(UnknownOutcome):
        xero.create(drafts(contact, 20), network_key="twenty")
    assert len(practice.asked("PUT", "/Invoices")) == 1
    found = xero.search("TBUK-")
    assert len(found) == (20 if kept else 0)
    if not kept:
        return
    practice.control.fault("POST", "/Invoices", fault)
    with pytest.raises(UnknownOutcome):
        xero.change(renamed(found), network_key="rename twenty")
    assert len(practice.asked("POST")) == 1
    now = xero.documents([each.id for each in found])
    assert all(each.number.startswith("AMZ-TBR-") for each in now.values())


def test_a_batch_of_which_only_a_part_was_kept_is_looked_for_one_by_one(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.fault("PUT", "/Invoices", "save first k", k=7)
    with pytest.raises(UnknownOutcome):
        xero.create(drafts(contact, 20), network_key="twenty")
    assert len(practice.asked("PUT", "/Invoices")) == 1
    assert sorted(each.number for each in xero.search("TBUK-")) == [f"TBR-{n}" for n in range(1, 8)]


def test_a_batch_refused_to_the_last_is_told_row_by_row(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.fault("PUT", "/Invoices", "all refused", messages=["No."])
    told = xero.create(drafts(contact, 3), network_key="three")
    assert [each.messages for each in told if isinstance(each, RefusedByXero)] == [("No.",)] * 3


@pytest.mark.parametrize(
    ("fault", "told"), [("expired token", SignInExpired), ("connection removed", ConnectionRemoved)]
)
def test_a_batch_that_is_not_let_in_is_refused_as_a_whole(
    fault: str, told: type[Refused], practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.fault("PUT", "/Invoices", fault)
    with pytest.raises(told):
        xero.create(drafts(contact, 3), network_key="three")
    documents = made(xero, contact, 3)
    practice.control.fault("POST", "/Invoices", fault)
    with pytest.raises(told):
        xero.change(renamed(documents), network_key="rename")
    assert len(practice.asked("POST")) == 1


def test_what_was_done_before_the_door_closed_stays_told(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.set_policy("batch_post_by_id", "refused")
    documents = made(xero, contact, 4)
    practice.control.fault("POST", f"/Invoices/{documents[1].id}", "expired token")
    told = xero.change(renamed(documents), network_key="four")
    kinds = [type(each).__name__ for each in told]
    assert kinds == ["Document", "SignInExpired", "SignInExpired", "SignInExpired"]
    assert len(practice.asked("POST")) == 1 + 2, "who is not let in does not knock again"


def test_the_day_limit_stops_a_batch_at_once(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.fault("PUT", "/Invoices", "day limit")
    with pytest.raises(TooManyCalls, match="18 h 37 min"):
        xero.create(drafts(contact, 3), network_key="three")
    assert len(practice.asked("PUT", "/Invoices")) == 1
    assert xero.calls_left() == 344


def test_a_call_refused_as_a_whole_refuses_each_by_its_own_name(
    practice: Practice, xero: XeroSdk, contact: str
) -> None:
    practice.control.fault("PUT", "/Invoices", "bad request", message="Tuesdays are off")
    told = xero.create(drafts(contact, 2), network_key="two")
    assert [each.where for each in told if isinstance(each, RefusedByXero)] == [
        "Xero, (£1.00) TBUK-1",
        "Xero, (£2.00) TBUK-2",
    ]


# Answers made up ---------------------------------------------------------------------------------


class Told:
    """An API that answers every call with one body."""

    status = 200
    headers: dict[str, str] = {}  # noqa: RUF012 nobody writes it

    def __init__(self, *elements: Any) -> None:  # noqa: ANN401
        names = ("Invoices", "Attachments", "HistoryRecords")
        self.data = json.dumps(dict.fromkeys(names, elements)).encode()

    def __getattr__(self, _name: str) -> Callable[..., Told]:
        return lambda **_arguments: self


def shown(number: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "InvoiceID": f"id of {number}",
        "InvoiceNumber": number,
        "Type": "ACCREC",
        "Status": "DRAFT",
        "Date": "/Date(1789344000000+0000)/",
        "UpdatedDateUTC": "/Date(1789344000000+0000)/",
        "CurrencyCode": "GBP",
        "Total": 1.5,
        "TotalTax": 0.25,
    } | more


ZERO = "00000000-0000-0000-0000-000000000000"
SAYS = [{"Message": "No."}]
GARBLED = {
    "one too few": [shown("TBR-1")],
    "one too many": [shown("TBR-1"), shown("TBR-2"), shown("TBR-3")],
    "in another order": [shown("TBR-2"), shown("TBR-1")],
    "of somebody else": [shown("TBR-1"), shown("TBR-9")],
    "without an id": [shown("TBR-1"), shown("TBR-2", InvoiceID=None)],
    "without a total": [shown("TBR-1"), shown("TBR-2", Total=None)],
    "with a third of a penny": [shown("TBR-1"), shown("TBR-2", Total=1.333)],
    "no object": [shown("TBR-1"), "TBR-2"],
    "written and wrong at once": [shown("TBR-1"), shown("TBR-2", ValidationErrors=SAYS)],
}


@pytest.mark.parametrize("elements", GARBLED.values(), ids=GARBLED)
def test_an_answer_that_cannot_be_told_apart_is_no_answer(elements: list[Any]) -> None:
    with XeroSdk("http://127.0.0.1:9", "a tenant", lambda: "") as xero:
        xero._client._api = Told(*elements)
        with pytest.raises(UnknownOutcome):
            xero.create(drafts("a contact", 2), network_key="two")


NO = {
    "has errors": {"HasErrors": True, "ValidationErrors": SAYS},
    "is marked": {"StatusAttributeString": "ERROR", "ValidationErrors": SAYS},
    "has no id yet": {"InvoiceID": ZERO},
    "says why on a line": {"HasErrors": True, "LineItems": [{"ValidationErrors": SAYS}]},
}


@pytest.mark.parametrize("marks", NO.values(), ids=NO)
def test_a_200_that_says_no_is_a_no(marks: dict[str, Any]) -> None:
    with XeroSdk("http://127.0.0.1:9", "a tenant", lambda: "") as xero:
        # An element that failed echoes the status that was asked for.
        xero._client._api = Told(shown("TBR-1"), shown("TBR-2", Status="AUTHORISED", **marks))
        done, no = xero.create(drafts("a contact", 2), network_key="two")
    assert isinstance(done, Document)
    assert isinstance(no, RefusedByXero)
    assert no.messages == (("It gave no reason",) if "InvoiceID" in marks else ("No.",))


def test_a_number_taken_is_told_from_other_refusals() -> None:
    taken = [{"Message": "Invoice # must be unique."}]
    with XeroSdk("http://127.0.0.1:9", "a tenant", lambda: "") as xero:
        xero._client._api = Told(shown("TBR-1", HasErrors=True, ValidationErrors=taken))
        (told,) = xero.create(drafts("a contact", 1), network_key="one")
    assert isinstance(told, NumberTaken)


@pytest.mark.parametrize("marks", list(NO.values())[:2], ids=list(NO)[:2])
def test_a_file_or_a_note_that_was_refused_in_a_200_is_refused(marks: dict[str, Any]) -> None:
    with XeroSdk("http://127.0.0.1:9", "a tenant", lambda: "") as xero:
        xero._client._api = Told({"FileName": "a.csv", "Details": "Posted."} | marks)
        with pytest.raises(RefusedByXero, match="No"):
            xero.attach("an id", "ACCREC", "a.csv", b"x", network_key="file")
        with pytest.raises(RefusedByXero, match="No"):
            xero.note("an id", "ACCREC", "Posted.", network_key="note")


class Paged:
    """An API that shows five documents, two on a page."""

    status = 200
    headers: dict[str, str] = {}  # noqa: RUF012 nobody writes it

    def __init__(self, *, says_how_many: bool) -> None:
        self.says_how_many = says_how_many
        self.asked: list[int] = []
        self.data = b""

    def get_invoices(self, page: int, **_arguments: object) -> Paged:
        self.asked.append(page)
        answer: dict[str, Any] = {"Invoices": [shown(f"{n}") for n in range(5)][2 * page - 2 :][:2]}
        if self.says_how_many:
            answer["pagination"] = {"page": page, "pageSize": 2, "pageCount": 3, "itemCount": 5}
        self.data = json.dumps(answer).encode()
        return self


@pytest.mark.parametrize(("says_how_many", "asked"), [(True, [1, 2, 3]), (False, [1, 2, 3, 4])])
def test_a_list_is_read_to_its_end(*, says_how_many: bool, asked: list[int]) -> None:
    api = Paged(says_how_many=says_how_many)
    with XeroSdk("http://127.0.0.1:9", "a tenant", lambda: "") as xero:
        xero._client._api = api
        assert [each.number for each in xero.search("x")] == ["0", "1", "2", "3", "4"]
    assert api.asked == asked


class Refusing:
    """An API that answers every call with one status."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status, self.data = status, body

    def getheaders(self) -> dict[str, str]:
        return {}

    def __getattr__(self, _name: str) -> Callable[..., None]:
        def method(**_arguments: object) -> None:
            error = HTTPStatusException.__new__(HTTPStatusException)
            error.http_resp = self
            raise error

        return method


STATUSES = [
    # An answer outside 200-299, and what becomes of two drafts.
    (400, b"<html>", RefusedByXero),
    (404, b"", NotInXero),
    (412, b"", RefusedByXero),
    (401, b"", SignInExpired),
    (403, b"", ConnectionRemoved),
    (429, b"", TooManyCalls),
    *((status, b"", UnknownOutcome) for status in (301, 302, 405, 409, 413, 500, 502, 503, 504)),
]


@pytest.mark.parametrize(("status", "body", "told"), STATUSES, ids=lambda each: f"{each}")
def test_every_status_is_one_of_four(status: int, body: bytes, told: type[Exception]) -> None:
    wanted: list[Draft] = drafts("a contact", 2)
    with gateway_to_nowhere() as xero:
        xero._client._api = Refusing(status, body)
        if told in {RefusedByXero, NotInXero}:
            outcomes = xero.create(wanted, network_key="two")
            assert [type(each) for each in outcomes] == [told, told]
        else:
            with pytest.raises(told):
                xero.create(wanted, network_key="two")


def gateway_to_nowhere() -> XeroSdk:
    from truebooks_xl.sandbox.xero.store import Store  # noqa: PLC0415

    return gateway(Practice(Store.__new__(Store), "http://127.0.0.1:9"))


def test_bills_are_told_apart_by_their_reference(xero: XeroSdk, contact: str) -> None:
    wanted = [bill(contact, f"(-£{n}.00) TBUK-{n}") for n in range(1, 4)]
    told = xero.create(wanted, network_key="three bills")
    assert [each.number for each in told if isinstance(each, Document)] == [
        each.reference for each in wanted
    ]
