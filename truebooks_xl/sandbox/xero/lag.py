"""Lists that lag: what they show is as old as the policy ``list_delay_s`` says.

Protects: the database itself remembers each document as it was before a change, whoever made it,
so that a lagging list shows the old number and the old status, and nothing that is newer.
"""

from __future__ import annotations

from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call

LAGGING: Final = ("invoice", "manual_journal")
KEPT_MS: Final = 60_000
"""Longer than any setting of the policy."""


def _remembering(table: str) -> str:
    return f"""
CREATE TABLE IF NOT EXISTS {table}_before AS
    SELECT *, 0 AS made, 0 AS until_ms FROM {table} WHERE 0;
CREATE INDEX IF NOT EXISTS {table}_until ON {table}_before (tenant, until_ms);
CREATE TRIGGER IF NOT EXISTS {table}_changes BEFORE UPDATE ON {table} BEGIN
    DELETE FROM {table}_before
        WHERE tenant = OLD.tenant AND until_ms < NEW.updated_ms - {KEPT_MS};
    INSERT INTO {table}_before
        SELECT *, rowid, NEW.updated_ms FROM {table} WHERE rowid = OLD.rowid;
END;
"""  # noqa: S608 our words


TABLES: Final = "".join(_remembering(table) for table in LAGGING)


def as_of(books: Books, call: Call, table: str) -> str:
    """Write what comes before SELECT so that ``table`` is the one of a while ago; "" if it is now.

    The statement must name the organisation ``?1``.
    """
    by_id = "IDs" in call.query and books.policy("ids_delay") == "no"
    then_ms = books.now_ms - 1000 * int(books.policy("list_delay_s"))
    if table not in LAGGING or by_id or then_ms == books.now_ms:
        return ""
    standing = f"tenant = ?1 AND updated_ms <= {then_ms}"
    return (
        f"WITH {table} AS (SELECT *, rowid AS rowid, NULL FROM main.{table} WHERE {standing} "  # noqa: S608 our words
        f"UNION ALL SELECT * FROM {table}_before WHERE {standing} AND until_ms > {then_ms}) "
    )
