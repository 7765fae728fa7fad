"""From a report to an authorised document, and every way that must not work."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from commands import Run
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from truebooks_xl import environment
from truebooks_xl.core.money import Money
from truebooks_xl.sandbox.xero.connect import sandbox_xero
from truebooks_xl.xero.gateway import Document

pytest_plugins = ["command_fixtures"]

FORTNIGHT = "99000000001"
PREVIEW = ("settlements", "preview", "--no-write", "--json")
KEYS = [
    "settlement_id",
    "marketplace",
    "currency",
    "reference",
    "document",
    "date",
    "due_date",
    "total",
    "lines",
    "unmapped",
    "unknown_vat",
    "missing_accounts",
    "checks",
    "notices",
    "inputs",
    "fingerprint",
]


def documents(token: str) -> list[Document]:
    """Read the practice Xero itself, past everything the command says."""
    with sandbox_xero(environment.sandbox_folder(), "GB") as xero:
        return list(xero.search(token))


def sheet(book: Path, name: str) -> list[dict[str, object]]:
    """Read a sheet with a library that is not ours; its table begins where column A is headed."""
    found = load_workbook(book)[name]
    table = next(iter(found.tables.values()))
    headings, *rows = ([cell.value for cell in row] for row in found[table.ref])
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def state(book: Path, home: Path) -> dict[str, str]:
    """Hash the workbook, the journal and the practice Xero's documents."""
    digest = {"workbook": hashlib.sha256(book.read_bytes()).hexdigest()}
    digest["xero"] = str(
        sorted((each.id, each.status, each.number) for each in documents("TBUK-1"))
    )
    journal = home / "journal.sqlite"
    digest["journal"] = hashlib.sha256(journal.read_bytes()).hexdigest() if journal.exists() else ""
    return digest


def test_a_settlement_becomes_one_authorised_invoice_equal_to_the_deposit(
    run: Run, book: Path
) -> None:
    preview = run("settlements", "preview", book, FORTNIGHT, "--json")
    assert preview.status == 0, preview.err
    assert set(KEYS) <= set(preview.document)
    assert preview.document["unmapped"] == []
    assert all(check["ok"] for check in preview.document["checks"])
    total = sum(Decimal(line["gross"]) for line in preview.document["lines"])
    assert str(total) == preview.document["total"], "the lines are the deposit"

    posted = run("settlements", "post", book, FORTNIGHT, "--json")
    assert posted.status == 0, posted.err
    row = posted.document["rows"][0]
    assert (row["result"], row["number"], row["error"]) == ("posted", "AMZ-TB-10001", "")

    (standing,) = documents(f"TBUK-{FORTNIGHT}")
    assert (standing.status, standing.number) == ("AUTHORISED", "AMZ-TB-10001")
    assert standing.reference == preview.document["reference"]
    assert str(standing.total) == preview.document["total"]
    assert len(standing.lines) == len(preview.document["lines"])

    (settlement,) = sheet(book, "Settlements")
    assert settlement["Status"] == "Posted"
    assert settlement["Number"] == "AMZ-TB-10001"
    assert str(settlement["Open in Xero"]).startswith('=HYPERLINK("https://go.xero.com/')


def test_posting_again_answers_with_the_number_and_sends_nothing(run: Run, book: Path) -> None:
    run("settlements", "post", book, FORTNIGHT)
    before = documents(f"TBUK-{FORTNIGHT}")
    again = run("settlements", "post", book, FORTNIGHT, "--json")
    assert again.status == 0
    row = again.document["rows"][0]
    assert (row["result"], row["number"]) == ("already posted", "AMZ-TB-10001")
    assert documents(f"TBUK-{FORTNIGHT}") == before


def test_a_second_workbook_adopts_the_document_that_stands(
    run: Run, book: Path, tmp_path: Path, fortnight: Path
) -> None:
    run("settlements", "post", book, FORTNIGHT)
    other = tmp_path / "Other.xlsx"
    run("new", other, "--sandbox")
    run("settings", "set", other, "Zero-VAT orders", "export")
    run("settlements", "import", other, fortnight)
    adopted = run("settlements", "post", other, FORTNIGHT, "--json")
    assert adopted.document["rows"][0]["result"] == "already posted"
    assert len(documents(f"TBUK-{FORTNIGHT}")) == 1


def test_post_refuses_when_an_input_changed_since_the_preview_and_names_it(
    run: Run, book: Path
) -> None:
    run("settlements", "preview", book, FORTNIGHT)
    run("settings", "set", book, "Group lines by", "account")
    refused = run("settlements", "post", book, FORTNIGHT, "--json")
    assert refused.status == 1
    assert "Since its preview this changed: settings" in refused.document["rows"][0]["error"]
    assert documents(f"TBUK-{FORTNIGHT}") == []


def test_orders_without_vat_wait_for_the_accountant(run: Run, book: Path) -> None:
    run("settings", "set", book, "Zero-VAT orders", "ask")
    asked = run("settlements", "preview", book, FORTNIGHT, "--json")
    assert asked.status == 1
    assert asked.document["unknown_vat"], "they are listed"
    listed = sum(Decimal(each["amount"]) for each in asked.document["unknown_vat"])
    assert listed > 0
    blocked = run("settlements", "post", book, FORTNIGHT, "--json")
    assert blocked.status == 1
    assert "No unknown VAT" in blocked.document["rows"][0]["error"]
    assert documents(f"TBUK-{FORTNIGHT}") == []


def test_the_same_file_again_changes_nothing(run: Run, book: Path, fortnight: Path) -> None:
    before = book.read_bytes()
    again = run("settlements", "import", book, fortnight, "--json")
    assert again.status == 0
    assert again.document["rows"][0]["result"] == "unchanged"
    assert book.read_bytes() == before


def test_other_lines_are_refused_with_both_totals_and_replaced_when_told(
    run: Run, book: Path, tmp_path: Path, fortnight: Path
) -> None:
    text = fortnight.read_text()
    (fee,) = [line for line in text.splitlines() if "Subscription Fee" in line]
    amount = fee.split("\t")[14]
    dearer = str(Decimal(amount) - 1)
    total = text.splitlines()[1].split("\t")[4]
    less = str(Decimal(total) - 1)
    other = tmp_path / "reissued.txt"
    other.write_text(text.replace(fee, fee.replace(amount, dearer)).replace(total, less, 1))

    refused = run("settlements", "import", book, other, "--json")
    assert refused.status == 1
    error = refused.document["rows"][0]["error"]
    for figure in (total, less):
        assert Money.rounded(Decimal(figure), "GBP").words in error
    assert "Subscription Fee" in error

    replaced = run("settlements", "import", book, other, "--replace", "--json")
    assert replaced.document["rows"][0]["result"] == "replaced"
    assert run("settlements", "preview", book, FORTNIGHT, "--json").document["total"] == less

    run("settlements", "post", book, FORTNIGHT)
    posted = run("settlements", "import", book, fortnight, "--replace", "--json")
    assert posted.status == 3, "a posted settlement's report stays"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("page.txt", b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        ("saved.csv", b"settlement-id,settlement-start-date\n2.69E+10,x\n", "Excel"),
    ],
)
def test_bad_input_gets_one_message_and_changes_nothing(
    run: Run, book: Path, home: Path, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    bad = tmp_path / name
    bad.write_bytes(content)
    before = state(book, home)
    failed = run("settlements", "import", book, bad, "--json")
    assert failed.status == 1
    assert says in failed.document["rows"][0]["error"]
    assert state(book, home) == before


def test_a_good_file_goes_on_beside_a_bad_one(run: Run, tmp_path: Path, fortnight: Path) -> None:
    book = tmp_path / "Books.xlsx"
    run("new", book, "--sandbox")
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"")
    both = run("settlements", "import", book, bad, fortnight, "--json")
    assert both.status == 1, "the highest of both"
    assert [row["result"] for row in both.document["rows"]] == ["failed", "imported"]
    assert [row["Status"] for row in sheet(book, "Settlements")] == ["Draft"]


def test_an_unconnected_workbook_previews_and_refuses_to_post(
    run: Run, tmp_path: Path, fortnight: Path
) -> None:
    book = tmp_path / "Books.xlsx"
    run("new", book)
    run("settings", "set", book, "Zero-VAT orders", "export")
    run("settlements", "import", book, fortnight)
    assert run("settlements", "preview", book, FORTNIGHT).status == 0
    refused = run("settlements", "post", book, FORTNIGHT)
    assert refused.status == 3
    assert "not connected to Xero" in refused.err


def test_a_wrong_cell_is_named_and_nothing_is_previewed(run: Run, book: Path) -> None:
    sheets = load_workbook(book)
    mapping = sheets["Mapping"]
    table = next(iter(mapping.tables.values()))
    first = int("".join(filter(str.isdigit, table.ref.split(":")[0]))) + 1
    mapping.cell(first, 5).value = "Standrad"
    mapping.cell(first + 1, 6).value = "soon"
    sheets.save(book)
    checked = run("check", book, "--json")
    assert checked.status == 1
    where = [each["where"] for each in checked.document["problems"]]
    assert f"Mapping!E{first}" in where
    assert f"Mapping!F{first + 1}" in where
    refused = run("settlements", "preview", book, FORTNIGHT, "--json")
    assert refused.status == 1
    assert len(refused.document["error"]["problems"]) == len(where), "all are shown at once"


def test_usage_is_two_and_a_missing_settlement_is_one(run: Run, book: Path) -> None:
    assert run("settings", "set", book, "Zero VAT oders", "export").status == 2
    assert run("settlements", "preview", book, "1").status == 1
    assert run("settlements", "preview", book).status == 2
    assert run("new", book).status == 1, "a file of that name is there"
    assert run("new", book.with_name("Mars.xlsx"), "--marketplace", "MARS").status == 2


def test_the_same_inputs_give_the_same_bytes_in_any_process(book: Path) -> None:
    seen = {
        subprocess.run(
            [sys.executable, "-m", "truebooks_xl", *PREVIEW, str(book), FORTNIGHT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "77")
    }
    assert len(seen) == 1


def test_refresh_reads_the_lists_and_list_shows_the_row(run: Run, book: Path) -> None:
    refreshed = run("xero", "refresh", book, "--json")
    assert refreshed.document["accounts"] == len(sheet(book, "Accounts"))
    listed = run("settlements", "list", book, "--json").document["rows"]
    assert [(row["settlement_id"], row["status"]) for row in listed] == [(FORTNIGHT, "Draft")]
    assert run("settlements", "list", book).out.startswith("Settlement id")


def test_a_workbook_open_in_excel_is_left_alone_and_so_is_xero(run: Run, book: Path) -> None:
    owner = book.with_name(f"~${book.name}")
    owner.write_bytes(b"accountant")
    before = book.read_bytes()
    for words in (("post", book, FORTNIGHT), ("preview", book, FORTNIGHT)):
        refused = run("settlements", *words)
        assert refused.status == 1
        assert "open in Excel" in refused.err
    assert book.read_bytes() == before
    assert documents(f"TBUK-{FORTNIGHT}") == []
    owner.unlink()
    assert run("settlements", "post", book, FORTNIGHT).status == 0


def test_a_setting_made_before_a_marketplace_was_met_stays(
    run: Run, tmp_path: Path, fortnight: Path
) -> None:
    book = tmp_path / "Books.xlsx"
    german = tmp_path / "german.txt"
    text = fortnight.read_text().replace("Amazon.co.uk", "Amazon.de").replace("GBP", "EUR")
    german.write_text(text)
    run("new", book, "--sandbox")
    run("settings", "set", book, "Goods leave from", "GB", "--marketplace", "DE")
    run("settings", "set", book, "Zero-VAT orders", "export")
    assert run("settlements", "import", book, german).status == 0
    rows = [
        (row["Marketplace"], row["Value"])
        for row in sheet(book, "Settings")
        if row["Setting"] == "Goods leave from"
    ]
    assert rows == [("UK", "GB"), ("DE", "GB")], "the accountant's row is the only one"
    shown = run("settlements", "preview", book, FORTNIGHT, "--no-write", "--json").document
    assert "OUTPUT2" in {line["tax_type"] for line in shown["lines"]}, "goods left from home"


def test_check_names_accounts_and_tax_types_that_xero_does_not_offer(run: Run, book: Path) -> None:
    sheets = load_workbook(book)
    mapping = sheets["Mapping"]
    headings = {cell.value: int(cell.column or 0) for cell in mapping[5]}
    mapping.cell(6, headings["Account"]).value = "9999"
    mapping.cell(7, headings["Tax type"]).value = "BOGUS"
    mapping.cell(8, headings["Tax type"]).value = "INPUT2"
    sheets.save(book)
    problems = run("check", book, "--json").document["problems"]
    said = {each["where"]: each["what"] for each in problems}
    account, tax_type = (get_column_letter(headings[name]) for name in ("Account", "Tax type"))
    assert said[f"Mapping!{account}6"] == "Account 9999 is not in Accounts."
    assert said[f"Mapping!{tax_type}7"] == "Tax type BOGUS is not in Tax Rates."
    assert "fits ASSET, EQUITY, EXPENSE" in said[f"Mapping!{tax_type}8"]


def test_two_commands_on_one_workbook_both_write_their_rows(
    run: Run, book: Path, tmp_path: Path, fortnight: Path
) -> None:
    other = tmp_path / "second.txt"
    other.write_text(fortnight.read_text().replace(FORTNIGHT, "99000000002"))
    assert run("settlements", "import", book, other).status == 0
    command = [sys.executable, "-m", "truebooks_xl", "settlements", "post", str(book)]
    running = [
        subprocess.Popen([*command, settlement_id, "--json"], stdout=subprocess.PIPE)
        for settlement_id in (FORTNIGHT, "99000000002")
    ]
    assert [each.wait() for each in running] == [0, 0]
    for each in running:
        assert each.stdout is not None
        each.stdout.close()
    rows = {row["Settlement"]: row for row in sheet(book, "Settlements")}
    assert {row["Status"] for row in rows.values()} == {"Posted"}
    assert {row["Number"] for row in rows.values()} == {"AMZ-TB-10001", "AMZ-TB-10002"}


def test_a_blocked_post_says_so_in_the_row_and_a_posted_row_stays_posted(
    run: Run, book: Path
) -> None:
    run("settings", "set", book, "Zero-VAT orders", "ask")
    run("settlements", "post", book, FORTNIGHT)
    (row,) = sheet(book, "Settlements")
    assert row["Status"] == "Blocked"
    assert "No unknown VAT" in str(row["Result"])
    run("settings", "set", book, "Zero-VAT orders", "export")
    assert run("settlements", "post", book, FORTNIGHT).status == 0
    run("settings", "set", book, "Zero-VAT orders", "ask")
    assert run("settlements", "post", book, FORTNIGHT).status == 1
    (row,) = sheet(book, "Settlements")
    assert row["Status"] == "Posted"


def test_macro_workbooks_keep_their_kind(run: Run, tmp_path: Path) -> None:
    book = tmp_path / "Books.xlsm"
    assert run("new", book, "--sandbox").status == 0
    assert run("check", book).status == 0
