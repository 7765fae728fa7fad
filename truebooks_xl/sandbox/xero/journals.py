"""The /ManualJournals calls: list, read, create (PUT) and change by id.

Protects: a journal balances and touches no account that Xero keeps for itself; VOIDED and DELETED
are final. A POST without an id is refused here: it would make a second journal.
Source: facts of Xero's API. How Xero words a missing narration, a lone line or an unknown tracking
option is not known: those sentences are ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from truebooks_xl.sandbox.xero.actions import NOT_PERMITTED, status
from truebooks_xl.sandbox.xero.amounts import Line, read_line
from truebooks_xl.sandbox.xero.batches import each_element
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Refusal, Rejected, Reply, Unknown, only_known
from truebooks_xl.sandbox.xero.chart import wrong_account
from truebooks_xl.sandbox.xero.checks import locked
from truebooks_xl.sandbox.xero.envelope import enveloped, problem
from truebooks_xl.sandbox.xero.journal import Journal, load, save, shown, shown_by_id
from truebooks_xl.sandbox.xero.lists import Condition, Listing, listed
from truebooks_xl.sandbox.xero.tracking import tracking_exists

LISTING: Final = Listing(
    fields="manual_journal.*",
    source="manual_journal",
    columns={
        "Date": ("manual_journal.date", "day"),
        "Status": ("manual_journal.status", "text"),
    },
    parameters=(),
    since=True,
)
PARAMETERS: Final = {"where", "order", "page", "pageSize"}
PROPERTIES: Final = {
    *("ManualJournalID", "Narration", "Date", "Status", "LineAmountTypes", "JournalLines", "Url"),
}
LINE_PROPERTIES: Final = {"LineAmount", "AccountCode", "Description", "TaxType", "Tracking"}
ALLOWED: Final = {
    "": {"DRAFT", "POSTED"},  # a new one
    "DRAFT": {"DRAFT", "POSTED", "DELETED"},
    "POSTED": {"POSTED", "VOIDED"},
    "VOIDED": set[str](),
    "DELETED": set[str](),
}
ENDED: Final = {"VOIDED", "DELETED"}
CLOSED: Final = {"DEBTORS", "CREDITORS", "RETAINEDEARNINGS"}
"""SystemAccounts a journal may not use; bank and inventory accounts are closed by their type."""

FEWEST_LINES: Final = 2
MOST_TRACKING: Final = 2


def journals(books: Books, call: Call) -> Reply:
    """GET /ManualJournals; lines only when a page was asked for."""
    call.only(PARAMETERS)
    if re.search(r"\bNarration\b", re.sub(r'"[^"]*"', "", call.query.get("where", ""))):
        message = "The where filter is not optimised for Narration."
        raise Rejected(problem(16, "QueryParseException", message))
    conditions: list[Condition] = []
    if books.policy("deleted_in_lists") == "no":
        conditions.append(("manual_journal.status <> 'DELETED'", ()))
    rows, pages = listed(books, call, LISTING, conditions)
    documents = [shown(books, row, lines=pages is not None) for row in rows]
    return enveloped(books, "ManualJournals", documents, pages)


def journal(books: Books, call: Call, journal_id: str) -> Reply:
    """GET /ManualJournals/{id}."""
    call.only(())
    if load(books, journal_id) is None:
        return Reply.missing()
    return enveloped(books, "ManualJournals", [shown_by_id(books, journal_id, written=False)])


def put(books: Books, call: Call) -> Reply:
    """PUT /ManualJournals: creates, and nothing else."""
    call.only({"summarizeErrors"})

    def make(books: Books, element: Json) -> Json:
        if "ManualJournalID" in element:
            raise Unknown("ManualJournalID in a PUT, which creates")
        today = books.store.clock().date().isoformat()
        blank = Journal(str(books.store.new_id()), "", today, "", "NoTax", "", ())
        return _kept(books, blank, {"Status": "DRAFT"} | element)

    return each_element(books, call, "ManualJournals", PROPERTIES, make)


def post(books: Books, call: Call) -> Reply:
    """POST /ManualJournals: changes each by its id."""
    call.only({"summarizeErrors"})
    if books.policy("batch_post_by_id") == "refused":
        raise Rejected(problem(10, "ValidationException", "A validation exception occurred"))

    def change(books: Books, element: Json) -> Json:
        if "ManualJournalID" not in element:
            raise Unknown("a POST of a journal without ManualJournalID, which would make another")
        before = load(books, element["ManualJournalID"])
        if before is None:
            raise Rejected(Reply.missing())
        return _kept(books, before, element)

    return each_element(books, call, "ManualJournals", PROPERTIES, change)


def post_by_id(books: Books, call: Call, journal_id: str) -> Reply:
    """POST /ManualJournals/{id}: changes exactly this one."""
    call.only(())
    before = load(books, journal_id)
    if before is None:
        return Reply.missing()

    def change(books: Books, element: Json) -> Json:
        if str(element.get("ManualJournalID", journal_id)).lower() != journal_id.lower():
            raise Unknown("ManualJournalID of a body that is not the address's")
        return _kept(books, before, element)

    return each_element(books, call, "ManualJournals", PROPERTIES, change)


def _kept(books: Books, before: Journal, element: Json) -> Json:
    """Put what was sent in the place of what was there, if that may be."""
    after = element.get("Status", before.status)
    if status(books, "CreateManualJournal") == "NOT-ALLOWED":
        raise Refusal(NOT_PERMITTED)
    if after not in ALLOWED[before.status]:
        raise Refusal(f"The status '{after}' cannot be applied to the document")
    if before.status == "POSTED" and any(locked(books, before.date)):
        raise Refusal(
            "The document cannot be edited as it is currently dated before the period lock date"
        )
    changed = _changed(books, before, element)
    if messages := [*_wrong(books, changed)]:
        raise Refusal(*dict.fromkeys(messages))
    save(books, changed)
    return shown_by_id(books, changed.id, written=True)


def _changed(books: Books, before: Journal, element: Json) -> Journal:
    types = element.get("LineAmountTypes", before.amount_types)
    if types not in {"Inclusive", "Exclusive", "NoTax"}:
        raise Unknown(f"LineAmountTypes {types}")
    lines = before.lines
    if "JournalLines" in element:
        lines = tuple(_read(books, each, types) for each in element["JournalLines"])
    return replace(
        before,
        narration=str(element.get("Narration", before.narration)).strip(),
        date=_day(element.get("Date", before.date)),
        status=element.get("Status", before.status),
        amount_types=types,
        url=element.get("Url", before.url),
        lines=lines,
    )


def _read(books: Books, sent: Json, types: str) -> Line:
    """Read a line: as an invoice's, of quantity 1; without tax it needs no tax type."""
    only_known(sent, LINE_PROPERTIES, "of a journal line")
    if "LineAmount" not in sent:
        raise Refusal("A journal line must have a line amount.")
    read = {name: value for name, value in sent.items() if name != "LineAmount"}
    untaxed = {"TaxType": "NONE"} if types == "NoTax" else {}
    return read_line(books, untaxed | read | {"UnitAmount": sent["LineAmount"]}, types)


def _wrong(books: Books, journal: Journal) -> Iterator[str]:
    """Say all that Xero would refuse; who voids or deletes is asked nothing more."""
    if journal.status in ENDED:
        return
    if not journal.narration:
        yield "The narration must be specified."
    if "xero" in journal.url.lower():
        yield "Url must not contain xero"
    if len(journal.lines) < FEWEST_LINES:
        yield "A journal must have at least two lines."
    if journal.debits + journal.credits != 0:
        yield (f"The total debits ({journal.debits}) must equal total credits ({journal.credits})")
    for line in journal.lines:
        yield from _wrong_line(books, line)
    if journal.status == "POSTED" or books.policy("draft_in_locked_period") == "refused":
        yield from locked(books, journal.date)


def _wrong_line(books: Books, line: Line) -> Iterator[str]:
    yield from wrong_account(books, line.account, line.tax_type, CLOSED.__contains__)
    if len(line.tracking) > MOST_TRACKING:
        yield "A line must not have more than two tracking options."
    for name, option in line.tracking:
        if not tracking_exists(books, name, option):
            yield f"The tracking option {option} of {name} is not active."


def _day(text: object) -> str:
    try:
        return date.fromisoformat(str(text)).isoformat()
    except ValueError:
        raise Unknown(f"Date {text!r}; a day is written 2026-09-14") from None


_ONE: Final = "/ManualJournals/([^/]+)"
ROUTES: Final = (
    ("GET", "/ManualJournals", journals),
    ("PUT", "/ManualJournals", put),
    ("POST", "/ManualJournals", post),
    ("GET", _ONE, journal),
    ("POST", _ONE, post_by_id),
)
