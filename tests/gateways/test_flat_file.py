"""Settlement reports in every way Amazon has been seen, or said, to write them."""

from __future__ import annotations

import gzip
import hashlib
import pickle
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flat_files import COMMA, DOTTED, POINT, V1_COLUMNS, V2, edited, read, units, v1
from ledger import ledger

from truebooks_xl.amazon.flat_file import read_settlement
from truebooks_xl.core.money import Money
from truebooks_xl.core.reimport import Same, compare
from truebooks_xl.core.settlement import LINE_SCHEMA, Settlement


def said(settlement: Settlement) -> list[tuple[object, ...]]:
    """Everything the lines say, but their line numbers."""
    return settlement.lines.drop("line_number").rows()


def test_the_header_says_what_the_summary_row_says() -> None:
    settlement = read(V2)
    assert settlement.settlement_id == "24288684721"
    assert settlement.start == datetime(2026, 5, 4, 22, 7, tzinfo=UTC)
    assert settlement.end == datetime(2026, 5, 18, 22, 7, tzinfo=UTC)
    assert settlement.deposit_on == date(2026, 5, 20)
    assert settlement.end_on == date(2026, 5, 18)
    assert settlement.total == Money(101608, "CAD")
    assert settlement.layout == "V2"
    assert settlement.sha256 == hashlib.sha256(V2).hexdigest()
    assert settlement.line_count == 8
    assert settlement.marketplace_lines == {"Amazon.ca": 5, "": 3}


def test_lines_have_the_house_s_columns_in_file_order() -> None:
    lines = read(V2).lines
    assert lines.schema == LINE_SCHEMA
    assert lines["line_number"].to_list() == list(range(3, 11))
    assert lines["minor"].to_list() == [127550, -19133, -9, -6000, -450, -50, 1200, -1500]
    assert lines["quantity"].to_list() == [2, 2, 2, None, None, None, 1, None]
    assert lines["sku"].to_list()[:4] == ["TEA 12g", "TEA 12g", "TEA 12g", "MUG/01"]
    assert lines["posted_at"][3] == datetime(2026, 5, 7, 23, 59, tzinfo=UTC)
    assert lines["order_item"][6] == "702-7788328-2040201"
    assert lines["marketplace"].to_list().count("") == 3


def dates(report: bytes, written: bytes) -> bytes:
    """Write the ISO instants and days of a report otherwise: ``%d``, ``%m``, ``%y``, ``%Y``."""
    for mark, group in ((b"%d", rb"\4"), (b"%m", rb"\3"), (b"%Y", rb"\1\2"), (b"%y", rb"\2")):
        written = written.replace(mark, group)
    return re.sub(rb"(20)(\d\d)-(\d\d)-(\d\d)", written, report)


ISO_COMMA = re.sub(rb"(\d\d)\.(\d\d)\.(\d{4})", rb"\3-\2-\1", COMMA)
CELLS = [line.split(b"\t") for line in V2.splitlines()]

WRITTEN_OTHERWISE = {
    "dotted dates": DOTTED,
    "dotted dates, decimal comma": COMMA,
    "ISO dates, decimal comma": ISO_COMMA,
    "offset instead of UTC": re.sub(rb" (\d\d:\d\d:\d\d) UTC", rb"T\1+00:00", V2),
    "month/day/year": dates(V2, b"%m/%d/%Y"),
    "month/day/yy": dates(V2, b"%m/%d/%y"),
    "day/month/year": dates(V2, b"%d/%m/%Y"),
    "thousands marks": edited(POINT, 3, "1275.50", "1,275.50"),
    "thousands marks, decimal comma": edited(COMMA, 3, "1275,50", "1.275,50"),
    "thousands blanks, decimal comma": edited(COMMA, 3, "1275,50", "1\u202f275,50"),
    "one decimal": edited(POINT, 3, "1275.50", "1275.5"),
    "no decimals": edited(POINT, 6, "-60.00", "-60"),
    "CRLF": V2.replace(b"\n", b"\r\n"),
    "no final newline": V2.removesuffix(b"\n"),
    "CRLF, no final newline": V2.replace(b"\n", b"\r\n").removesuffix(b"\r\n"),
    "UTF-8 with its mark": b"\xef\xbb\xbf" + V2,
    "blank lines": V2.replace(b"\n", b"\n\n  \n"),
    "a blank line before the heading": b"\n" + V2,
    "spaces after an amount": edited(V2, 3, "1275.50\t", "1275.50    \t"),
    "spaces after a SKU and at the end": edited(V2, 4, "TEA 12g\t2\t", "TEA 12g  \t2 \t  "),
    "spaces round a name": edited(V2, 3, "\tPrincipal\t", "\t Principal \t"),
    "no promotion-id": b"".join(b"\t".join(row[:-1]) + b"\n" for row in CELLS),
    "columns in another order": b"".join(b"\t".join(row[::-1]) + b"\n" for row in CELLS),
    "columns nobody knows": V2.replace(b"\n", b"\tnew\tnew\n"),
    "headings in capitals": V2.replace(*(V2.splitlines()[0], V2.splitlines()[0].upper())),
    "currency on every row": V2.replace(b"\t\t\t\t\t\tRefund", b"\t\t\t\t\tCAD\tRefund"),
    "the summary row last": b"\n".join([*V2.splitlines()[:1], *V2.splitlines()[:0:-1]]),
    "a lone quotation mark": edited(V2, 3, "TEA 12g\t2\t", 'TEA 12g\t2\t12" plate'),
    "compressed": gzip.compress(V2),
}


@pytest.mark.parametrize("report", WRITTEN_OTHERWISE.values(), ids=WRITTEN_OTHERWISE)
def test_the_same_report_written_otherwise_says_the_same(report: bytes) -> None:
    settlement, plain = read(report), read(V2)
    assert sorted(said(settlement), key=repr) == sorted(said(plain), key=repr)
    assert settlement.total == Money(101608, "CAD")
    assert (settlement.start, settlement.end) == (plain.start, plain.end)
    assert (settlement.deposit_on, settlement.end_on) == (plain.deposit_on, plain.end_on)
    assert compare(plain, settlement) == Same()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_western_text_is_read_in_its_encoding(encoding: str) -> None:
    report = edited(V2, 6, "MUG/01", "TASSE–é€").decode().encode(encoding)
    assert read(report).lines["sku"][3] == "TASSE–é€"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_japanese_text_is_read_in_its_encoding(encoding: str) -> None:
    report = YEN.replace("MUG", "抹茶ソ").encode(encoding)
    assert read(report).lines["sku"].to_list() == ["抹茶ソ"] * 3


@pytest.mark.parametrize(
    ("currency", "encoding", "sku"),
    [
        ("CAD", "cp932", "マグー"),  # a byte western Windows does not have
        ("JPY", "cp1252", "MUGÿ"),  # a byte Japanese Windows does not have
    ],
)
def test_text_of_the_other_windows_is_read_where_the_likelier_one_fails(
    currency: str, encoding: str, sku: str
) -> None:
    report = V2.decode() if currency == "CAD" else YEN
    settlement = read(report.replace("MUG", sku).encode(encoding))
    assert settlement.total.currency == currency
    assert any(sku in each for each in settlement.lines["sku"])


YEN = (
    ledger(
        """
settlement    99000000301
marketplace   JP
period        2026-05-04 to 2026-05-18
currency      JPY

type   | amount type | description | amount | order | sku | units | posted
Order  | ItemPrice   | Principal   |   1275 | A     | MUG |     1 | 2026-05-06
Order  | ItemFees    | Commission  |   -191 | A     | MUG |     1 | 2026-05-06
Refund | ItemPrice   | Principal   |    -60 | A     | MUG |       | 2026-05-07
"""
    )
    .report("iso")
    .decode()
)


@pytest.mark.parametrize(
    ("sale", "total"),
    [
        ("1275", "1024"),
        ("1,275", "1,024"),
        ("1,275", "1024"),
        ("1.275", "1.024"),
        ("1275.00", "1024"),
        ("1275,00", "1024"),
    ],
)
def test_yen_have_no_decimals_so_a_mark_before_three_digits_groups_thousands(
    sale: str, total: str
) -> None:
    report = YEN.replace("\t1275\t", f"\t{sale}\t").replace("\t1024\t", f"\t{total}\t")
    settlement = read(report)
    assert settlement.total == Money(1024, "JPY")
    assert settlement.lines["minor"].to_list() == [1275, -191, -60]


def test_a_deposit_date_may_be_blank() -> None:
    assert read(edited(V2, 2, "2026-05-20 22:07:00 UTC", "")).deposit_on is None


def test_deposit_and_end_are_the_days_that_are_printed() -> None:
    late = V2.replace(b"2026-05-18 22:07:00", b"2026-05-18 23:59:59")
    assert read(late.replace(b"2026-05-20 22:07:00", b"2026-05-20 00:00:00")).end_on.day == 18


def test_a_blank_amount_is_a_line_of_zero() -> None:
    blank = edited(edited(V2, 10, "\t-15.00\t", "\t\t"), 2, "1016.08", "1031.08")
    assert read(blank).lines["minor"].to_list()[-1] == 0


def test_a_line_without_names_stays_and_is_for_the_mapping_to_refuse() -> None:
    nameless = edited(V2, 10, "\tother-transaction\tSubscription Fee\t", "\t\t\t")
    last = read(nameless).lines.row(-1, named=True)
    assert (last["transaction_type"], last["amount_type"]) == ("other-transaction", "")
    assert last["amount_description"] == ""


def test_equal_lines_are_all_kept() -> None:
    twice = V2 + V2.splitlines(keepends=True)[9] + V2.splitlines(keepends=True)[9]
    settlement = read(edited(twice, 2, "1016.08", "986.08"))
    assert settlement.line_count == 10
    assert settlement.lines["minor"].to_list()[-3:] == [-1500, -1500, -1500]


def test_a_settlement_without_lines_comes_to_nothing() -> None:
    empty = b"\n".join(V2.splitlines()[:2]).replace(b"1016.08", b"0.00")
    settlement = read(empty)
    assert (settlement.line_count, settlement.total.minor) == (0, 0)
    assert settlement.lines.schema == LINE_SCHEMA
    assert settlement.marketplace_lines == {}


class TestOldLayout:
    """V1, retired by Amazon, is imported from archives."""

    def test_it_is_the_same_money_as_its_twin(self) -> None:
        settlement = read(v1())
        assert settlement.layout == "V1"
        assert settlement.total == Money(101608, "CAD")
        assert compare(read(V2), settlement) == Same()

    def test_each_amount_is_a_line_under_the_name_v2_gives_it(self) -> None:
        lines = read(v1()).lines.select(
            "line_number", "transaction_type", "amount_type", "amount_description", "minor"
        )
        assert lines.rows() == [
            (3, "Order", "ItemPrice", "Principal", 0),
            (4, "Order", "ItemPrice", "Principal", 127550),
            (5, "Order", "ItemFees", "Commission", -19133),
            (6, "Order", "Shipment-Fees", "FBA transportation fee", -9),
            (7, "Refund", "ItemPrice", "Principal", -6000),
            (8, "ServiceFee", "Cost of Advertising", "TransactionTotalAmount", -450),
            (8, "ServiceFee", "Cost of Advertising", "TaxAmount", -50),
            (9, "other-transaction", "FBA Inventory Reimbursement", "WAREHOUSE_DAMAGE", 1200),
            (10, "other-transaction", "other-transaction", "Subscription Fee", -1500),
        ]

    def test_units_sold_are_counted_once_in_both_layouts(self) -> None:
        assert units(read(v1())) == units(read(V2)) == 2

    def test_a_quantity_on_a_sale_row_is_not_counted_again(self) -> None:
        repeated = v1().replace(b"\tTEA 12g\t\tPrincipal", b"\tTEA 12g\t2\tPrincipal")
        assert repeated != v1()
        assert units(read(repeated)) == 2

    def test_promotions_may_be_absent(self) -> None:
        columns = [each for each in V1_COLUMNS if not each.startswith("promotion")]
        assert len(columns) == 33
        assert read(v1(columns=columns)).total == Money(101608, "CAD")

    def test_every_amount_column_is_read(self) -> None:
        promotion = {"promotion-type": "Shipping", "promotion-amount": "-1.00"}
        more = (
            {"transaction-type": "Order", **promotion},
            {"transaction-type": "Order", "order-fee-amount": "-0.10"},
            {
                "transaction-type": "Order",
                "direct-payment-type": "Cash",
                "direct-payment-amount": "2",
            },
            {"transaction-type": "Order", "misc-fee-amount": "-0.20"},
            {"transaction-type": "Order", "other-fee-amount": "-0.40"},
            {"transaction-type": "Micro Deposit"},
        )
        dated = [{**row, "posted-date": "2026-05-11T00:00:00+00:00"} for row in more]
        names = ["transaction_type", "amount_type", "amount_description", "minor"]
        lines = read(v1(*dated, total="1016.38")).lines.select(names).tail(6)
        assert lines.rows() == [
            ("Order", "Promotion", "Shipping", -100),
            ("Order", "Order Fees", "MiscFee", -10),
            ("Order", "Direct Payment", "Cash", 200),
            ("Order", "Misc Fees", "MiscFee", -20),
            ("Order", "Other Fees", "OtherFee", -40),
            ("other-transaction", "other-transaction", "Micro Deposit", 0),
        ]


class TestBlocks:
    """A large report is read, kept and given out in blocks; where they end means nothing."""

    @pytest.mark.parametrize("block_bytes", [1, 100, 1000, 1 << 20])
    @pytest.mark.parametrize("packed", [False, True], ids=["plain", "compressed"])
    def test_any_size_of_block_gives_the_same_lines(
        self, block_bytes: int, packed: bool, tmp_path: Path
    ) -> None:
        messy = V2.replace(b"\n", b"\r\n\r\n")
        path = tmp_path / "report.txt"
        path.write_bytes(gzip.compress(messy) if packed else messy)
        settlement = read_settlement(path, block_bytes=block_bytes)
        assert said(settlement) == said(read(V2))
        assert settlement.lines["line_number"].to_list() == list(range(5, 21, 2))
        assert settlement.sha256 == hashlib.sha256(messy).hexdigest()

    def test_blocks_can_be_read_again_and_again(self, tmp_path: Path) -> None:
        path = tmp_path / "report.txt"
        path.write_bytes(V2)
        settlement = read_settlement(path, block_bytes=300)
        path.unlink()
        once, again = list(settlement.blocks()), list(settlement.blocks())
        assert len(once) > 2
        assert [each.rows() for each in once] == [each.rows() for each in again]
        assert all(each.schema == LINE_SCHEMA for each in once)
        assert sum(each.height for each in once) == settlement.line_count

    def test_text_in_another_encoding_may_begin_in_a_late_block(self, tmp_path: Path) -> None:
        path = tmp_path / "report.txt"
        path.write_bytes(edited(V2, 9, "MUG/01", "TASSÉ").decode().encode("cp1252"))
        assert read_settlement(path, block_bytes=200).lines["sku"][6] == "TASSÉ"

    def test_a_settlement_crosses_processes(self) -> None:
        settlement = read(V2)
        copy = pickle.loads(pickle.dumps(settlement))
        assert said(copy) == said(settlement)


def test_our_archive_is_read_like_the_file_it_came_from(tmp_path: Path) -> None:
    path = tmp_path / f"{hashlib.sha256(V2).hexdigest()}.gz"
    path.write_bytes(gzip.compress(V2))
    assert read_settlement(path).sha256 == path.stem
