"""What can be wrong with a settlement file; each says the line, what stands there, and the remedy.

Protects: a damaged report is refused whole, never repaired or read around. The accountant's file is
left as it is; the remedy is nearly always to download the report again.
"""

from __future__ import annotations

from collections.abc import Sequence

from truebooks_xl.core.money import Money
from truebooks_xl.errors import DataError

AGAIN = (
    "Download the report again from Seller Central (Payments, Reports repository, Flat File V2) "
    "and import it without opening it in Excel."
)


def _line(name: str, line: int) -> str:
    return f"{name}, line {line:,}"


def readable(text: str) -> str:
    r"""Write what cannot be printed by its code, a tab as ``\t``: safe for a terminal."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


def _shown(text: str) -> str:
    """Quote what stands in the file, short enough for a message."""
    plain = readable(text)
    return f"“{plain[:60]}…”" if len(plain) > 60 else f"“{plain}”"  # noqa: PLR2004


class CannotOpenReport(DataError):
    """The file is not there, or may not be read."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            where=name,
            what=f"The file cannot be opened ({reason}).",
            remedy="Check the path, close the file elsewhere, then import it again.",
        )


class NotARegularFile(DataError):
    """The path leads to a folder, a pipe or a device."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(
            where=name,
            what=f"This is {kind}, not a file.",
            remedy="Give the path of the report itself, as it came from Amazon.",
        )


class ReportTooLarge(DataError):
    """The file is larger than any settlement report."""

    def __init__(self, name: str, limit_bytes: int) -> None:
        super().__init__(
            where=name,
            what=f"It is larger than {limit_bytes / 2**30:,.4g} GiB, the most that is read.",
            remedy="Check that it is one settlement report; import the reports one by one.",
        )


class ReportChanged(DataError):
    """A large file was changed between two readings of one run."""

    def __init__(self, name: str) -> None:
        super().__init__(
            where=name,
            what="The file changed while it was being read.",
            remedy="Wait until the download has finished, then import it again.",
        )


class DamagedArchive(DataError):
    """A compressed report does not decompress to its end."""

    def __init__(self, name: str) -> None:
        super().__init__(
            where=name,
            what="The compressed file is damaged or cut short.",
            remedy="Import the report from the original file; the archive is then written anew.",
        )


class EmptyReport(DataError):
    """There is nothing in the file."""

    def __init__(self, name: str) -> None:
        super().__init__(where=name, what="The file is empty.", remedy=AGAIN)


class NotAReport(DataError):
    """Something else was saved under the name of a report."""

    def __init__(self, name: str, kind: str, remedy: str = AGAIN) -> None:
        super().__init__(
            where=_line(name, 1),
            what=f"This is {kind}, not a settlement report.",
            remedy=remedy,
        )


class ResavedByExcel(DataError):
    """Excel, or another program, wrote the file again and changed what it says."""

    def __init__(self, name: str, line: int, sign: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The report was saved again by a spreadsheet program: {sign}.",
            remedy=AGAIN,
        )


class UnknownHeading(DataError):
    """The heading is not that of a settlement report."""

    def __init__(self, name: str, line: int, missing: Sequence[str], found: str) -> None:
        columns = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")  # noqa: PLR2004
        super().__init__(
            where=_line(name, line),
            what=f"The heading lacks the columns {columns}; it begins with {_shown(found)}.",
            remedy=AGAIN,
        )


class RepeatedColumn(DataError):
    """A column stands in the heading twice."""

    def __init__(self, name: str, line: int, column: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The heading names the column {_shown(column)} twice.",
            remedy=AGAIN,
        )


class MixedLayouts(DataError):
    """The old and the new layout stand in one file."""

    def __init__(self, name: str, line: int, sign: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The file mixes the layouts V1 and V2: {sign}.",
            remedy="Import each report as Amazon gave it, or download it again as Flat File V2.",
        )


class JoinedReports(DataError):
    """A second heading stands inside the file."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(
            where=_line(name, line),
            what="A second heading begins here: several reports were joined in one file.",
            remedy="Import each report as the file Amazon gave.",
        )


class TornLine(DataError):
    """A line has another number of fields than the heading."""

    def __init__(self, name: str, line: int, fields: int, expected: int) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The line has {fields} fields where the heading has {expected}: "
            "the file is cut off or damaged here.",
            remedy=AGAIN,
        )


class ControlCharacter(DataError):
    """A byte that no text has."""

    def __init__(self, name: str, line: int, code: int) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The line holds the control character 0x{code:02X}: the file is damaged here.",
            remedy=AGAIN,
        )


class EndlessLine(DataError):
    """A line that never ends is no line of a report."""

    def __init__(self, name: str, limit_bytes: int) -> None:
        super().__init__(
            where=name,
            what=f"A line is longer than {limit_bytes:,} bytes: this is no settlement report.",
            remedy=AGAIN,
        )


class OldMacintosh(DataError):
    """Lines end with CR alone, as they did on the first Macintoshes."""

    def __init__(self, name: str) -> None:
        super().__init__(
            where=name,
            what="Its lines end as on an old Mac (CR alone): another program saved it again.",
            remedy=AGAIN,
        )


class UndecodableText(DataError):
    """Bytes that are no text in any encoding a report may have."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(
            where=_line(name, line),
            what="The line holds bytes that are no text in UTF-8, nor as Windows writes it "
            "in the West (cp1252) or in Japan (cp932).",
            remedy=AGAIN,
        )


class GarbledText(DataError):
    """Text that was decoded wrongly, then saved."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(
            where=_line(name, line),
            what="The line holds characters that were lost when the file was saved.",
            remedy=AGAIN,
        )


class NoSummaryRow(DataError):
    """No row carries the total."""

    def __init__(self, name: str) -> None:
        super().__init__(
            where=name,
            what="No row carries a total-amount: the summary row is missing.",
            remedy=AGAIN,
        )


class SecondSummaryRow(DataError):
    """More than one row carries a total."""

    def __init__(self, name: str, line: int, first_line: int) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"A second total-amount stands here; the first is in line {first_line:,}.",
            remedy="Import each settlement as the file Amazon gave.",
        )


class BadSettlementId(DataError):
    """The settlement has no id that can name a document."""

    def __init__(self, name: str, line: int, found: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The settlement-id {_shown(found)} is not a number of up to 20 digits.",
            remedy=AGAIN,
        )


class OtherSettlement(DataError):
    """A line belongs to another settlement."""

    def __init__(self, name: str, line: int, found: str, expected: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The settlement-id is {_shown(found)}, in the rest of the file {expected}.",
            remedy="Import each settlement as the file Amazon gave.",
        )


class BadCurrency(DataError):
    """The summary row does not name a currency."""

    def __init__(self, name: str, line: int, found: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The currency {_shown(found)} is not a code of three letters.",
            remedy=AGAIN,
        )


class UnknownCurrency(DataError):
    """No marketplace sells in the currency, so its decimals are not known."""

    def __init__(self, name: str, line: int, found: str, known: Sequence[str]) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The currency {_shown(found)} is that of no Amazon marketplace.",
            remedy=f"Check that this is the file Amazon gave; known are {', '.join(known)}.",
        )


class OtherCurrency(DataError):
    """A line is in another currency than the settlement."""

    def __init__(self, name: str, line: int, found: str, expected: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The currency is {_shown(found)}, that of the settlement {expected}.",
            remedy="Ask Amazon for one report per currency; two cannot be added up.",
        )


class UnreadableAmount(DataError):
    """An amount does not fit the one number style of the file."""

    def __init__(self, name: str, line: int, text: str, style: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The amount {_shown(text)} is not written {style}.",
            remedy=AGAIN,
        )


class UnreadableQuantity(DataError):
    """A quantity is not a whole number."""

    def __init__(self, name: str, line: int, text: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The quantity-purchased {_shown(text)} is not a whole number.",
            remedy=AGAIN,
        )


class UnreadableDate(DataError):
    """A date does not fit the one date style of the file."""

    def __init__(self, name: str, line: int, column: str, text: str, styles: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"The {column} {_shown(text)} is not a date like {styles}.",
            remedy=AGAIN,
        )


class AmbiguousDates(DataError):
    """Days and months cannot be told apart."""

    def __init__(self, name: str, line: int, text: str) -> None:
        super().__init__(
            where=_line(name, line),
            what=f"{_shown(text)} may be day/month or month/day: both fit the whole file.",
            remedy="Download the report again with the account language set to English (UK).",
        )


class TotalsDiffer(DataError):
    """The lines do not add up to the total Amazon reports."""

    def __init__(self, name: str, line: int, amazon: Money, ours: Money) -> None:
        hint = ""
        if 0 != amazon.minor * 100 == ours.minor or amazon.minor == ours.minor * 100 != 0:
            hint = " One is exactly a hundred times the other: a decimal comma was lost."
        super().__init__(
            where=_line(name, line),
            what=f"Amazon reported {amazon.words}, the lines add up to {ours.words}, "
            f"the difference is {(amazon - ours).words}: "
            f"lines are missing, doubled or changed.{hint}",
            remedy=AGAIN,
        )
