"""Signs in for a workbook: by the browser, by a secret, or with what a server was given.

Protects: practice goes the very way of the real sign-in, to the sandbox and never to Xero; where
no secret can be kept, that is said before anybody signs in.
"""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from truebooks_xl import environment
from truebooks_xl.actions.gather import Identity
from truebooks_xl.actions.signing_in.addresses import address
from truebooks_xl.actions.signing_in.signed_in import (
    by_environment,
    hosts,
    of_environment,
    tokens,
)
from truebooks_xl.actions.xero import SANDBOX
from truebooks_xl.errors import Misuse
from truebooks_xl.xero.grants import App, by_secret
from truebooks_xl.xero.kept import InKeychain, Kept
from truebooks_xl.xero.sign_in import Ask, Browser, by_browser
from truebooks_xl.xero.web import Hosts, follow

PRACTICE: Final = "practice"
"""The client id of practice; the sandbox lets any app in."""


class NoClientId(Misuse):
    """Nobody said which app of Xero's to sign in with."""

    def __init__(self, book: str) -> None:
        super().__init__(
            where=book,
            what="Xero lets in apps by their client id, and none was given.",
            remedy="Make an app at developer.xero.com as the guide says, then connect with "
            "--client-id and its id.",
        )


class NobodyToAsk(Misuse):
    """Something has to be typed or pasted, and nobody can be asked."""

    def __init__(self, book: str) -> None:
        super().__init__(
            where=book,
            what="To sign in, something must be typed or pasted, and nobody can be asked.",
            remedy="Connect from a terminal; on a server set TRUEBOOKS_CREDENTIALS=env.",
        )


@dataclass(frozen=True, slots=True)
class How:
    """How to sign in; the words are those of ``connect``.

    Attributes:
        ask: None where nobody can be asked.
        browse: None for the system's browser; practice does without.
    """

    client_id: str
    scopes: tuple[str, ...]
    custom: bool = False
    paste: bool = False
    ask: Ask | None = None
    browse: Browser | None = None


def is_practice(identity: Identity) -> bool:
    """Say whether a workbook is for practice, also after it was disconnected."""
    from truebooks_xl.sandbox.xero.organisation import COUNTRY_OF  # noqa: PLC0415

    let_go = not identity.connection and hosts() == Hosts()
    return identity.connection == SANDBOX or (let_go and identity.organisation_id in COUNTRY_OF)


@contextmanager
def place(*, practice: bool) -> Iterator[Hosts]:
    """Say where Xero is; for practice a running ``sandbox serve``, or one of our own."""
    given = address("TRUEBOOKS_SANDBOX_URL", practice=True) if practice else ""
    if not practice:
        yield hosts()
    elif given:
        yield Hosts(given, given, given)
    else:
        from truebooks_xl.sandbox.server import serving  # noqa: PLC0415

        with serving(environment.sandbox_folder()) as served:
            yield Hosts(served, served, served)


def signed_in(at: Hosts, path: Path, identity: Identity, how: How) -> Kept:
    """Sign in, and return what is to be kept of it; nothing is kept yet.

    Raises:
        NoKeychain: nothing could be kept; nobody was asked to sign in.
        NoClientId, NobodyToAsk: something to sign in with is missing.
    """
    if is_practice(identity):
        return _by_browser(at, path, PRACTICE, replace(how, browse=how.browse or follow))
    if by_environment():
        return _by_environment(at)
    known = InKeychain(identity.organisation_id).read()
    client_id = how.client_id.strip() or (known.client_id if known else "")
    if not client_id:
        raise NoClientId(path.name)
    sign_in = _by_secret if how.custom else _by_browser
    return sign_in(at, path, client_id, how)


def _by_browser(at: Hosts, path: Path, client_id: str, how: How) -> Kept:
    ask, browse = how.ask or _nobody(path), how.browse or webbrowser.open
    grant = by_browser(at, client_id, how.scopes, browse=browse, ask=ask, paste=how.paste)
    return Kept(client_id, scopes=how.scopes).renewed(grant, "", _now())


def _by_secret(at: Hosts, path: Path, client_id: str, how: How) -> Kept:
    ask = how.ask or _nobody(path)
    app = App(client_id, ask("Client secret of the custom connection").strip())
    grant = by_secret(at, app, how.scopes)
    return Kept(client_id, app.secret, scopes=how.scopes).renewed(grant, "", _now())


def _by_environment(at: Hosts) -> Kept:
    store = of_environment()
    tokens(at, store, "")()
    kept = store.read()
    assert kept is not None, "an environment without credentials was refused before"
    return kept


def _nobody(path: Path) -> Ask:
    def ask(_question: str) -> str:
        raise NobodyToAsk(path.name)

    return ask


def _now() -> int:
    return int(environment.now().timestamp())
