"""What is wrong with a settlement file is said with its line, what stands there and the remedy."""

from __future__ import annotations

import errno
import gzip
import os
from pathlib import Path
from typing import NoReturn

import pytest
from flat_files import COMMA, DOTTED, POINT, V1_HEADING, V2, edited, read, v1

from truebooks_xl.amazon import flat_file_errors as wrong
from truebooks_xl.amazon import report_file
from truebooks_xl.amazon.flat_file import read_settlement
from truebooks_xl.errors import DataError

LINES = V2.decode().splitlines()
HTML = b"<!DOCTYPE html><html><body>Sign in</body></html>"
EXPIRED = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'


def joined(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


WRONG: dict[str, tuple[bytes, type[DataError], str]] = {
    # name: (file, error, its message up to the remedy)
    "empty": (b"", wrong.EmptyReport, "May.txt: The file is empty."),
    "only blank lines": (b"\n \r\n\n", wrong.EmptyReport, "May.txt: The file is empty."),
    "web page": (HTML, wrong.NotAReport, "line 1: This is a web page, not a settlement report."),
    "expired link": (EXPIRED, wrong.NotAReport, "line 1: This is an XML answer or report, not"),
    "refusal": (b'{"message":"Forbidden"}', wrong.NotAReport, "This is an error answer, not"),
    "workbook": (b"PK\x03\x04...", wrong.NotAReport, "This is a zip archive or an Excel workbook"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1", wrong.NotAReport, "This is an old Excel workbook"),
    "PDF": (b"%PDF-1.7", wrong.NotAReport, "line 1: This is a PDF, not a settlement report."),
    "UTF-16": (
        V2.decode().encode("utf-16"),
        wrong.ResavedByExcel,
        "saved again by a spreadsheet program: it is “Unicode text” (UTF-16)",
    ),
    "UTF-16 without its mark": (
        V2.decode().encode("utf-16-le"),
        wrong.ResavedByExcel,
        "it is “Unicode text” (UTF-16).",
    ),
    "commas": (
        V2.replace(b"\t", b","),
        wrong.ResavedByExcel,
        (
            "line 1: The report was saved again by a spreadsheet program: "
            "its columns are separated by commas."
        ),
    ),
    "semicolons": (
        V2.replace(b"\t", b";"),
        wrong.ResavedByExcel,
        "its columns are separated by semicolons.",
    ),
    "quotation marks": (
        V2.replace(b"settlement-id", b'"settlement-id"', 1),
        wrong.ResavedByExcel,
        "its fields stand in quotation marks.",
    ),
    "old Macintosh": (
        V2.replace(b"\n", b"\r"),
        wrong.OldMacintosh,
        "May.txt: Its lines end as on an old Mac (CR alone)",
    ),
    "old Macintosh, one line of many megabytes": (
        V2.replace(b"\n", b"\r") * 1000,
        wrong.OldMacintosh,
        "May.txt: Its lines end as on an old Mac (CR alone)",
    ),
    "settlement id turned to a number": (
        V2.replace(b"24288684721", b"2.42887E+10"),
        wrong.ResavedByExcel,
        (
            "line 2: The report was saved again by a spreadsheet program: "
            "the settlement-id has become 2.42887E+10."
        ),
    ),
    "order item turned to a number": (
        edited(V2, 4, "13610448369300", "1.36104E+13"),
        wrong.ResavedByExcel,
        (
            "line 4: The report was saved again by a spreadsheet program: "
            "the order-item-code has become 1.36104E+13."
        ),
    ),
    "order id turned to a number, with a comma": (
        edited(V2, 6, "702-7788328-2040201", "7,02779E+16"),
        wrong.ResavedByExcel,
        (
            "line 6: The report was saved again by a spreadsheet program: "
            "the order-id has become 7,02779E+16."
        ),
    ),
    "another report": (
        b"Date\tType\tOrder\n",
        wrong.UnknownHeading,
        (
            "line 1: The heading lacks the columns settlement-id, settlement-start-date, "
            "settlement-end-date, deposit-date, total-amount, …; "
            "it begins with “Date\\tType\\tOrder”."
        ),
    ),
    "no heading": (
        joined(*LINES[1:]),
        wrong.UnknownHeading,
        "line 1: The heading lacks the columns settlement-id,",
    ),
    "a column short": (
        V2.replace(b"posted-date-time", b"posted", 1),
        wrong.UnknownHeading,
        "line 1: The heading lacks the columns posted-date-time; it begins with “settlement-id",
    ),
    "half a promotion": (
        v1().replace(b"promotion-type", b"promotion"),
        wrong.UnknownHeading,
        "line 1: The heading lacks the columns promotion-type;",
    ),
    "a column twice": (
        V2.replace(b"merchant-order-id", b"sku", 1),
        wrong.UnknownHeading,
        "line 1: The heading lacks the columns merchant-order-id;",
    ),
    "another column twice": (
        V2.replace(b"promotion-id", b"amount", 1),
        wrong.RepeatedColumn,
        "line 1: The heading names the column “amount” twice.",
    ),
    "V1 and V2 in one heading": (
        V2.replace(b"promotion-id", b"other-amount", 1),
        wrong.MixedLayouts,
        (
            "line 1: The file mixes the layouts V1 and V2: "
            "the heading names other-amount of V1 and amount-type of V2."
        ),
    ),
    "V1 under V2": (
        V2 + v1(),
        wrong.MixedLayouts,
        (
            "line 11: The file mixes the layouts V1 and V2: "
            "a second heading begins here, of V1; the first is of V2."
        ),
    ),
    "V2 under V1, its heading in capitals": (
        v1() + LINES[0].upper().encode() + V2[len(LINES[0]) :],
        wrong.MixedLayouts,
        (
            "line 11: The file mixes the layouts V1 and V2: "
            "a second heading begins here, of V2; the first is of V1."
        ),
    ),
    "V2 under V2": (
        V2 + V2,
        wrong.JoinedReports,
        "line 11: A second heading begins here: several reports were joined in one file.",
    ),
    "V1 rows under a V2 heading": (
        LINES[0].encode() + v1()[v1().index(b"\n") :],
        wrong.MixedLayouts,
        (
            "line 2: The file mixes the layouts V1 and V2: "
            "the line has 36 fields, as V1 has; the heading is of V2."
        ),
    ),
    "V1 rows without promotions under V2 rows": (
        V2 + b"\t" * 32 + b"\n",
        wrong.MixedLayouts,
        (
            "line 11: The file mixes the layouts V1 and V2: "
            "the line has 33 fields, as V1 has; the heading is of V2."
        ),
    ),
    "V2 rows under a V1 heading": (
        V1_HEADING.replace(" ", "\t").encode() + V2[len(LINES[0]) :],
        wrong.MixedLayouts,
        (
            "line 2: The file mixes the layouts V1 and V2: "
            "the line has 24 fields, as V2 has; the heading is of V1."
        ),
    ),
    "torn in a line": (
        V2[:-40],
        wrong.TornLine,
        (
            "line 10: The line has 17 fields where the heading has 24: "
            "the file is cut off or damaged here."
        ),
    ),
    "torn in the summary row": (
        joined(LINES[0], LINES[1][:40]),
        wrong.TornLine,
        "line 2: The line has 3 fields where the heading has 24",
    ),
    "torn in the heading": (
        LINES[0][:200].encode(),
        wrong.UnknownHeading,
        "line 1: The heading lacks the columns",
    ),
    "torn after a blank line": (
        V2.replace(b"\n", b"\n\n")[:-40],
        wrong.TornLine,
        "line 19: The line has",
    ),
    "torn at the end of a line": (
        joined(*LINES[:9]),
        wrong.TotalsDiffer,
        (
            "line 2: Amazon reported CAD 1,016.08, the lines add up to CAD 1,031.08, "
            "the difference is -CAD 15.00: lines are missing, doubled or changed."
        ),
    ),
    "a line doubled": (
        V2 + LINES[9].encode(),
        wrong.TotalsDiffer,
        (
            "Amazon reported CAD 1,016.08, the lines add up to CAD 1,001.08, the difference is "
            "CAD 15.00"
        ),
    ),
    "only the summary row": (
        joined(*LINES[:2]),
        wrong.TotalsDiffer,
        "Amazon reported CAD 1,016.08, the lines add up to CAD 0.00",
    ),
    "zero bytes": (
        edited(V2, 5, "TEA", "T\0A"),
        wrong.ControlCharacter,
        "line 5: The line holds the control character 0x00: the file is damaged here.",
    ),
    "a bell in the summary row": (
        edited(V2, 2, "CAD", "C\aAD"),
        wrong.ControlCharacter,
        "line 2: The line holds the control character 0x07",
    ),
    "a carriage return inside a line": (
        edited(V2, 6, "MUG/01", "MUG\r01"),
        wrong.ControlCharacter,
        "line 6: The line holds the control character 0x0D",
    ),
    "no text in any encoding": (
        V2.replace(b"MUG/01", b"MUG\x81\xff", 1),
        wrong.UndecodableText,
        (
            "line 6: The line holds bytes that are no text in UTF-8, nor as Windows writes it "
            "in the West (cp1252) or in Japan (cp932)."
        ),
    ),
    "bytes only a lenient reader takes for Japanese": (
        V2.replace(b"MUG/01", b"MUG\x8d\x41\xff", 1),
        wrong.UndecodableText,
        "line 6: The line holds bytes that are no text in UTF-8, nor as Windows writes it",
    ),
    "text that was decoded wrongly once": (
        edited(V2, 6, "MUG/01", "TASS\u0082"),
        wrong.GarbledText,
        "line 6: The line holds characters that were lost when the file was saved.",
    ),
    "text that was lost": (
        edited(V2, 6, "MUG/01", "TASS\ufffd"),
        wrong.GarbledText,
        "line 6: The line holds characters that were lost when the file was saved.",
    ),
    "no summary row": (
        joined(LINES[0], *LINES[2:]),
        wrong.NoSummaryRow,
        "May.txt: No row carries a total-amount: the summary row is missing.",
    ),
    "only a heading": (joined(LINES[0]), wrong.NoSummaryRow, "May.txt: No row carries a total"),
    "two summary rows": (
        joined(*LINES, LINES[1]),
        wrong.SecondSummaryRow,
        "line 11: A second total-amount stands here; the first is in line 2.",
    ),
    "two settlements": (
        edited(V2, 7, "24288684721", "24391894961"),
        wrong.OtherSettlement,
        "line 7: The settlement-id is “24391894961”, in the rest of the file 24288684721.",
    ),
    "a line of nobody": (
        edited(V2, 7, "24288684721", ""),
        wrong.OtherSettlement,
        "line 7: The settlement-id is “”, in the rest of the file 24288684721.",
    ),
    "an id of letters": (
        V2.replace(b"24288684721", b"May2026"),
        wrong.BadSettlementId,
        "line 2: The settlement-id “May2026” is not a number of up to 20 digits.",
    ),
    "an id of 21 digits": (
        V2.replace(b"24288684721", b"1" * 21),
        wrong.BadSettlementId,
        "line 2: The settlement-id “111111111111111111111” is not a number of up to 20 digits.",
    ),
    "an id that leads elsewhere": (
        V2.replace(b"24288684721", b"../../2428"),
        wrong.BadSettlementId,
        "line 2: The settlement-id “../../2428” is not a number of up to 20 digits.",
    ),
    "an id of other digits": (
        V2.replace(b"24288684721", "１２３".encode()),
        wrong.BadSettlementId,
        "line 2: The settlement-id “\\xef\\xbc\\x91",
    ),
    "two currencies": (
        edited(V2, 7, "\t\t\t\t\t\tServiceFee", "\t\t\t\t\tUSD\tServiceFee"),
        wrong.OtherCurrency,
        "line 7: The currency is “USD”, that of the settlement CAD.",
    ),
    "no currency": (
        edited(V2, 2, "CAD", ""),
        wrong.BadCurrency,
        "line 2: The currency “” is not a code of three letters.",
    ),
    "a currency of no marketplace": (
        edited(V2, 2, "CAD", "XYZ"),
        wrong.UnknownCurrency,
        "line 2: The currency “XYZ” is that of no Amazon marketplace.",
    ),
    "a comma among points": (
        edited(V2, 4, "-191.33", "-191,33"),
        wrong.UnreadableAmount,
        "line 4: The amount “-191,33” is not written with a decimal point, as the total is.",
    ),
    "a point among commas": (
        edited(COMMA, 4, "-191,33", "-191.33"),
        wrong.UnreadableAmount,
        "line 4: The amount “-191.33” is not written with a decimal comma, as the total is.",
    ),
    "both marks, and a total that has none": (
        edited(edited(POINT, 2, "1016.08", "1016"), 4, "-191.33", "-191,33"),
        wrong.UnreadableAmount,
        "line 3: The amount “1275.50” is not written with a decimal comma, as the total is.",
    ),
    "three decimals": (
        edited(V2, 4, "-191.33", "-191.333"),
        wrong.UnreadableAmount,
        "line 4: The amount “-191.333” is not written",
    ),
    "a number a spreadsheet made short": (
        edited(V2, 3, "1275.50", "1.28E+03"),
        wrong.UnreadableAmount,
        "line 3: The amount “1.28E+03” is not written",
    ),
    "a total that is no number": (
        edited(V2, 2, "1016.08", "1 016.0.8"),
        wrong.UnreadableAmount,
        "line 2: The amount “1 016.0.8” is not written with a decimal point or comma.",
    ),
    "half a yen": (
        V2.replace(b"CAD", b"JPY"),
        wrong.UnreadableAmount,
        "“1275.50” is not written in whole units; this currency has no decimals.",
    ),
    "half a unit": (
        edited(V2, 3, "TEA 12g\t2", "TEA 12g\t2.5"),
        wrong.UnreadableQuantity,
        "line 3: The quantity-purchased “2.5” is not a whole number.",
    ),
    "a date in another style": (
        edited(V2, 6, "2026-05-07 23:59:00 UTC", "07.05.2026 23:59:00 UTC"),
        wrong.UnreadableDate,
        (
            "line 6: The posted-date-time “07.05.2026 23:59:00 UTC” is not a date like "
            "2026-07-17 07:06:34 UTC."
        ),
    ),
    "a day that does not exist": (
        edited(V2, 6, "2026-05-07 23:59:00", "2026-02-30 23:59:00"),
        wrong.UnreadableDate,
        "line 6: The posted-date-time “2026-02-30 23:59:00 UTC” is not a date",
    ),
    "a day that no February has": (
        edited(DOTTED, 2, "18.05.2026", "31.02.2026"),
        wrong.UnreadableDate,
        "line 2: The settlement-end-date “31.02.2026 22:07:00 UTC” is not a date",
    ),
    "a payout on a day that no February has": (
        edited(V2, 2, "2026-05-20", "2026-02-31"),
        wrong.UnreadableDate,
        "line 2: The deposit-date “2026-02-31 22:07:00 UTC” is not a date",
    ),
    "a day in words": (
        edited(V2, 2, "2026-05-18 22:07:00 UTC", "18 May 2026"),
        wrong.UnreadableDate,
        (
            "line 2: The settlement-end-date “18 May 2026” is not a date like "
            "2026-07-17 07:06:34 UTC, 17.07.2026 07:06:34 UTC,"
        ),
    ),
    "no posted date": (
        edited(V2, 10, "2026-05-10 12:00:00 UTC", ""),
        wrong.UnreadableDate,
        "line 10: The posted-date-time “” is not a date",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_damaged_report_is_refused_with_its_line_and_the_remedy(name: str) -> None:
    report, kind, message = WRONG[name]
    with pytest.raises(DataError) as refused:
        read(report)
    assert type(refused.value) is kind, refused.value
    assert message in str(refused.value)
    assert refused.value.where.startswith("May.txt")
    assert refused.value.remedy


def test_a_comma_read_as_thousands_is_named() -> None:
    """A spreadsheet took ``95,00`` for 9,500: the lines are a hundred times the total."""
    table = {"1275,50": "127550", "-191,33": "-19133", "-0,09": "-9", "-60,00": "-6000"}
    table |= {"-4,50": "-450", "-0,50": "-50", "12,00": "1200", "-15,00": "-1500"}
    report = COMMA
    for line, (old, new) in enumerate(table.items(), 3):
        report = edited(report, line, f"\t{old}\t", f"\t{new}\t")
    with pytest.raises(wrong.TotalsDiffer) as refused:
        read(report)
    assert "the lines add up to CAD 101,608.00" in str(refused.value)
    assert "One is exactly a hundred times the other: a decimal comma was lost." in str(
        refused.value
    )


def test_day_and_month_that_could_change_places_are_not_guessed() -> None:
    report = V2.replace(b"2026-05-18", b"2026-05-12").replace(b"2026-05-20", b"2026-05-12")
    for day in range(4, 13):
        report = report.replace(f"2026-05-{day:02}".encode(), f"05/{day:02}/2026".encode())
    with pytest.raises(wrong.AmbiguousDates) as refused:
        read(report)
    assert "“05/04/2026 22:07:00 UTC” may be day/month or month/day" in str(refused.value)


class TestFile:
    """What is wrong with the file itself, before a line of it is read."""

    def test_it_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(wrong.CannotOpenReport, match=r"none\.txt: The file cannot be opened"):
            read_settlement(tmp_path / "none.txt")

    def test_it_is_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(wrong.NotARegularFile, match=f"{tmp_path.name}: This is a folder"):
            read_settlement(tmp_path)
        with pytest.raises(wrong.NotARegularFile, match=r"^/: This is a folder"):
            read_settlement(Path("/"))

    def test_it_is_a_pipe_nobody_writes_to(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "May.txt")
        with pytest.raises(wrong.NotARegularFile, match=r"May\.txt: This is a pipe or a device"):
            read_settlement(tmp_path / "May.txt")

    def test_it_is_a_device(self) -> None:
        with pytest.raises(wrong.NotARegularFile, match="null: This is a pipe or a device"):
            read_settlement(Path(os.devnull))

    def test_it_may_not_be_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def closed(_: Path, __: str) -> NoReturn:  # root, who may run the tests, may read all
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        (tmp_path / "May.txt").write_bytes(V2)
        monkeypatch.setattr(Path, "open", closed)
        with pytest.raises(wrong.CannotOpenReport, match=r"cannot be opened \(Permission denied\)"):
            read_settlement(tmp_path / "May.txt")

    def test_its_name_is_safe_for_a_terminal(self, tmp_path: Path) -> None:
        with pytest.raises(wrong.CannotOpenReport, match=r"^\\x1b\[31m\.txt: The file cannot"):
            read_settlement(tmp_path / "\x1b[31m.txt")

    def test_it_is_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(report_file, "LIMIT_BYTES", 1000)
        with pytest.raises(wrong.ReportTooLarge, match="It is larger than"):
            read(V2)

    def test_it_is_a_small_archive_of_something_too_large(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bomb = gzip.compress(V2 + b"\n" * 5_000_000)
        monkeypatch.setattr(report_file, "LIMIT_BYTES", 1_000_000)
        assert len(bomb) < 10_000
        with pytest.raises(wrong.ReportTooLarge):
            read(bomb)

    def test_its_archive_is_cut_short(self) -> None:
        for kept in (3, 15, 100, -1):
            with pytest.raises(wrong.DamagedArchive, match="damaged or cut short"):
                read(gzip.compress(V2)[:kept])

    def test_its_archive_was_changed(self) -> None:
        archive = bytearray(gzip.compress(V2))
        archive[60] ^= 0x10
        with pytest.raises(DataError):
            read(bytes(archive))

    def test_a_line_never_ends(self) -> None:
        with pytest.raises(wrong.EndlessLine, match="A line is longer than 1,048,576 bytes"):
            read(b"settlement-id" + b"\t" * 3_000_000)

    def test_it_is_replaced_while_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "May.txt"
        path.write_bytes(V2)
        file = report_file.ReportFile.at(path)
        path.write_bytes(V2 + b"\n")
        with pytest.raises(wrong.ReportChanged, match=r"May\.txt: The file changed"):
            list(file.blocks(1000))

    def test_a_report_is_left_as_it_is(self, tmp_path: Path) -> None:
        path = tmp_path / "May.txt"
        path.write_bytes(V2)
        before = (path.stat().st_mtime_ns, path.read_bytes())
        read_settlement(path)
        assert (path.stat().st_mtime_ns, path.read_bytes()) == before
        assert list(tmp_path.iterdir()) == [path]


def test_a_shown_text_is_short_and_safe_for_a_terminal() -> None:
    with pytest.raises(wrong.UnknownHeading) as refused:
        read("\x1b[31m" + V1_HEADING[:30] * 20)
    assert "“\\x1b[31msettlement-id settlement" in str(refused.value)
    assert len(str(refused.value)) < 500
