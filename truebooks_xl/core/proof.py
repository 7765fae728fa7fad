"""The proof: six figures, five differences, one 0.00; and all else that must hold before Post.

Protects: no document is sent while any figure of the chain differs from the next by a penny.
Each check compares two figures come by independently; the workbook repeats them as formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from truebooks_xl.core.money import Money


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be true to post.

    Attributes:
        key: names the check in code and picks its formulas in the workbook.
        name: what an accountant reads.
        expected, actual: figures as text; money with the currency's decimals.
        allowed: by how much they may differ, as text; nearly always ``0``.
        note: where the figures come from, or what stands in the way.
    """

    key: str
    name: str
    expected: str
    actual: str
    ok: bool
    allowed: str = "0"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """The penny chain: six figures, in the settlement's signs, each from a source of its own.

    Attributes:
        file_total: total-amount of the report.
        lines: the sum of its lines.
        tallies: the sum after the reduction to tallies.
        preview: the sum of the preview's lines, with what is unmapped or unknown.
        document: the total of the document that would be sent, signs turned back.
        deposit: what the bank receives: the Settlements row.
    """

    file_total: Money
    lines: Money
    tallies: Money
    preview: Money
    document: Money
    deposit: Money


LINKS: Final = (
    ("lines", "File total = sum of its lines", "file_total", "lines"),
    ("tallies", "Sum of lines = sum of tallies", "lines", "tallies"),
    ("preview", "Sum of tallies = sum of preview lines", "tallies", "preview"),
    ("document", "Sum of preview lines = document total", "preview", "document"),
    ("deposit", "Document total = deposit", "document", "deposit"),
)


def penny_chain(chain: Chain) -> tuple[Check, ...]:
    """Compare each figure with the next: five differences that must all be 0.00."""
    return tuple(
        equal(key, name, getattr(chain, left), getattr(chain, right))
        for key, name, left, right in LINKS
    )


def equal(key: str, name: str, expected: Money, actual: Money, note: str = "") -> Check:
    """Two amounts that must be the same to the penny."""
    return Check(key, name, str(expected), str(actual), expected == actual, note=note)


def none_of(key: str, name: str, count: int, note: str = "") -> Check:
    """A count that must be nil."""
    return Check(key, name, "0", str(count), count == 0, note=note)


def vat_agrees(rate: str, amazon: Money, ours: Money, tax_rows: int) -> Check:
    """Amazon's own VAT against ours at one rate: within half a minor unit per tax row (3.2).

    Amazon rounds each order, we round each line: 5,000 orders may differ by 25.00, no more.
    """
    allowed = Money(tax_rows // 2, amazon.currency)  # whole minor units within n halves
    difference = abs(amazon.minor - ours.minor)
    return Check(
        f"vat {rate}",
        f"Amazon's VAT at {rate} % = VAT back-calculated",
        str(amazon),
        str(ours),
        difference <= allowed.minor,
        allowed=str(allowed),
        note=f"{tax_rows} tax rows, half a minor unit each.",
    )
