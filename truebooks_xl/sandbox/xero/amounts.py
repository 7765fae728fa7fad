"""The lines of an invoice as Xero reads and adds them up.

Protects: tax is computed per line, rounded to two decimals, then added up.
Source: facts of Xero's API; rounding at an exact half is an open question (``half_penny``).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any, Final, Self

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Json, Refusal, only_known

ROUNDING: Final = {
    "half up": ROUND_HALF_UP,
    "half even": ROUND_HALF_EVEN,
    "truncate": ROUND_DOWN,
}
LINE_PROPERTIES: Final = {
    *("Description", "Quantity", "UnitAmount", "LineAmount", "AccountCode", "TaxType"),
    "Tracking",
}
CENT: Final = Decimal("0.01")
LONGEST_DESCRIPTION: Final = 4000


def cents(amount: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round to two decimals, whatever the currency: so does Xero."""
    return amount.quantize(CENT, rounding)


@dataclass(frozen=True, slots=True)
class Line:
    """One line. A line of description only has no account and no quantity; it comes to 0.00."""

    id: str
    description: str
    quantity: Decimal
    unit_amount: Decimal
    account: str
    tax_type: str
    amount: Decimal
    tax: Decimal
    tracking: tuple[tuple[str, str], ...] = ()

    @property
    def words_only(self) -> bool:
        """Whether it says something and moves nothing."""
        return not (self.account or self.quantity)

    @classmethod
    def stored(cls, kept: Json) -> Self:
        """Read a line back from the database."""
        money = {name: Decimal(kept[name]) for name in _DECIMALS}
        return cls(**kept | money | {"tracking": tuple((a, b) for a, b in kept["tracking"])})

    def to_store(self) -> Json:
        """Write a line for the database; amounts as text, exactly."""
        return {
            "id": self.id,
            "description": self.description,
            "account": self.account,
            "tax_type": self.tax_type,
            "tracking": self.tracking,
        } | {name: str(getattr(self, name)) for name in _DECIMALS}

    def shown(self, account_id: str) -> Json:
        """A line as Xero shows it."""
        shown: Json = {"Description": self.description}
        shown |= {"TaxAmount": self.tax, "LineAmount": self.amount}
        if not self.words_only:
            shown |= {"UnitAmount": self.unit_amount, "Quantity": self.quantity}
        if self.account:
            shown |= {"AccountCode": self.account, "AccountID": account_id}
            shown |= {"TaxType": self.tax_type}
        tracking = [{"Name": name, "Option": option} for name, option in self.tracking]
        return shown | {"Tracking": tracking, "LineItemID": self.id, "ValidationErrors": []}


_DECIMALS: Final = ("quantity", "unit_amount", "amount", "tax")


def read_line(books: Books, sent: Json, amount_types: str) -> Line:
    """Read a line as it was sent and compute its amount and its tax."""
    only_known(sent, LINE_PROPERTIES, "of a line")
    words_only = {"Description"} >= {*sent} - {"Tracking"}
    quantity = _decimal(sent.get("Quantity", 0 if words_only else 1))
    unit = cents(_decimal(sent.get("UnitAmount", 0)))
    if quantity < 0:
        raise Refusal(
            f"The quantity value '{quantity:.4f}' is invalid. Quantity must not be less than zero."
        )
    amount = cents(quantity * unit)
    if "LineAmount" in sent and _decimal(sent["LineAmount"]) != amount:
        wrong = _decimal(sent["LineAmount"])
        raise Refusal(f"The line total {wrong} does not match the expected line total {amount}")
    code = str(sent.get("AccountCode", ""))
    tax_type = sent.get("TaxType") or _default_tax_type(books, code)
    for each in sent.get("Tracking", []):
        only_known(each, {"Name", "Option"}, "of Tracking")
    return Line(
        str(books.store.new_id()),
        str(sent.get("Description", ""))[:LONGEST_DESCRIPTION],
        quantity,
        unit,
        code,
        tax_type,
        amount,
        tax_of(books, amount, tax_type, amount_types),
        tuple((each["Name"], each["Option"]) for each in sent.get("Tracking", [])),
    )


def tax_of(books: Books, amount: Decimal, tax_type: str, amount_types: str) -> Decimal:
    """Tax of one line: inside the amount, on top of it, or none."""
    row = books.row("SELECT percent FROM tax_rate WHERE tenant = ? AND tax_type = ?", [tax_type])
    if row is None or amount_types == "NoTax":
        return Decimal("0.00")
    percent = Decimal(row["percent"])
    whole = 100 + percent if amount_types == "Inclusive" else Decimal(100)
    return cents(amount * percent / whole, ROUNDING[books.policy("half_penny")])


def _default_tax_type(books: Books, code: str) -> str:
    """A line without a tax type takes its account's (recorded)."""
    row = books.row("SELECT tax_type FROM account WHERE tenant = ? AND code = ?", [code])
    return str(row["tax_type"]) if row else ""


def _decimal(value: Any) -> Decimal:  # noqa: ANN401 whatever the body holds
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refusal(f"{value!r} is not a valid amount")
    return Decimal(value)
