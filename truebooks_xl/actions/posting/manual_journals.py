"""Manual journals beside invoices and bills: whether a settlement of this run has one.

Protects: a journal posted from another place would be doubled by an invoice, so each run looks
once among all of its days, whatever settings and our own journal say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from truebooks_xl.actions.posting.desk import Desk
from truebooks_xl.actions.posting.journal_days import JOURNALS
from truebooks_xl.core.ledger import Document
from truebooks_xl.core.reference import Key
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import SETTLEMENTS

NOT_READ: Final = (
    "Manual journals were not looked through: Xero did not show them ({reason}). Connect again to"
    " give that right, for “Post as” says manual journal."
)


def journals_of_run(desk: Desk) -> Sequence[Document]:
    """Return the manual journals about the settlements of this run, those ended left out."""
    return desk.world.journals(*desk.journal_days) if desk.journal_days else ()


def journals_about(desk: Desk, key: Key, day: date | None = None) -> date | None:
    """Say about which day journals are looked at beside invoices and bills; None: there is none.

    Args:
        day: of the document to be, if there is to be one.
    """
    if day and desk.space.settings.value("Post as", key.marketplace) == JOURNALS:
        return day
    posting = desk.session.journal.posting(desk.organisation_id, key.token)
    if posting and posting["snapshot"]["document"] == "MANUALJOURNAL":  # the setting was another
        return date.fromisoformat(posting["snapshot"]["date"])
    if desk.journal_days is None:
        return None
    return desk.world.journal_keys(*desk.journal_days).get(key.token)


def not_read(desk: Desk) -> list[str]:
    """Say that journals could not be looked through, where any are posted.

    Elsewhere a connection without that right is the rule, and has posted none.
    """
    codes = {text(row, "marketplace") for row in desk.space.book.rows(SETTLEMENTS)}
    posts_as = {desk.space.settings.value("Post as", each) for each in codes}
    if desk.world.journals_refused and JOURNALS in posts_as:
        return [NOT_READ.format(reason=desk.world.journals_refused.rstrip("."))]
    return []
