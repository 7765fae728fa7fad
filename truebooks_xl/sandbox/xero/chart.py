"""Whether a line may use an account and a tax type, in Xero's own words.

Source: each message is from the documentation or several public reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from truebooks_xl.sandbox.xero.books import Books

Closed = Callable[[str], bool]
"""Whether a document may not use an account of this SystemAccount; "" is an ordinary one."""


def wrong_account(books: Books, code: str, tax_type: str, closed: Closed) -> Iterator[str]:
    """Say why a line may not use an account; nothing when it may."""
    account = books.row("SELECT * FROM account WHERE tenant = ? AND code = ?", [code])
    if account is None or account["type"] == "BANK" or closed(account["system"]):
        yield f"Account code '{code}' is not a valid code for this document."
    elif account["status"] != "ACTIVE":
        yield (
            f"Account code '{code}' has been archived, or has been deleted. "
            "Each line item must reference a valid account."
        )
    elif account["type"] == "INVENTORY":
        yield "You cannot save this transaction using an inventory account type"
    elif not _fits(books, tax_type, account["class"]):
        yield f"The TaxType code '{tax_type}' cannot be used with account code '{code}'."


def _fits(books: Books, tax_type: str, account_class: str) -> bool:
    sql = "SELECT * FROM tax_rate WHERE tenant = ? AND tax_type = ? AND status = 'ACTIVE'"
    rate = books.row(sql, [tax_type])
    loose = books.policy("tax_class_check") == "off"
    return rate is not None and (loose or account_class in rate["classes"].split())
