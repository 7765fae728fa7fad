"""The /Invoices calls: list, read, create (PUT), change by id, and the upsert we never use.

Protects: PUT creates, POST overwrites: without an id it edits whoever holds the number, so that a
test can prove we never send it.
"""

from __future__ import annotations

from typing import Final

from truebooks_xl.sandbox.xero.batches import each_element
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Rejected, Reply, Unknown
from truebooks_xl.sandbox.xero.envelope import enveloped, problem
from truebooks_xl.sandbox.xero.invoice import load
from truebooks_xl.sandbox.xero.lists import Condition, Listing, listed
from truebooks_xl.sandbox.xero.moves import PROPERTIES, change, create
from truebooks_xl.sandbox.xero.showing import FROM, SELECT, shown, shown_by_id

AMOUNT_PAID: Final = (
    "(SELECT coalesce(sum(CAST(round(value ->> 'amount' * 100) AS INTEGER)), 0) "
    "FROM json_each(invoice.payments) WHERE value ->> 'kind' IS NOT 'credit note')"
)
LISTING: Final = Listing(
    fields=SELECT,
    source=FROM,
    columns={
        "InvoiceID": ("invoice.id", "id"),
        "InvoiceNumber": ("invoice.number", "text"),
        "Reference": ("invoice.reference", "text"),
        "Type": ("invoice.type", "text"),
        "Status": ("invoice.status", "text"),
        "Contact.ContactID": ("invoice.contact", "id"),
        "Contact.Name": ("contact.name", "text"),
        "Date": ("invoice.date", "day"),
        "DueDate": ("invoice.due_date", "day"),
        "AmountDue": ("(invoice.total - invoice.paid)", "money"),
        "AmountPaid": (AMOUNT_PAID, "money"),
        "Total": ("invoice.total", "money"),
    },
    parameters=("InvoiceNumbers", "ContactIDs", "Statuses", "summaryOnly", "createdByMyApp"),
    since=True,
)
SUMMARY_LACKS: Final = ("LineItems", "Payments", "CreditNotes", "Prepayments", "Overpayments")


def invoices(books: Books, call: Call) -> Reply:
    """GET /Invoices; lines only when a page was asked for."""
    conditions = [*_conditions(books, call)]
    rows, pages = listed(books, call, LISTING, conditions)
    documents = [shown(books, row, lines=pages is not None) for row in rows]
    if call.flag("summaryOnly", default=False):
        lacks = set(SUMMARY_LACKS)
        documents = [{k: v for k, v in each.items() if k not in lacks} for each in documents]
    return enveloped(books, "Invoices", documents, pages)


def _conditions(books: Books, call: Call) -> list[Condition]:
    conditions: list[Condition] = []
    columns = {"IDs": "id", "InvoiceNumbers": "number", "ContactIDs": "contact"}
    for name, column in (columns | {"Statuses": "status"}).items():
        if values := call.listed(name):
            marks = ", ".join("?" * len(values))
            conditions.append((f"invoice.{column} COLLATE NOCASE IN ({marks})", values))
    if "Statuses" not in call.query and books.policy("deleted_in_lists") == "no":
        conditions.append(("invoice.status <> 'DELETED'", ()))
    if term := call.query.get("searchTerm"):
        conditions.append(_search(books, term))
    if call.flag("createdByMyApp", default=False):
        conditions.append(("invoice.app = ?", [books.app]))
    return conditions


def _search(books: Books, term: str) -> Condition:
    fields = ["invoice.number", "invoice.reference"]
    if books.policy("search_term_scope") == "contact too":
        fields.append("contact.name")
    condition = " OR ".join(f"instr(lower({field}), lower(?)) > 0" for field in fields)
    return condition, [term] * len(fields)


def invoice(books: Books, call: Call, invoice_id: str) -> Reply:
    """GET /Invoices/{id}."""
    call.only(())
    if load(books, invoice_id) is None:
        return Reply.missing()
    return enveloped(books, "Invoices", [shown_by_id(books, invoice_id, written=False)])


def put(books: Books, call: Call) -> Reply:
    """PUT /Invoices: creates, and nothing else."""
    call.only({"summarizeErrors"})

    def make(books: Books, element: Json) -> Json:
        if "InvoiceID" in element:
            raise Unknown("InvoiceID in a PUT, which creates")
        return shown_by_id(books, create(books, element).id, written=True)

    return each_element(books, call, "Invoices", PROPERTIES, make)


def post(books: Books, call: Call) -> Reply:
    """POST /Invoices: by id where there is one, else it overwrites whoever holds the number."""
    call.only({"summarizeErrors"})
    elements = call.elements("Invoices", PROPERTIES)
    refused = books.policy("batch_post_by_id") == "refused"
    if refused and any("InvoiceID" in each for each in elements):
        raise Rejected(problem(10, "ValidationException", "A validation exception occurred"))

    def upsert(books: Books, element: Json) -> Json:
        found = element.get("InvoiceID") or _holder(books, element)
        before = load(books, found) if found else None
        if found and before is None:
            raise Rejected(Reply.missing())
        done = change(books, before, element) if before else create(books, element)
        return shown_by_id(books, done.id, written=True)

    return each_element(books, call, "Invoices", PROPERTIES, upsert)


def _holder(books: Books, element: Json) -> str | None:
    sql = "SELECT id FROM invoice WHERE tenant = ? AND claim = ? COLLATE NOCASE"
    row = books.row(sql, [element.get("InvoiceNumber", "")])
    return str(row["id"]) if row else None


def post_by_id(books: Books, call: Call, invoice_id: str) -> Reply:
    """POST /Invoices/{id}: changes exactly this one; every error is a 400."""
    call.only(())
    before = load(books, invoice_id)
    if before is None:
        return Reply.missing()

    def change_it(books: Books, element: Json) -> Json:
        if str(element.get("InvoiceID", invoice_id)).lower() != invoice_id.lower():
            raise Unknown("InvoiceID of a body that is not the address's")
        return shown_by_id(books, change(books, before, element).id, written=True)

    return each_element(books, call, "Invoices", PROPERTIES, change_it)


_ONE: Final = "/Invoices/([^/]+)"
ROUTES: Final = (
    ("GET", "/Invoices", invoices),
    ("PUT", "/Invoices", put),
    ("POST", "/Invoices", post),
    ("GET", _ONE, invoice),
    ("POST", _ONE, post_by_id),
)
