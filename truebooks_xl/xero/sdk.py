"""The Xero gateway over the real xero-python: what we ask, and how the answer is read.

Protects: a document is created by PUT as a DRAFT and authorised by its id, never overwritten by
its number; amounts leave and arrive exactly; look-ups are loose and compared exactly here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote

from truebooks_xl.core.ledger import Document, Draft, Organisation
from truebooks_xl.core.tax import Account, TaxRate
from truebooks_xl.xero import wire
from truebooks_xl.xero.client import TIMEOUTS_S, Client, Token
from truebooks_xl.xero.errors import RefusedByXero
from truebooks_xl.xero.outcomes import Asked, Json, element_of

EVERY_STATUS: Final = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")

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
    ) -> None:
        """Connect to nothing yet.

        Args:
            base_url: ``https://api.xero.com``, or the sandbox's address.
            tenant_id: the organisation's id, as /connections lists it.
        """
        self._client = Client(base_url, tenant_id, token, timeouts_s)
        self._short_code = ""

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def organisation(self) -> Organisation:
        """Read the organisation this connection writes to."""
        asked = Asked("the organisation")
        answer = self._client.call(asked, "get_organisations")
        read = self._each(asked, answer, "Organisations", wire.organisation)
        self._short_code = read[0].short_code
        return read[0]

    def accounts(self) -> Sequence[Account]:
        """Read the whole chart, archived accounts included."""
        asked = Asked("the chart of accounts")
        return self._each(asked, self._client.call(asked, "get_accounts"), "Accounts", wire.account)

    def tax_rates(self) -> Sequence[TaxRate]:
        """Read the organisation's own rates, inactive ones included."""
        asked = Asked("the tax rates")
        return self._each(
            asked, self._client.call(asked, "get_tax_rates"), "TaxRates", wire.tax_rate
        )

    def currencies(self) -> Sequence[str]:
        """Read the codes of the currencies that are switched on."""
        asked = Asked("the currencies")
        answer = self._client.call(asked, "get_currencies")
        return self._each(asked, answer, "Currencies", lambda shown: str(shown["Code"]))

    def contact(self, name: str, *, network_key: str) -> str:
        """Find the active contact of exactly this name, or create it; returns its id."""
        found = self._contact_id(name)
        if found is not None:
            return found
        asked = Asked(f"the contact {name}", writes=True)
        try:
            answer = self._client.call(
                asked,
                "create_contacts",
                contacts={"Contacts": [{"Name": name}]},
                summarize_errors="false",
                idempotency_key=network_key,
            )
            return str(element_of(asked, answer, "Contacts", "ContactID")["ContactID"])
        except RefusedByXero:
            # Somebody else may have made it between our two calls.
            found = self._contact_id(name)
            if found is None:
                raise
            return found

    def _contact_id(self, name: str) -> str | None:
        asked = Asked(f"the contact {name}")
        # Text in a filter cannot hold a quotation mark; a search can.
        criterion = {"search_term": name} if '"' in name else {"where": f'Name=="{name}"'}
        for shown in self._client.pages(asked, "get_contacts", "Contacts", **criterion):
            if shown.get("Name") == name and shown.get("ContactStatus") == "ACTIVE":
                return str(shown["ContactID"])
        return None

    def find(self, reference: str, token: str, numbers: Sequence[str] = ()) -> Sequence[Document]:
        """Look up every document, in any status, that may belong to a settlement.

        Three look-ups, because no single one is certain: by the whole reference, by a search for
        the token, and by number. All are loose; what they bring is compared exactly here.
        """
        assert not set('"\\') & set(reference), "neither may enter a filter"
        whole = re.compile(rf"(?<![\w-]){re.escape(token)}(?![\w-])")
        looks: list[Json] = [{"where": f'Reference=="{reference}"'}, {"search_term": token}]
        # InvoiceNumbers is a comma list, so a number with a comma cannot be asked for.
        if askable := [number for number in numbers if "," not in number]:
            looks.append({"invoice_numbers": askable})
        found: dict[str, Document] = {}
        for look in looks:
            for each in self._documents(Asked(reference), **look):
                mine = whole.search(each.reference) or whole.search(each.number)
                if mine or each.number in numbers:
                    found[each.id] = each
        return tuple(found.values())

    def highest_number(self, prefix: str) -> int:
        """Find the highest n of ``<prefix>n`` over all statuses; 0 when none.

        A retired number counts as well: ``AMZ-TB-10001-V1`` says that 10001 was used.
        """
        pattern = re.compile(rf"{re.escape(prefix)}(\d+)(?:-[VR]\d+)?")
        asked = Asked(f"the highest number {prefix}…")
        criteria = {"search_term": prefix, "statuses": [*EVERY_STATUS], "summary_only": "true"}
        shown = self._client.pages(asked, "get_invoices", "Invoices", **criteria)
        found = (pattern.fullmatch(each.get("InvoiceNumber") or "") for each in shown)
        return max((int(each[1]) for each in found if each), default=0)

    def document(self, document_id: str) -> Document:
        """Read one document by id, the only read that never lags."""
        asked = Asked(f"document {document_id}")
        answer = self._client.call(asked, "get_invoice", invoice_id=document_id)
        return self._each(asked, answer, "Invoices", wire.document)[0]

    def reserve(self, draft: Draft, *, network_key: str) -> Document:
        """Create one DRAFT by PUT; returns Xero's reply with Xero's own totals."""
        asked = Asked(draft.reference, writes=True)
        answer = self._client.call(
            asked,
            "create_invoices",
            invoices={"Invoices": [wire.draft_json(draft)]},
            summarize_errors="false",
            idempotency_key=network_key,
        )
        element = element_of(asked, answer, "Invoices", "InvoiceID")
        return self._each(asked, {"Invoices": [element]}, "Invoices", wire.document)[0]

    def authorise(self, document_id: str, number: str, *, network_key: str) -> None:
        """Give a draft its final number and the status AUTHORISED, in one call without lines."""
        asked = Asked(number, writes=True)
        change = {"InvoiceID": document_id, "InvoiceNumber": number, "Status": "AUTHORISED"}
        answer = self._client.call(
            asked,
            "update_invoice",
            invoice_id=document_id,
            invoices={"Invoices": [change]},
            idempotency_key=network_key,
        )
        element_of(asked, answer, "Invoices", "InvoiceID")

    def link(self, document: Document) -> str:
        """Return the address that opens the document in Xero; no call is made."""
        view = {"ACCREC": "AccountsReceivable", "ACCPAY": "AccountsPayable"}[document.kind]
        page = f"/{view}/View.aspx?InvoiceID={document.id}"
        if not self._short_code:  # opens in the organisation used last
            return f"https://go.xero.com{page}"
        code, target = quote(self._short_code, safe=""), quote(page, safe="/")
        sign_in = "https://go.xero.com/organisationlogin/default.aspx"
        return f"{sign_in}?shortcode={code}&redirecturl={target}"

    def _documents(self, asked: Asked, **criteria: Any) -> list[Document]:  # noqa: ANN401
        pages = self._client.pages(
            asked, "get_invoices", "Invoices", statuses=[*EVERY_STATUS], **criteria
        )
        return self._each(asked, {"Invoices": [*pages]}, "Invoices", wire.document)

    def _each(self, asked: Asked, answer: Json, name: str, read: Callable[[Json], T]) -> list[T]:
        """Read every element of an answer; one that cannot be read makes the answer unusable."""
        try:
            return [read(shown) for shown in answer[name]]
        except (KeyError, ValueError, TypeError, ArithmeticError) as wrong:
            raise asked.unknown(f"an answer that cannot be read ({wrong!r})") from None
