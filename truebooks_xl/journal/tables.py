"""The tables of the journal; rows are only ever added to them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

EVENTS: Final = sa.Table(
    "events",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),  # UTC, ISO 8601
    sa.Column("organisation", sa.String, nullable=False),
    sa.Column("token", sa.String, nullable=False, index=True),  # TBUK-26881161592
    sa.Column("attempt", sa.String, nullable=False),
    sa.Column("step", sa.String, nullable=False),  # Reserve, Authorise, Settled
    sa.Column("outcome", sa.String, nullable=False),  # intent, done, refused, unknown
    sa.Column("network_key", sa.String, nullable=False),
    sa.Column("detail", sa.String, nullable=False),  # JSON: ids, numbers, messages
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


def create(connection: sa.Connection) -> None:
    """Make what is not there yet; two processes may begin a journal in the same instant."""
    for table in METADATA.sorted_tables:
        connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))
