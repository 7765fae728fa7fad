"""Files from outside: refused in a sentence, quickly, and in little memory."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_workbook import COSTS, pack, sheet_xml, tiny_parts, tiny_workbook

from truebooks_xl.errors import DataError
from truebooks_xl.workbook.closed.book import ClosedBook
from truebooks_xl.workbook.closed.hostile import DamagedBook, HostileBook, NotAWorkbook
from truebooks_xl.workbook.closed.parts import Dates1904

ROW = '<row r="2"><c r="B2"><v>1</v></c></row>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def parts(**changed: str | bytes) -> dict[str, str | bytes]:
    return {**tiny_parts(sheet_xml(ROW)), **changed}


def zip_bomb(path: Path) -> None:
    """Two hundred mebibytes of one cell, in two hundred kilobytes."""
    big = sheet_xml(
        f"<row r='2'><c r='A2' t='inlineStr'><is><t>{'0' * (150 << 20)}</t></is></c></row>"
    )
    pack(path, parts(**{"xl/sheet1.xml": big}))


def bomb_beside(path: Path) -> None:
    pack(path, parts(**{"xl/media/big.bin": bytes(150 << 20)}))


def entities(path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{laughs}]>'
    row = '<row r="2"><c r="A2" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    pack(path, parts(**{"xl/sheet1.xml": doctype + sheet_xml(row)}))


def outside_entity(path: Path) -> None:
    doctype = '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    row = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    sheet, strings = sheet_xml(row), doctype + "<sst><si><t>&x;</t></si></sst>"
    pack(path, parts(**{"xl/sheet1.xml": sheet, "xl/strings.xml": strings}))


def same_name_twice(path: Path) -> None:
    pack(path, parts())
    with zipfile.ZipFile(path, "a") as out, pytest.warns(UserWarning, match="Duplicate"):
        out.writestr("xl/sheet1.xml", sheet_xml(""))


def overlapping(path: Path) -> None:
    """Two names for one record: the trick of the bombs that no ratio gives away."""
    pack(path, parts())
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", directory + 1)
    data[second + 42 : second + 46] = data[directory + 42 : directory + 46]
    path.write_bytes(data)


def many_parts(path: Path) -> None:
    pack(path, parts() | {f"x/{n}": b"" for n in range(10_001)})


def torn(path: Path) -> None:
    pack(path, parts())
    path.write_bytes(path.read_bytes()[:-100])


def flipped(path: Path) -> None:
    pack(path, parts())
    data = bytearray(path.read_bytes())
    data[data.index(b"xl/sheet1.xml") + 40] ^= 0xFF
    path.write_bytes(data)


def rows_out_of_order(path: Path) -> None:
    pack(path, parts(**{"xl/sheet1.xml": sheet_xml(ROW + ROW)}))


def garbled(path: Path) -> None:
    pack(path, parts(**{"xl/sheet1.xml": sheet_xml(ROW)[:-20]}))


def other_file(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def without(name: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        pack(path, {each: data for each, data in parts().items() if each != name})

    return make


def dates_1904(path: Path) -> None:
    pack(path, tiny_parts(sheet_xml(ROW), ' date1904="1"'))


def strict(path: Path) -> None:
    namespace = 'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"'
    pack(path, parts(**{"xl/workbook.xml": f"<workbook {namespace}/>"}))


BAD: dict[str, tuple[Callable[[Path], object], type[DataError], str]] = {
    "zip bomb": (zip_bomb, HostileBook, "unpacks from"),
    "bomb beside the sheets": (bomb_beside, HostileBook, "big.bin unpacks from"),
    "billion laughs": (entities, HostileBook, "declares a document type"),
    "another file's text": (outside_entity, HostileBook, "declares a document type"),
    "one name twice": (same_name_twice, HostileBook, "the same name"),
    "overlapping parts": (overlapping, HostileBook, "overlap"),
    "too many parts": (many_parts, HostileBook, "too many parts"),
    "torn": (torn, DamagedBook, "damaged"),
    "bits flipped": (flipped, DamagedBook, "torn"),
    "rows out of order": (rows_out_of_order, DamagedBook, "out of order"),
    "garbled sheet": (garbled, DamagedBook, "breaks off"),
    "no workbook part": (without("xl/workbook.xml"), DamagedBook, "xl/workbook.xml is missing"),
    "any other zip": (without("[Content_Types].xml"), NotAWorkbook, "not an Excel workbook"),
    "no sheet part": (without("xl/sheet1.xml"), DamagedBook, "xl/sheet1.xml is missing"),
    "empty": (other_file(b""), NotAWorkbook, "empty"),
    "a text file": (other_file(b"SKU,Unit cost\n"), NotAWorkbook, "not an Excel workbook"),
    "an old .xls": (other_file(OLE + bytes(600)), NotAWorkbook, "old .xls"),
    "encrypted": (
        other_file(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")),
        NotAWorkbook,
        "password",
    ),
    "missing": (lambda _: None, NotAWorkbook, "There is no file"),
    "dates from 1904": (dates_1904, Dates1904, "1904"),
    "strict": (strict, NotAWorkbook, "Strict"),
}


@pytest.mark.parametrize(("make", "error", "words"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_in_a_sentence(
    tmp_path: Path, make: Callable[[Path], object], error: type[DataError], words: str
) -> None:
    path = tmp_path / "Bad.xlsx"
    make(path)
    started = time.perf_counter()
    with pytest.raises(error, match=words) as refused:
        ClosedBook(path).rows(COSTS)
    assert time.perf_counter() - started < 2
    assert str(refused.value).startswith("Bad.xlsx: ")


MEASURE = """
import sys
from pathlib import Path
from truebooks_xl.errors import DataError
from truebooks_xl.workbook.closed.book import ClosedBook
sys.path.insert(0, sys.argv[2])
from tiny_workbook import COSTS
try:
    print(len(ClosedBook(Path(sys.argv[1])).rows(COSTS)))
except DataError as refused:
    print(type(refused).__name__)
peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak[0].split()[1]) // 1024)
"""


def far_corner(path: Path) -> None:
    """A1 and XFD1048576 alone: a dense reader would ask for 17 billion cells."""
    row = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    dimension = '<dimension ref="A1:XFD1048576"/><sheetData>'
    sheet = sheet_xml(ROW + row).replace("<sheetData>", dimension)
    table = tiny_parts("")["xl/table1.xml"].replace("A1:D4", "A1:XFD1048576")
    pack(path, parts(**{"xl/sheet1.xml": sheet, "xl/table1.xml": table}))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's peak memory")
@pytest.mark.parametrize(
    ("make", "answer"), [(zip_bomb, "HostileBook"), (far_corner, "1"), (entities, "HostileBook")]
)
def test_it_takes_under_two_seconds_and_256_mebibytes(
    tmp_path: Path, make: Callable[[Path], object], answer: str
) -> None:
    path = tmp_path / "Bad.xlsx"
    make(path)
    started = time.perf_counter()
    folder = str(Path(__file__).parent)
    command = [sys.executable, "-c", MEASURE, str(path), folder]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert time.perf_counter() - started < 2
    assert told[0] == answer
    assert int(told[1]) < 256


def test_a_good_file_is_not_refused(tmp_path: Path) -> None:
    assert len(ClosedBook(tiny_workbook(tmp_path / "a.xlsx", ROW)).rows(COSTS)) == 1
