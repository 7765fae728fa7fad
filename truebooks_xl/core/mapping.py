"""Mapping: the rows of the Mapping sheet become rules, and what is wrong with them is listed.

Protects: a rule that could mean two things, or would catch what it does not name, is refused with
the address of its cell; the good rows go on. While there are problems nothing may be posted: a
refused row would leave its lines to a less specific one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import Final

from truebooks_xl.core.folding import fold
from truebooks_xl.core.marketplaces import UnknownMarketplace, by_name, marketplace
from truebooks_xl.core.matching import Ambiguous, Rule, RuleBook, Triple, fits, folded
from truebooks_xl.core.rows import CellReader, Row
from truebooks_xl.core.treatment import Treatment
from truebooks_xl.errors import Problem

__all__ = ["Ambiguous", "Rule", "RuleBook", "Triple", "read_rules"]

NEEDS_CONTEXT: Final = frozenset(
    fold(name)
    for name in (
        "Principal",
        "Tax",
        "Shipping",
        "ShippingTax",
        "GiftWrap",
        "GiftWrapTax",
        "GiftwrapChargeback",
        "Commission",
        "RefundCommission",
        "ShippingChargeback",
        "DigitalServicesFee",
        "RegulatoryFee",
        "TaxDiscount",
        "MarketplaceFacilitatorTax-Principal",
        "MarketplaceFacilitatorTax-Shipping",
        "MarketplaceFacilitatorVAT-Principal",
        "MarketplaceFacilitatorVAT-Shipping",
        "Base fee",
        "Tax on fee",
        "Discount on fee",
    )
)
"""Descriptions that mean different things under different types (Amazon facts 2.1)."""

LINE_TEXT_MAX: Final = 4_000
"""Characters of the text of a Xero line."""

ACCOUNT_CODE_MAX: Final = 10
"""Characters of a Xero account code."""

_TREATMENTS: Final = {each.value.casefold(): each.value for each in Treatment}


def read_rules(rows: Sequence[Row]) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Read the Mapping sheet.

    Returns:
        The rules of all rows without a problem, in sheet order, and all problems. Rules whose
        periods overlap under one key are problems too; both stay, so that neither wins.
    """
    rules: list[Rule] = []
    problems: list[Problem] = []
    for row in rows:
        rule, wrong = _read(row)
        problems.extend(wrong)
        if not wrong:
            rules.append(rule)
    return tuple(rules), (*problems, *_overlaps(rules))


def _read(row: Row) -> tuple[Rule, Sequence[Problem]]:
    cells = CellReader(row)
    rule = Rule(
        transaction_type=_part(cells, "transaction_type"),
        amount_type=_part(cells, "amount_type"),
        amount_description=_part(cells, "amount_description"),
        marketplace=_marketplace(cells),
        treatment=_treatment(cells),
        valid_from=cells.day("valid_from"),
        valid_to=cells.day("valid_to"),
        category=cells.required("category", "Category"),
        description=cells.required("line_text", "Line text"),
        account=_account(cells),
        tax_type=cells.text("tax_type"),
        tracking=_tracking(cells),
        row=row.where("transaction_type"),
        account_at=row.where("account"),
        tax_type_at=row.where("tax_type"),
    )
    _check_key(cells, rule)
    if len(rule.description) > LINE_TEXT_MAX:
        what = f"The line text has {len(rule.description):,} characters; Xero takes 4,000."
        cells.problem("line_text", what, "Shorten it.")
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        what = f"Effective to {rule.valid_to} is before Effective from {rule.valid_from}."
        cells.problem("valid_to", what, "Correct one of the two days.")
    return rule, cells.problems


def _part(cells: CellReader, key: str) -> str:
    text = cells.text(key)
    if "*" in text.strip("*"):
        cells.problem(
            key,
            f"“{text}” has a * in the middle.",
            "Put * at the start or the end only, and name the rest.",
        )
    return text


def _marketplace(cells: CellReader) -> str:
    text = cells.text("marketplace")
    if not text:
        return ""
    try:
        return (by_name(text) or marketplace(text)).code
    except UnknownMarketplace as wrong:
        cells.problem("marketplace", wrong.what, wrong.remedy)
        return ""


def _treatment(cells: CellReader) -> str:
    text = cells.text("treatment")
    if text and text.casefold() not in _TREATMENTS:
        cells.problem(
            "treatment",
            f"“{text}” is not a treatment.",
            f"Leave it blank, or use one of {', '.join(_TREATMENTS.values())}.",
        )
    return _TREATMENTS.get(text.casefold(), "")


def _account(cells: CellReader) -> str:
    code = cells.text("account")
    if len(code) > ACCOUNT_CODE_MAX:
        what = f"“{code}” is longer than a Xero account code ({ACCOUNT_CODE_MAX} characters)."
        cells.problem("account", what, "Choose a code of the Accounts sheet.")
    return code


def _tracking(cells: CellReader) -> tuple[tuple[str, str], ...]:
    pairs: dict[str, str] = {}
    for key in ("tracking_1", "tracking_2"):
        text = cells.text(key)
        category, _, option = (part.strip() for part in text.partition(":"))
        if text and not (category and option):
            cells.problem(
                key, f"“{text}” names no tracking option.", "Write it as Category: option."
            )
        elif category in pairs:
            what = f"Tracking category {category} is given twice."
            cells.problem(key, what, "Xero takes one option of a category: clear one of the two.")
        elif text:
            pairs[category] = option
    return tuple(pairs.items())


def _check_key(cells: CellReader, rule: Rule) -> None:
    transaction_type, amount_type, description = folded(rule.triple)
    if transaction_type or amount_type:
        return
    if not description:
        cells.problem(
            "transaction_type",
            "The rule names no line at all and would catch every one.",
            "Give a transaction type, an amount type or a description.",
        )
    elif any(fits(description, name) for name in NEEDS_CONTEXT):
        cells.problem(
            "amount_description",
            f"“{rule.amount_description}” alone means different things on different lines.",
            "Give the amount type or the transaction type as well.",
        )


def _overlaps(rules: Iterable[Rule]) -> Iterable[Problem]:
    """Yield one problem for each pair under the same key whose periods share a day."""
    keys: dict[tuple[str, ...], list[Rule]] = defaultdict(list)
    for rule in rules:
        keys[*folded(rule.triple), rule.marketplace, rule.treatment].append(rule)
    for same in keys.values():
        for one, other in combinations(same, 2):
            if _start(one) <= _end(other) and _start(other) <= _end(one):
                yield Problem(
                    other.row,
                    f"The rule has the same key as {one.row}, and their periods overlap.",
                    "End one before the other begins, or delete one.",
                )


def _start(rule: Rule) -> date:
    return rule.valid_from or date.min


def _end(rule: Rule) -> date:
    return rule.valid_to or date.max
