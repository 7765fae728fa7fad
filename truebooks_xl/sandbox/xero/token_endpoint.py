"""The sandbox's token endpoint: codes, refresh tokens and client secrets become access tokens.

Protects: a code is spent by its first use, right or wrong; a refresh token that was replaced works
for 30 more minutes and then never again.

Source: Xero's OAuth 2.0 pages and FAQ; facts of the sign-in, sections 2.1 and 2.2.
"""

from __future__ import annotations

import base64
import binascii
import json
import sqlite3
from hashlib import sha256
from hmac import compare_digest
from typing import Final
from urllib.parse import parse_qsl

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Reply, Unknown
from truebooks_xl.sandbox.xero.identity import SCOPES, connect, digest, new_secret
from truebooks_xl.sandbox.xero.organisation import tenant_of

TOKEN: Final = "/connect/token"  # noqa: S105 a path
REVOCATION: Final = "/connect/revocation"
ACCESS_S: Final = 1800
CODE_MS: Final = 5 * 60_000
PREVIOUS_MS: Final = 30 * 60_000
UNUSED_MS: Final = 60 * 86_400_000

FORMS: Final = {
    "authorization_code": {"client_id", "code", "redirect_uri", "code_verifier"},
    "refresh_token": {"client_id", "refresh_token"},
    "client_credentials": {"scope"},
}
"""Each grant and what its form may hold; anything else is refused by name."""

SECRET_FIELDS: Final = {
    *("code", "code_verifier", "refresh_token", "access_token", "token", "client_secret"),
}


class Declined(Exception):
    """The endpoint says no; args[0] is the error of OAuth 2.0."""


def token(books: Books, call: Call) -> Reply:
    """POST /connect/token."""
    form = _form(call)
    grant = form.pop("grant_type", "")
    if grant not in FORMS:
        return refused("unsupported_grant_type")
    if set(form) - FORMS[grant]:
        raise Unknown(f"form field {min(set(form) - FORMS[grant])} of {grant}")
    try:
        if grant == "authorization_code":
            return _by_code(books, form)
        if grant == "refresh_token":
            return _by_refresh_token(books, form, _client(books, call, form))
        return _by_secret(books, form, _client(books, call, form))
    except Declined as declined:
        return refused(declined.args[0])


def refused(error: str) -> Reply:
    """Answer 400 as an OAuth 2.0 server does."""
    return Reply.json({"error": error}, 400)


def _form(call: Call) -> dict[str, str]:
    return dict(parse_qsl(call.body.decode(), keep_blank_values=True))


def _client(books: Books, call: Call, form: dict[str, str]) -> str:
    """Return who asks: by Basic with its secret, or a public app by its id alone."""
    kind, _, text = call.headers.get("authorization", "").partition(" ")
    if kind != "Basic":
        return form.get("client_id", "")
    try:
        client, _, secret = base64.b64decode(text).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Declined("invalid_client") from None
    _check_secret(books, client, secret)
    return client


def _check_secret(books: Books, client: str, secret: str) -> None:
    """Compare with the secret that registered the app: the first one it brought."""
    books.connection.execute(
        "INSERT OR IGNORE INTO sign_in_app VALUES (?, ?, ?)",
        (client, digest(secret), _first_organisation(books)),
    )
    sql = "SELECT secret FROM sign_in_app WHERE client = ?"
    kept = books.connection.execute(sql, (client,)).fetchone()["secret"]
    if not client or not secret or not compare_digest(kept, digest(secret)):
        raise Declined("invalid_client")


def _first_organisation(books: Books) -> str:
    sql = "SELECT tenant FROM organisation ORDER BY created_ms, country LIMIT 1"
    row = books.connection.execute(sql).fetchone()
    return str(row["tenant"]) if row else tenant_of("GB")


def _by_code(books: Books, form: dict[str, str]) -> Reply:
    sql = "DELETE FROM sign_in_code WHERE hash = ? RETURNING *"
    row = books.connection.execute(sql, (digest(form.get("code", "")),)).fetchone()
    if row is None or books.now_ms - row["at_ms"] > CODE_MS:
        raise Declined("invalid_grant")
    hashed = sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
    expected = (row["challenge"], row["redirect"], row["client"])
    if (challenge, form.get("redirect_uri"), form.get("client_id")) != expected:
        raise Declined("invalid_grant")
    return _granted(books, row)


def _by_refresh_token(books: Books, form: dict[str, str], client: str) -> Reply:
    given = digest(form.get("refresh_token", ""))
    sql = "SELECT * FROM sign_in_refresh WHERE hash = ? AND client = ?"
    row = books.connection.execute(sql, (given, client)).fetchone()
    if row is None or books.now_ms - row["at_ms"] > UNUSED_MS:
        raise Declined("invalid_grant")
    rotated = row["rotated_ms"]
    if rotated is not None and books.now_ms - rotated > PREVIOUS_MS:
        raise Declined("invalid_grant")
    sql = "UPDATE sign_in_refresh SET rotated_ms = coalesce(rotated_ms, ?) WHERE hash = ?"
    books.connection.execute(sql, (books.now_ms, given))
    return _granted(books, row)


def _granted(books: Books, row: sqlite3.Row) -> Reply:
    """Hand out a pair of tokens for a code or a refresh token."""
    client, scope, event = row["client"], row["scope"], row["event"]
    body = _access(books, client, scope, event)
    if "offline_access" in scope.split():
        body["refresh_token"] = new_secret(books)
        books.connection.execute(
            "INSERT INTO sign_in_refresh VALUES (?, ?, ?, ?, ?, NULL)",
            (digest(body["refresh_token"]), client, scope, event, books.now_ms),
        )
    return Reply.json(body)


def _by_secret(books: Books, form: dict[str, str], client: str) -> Reply:
    sql = "SELECT tenant FROM sign_in_app WHERE client = ?"
    app = books.connection.execute(sql, (client,)).fetchone()
    if app is None:
        raise Declined("invalid_client")
    scope = form.get("scope", "")
    if not scope or set(scope.split()) - (SCOPES - {"offline_access"}):
        raise Declined("invalid_scope")
    event = str(books.store.new_id())
    connect(books, client, app["tenant"], event)
    return Reply.json(_access(books, client, scope, event, app["tenant"]))


def _access(books: Books, client: str, scope: str, event: str, tenant: str = "") -> Json:
    expires_ms = books.now_ms + ACCESS_S * 1000
    claims = {
        "nbf": books.now_ms // 1000,
        "exp": expires_ms // 1000,
        "iss": "https://identity.xero.com",
        "client_id": client,
        "jti": books.store.new_id().hex,
        "authentication_event_id": event,
        "scope": scope.split(),
    }
    parts = [_part({"alg": "RS256", "typ": "JWT"}), _part(claims), new_secret(books)]
    made = ".".join(parts)
    books.connection.execute(
        "INSERT INTO sign_in_access VALUES (?, ?, ?, ?, ?)",
        (digest(made), client, event, tenant, expires_ms),
    )
    return {
        "access_token": made,
        "expires_in": ACCESS_S,
        "token_type": "Bearer",
        "scope": scope,
    }


def _part(value: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def revoke(books: Books, call: Call) -> Reply:
    """POST /connect/revocation: the app is signed out, all its connections are gone."""
    form = _form(call)
    if set(form) - {"token", "client_id", "token_type_hint"}:
        raise Unknown(f"a form of {sorted(form)} for {REVOCATION}")
    try:
        client = _client(books, call, form)
    except Declined as declined:
        return refused(declined.args[0])
    sql = "SELECT event FROM sign_in_refresh WHERE hash = ? AND client = ?"
    if books.connection.execute(sql, (digest(form.get("token", "")), client)).fetchone():
        for table in ("sign_in_refresh", "connection"):
            books.connection.execute(f"DELETE FROM {table} WHERE client = ?", (client,))  # noqa: S608
    return Reply(200, content_type="")
