"""The sign-in of a workbook's organisation, as kept on this machine or given to a server.

Protects: secrets come from the keychain; from the environment only where TRUEBOOKS_CREDENTIALS=env
says so, and then from nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from truebooks_xl import environment
from truebooks_xl.actions.answer import Progress, silent
from truebooks_xl.actions.gather import Identity
from truebooks_xl.actions.signing_in.addresses import address
from truebooks_xl.errors import Misuse, Refused
from truebooks_xl.xero.kept import InKeychain, InMemory, Kept, Store
from truebooks_xl.xero.sign_in import scopes
from truebooks_xl.xero.tokens import Tokens
from truebooks_xl.xero.web import Hosts

if TYPE_CHECKING:
    from truebooks_xl.xero.sdk import XeroSdk

XERO: Final = "xero"
"""What TB_Connection says of a workbook connected to a real organisation."""

CLIENT_ID: Final = "TRUEBOOKS_XERO_CLIENT_ID"


class NotSignedIn(Refused):
    """This machine keeps no sign-in to the workbook's organisation."""

    def __init__(self, organisation: str) -> None:
        super().__init__(
            where="Xero",
            what=f"You are not signed in to {organisation} on this machine.",
            remedy="Run “truebooks xero connect BOOK” here, then repeat.",
        )


class VariableMissing(Misuse):
    """The environment is to hold the credentials, and lacks one."""

    def __init__(self, variable: str) -> None:
        super().__init__(
            where="TRUEBOOKS_CREDENTIALS",
            what=f"It says env, and {variable} is not set.",
            remedy=f"Set {variable}, or unset TRUEBOOKS_CREDENTIALS to use the keychain.",
        )


def hosts() -> Hosts:
    """Return where Xero is: the real one, unless the environment names another."""
    real = Hosts()
    return Hosts(
        address("TRUEBOOKS_XERO_API") or real.api,
        address("TRUEBOOKS_XERO_IDENTITY") or real.identity,
        address("TRUEBOOKS_XERO_LOGIN") or real.login,
    )


def by_environment() -> bool:
    """Say whether the credentials come from the environment."""
    return os.environ.get("TRUEBOOKS_CREDENTIALS", "").strip().casefold() == "env"


def store_of(tenant_id: str) -> Store:
    """Return where the sign-in to an organisation is kept."""
    return of_environment() if by_environment() else InKeychain(tenant_id)


def of_environment() -> Store:
    """Return the credentials of a server: a custom connection's secret, or a refresh token.

    A refresh token that was renewed is known to this process alone, and the one in the environment
    ends half an hour later: the secret of a custom connection is what a server should have.

    Raises:
        VariableMissing: the client id, or both of the others, are not set.
    """
    names = (CLIENT_ID, "TRUEBOOKS_XERO_CLIENT_SECRET", "TRUEBOOKS_XERO_REFRESH_TOKEN")
    client_id, secret, refresh_token = (os.environ.get(name, "").strip() for name in names)
    if not client_id:
        raise VariableMissing(CLIENT_ID)
    if not secret and not refresh_token:
        raise VariableMissing(names[1])
    return _for_this_process(client_id, secret, refresh_token)


@cache
def _for_this_process(client_id: str, secret: str, refresh_token: str) -> InMemory:
    asked = scopes(custom=not refresh_token)
    return InMemory(Kept(client_id, secret, refresh_token, scopes=asked))


def tokens(at: Hosts, store: Store, tenant_id: str) -> Tokens:
    """Return the access tokens of a sign-in, shared with the other processes of this machine."""
    kept = store.read()
    named = f"{kept.client_id if kept else ''} {tenant_id}"
    key = sha256(named.encode()).hexdigest()[:24]
    lock = environment.home() / "locks" / f"xero-{key}.lock"
    return Tokens(at, store, lock, environment.now)


@contextmanager
def signed_in_xero(identity: Identity, tell: Progress = silent) -> Iterator[XeroSdk]:
    """Open the organisation a workbook is bound to, with the sign-in kept for it.

    Args:
        tell: shown what is waited for, where Xero sets limits.

    Raises:
        NotSignedIn: there is none on this machine.
        SignInExpired: from the first call on, where Xero takes it no more.
    """
    store = store_of(identity.organisation_id)
    kept = store.read()
    if kept is None:
        raise NotSignedIn(identity.organisation)
    with opened(hosts(), store, kept, identity.organisation_id, tell) as xero:
        yield xero


@contextmanager
def opened(
    at: Hosts, store: Store, kept: Kept, tenant_id: str, tell: Progress = silent
) -> Iterator[XeroSdk]:
    """Open an organisation; a custom connection has but one, and Xero wants it unnamed then."""
    from truebooks_xl.xero.pace import Pace  # noqa: PLC0415
    from truebooks_xl.xero.sdk import XeroSdk  # noqa: PLC0415

    named = "" if kept.custom else tenant_id
    pace = Pace(tell=tell)
    with XeroSdk(at.api, named, tokens(at, store, tenant_id), pace=pace) as xero:
        yield xero
