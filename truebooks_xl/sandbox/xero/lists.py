"""What all list calls share: filter, order, pages, and how old they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Unknown
from truebooks_xl.sandbox.xero.envelope import page, pagination
from truebooks_xl.sandbox.xero.lag import as_of
from truebooks_xl.sandbox.xero.where import Column, where

SHARED: Final = {"where", "order", "page", "pageSize", "searchTerm", "IDs", "includeArchived"}


@dataclass(frozen=True, slots=True)
class Listing:
    """What may be listed, and by which fields it may be filtered and ordered.

    Attributes:
        fields: what stands after SELECT.
        source: what stands after FROM; the first table carries ``tenant``.
        parameters: query parameters besides those all lists share.
        since: whether If-Modified-Since is heard; else it is refused.
    """

    fields: str
    source: str
    columns: Mapping[str, Column]
    parameters: Sequence[str]
    since: bool = False

    @property
    def table(self) -> str:
        """The listed table."""
        return self.source.split()[0]


Condition = tuple[str, Sequence[str | int]]


def listed(
    books: Books, call: Call, listing: Listing, conditions: Sequence[Condition]
) -> tuple[list[sqlite3.Row], Json | None]:
    """Select what a list call asks for; with a page, also the pagination."""
    call.only(SHARED | set(listing.parameters))
    every = [*conditions]
    if stamp := call.headers.get("if-modified-since"):
        every.append((f"{listing.table}.updated_ms > ?", [_since_ms(listing, stamp)]))
    if "where" in call.query:
        every.append(where(call.query["where"], listing.columns))
    before = as_of(books, call, listing.table)
    sql = f"FROM {listing.source} WHERE {listing.table}.tenant = ?1"
    sql += "".join(f" AND ({condition})" for condition, _ in every)
    values = [value for _, each in every for value in each]
    asked = page(call)
    ordered = f" ORDER BY {_order(call, listing)}"
    if asked is None:
        return books.rows(f"{before}SELECT {listing.fields} {sql}{ordered}", values), None
    counted = books.row(f"{before}SELECT count(*) AS n {sql}", values)
    assert counted is not None
    number, size = asked
    limits = f" LIMIT {size} OFFSET {(number - 1) * size}"
    rows = books.rows(f"{before}SELECT {listing.fields} {sql}{ordered}{limits}", values)
    return rows, pagination(asked, counted["n"])


def _since_ms(listing: Listing, stamp: str) -> int:
    """Read If-Modified-Since, an instant as ISO text; without an offset it is UTC."""
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        raise Unknown(f"header If-Modified-Since: {stamp}") from None
    if not listing.since:
        raise Unknown(f"header If-Modified-Since of a list of {listing.table}")
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _order(call: Call, listing: Listing) -> str:
    """Read ``order=Date DESC, InvoiceNumber``; without one, in order of creation."""
    parts = []
    for part in call.query.get("order", "").split(","):
        name, _, direction = part.strip().partition(" ")
        if not name:
            continue
        if name not in listing.columns or direction.upper() not in {"", "ASC", "DESC"}:
            raise Unknown(f"order={call.query['order']}")
        parts.append(f"{listing.columns[name][0]} {direction.upper()}")
    return ", ".join([*parts, f"{listing.table}.rowid"])
