"""The access token of the moment: renewed before it ends, by one process and one thread at a time.

Protects: a refresh token is spent once: lock, read again what is kept, renew, keep the new one,
and only then use it. A lost answer is asked for again with the same token, which Xero takes for
half an hour. Expiry is counted from the moment of asking: that this clock is wrong is no matter.

Source: Xero's OAuth 2.0 FAQ, "refresh tokens".
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from truebooks_xl.xero.errors import NotSent, SignInExpired, XeroUnavailable
from truebooks_xl.xero.grants import Grant, by_refresh_token, by_secret
from truebooks_xl.xero.kept import Kept, Store
from truebooks_xl.xero.pkce import SignInRefused
from truebooks_xl.xero.web import Hosts

EARLY_S: Final = 120
PREVIOUS_S: Final = 30 * 60
LOCK_S: Final = 60
ASKED: Final = "renewing the sign-in"

Clock = Callable[[], datetime]
"""Tells the UTC instant."""


class Tokens:
    """Gives the access token for each request (``client.Token``), over all threads and processes.

    Raises:
        SignInExpired: Xero takes no token of ours any more; connect again.
        NotSent: it could not be renewed, so the request it was for was not sent.
    """

    def __init__(self, hosts: Hosts, store: Store, lock: Path, clock: Clock) -> None:
        """Read nothing yet.

        Args:
            lock: a file that every process using this sign-in locks.
        """
        self._hosts = hosts
        self._store = store
        self._lock = lock
        self._clock = clock
        self._current: Kept | None = None
        self._handed_out = threading.local()

    def __call__(self) -> str:
        """Return an access token that is good for two minutes at least."""
        kept = self._current
        if kept is None or not self._is_fresh(kept):
            kept = self._other_than("")
        self._handed_out.token = kept.access_token
        return kept.access_token

    def renew(self) -> None:
        """Get another token: Xero has refused the one this thread was given."""
        refused = getattr(self._handed_out, "token", "")
        if self._current is None or self._current.access_token == refused:
            self._other_than(refused)

    def _is_fresh(self, kept: Kept) -> bool:
        return kept.expires_at - EARLY_S > self._now()

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _other_than(self, refused: str) -> Kept:
        """Return what another process or thread renewed meanwhile, or renew."""
        with self._locked():
            kept = self._read()
            if kept.access_token == refused or not self._is_fresh(kept):
                kept = self._renewed(kept)
                self._store.write(kept)
            self._current = kept
        return kept

    def _read(self) -> Kept:
        kept = self._store.read()
        if kept is None:
            raise SignInExpired(ASKED)
        return kept

    def _renewed(self, kept: Kept) -> Kept:
        for token in self._candidates(kept):
            now = self._now()
            try:
                return kept.renewed(self._granted(kept, token), token, now)
            except SignInRefused as refusal:
                if refusal.reason != "invalid_grant":
                    raise
        raise SignInExpired(ASKED)

    def _candidates(self, kept: Kept) -> Iterator[str]:
        """The refresh tokens to try, each after the one before it was refused.

        Between two tries what is kept is read again: a process that shares no lock with us (another
        machine, a restored one) may have renewed it.
        """
        yield kept.refresh_token
        again = self._read()
        if again.refresh_token != kept.refresh_token:
            yield again.refresh_token
        if again.previous and self._now() - again.rotated_at <= PREVIOUS_S:
            yield again.previous

    def _granted(self, kept: Kept, refresh_token: str) -> Grant:
        """Ask, and once more where the answer was lost: the same token is good for both."""
        try:
            return self._asked(kept, refresh_token)
        except XeroUnavailable:
            pass
        try:
            return self._asked(kept, refresh_token)
        except XeroUnavailable as lost:
            raise NotSent(*lost.args) from None

    def _asked(self, kept: Kept, refresh_token: str) -> Grant:
        if refresh_token:
            return by_refresh_token(self._hosts, kept.app, refresh_token)
        return by_secret(self._hosts, kept.app, kept.scopes)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout  # noqa: PLC0415 once in half an hour

        self._lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Of its own: threads wait for each other too.
        lock = FileLock(self._lock, LOCK_S, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise NotSent(ASKED, f"another command has been at it for {LOCK_S} seconds") from None
        try:
            yield
        finally:
            lock.release()
