"""The token endpoint: a code, a refresh token or a client secret becomes an access token.

Protects: authlib makes the request and reads the answer, over one plain request that is never
repeated; of a refusal only its OAuth code is told, never a text or a token that came along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from truebooks_xl.xero.outcomes import Asked
from truebooks_xl.xero.pkce import Attempt, SignInRefused, known
from truebooks_xl.xero.web import Hosts, asking

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class App:
    """An app registered with Xero; ``secret`` is "" for one that signs in by browser."""

    client_id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token endpoint gave.

    Attributes:
        refresh_token: "" for a client secret, which is simply used again.
        expires_in_s: of the access token, from when it was asked for.
        scopes: what may be done, whole tokens.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in_s: int
    scopes: frozenset[str]


def by_code(hosts: Hosts, attempt: Attempt, code: str) -> Grant:
    """Spend the code of a browser's sign-in; it is good for one use within five minutes."""
    form = {
        "code": code,
        "redirect_uri": attempt.redirect_uri,
        "code_verifier": attempt.verifier,
    }
    asked = Asked("signing in")
    grant = _granted(hosts, App(attempt.client_id), asked, "authorization_code", form)
    scopes = grant.scopes or frozenset(attempt.scopes)  # an answer without them grants them all
    return _with_refresh_token(asked, replace(grant, scopes=scopes))


def by_refresh_token(hosts: Hosts, app: App, refresh_token: str) -> Grant:
    """Renew; the answer brings a new refresh token, and this one ends 30 minutes later."""
    asked, form = Asked("renewing the sign-in"), {"refresh_token": refresh_token}
    return _with_refresh_token(asked, _granted(hosts, app, asked, "refresh_token", form))


def by_secret(hosts: Hosts, app: App, scopes: Sequence[str]) -> Grant:
    """Ask with the client secret of a custom connection; its scopes are sent each time."""
    form = {"scope": " ".join(scopes)}
    return _granted(hosts, app, Asked("signing in"), "client_credentials", form)


def revoke(hosts: Hosts, app: App, refresh_token: str) -> None:
    """Sign out: Xero ends the refresh token and every connection made by it."""
    from authlib.oauth2.client import OAuth2Client  # noqa: PLC0415

    url, asked = f"{hosts.identity}/connect/revocation", Asked("signing out", writes=True)
    body = "" if app.secret else f"client_id={app.client_id}"
    with asking(asked, url) as http:
        client = OAuth2Client(http)
        client.revoke_token(url, refresh_token, body=body, auth=_auth(app)).raise_for_status()


def _granted(hosts: Hosts, app: App, asked: Asked, grant_type: str, form: dict[str, str]) -> Grant:
    # Not authlib's refresh_token(): it would keep the old token where the answer brings none.
    from authlib.oauth2 import OAuth2Error  # noqa: PLC0415
    from authlib.oauth2.client import OAuth2Client  # noqa: PLC0415

    url = f"{hosts.identity}/connect/token"
    named = form if app.secret else {"client_id": app.client_id} | form
    try:
        with asking(asked, url) as http:
            client = OAuth2Client(http)
            reply = client.fetch_token(url, grant_type=grant_type, auth=_auth(app), **named)
    except OAuth2Error as refusal:
        raise SignInRefused(known(str(refusal.error))) from None
    return _read(asked, reply, form.get("scope", ""))


def _auth(app: App) -> httpx.Auth:
    import httpx  # noqa: PLC0415

    return httpx.BasicAuth(app.client_id, app.secret) if app.secret else httpx.Auth()


def _read(asked: Asked, reply: dict[str, Any], scope_sent: str) -> Grant:
    access, lasts = reply.get("access_token"), reply.get("expires_in")
    if not isinstance(access, str) or not access or type(lasts) is not int:
        raise asked.unknown("one without an access token")
    scopes = frozenset(str(reply.get("scope") or scope_sent).split())
    return Grant(access, str(reply.get("refresh_token") or ""), lasts, scopes)


def _with_refresh_token(asked: Asked, grant: Grant) -> Grant:
    if not grant.refresh_token:
        raise asked.unknown("one without a refresh token")
    return grant
