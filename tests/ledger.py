"""Settlement reports written as a table that reads like the ledger.

::

    settlement    99000000101
    period        2026-05-04 to 2026-05-18
    deposit       2026-05-20
    currency      GBP

    type  | amount type | description | amount | order | sku | units | posted
    Order | ItemPrice   | Principal   | 100.00 | A     | TOY |     1 | 2026-05-06
    Order | ItemPrice   | Tax         |  20.00 | A     | TOY |     1 | 2026-05-06

The total is the sum of the lines unless ``total`` says otherwise. Times are UTC; a day alone is
its noon. An order's item is the order's own name unless ``item`` is given; ``store`` is the
marketplace's name on order rows. Blank is blank. Other words above the table are for the reader.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.core.money import Money
from truebooks_xl.sandbox.amazon.layout import Line, Style, Summary, flat_file, head


@dataclass(frozen=True)
class Ledger:
    """A report as it was written down.

    Attributes:
        words: what stands above the table: a word to its values, in order.
    """

    words: Mapping[str, Sequence[str]]
    summary: Summary
    lines: Sequence[Line]

    def word(self, name: str, default: str = "") -> str:
        """Return the one value of a word."""
        (value,) = self.words.get(name, (default,))
        return value

    def report(self, style: Style = "iso") -> bytes:
        """Write the Flat File V2."""
        whole = flat_file(self.summary, self.lines, style)
        if "total" not in self.words:
            return whole
        stated = Money.exact(Decimal(self.word("total")), self.summary.currency).minor
        rows = whole.decode().splitlines(keepends=True)[2:]
        return (head(self.summary, stated, style) + "".join(rows)).encode()


def ledger(text: str) -> Ledger:
    """Read a report from its table."""
    above, _, table = text.strip().partition("\n\n")
    words = _words(above)
    start, end = words["period"][0].split(" to ")
    deposit = words.get("deposit", [""])[0]
    currency = words["currency"][0]
    summary = Summary(
        words["settlement"][0],
        instant(start),
        instant(end),
        instant(deposit) if deposit else None,
        currency,
    )
    store = marketplace(words.get("marketplace", ["UK"])[0]).name
    heading, *rows = ([cell.strip() for cell in row.split("|")] for row in table.splitlines())
    cells = [dict(zip(heading, row, strict=True)) for row in rows if any(row)]
    return Ledger(words, summary, [_line(row, currency, store) for row in cells])


def instant(text: str) -> datetime:
    """Read a UTC instant: ``2026-05-06 23:30``, or a day's noon."""
    written = text if ":" in text else f"{text} 12:00"
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def _words(above: str) -> dict[str, list[str]]:
    words: dict[str, list[str]] = defaultdict(list)
    for line in above.splitlines():
        if not line.startswith("#"):
            name, _, value = line.partition(" ")
            words[name].append(value.strip())
    return words


def _line(row: Mapping[str, str], currency: str, store: str) -> Line:
    order = row.get("order", "")
    units = row.get("units", "")
    return Line(
        row["type"],
        row["amount type"],
        row["description"],
        Money.exact(Decimal(row["amount"].replace(",", "")), currency).minor,
        instant(row["posted"]),
        order_id=order,
        order_item=row.get("item") or order,
        sku=row.get("sku", ""),
        quantity=int(units) if units else None,
        marketplace=row.get("store") or (store if order else ""),
        fulfilment="AFN" if order else "",
        promotion=row.get("promotion", ""),
    )
