"""What a later Xero may say: fields nobody knows, nulls where nothing is set, unknown words.

Protects: a reader that trips over such a reply turns a success into a doubt; three policies bring
them into every reply of success, and faults into a single one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import JSON, Json, Reply

OK: Final = 200
UNSET: Final = {
    # What the real Xero shows as null, or may, where nothing is set.
    "Accounts": ("SystemAccount", "Description", "ReportingCode"),
    "Contacts": ("EmailAddress", "AccountNumber"),
    "Invoices": ("Reference", "Url", "BrandingThemeID", "FullyPaidOnDate", "DueDate"),
    "ManualJournals": ("Url",),
    "Organisations": ("PeriodLockDate", "EndOfYearLockDate", "TaxNumber"),
}
LINE_UNSET: Final = ("AccountCode", "TaxType", "ItemCode", "Quantity", "UnitAmount")
LINES: Final = ("LineItems", "JournalLines")
SURPRISE: Final[Json] = {"Mood": {"Level": 7}}
UNHEARD_OF: Final = "REINCARNATED"


def altered(books: Books, reply: Reply) -> Reply:
    """Return a reply as the policies want it."""
    for policy, change in CHANGES.items():
        if books.policy(policy) == "on":
            reply = _everywhere(reply, change)
    return reply


def in_elements(reply: Reply, name: str, extra: Callable[[Json], Json]) -> Reply:
    """Put something into every element of a list of a reply; of other replies, nowhere."""
    return _everywhere(reply, lambda found, each: extra(each) if found == name else {})


def _everywhere(reply: Reply, change: Callable[[str, Json], Json]) -> Reply:
    if reply.status != OK or reply.content_type != JSON:
        return reply
    body = json.loads(reply.body, parse_float=Decimal)
    for name, elements in body.items() if isinstance(body, dict) else ():
        for each in elements if isinstance(elements, list) else ():
            each.update(change(name, each))
    return replace(reply, body=Reply.json(body).body)


def nulled(element: Json, name: str = "Invoices") -> Json:
    """Show null for what is not set; in lines as well."""
    lines = {
        each: [line | {field: line.get(field) for field in LINE_UNSET} for line in element[each]]
        for each in LINES
        if each in element
    }
    return lines | {field: element.get(field) or None for field in UNSET.get(name, ())}


def _extended(_: str, element: Json) -> Json:
    lines = {each: [line | SURPRISE for line in element[each]] for each in LINES if each in element}
    return lines | SURPRISE


def _reworded(name: str, element: Json) -> Json:
    """Put an unknown word where no decision of ours may hang on it."""
    match name:
        case "Accounts" if element["Status"] == "ARCHIVED" or element.get("SystemAccount"):
            return {"Type": UNHEARD_OF, "Class": UNHEARD_OF}
        case "Contacts":
            return {"TaxNumberType": UNHEARD_OF}
        case "Invoices":
            # Numbered by Xero itself: made by hand, none of ours.
            foreign = str(element.get("InvoiceNumber", "")).startswith("INV-")
            contact = element.get("Contact", {}) | {"ContactStatus": UNHEARD_OF}
            return {"Contact": contact} | ({"LineAmountTypes": UNHEARD_OF} if foreign else {})
        case "Organisations":
            return {"OrganisationType": UNHEARD_OF, "Edition": UNHEARD_OF}
        case "TaxRates":
            return {"ReportTaxType": UNHEARD_OF}
        case _:
            return {}


CHANGES: Final[dict[str, Callable[[str, Json], Json]]] = {
    "extra_fields": _extended,
    "null_fields": lambda name, element: nulled(element, name),
    "unknown_enum": _reworded,
}
