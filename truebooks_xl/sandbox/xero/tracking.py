"""Tracking categories and their options: GET /TrackingCategories.

Protects: a line may only name an option that is there and active; at most two categories are
active at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Reply
from truebooks_xl.sandbox.xero.envelope import enveloped

TABLES: Final = """
CREATE TABLE IF NOT EXISTS tracking_category (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
    UNIQUE (tenant, name));
CREATE TABLE IF NOT EXISTS tracking_option (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, category TEXT NOT NULL, name TEXT NOT NULL,
    status TEXT NOT NULL, UNIQUE (category, name));
"""
MOST_ACTIVE: Final = 2


def tracking_categories(books: Books, call: Call) -> Reply:
    """GET /TrackingCategories; what is archived only with includeArchived=true."""
    call.only({"includeArchived"})
    statuses = {"ACTIVE"}
    if call.flag("includeArchived", default=False):
        statuses.add("ARCHIVED")
    rows = books.rows("SELECT * FROM tracking_category WHERE tenant = ? ORDER BY name")
    shown = [_shown(books, row, statuses) for row in rows if row["status"] in statuses]
    return enveloped(books, "TrackingCategories", shown)


def _shown(books: Books, category: sqlite3.Row, statuses: Collection[str]) -> Json:
    sql = "SELECT * FROM tracking_option WHERE tenant = ? AND category = ? ORDER BY name"
    options = [
        {"TrackingOptionID": row["id"], "Name": row["name"], "Status": row["status"]}
        for row in books.rows(sql, [category["id"]])
        if row["status"] in statuses
    ]
    shown = {"Name": category["name"], "Status": category["status"]}
    return shown | {"TrackingCategoryID": category["id"], "Options": options}


def tracking_ids(books: Books, name: str, option: str) -> tuple[str, str] | None:
    """Find the ids of a category and its option, spelt so; None unless both are active."""
    sql = (
        "SELECT c.id AS category, o.id AS option FROM tracking_category AS c "
        "JOIN tracking_option AS o ON o.category = c.id WHERE c.tenant = ? AND c.name = ? "
        "AND o.name = ? AND c.status = 'ACTIVE' AND o.status = 'ACTIVE'"
    )
    row = books.row(sql, [name, option])
    return (row["category"], row["option"]) if row else None


def tracking_exists(books: Books, name: str, option: str) -> bool:
    """Whether a line may name this option of this category."""
    return tracking_ids(books, name, option) is not None


def add_tracking(books: Books, name: str, options: Sequence[str]) -> None:
    """Add a category, or options to one that is there; what was archived is active again."""
    category = _kept(books, "tracking_category", "tenant", books.tenant, name)
    for option in options:
        _kept(books, "tracking_option", "category", category, option)
    sql = "SELECT count(*) AS n FROM tracking_category WHERE tenant = ? AND status = 'ACTIVE'"
    active = books.row(sql)
    assert active is not None
    assert active["n"] <= MOST_ACTIVE, "Xero has at most two active tracking categories"


def _kept(books: Books, table: str, owner: str, owner_id: str, name: str) -> str:
    """Insert a row or make it active again; returns its id."""
    row = {"id": str(books.store.new_id()), "tenant": books.tenant, "name": name}
    row |= {owner: owner_id, "status": "ACTIVE"}
    fields, marks = ", ".join(row), ", ".join(f":{each}" for each in row)
    sql = (
        f"INSERT INTO {table} ({fields}) VALUES ({marks}) "  # noqa: S608 our words
        f"ON CONFLICT ({owner}, name) DO UPDATE SET status = 'ACTIVE' RETURNING id"
    )
    return str(books.connection.execute(sql, row).fetchone()["id"])


def archive_tracking(books: Books, name: str, option: str | None = None) -> None:
    """Archive a whole category, or one option of it."""
    of = "SELECT id FROM tracking_category WHERE tenant = ? AND name = ?"
    category = books.row(of, [name])
    assert category is not None, f"no tracking category {name}"
    table, condition, values = "tracking_category", "id = ?", [category["id"]]
    if option is not None:
        table, condition, values = "tracking_option", "category = ? AND name = ?", [*values, option]
    sql = f"UPDATE {table} SET status = 'ARCHIVED' WHERE {condition}"  # noqa: S608 our words
    changed = books.connection.execute(sql, values).rowcount
    assert changed, f"no option {option} of {name}"


ROUTES: Final = (("GET", "/TrackingCategories", tracking_categories),)
