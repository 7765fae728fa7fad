"""GET and PUT /Contacts: a name is unique among active contacts, because the database says so."""

from __future__ import annotations

import sqlite3
from typing import Final

from truebooks_xl.sandbox.xero.batches import each_element
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Refusal, Reply
from truebooks_xl.sandbox.xero.envelope import enveloped, instant
from truebooks_xl.sandbox.xero.lists import Listing, listed

LISTING: Final = Listing(
    fields="contact.*",
    source="contact",
    columns={
        "Name": ("contact.name", "text"),
        "ContactID": ("contact.id", "id"),
        "ContactStatus": ("contact.status", "text"),
    },
    parameters=("summaryOnly",),
    since=True,
)
LONGEST_NAME: Final = 255


def contacts(books: Books, call: Call) -> Reply:
    """GET /Contacts; archived ones only with includeArchived=true."""
    conditions: list[tuple[str, list[str | int]]] = []
    if not call.flag("includeArchived", default=False):
        conditions.append(("contact.status <> 'ARCHIVED'", []))
    if ids := call.listed("IDs"):
        conditions.append((f"contact.id IN ({', '.join('?' * len(ids))})", [*ids]))
    if term := call.query.get("searchTerm"):
        conditions.append(("instr(lower(contact.name), lower(?)) > 0", [term]))
    rows, pages = listed(books, call, LISTING, conditions)
    return enveloped(books, "Contacts", [shown(row) for row in rows], pages)


def create(books: Books, call: Call) -> Reply:
    """PUT /Contacts."""
    call.only({"summarizeErrors"})
    return each_element(books, call, "Contacts", {"Name"}, _create_one)


def _create_one(books: Books, element: Json) -> Json:
    name = str(element.get("Name", "")).strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refusal("The contact name must be specified.")
    row = (str(books.store.new_id()), books.tenant, name, "ACTIVE", books.now_ms)
    try:
        books.connection.execute("INSERT INTO contact VALUES (?, ?, ?, ?, ?)", row)
    except sqlite3.IntegrityError:
        raise Refusal(
            f"The contact name {name} is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        ) from None
    found = books.row("SELECT * FROM contact WHERE tenant = ? AND id = ?", [row[0]])
    assert found is not None
    return shown(found)


def shown(row: sqlite3.Row) -> Json:
    """A contact as Xero shows it."""
    return {
        "ContactID": row["id"],
        "ContactStatus": row["status"],
        "Name": row["name"],
        "Addresses": [],
        "Phones": [],
        "UpdatedDateUTC": instant(row["updated_ms"]),
        "ContactGroups": [],
        "IsSupplier": False,
        "IsCustomer": False,
        "ContactPersons": [],
        "HasAttachments": False,
        "HasValidationErrors": False,
    }


ROUTES: Final = (("GET", "/Contacts", contacts), ("PUT", "/Contacts", create))
