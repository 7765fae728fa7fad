"""Files and notes of a document: kept to the byte, replaced by name, refused with a sentence."""

from __future__ import annotations

import json

import pytest
from desk import Desk
from rooms import NO_ID, attach, documents, raw
from specification import Specification

from truebooks_xl.sandbox.xero.attachments import LARGEST_BYTES, MOST_FILES
from truebooks_xl.sandbox.xero.organisation import tenant_of

pytest_plugins = ["desk_fixtures"]

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTES = bytes(range(256)) * 40
KINDS = pytest.mark.parametrize("of", [0, 1], ids=["invoice", "journal"])


@KINDS
def test_the_bytes_come_back_as_they_went_in_by_name_and_by_id(
    desk: Desk, contact: str, of: int
) -> None:
    path = documents(desk, contact)[of]
    (told,) = attach(desk, f"{path}/preview_1a2b.xlsx", BYTES).body["Attachments"]
    assert told["FileName"] == "preview_1a2b.xlsx"
    assert (told["MimeType"], told["ContentLength"]) == (WORKBOOK, len(BYTES))
    assert told["Url"] == f"https://api.xero.com/api.xro/2.0{path}/Attachments/preview_1a2b.xlsx"
    for name in ("preview_1a2b.xlsx", told["AttachmentID"], told["AttachmentID"].upper()):
        reply = desk.get(f"{path}/Attachments/{name}").reply
        assert (reply.status, reply.body, reply.content_type) == (200, BYTES, WORKBOOK)


@pytest.mark.parametrize(
    ("name", "mime_type"),
    [
        ("snapshot.csv", "text/csv"),
        ("SNAPSHOT.CSV", "text/csv"),
        ("a.b.pdf", "application/pdf"),
        ("unheard.of", "application/octet-stream"),
        ("nothing", "application/octet-stream"),
    ],
)
def test_the_type_is_guessed_from_the_name(
    desk: Desk, contact: str, name: str, mime_type: str
) -> None:
    path, _ = documents(desk, contact)
    (told,) = attach(desk, f"{path}/{name}", b"1").body["Attachments"]
    assert told["MimeType"] == mime_type


@KINDS
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_the_same_name_replaces_the_file_and_keeps_its_place(
    desk: Desk, contact: str, of: int, method: str
) -> None:
    path = documents(desk, contact)[of]
    (first,) = attach(desk, f"{path}/a.csv", b"old").body["Attachments"]
    attach(desk, f"{path}/b.csv", b"other")
    (again,) = attach(desk, f"{path}/a.csv", b"newer", method).body["Attachments"]
    assert again["AttachmentID"] == first["AttachmentID"]
    listed = desk.get(f"{path}/Attachments").body["Attachments"]
    told = [(each["FileName"], each["ContentLength"]) for each in listed]
    assert told == [("a.csv", 5), ("b.csv", 5)]
    assert desk.get(f"{path}/Attachments/a.csv").reply.body == b"newer"


def test_files_of_one_document_are_not_those_of_another(desk: Desk, contact: str) -> None:
    path, other = documents(desk, contact)
    (told,) = attach(desk, f"{path}/a.csv", b"1").body["Attachments"]
    assert desk.get(f"{other}/Attachments").body["Attachments"] == []
    for name in ("a.csv", told["AttachmentID"]):
        assert desk.get(f"{other}/Attachments/{name}").status == 404


@KINDS
def test_a_document_that_has_a_file_says_so(desk: Desk, contact: str, of: int) -> None:
    path, name = documents(desk, contact)[of], ("Invoices", "ManualJournals")[of]
    assert [each["HasAttachments"] for each in desk.get(path).body[name]] == [False]
    attach(desk, f"{path}/a.csv", b"1")
    assert [each["HasAttachments"] for each in desk.get(path).body[name]] == [True]
    paged = desk.get(f"/{name}", page="1").body[name]
    assert [each["HasAttachments"] for each in paged] == [True]


def test_eleven_files_are_one_too_many_and_a_replacement_is_not(desk: Desk, contact: str) -> None:
    path, _ = documents(desk, contact)
    for n in range(MOST_FILES):
        assert attach(desk, f"{path}/{n}.csv", b"1").status == 200
    answer = attach(desk, f"{path}/one_more.csv", b"1")
    assert (answer.status, answer.said) == (
        400,
        ["The document has 10 attachments, which is the most."],
    )
    assert attach(desk, f"{path}/3.csv", b"22").status == 200
    assert len(desk.get(f"{path}/Attachments").body["Attachments"]) == MOST_FILES


def test_a_file_of_more_than_three_megabytes_is_refused(desk: Desk, contact: str) -> None:
    path, _ = documents(desk, contact)
    assert attach(desk, f"{path}/just.csv", bytes(LARGEST_BYTES)).status == 200
    answer = attach(desk, f"{path}/over.csv", bytes(LARGEST_BYTES + 1))
    said = "The file over.csv has 3,000,001 bytes; 3,000,000 is the most."
    assert (answer.status, answer.said) == (400, [said])
    assert desk.get(f"{path}/Attachments/over.csv").status == 404


@pytest.mark.parametrize("mark", [*'<>:"/\\|?*+', "\0"])
def test_a_name_with_a_mark_xero_forbids_is_refused(desk: Desk, contact: str, mark: str) -> None:
    path, _ = documents(desk, contact)
    answer = raw(desk, "PUT", f"{path}/Attachments/a{mark}b.csv", b"1")
    assert answer.status == 400
    assert f"holds {mark!r}, which it may not" in answer.said[0]
    assert desk.get(f"{path}/Attachments").body["Attachments"] == []


def test_only_an_invoice_is_shown_online(desk: Desk, contact: str) -> None:
    path, other = documents(desk, contact)
    (told,) = attach(desk, f"{path}/a.pdf", b"1", query={"IncludeOnline": "true"}).body[
        "Attachments"
    ]
    assert told["IncludeOnline"] is True
    (told,) = attach(desk, f"{path}/a.pdf", b"1", query={"IncludeOnline": "false"}).body[
        "Attachments"
    ]
    assert "IncludeOnline" not in told
    answer = attach(desk, f"{other}/a.pdf", b"1", query={"IncludeOnline": "false"})
    assert "IncludeOnline" in answer.said[0]


def test_an_empty_file_is_a_mistake_of_ours(desk: Desk, contact: str) -> None:
    path, _ = documents(desk, contact)
    answer = attach(desk, f"{path}/a.csv", b"")
    assert answer.said == ["The sandbox does not know an attachment without content."]


@pytest.mark.parametrize("kind", ["Invoices", "ManualJournals"])
def test_a_document_that_is_not_there_has_neither_files_nor_notes(desk: Desk, kind: str) -> None:
    path = f"/{kind}/{NO_ID}"
    answers = [
        attach(desk, f"{path}/a.csv", b"1"),
        desk.get(f"{path}/Attachments"),
        desk.get(f"{path}/Attachments/a.csv"),
        desk.get(f"{path}/History"),
        desk.ask("PUT", f"{path}/History", {"HistoryRecords": [{"Details": "no"}]}),
    ]
    assert [each.status for each in answers] == [404] * 5


@KINDS
def test_a_note_sent_twice_under_one_key_is_kept_once(desk: Desk, contact: str, of: int) -> None:
    path = f"{documents(desk, contact)[of]}/History"
    note = {"HistoryRecords": [{"Details": "TB-FP 1a2b"}]}
    first = desk.ask("PUT", path, note, idempotency_key="tb1-note")
    assert desk.ask("PUT", path, note, idempotency_key="tb1-note").body == first.body
    assert len(desk.get(path).body["HistoryRecords"]) == 1


@KINDS
def test_notes_are_read_newest_first_among_what_xero_wrote_itself(
    desk: Desk, contact: str, of: int
) -> None:
    path = documents(desk, contact)[of]
    two = [{"Details": "first"}, {"Details": "second"}]
    (told, _) = desk.ask("PUT", f"{path}/History", {"HistoryRecords": two}).body["HistoryRecords"]
    assert told == {
        "DateUTCString": "2026-05-20 12:00:00",
        "DateUTC": "/Date(1779278400000+0000)/",
        "Details": "first",
        "ValidationErrors": [],
    }
    desk.clock.move(60)
    attach(desk, f"{path}/a.csv", b"1")
    records = desk.get(f"{path}/History").body["HistoryRecords"]
    assert [(each["Changes"], each["Details"], each["User"]) for each in records] == [
        ("Attached a file", "Attached the file a.csv through the Xero API", "System Generated"),
        ("Note", "second", "System Generated"),
        ("Note", "first", "System Generated"),
    ]
    assert records[0]["DateUTCString"] == "2026-05-20 12:01:00"


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ("x" * 2501, "The details must not be longer than 2500 characters."),
        ("", "A history record must have details."),
        ("  ", "A history record must have details."),
    ],
)
def test_a_note_is_refused_too_long_or_empty(
    desk: Desk, contact: str, details: str, said: str
) -> None:
    path, _ = documents(desk, contact)
    answer = desk.ask("PUT", f"{path}/History", {"HistoryRecords": [{"Details": details}]})
    assert (answer.status, answer.said) == (400, [said])
    longest = {"HistoryRecords": [{"Details": "x" * 2500}]}
    assert desk.ask("PUT", f"{path}/History", longest).status == 200


def test_files_and_notes_speak_as_the_official_description_does(desk: Desk, contact: str) -> None:
    specification = Specification.official()
    for path in documents(desk, contact):
        attach(desk, f"{path}/TBUK-26881161592_preview_1a2b.xlsx", BYTES)
        attach(desk, f"{path}/snapshot.csv", BYTES, "POST")
        for name in ("", "/snapshot.csv", "/not_there.csv"):
            desk.get(f"{path}/Attachments{name}")
        note = {"HistoryRecords": [{"Details": "TB-FP 1a2b"}]}
        desk.ask("PUT", f"{path}/History", note)
        desk.get(f"{path}/History")
    kinds = {each["path"].split("/")[3] for each in desk.control.requests()[3:]}
    assert kinds == {"Attachments", "History"}
    specification.check_all(desk.control.requests())
    attach(desk, f"{path}/snapshot.csv", bytes(LARGEST_BYTES + 1))
    desk.ask("PUT", f"{path}/History", {"HistoryRecords": [{"Details": ""}]})
    for refused in desk.control.requests()[-2:]:
        assert refused["status"] == 400
        specification.check_reply(refused)


def notes(details: object) -> str:
    return json.dumps({"HistoryRecords": [{"Details": details}]})


@pytest.mark.parametrize(
    "broken",
    [
        {"path": "/Invoices/1/Attachments/a b.csv"},
        {"path": "/Invoices/1/Attachments/a.csv", "body": ""},
        {"path": "/Invoices/1/Attachments/a.csv", "query": {"includeOnlin": "true"}},
        {"path": "/Invoices/1/History", "body": '{"HistoryRecords": [{"Detail": "x"}]}'},
        {"path": "/Invoices/1/History", "body": notes(7)},
        {"path": "/Invoices/1/History", "body": notes("x" * 2501)},
    ],
)
def test_the_judge_is_not_blind(broken: dict[str, object]) -> None:
    request = {"method": "PUT", "query": {}, "key": "", "body": "1"} | broken
    with pytest.raises(AssertionError):
        Specification.official().check_request(request)


def test_another_organisation_sees_none_of_it(desk: Desk, contact: str) -> None:
    path, _ = documents(desk, contact)
    attach(desk, f"{path}/a.csv", b"1")
    german = Desk(desk.store, desk.clock, tenant_of("DE"))
    assert german.get(f"{path}/Attachments/a.csv").status == 404
    assert german.get(f"{path}/Attachments").status == 404
