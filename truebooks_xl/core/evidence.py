"""The evidence of a posting: what was posted, from what and by whom, one item to a row.

Protects: a document in Xero explains itself without us; read back, its rows give the very record
the journal kept, so that a lost journal is rebuilt from Xero alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from truebooks_xl.core.document import Proposal
from truebooks_xl.core.ledger import Kind
from truebooks_xl.core.matching import Rule
from truebooks_xl.core.money import Money
from truebooks_xl.core.plain import plain, record
from truebooks_xl.core.posting.task import Aim
from truebooks_xl.core.reference import Key
from truebooks_xl.errors import DataError

FORMAT: Final = 1
"""Of the rows. A field added with a default is no new format."""

Row = tuple[str, str]
"""The item's name, and its value as JSON: a text cell that is no formula and no number."""


class EvidenceUnreadable(DataError):
    """The evidence attached to a document cannot be read back."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            where=f"Evidence {name}",
            what=f"It cannot be read back: {reason}.",
            remedy="Compare the document in Xero itself with the settlement.",
        )


@dataclass(frozen=True, slots=True)
class PostedLine:
    """One line as posted, in the settlement's signs.

    Attributes:
        gross: includes tax.
        rate_percent: None where only the document itself told of the line.
        count: settlement lines it holds; 0 unknown.
        part: ``settlement``, or ``cogs`` for a line of the pair that moves the cost of sales.
    """

    description: str
    account: str
    tax_type: str
    rate_percent: Decimal | None
    tracking: tuple[tuple[str, str], ...]
    gross: Money
    tax: Money
    count: int
    part: str = "settlement"

    @property
    def net(self) -> Money:
        """Gross less tax."""
        return self.gross - self.tax


@dataclass(frozen=True, slots=True)
class RuleUsed:
    """A row of Mapping that decided a line; ``at`` is where it stood: ``Mapping!A17``."""

    category: str
    transaction_type: str
    amount_type: str
    amount_description: str
    marketplace: str
    treatment: str
    account: str
    tax_type: str
    valid_from: date | None
    valid_to: date | None
    at: str


@dataclass(frozen=True, slots=True)
class CostUsed:
    """A row of Costs that valued units sold; unit cost in the base currency."""

    marketplace: str
    sku: str
    effective_from: date
    unit_cost: Decimal
    units: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is remembered of one posting.

    Attributes:
        version: of the product.
        mark: the attempt's uuid.
        at: UTC instant of the posting.
        number: of the document; "" for a journal.
        previous: numbers of the documents that were retired for it.
        total: of the settlement, in its own currency and sign.
        inputs: what the proposal was decided from: name to SHA-256.
        file, layout: of the settlement's report.
    """

    version: str
    organisation_id: str
    organisation: str
    key: Key
    reference: str
    document: Kind
    currency: str
    dated_on: date
    due_on: date
    total: Money
    number: str
    fingerprint: str
    at: datetime
    aim: Aim = "post"
    mark: str = ""
    user: str = ""
    previous: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    file: str = ""
    layout: str = ""
    prepared_by: str = ""
    reviewed_by: str = ""
    lines: tuple[PostedLine, ...] = ()
    rules: tuple[RuleUsed, ...] = ()
    costs: tuple[CostUsed, ...] = ()

    @property
    def token(self) -> str:
        """``TBUK-26881161592``."""
        return self.key.token

    @property
    def stem(self) -> str:
        """``TBUK-26881161592_preview_1a2b3c4d``: what its files are called."""
        return f"{self.token}_preview_{self.fingerprint[:8]}"


def posted_lines(proposal: Proposal) -> tuple[PostedLine, ...]:
    """Return a proposal's lines as they are remembered."""
    return tuple(
        PostedLine(
            each.description,
            each.account,
            each.tax_type,
            each.rate_percent,
            each.tracking,
            each.gross,
            each.tax,
            each.count,
        )
        for each in proposal.lines
    )


def rules_used(rules: Iterable[Rule]) -> tuple[RuleUsed, ...]:
    """Return the rules that decided something, each once, in the order of the sheet."""
    used = {
        RuleUsed(
            each.category,
            *each.triple,
            each.marketplace,
            each.treatment,
            each.account,
            each.tax_type,
            each.valid_from,
            each.valid_to,
            each.row,
        )
        for each in rules
    }
    return tuple(sorted(used, key=lambda each: (_natural(each.at), repr(each))))


def _natural(place: str) -> tuple[int, str]:
    digits = re.search(r"\d+$", place)
    return (int(digits[0]) if digits else 0, place)


# As rows ----------------------------------------------------------------------------------------

SEVERAL: Final = ("lines", "rules", "costs")
"""Fields with a row for each of their items."""


def rows(evidence: Evidence) -> list[Row]:
    """Write one item to a row: the format first, the number of rows last."""
    whole = plain(evidence)
    found: list[Row] = [("format", _cell(FORMAT))]
    found += [(name, _cell(each)) for name, each in whole.items() if name not in SEVERAL]
    found += [(name, _cell(each)) for name in SEVERAL for each in whole[name]]
    return [*found, ("rows", _cell(len(found)))]


def read_rows(name: str, found: Sequence[Sequence[str]]) -> Evidence:
    """Read the rows back, equal to what was written.

    Args:
        name: of the file, for the message.

    Raises:
        EvidenceUnreadable: they are of a newer format, incomplete or damaged.
    """
    try:
        items = [(str(each[0]), json.loads(each[1])) for each in found]
        _check(name, items)
        several: dict[str, list[Any]] = {each: [] for each in SEVERAL}
        whole: dict[str, Any] = {}
        for item, value in items[1:-1]:
            if item in several:
                several[item].append(value)
            else:
                whole[item] = value
        return record(Evidence, whole | several)
    except (IndexError, KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as wrong:
        raise EvidenceUnreadable(name, str(wrong)) from None


def _check(name: str, items: Sequence[tuple[str, Any]]) -> None:
    if not items or items[0] != ("format", FORMAT):
        given = items[0][1] if items and items[0][0] == "format" else "missing"
        raise EvidenceUnreadable(name, f"its format is {given}, not {FORMAT}")
    if items[-1] != ("rows", len(items) - 1):
        raise EvidenceUnreadable(name, "rows are missing")


_ESCAPED: Final = re.compile("_x|[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What a spreadsheet's file cannot hold, or takes for an escape of its own (``_x000D_``)."""


def _cell(value: object) -> str:
    """Write JSON that goes through any spreadsheet unchanged."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0][0]):04x}{found[0][1:]}", text)
