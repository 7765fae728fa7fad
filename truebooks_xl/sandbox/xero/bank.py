"""Bank transactions: money received or spent without a document. We only read them.

Protects: what another tool booked straight to the bank is there to be found.
"""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import Final

from truebooks_xl.sandbox.xero.amounts import cents
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Reply
from truebooks_xl.sandbox.xero.envelope import day, enveloped, instant
from truebooks_xl.sandbox.xero.lists import Listing, listed
from truebooks_xl.sandbox.xero.organisation import BASE_CURRENCY, COUNTRY_OF

TABLES: Final = """
CREATE TABLE IF NOT EXISTS bank_transaction (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, type TEXT NOT NULL, contact TEXT NOT NULL,
    date TEXT NOT NULL, currency TEXT NOT NULL, total INTEGER NOT NULL, -- hundredths
    reference TEXT NOT NULL, reconciled INTEGER NOT NULL, status TEXT NOT NULL,
    account TEXT NOT NULL, updated_ms INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS bank_by_date ON bank_transaction (tenant, date);
"""
LISTING: Final = Listing(
    fields="bank_transaction.*, contact.name AS contact_name",
    source="bank_transaction JOIN contact ON contact.id = bank_transaction.contact",
    columns={
        "Date": ("bank_transaction.date", "day"),
        "Status": ("bank_transaction.status", "text"),
        "Type": ("bank_transaction.type", "text"),
    },
    parameters=(),
)
PARAMETERS: Final = {"where", "order", "page", "pageSize"}
TYPES: Final = {"RECEIVE", "SPEND"}


def bank_transactions(books: Books, call: Call) -> Reply:
    """GET /BankTransactions; lines only when a page was asked for."""
    call.only(PARAMETERS)
    rows, pages = listed(books, call, LISTING, ())
    shown = [_shown(books, row, lines=pages is not None) for row in rows]
    return enveloped(books, "BankTransactions", shown, pages)


def add_bank_transaction(
    books: Books,
    on: str,
    total: str,
    *,
    reference: str = "",
    kind: str = "RECEIVE",
    contact: str = "Amazon",
    account: str = "200",
    currency: str = "",
    reconciled: bool = False,
) -> str:
    """Book money straight to the bank, as another tool would.

    Args:
        on: the day, as ISO text.
        total: above 0; ``kind`` says which way the money went.
        contact: by name; made if it is not there.
        account: what the one line is coded to.
        currency: "" is the organisation's own.

    Returns:
        The BankTransactionID.
    """
    assert kind in TYPES, f"a bank transaction is one of {TYPES}, not {kind}"
    assert Decimal(total) > 0, f"{total} is not above 0; SPEND is money that left"
    row = {
        "id": str(books.store.new_id()),
        "tenant": books.tenant,
        "type": kind,
        "contact": _contact(books, contact),
        "date": on,
        "currency": currency or BASE_CURRENCY[COUNTRY_OF[books.tenant]],
        "total": int(cents(Decimal(total)) * 100),
        "reference": reference,
        "reconciled": reconciled,
        "status": "AUTHORISED",
        "account": account,
        "updated_ms": books.now_ms,
    }
    marks = ", ".join(f":{name}" for name in row)
    sql = f"INSERT INTO bank_transaction ({', '.join(row)}) VALUES ({marks})"  # noqa: S608
    books.connection.execute(sql, row)
    return str(row["id"])


def _contact(books: Books, name: str) -> str:
    """Find the active contact of this name, or make it; returns its id."""
    new = (str(books.store.new_id()), books.tenant, name, "ACTIVE", books.now_ms)
    books.connection.execute("INSERT OR IGNORE INTO contact VALUES (?, ?, ?, ?, ?)", new)
    sql = (
        "SELECT id FROM contact WHERE tenant = ? AND name = ? COLLATE NOCASE AND status = 'ACTIVE'"
    )
    row = books.row(sql, [name])
    assert row is not None
    return str(row["id"])


def _shown(books: Books, row: sqlite3.Row, *, lines: bool) -> Json:
    total = Decimal(row["total"]) / 100
    shown: Json = {
        "BankTransactionID": row["id"],
        "BankAccount": _bank_account(books),
        "Type": row["type"],
        "Reference": row["reference"],
        "IsReconciled": bool(row["reconciled"]),
        "HasAttachments": False,
        "Contact": {"ContactID": row["contact"], "Name": row["contact_name"]},
        "DateString": f"{row['date']}T00:00:00",
        "Date": day(row["date"]),
        "Status": row["status"],
        "LineAmountTypes": "NoTax",
        "SubTotal": total,
        "TotalTax": Decimal("0.00"),
        "Total": total,
        "UpdatedDateUTC": instant(row["updated_ms"]),
        "CurrencyCode": row["currency"],
    }
    return shown | {"LineItems": [_line(row, total)] if lines else []}


def _line(row: sqlite3.Row, total: Decimal) -> Json:
    return {
        "Description": row["reference"],
        "UnitAmount": total,
        "TaxType": "NONE",
        "TaxAmount": Decimal("0.00"),
        "LineAmount": total,
        "AccountCode": row["account"],
        "Quantity": Decimal(1),
        "Tracking": [],
    }


def _bank_account(books: Books) -> Json:
    """Show the first bank account of the chart; every organisation has one."""
    sql = "SELECT * FROM account WHERE tenant = ? AND type = 'BANK' ORDER BY code LIMIT 1"
    row = books.row(sql)
    assert row is not None
    return {"AccountID": row["id"], "Code": row["code"], "Name": row["name"]}


ROUTES: Final = (("GET", "/BankTransactions", bank_transactions),)
