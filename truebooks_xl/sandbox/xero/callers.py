"""Who calls: the identity paths before any organisation, and whom an access token lets in where.

Protects: a token of the sandbox's own sign-in is held to its 30 minutes and its connections; the
practice's plain token is not. No secret reaches the request log, not even the sandbox's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode

from truebooks_xl.sandbox.xero import identity, organisation, token_endpoint
from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Reply, Unknown
from truebooks_xl.sandbox.xero.envelope import problem, unauthorised

JWT: Final = "eyJ"
"""How a token of a sign-in begins, for it is JSON in base64."""

AT_THE_DOOR: Final = {
    ("GET", identity.AUTHORIZE): identity.authorize,
    ("POST", token_endpoint.TOKEN): token_endpoint.token,
    ("POST", token_endpoint.REVOCATION): token_endpoint.revoke,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """An app at an organisation's door.

    Attributes:
        app: what Idempotency-Keys belong to; of a sign-in it outlives each access token.
        client: of a sign-in; "" for the practice's plain token.
        tenant: the organisation; a custom connection names none and has one.
    """

    app: str
    client: str
    tenant: str


def answer(books: Books, call: Call) -> Reply | None:
    """Answer what comes before any organisation; None for a call to one."""
    try:
        if (call.method, call.path) in AT_THE_DOOR:
            return AT_THE_DOOR[call.method, call.path](books, call)
        if call.path.split("/")[1:2] == ["connections"]:
            return _connections(books, call)
    except Unknown as unknown:
        return problem(0, "SandboxException", f"The sandbox does not know {unknown}.")
    return None


def _connections(books: Books, call: Call) -> Reply:
    who = caller(books, call)
    if isinstance(who, Reply):
        return who
    if call.method == "DELETE":
        return identity.disconnect(books, call, who.client)
    if (call.method, call.path) != ("GET", "/connections"):
        raise Unknown(f"{call.method} {call.path}")
    if who.client:
        return identity.connections(books, call, who.client)
    return organisation.connections(books)


def caller(books: Books, call: Call) -> Caller | Reply:
    """Say whom a call's access token stands for, or how Xero turns it away."""
    token, tenant = identity.bearer(call), call.headers.get("xero-tenant-id", "")
    sql = "SELECT * FROM sign_in_access WHERE hash = ?"
    row = books.connection.execute(sql, (identity.digest(token),)).fetchone()
    if row is None and token and not token.startswith(JWT):
        return Caller(identity.digest(token)[:16], "", tenant)
    if row is None:
        return _turned_away(books, 401, "AuthenticationUnsuccessful")
    if books.now_ms >= row["expires_ms"]:
        at = datetime.fromtimestamp(row["expires_ms"] / 1000, UTC)
        detail = f"TokenExpired: token expired at {at:%m/%d/%Y %H:%M:%S}"
        return _turned_away(books, 401, detail)
    client, tenant = row["client"], row["tenant"] or tenant
    if not call.path.startswith("/connections") and not _connected(books, client, tenant):
        return _turned_away(books, 403, "AuthenticationUnsuccessful")
    return Caller(identity.digest(client)[:16], client, tenant)


def _connected(books: Books, client: str, tenant: str) -> bool:
    sql = "SELECT 1 FROM connection WHERE client = ? AND tenant = ?"
    return books.connection.execute(sql, (client, tenant)).fetchone() is not None


def _turned_away(books: Books, status: int, detail: str) -> Reply:
    return unauthorised(status, detail, str(books.store.new_id()))


def for_the_log(call: Call, body: bytes) -> bytes:
    """Return a body of a request or reply as it may be remembered: secrets as hashes."""
    if call.path not in {token_endpoint.TOKEN, token_endpoint.REVOCATION}:
        return body
    text = body.decode(errors="replace")
    if not text.startswith("{"):
        return urlencode(_hashed(dict(parse_qsl(text)))).encode()
    try:
        return json.dumps(_hashed(json.loads(text))).encode()
    except ValueError:  # cut off by a fault
        return f"sha256:{identity.digest(text)[:16]}".encode()


def _hashed(fields: dict[str, str]) -> dict[str, str]:
    secret = token_endpoint.SECRET_FIELDS
    return {
        name: f"sha256:{identity.digest(value)[:16]}" if name in secret else value
        for name, value in fields.items()
    }
