"""What Xero refuses in a document, in its own words.

Protects: the sandbox says no where the real Xero does, with the text the accountant will see.
Source: each message is from the specification, a recording or several public reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from truebooks_xl.sandbox.xero.amounts import Line
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Refusal
from truebooks_xl.sandbox.xero.chart import wrong_account
from truebooks_xl.sandbox.xero.invoice import Invoice

LONGEST_NUMBER: Final = 255
LEDGER_ACCOUNTS: Final = {"", "ROUNDING"}
"""SystemAccount of accounts a document may use; DEBTORS, RETAINEDEARNINGS… it may not."""


def check(books: Books, invoice: Invoice) -> None:
    """Refuse a document that Xero would not keep in its status; all reasons at once."""
    messages = [*_of_document(books, invoice)]
    alike = {(line.account, line.tax_type, line.words_only): line for line in invoice.lines}
    for line in alike.values():
        messages += _of_line(books, line, firm=invoice.status != "DRAFT")
    if invoice.status == "AUTHORISED":
        messages += _of_approval(books, invoice)
    if messages:
        raise Refusal(*dict.fromkeys(messages))


def _of_document(books: Books, invoice: Invoice) -> Iterator[str]:
    contact = books.row("SELECT * FROM contact WHERE tenant = ? AND id = ?", [invoice.contact])
    if contact is None:
        yield "A Contact must be specified for this type of transaction"
    elif contact["status"] == "ARCHIVED":
        yield (
            "The contact with the specified contact details has been archived. The contact must be "
            "un-archived before creating new invoices or credit notes."
        )
    if not books.row("SELECT 1 FROM currency WHERE tenant = ? AND code = ?", [invoice.currency]):
        yield f"Organisation is not subscribed to currency {invoice.currency}"
    if len(invoice.number) > LONGEST_NUMBER:
        yield "The Invoice Number must not be longer than 255 characters."
    longest = books.policy("reference_max")
    if longest != "none" and len(invoice.reference) > int(longest):
        yield f"The Reference must not be longer than {longest} characters."
    most = books.policy("max_lines")
    if most != "none" and len(invoice.lines) > int(most):
        yield f"A document must not have more than {most} lines."
    if invoice.total < 0 and books.policy("negative_draft") == "refused":
        yield "Invoice with a total less than 0 cannot be approved"
    if invoice.status == "DRAFT" and books.policy("draft_in_locked_period") == "refused":
        yield from locked(books, invoice.date)


def _of_line(books: Books, line: Line, *, firm: bool) -> Iterator[str]:
    """Check a line; a draft's (not ``firm``) may lack its account."""
    if not line.account:
        if firm and not line.words_only:
            yield "Account code must be specified."
        return
    yield from wrong_account(books, line.account, line.tax_type, _closed)


def _closed(system_account: str) -> bool:
    return system_account not in LEDGER_ACCOUNTS


def _of_approval(books: Books, invoice: Invoice) -> Iterator[str]:
    yield from locked(books, invoice.date)
    if all(line.words_only for line in invoice.lines):
        yield "One or more line items must be specified"
    if invoice.total < 0:
        yield "Invoice with a total less than 0 cannot be approved"
    if _cap_reached(books, invoice):
        yield "You have reached the limit of invoices you can approve"


def _cap_reached(books: Books, invoice: Invoice) -> bool:
    """Whether the plan's documents of the month (by document date) are used up."""
    caps = books.policy("plan_cap")
    if caps == "none":
        return False
    cap = int(caps.split("/")[invoice.type == "ACCPAY"])
    sql = (
        "SELECT count(*) AS n FROM invoice WHERE tenant = ? AND type = ? AND id <> ? "
        "AND status IN ('AUTHORISED', 'PAID') AND substr(date, 1, 7) = ?"
    )
    used = books.row(sql, [invoice.type, invoice.id, invoice.date[:7]])
    return used is not None and used["n"] >= cap


def locked(books: Books, dated: str) -> Iterator[str]:
    """Say which lock dates forbid a day; the lock date itself is locked."""
    row = books.row("SELECT * FROM organisation WHERE tenant = ?")
    assert row is not None
    period = None if books.policy("lock_adviser") == "true" else row["period_lock"]
    locks = (("period lock date", period), ("end of year lock date", row["year_end_lock"]))
    for name, lock in locks:
        if lock is not None and dated <= lock:
            words = date.fromisoformat(lock).strftime("%d-%b-%Y")
            yield f"The document date cannot be before the {name}, currently set at {words}"
