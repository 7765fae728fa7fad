"""The workbook adds up without Python: LibreOffice recalculates it, to the penny.

50,000 lines go to 400 document lines at twelve rates, half-penny ties among them; every figure
that a formula shows is compared with the core's own.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pytest
from libreoffice import Recalculated, Value, needs_libreoffice

from truebooks_xl.core.money import Money, exponent
from truebooks_xl.core.tax import tax_within
from truebooks_xl.workbook.book import Formula, ReplaceRows, SetNames, Writable
from truebooks_xl.workbook.closed.book import ClosedBook
from truebooks_xl.workbook.schema import (
    ACCOUNTS,
    BLOCKS,
    LINES,
    MAPPING,
    PERIODS,
    PREVIEW,
    PROOF,
    SETTINGS,
    SETTLEMENTS,
    SHEETS,
    TAX_RATES,
    Sheet,
)
from workbook_template.build import template
from workbook_template.libreoffice import convert

pytestmark = needs_libreoffice

# 2.4 is not exact in binary and yet has ties.
RATES = ("20", "5", "17.5", "0", "19", "23", "8.875", "2.4", "14.975", "10.1025", "7.7", "5.5")
TIES_AT_20 = ("0.03", "0.09", "0.15", "0.45", "0.51", "-19.99", "-0.09", "-0.45", "19.99")
SETTLEMENT = "26881161592"

Row = Mapping[str, Writable]


@dataclass(frozen=True)
class Example:
    """A settlement of made-up lines and the document lines they go to.

    Attributes:
        amounts: (key of the document line, amount in minor units), one for each line.
        rates: key of the document line to its rate in percent.
        off_by_minor: by how much Lines differs from the file's total: a lost penny.
        unmapped: how many kinds of line have no rule.
    """

    currency: str
    amounts: Sequence[tuple[str, int]]
    rates: Mapping[str, str]
    off_by_minor: int = 0
    unmapped: Decimal = Decimal(0)

    @cached_property
    def gross(self) -> dict[str, Money]:
        sums = dict.fromkeys(self.rates, 0)
        for key, minor in self.amounts:
            sums[key] += minor
        return {key: Money(minor, self.currency) for key, minor in sums.items()}

    @cached_property
    def tax(self) -> dict[str, Money]:
        return {key: tax_within(self.gross[key], Decimal(self.rates[key])) for key in self.rates}

    @property
    def total(self) -> Money:
        return Money.total(self.gross.values(), self.currency)

    @property
    def deposit(self) -> Money:
        return self.total - Money(self.off_by_minor, self.currency)


def example(currency: str, lines: int, documents: int, off_by_minor: int = 0) -> Example:
    """Draw ``lines`` amounts for ``documents`` document lines; the first ones are ties."""
    draw = random.Random(26881161592)
    ties = [Money.exact(Decimal(each), "GBP").minor for each in TIES_AT_20]
    rates = {f"L{number}": "20" for number in range(len(ties))}
    amounts = [(f"L{number}", minor) for number, minor in enumerate(ties)]
    for number in range(len(ties), documents):
        rates[f"L{number}"] = draw.choice(RATES)
    keys = list(rates)[len(ties) :]
    sizes = (100, 10_000, 1_000_000)
    while len(amounts) < lines:
        size = draw.choice(sizes)
        amounts.append((draw.choice(keys), draw.randint(-size // 3, size)))
    return Example(currency, amounts, rates, off_by_minor)


def filled(path: Path, case: Example) -> Path:
    """Write the example into a new workbook the way an action does, without cached results."""
    path.write_bytes(template("1.2.3"))
    rows: dict[Sheet, list[Row]] = {
        SETTINGS: [{"setting": "Next document number", "value": "10007"}],
        SETTLEMENTS: [
            {"settlement_id": "26700011122", "status": "Posted", "total": Decimal("981.44")},
            {
                "settlement_id": SETTLEMENT,
                "status": "Draft",
                "currency": case.currency,
                "total": case.deposit.amount,
            },
        ],
        PREVIEW: preview_rows(case),
        LINES: [
            {"preview_line": key, "amount": Money(minor, case.currency).amount}
            for key, minor in case.amounts
        ],
        PROOF: proof_rows(case),
        PERIODS: [{"kind": "Month", "gross": Decimal("120.06"), "tax": Decimal("20.01")}],
        BLOCKS: [{"kind": "Unmapped"}, {"kind": "Notice"}, {"kind": "Notice"}],
        MAPPING: [
            {"category": "AMZ1 Sales", "line_text": "Sales", "account": "091", "tax_type": "OUT"},
            {"category": "AMZ0 Asks", "line_text": "Other", "account": "91"},
        ],
        ACCOUNTS: [{"code": "091", "name": "Sales of 091"}, {"code": "200", "name": "Sales"}],
        TAX_RATES: [{"tax_type": "OUT", "name": "20% (VAT on Income)", "rate": Decimal(20)}],
    }
    names: dict[str, Writable] = {
        "TB_PreviewSettlement": SETTLEMENT,
        "TB_Decimals": Decimal(exponent(case.currency)),
    }
    edits = [ReplaceRows(sheet, each, len(each)) for sheet, each in rows.items()]
    ClosedBook(path).write([SetNames(names), *edits])
    return path


def preview_rows(case: Example) -> list[Row]:
    return [
        {"key": key, "rate": Decimal(rate), "decided": case.gross[key].amount}
        for key, rate in case.rates.items()
    ]


def proof_rows(case: Example) -> list[Row]:
    lines, decided = Formula("=SUM(tblLines[Amount])", None), case.total.amount
    gross, deposit = Formula("=SUM(tblPreview[Gross])", None), case.deposit.amount
    penny = Decimal("0.01")
    chain: list[Row] = [
        {"check": "File = lines", "expected": deposit, "actual": lines},
        {"check": "Lines = preview", "expected": lines, "actual": gross},
        {"check": "Preview = document", "expected": gross, "actual": decided},
        {"check": "Document = deposit", "expected": decided, "actual": gross},
    ]
    vat: Row = {"check": "VAT", "expected": 5 * penny, "actual": 3 * penny, "allowed": 2 * penny}
    unmapped: Row = {"check": "Nothing unmapped", "expected": Decimal(0), "actual": case.unmapped}
    return [
        *({**row, "kind": "Penny chain"} for row in chain),
        {**vat, "kind": "VAT"},
        {**unmapped, "kind": "Count"},
    ]


def recalculated(folder: Path, case: Example) -> Recalculated:
    return Recalculated(filled(folder / "book.xlsx", case), folder / "out")


def printed(book: Path, folder: Path) -> str:
    """Return what LibreOffice prints of the workbook, as text in columns."""
    (paper := folder / "paper").mkdir()
    made = convert(book, paper, "pdf")
    command = ["pdftotext", "-layout", str(made), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def shown(value: Value, currency: str) -> Money:
    """A cell's float as money; farther than a billionth from whole minor units fails."""
    money = Money.rounded(Decimal(repr(value)), currency)
    assert abs(Decimal(repr(value)) - money.amount) < Decimal("1e-9")
    return money


def table(book: Recalculated, sheet: Sheet, count: int) -> list[dict[str, Value]]:
    return book.table(sheet.name, sheet.first_row, count)[:count]


@pytest.fixture(scope="module")
def fortnight() -> Example:
    return example("GBP", 50_000, 400)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, fortnight: Example) -> Recalculated:
    return recalculated(tmp_path_factory.mktemp("fortnight"), fortnight)


def test_every_document_line_equals_the_core_to_the_penny(
    book: Recalculated, fortnight: Example
) -> None:
    for row in preview_of(book, fortnight):
        key = str(row["Line"])
        gross, tax = fortnight.gross[key], fortnight.tax[key]
        assert shown(row["Gross"], "GBP") == gross
        assert shown(row["Tax"], "GBP") == tax, f"{gross} at {fortnight.rates[key]} %"
        assert shown(row["Net"], "GBP") == gross - tax


def preview_of(book: Recalculated, case: Example) -> list[dict[str, Value]]:
    """Preview's rows: the first eleven columns, beside which the other tables begin."""
    headings, *rows = book.rows("Preview")[PREVIEW.first_row - 1 :]
    found = [dict(zip(map(str, headings[:11]), row[:11], strict=True)) for row in rows]
    assert len(found) == len(case.rates)
    return found


def test_half_pennies_are_rounded_away_from_zero(book: Recalculated, fortnight: Example) -> None:
    taxes = [shown(row["Tax"], "GBP").amount for row in preview_of(book, fortnight)]
    expected = ("0.01", "0.02", "0.03", "0.08", "0.09", "-3.33", "-0.02", "-0.08", "3.33")
    assert taxes[: len(TIES_AT_20)] == [Decimal(each) for each in expected]


def test_totals_stand_above_their_columns(book: Recalculated, fortnight: Example) -> None:
    tax = Money.total(fortnight.tax.values(), "GBP")
    assert shown(book.cell("Preview", "G10"), "GBP") == fortnight.total
    assert shown(book.cell("Preview", "H10"), "GBP") == tax
    assert shown(book.cell("Preview", "I10"), "GBP") == fortnight.total - tax
    assert shown(book.cell("Preview", "K10"), "GBP") == fortnight.total
    assert shown(book.cell("Preview", "E6"), "GBP") == fortnight.deposit
    assert book.cell("Preview", "E7") == "OK"


def test_the_proof_comes_to_nothing_and_every_sheet_says_so(book: Recalculated) -> None:
    checks = table(book, PROOF, 5)
    assert [row["Verdict"] for row in checks] == ["OK"] * 5
    assert [row["Difference"] for row in checks] == [0, 0, 0, 0, 0.02]
    assert (book.cell("Proof", "B4"), book.cell("Proof", "B5")) == (0, 0)
    for sheet in SHEETS:
        assert book.cell(sheet.name, "A3") == f"All checks 0.00 (settlement {SETTLEMENT})"


def test_what_blocks_is_counted_and_notices_are_not(book: Recalculated) -> None:
    assert book.cell("Preview", "E8") == 1


def test_a_period_shows_its_net(book: Recalculated) -> None:
    period = book.rows("Preview")[PERIODS.first_row]
    assert period[12:17] == ["Month", "", 120.06, 20.01, 100.05]


def test_names_stand_beside_codes_and_091_is_not_91(book: Recalculated) -> None:
    sales, asks = table(book, MAPPING, 2)
    assert (sales["Account name"], sales["Tax name"]) == ("Sales of 091", "20% (VAT on Income)")
    assert (asks["Account name"], asks["Tax name"]) == ("", "")


def test_home_counts_the_settlements_and_names_the_next_step(book: Recalculated) -> None:
    home = book.rows("Home")
    counts = {row[3]: row[4] for row in home[14:23]}
    assert counts["Posted"] == 1
    assert counts["Draft"] == 1
    assert counts["Blocked"] == 0
    assert book.cell("Home", "B5") == "Draft: Preview it, read Proof, then post."
    assert book.cell("Home", "B15") == "10007"


def test_a_lost_penny_shows_on_every_sheet(tmp_path: Path) -> None:
    book = recalculated(tmp_path, example("GBP", 200, 20, off_by_minor=1))
    verdicts = [row["Verdict"] for row in table(book, PROOF, 5)]
    assert verdicts == ["CHECK", "OK", "OK", "OK", "OK"]
    assert shown(book.cell("Proof", "B4"), "GBP") == Money(1, "GBP")
    assert book.cell("Preview", "E7") == "CHECK"
    assert {book.cell(each.name, "A3") for each in SHEETS} == {"1 check to put right: see Proof"}


def test_a_count_is_never_added_to_money(tmp_path: Path) -> None:
    book = recalculated(tmp_path, replace(example("GBP", 200, 20), unmapped=Decimal(44)))
    assert [row["Verdict"] for row in table(book, PROOF, 6)] == ["OK"] * 5 + ["CHECK"]
    assert (book.cell("Proof", "B4"), book.cell("Proof", "B5")) == (0, 1)


def test_yen_are_rounded_to_whole_yen(tmp_path: Path) -> None:
    yen = example("JPY", 500, 60)
    # 2.4 % of 1,856 within it is 43.5, which binary makes a hair less; 200,000,003 is still exact.
    more = {"L60": 1_856, "L61": 13_888, "L62": 200_000_003}
    rates = {**yen.rates, **dict.fromkeys(more, "2.4")}
    yen = replace(yen, amounts=(*yen.amounts, *more.items()), rates=rates)
    book = recalculated(tmp_path, yen)
    for row in preview_of(book, yen):
        assert shown(row["Tax"], "JPY") == yen.tax[str(row["Line"])]
    assert book.cell("Settings", "B4") == 0.5


def test_a_new_workbook_says_what_to_do_first(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    path.write_bytes(template("1.2.3"))
    book = Recalculated(path, tmp_path / "out")
    assert book.cell("Home", "B5") == "Import your first settlement report: step 1."
    assert {book.cell(each.name, "A3") for each in SHEETS} == {"No settlement previewed yet"}
    assert (book.cell("Proof", "B4"), book.cell("Preview", "G10")) == (0, 0)


def test_yen_and_counts_are_printed_without_decimals(tmp_path: Path) -> None:
    yen = replace(example("JPY", 200, 20), unmapped=Decimal(44))
    text = printed(filled(tmp_path / "book.xlsx", yen), tmp_path)
    total = f"{yen.total.minor:,}"
    assert re.search(rf"Document = deposit +Penny chain +{total} +{total} +- ", text)
    assert re.search(r"differences +0\n", text)
    assert f"{total}.00" not in text


def test_pounds_keep_their_pence_and_counts_have_none(tmp_path: Path) -> None:
    pounds = replace(example("GBP", 200, 20), unmapped=Decimal(44))
    text = printed(filled(tmp_path / "book.xlsx", pounds), tmp_path)
    assert re.search(r"differences +0\.00\n", text)
    assert re.search(r"Nothing unmapped +Count +- +44 +\(44\) ", text)
    assert f"{pounds.total.amount:,}" in text
