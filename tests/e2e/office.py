"""An office: a workbook with small settlements, its commands, and Xero in the hands of the test."""

from __future__ import annotations

import io
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from commands import Ran, Run
from judged import judge
from ledger import ledger

from truebooks_xl import environment
from truebooks_xl.actions.books import new_book
from truebooks_xl.actions.configuring import set_setting
from truebooks_xl.actions.gather import open_book, settlement_row
from truebooks_xl.actions.importing.importing import import_files
from truebooks_xl.cli import main
from truebooks_xl.core.copies import Recorded
from truebooks_xl.journal.store import Journal
from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.workbook.book import UpdateRows, Writable
from truebooks_xl.workbook.fields import plain, text
from truebooks_xl.workbook.schema import MAPPING, SETTLEMENTS, Sheet

GB = tenant_of("GB")
MAY, JUNE = "99000000101", "99000000102"

REPORT = """
settlement    {settlement}
period        {start} to {end}
deposit       {deposit}
currency      {currency}
marketplace   {marketplace}

type       | amount type         | description            | amount  | order | sku | units | posted
Order      | ItemPrice           | Principal              | {sales} | A     | TOY |     1 | {start}
Order      | ItemPrice           | Tax                    | {tax}   | A     | TOY |     1 | {start}
Order      | ItemFees            | Commission             | -24.00  | A     | TOY |     1 | {start}
ServiceFee | Cost of Advertising | TransactionTotalAmount | {ads}   |       |     |       | {start}
"""


def report(
    settlement: str,
    *,
    start: str = "2026-05-04",
    days: int = 14,
    sales: str = "100.00",
    tax: str = "20.00",
    ads: str = "-12.00",
    currency: str = "GBP",
    marketplace: str = "UK",
    more: str = "",
) -> bytes:
    """Write a settlement of £84.00: a toy of £100.00 and its VAT, a commission, advertising.

    Args:
        more: further rows of the table; ``{start}`` is the first day.
    """
    first = date.fromisoformat(start)
    end = first + timedelta(days=days)
    shown = (REPORT + more).format(
        settlement=settlement,
        start=start,
        end=end,
        deposit=end + timedelta(days=2),
        currency=currency,
        marketplace=marketplace,
        sales=sales,
        tax=tax,
        ads=ads,
    )
    return ledger(shown).report()


def many(count: int) -> dict[str, bytes]:
    """Write settlements of a week each, one after the other, by their ids."""
    first = date(2024, 1, 1)
    return {
        f"{99_000_001_000 + n}": report(
            f"{99_000_001_000 + n}",
            start=str(first + timedelta(days=7 * n)),
            days=7,
            ads=f"-{n + 1}.00",
            sales="1000.00",
            tax="200.00",
        )
        for n in range(count)
    }


@dataclass(frozen=True)
class Office:
    """A workbook, its commands, and the practice Xero.

    Attributes:
        control: the hands of the world.
    """

    book: Path
    run: Run
    control: Control

    # Commands ------------------------------------------------------------------------------------

    def settle(self, verb: str, *words: object) -> Ran:
        """Run a command of settlements; its answer is JSON."""
        return self.run("settlements", verb, self.book, *words, "--json")

    def row(self, verb: str, settlement_id: str, *words: object) -> dict[str, Any]:
        """Run it for one settlement; returns the one row of its answer."""
        ran = self.settle(verb, settlement_id, *words)
        assert "rows" in ran.document, ran.out + ran.err
        (row,) = ran.document["rows"]
        found: dict[str, Any] = row | {"exit": ran.status}
        return found

    def post(self, settlement_id: str, *words: object) -> dict[str, Any]:
        """Post one settlement, which must succeed."""
        row = self.row("post", settlement_id, *words)
        assert row["exit"] == 0, row
        return row

    def refused(self, verb: str, settlement_id: str, *words: object, status: int = 3) -> str:
        """Run what must not succeed; returns the message of its row."""
        row = self.row(verb, settlement_id, *words)
        assert row["exit"] == status, row
        assert row["number"] == ""
        return str(row["error"])

    def preview(self, settlement_id: str) -> dict[str, Any]:
        """Preview one settlement into the workbook."""
        ran = self.settle("preview", settlement_id)
        assert ran.status == 0, ran.document
        return ran.document

    def set(self, setting: str, value: str, *words: object) -> None:
        """Set a setting of the workbook."""
        done = self.run("settings", "set", self.book, setting, value, *words)
        assert done.status == 0, done.err

    def bring(self, reports: Mapping[str, bytes], *words: object) -> None:
        """Import reports."""
        places = []
        for name, content in reports.items():
            places.append(self.book.with_name(f"{name}.txt"))
            places[-1].write_bytes(content)
        done = self.settle("import", *places, *words)
        assert done.status == 0, done.document

    def another(self, name: str) -> Office:
        """Make a second workbook for the same organisation, beside the first."""
        other = replace(self, book=self.book.with_name(name))
        furnish(other.book)
        return other

    def integrity(self, *words: object) -> dict[str, Any]:
        """Scan; returns the answer."""
        return self.run("xero", "integrity", self.book, *words, "--json").document

    # The workbook --------------------------------------------------------------------------------

    def shown(self, settlement_id: str) -> dict[str, str]:
        """Show what the Settlements row of a settlement says."""
        row = settlement_row(open_book(self.book), settlement_id)
        return {each.key: text(row, each.key) for each in SETTLEMENTS.columns}

    def status(self, settlement_id: str) -> tuple[str, str]:
        """Return status and number, as the sheet shows them."""
        row = self.shown(settlement_id)
        return row["status"], row["number"]

    def type_in(self, settlement_id: str, **cells: Writable) -> None:
        """Type into the settlement's row."""
        book = open_book(self.book)
        number = settlement_row(book, settlement_id).number
        book.write([UpdateRows(SETTLEMENTS, {number: cells})])

    def remap(self, old: str, new: str) -> None:
        """Give every Mapping row that posts to an account another account."""
        self._change(MAPPING, "account", old, new)

    def _change(self, sheet: Sheet, column: str, old: str, new: str) -> None:
        book = open_book(self.book)
        rows = [row.number for row in book.rows(sheet) if text(row, column) == old]
        assert rows, f"nothing in {sheet.name} says {old}"
        book.write([UpdateRows(sheet, {each: {column: new} for each in rows})])

    # Xero ----------------------------------------------------------------------------------------

    def documents(self, settlement_id: str = "") -> list[dict[str, Any]]:
        """Show what Xero holds of a settlement, as it is now, in the order it was made."""
        return [
            each
            for each in self.control.documents(GB)
            if settlement_id in f"{each.get('Reference')} {each.get('InvoiceNumber')} "
            f"{each.get('Narration')}"
        ]

    def standing(self, settlement_id: str = "") -> list[tuple[str, str]]:
        """Return number and status of what is not deleted, in the order of the numbers."""
        return sorted(
            (each.get("InvoiceNumber", ""), each["Status"])
            for each in self.documents(settlement_id)
            if each["Status"] != "DELETED"
        )

    def statuses(self) -> Counter[str]:
        """Count everything in Xero by its status."""
        return Counter(each["Status"] for each in self.documents())

    def id_of(self, number: str) -> str:
        """Return the id of the document of a number."""
        (found,) = (
            each["InvoiceID"]
            for each in self.documents()
            if each.get("InvoiceNumber") == number and each["Status"] != "DELETED"
        )
        return str(found)

    def asked(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the log of requests, from the nth on."""
        return self.control.requests()[since:]

    # The journal ---------------------------------------------------------------------------------

    def recorded(self) -> dict[str, Recorded]:
        """Return what the journal knows to stand for this workbook; nothing may be under way."""
        with closing(Journal(environment.journal_url(), environment.place())) as journal:
            assert journal.unfinished(GB) == []
            book_id = plain(open_book(self.book).names(("TB_BookId",))["TB_BookId"])
            return journal.standing(GB, book_id)

    def agree(self, ids: Iterable[str]) -> None:
        """Insist that sheet, journal and Xero say the same of each settlement: one document."""
        recorded = self.recorded()
        held = self.documents()
        rows = {text(row, "settlement_id"): row for row in open_book(self.book).rows(SETTLEMENTS)}
        for each in ids:
            active = [
                document
                for document in held
                if (document.get("Reference") or document["InvoiceNumber"]).endswith(f"-{each}")
                and document["Status"] in {"AUTHORISED", "PAID", "SUBMITTED"}
            ]
            assert len(active) == 1, (each, active)
            (stands,) = active
            row = rows[each]
            shown = [text(row, name) for name in ("status", "number", "document_id")]
            assert shown == ["Posted", stands["InvoiceNumber"], stands["InvoiceID"]]
            known = recorded[f"TBUK-{each}"]
            assert (known.number, known.document_id) == (shown[1], shown[2])


# Making one ---------------------------------------------------------------------------------------


def made(home: Path, reports: Mapping[str, bytes]) -> Path:
    """Make a home with a workbook that holds these settlements; nothing waits for lists."""
    home.mkdir()
    places = []
    for name, content in reports.items():
        places.append(home / f"{name}.txt")
        places[-1].write_bytes(content)
    book = home / "Books.xlsx"
    with pytest.MonkeyPatch.context() as patch, serving(home / "sandbox") as address:
        patch.setenv("TRUEBOOKS_HOME", str(home))
        patch.setenv("TRUEBOOKS_SANDBOX_URL", address)
        furnish(book)
        done = import_files(book, places)
        assert done.exit_status == 0, done.document
    return home


def furnish(book: Path) -> None:
    """Make a workbook on the practice Xero, with the guard of a real one; but nothing waits."""
    new_book(book, "UK", sandbox=True)
    for name, value in (
        ("List lag guard", "wait"),
        ("Settle wait", "0"),
        ("Across VAT periods", "one document"),
    ):
        set_setting(book, name, value)


def command(*words: object) -> Ran:
    """Run a command in this process, outside of any test's own fixtures."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["truebooks", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
    return Ran(int(ended.value.code or 0), out.getvalue(), err.getvalue())


@contextmanager
def opened(source: Path, home: Path, run: Run) -> Iterator[Office]:
    """Copy a home to where the test has its own, and serve its practice Xero."""
    shutil.copytree(source, home)
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("TRUEBOOKS_HOME", str(home))
        patch.setenv("TRUEBOOKS_SANDBOX_URL", stack.enter_context(serving(home / "sandbox")))
        store = stack.enter_context(Store(home / "sandbox"))
        yield Office(home / "Books.xlsx", run, Control(store))
        judge(Control(store))


# What was asked of Xero --------------------------------------------------------------------------

LISTS = ("/Organisation", "/Accounts", "/TaxRates", "/Currencies", "/BankTransactions", "/Contacts")


def counted(requests: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name each call but those for pre-flight, contact, notes and attachments."""
    names: list[str] = []
    for each in requests:
        if each["query"].get("where", "").startswith("Date") and "Journals" not in each["path"]:
            while names and names[-1] == "search":  # for another tool's postings, too
                names.pop()
        names.append(_name(each))
    return [each for each in names if each]


def _name(request: Mapping[str, Any]) -> str:
    method, path = request["method"], request["path"].removeprefix("/api.xro/2.0")
    query = request["query"]
    preflight = query.get("where", "").startswith("Date")
    numbers = query.get("searchTerm") == "AMZ-TB-"
    dressing = path.endswith("/History") or "/Attachments" in path
    if path.startswith(LISTS) or dressing or preflight or numbers:
        return ""
    if method == "GET":
        for parameter in ("searchTerm", "where", "IDs"):
            if parameter in query:
                return {"searchTerm": "search", "where": "by reference", "IDs": "IDs="}[parameter]
        return "GET id"
    if method == "PUT":
        return "PUT"
    return f"POST {'each' if path != '/Invoices' else 'together'}"
