"""The tables of the journal; rows are only ever added to them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

TASKS: Final = sa.Table(
    "tasks",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("organisation", sa.String, nullable=False, index=True),
    sa.Column("book", sa.String, nullable=False),  # id of the workbook
    sa.Column("token", sa.String, nullable=False),
    sa.Column("mark", sa.String, nullable=False),  # uuid of the attempt
    sa.Column("place", sa.String, nullable=False),  # of the machine's folder it was begun from
    sa.Column("task", sa.String, nullable=False),  # JSON: core/posting/kept.py
    sa.Column("proposal", sa.String),  # JSON: what was previewed
    sa.Index("tasks_keys", "organisation", "token"),
)

WRITES: Final = sa.Table(
    "writes",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("task", sa.Integer, nullable=False, index=True),
    sa.Column("organisation", sa.String, nullable=False),
    sa.Column("token", sa.String, nullable=False),
    sa.Column("step", sa.String, nullable=False),  # Create, Rename, Void, Authorise, Dressing…
    sa.Column("outcome", sa.String, nullable=False),  # intent, done, refused, unknown, reached
    sa.Column("network_key", sa.String, nullable=False),
    sa.Column("document_id", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("n", sa.Integer),  # of a final number: 10001 of AMZ-TB-10001
    sa.Column("message", sa.String, nullable=False),
    sa.Index("writes_numbers", "organisation", "n"),
    sa.Index("writes_keys", "organisation", "token"),
)

ENDS: Final = sa.Table(
    "ends",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("task", sa.Integer, index=True),  # null: restored from Xero
    sa.Column("organisation", sa.String, nullable=False),
    sa.Column("book", sa.String, nullable=False),
    sa.Column("token", sa.String, nullable=False),
    sa.Column("settlement_id", sa.String, nullable=False),
    sa.Column("marketplace", sa.String, nullable=False),
    sa.Column("suffix", sa.String, nullable=False),
    sa.Column("aim", sa.String, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),  # posted, rolled back, refused…
    sa.Column("document_id", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("n", sa.Integer),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("error", sa.String, nullable=False),
    sa.Index("ends_books", "organisation", "book"),
    sa.Index("ends_numbers", "organisation", "n"),
    sa.Index("ends_keys", "organisation", "token"),
)

POSTINGS: Final = sa.Table(
    "postings",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("organisation", sa.String, nullable=False),
    sa.Column("token", sa.String, nullable=False, index=True),
    sa.Column("document_id", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("snapshot", sa.String, nullable=False),  # JSON: the proposal as posted
)

TICKS: Final = sa.Table(
    "ticks",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("organisation", sa.String, nullable=False),
    sa.Column("token", sa.String, nullable=False, index=True),
    sa.Column("document_id", sa.String, nullable=False),  # another tool's, not this settlement
    sa.Column("who", sa.String, nullable=False),
)


def create(connection: sa.Connection) -> None:
    """Make what is not there yet; two processes may begin a journal in the same instant."""
    for table in METADATA.sorted_tables:
        connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))
