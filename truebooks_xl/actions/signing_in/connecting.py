"""The ribbon's Connect to Xero: sign in, bind the workbook to one organisation; ask; let go.

Protects: a workbook bound to one organisation is never connected to another; the workbook says
where it belongs and holds no secret; "signed in" is what Xero said just now.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from truebooks_xl.actions.answer import Answer, Progress, silent
from truebooks_xl.actions.gather import Identity, open_book, read_identity
from truebooks_xl.actions.log import log_row
from truebooks_xl.actions.signing_in.signed_in import (
    XERO,
    hosts,
    opened,
    signed_in_xero,
    store_of,
    tokens,
)
from truebooks_xl.actions.signing_in.ways import How, is_practice, place, signed_in
from truebooks_xl.actions.xero import SANDBOX, AnotherOrganisation, list_edits, practice_xero
from truebooks_xl.core.ledger import Organisation
from truebooks_xl.errors import Refused
from truebooks_xl.workbook.book import SetNames
from truebooks_xl.xero.connections import Connection, choose, connections, remove
from truebooks_xl.xero.errors import ConnectionRemoved, SignInExpired
from truebooks_xl.xero.gateway import Xero
from truebooks_xl.xero.grants import revoke
from truebooks_xl.xero.kept import InKeychain, InMemory, Kept
from truebooks_xl.xero.sign_in import Ask, Browser, missing, scopes
from truebooks_xl.xero.web import Hosts


def connect(
    path: Path,
    *,
    client_id: str = "",
    organisation: str = "",
    custom: bool = False,
    journals: bool = False,
    bank: bool = False,
    paste: bool = False,
    ask: Ask | None = None,
    browse: Browser | None = None,
    progress: Progress = silent,
) -> Answer:
    """Sign in to Xero and bind the workbook to one organisation; practice goes the same way.

    Args:
        client_id: of the accountant's own app; "" is the one kept for this organisation.
        organisation: its name or id; "" is the workbook's own, or the only one there is.
        custom: by the client secret of a custom connection, which ``ask`` is asked for.
        journals, bank: also ask for the right to post manual journals, to read bank transactions.
        paste: the browser is on another machine: ``ask`` is asked for the address it ended at.
        ask: shows a question and returns what is typed, a secret; None where nobody can be asked.
        browse: opens an address; None is the system's browser, which practice does without.

    Raises:
        AnotherOrganisation, WhichOrganisation: the workbook is as it was.
    """
    from truebooks_xl.workbook.closed.swap import refuse_if_open  # noqa: PLC0415

    refuse_if_open(path)
    identity = read_identity(open_book(path))
    practice = is_practice(identity)
    asked = scopes(journals=journals, bank=bank, custom=custom and not practice)
    how = How(client_id, asked, custom, paste, ask, browse)
    with place(practice=practice) as at:
        progress("Waiting for the sign-in to Xero")
        kept = signed_in(at, path, identity, how)
        chosen = _chosen(at, kept, identity, organisation)
        store = InMemory() if practice else store_of(chosen.tenant_id)
        store.write(replace(kept, connection_id=chosen.id))
        progress("Reading accounts and tax rates from Xero")
        with opened(at, store, kept, chosen.tenant_id) as xero:
            document = _bind(path, xero, chosen, SANDBOX if practice else XERO)
    lacking = missing(asked, kept.scopes)
    return Answer(document | {"missing_scopes": lacking}, 1 if lacking else 0)


def _chosen(at: Hosts, kept: Kept, identity: Identity, wanted: str) -> Connection:
    """Choose the organisation: the one named, else the workbook's own, else the only one.

    Raises:
        AnotherOrganisation: the workbook belongs to one that is not chosen, or not opened.
    """
    found, bound = connections(at, kept.access_token), identity.organisation_id
    if bound and not wanted and bound not in {each.tenant_id for each in found}:
        opened_ones = ", ".join(each.name for each in found) or "none"
        raise AnotherOrganisation(identity.organisation, opened_ones)
    chosen = choose(found, wanted or bound)
    _refuse_another(identity, chosen.tenant_id, chosen.name)
    return chosen


def _refuse_another(identity: Identity, organisation_id: str, name: str) -> None:
    if identity.organisation_id not in {"", organisation_id}:
        raise AnotherOrganisation(identity.organisation, name)


def _bind(path: Path, xero: Xero, chosen: Connection, connection: str) -> dict[str, Any]:
    """Write organisation and lists into the workbook, on a fresh reading of it."""
    organisation, accounts, rates = xero.organisation(), xero.accounts(), xero.tax_rates()
    if organisation.id != chosen.tenant_id:
        raise AnotherOrganisation(chosen.name, organisation.name)
    book = open_book(path)
    _refuse_another(read_identity(book), organisation.id, organisation.name)
    book.write(
        [
            *list_edits(organisation, accounts, rates),
            SetNames({"TB_Connection": connection}),
            log_row("Connect", "", "Done", f"Signed in to {organisation.name}."),
        ]
    )
    return {
        "connection": connection,
        "organisation": organisation.name,
        "organisation_id": organisation.id,
        "country": organisation.country,
        "demo": organisation.demo,
        "accounts": len(accounts),
        "tax_rates": len(rates),
    }


def disconnect(path: Path, *, sign_out: bool = False) -> Answer:
    """End the connection in Xero, forget the sign-in here, and say so in the workbook.

    The workbook stays bound to its organisation and may be connected to it again.

    Args:
        sign_out: also end every other connection that this app and user have in Xero.
    """
    book = open_book(path)
    identity = read_identity(book)
    ended = identity.connection == XERO and _end(identity.organisation_id, sign_out=sign_out)
    where = "in Xero and here" if ended else "here"
    book.write(
        [
            SetNames({"TB_Connection": ""}),
            log_row("Disconnect", "", "Done", f"Let go of {identity.organisation} {where}."),
        ]
    )
    return Answer({"organisation": identity.organisation, "connection": "", "ended": ended})


def _end(tenant_id: str, *, sign_out: bool) -> bool:
    """End a connection in Xero, then forget it; False where there was nothing left to end."""
    at, store = hosts(), store_of(tenant_id)
    ended = False
    try:
        if store.read() is not None:
            token = tokens(at, store, tenant_id)
            own = [each for each in connections(at, token()) if each.tenant_id == tenant_id]
            for each in own:
                remove(at, token(), each.id)
            kept = store.read()
            if sign_out and kept is not None and kept.refresh_token:
                revoke(at, kept.app, kept.refresh_token)
            ended = bool(own) or sign_out
    except (SignInExpired, ConnectionRemoved):
        ended = False  # Xero has let go of it already
    if isinstance(store, InKeychain):
        store.forget()
    return ended


def status(path: Path) -> Answer:
    """Ask Xero with the workbook's sign-in who it leads to.

    ``expires_at`` is when the sign-in ends unless it is used before; "" for one that does not end.

    Raises:
        Unavailable: Xero cannot be reached, so nobody knows.
    """
    identity = read_identity(open_book(path))
    organisation, problem = None, ""
    try:
        organisation = _organisation(identity)
    except Refused as refusal:
        problem = str(refusal)
    kept = _kept(identity) if organisation else None
    return Answer(
        {
            "connection": identity.connection,
            "organisation": identity.organisation,
            "organisation_id": identity.organisation_id,
            "country": identity.country,
            "signed_in": organisation is not None,
            "expires_at": _instant(kept.ends_at) if kept else "",
            "scopes": list(kept.scopes) if kept else [],
            "missing_scopes": missing(scopes(custom=kept.custom), kept.scopes) if kept else [],
            "demo": organisation is not None and organisation.demo,
            "edition": organisation.edition if organisation else "",
            "problem": problem,
        }
    )


def _organisation(identity: Identity) -> Organisation | None:
    if identity.connection == SANDBOX:
        with practice_xero(identity.country) as xero:
            return xero.organisation()
    if identity.connection == XERO:
        with signed_in_xero(identity) as xero:
            return xero.organisation()
    return None


def _kept(identity: Identity) -> Kept | None:
    return store_of(identity.organisation_id).read() if identity.connection == XERO else None


def _instant(seconds: int | None) -> str:
    return "" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
