"""Settlement reports, Flat File V2 and the retired V1, read into a ``Settlement``.

Protects: what comes out was proved. The lines add up to Amazon's total to the cent, they belong to
one settlement in one currency, and every text of the file was read by one style; or the file is
refused with the line and the remedy. Nothing is guessed, padded or rounded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from truebooks_xl.amazon.dates import DateStyle
from truebooks_xl.amazon.decoding import encodings
from truebooks_xl.amazon.flat_file_errors import (
    AmbiguousDates,
    UndecodableText,
    UnreadableAmount,
    UnreadableDate,
)
from truebooks_xl.amazon.opening import Opening, open_report
from truebooks_xl.amazon.proving import proved
from truebooks_xl.amazon.report_file import ReportFile
from truebooks_xl.amazon.rows import Styles
from truebooks_xl.core.money import exponent
from truebooks_xl.core.settlement import Settlement

BLOCK_BYTES: Final = 8 << 20
"""Read at once; what is in memory of a large file is a few of these."""


def read_settlement(path: Path, *, block_bytes: int = BLOCK_BYTES) -> Settlement:
    """Read and prove one settlement report, plain or compressed as our archive keeps it.

    Args:
        path: of the file; it must stay as it is while the lines of a large one are used.
        block_bytes: how much is read at once.

    Raises:
        DataError: one of ``flat_file_errors``.
    """
    return _read(ReportFile.at(path), block_bytes)


def read_settlement_bytes(data: bytes, name: str) -> Settlement:
    """Read and prove one settlement report that is in memory; ``name`` is for messages."""
    return _read(ReportFile.of(data, name), BLOCK_BYTES)


def _read(file: ReportFile, block_bytes: int) -> Settlement:
    """Read in the one date style that fits; both orders of day and month are one too many."""
    opening = open_report(file)
    fitting: dict[str, Settlement] = {}
    unfit: list[UnreadableDate] = []
    for dates in opening.date_styles:
        try:
            fitting[dates.day] = _in_its_encoding(opening, dates, block_bytes)
        except UnreadableDate as error:
            unfit.append(error)
    if not fitting:
        raise unfit[0]
    if len(fitting) > 1:
        summary = opening.summary
        raise AmbiguousDates(file.name, summary.line, summary.texts["settlement-start-date"])
    return next(iter(fitting.values()))


def _in_its_encoding(opening: Opening, dates: DateStyle, block_bytes: int) -> Settlement:
    """Read in the first encoding that fits every line; if none does, the second names the line."""
    undecodable: list[UndecodableText] = []
    for encoding in encodings(opening.summary.currency):
        try:
            return _in_its_numbers(opening, encoding, dates, block_bytes)
        except UndecodableText as error:
            undecodable.append(error)
    raise undecodable[1]


def _in_its_numbers(
    opening: Opening, encoding: str, dates: DateStyle, block_bytes: int
) -> Settlement:
    """Read in a number style that fits the total and every amount.

    A total without marks fits both; what fits both throughout has no marks and reads the same.
    """
    decimals = exponent(opening.summary.currency)
    *others, last = (
        Styles(encoding, numbers, dates, decimals) for numbers in opening.number_styles
    )
    for styles in others:
        try:
            return proved(opening, styles, block_bytes)
        except UnreadableAmount:
            continue
    return proved(opening, last, block_bytes)
