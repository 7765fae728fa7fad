"""The sandbox's sign-in page and the connections it opened; consent is always given at once.

Protects: an app is let in as Xero does it (PKCE, exact redirect, code spent once), so that the
sign-in an accountant practises is the one that runs; secrets are kept as hashes only.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode, urlsplit

from truebooks_xl.sandbox.xero import organisation
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Json, Reply, Unknown

TABLES: Final = """
CREATE TABLE IF NOT EXISTS sign_in_code (
    hash TEXT PRIMARY KEY, client TEXT NOT NULL, challenge TEXT NOT NULL, redirect TEXT NOT NULL,
    scope TEXT NOT NULL, event TEXT NOT NULL, at_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sign_in_refresh (
    hash TEXT PRIMARY KEY, client TEXT NOT NULL, scope TEXT NOT NULL, event TEXT NOT NULL,
    at_ms INTEGER NOT NULL, rotated_ms INTEGER);
CREATE TABLE IF NOT EXISTS sign_in_access (
    hash TEXT PRIMARY KEY, client TEXT NOT NULL, event TEXT NOT NULL,
    tenant TEXT NOT NULL, -- the one organisation of a custom connection, else ''
    expires_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sign_in_app (
    client TEXT PRIMARY KEY, secret TEXT NOT NULL, tenant TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS connection (
    id TEXT PRIMARY KEY, client TEXT NOT NULL, tenant TEXT NOT NULL, event TEXT NOT NULL,
    created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, UNIQUE (client, tenant));
"""

HTML: Final = "text/html; charset=utf-8"
AUTHORIZE: Final = "/identity/connect/authorize"
ASKED: Final = (
    *("response_type", "client_id", "redirect_uri", "scope", "state"),
    *("code_challenge", "code_challenge_method"),
)
SCOPES: Final = {
    *("offline_access", "openid", "profile", "email"),
    *("accounting.invoices", "accounting.contacts", "accounting.settings.read"),
    *("accounting.attachments", "accounting.manualjournals", "accounting.banktransactions.read"),
}
"""What an app may ask for; another word is refused by name."""


def digest(secret: str) -> str:
    """What the sandbox keeps of a secret."""
    return sha256(secret.encode()).hexdigest()


def bearer(call: Call) -> str:
    """Return the access token of a call; "" is none."""
    return call.headers.get("authorization", "").removeprefix("Bearer ")


def new_secret(books: Books) -> str:
    """Make a code or a token."""
    return f"{books.store.new_id().hex}{books.store.new_id().hex}"


def authorize(books: Books, call: Call) -> Reply:
    """GET /identity/connect/authorize: consent, and back to the app with a code."""
    call.only(ASKED)
    wrong = _wrong_with(call)
    if wrong:
        return Reply(400, f"<html><body>Sorry, {wrong}</body></html>".encode(), HTML)
    query, code, event = call.query, new_secret(books), str(books.store.new_id())
    books.connection.execute(
        "INSERT INTO sign_in_code VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(digest(code), query["client_id"], query["code_challenge"], query["redirect_uri"]),
            *(query["scope"], event, books.now_ms),
        ),
    )
    for tenant in _consented(books):
        connect(books, query["client_id"], tenant, event)
    back = urlencode({"code": code, "scope": query["scope"], "state": query.get("state", "")})
    return Reply(302, content_type="", headers={"Location": f"{query['redirect_uri']}?{back}"})


def _wrong_with(call: Call) -> str:
    """Say why Xero would show an error page instead of going back to the app; "" if it would."""
    query = call.query
    if not query.get("client_id") or query.get("response_type") != "code":
        return "unauthorized_client"
    if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
        return "invalid_request: PKCE with S256 is required"
    # A browser may be sent to localhost, never to 127.0.0.1.
    if urlsplit(query.get("redirect_uri", "")).hostname != "localhost":
        return "invalid_request: Invalid redirect_uri"
    unknown = set(query.get("scope", "").split()) - SCOPES
    return f"invalid_scope: {' '.join(sorted(unknown))}" if unknown else ""


def _consented(books: Books) -> list[str]:
    """The organisations a user ticks: all there are; the British one where none was made yet."""
    rows = books.connection.execute("SELECT tenant FROM organisation ORDER BY country").fetchall()
    return [row["tenant"] for row in rows] or [organisation.tenant_of("GB")]


def connect(books: Books, client: str, tenant: str, event: str) -> None:
    """Connect an app to an organisation, or note that it was connected anew."""
    books.connection.execute(
        "INSERT INTO connection VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (client, tenant) "
        "DO UPDATE SET event = excluded.event, updated_ms = excluded.updated_ms",
        (str(books.store.new_id()), client, tenant, event, books.now_ms, books.now_ms),
    )


def connections(books: Books, call: Call, client: str) -> Reply:
    """GET /connections: the organisations the app is let into."""
    call.only(())
    sql = "SELECT * FROM connection WHERE client = ? ORDER BY created_ms, tenant"
    rows = books.connection.execute(sql, (client,)).fetchall()
    shown: list[Json] = [
        {
            "id": row["id"],
            "authEventId": row["event"],
            "tenantId": row["tenant"],
            "tenantType": "ORGANISATION",
            "tenantName": organisation.name_of(organisation.COUNTRY_OF[row["tenant"]]),
            "createdDateUtc": _written(books, row["created_ms"]),
            "updatedDateUtc": _written(books, row["updated_ms"]),
        }
        for row in rows
    ]
    return Reply.json(shown)


def _written(books: Books, at_ms: int) -> str:
    sql = "SELECT strftime('%Y-%m-%dT%H:%M:%S', ? / 1000, 'unixepoch') AS at"
    return str(books.connection.execute(sql, (at_ms,)).fetchone()["at"])


def disconnect(books: Books, call: Call, client: str) -> Reply:
    """DELETE /connections/{id}."""
    found = re.fullmatch(r"/connections/([^/]+)", call.path)
    if not found:
        raise Unknown(f"{call.method} {call.path}")
    sql = "DELETE FROM connection WHERE id = ? AND client = ?"
    done = books.connection.execute(sql, (found.group(1), client)).rowcount
    return Reply(204, content_type="") if done else Reply.missing()
