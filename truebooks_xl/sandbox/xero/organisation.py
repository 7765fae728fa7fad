"""One organisation per country, made on first use: settings, chart, tax rates, currencies.

Protects: practice begins in books that look like the accountant's own, with our proposed accounts.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from truebooks_xl.core.marketplaces import MARKETPLACES
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Reply
from truebooks_xl.sandbox.xero.envelope import day, enveloped, instant

BASE_CURRENCY: Final = {each.country: each.currency for each in MARKETPLACES} | {"NZ": "NZD"}
"""Every country the sandbox keeps books for, with their currency."""

EDITION: Final = {"AU": "AU", "NZ": "NZ", "GB": "UK", "US": "US"}
"""Countries with an edition of Xero of their own; all others have the global one."""

CURRENCY_NAMES: Final = {
    "AED": "United Arab Emirates Dirham",
    "AUD": "Australian Dollar",
    "BRL": "Brazilian Real",
    "CAD": "Canadian Dollar",
    "EGP": "Egyptian Pound",
    "EUR": "Euro",
    "GBP": "British Pound",
    "INR": "Indian Rupee",
    "JPY": "Japanese Yen",
    "MXN": "Mexican Peso",
    "NZD": "New Zealand Dollar",
    "PLN": "Polish Zloty",
    "SAR": "Saudi Riyal",
    "SEK": "Swedish Krona",
    "SGD": "Singapore Dollar",
    "TRY": "Turkish Lira",
    "USD": "United States Dollar",
    "ZAR": "South African Rand",
}

SETTABLE: Final[Json] = {
    "PaysTax": True,
    "SalesTaxBasis": "ACCRUALS",
    "Edition": "BUSINESS",
    "Class": "DEMO",
    "IsDemoCompany": True,
}
"""What may be set of an organisation, with what it is at first."""

TABLES: Final = """
CREATE TABLE IF NOT EXISTS organisation_field (
    tenant TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tenant, name));
"""

APPLIES: Final = ("ASSET", "EQUITY", "EXPENSE", "LIABILITY", "REVENUE")
_PLURAL: Final = {"ASSET": "Assets", "EXPENSE": "Expenses", "LIABILITY": "Liabilities"}


def tenant_of(country: str) -> str:
    """Name a country's organisation; the same on every machine and for ever."""
    assert country in BASE_CURRENCY, f"the sandbox keeps no books for {country}"
    return str(uuid5(NAMESPACE_URL, f"https://truebooks.invalid/sandbox/xero/{country}"))


COUNTRY_OF: Final = {tenant_of(country): country for country in BASE_CURRENCY}


def open_organisation(books: Books) -> None:
    """Make the organisation unless it is there."""
    if books.row("SELECT 1 FROM organisation WHERE tenant = ?"):
        return
    from truebooks_xl import data  # noqa: PLC0415 read once per country, and not light

    country = COUNTRY_OF[books.tenant]
    insert = books.connection.execute
    insert(
        "INSERT INTO organisation (tenant, country, created_ms) VALUES (?, ?, ?)",
        (books.tenant, country, books.now_ms),
    )
    for account in (each.account for each in data.accounts(country)):
        insert(
            "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(books.tenant, account.code, str(books.store.new_id()), account.name),
                *(account.type, account.account_class, account.system, account.tax_type),
                *("ACTIVE" if account.active else "ARCHIVED", books.now_ms),
            ),
        )
    for rate in data.tax_rates(country):
        insert(
            "INSERT INTO tax_rate VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(books.tenant, rate.tax_type, rate.name, str(rate.rate_percent)),
                *(" ".join(sorted(rate.classes)), "ACTIVE" if rate.active else "ARCHIVED"),
            ),
        )
    for code in CURRENCY_NAMES:
        insert("INSERT INTO currency VALUES (?, ?)", (books.tenant, code))


def name_of(country: str) -> str:
    """What the accountant sees in the sheet."""
    return f"Practice company ({country})"


def set_organisation(books: Books, **fields: bool | str) -> None:
    """Set what kind of organisation it is; the names are Xero's own."""
    for name, value in fields.items():
        assert name in SETTABLE, f"{name} cannot be set; {', '.join(SETTABLE)} can"
        assert type(value) is type(SETTABLE[name]), f"{value!r} is no {name}"
        row = (books.tenant, name, json.dumps(value))
        books.connection.execute("INSERT OR REPLACE INTO organisation_field VALUES (?, ?, ?)", row)


def _settings(books: Books) -> Json:
    """Read what kind of organisation it is."""
    rows = books.rows("SELECT name, value FROM organisation_field WHERE tenant = ?")
    return SETTABLE | {row["name"]: json.loads(row["value"]) for row in rows}


def organisation(books: Books, call: Call) -> Reply:
    """GET /Organisation."""
    call.only(())
    row = books.row("SELECT * FROM organisation WHERE tenant = ?")
    assert row is not None
    country, edition = row["country"], EDITION.get(row["country"], "GLOBAL")
    locks = {"PeriodLockDate": row["period_lock"], "EndOfYearLockDate": row["year_end_lock"]}
    shown: Json = {
        "Name": name_of(country),
        "LegalName": name_of(country),
        "Version": edition,
        "OrganisationType": "COMPANY",
        "BaseCurrency": BASE_CURRENCY[country],
        "CountryCode": country,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3,
        "SalesTaxPeriod": "QUARTERLY1",
        **{name: day(value) for name, value in locks.items() if value},
        "CreatedDateUTC": instant(row["created_ms"]),
        "OrganisationEntityType": "COMPANY",
        "ShortCode": "!Tb" + books.tenant[:4],
        "OrganisationID": books.tenant,
        **_settings(books),
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    }
    return enveloped(books, "Organisations", [shown])


def accounts(books: Books, call: Call) -> Reply:
    """GET /Accounts: the whole chart, archived accounts included."""
    call.only(())
    rows = books.rows("SELECT * FROM account WHERE tenant = ? ORDER BY code")
    shown = [
        {
            "AccountID": row["id"],
            "Code": row["code"],
            "Name": row["name"],
            "Status": row["status"],
            "Type": row["type"],
            "TaxType": row["tax_type"] or "NONE",
            "Class": row["class"],
            **({"SystemAccount": row["system"]} if row["system"] else {}),
            "EnablePaymentsToAccount": False,
            "ShowInExpenseClaims": False,
            "HasAttachments": False,
            "UpdatedDateUTC": instant(row["updated_ms"]),
            "AddToWatchlist": False,
        }
        for row in rows
    ]
    return enveloped(books, "Accounts", shown)


def tax_rates(books: Books, call: Call) -> Reply:
    """GET /TaxRates, archived ones included."""
    call.only(())
    rows = books.rows("SELECT * FROM tax_rate WHERE tenant = ? ORDER BY name")
    shown = []
    for row in rows:
        percent, classes = Decimal(row["percent"]), row["classes"].split()
        part = {"Name": row["name"], "Rate": percent}
        part |= {"IsCompound": False, "IsNonRecoverable": False}
        rate = {"Name": row["name"], "TaxType": row["tax_type"], "Status": row["status"]}
        rate |= {f"CanApplyTo{_PLURAL.get(c, c.title())}": c in classes for c in APPLIES}
        rate |= {"DisplayTaxRate": percent, "EffectiveRate": percent, "TaxComponents": [part]}
        shown.append(rate)
    return enveloped(books, "TaxRates", shown)


def currencies(books: Books, call: Call) -> Reply:
    """GET /Currencies: those the organisation is subscribed to."""
    call.only(())
    rows = books.rows("SELECT code FROM currency WHERE tenant = ? ORDER BY code")
    shown = [{"Code": row["code"], "Description": CURRENCY_NAMES[row["code"]]} for row in rows]
    return enveloped(books, "Currencies", shown)


def connections(books: Books) -> Reply:
    """GET /connections: the organisations made so far."""
    sql = "SELECT * FROM organisation ORDER BY country"
    shown = [
        {
            "id": str(uuid5(NAMESPACE_URL, f"connection {row['tenant']}")),
            "authEventId": str(uuid5(NAMESPACE_URL, books.app)),
            "tenantId": row["tenant"],
            "tenantType": "ORGANISATION",
            "tenantName": name_of(row["country"]),
        }
        for row in books.connection.execute(sql)
    ]
    return Reply.json(shown)
