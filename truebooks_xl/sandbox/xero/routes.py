"""What the sandbox's Xero answers: every room brings its own routes, and its tables with them.

Protects: a room is added by two lines here, and by nothing anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from truebooks_xl.sandbox.xero import (
    actions,
    attachments,
    bank,
    contacts,
    history,
    identity,
    invoices,
    journal,
    journals,
    organisation,
    tracking,
)
from truebooks_xl.sandbox.xero.call import Reply

Route = tuple[str, str, Callable[..., Reply]]
"""A method, a path as a regular expression, and who answers."""

ROOMS: Final = (
    actions,
    attachments,
    bank,
    contacts,
    history,
    identity,
    invoices,
    journal,
    journals,
    organisation,
    tracking,
)
"""Modules; each may have ``ROUTES`` and ``TABLES``, SQL statements that end in a semicolon."""

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/Organisation", organisation.organisation),
    ("GET", "/Accounts", organisation.accounts),
    ("GET", "/TaxRates", organisation.tax_rates),
    ("GET", "/Currencies", organisation.currencies),
    *(route for room in ROOMS for route in getattr(room, "ROUTES", ())),
)
