"""A settlement as a ledger, beside the document it becomes: what an accountant can review.

Add a ``*.report.txt``, run ``pytest --update-golden``, read the new ``*.invoice.txt`` as if it were
your own return, commit both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from ledger import ledger
from pipeline import new_workspace, proposal_of, written_workspace
from reviewed import Golden

from truebooks_xl.core.document import Proposal
from truebooks_xl.core.marketplaces import marketplace
from truebooks_xl.core.money import Money
from truebooks_xl.core.settings import Entry
from truebooks_xl.sandbox.amazon.reports import demo_fortnight

HERE = Path(__file__).parent
REPORTS = sorted(HERE.glob("*.report.txt"))
DEMO = HERE / "demo_fortnight.invoice.txt"


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.name.partition(".")[0])
def test_a_report_becomes_its_document(report: Path, golden: Golden) -> None:
    written = ledger(report.read_text("utf-8"))
    proposal = proposal_of(written.report(), written_workspace(written))
    golden(report.with_name(report.name.replace(".report.", ".invoice.")), render(proposal))


def test_the_demo_becomes_its_document(golden: Golden) -> None:
    """The demo's one decision: orders of toys without VAT are exports."""
    space = new_workspace("GB", marketplace("UK"), [Entry("Zero-VAT orders", "", "export")])
    golden(DEMO, render(proposal_of(demo_fortnight(), space)))


def test_every_document_has_its_report() -> None:
    documents = {path.name.partition(".")[0] for path in HERE.glob("*.invoice.txt") if path != DEMO}
    assert documents == {path.name.partition(".")[0] for path in REPORTS}


def render(proposal: Proposal) -> str:
    """Write a proposal as aligned text, everything that blocks it included."""
    parts = (
        _heading(proposal),
        _lines(proposal),
        _boxes(proposal),
        _open(proposal),
        _failed(proposal),
        [f"Notice: {each}" for each in proposal.notices],
    )
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def _heading(proposal: Proposal) -> Iterator[str]:
    yield f"{proposal.document}  {proposal.reference}  {proposal.dated_on}"
    yield "Ready to post" if proposal.postable else "Blocked"


def _lines(proposal: Proposal) -> Iterator[str]:
    yield _columns("Line", "Account", "Tax type", "Gross", "VAT", "Net")
    for line in proposal.lines:
        place = (line.description, line.account or "?", line.tax_type or "?")
        yield _columns(*place, *_money(line.gross, line.tax, line.net))
    gross = Money.total((line.gross for line in proposal.lines), proposal.currency)
    tax = Money.total((line.tax for line in proposal.lines), proposal.currency)
    yield _columns("Total", "", "", *_money(gross, tax, gross - tax))


def _boxes(proposal: Proposal) -> Iterator[str]:
    """Give the UK return's boxes: output tax, input tax, their difference, net out, net in."""
    if not any(line.tax_type in {"OUTPUT2", "INPUT2"} for line in proposal.lines):
        return
    output = [line for line in proposal.lines if "OUTPUT" in line.tax_type]
    taken = [line for line in proposal.lines if "INPUT" in line.tax_type]
    total = {
        "1": sum(line.tax.minor for line in output),
        "4": -sum(line.tax.minor for line in taken),
        "6": sum(line.net.minor for line in output),
        "7": -sum(line.net.minor for line in taken),
    }
    total["5"] = total["1"] - total["4"]
    for box in sorted(total):
        yield f"Box {box} {Money(total[box], proposal.currency).amount:>12,}"


def _open(proposal: Proposal) -> Iterator[str]:
    for kind, totals in (("Unmapped", proposal.unmapped), ("Unknown VAT", proposal.unknown)):
        for each in totals:
            triple = (each.transaction_type, each.amount_type, each.amount_description)
            yield f"{kind}: {' / '.join(triple)}  {each.amount.words}, lines: {each.count}"
            yield f"    {each.reason}"
    for item in proposal.unknown_vat:
        yield f"Order {item.order_id}, {item.sku}: {item.amount.words}"
    for gap in proposal.missing_accounts:
        yield f"{gap.category}, {gap.amount.words}, lines: {gap.count}: {gap.reason}"


def _failed(proposal: Proposal) -> Iterator[str]:
    for check in proposal.checks:
        if not check.ok:
            figures = f"expected {check.expected}, found {check.actual}."
            yield f"Not true: {check.name}: {figures} {check.note}".rstrip()


def _money(*amounts: Money) -> Iterable[str]:
    return (f"{each.amount:,}" for each in amounts)


def _columns(text: str, account: str, tax_type: str, *figures: str) -> str:
    cells = f"{text:<42}{account:<9}{tax_type:<17}" + "".join(f"{each:>12}" for each in figures)
    return cells.rstrip()
