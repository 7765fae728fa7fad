"""The journal lost, an older copy of the workbook opened: Xero restores what was posted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Run
from ledger import ledger

from truebooks_xl import environment
from truebooks_xl.actions.gather import open_book
from truebooks_xl.core.ledger import Change, Document, Draft
from truebooks_xl.core.posting.task import Task
from truebooks_xl.core.reference import Key
from truebooks_xl.journal.store import Entry, Journal
from truebooks_xl.sandbox.xero.connect import sandbox_xero
from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.workbook.fields import plain, text
from truebooks_xl.workbook.schema import SETTLEMENTS
from truebooks_xl.xero.gateway import Xero

pytest_plugins = ["command_fixtures"]

FORTNIGHT = "99000000001"
TOKEN = f"TBUK-{FORTNIGHT}"
UK = tenant_of("GB")
DEBT = Path(__file__).parents[1] / "golden" / "g17_a_debt_is_a_bill.report.txt"


@pytest.fixture
def posted(run: Run, book: Path) -> Path:
    """A workbook whose settlement is posted; the copy beside it was taken before."""
    run("settlements", "preview", book, FORTNIGHT)
    shutil.copy(book, book.with_name("Older.xlsx"))
    done = run("settlements", "post", book, FORTNIGHT, "--json")
    assert done.status == 0, done.document
    return book


@pytest.fixture
def xero(home: Path) -> Iterator[Xero]:
    assert home
    with sandbox_xero(environment.sandbox_folder(), "GB") as xero:
        yield xero


@pytest.fixture
def world(home: Path) -> Control:
    assert home
    return Control(Store(environment.sandbox_folder()))


def row(book: Path) -> dict[str, str]:
    (found,) = open_book(book).rows(SETTLEMENTS)
    names = ("status", "number", "document_id", "document", "reference", "problem")
    return {each: text(found, each) for each in names} | {
        "link": str(found.cells.get("link") or ""),
        "posted_at": str(found.cells.get("posted_at") or ""),
    }


def remembered() -> dict[str, Any]:
    """What the journal holds of the fortnight, but for its place in the journal."""
    journal = Journal(environment.journal_url(), environment.place())
    kept = journal.posting(UK, TOKEN)
    journal.close()
    assert kept is not None
    return {name: each for name, each in kept.items() if name != "id"}


def journal_of(document: Document) -> dict[str, Any]:
    """What the journal holds as posted for a document."""
    token = document.number.partition(") ")[2]
    journal = Journal(environment.journal_url(), environment.place())
    kept = journal.posting(UK, token)
    journal.close()
    assert kept is not None, token
    assert kept["document_id"] == document.id
    snapshot: dict[str, Any] = kept["snapshot"]
    return snapshot


def lose_the_journal(home: Path) -> None:
    for each in home.glob("journal.sqlite*"):
        each.unlink()


def standing(xero: Xero) -> Document:
    (found,) = [each for each in xero.search(TOKEN) if each.status == "AUTHORISED"]
    return found


def copy_by_hand(xero: Xero, document: Document) -> None:
    """Copy an invoice as Xero's Copy button does, and approve it."""
    draft = Draft(
        *("ACCREC", "INV-0077", document.reference, document.contact_id),
        *(document.dated_on, document.dated_on, document.currency, document.lines),
    )
    (made,) = xero.create([draft], network_key="copy")
    assert isinstance(made, Document)
    xero.change([Change(made, status="AUTHORISED")], network_key="approve")


def test_a_lost_journal_is_restored_from_the_evidence(run: Run, posted: Path, home: Path) -> None:
    before, shown = remembered(), row(posted)
    lose_the_journal(home)
    done = run("journal", "rebuild", posted, "--json")
    assert done.status == 0, done.err
    assert done.document["notices"] == []
    assert done.document["rows"] == [
        {
            "settlement_id": FORTNIGHT,
            "token": TOKEN,
            "number": "AMZ-TB-10001",
            "status": "Posted",
            "restored": "evidence",
            "error": "",
        }
    ]
    after = remembered()
    assert after["snapshot"]["lines"] == before["snapshot"]["lines"]
    assert after["snapshot"] == before["snapshot"], "mapping rows, inputs and hashes as well"
    for name in ("document_id", "number", "fingerprint", "token"):
        assert after[name] == before[name]
    assert row(posted) == shown, "a row that lacks nothing is left as it is"


def test_the_restored_journal_knows_what_stands_for_the_workbook(
    run: Run, posted: Path, home: Path
) -> None:
    lose_the_journal(home)
    run("journal", "rebuild", posted)
    journal = Journal(environment.journal_url(), environment.place())
    book_id = plain(open_book(posted).names(("TB_BookId",))["TB_BookId"])
    recorded = journal.standing(UK, book_id)[TOKEN]
    assert (recorded.outcome, recorded.number) == ("posted", "AMZ-TB-10001")
    assert journal.highest_number(UK) == 10001
    journal.close()
    again = run("settlements", "post", posted, FORTNIGHT, "--json").document["rows"][0]
    assert again["result"] == "already posted"


def test_an_older_copy_may_not_write_until_it_is_rebuilt(run: Run, posted: Path) -> None:
    older = posted.with_name("Older.xlsx")
    refused = run("settlements", "post", older, FORTNIGHT, "--json")
    assert refused.status == 1
    assert "lacks AMZ-TB-10001" in refused.out + refused.err
    assert run("journal", "rebuild", older, "--json").status == 0
    assert row(older) | {"problem": ""} == row(posted) | {
        "problem": "",
        "posted_at": row(older)["posted_at"],
    }
    assert row(older)["problem"].startswith("Restored from Xero. Posted as AMZ-TB-10001")
    again = run("settlements", "post", older, FORTNIGHT, "--json").document["rows"][0]
    assert again["result"] == "already posted"


def test_rebuilding_twice_changes_nothing_more(run: Run, posted: Path, home: Path) -> None:
    lose_the_journal(home)
    run("journal", "rebuild", posted)
    before = remembered(), row(posted), posted.read_bytes()
    run("journal", "rebuild", posted)
    assert (remembered(), row(posted), posted.read_bytes()) == before


def test_without_readable_evidence_the_documents_own_lines_tell(
    run: Run, posted: Path, home: Path, xero: Xero
) -> None:
    before = remembered()
    document = standing(xero)
    (name,) = xero.attachments(document.id, "ACCREC")
    xero.attach(document.id, "ACCREC", name, b"not a workbook", network_key="k")
    lose_the_journal(home)
    done = run("journal", "rebuild", posted, "--json")
    assert done.document["rows"][0]["restored"] == "document"
    (notice,) = done.document["notices"]
    assert notice.startswith(f"AMZ-TB-10001 ({TOKEN}) is restored from its own lines.")
    after = remembered()
    assert after["fingerprint"] == before["fingerprint"], "its note tells it"
    lines = [
        [{key: each[key] for key in each if key != "count"} for each in kept["snapshot"]["lines"]]
        for kept in (before, after)
    ]
    assert lines[0] == lines[1]


def test_what_the_journal_still_knows_is_not_replaced_by_less(
    run: Run, posted: Path, xero: Xero
) -> None:
    document = standing(xero)
    (name,) = xero.attachments(document.id, "ACCREC")
    xero.attach(document.id, "ACCREC", name, b"not a workbook", network_key="k")
    journal = Journal(environment.journal_url(), environment.place())
    kept = remembered() | {"fingerprint": "of a note that is lost"}
    names = ("document_id", "number", "fingerprint", "snapshot")
    journal.posted(UK, TOKEN, **{each: kept[each] for each in names}, at=environment.now())
    journal.close()
    before = remembered()
    run("journal", "rebuild", posted)
    assert remembered() == before


def test_a_row_is_not_cleared_while_its_posting_is_not_over(
    run: Run, posted: Path, xero: Xero
) -> None:
    """As after a kill between the void of the old document and the commit of the new."""
    document, before = standing(xero), row(posted)
    at = environment.now()
    key = Key("UK", FORTNIGHT)
    task = Task(aim="repost", key=key, reference="", wanted=None, mark="m", at=at)
    journal = Journal(environment.journal_url(), environment.place())
    book_id = plain(open_book(posted).names(("TB_BookId",))["TB_BookId"])
    begun = journal.begin(UK, book_id, task, at=at)
    journal.intend([Entry(begun, "Void", document.id)], network_key="k", at=at)
    journal.close()
    xero.change([Change(document, status="VOIDED")], network_key="the void that was cut off")
    done = run("journal", "rebuild", posted, "--json")
    assert (done.document["rows"], row(posted)) == ([], before)


def test_a_document_voided_by_hand_is_taken_back_from_rows_and_journal(
    run: Run, posted: Path, home: Path, xero: Xero
) -> None:
    document = standing(xero)
    xero.change([Change(document, status="VOIDED")], network_key="by hand")
    older = posted.with_name("Older.xlsx")
    for book in (posted, older):
        done = run("journal", "rebuild", book, "--json")
        assert done.status == 0
        assert (done.document["rows"], row(book)["document_id"]) == ([], "")
    assert row(posted)["status"] == "Voided by hand"
    assert done.document["notices"] == []


def test_a_settlement_that_is_not_in_the_workbook_is_named(
    run: Run, posted: Path, tmp_path: Path
) -> None:
    other = tmp_path / "Empty.xlsx"
    run("new", other, "--sandbox")
    done = run("journal", "rebuild", other, "--json")
    assert done.status == 0
    (notice,) = done.document["notices"]
    assert f"stands for settlement {FORTNIGHT}, which is not in the workbook" in notice


def test_two_documents_for_one_settlement_are_told_and_restored_by_nobody(
    run: Run, posted: Path, home: Path, xero: Xero
) -> None:
    copy_by_hand(xero, standing(xero))
    lose_the_journal(home)
    done = run("journal", "rebuild", posted, "--json")
    assert any("was not posted from here" in each for each in done.document["notices"])
    assert done.document["rows"][0]["number"] == "AMZ-TB-10001", "ours is told from the copy"


def test_a_posting_that_is_not_over_is_left_to_the_next_command(
    run: Run, book: Path, home: Path, world: Control
) -> None:
    world.fault("POST", "/Invoices/.+", "drop after commit")
    world.fault("GET", "/Invoices/.+", "unavailable")
    assert run("settlements", "post", book, FORTNIGHT).status == 4
    before = row(book)
    assert before["status"] == "Unknown"
    done = run("journal", "rebuild", book, "--json")
    assert (done.status, done.document["rows"], row(book)) == (0, [], before)
    assert done.document["notices"] == [
        f"The posting of {TOKEN} is not over: press Post, it finds out."
    ]
    again = run("settlements", "post", book, FORTNIGHT, "--json").document["rows"][0]
    assert again["number"] == "AMZ-TB-10001"


@pytest.mark.parametrize("evidence", ["readable", "unreadable"])
def test_a_bill_is_restored_in_the_settlements_signs(
    run: Run, tmp_path: Path, home: Path, xero: Xero, evidence: str
) -> None:
    debt, book = tmp_path / "debt.txt", tmp_path / "Debt.xlsx"
    debt.write_bytes(ledger(DEBT.read_text()).report())
    for words in (
        ("new", book, "--sandbox"),
        ("settlements", "import", book, debt),
        ("settlements", "post", book, "--all-draft"),
    ):
        done = run(*words)
        assert done.status == 0, done.err + done.out
    (document,) = [each for each in xero.search("TBUK-") if each.kind == "ACCPAY"]
    before, shown = journal_of(document), row(book)
    if evidence == "unreadable":
        (name,) = xero.attachments(document.id, "ACCPAY")
        xero.attach(document.id, "ACCPAY", name, b"damaged", network_key="k")
    lose_the_journal(home)
    told = run("journal", "rebuild", book, "--json").document["rows"][0]
    assert told["restored"] == ("document" if evidence == "unreadable" else "evidence")
    after = journal_of(document)
    for name in ("total", "reference", "document", "date", "currency"):
        assert after[name] == before[name]
    for one, other in zip(before["lines"], after["lines"], strict=True):
        assert {**one, "count": 0} == {**other, "count": 0}
    assert row(book) == shown


def test_a_draft_left_for_approval_waits_for_it_again(run: Run, book: Path, home: Path) -> None:
    run("settings", "set", book, "Leave as draft", "yes")
    run("settlements", "preview", book, FORTNIGHT)
    shutil.copy(book, book.with_name("Older.xlsx"))
    done = run("settlements", "post", book, FORTNIGHT, "--json")
    assert done.document["rows"][0]["result"] == "awaiting approval", done.document
    lose_the_journal(home)
    older = book.with_name("Older.xlsx")
    told = run("journal", "rebuild", older, "--json").document["rows"][0]
    assert (told["status"], told["number"]) == ("Awaiting approval", "AMZ-TB-10001")
    assert row(older)["status"] == "Awaiting approval"
    journal = Journal(environment.journal_url(), environment.place())
    book_id = plain(open_book(older).names(("TB_BookId",))["TB_BookId"])
    assert journal.standing(UK, book_id)[TOKEN].outcome == "awaiting approval"
    journal.close()


def test_a_silent_xero_is_an_error_of_its_row(
    run: Run, posted: Path, home: Path, world: Control
) -> None:
    lose_the_journal(home)
    world.fault("GET", "/Invoices/.+/Attachments", "unavailable")
    done = run("journal", "rebuild", posted, "--json")
    assert done.status == 4
    (told,) = done.document["rows"]
    assert "no usable answer" in told["error"]
    assert row(posted)["status"] == "Posted", "nobody knows, so nothing is taken back"
