"""The Integrity tool on real workbooks and a practice Xero: found, asked, fixed, and left alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from judged import judge
from ledger import ledger

from truebooks_xl import environment
from truebooks_xl.actions.books import new_book
from truebooks_xl.actions.configuring import set_setting
from truebooks_xl.actions.gather import open_book, settlement_row
from truebooks_xl.actions.importing.importing import import_files
from truebooks_xl.actions.integrity.tool import integrity
from truebooks_xl.actions.posting.other_postings import posted_elsewhere
from truebooks_xl.actions.posting.post import post
from truebooks_xl.core.ledger import Change, Document, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.core.other_postings import Deposit
from truebooks_xl.journal.store import Journal
from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.connect import sandbox_xero
from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.workbook.book import UpdateRows
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import INTEGRITY, MAPPING

GB = tenant_of("GB")
MAY, LATER, LAST = "99000000101", "99000000102", "99000000103"

REPORT = """
settlement    {settlement}
period        {period}
deposit       {deposit}
currency      GBP

type       | amount type         | description            | amount  | order | sku | units | posted
Order      | ItemPrice           | Principal              |  100.00 | A     | TOY |     1 | {posted}
Order      | ItemPrice           | Tax                    |   20.00 | A     | TOY |     1 | {posted}
Order      | ItemFees            | Commission             |  -24.00 | A     | TOY |     1 | {posted}
ServiceFee | Cost of Advertising | TransactionTotalAmount |  -12.00 |       |     |       | {posted}
"""


def reports(folder: Path) -> list[Path]:
    written = []
    for settlement, period, deposit, posted in (
        (MAY, "2026-05-01 to 2026-05-11", "2026-05-13", "2026-05-06"),
        (LATER, "2026-05-11 to 2026-05-25", "2026-05-27", "2026-05-20"),
        (LAST, "2026-05-25 to 2026-05-29", "2026-05-31", "2026-05-27"),
    ):
        shown = REPORT.format(settlement=settlement, period=period, deposit=deposit, posted=posted)
        written.append(folder / f"{settlement}.txt")
        written[-1].write_bytes(ledger(shown).report())
    return written


@dataclass(frozen=True)
class World:
    """A workbook with two settlements posted and one not, and its Xero under the test's hands."""

    book: Path
    control: Control
    address: str

    def scan(self, *, differing: bool = False) -> dict[str, Any]:
        return integrity(self.book, differing=differing).document

    def documents(self, settlement_id: str = MAY) -> dict[str, Document]:
        """Read Xero itself, past everything the tool says; by number."""
        with sandbox_xero(Path(), "GB", base_url=self.address) as xero:
            return {each.number: each for each in xero.search(settlement_id)}

    def statuses(self, settlement_id: str = MAY) -> dict[str, str]:
        """Return number and status of each, but of the locks that were let go."""
        return {
            each.number: each.status
            for each in self.documents(settlement_id).values()
            if (each.number[:4], each.status) != ("TBX-", "DELETED")
        }

    def copy(self, of: Document, number: str, **changed: Any) -> Document:  # noqa: ANN401
        """Copy an invoice as somebody would in Xero: same reference, today's date, approved."""
        wanted = Draft(
            *("ACCREC", number, of.reference, of.contact_id),
            *(date(2026, 6, 10), date(2026, 6, 10), of.currency, of.lines),
        )
        with sandbox_xero(Path(), "GB", base_url=self.address) as xero:
            (made,) = xero.create([replace(wanted, **changed)], network_key=f"copy {number}")
            assert isinstance(made, Document)
            (done,) = xero.change([Change(made, status="AUTHORISED")], network_key=f"ok {number}")
            assert isinstance(done, Document), done
            return done

    def writes(self) -> list[dict[str, Any]]:
        return [each for each in self.control.requests() if each["method"] in {"PUT", "POST"}]

    def asked(self, since: int) -> list[dict[str, Any]]:
        """The list calls of invoices from the nth request on."""
        return [
            each
            for each in self.control.requests()[since:]
            if each["method"] == "GET" and each["path"].endswith("/Invoices")
        ]

    def row(self, settlement_id: str = MAY) -> dict[str, str]:
        row = settlement_row(open_book(self.book), settlement_id)
        return {name: text(row, name) for name in ("status", "number", "document_id", "problem")}

    def sheet(self) -> list[list[str]]:
        rows = open_book(self.book).rows(INTEGRITY)
        return [[text(row, name) for name in ("finding", "number", "decision")] for row in rows]

    def decide(self, number: str, decision: str) -> None:
        book = open_book(self.book)
        rows = {
            row.number: {"decision": decision}
            for row in book.rows(INTEGRITY)
            if text(row, "number") == number
        }
        assert rows, f"{number} is not in the sheet"
        book.write([UpdateRows(INTEGRITY, rows)])

    def standing(self) -> dict[str, str]:
        """The number that the journal knows to stand, by token."""
        with closing(Journal(environment.journal_url(), environment.place())) as journal:
            book_id = str(open_book(self.book).names(("TB_BookId",))["TB_BookId"])
            assert journal.unfinished(_organisation(self)) == []
            found = journal.standing(_organisation(self), book_id)
            return {token: each.number for token, each in found.items()}


def _organisation(world: World) -> str:
    with sandbox_xero(Path(), "GB", base_url=world.address) as xero:
        return xero.organisation().id


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with a workbook, two of three settlements posted; tests work on copies."""
    home = tmp_path_factory.mktemp("posted")
    with pytest.MonkeyPatch.context() as patch, serving(home / "sandbox") as address:
        patch.setenv("TRUEBOOKS_HOME", str(home))
        patch.setenv("TRUEBOOKS_SANDBOX_URL", address)
        book = home / "Books.xlsx"
        new_book(book, "UK", sandbox=True)
        set_setting(book, "People posting", "one")
        set_setting(book, "List lag guard", "off")
        import_files(book, reports(home))
        done = post(book, [MAY, LATER]).document
        assert [row["error"] for row in done["rows"]] == ["", ""]
    return home


@pytest.fixture
def world(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    home = tmp_path / "home"
    _copied(made, home)
    monkeypatch.setenv("TRUEBOOKS_HOME", str(home))
    with serving(home / "sandbox") as address, Store(home / "sandbox") as store:
        monkeypatch.setenv("TRUEBOOKS_SANDBOX_URL", address)
        yield World(home / "Books.xlsx", Control(store), address)
        judge(Control(store))


def _copied(made: Path, home: Path) -> None:
    import shutil  # noqa: PLC0415

    shutil.copytree(made, home)
    assert os.environ["TRUEBOOKS_HOME"] != str(made)


def test_what_is_as_it_should_be_costs_one_list_call_for_each_search_term(world: World) -> None:
    before = len(world.control.requests())
    found = world.scan()
    assert [each["number"] for each in found["documents"]] == ["AMZ-TB-10001", "AMZ-TB-10002"]
    assert found["findings"] == found["duplicates"] == found["drift"] == []
    asked = [each["query"]["searchTerm"] for each in world.asked(before)]
    assert asked == found["searched"] == ["TBUK-", "AMZ-TB-", "TBR-", "TBX-"]


def test_a_dry_run_tells_of_a_copy_and_touches_nothing_but_its_sheet(world: World) -> None:
    world.copy(world.documents()["AMZ-TB-10001"], "INV-7")
    row, writes = world.row(), len(world.writes())
    answer = integrity(world.book)
    assert answer.exit_status == 1
    (copies,) = answer.document["duplicates"]
    assert (copies["decision"], copies["keep"], copies["void"]) == (
        "fix",
        "AMZ-TB-10001",
        ["INV-7"],
    )
    assert world.sheet() == [
        ["several active", "AMZ-TB-10001", ""],
        ["several active", "INV-7", ""],
        ["foreign copy", "INV-7", ""],
    ]
    assert (world.row(), len(world.writes())) == (row, writes)
    assert world.statuses() == {"AMZ-TB-10001": "AUTHORISED", "INV-7": "AUTHORISED"}


def test_fix_voids_the_copy_keeps_ours_and_a_repeat_finds_nothing(world: World) -> None:
    world.copy(world.documents()["AMZ-TB-10001"], "INV-7")
    answer = integrity(world.book, fix=True)
    assert answer.exit_status == 0, answer.document["findings"]
    (fixed,) = answer.document["fixed"]
    assert (fixed["result"], fixed["kept"], fixed["voided"]) == (
        "fixed",
        "AMZ-TB-10001",
        ["INV-7"],
    )
    assert world.statuses() == {"AMZ-TB-10001": "AUTHORISED", "INV-7": "VOIDED"}
    assert world.row()["number"] == "AMZ-TB-10001"
    assert world.standing()[f"TBUK-{MAY}"] == "AMZ-TB-10001"
    writes = len(world.writes())
    again = integrity(world.book, fix=True)
    assert again.document["fixed"] == again.document["findings"] == []
    assert len(world.writes()) == writes
    assert world.sheet() == []


def test_fix_takes_the_lowest_number_and_frees_the_numbers_it_voids(world: World) -> None:
    ours = world.documents()["AMZ-TB-10001"]
    world.copy(ours, "AMZ-TB-10050")
    world.copy(ours, "AMZ-TB-09999", dated_on=ours.dated_on, due_on=ours.dated_on)
    answer = integrity(world.book, fix=True)
    assert world.statuses() == {
        "AMZ-TB-09999": "AUTHORISED",
        "AMZ-TB-10001-V1": "VOIDED",
        "AMZ-TB-10050-V1": "VOIDED",
    }
    assert world.row()["number"] == "AMZ-TB-09999"
    assert world.row()["document_id"] == world.documents()["AMZ-TB-09999"].id
    assert world.standing()[f"TBUK-{MAY}"] == "AMZ-TB-09999"
    with closing(Journal(environment.journal_url(), environment.place())) as journal:
        posting = journal.posting(_organisation(world), f"TBUK-{MAY}")
        assert posting is not None
        assert posting["number"] == "AMZ-TB-09999", "it says what was posted, to the day"
    assert answer.document["duplicates"] == []


def test_copies_that_differ_are_asked_about_and_the_decision_is_carried_out(world: World) -> None:
    ours = world.documents()["AMZ-TB-10001"]
    dearer = replace(ours.lines[0], gross=ours.lines[0].gross + Money(100, "GBP"))
    world.copy(ours, "INV-7", lines=(dearer, *ours.lines[1:]))
    world.control.edit(GB, ours.id, number="AMZ-TB-10077")
    # Ours is what was posted last, but for its number: so it stays, and nobody is asked.
    (copies,) = world.scan()["duplicates"]
    assert (copies["decision"], copies["keep"]) == ("fix", "AMZ-TB-10077")
    set_lines_aside(world)
    (copies,) = world.scan()["duplicates"]
    assert copies["decision"] == "ask"
    assert "£84.00 in AMZ-TB-10077, £85.00 in INV-7" in copies["reason"]
    assert integrity(world.book, fix=True).document["fixed"] == []
    assert set(world.statuses().values()) == {"AUTHORISED"}
    world.decide("INV-7", "keep")
    world.scan()
    assert [each[2] for each in world.sheet() if each[1] == "INV-7"] == ["keep", "keep"]
    (fixed,) = integrity(world.book, fix=True).document["fixed"]
    assert (fixed["kept"], fixed["voided"]) == ("INV-7", ["AMZ-TB-10077-V1"])
    assert world.row()["number"] == "INV-7"


def set_lines_aside(world: World) -> None:
    """Let the journal say that something else was posted last."""
    with closing(Journal(environment.journal_url(), environment.place())) as journal:
        organisation = _organisation(world)
        known = journal.posting(organisation, f"TBUK-{MAY}")
        assert known is not None
        kept = dict(known["snapshot"]) | {"date": "2026-05-21"}
        journal.posted(
            *(organisation, f"TBUK-{MAY}"),
            document_id=known["document_id"],
            number=known["number"],
            fingerprint="another",
            snapshot=kept,
            at=environment.now(),
        )


def test_an_edit_by_hand_is_told_with_both_figures(world: World) -> None:
    ours = world.documents()["AMZ-TB-10001"]
    line = next(n for n, each in enumerate(ours.lines) if each.gross == Money(12000, "GBP"))
    world.control.edit(GB, ours.id, line=line, amount="121.00", account="260")
    world.control.edit(GB, ours.id, reference="Amazon May", number="MAY")
    answer = integrity(world.book, fix=True)
    told = [(each["finding"], each["number"], each["what"]) for each in answer.document["drift"]]
    named = ours.lines[line].description
    assert told == [
        ("number changed", "MAY", "It was posted as AMZ-TB-10001 and is numbered MAY now."),
        ("edited", "MAY", f"Reference {ours.reference} as posted, Amazon May in Xero."),
        ("edited", "MAY", "Total £84.00 as posted, £85.00 in Xero."),
        ("edited", "MAY", "Tax £14.00 as posted, £14.17 in Xero."),
        ("edited", "MAY", f"Account of line “{named}” 200 as posted, 260 in Xero."),
        ("edited", "MAY", f"Amount of line “{named}” £120.00 as posted, £121.00 in Xero."),
        ("edited", "MAY", f"Tax of line “{named}” £20.00 as posted, £20.17 in Xero."),
    ]
    assert world.control.documents(GB)[0]["Status"] == "AUTHORISED", "an edit is never voided"


def test_lists_that_lag_behind_the_fix_are_not_believed(world: World) -> None:
    world.copy(world.documents()["AMZ-TB-10001"], "INV-7")
    world.control.advance(60)
    world.control.set_policy("list_delay_s", "30")
    answer = integrity(world.book, fix=True)
    assert world.statuses()["INV-7"] == "AUTHORISED", "the list still shows it"
    assert answer.document["findings"] == []
    assert answer.document["fixed"][0]["voided"] == ["INV-7"]
    world.control.advance(60)
    assert world.statuses() == {"AMZ-TB-10001": "AUTHORISED", "INV-7": "VOIDED"}


def test_a_paid_copy_is_left_alone_and_told(world: World) -> None:
    copy = world.copy(world.documents()["AMZ-TB-10001"], "INV-7")
    world.control.pay(GB, copy.id, "10.00", "2026-06-12")
    answer = integrity(world.book, fix=True)
    assert answer.document["fixed"] == []
    (copies,) = answer.document["duplicates"]
    assert copies["decision"] == "leave"
    assert copies["reason"] == "INV-7 has a payment of £10.00 on 2026-06-12"
    assert world.statuses() == {"AMZ-TB-10001": "AUTHORISED", "INV-7": "AUTHORISED"}


def test_one_that_cannot_be_voided_stops_no_other(world: World) -> None:
    may, later = world.documents()["AMZ-TB-10001"], world.documents(LATER)["AMZ-TB-10002"]
    locked = date(2026, 1, 10)
    world.copy(may, "INV-7", dated_on=locked, due_on=locked)
    world.copy(later, "INV-8")
    world.control.lock(GB, period="2026-01-31")
    answer = integrity(world.book, fix=True)
    told = {each["settlement_id"]: each for each in answer.document["fixed"]}
    assert (told[LATER]["result"], told[LATER]["voided"]) == ("fixed", ["INV-8"])
    assert told[MAY]["result"] == "failed"
    assert "period lock date is 2026-01-31" in told[MAY]["error"]
    assert answer.exit_status == 1
    assert world.statuses() == {"AMZ-TB-10001": "AUTHORISED", "INV-7": "AUTHORISED"}
    assert world.statuses(LATER) == {"AMZ-TB-10002": "AUTHORISED", "INV-8": "VOIDED"}
    assert world.row()["status"] == "Posted"


def test_a_lost_reply_to_a_void_is_found_out(world: World) -> None:
    world.copy(world.documents()["AMZ-TB-10001"], "INV-7")
    world.control.fault("POST", "/Invoices.*", "drop after commit")
    integrity(world.book, fix=True)
    assert world.statuses() == {"AMZ-TB-10001": "AUTHORISED", "INV-7": "VOIDED"}
    assert world.scan()["findings"] == []


@pytest.mark.parametrize("reads", range(1, 5))
def test_a_fix_that_was_cut_off_is_finished_by_the_next_command(world: World, reads: int) -> None:
    """Xero answers no read of one document any more, from the given one on."""
    world.copy(world.documents()["AMZ-TB-10001"], "AMZ-TB-10050")
    for n in range(reads, 40):
        world.control.fault("GET", "/Invoices/.+", "drop before commit", nth=n)
    broken = integrity(world.book, fix=True)
    world.control.clear_faults()
    if reads < 4:
        assert broken.exit_status == 4, broken.document["fixed"]
    assert integrity(world.book, fix=True).exit_status == 0
    assert world.statuses() == {"AMZ-TB-10001": "AUTHORISED", "AMZ-TB-10050-V1": "VOIDED"}
    assert (world.row()["status"], world.row()["number"]) == ("Posted", "AMZ-TB-10001")
    assert world.standing()[f"TBUK-{MAY}"] == "AMZ-TB-10001"


@pytest.mark.parametrize("meanwhile", ["nothing", "paid"])
def test_a_cut_off_fix_of_corrections_leaves_the_row_of_the_original(
    world: World, meanwhile: str
) -> None:
    ours, row = world.documents()["AMZ-TB-10001"], world.row()
    world.copy(ours, "AMZ-TB-10003", reference=f"{ours.reference}-C1")
    copy = world.copy(ours, "AMZ-TB-10004", reference=f"{ours.reference}-C1")
    for n in range(3, 40):
        world.control.fault("GET", "/Invoices/.+", "drop before commit", nth=n)
    if meanwhile == "paid":  # it is renamed already, and the void does not arrive
        world.control.fault("POST", "/Invoices.*", "drop before commit", nth=2)
    assert integrity(world.book, fix=True).exit_status == 4
    world.control.clear_faults()
    if meanwhile == "paid":
        world.control.pay(GB, copy.id, "1.00", "2026-06-12")
    integrity(world.book, fix=True)
    for name in ("status", "number", "document_id"):
        assert world.row()[name] == row[name]
    assert world.standing()[f"TBUK-{MAY}"] == "AMZ-TB-10001"


def test_voided_by_hand_is_told_noted_by_fix_and_can_be_posted_again(world: World) -> None:
    ours = world.documents()["AMZ-TB-10001"]
    world.control.void(GB, ours.id)
    (drift,) = world.scan()["drift"]
    assert (drift["finding"], drift["number"]) == ("voided by hand", "AMZ-TB-10001")
    assert world.row()["status"] == "Posted"
    assert integrity(world.book, fix=True).exit_status == 0
    row = world.row()
    assert (row["status"], row["number"], row["document_id"]) == ("Voided by hand", "", "")
    assert world.standing()[f"TBUK-{MAY}"] == ""
    (again,) = post(world.book, [MAY]).document["rows"]
    assert again["result"] == "posted", again
    assert world.scan()["findings"] == []


def test_a_payment_is_told_and_is_nothing_wrong(world: World) -> None:
    world.control.pay(GB, world.documents()["AMZ-TB-10001"].id, "84.00", "2026-06-12")
    answer = integrity(world.book)
    assert [each["finding"] for each in answer.document["drift"]] == ["payment added"]
    assert answer.exit_status == 0


def test_a_lost_journal_is_told_and_changes_nothing(world: World) -> None:
    (world.book.parent / "journal.sqlite").unlink()
    found = world.scan()
    assert [each["finding"] for each in found["findings"]] == ["not in journal"] * 2
    assert world.statuses() == {"AMZ-TB-10001": "AUTHORISED"}


def test_a_changed_mapping_would_differ_and_changes_nothing(world: World) -> None:
    assert world.scan(differing=True)["would_differ"] == []
    book = open_book(world.book)
    rows = {
        row.number: {"account": "260"}
        for row in book.rows(MAPPING)
        if text(row, "account") == "200"
    }
    assert rows
    book.write([UpdateRows(MAPPING, rows)])
    writes = len(world.writes())
    may, later = world.scan(differing=True)["would_differ"]
    assert (may["settlement_id"], later["settlement_id"]) == (MAY, LATER)
    assert may["inputs"] == ["the mapping"]
    assert any("200 as posted, 260 today" in each for each in may["differences"])
    assert len(world.writes()) == writes


# Another tool's postings -------------------------------------------------------------------------


DEPOSIT = Deposit("99000000777", Money(8400, "GBP"), date(2026, 5, 18), date(2026, 5, 20))


def elsewhere(world: World) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    with sandbox_xero(Path(), "GB", base_url=world.address) as xero:
        journals = xero.journals(DEPOSIT.first, DEPOSIT.last)
        found = posted_elsewhere(xero, [DEPOSIT], journals=journals, progress=lambda _: None)
    several = found.suspects[DEPOSIT.settlement_id]
    assert all(each.link.startswith("https://go.xero.com/") for each in several)
    return sorted((each.kind, each.reason) for each in several), found.notices


def test_another_tools_invoice_and_bank_money_are_found_and_ours_is_not(world: World) -> None:
    assert elsewhere(world)[0] == [], "ours are of the same amount, and near"
    ours = world.documents()["AMZ-TB-10001"]
    world.copy(ours, "LMB-1", reference="Amazon May", dated_on=date(2026, 5, 21))
    world.copy(ours, f"A{DEPOSIT.settlement_id}", reference="", dated_on=date(2026, 1, 1))
    world.control.add_bank_transaction(GB, "2026-05-20", "84.00", reference="AMAZON")
    alike = "it has the same amount, near the deposit"
    found, notices = elsewhere(world)
    assert found == [
        ("bank transaction", alike),
        ("invoice", alike),
        ("invoice", "it names the settlement"),
    ]
    assert notices == ("Bank lines that are not reconciled yet cannot be seen from here.",)


def test_a_first_post_stops_at_another_tools_posting_until_it_is_ticked(world: World) -> None:
    ours = world.documents()["AMZ-TB-10001"]
    theirs = world.copy(ours, "LMB-1", reference="Amazon May", dated_on=date(2026, 6, 1))
    answer = post(world.book, [LAST])
    (row,) = answer.document["rows"]
    assert (row["result"], answer.exit_status) == ("refused", 3)
    assert "invoice LMB-1, £84.00, 2026-06-01, AUTHORISED" in row["error"]
    assert theirs.id in row["error"]
    assert world.statuses(LAST) == {}
    assert world.sheet() == [["posted elsewhere", "LMB-1", ""]]
    world.scan()
    world.decide("LMB-1", "not this")
    (row,) = post(world.book, [LAST]).document["rows"]
    assert (row["result"], row["number"]) == ("posted", "AMZ-TB-10003")
    assert world.scan()["findings"] == []


def test_bank_transactions_that_may_not_be_read_are_skipped_and_told(world: World) -> None:
    world.control.fault("GET", "/BankTransactions", "connection removed")
    found, (notice,) = elsewhere(world)
    assert found == []
    assert notice.startswith("Bank transactions were not looked through")
