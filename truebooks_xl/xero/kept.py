"""What is remembered of a sign-in, and where: the keychain, or the memory of one process.

Protects: a refresh token is replaced by one write of one entry, so that a kill leaves the old or
the new one; access tokens are kept beside it only to spare other processes a renewal.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Final, Protocol, Self

from truebooks_xl.xero.grants import App, Grant
from truebooks_xl.xero.keychain import MOST_CHARACTERS, Keychain

UNUSED_S: Final = 60 * 86_400
"""A refresh token ends when it is not used for sixty days."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One sign-in to one organisation; nothing secret of it is ever shown.

    Attributes:
        secret: of a custom connection; "" otherwise.
        previous: the refresh token before this one, good for 30 minutes after ``rotated_at``.
        rotated_at, expires_at: seconds since 1970, of the last renewal and of the access token.
        connection_id: Xero's id of the connection, to end it by.
    """

    client_id: str
    secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    previous: str = field(default="", repr=False)
    rotated_at: int = 0
    access_token: str = field(default="", repr=False)
    expires_at: int = 0
    scopes: tuple[str, ...] = ()
    connection_id: str = ""

    @property
    def app(self) -> App:
        """The app it was made with."""
        return App(self.client_id, self.secret)

    @property
    def custom(self) -> bool:
        """True for a custom connection: a secret, one organisation, nothing to renew."""
        return bool(self.secret) and not self.refresh_token

    @property
    def ends_at(self) -> int | None:
        """When it ends unless it is used before, seconds since 1970; None for never."""
        return self.rotated_at + UNUSED_S if self.refresh_token and self.rotated_at else None

    def renewed(self, grant: Grant, used: str, now: int) -> Self:
        """Return it with what a renewal gave; ``used`` is the refresh token that was spent."""
        return replace(
            self,
            refresh_token=grant.refresh_token,
            previous=used,
            rotated_at=now,
            access_token=grant.access_token,
            expires_at=now + grant.expires_in_s,
            scopes=tuple(sorted(grant.scopes)) or self.scopes,
        )


class Store(Protocol):
    """Where one sign-in is kept."""

    def read(self) -> Kept | None:
        """Return it; None where there is none."""

    def write(self, kept: Kept) -> None:
        """Keep it in the place of what was there."""


class InMemory:
    """For practice, and for servers whose secrets come from the environment."""

    def __init__(self, kept: Kept | None = None) -> None:
        self._kept = kept

    def read(self) -> Kept | None:
        """Return it; None where there is none."""
        return self._kept

    def write(self, kept: Kept) -> None:
        """Keep it until the process ends."""
        self._kept = kept


class InKeychain:
    """One entry for an app and an organisation, and one that tells the organisation's app."""

    def __init__(self, tenant_id: str, keychain: Keychain | None = None) -> None:
        self._tenant_id = tenant_id
        self._keychain = keychain or Keychain()

    def read(self) -> Kept | None:
        """Return it; without its access token where that was not kept whole."""
        client_id = self._keychain.get(self._pointer)
        text = self._keychain.get(self._name(client_id)) if client_id else None
        if text is None:
            return None
        shown = json.loads(text)
        access_token, wanted = "".join(self._parts(client_id)), shown.pop("access")
        if _digest(access_token) != wanted:
            access_token, shown["expires_at"] = "", 0
        scopes = tuple(shown.pop("scopes"))
        return Kept(**shown, client_id=client_id or "", scopes=scopes, access_token=access_token)

    def write(self, kept: Kept) -> None:
        """Keep the refresh token by one write; then the access token, in parts where it is long."""
        shown = asdict(kept) | {"access": _digest(kept.access_token)}
        del shown["access_token"], shown["client_id"]
        self._keychain.put(self._name(kept.client_id), json.dumps(shown))
        before = self._keychain.get(self._pointer)
        if before != kept.client_id:
            self._keychain.put(self._pointer, kept.client_id)
            self._drop(before)
        token, name = kept.access_token, f"{self._name(kept.client_id)} access"
        parts = [token[n : n + MOST_CHARACTERS] for n in range(0, len(token), MOST_CHARACTERS)]
        for n, part in enumerate(parts, start=1):
            self._keychain.put(f"{name} {n}", part)
        self._drop_parts(kept.client_id, len(parts) + 1)  # of a longer token before

    def forget(self) -> None:
        """Remove all there is of it."""
        self._drop(self._keychain.get(self._pointer))
        self._keychain.drop(self._pointer)

    @property
    def _pointer(self) -> str:
        return f"xero {self._tenant_id}"

    def _name(self, client_id: str | None) -> str:
        return f"{self._pointer} {client_id}"

    def _drop(self, client_id: str | None) -> None:
        if client_id:
            self._drop_parts(client_id, 1)
            self._keychain.drop(self._name(client_id))

    def _drop_parts(self, client_id: str, first: int) -> None:
        n = first
        while self._keychain.drop(f"{self._name(client_id)} access {n}"):
            n += 1

    def _parts(self, client_id: str | None) -> Iterator[str]:
        """Read the parts of the access token: up to the first that is not full."""
        for n in itertools.count(1):
            part = self._keychain.get(f"{self._name(client_id)} access {n}")
            if part is not None:
                yield part
            if part is None or len(part) < MOST_CHARACTERS:
                return


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
