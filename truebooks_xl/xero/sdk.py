"""The Xero gateway over the real xero-python: one organisation, behind one door.

Protects: what the product asks of Xero goes through here and nowhere else; which resource a
document belongs to is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, Self, TypeVar
from urllib.parse import quote

from truebooks_xl.core.ledger import (
    BankTransaction,
    Change,
    Document,
    Draft,
    Kind,
    Organisation,
)
from truebooks_xl.core.tax import Account, TaxRate
from truebooks_xl.errors import Refused
from truebooks_xl.xero import lists
from truebooks_xl.xero.batches import MOST_ELEMENTS
from truebooks_xl.xero.client import TIMEOUTS_S, Client, Token
from truebooks_xl.xero.contacts import contact_id
from truebooks_xl.xero.dressing import Dressing
from truebooks_xl.xero.invoices import Invoices, within
from truebooks_xl.xero.journals import Journals
from truebooks_xl.xero.outcomes import Asked, Json, only, read_all
from truebooks_xl.xero.pace import Pace

VIEWS: Final = {
    "ACCREC": "/AccountsReceivable/View.aspx?InvoiceID=",
    "ACCPAY": "/AccountsPayable/Edit.aspx?InvoiceID=",
    "MANUALJOURNAL": "/Journal/View.aspx?invoiceID=",
}
"""Where Xero shows a document of a kind."""

T = TypeVar("T")


class XeroSdk:
    """One organisation, by xero-python; satisfies ``gateway.Xero``."""

    def __init__(
        self,
        base_url: str,
        tenant_id: str,
        token: Token,
        *,
        timeouts_s: tuple[int, int] = TIMEOUTS_S,
        pace: Pace | None = None,
    ) -> None:
        """Connect to nothing yet.

        Args:
            base_url: ``https://api.xero.com``, or the sandbox's address.
            tenant_id: the organisation's id, as /connections lists it.
            pace: shared by all who call this organisation; None makes one of its own.
        """
        self._client = Client(base_url, tenant_id, token, timeouts_s, pace or Pace())
        self._invoices = Invoices(self._client)
        self._journals = Journals(self._client, self._base_currency)
        self._dressing = Dressing(self._client)
        self._organisation: Organisation | None = None

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # The organisation and its lists --------------------------------------------------------------

    def organisation(self) -> Organisation:
        """Read the organisation this connection writes to."""
        asked = Asked("the organisation")
        shown = self._client.call(asked, "get_organisations").get("Organisations")
        self._organisation = only(asked, shown, lists.organisation)
        return self._organisation

    def _base_currency(self) -> str:
        return (self._organisation or self.organisation()).base_currency

    def permissions(self) -> Mapping[str, bool]:
        """Read what the connected user may do."""
        method = "get_organisation_actions"
        return dict(self._list("the rights of the user", method, "Actions", lists.permission))

    def accounts(self) -> Sequence[Account]:
        """Read the whole chart, archived accounts included."""
        return self._list("the chart of accounts", "get_accounts", "Accounts", lists.account)

    def tax_rates(self) -> Sequence[TaxRate]:
        """Read the organisation's own rates, inactive ones included."""
        return self._list("the tax rates", "get_tax_rates", "TaxRates", lists.tax_rate)

    def currencies(self) -> Sequence[str]:
        """Read the codes of the currencies that are switched on."""
        return self._list("the currencies", "get_currencies", "Currencies", lists.currency)

    def bank_transactions(self, first: date, last: date) -> Sequence[BankTransaction]:
        """List the money received or spent within these days."""
        asked = Asked(f"the bank transactions of {first} to {last}")
        method, name = "get_bank_transactions", "BankTransactions"
        shown = self._client.pages(asked, method, name, where=within(first, last))
        return read_all(asked, [*shown], lists.bank_transaction)

    def _list(self, words: str, method: str, name: str, read: Callable[[Json], T]) -> list[T]:
        asked = Asked(words)
        return read_all(asked, self._client.call(asked, method).get(name), read)

    def contact(self, name: str, *, network_key: str) -> str:
        """Find the active contact of exactly this name, or create it; returns its id."""
        return contact_id(self._client, name, network_key)

    # Documents -----------------------------------------------------------------------------------

    def by_reference(self, reference: str) -> Sequence[Document]:
        """List the documents of exactly this reference (or bill number), in any status."""
        return self._invoices.by_reference(reference)

    def search(self, term: str) -> Sequence[Document]:
        """List the invoices and bills whose number or reference holds a text, in any status."""
        return self._invoices.search(term)

    def journals(self, first: date, last: date) -> Sequence[Document]:
        """List the manual journals dated within these days."""
        return self._journals.dated(first, last)

    def dated(self, first: date, last: date) -> Sequence[Document]:
        """List the invoices and bills dated within these days; without lines."""
        return self._invoices.dated(first, last)

    def highest_number(self, prefix: str) -> int:
        """Find the highest n of ``<prefix>n`` over all statuses; 0 when none."""
        return self._invoices.highest_number(prefix)

    def document(self, document_id: str, kind: Kind = "ACCREC") -> Document:
        """Read one document by id, the only read that never lags."""
        journal = kind == "MANUALJOURNAL"
        return self._journals.one(document_id) if journal else self._invoices.one(document_id)

    def documents(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """Read invoices and bills by their ids, 50 in a call; one that is missing is left out."""
        return self._invoices.by_ids(ids)

    def create(self, drafts: Sequence[Draft], *, network_key: str) -> Sequence[Document | Refused]:
        """Create up to 50 DRAFTs of one resource by one PUT; each gets its own answer, in order."""
        return self._of([each.kind for each in drafts]).create(drafts, network_key)

    def change(
        self, changes: Sequence[Change], *, network_key: str
    ) -> Sequence[Document | Refused]:
        """Change up to 50 documents of one resource by their ids; each gets its own answer."""
        return self._of([each.of.kind for each in changes]).change(changes, network_key)

    def _of(self, kinds: Sequence[Kind]) -> Invoices | Journals:
        """Return the resource that all of these kinds belong to."""
        assert len(kinds) <= MOST_ELEMENTS, len(kinds)
        journals = {each == "MANUALJOURNAL" for each in kinds}
        assert len(journals) < 2, "invoices and journals do not go in one call"  # noqa: PLR2004
        return self._journals if True in journals else self._invoices

    def attach(
        self, document_id: str, kind: Kind, name: str, content: bytes, *, network_key: str
    ) -> None:
        """Attach a file; the same name again replaces it."""
        self._dressing.attach(document_id, kind, name, content, network_key)

    def attachments(self, document_id: str, kind: Kind) -> Sequence[str]:
        """List the names of the files attached to a document."""
        return self._dressing.attachments(document_id, kind)

    def attachment(self, document_id: str, kind: Kind, name: str) -> bytes:
        """Read one attached file."""
        return self._dressing.attachment(document_id, kind, name)

    def note(self, document_id: str, kind: Kind, text: str, *, network_key: str) -> None:
        """Add a note to a document's history; at most 2,500 characters."""
        self._dressing.note(document_id, kind, text, network_key)

    def notes(self, document_id: str, kind: Kind) -> Sequence[str]:
        """Read the notes of a document's history, newest first."""
        return self._dressing.notes(document_id, kind)

    def calls_left(self) -> int | None:
        """Say how many calls the day still holds, as the last reply told; None before any."""
        return self._client.pace.calls_left

    def link(self, document: Document) -> str:
        """Return the address that opens the document in Xero; no call is made."""
        page = VIEWS.get(document.kind, VIEWS["ACCREC"]) + document.id  # Xero may know more kinds
        short_code = self._organisation.short_code if self._organisation else ""
        if not short_code:  # opens in the organisation used last
            return f"https://go.xero.com{page}"
        code, target = quote(short_code, safe=""), quote(page, safe="/")
        sign_in = "https://go.xero.com/organisationlogin/default.aspx"
        return f"{sign_in}?shortcode={code}&redirecturl={target}"
