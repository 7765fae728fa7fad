"""Opening a report: its heading and its summary row, before any line is read.

Protects: the one row that carries the total is found by its total, wherever it stands, and is never
counted as a line. The whole file is then read in the styles this row is written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from truebooks_xl.amazon.columns import Heading, read_heading
from truebooks_xl.amazon.dates import ALL_EXAMPLES, DATE_STYLES, DateStyle
from truebooks_xl.amazon.decoding import is_blank, refuse_damaged_line
from truebooks_xl.amazon.flat_file_errors import (
    BadCurrency,
    BadSettlementId,
    EmptyReport,
    NoSummaryRow,
    ResavedByExcel,
    UnknownCurrency,
    UnreadableAmount,
    UnreadableDate,
)
from truebooks_xl.amazon.numbers import NumberStyle, styles_of
from truebooks_xl.amazon.report_file import ReportFile
from truebooks_xl.amazon.sniffing import UTF8_MARK, refuse_other_kinds
from truebooks_xl.core.marketplaces import CURRENCIES

_FIRST_LOOK_BYTES: Final = 1 << 16
SCIENTIFIC: Final = r"^[0-9]([.,][0-9]+)?[eE]\+?[0-9]+$"
"""A long number as a spreadsheet shows it: ``2.44E+10``."""
SCIENTIFIC_BYTES: Final = 12
"""The longest of them; the ids they come from are longer, so few texts need the pattern."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary row as written; only its styles are known yet.

    Attributes:
        line: the line it stands in.
        texts: column name to trimmed text.
    """

    line: int
    texts: dict[str, str]

    @property
    def settlement_id(self) -> str:
        """The id every line must carry."""
        return self.texts["settlement-id"]

    @property
    def currency(self) -> str:
        """ISO 4217, of the total and of every line."""
        return self.texts["currency"]

    @property
    def total(self) -> str:
        """total-amount as written."""
        return self.texts["total-amount"]

    def instant(self, column: str, style: DateStyle) -> datetime:
        """Read a date that is known to fit; never of a blank one."""
        read = style.read(self.texts[column])
        assert read is not None, "the style was chosen because it fits"
        return read

    def day(self, column: str, style: DateStyle) -> date | None:
        """The calendar day printed in the column, no zone shift; None when it is blank."""
        return self.instant(column, style).date() if self.texts[column] else None


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a report before its lines are read."""

    file: ReportFile
    heading: Heading
    summary: Summary

    @property
    def number_styles(self) -> tuple[NumberStyle, ...]:
        """The number styles that fit the total: one, or two when it has no mark."""
        return styles_of(self.summary.total)

    @property
    def date_styles(self) -> tuple[DateStyle, ...]:
        """The date styles that fit the summary row; two only for slashed dates."""
        return tuple(style for style in DATE_STYLES if not _unfit_date(self.summary, style))


def open_report(file: ReportFile) -> Opening:
    """Find the heading and the summary row.

    Raises:
        DataError: one of flat_file_errors: this is no report, or has no readable summary row.
    """
    lines = _lines(file)
    heading = _heading(file.name, lines)
    opening = Opening(file, heading, _summary(file.name, heading, lines))
    _refuse_unreadable(opening)
    return opening


def _lines(file: ReportFile) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank with their numbers."""
    number = 0
    for at, block in enumerate(file.blocks(_FIRST_LOOK_BYTES)):
        if at == 0:
            refuse_other_kinds(file.name, block)
        for line in block.removesuffix(b"\n").split(b"\n"):
            number += 1
            text = line.removeprefix(UTF8_MARK) if number == 1 else line
            if not is_blank(text):
                yield number, text.removesuffix(b"\r")


def _heading(name: str, lines: Iterator[tuple[int, bytes]]) -> Heading:
    for number, line in lines:
        return read_heading(name, number, line.decode("ascii", "backslashreplace"))
    raise EmptyReport(name)


def _summary(name: str, heading: Heading, lines: Iterator[tuple[int, bytes]]) -> Summary:
    total_at = heading.names.index("total-amount")
    for number, line in lines:
        refuse_damaged_line(name, number, line, heading)
        if line.split(b"\t")[total_at].strip():
            fields = line.decode("ascii", "backslashreplace").split("\t")
            texts = zip(heading.names, map(str.strip, fields), strict=True)
            return Summary(number, dict(texts))
    raise NoSummaryRow(name)


def _refuse_unreadable(opening: Opening) -> None:
    name, summary = opening.file.name, opening.summary
    if re.match(SCIENTIFIC, summary.settlement_id):
        sign = f"the settlement-id has become {summary.settlement_id}"
        raise ResavedByExcel(name, summary.line, sign)
    if not re.match(r"^[0-9]{1,20}$", summary.settlement_id):
        raise BadSettlementId(name, summary.line, summary.settlement_id)
    if not re.match(r"^[A-Z]{3}$", summary.currency):
        raise BadCurrency(name, summary.line, summary.currency)
    if summary.currency not in CURRENCIES:
        raise UnknownCurrency(name, summary.line, summary.currency, sorted(CURRENCIES))
    if not opening.number_styles:
        raise UnreadableAmount(name, summary.line, summary.total, "with a decimal point or comma")
    if not opening.date_styles:
        unfit = {style.example: _unfit_date(summary, style) for style in DATE_STYLES}
        column = max(unfit.values(), key=_DATES.index)
        raise UnreadableDate(name, summary.line, column, summary.texts[column], ALL_EXAMPLES)


_DATES: Final = ("", "settlement-start-date", "settlement-end-date", "deposit-date")


def _unfit_date(summary: Summary, style: DateStyle) -> str:
    """Return the first date column of the summary that is not in this style; "" when all are."""
    for column in _DATES[1:]:
        text = summary.texts[column]
        blank_allowed = column == "deposit-date"  # a payout that is not scheduled yet
        if style.read(text) is None and (text or not blank_allowed):
            return column
    return ""
