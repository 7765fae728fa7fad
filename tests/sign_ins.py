"""What tests of the sign-in hold in their hands: keychains, a clock, and a browser that clicks."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

from filelock import FileLock
from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import PasswordDeleteError

from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.xero.grants import Grant
from truebooks_xl.xero.kept import Kept
from truebooks_xl.xero.sign_in import by_browser, scopes
from truebooks_xl.xero.web import Hosts

CLIENT = "0123456789ABCDEF0123456789ABCDEF"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, *, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


class InMemoryKeyring(KeyringBackend):
    """The keychain of one test; chosen by hand, never found."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805
        raise RuntimeError

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class SharedKeyring(InMemoryKeyring):
    """The keychain of two processes of one test, in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__()

    def get_password(self, service: str, username: str) -> str | None:
        with FileLock(f"{self.path}.lock"):
            return self._read().get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        with FileLock(f"{self.path}.lock"):
            self.path.write_text(json.dumps(self._read() | {username: password}), "utf-8")

    def _read(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.path.read_text() if self.path.exists() else "{}")
        return found


@dataclass
class Clicker:
    """A browser in the hands of somebody who consents; remembers the pages it was shown."""

    pages: list[tuple[int, str]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def __call__(self, url: str) -> bool:
        self.opened.append(url)
        self.visit(url)
        return True

    def visit(self, url: str) -> str:
        """Go there, as far as it leads; returns where it ended."""
        try:
            with urllib.request.urlopen(url, timeout=10) as page:
                self.pages.append((page.status, page.read().decode()))
                return str(page.url)
        except HTTPError as error:
            with error:
                self.pages.append((error.code, error.read().decode()))
                return str(error.url)


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def sent_back_to(url: str) -> str:
    """Consent, and return where the browser is sent without going there."""
    try:
        urllib.request.build_opener(_Staying).open(url, timeout=10)
    except HTTPError as answer:
        with answer:
            return str(answer.headers["Location"])
    raise AssertionError(url)


def free_ports(count: int) -> tuple[int, ...]:
    """Find ports nobody listens at, in either form of localhost."""
    opened = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = tuple(each.getsockname()[1] for each in opened)
    for each in opened:
        each.close()
    return ports


@dataclass(frozen=True)
class Served:
    """A sandbox that is served, and its clock."""

    store: Store
    address: str
    clock: Clock

    @property
    def hosts(self) -> Hosts:
        return Hosts(self.address, self.address, self.address)

    @property
    def control(self) -> Control:
        return Control(self.store)

    def renewals(self) -> int:
        """How often the token endpoint was asked, sign-ins included."""
        asked = [each["path"] for each in self.control.requests()]
        return asked.count("/connect/token")

    def grant(self, browse: Callable[[str], bool] | None = None) -> Grant:
        """Sign in by a browser."""
        return by_browser(self.hosts, CLIENT, scopes(), browse=browse or Clicker(), ask=unasked)

    def kept(self) -> Kept:
        """Sign in by a browser, and return what is to be kept of it."""
        at = int(self.clock().timestamp())
        return Kept(CLIENT).renewed(self.grant(), "", at)


def unasked(question: str) -> str:
    raise AssertionError(f"nobody should be asked: {question}")


def query_of(url: str) -> str:
    return urlsplit(url).query
