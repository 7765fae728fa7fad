"""A proposal as the document that is sent, and a document held against it.

Protects: signs are turned here and nowhere else, so that everything of ours keeps the settlement's;
what stands in Xero is equal only if each line is, to the penny.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from truebooks_xl.core.document import Proposal
from truebooks_xl.core.ledger import Document, DocumentLine, Draft, Kind
from truebooks_xl.core.money import Money
from truebooks_xl.core.tax import NO_TAX
from truebooks_xl.errors import DataError

SIGN: Final[dict[Kind, int]] = {"ACCREC": 1, "ACCPAY": -1, "MANUALJOURNAL": -1}
"""Of a line as sent against the settlement's: an invoice credits what is positive, a bill owes
what is negative, a journal writes credits with a minus."""

LINE_FIELDS: Final = ("description", "account", "tax_type", "gross", "tax")


class ForeignJournal(DataError):
    """A manual journal was to be posted in another currency than the organisation's."""

    def __init__(self, settlement_id: str, currency: str, base_currency: str) -> None:
        super().__init__(
            where=f"Settlement {settlement_id}",
            what=f"It is in {currency}, and Xero keeps manual journals in {base_currency} only.",
            remedy="Set “Post as” to invoice or bill for its marketplace, then Preview.",
        )


class NoClearingAccount(DataError):
    """A manual journal has no account to balance it."""

    def __init__(self, settlement_id: str) -> None:
        super().__init__(
            where="Settings, Clearing account",
            what=f"Settlement {settlement_id} is posted as a manual journal and has none.",
            remedy="Set it to the account that the deposit is matched with, then Preview.",
        )


def draft(
    proposal: Proposal,
    number: str,
    contact_id: str,
    *,
    clearing: str = "",
    base_currency: str = "",
    rate: Decimal | None = None,
) -> Draft:
    """Turn a proposal into what is sent, in the signs of its kind.

    Args:
        number: of an invoice; a bill takes its reference, a journal has none.
        contact_id: left out of a journal, which has none.
        clearing: the account that balances a journal; of no meaning for other kinds.
        base_currency: the organisation's; a journal must be in it.
        rate: units of the document's currency for one of the base; None leaves it to Xero.

    Raises:
        ForeignJournal, NoClearingAccount: a journal that Xero would not take.
    """
    lines = sent_lines(proposal)
    if proposal.document == "MANUALJOURNAL":
        if proposal.currency != base_currency:
            raise ForeignJournal(proposal.settlement_id, proposal.currency, base_currency)
        if not clearing:
            raise NoClearingAccount(proposal.settlement_id)
        lines = (*lines, *_balance(proposal, lines, clearing))
    numbers = {"ACCREC": number, "ACCPAY": proposal.reference, "MANUALJOURNAL": ""}
    return Draft(
        proposal.document,
        numbers[proposal.document],
        proposal.reference,
        "" if proposal.document == "MANUALJOURNAL" else contact_id,
        proposal.dated_on,
        proposal.due_on,
        proposal.currency,
        lines,
        rate,
    )


def sent_lines(proposal: Proposal) -> tuple[DocumentLine, ...]:
    """Return the proposal's lines as sent; the line that balances a journal comes on top."""
    sign = SIGN[proposal.document]
    return tuple(
        DocumentLine(
            line.description,
            line.account,
            line.tax_type,
            _signed(line.gross, sign),
            _signed(line.tax, sign),
            line.tracking,
        )
        for line in proposal.lines
    )


def sent_total(proposal: Proposal) -> Money:
    """Add up the lines as sent and turn the signs back: what the document settles."""
    gross = (line.gross for line in sent_lines(proposal))
    return _signed(Money.total(gross, proposal.currency), SIGN[proposal.document])


def _balance(
    proposal: Proposal, lines: tuple[DocumentLine, ...], clearing: str
) -> Iterator[DocumentLine]:
    """Yield the line that brings a journal to 0.00: the deposit, as a debit where money came in.

    Lines that cancel need none, and Xero wants two lines at least.
    """
    rest = -Money.total((line.gross for line in lines), proposal.currency)
    if rest or len(lines) < 2:  # noqa: PLR2004 Xero's least number of journal lines
        nothing = Money(0, proposal.currency)
        yield DocumentLine(proposal.reference, clearing, NO_TAX, rest, nothing)


def _signed(amount: Money, sign: int) -> Money:
    return Money(sign * amount.minor, amount.currency)


def difference(wanted: Draft, found: Document) -> str:
    """Say in what a document differs from what was to be sent; "" when it does not.

    Lines are compared as they were sent, in order: text, account, tax type, gross and tax, and the
    totals to the penny. The number is not compared: a reservation gets its own later. A rate is
    compared where one was given and Xero tells its own.
    """
    pairs: list[tuple[str, object, object]] = [
        ("kind", wanted.kind, found.kind),
        ("reference", wanted.reference, reference_of(found, wanted.reference)),
        ("currency", wanted.currency, found.currency),
        ("date", wanted.dated_on, found.dated_on),
        *_rates(wanted, found),
        *_totals(wanted, found),
        ("number of lines", len(wanted.lines), len(found.lines)),
    ]
    for n, (ours, theirs) in enumerate(zip(wanted.lines, found.lines, strict=False), start=1):
        pairs += [
            (f"line {n} {name}", getattr(ours, name), getattr(theirs, name)) for name in LINE_FIELDS
        ]
        # Xero gives the two tracking options in the order of its own categories.
        pairs.append((f"line {n} tracking", sorted(ours.tracking), sorted(theirs.tracking)))
    return "; ".join(
        f"{name} {ours} in the preview, {theirs} in Xero"
        for name, ours, theirs in pairs
        if ours != theirs
    )


def reference_of(found: Document, wanted: str) -> str:
    """Return the reference a document bears: a bill's is its number, a journal's begins its text.

    Args:
        wanted: the reference looked for; a journal's narration may go on after it.
    """
    if found.kind == "ACCPAY":
        return found.number
    if found.kind == "MANUALJOURNAL" and f"{found.reference} ".startswith(f"{wanted} "):
        return wanted
    return found.reference


def _rates(wanted: Draft, found: Document) -> list[tuple[str, object, object]]:
    if wanted.rate is None or found.rate is None:
        return []
    return [("exchange rate", wanted.rate, found.rate)]


def _totals(wanted: Draft, found: Document) -> list[tuple[str, object, object]]:
    """Compare due date and totals; a journal has neither, and its lines add up to 0.00."""
    if wanted.kind == "MANUALJOURNAL":
        nothing = Money(0, wanted.currency)
        balance = Money.total((line.gross for line in found.lines), found.currency)
        return [("balance", nothing, balance)]
    total = Money.total((line.gross for line in wanted.lines), wanted.currency)
    tax = Money.total((line.tax for line in wanted.lines), wanted.currency)
    return [
        ("due date", wanted.due_on, found.due_on),
        ("total", total, found.total),
        ("tax", tax, found.total_tax),
    ]
