"""The evidence as a file: a preview to read, a snapshot to be read back, in one workbook.

Protects: every text stays a text, whatever it begins with; the same evidence gives the same bytes,
so that attaching it again changes nothing. A snapshot too large for the workbook goes beside it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from truebooks_xl.core.evidence import Evidence, EvidenceUnreadable, Row, read_rows, rows
from truebooks_xl.core.money import Money, exponent

MOST_BYTES: Final = 3_000_000
"""The smallest of the limits that Xero's pages name for one attachment."""

MOST_FILES: Final = 10
"""Attachments of one document."""

LONGEST_TEXT: Final = 32_767
"""Characters of one cell."""

WORDS: Final = {"ACCREC": "Invoice", "ACCPAY": "Bill", "MANUALJOURNAL": "Manual journal"}

PLAIN: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
"""A text is a text: ``=cmd|…`` in a SKU is what somebody called a thing."""

HEADINGS: Final = (
    "Description",
    "Account",
    "Tax type",
    "Rate %",
    "Tracking",
    "Gross",
    "VAT",
    "Net",
)
WIDTHS: Final = (46, 10, 19, 9, 32, 14, 14, 14)
NUMBERS: Final = (3, 5, 6, 7)
HEAD: Final = {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"}


class File(NamedTuple):
    """One file to attach."""

    name: str
    content: bytes


def files(evidence: Evidence, *, most_bytes: int = MOST_BYTES) -> list[File]:
    """Return what is attached: one workbook, or the preview and the snapshot beside it."""
    held = rows(evidence)
    name = f"{evidence.stem}.xlsx"
    if all(_fits(value) for _, value in held):
        whole = _workbook(evidence, held)
        if len(whole) <= most_bytes:
            return [File(name, whole)]
    texts = _texts(held, most_bytes)
    assert len(texts) < MOST_FILES, f"{evidence.stem} needs {len(texts)} files"
    names = (f"{evidence.stem}{f'_{n}' if n > 1 else ''}.csv" for n in range(1, MOST_FILES))
    return [File(name, _workbook(evidence, [])), *map(File, names, texts)]


def is_evidence(name: str, token: str) -> bool:
    """Say whether an attachment's name is one of ours for a key."""
    return name.startswith(f"{token}_preview_") and name.endswith((".xlsx", ".csv"))


def read(attached: Mapping[str, bytes]) -> Evidence:
    """Read back the evidence of one posting from its files, by name.

    Raises:
        EvidenceUnreadable: no snapshot is among them, or it is damaged.
    """
    name = min(attached, key=len, default="")
    texts = sorted((each for each in attached if each.endswith(".csv")), key=lambda n: (len(n), n))
    if texts:
        lines = [line for each in texts for line in _lines(each, attached[each])]
        return read_rows(texts[0], lines)
    if not name:
        raise EvidenceUnreadable("of the document", "nothing is attached")
    return read_rows(name, _snapshot(name, attached[name]))


# The snapshot -----------------------------------------------------------------------------------


def _snapshot(name: str, content: bytes) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = book.get_sheet_by_name("Snapshot").to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as wrong:
        raise EvidenceUnreadable(name, str(wrong)) from None
    return [[str(cell) for cell in row] for row in found]


def _lines(name: str, content: bytes) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as wrong:
        raise EvidenceUnreadable(name, str(wrong)) from None


def _texts(held: Iterable[Row], most_bytes: int) -> list[bytes]:
    """Write the rows as CSV, in as many files as the limit asks for; a row is never cut."""
    found: list[bytes] = [b""]
    for row in held:
        line = io.StringIO(newline="")
        csv.writer(line).writerow(row)
        text = line.getvalue().encode()
        if len(found[-1]) + len(text) > most_bytes:
            found.append(b"")
        found[-1] += text
    return found


def _fits(text: str) -> bool:
    """Say whether a cell holds a text; Excel counts in UTF-16."""
    return len(text.encode("utf-16-le")) <= 2 * LONGEST_TEXT


# The workbook -----------------------------------------------------------------------------------


def _workbook(evidence: Evidence, held: Sequence[Row]) -> bytes:
    """Write the workbook; without rows it has no snapshot."""
    from xlsxwriter import Workbook  # noqa: PLC0415

    content = io.BytesIO()
    with Workbook(content, PLAIN) as book:
        at = evidence.at.replace(tzinfo=None)  # Excel has no time zones: UTC
        book.set_properties({"title": evidence.reference, "created": at})
        _preview(book, evidence)
        if held:
            _rows(book, held)
    return content.getvalue()


def _rows(book: Any, held: Sequence[Row]) -> None:  # noqa: ANN401 of a library without types
    sheet = book.add_worksheet("Snapshot")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 120)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for n, row in enumerate(held):
        for column, value in enumerate(row):
            sheet.write_string(n, column, value)
    # Numbers among them are texts on purpose: no green corners.
    sheet.ignore_errors({"number_stored_as_text": "A1:B1048576"})


def _preview(book: Any, evidence: Evidence) -> None:  # noqa: ANN401
    sheet = book.add_worksheet("Preview")
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, "As posted to Xero", book.add_format({"bold": True, "font_size": 14}))
    label = book.add_format({"font_color": "#5F6B7A"})
    heading = _heading(evidence)
    for n, (name, text) in enumerate(heading, start=1):
        sheet.write_string(n, 0, name, label)
        sheet.write_string(n, 1, _readable(text))
    top = len(heading) + 2
    _table(book, sheet, evidence, top)
    sheet.ignore_errors({"number_stored_as_text": "A1:H1048576"})
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    sheet.hide_gridlines(2)


def _heading(evidence: Evidence) -> list[tuple[str, str]]:
    previous = f" (previous: {', '.join(evidence.previous)})" if evidence.previous else ""
    by = f" by {evidence.user}" if evidence.user else ""
    return [
        ("Reference", evidence.reference),
        ("Document", f"{WORDS[evidence.document]} {evidence.number}{previous}"),
        ("Organisation", evidence.organisation),
        ("Date", f"{evidence.dated_on:%d %b %Y}"),
        ("Currency", evidence.currency),
        ("Prepared by", evidence.prepared_by or "–"),
        ("Reviewed by", evidence.reviewed_by or "–"),
        ("Posted", f"{evidence.at:%d %b %Y %H:%M} UTC{by}, TrueBooks XL {evidence.version}"),
        ("Fingerprint", evidence.fingerprint),
    ]


def _table(book: Any, sheet: Any, evidence: Evidence, top: int) -> None:  # noqa: ANN401
    """Write the lines and their totals; a total is a formula with its value beside it."""
    head, text, rate, money, total, whole = _formats(book, evidence.currency)
    right = book.add_format(HEAD | {"align": "right"})
    for column, word in enumerate(HEADINGS):
        sheet.write_string(top, column, word, right if column in NUMBERS else head)
    for n, line in enumerate(evidence.lines, start=top + 1):
        tracking = "; ".join(f"{category}: {option}" for category, option in line.tracking)
        texts = {0: line.description, 1: line.account, 2: line.tax_type, 4: tracking}
        sheet.set_row(n, 15 * _most_lines(texts))
        for column, each in texts.items():
            sheet.write_string(n, column, _readable(each), text)
        if line.rate_percent is None:
            sheet.write_string(n, 3, "not known", text)
        else:
            sheet.write_number(n, 3, float(line.rate_percent), rate)
        for column, amount in zip((5, 6, 7), (line.gross, line.tax, line.net), strict=True):
            sheet.write_number(n, column, float(amount.amount), money)
    last = top + len(evidence.lines)
    sheet.merge_range(last + 1, 0, last + 1, 4, "Total", total)
    for column, name in zip((5, 6, 7), ("gross", "tax", "net"), strict=True):
        amounts = (getattr(line, name) for line in evidence.lines)
        value = float(Money.total(amounts, evidence.currency).amount)
        letter = "ABCDEFGH"[column]
        formula = f"=SUM({letter}{top + 1}:{letter}{last + 1})"  # the heading counts as nothing
        sheet.write_formula(last + 1, column, formula, whole, value)


def _formats(book: Any, currency: str) -> list[Any]:  # noqa: ANN401
    """Return the formats of headings, texts, rates, amounts, and the total's word and amounts."""
    decimals = exponent(currency)
    amount = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    top = {"valign": "top"}
    return [
        book.add_format(HEAD | {"indent": 1}),
        book.add_format(top | {"text_wrap": True, "align": "left", "indent": 1}),
        book.add_format(top | {"num_format": "0.####"}),
        book.add_format(top | {"num_format": amount}),
        book.add_format({"bold": True, "top": 1, "indent": 1}),
        book.add_format({"bold": True, "top": 1, "num_format": amount}),
    ]


def _most_lines(texts: Mapping[int, str]) -> int:
    """Say how many lines of text a row needs: not every program finds out by itself."""
    return max(-(-len(each) // (WIDTHS[column] - 2)) or 1 for column, each in texts.items())


def _readable(text: str) -> str:
    """Put a mark where a file of this kind cannot hold a character."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", text)
