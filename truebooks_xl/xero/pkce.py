"""One attempt at signing in with a browser: what is sent along, and what must come back.

Protects: only the answer to this very attempt is believed (state), and only who began it can turn
its code into tokens (verifier). No client secret exists.

Source: RFC 7636; Xero, "The PKCE flow".
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

from truebooks_xl.errors import Refused

PORTS: Final = (28631, 28632, 28633, 28634)
"""Of the redirect addresses an app registers: below what any system hands out by itself."""

PATH: Final = "/callback"

REMEDIES: Final = {
    "access_denied": "Connect again, tick the organisation and press Allow access.",
    "invalid_grant": "Connect again, and finish within five minutes of Xero's page.",
    "invalid_scope": "Give the app the scopes of the guide at developer.xero.com, then connect.",
    "invalid_client": "Check client id and secret at developer.xero.com, then connect again.",
    "unauthorized_client": "Check at developer.xero.com that the app is of the right type.",
}


class SignInRefused(Refused):
    """Xero, or who sat before its page, said no to a sign-in."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            where="Xero, signing in",
            what=f"Xero refused the sign-in: {reason}.",
            remedy=REMEDIES.get(reason, "Connect again; if it stays so, check the app's page."),
        )


class WrongState(Refused):
    """An answer came back that belongs to another attempt."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            where="Xero, signing in",
            what=f"The address that came back is not the answer to this sign-in: {missing}.",
            remedy="Connect again, and use only the page that opens then, in full.",
        )


def redirect_uri(port: int) -> str:
    """Return a registered address; Xero takes localhost, never 127.0.0.1."""
    return f"http://localhost:{port}{PATH}"


def new_secret() -> str:
    """Make a verifier or a state: 86 characters of those RFC 7636 allows."""
    return secrets.token_urlsafe(64)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt; its secrets are good for one code."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str = field(default_factory=new_secret, repr=False)
    verifier: str = field(default_factory=new_secret, repr=False)

    def url(self, login: str) -> str:
        """Return the address of Xero's page for the browser."""
        from authlib.oauth2.client import OAuth2Client  # noqa: PLC0415

        client = OAuth2Client(
            None,
            self.client_id,
            redirect_uri=self.redirect_uri,
            scope=" ".join(self.scopes),
            code_challenge_method="S256",
        )
        page = f"{login}/identity/connect/authorize"
        made, _ = client.create_authorization_url(page, self.state, self.verifier)
        return str(made)

    def code(self, redirected: str) -> str:
        """Take the code out of the address the browser was sent back to.

        Raises:
            WrongState: it belongs to another attempt, or is not the whole address.
            SignInRefused: Xero sent a refusal instead of a code.
        """
        found = parse_qs(urlsplit(redirected.strip()).query)
        if not self.is_mine(found.get("state", [""])[0]):
            raise WrongState("its state is missing or another's")
        if "error" in found:
            raise SignInRefused(known(found["error"][0]))
        if not found.get("code"):
            raise WrongState("it carries no code")
        return found["code"][0]

    def is_mine(self, state: str) -> bool:
        """Compare a state with this attempt's own, in constant time."""
        return secrets.compare_digest(state.encode(), self.state.encode())


def known(error: str) -> str:
    """Return an error code of OAuth 2.0 as it may be shown: never a text that came along."""
    named = error.isascii() and error.replace("_", "").isalpha() and len(error) <= 40  # noqa: PLR2004
    return error if named else "no known reason"
