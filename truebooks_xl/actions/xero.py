"""The ribbon's Xero group: connect to the workbook's organisation, and refresh its lists.

Protects: a command writes to the organisation the workbook is bound to, and to no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from truebooks_xl import environment
from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.gather import Identity, open_book, read_identity
from truebooks_xl.actions.log import log_row
from truebooks_xl.actions.signing_in.addresses import address
from truebooks_xl.core.tax import Account, TaxRate
from truebooks_xl.errors import Refused
from truebooks_xl.workbook.book import Edit, ReplaceRows, SetNames
from truebooks_xl.workbook.schema import ACCOUNTS, TAX_RATES
from truebooks_xl.xero.gateway import Organisation, Xero

SANDBOX = "sandbox"


class NotConnected(Refused):
    """The workbook is connected to no Xero organisation."""

    def __init__(self, path: str) -> None:
        super().__init__(
            where=path,
            what="This workbook is not connected to Xero.",
            remedy="Connect it with “truebooks xero connect”, or make a practice workbook with "
            "“truebooks new BOOK --sandbox”.",
        )


class AnotherOrganisation(Refused):
    """The connection leads to another organisation than the workbook is bound to."""

    def __init__(self, bound: str, found: str) -> None:
        super().__init__(
            where="Home",
            what=f"The workbook belongs to {bound}, and the connection leads to {found}.",
            remedy="Connect to the workbook's own organisation, or use its workbook.",
        )


@contextmanager
def connected(
    identity: Identity, path: Path, progress: Progress = silent
) -> Iterator[tuple[Xero, Organisation]]:
    """Open the workbook's connection and check that it leads to its organisation.

    Raises:
        NotConnected, AnotherOrganisation: nothing was read or written.
    """
    progress("Connecting to Xero")
    with _xero(identity, path, progress) as xero:
        organisation = xero.organisation()
        if identity.organisation_id and organisation.id != identity.organisation_id:
            raise AnotherOrganisation(identity.organisation, organisation.name)
        yield xero, organisation


@contextmanager
def _xero(identity: Identity, path: Path, progress: Progress) -> Iterator[Xero]:
    """Open practice, or the real organisation the workbook is bound to."""
    if identity.connection == SANDBOX:
        with practice_xero(identity.country, progress) as practice:
            yield practice
        return
    from truebooks_xl.actions.signing_in.signed_in import XERO, signed_in_xero  # noqa: PLC0415

    if identity.connection != XERO:
        raise NotConnected(str(path))
    with signed_in_xero(identity, progress) as real:
        yield real


@contextmanager
def practice_xero(country: str, tell: Progress = silent) -> Iterator[Xero]:
    """Open the practice Xero of a country: a running ``sandbox serve``, or one of our own."""
    from truebooks_xl.sandbox.xero.connect import sandbox_xero  # noqa: PLC0415

    served = address("TRUEBOOKS_SANDBOX_URL", practice=True) or None
    with sandbox_xero(environment.sandbox_folder(), country, base_url=served, tell=tell) as xero:
        yield xero


def refresh(path: Path, *, progress: Progress = silent) -> Answer:
    """Read accounts, tax rates and the organisation from Xero into the workbook."""
    from truebooks_xl.actions.posting.unfinished import ready_to_write  # noqa: PLC0415 it connects itself

    ready_to_write(path, progress)
    book = open_book(path)
    identity = read_identity(book)
    progress("Reading accounts and tax rates from Xero")
    with connected(identity, path) as (xero, organisation):
        accounts, rates = xero.accounts(), xero.tax_rates()
    detail = f"{len(accounts)} accounts and {len(rates)} tax rates of {organisation.name}."
    book.write([*list_edits(organisation, accounts, rates), log_row("Refresh", "", "Done", detail)])
    return Answer(
        {
            "organisation": organisation.name,
            "country": organisation.country,
            "base_currency": organisation.base_currency,
            "accounts": len(accounts),
            "tax_rates": len(rates),
        }
    )


def list_edits(
    organisation: Organisation, accounts: Sequence[Account], rates: Sequence[TaxRate]
) -> list[Edit]:
    """Return the edits that bind a workbook to an organisation and fill its lists."""
    return [
        SetNames(
            {
                "TB_Organisation": organisation.name,
                "TB_OrganisationId": organisation.id,
                "TB_Country": organisation.country,
                "TB_BaseCurrency": organisation.base_currency,
            }
        ),
        *chart_edits(accounts, rates),
    ]


def chart_edits(accounts: Sequence[Account], rates: Sequence[TaxRate]) -> list[Edit]:
    """Return the edits that fill Accounts and Tax Rates."""
    account_rows = [
        {
            "code": each.code,
            "name": each.name,
            "type": each.type,
            "account_class": each.account_class,
            "system": each.system,
            "tax_type": each.tax_type,
            "status": "ACTIVE" if each.active else "ARCHIVED",
        }
        for each in accounts
    ]
    rate_rows = [
        {
            "tax_type": each.tax_type,
            "name": each.name,
            "rate": Decimal(each.rate_percent),
            "classes": ", ".join(sorted(each.classes)),
            "status": "ACTIVE" if each.active else "INACTIVE",
        }
        for each in rates
    ]
    return [
        ReplaceRows(ACCOUNTS, account_rows, len(account_rows)),
        ReplaceRows(TAX_RATES, rate_rows, len(rate_rows)),
    ]


def serve_sandbox(port: int, tell: Callable[[dict[str, Any]], None]) -> None:
    """Serve the practice Xero on this machine until interrupted; ``tell`` is given its address."""
    from truebooks_xl.sandbox.server import LOOPBACK, serve_forever  # noqa: PLC0415

    folder = environment.sandbox_folder()
    serve_forever(
        folder, LOOPBACK, port, lambda address: tell({"address": address, "state": str(folder)})
    )
