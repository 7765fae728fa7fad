"""What the connected user may do: GET /Organisation/Actions.

Protects: a missing right shows before anything is written, and bites where it would in Xero. An
adviser passes the period lock, so that right follows the policy ``lock_adviser``.
"""

from __future__ import annotations

from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Reply
from truebooks_xl.sandbox.xero.envelope import enveloped

TABLES: Final = """
CREATE TABLE IF NOT EXISTS action (
    tenant TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (tenant, name));
"""
PAST_THE_LOCK: Final = "ApproveTransactionsBeforePeriodLockDate"
NAMES: Final = (
    PAST_THE_LOCK,
    "CreateApprovedBill",
    "CreateApprovedInvoice",
    "CreateManualJournal",
    "UseMulticurrency",
)
SETTINGS: Final = ("ALLOWED", "NOT-ALLOWED", "untold")
"""An untold action is left out of the reply: nobody can tell whether it is allowed."""

NOT_PERMITTED: Final = (
    "The User specified does not have the correct permissions to perform this action"
)


def actions(books: Books, call: Call) -> Reply:
    """GET /Organisation/Actions."""
    call.only(())
    told = {name: status(books, name) for name in NAMES}
    shown = [{"Name": name, "Status": each} for name, each in told.items() if each != "untold"]
    return enveloped(books, "Actions", shown)


def status(books: Books, name: str) -> str:
    """How an action stands: as it was set, else allowed to everyone but before the lock."""
    row = books.row("SELECT status FROM action WHERE tenant = ? AND name = ?", [name])
    if row is not None:
        return str(row["status"])
    barred = name == PAST_THE_LOCK and books.policy("lock_adviser") == "false"
    return "NOT-ALLOWED" if barred else "ALLOWED"


def set_action(books: Books, name: str, setting: str) -> None:
    """Allow an action, forbid it, or leave it out of the list."""
    assert name in NAMES, f"no action {name}; there are {', '.join(NAMES)}"
    assert setting in SETTINGS, f"an action is one of {SETTINGS}, not {setting}"
    row = (books.tenant, name, setting)
    books.connection.execute("INSERT OR REPLACE INTO action VALUES (?, ?, ?)", row)


ROUTES: Final = (("GET", "/Organisation/Actions", actions),)
