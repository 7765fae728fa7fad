"""The organisation and what it keeps lists of, as Xero shows them and as we read them.

Protects: codes stay text, days stay days, and what a reply leaves out or sends as null is read as
nothing, never as something.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from truebooks_xl.core.ledger import BankTransaction, Organisation
from truebooks_xl.core.tax import Account, TaxRate
from truebooks_xl.xero.wire import Json, day, money, the_day

ACCOUNT_CLASS: Final = {
    "REVENUE": "REVENUE",
    "SALES": "REVENUE",
    "OTHERINCOME": "REVENUE",
    "EXPENSE": "EXPENSE",
    "OVERHEADS": "EXPENSE",
    "DIRECTCOSTS": "EXPENSE",
    "DEPRECIATN": "EXPENSE",
    "CURRLIAB": "LIABILITY",
    "LIABILITY": "LIABILITY",
    "TERMLIAB": "LIABILITY",
    "EQUITY": "EQUITY",
}
"""Class of an account type, for replies without one; all others are assets."""

TAX_CLASSES: Final = {
    "CanApplyToAssets": "ASSET",
    "CanApplyToEquity": "EQUITY",
    "CanApplyToExpenses": "EXPENSE",
    "CanApplyToLiabilities": "LIABILITY",
    "CanApplyToRevenue": "REVENUE",
}


def organisation(shown: Json) -> Organisation:
    """Read the organisation."""
    pays_tax = shown.get("PaysTax")
    return Organisation(
        id=shown["OrganisationID"],
        name=shown["Name"],
        country=shown["CountryCode"],
        base_currency=shown["BaseCurrency"],
        period_lock=day(shown.get("PeriodLockDate")),
        year_end_lock=day(shown.get("EndOfYearLockDate")),
        pays_tax=True if pays_tax is None else pays_tax,
        tax_basis=shown.get("SalesTaxBasis") or "",
        tax_period=shown.get("SalesTaxPeriod") or "",
        short_code=shown.get("ShortCode") or "",
        demo=bool(shown.get("IsDemoCompany")),
        edition=shown.get("Edition") or "",
    )


def account(shown: Json) -> Account:
    """Read an account; its class is the reply's, or follows from its type."""
    kind = shown["Type"]
    return Account(
        code=shown.get("Code") or "",
        name=shown["Name"],
        type=kind,
        account_class=shown.get("Class") or ACCOUNT_CLASS.get(kind, "ASSET"),
        system=shown.get("SystemAccount") or "",
        tax_type=shown.get("TaxType") or "",
        active=(shown.get("Status") or "ACTIVE") == "ACTIVE",
    )


def tax_rate(shown: Json) -> TaxRate:
    """Read a tax rate."""
    return TaxRate(
        tax_type=shown["TaxType"],
        name=shown["Name"],
        rate_percent=Decimal(shown["EffectiveRate"]),
        classes=frozenset(each for name, each in TAX_CLASSES.items() if shown.get(name)),
        active=(shown.get("Status") or "ACTIVE") == "ACTIVE",
    )


def currency(shown: Json) -> str:
    """Read the code of a currency that is switched on."""
    return str(shown["Code"])


def permission(shown: Json) -> tuple[str, bool]:
    """Read what one action is called and whether the user may do it."""
    return shown["Name"], shown["Status"] == "ALLOWED"


def bank_transaction(shown: Json) -> BankTransaction:
    """Read money received or spent."""
    currency = shown["CurrencyCode"]
    return BankTransaction(
        id=shown["BankTransactionID"],
        dated_on=the_day(shown),
        currency=currency,
        total=money(shown["Total"], currency),
        reference=shown.get("Reference") or "",
        status=shown.get("Status") or "",
    )
