"""Signing in to Xero by the browser (PKCE), and what is asked for.

Protects: nothing is asked for that is not needed, and what Xero did not grant is named, word for
whole word.

Source: Xero, "The PKCE flow", "Custom connections", "Scopes".
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from truebooks_xl.xero.grants import Grant, by_code
from truebooks_xl.xero.listener import LIMIT_S, listening
from truebooks_xl.xero.pkce import PORTS, Attempt, new_secret, redirect_uri
from truebooks_xl.xero.web import Hosts

OFFLINE: Final = "offline_access"
NEEDED: Final = (
    OFFLINE,
    "accounting.invoices",
    "accounting.contacts",
    "accounting.settings.read",
    "accounting.attachments",
)
JOURNALS: Final = "accounting.manualjournals"
BANK: Final = "accounting.banktransactions.read"

Ask = Callable[[str], str]
"""Shows a question and returns what the accountant types or pastes."""

Browser = Callable[[str], bool]
"""Opens an address; False where there is no browser."""


def scopes(*, journals: bool = False, bank: bool = False, custom: bool = False) -> tuple[str, ...]:
    """Return what is asked for: each right only when its use is switched on."""
    more = ((journals, JOURNALS), (bank, BANK))
    asked = (*NEEDED, *(scope for wanted, scope in more if wanted))
    return asked[1:] if custom else asked  # a secret needs no access while offline


def missing(asked: Collection[str], granted: Collection[str]) -> list[str]:
    """Name what was not granted; ``accounting.contacts.read`` is not ``accounting.contacts``.

    Access while offline is not among it: its proof is the refresh token.
    """
    return sorted(set(asked) - set(granted) - {OFFLINE})


def by_browser(
    hosts: Hosts,
    client_id: str,
    asked: tuple[str, ...],
    *,
    browse: Browser,
    ask: Ask,
    paste: bool = False,
    limit_s: float = LIMIT_S,
) -> Grant:
    """Let the accountant consent on Xero's page, and take the answer.

    Args:
        browse: opens Xero's page; where it cannot, the address is shown and the answer pasted.
        ask: for the pasted address; ``paste`` goes this way at once.

    Raises:
        PortsTaken, NobodyCameBack, WrongState, SignInRefused: nobody is signed in.
    """
    if paste:
        attempt = Attempt(client_id, redirect_uri(PORTS[0]), asked)
        return _finished(hosts, attempt, _pasted(hosts, attempt, ask))
    state = new_secret()
    with listening(PORTS, state) as listener:
        attempt = Attempt(client_id, listener.redirect_uri, asked, state)
        if browse(attempt.url(hosts.login)):
            redirected = listener.wait(limit_s)
        else:
            redirected = _pasted(hosts, attempt, ask)
    return _finished(hosts, attempt, redirected)


def _pasted(hosts: Hosts, attempt: Attempt, ask: Ask) -> str:
    return ask(
        f"Open this address in a browser and sign in:\n\n{attempt.url(hosts.login)}\n\n"
        "The browser then cannot open a page of localhost: that is right. "
        "Paste the whole address it shows"
    )


def _finished(hosts: Hosts, attempt: Attempt, redirected: str) -> Grant:
    return by_code(hosts, attempt, attempt.code(redirected))
