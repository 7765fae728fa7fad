"""Waits on this machine for the browser to come back from Xero's page, once.

Protects: nothing but this machine is listened to; a stray request ends nothing, only the address
with our state does; what came back is written to no log.
"""

from __future__ import annotations

import os
import queue
import secrets
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Final
from urllib.parse import parse_qs, urlsplit

from truebooks_xl.errors import Refused, Unavailable
from truebooks_xl.xero.pkce import PATH, redirect_uri

LIMIT_S: Final = 300
GLANCE_S: Final = 0.5
"""How long one wait lasts: on Windows, Ctrl+C is only heard between two of them."""

DONE: Final = "<h1>TrueBooks XL has its answer from Xero</h1><p>You may close this window.</p>"
OTHER: Final = "<h1>This page belongs to another sign-in</h1><p>Use the newest window.</p>"
HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'",
    "Connection": "close",
}
ANYWHERE: Final = (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6))
"""Both of what a browser may take localhost for."""


class PortsTaken(Unavailable):
    """None of the addresses that the app has registered can be listened at."""

    def __init__(self, ports: Sequence[int]) -> None:
        super().__init__(
            where="Xero, signing in",
            what=f"The ports {', '.join(map(str, ports))} of this machine are all in use.",
            remedy="End the program that uses one, or connect with --paste.",
        )


class NobodyCameBack(Refused):
    """The time to sign in has passed."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            where="Xero, signing in",
            what=f"No answer came back from Xero's page within {minutes} minutes.",
            remedy="Connect again; if Xero's page shows an error, check the client id and that "
            "the app has its redirect addresses. On another machine's browser, use --paste.",
        )


@dataclass(frozen=True, slots=True)
class Listener:
    """Where the browser is to come back to, and what it brought."""

    redirect_uri: str
    came: queue.SimpleQueue[str]

    def wait(self, limit_s: float = LIMIT_S) -> str:
        """Return the address the browser came back to.

        Raises:
            NobodyCameBack: the time has passed.
        """
        until = time.monotonic() + limit_s
        while (left := until - time.monotonic()) > 0:
            try:
                return self.came.get(timeout=min(GLANCE_S, left))
            except queue.Empty:
                continue
        raise NobodyCameBack(round(limit_s / 60))


@contextmanager
def listening(ports: Sequence[int], state: str) -> Iterator[Listener]:
    """Listen at the first port that is free, until the block ends.

    Raises:
        PortsTaken: none is.
    """
    came: queue.SimpleQueue[str] = queue.SimpleQueue()
    handler = type("Callback", (_Callback,), {"state": state, "came": came})
    with ExitStack() as stack:
        for port in ports:
            servers = _servers(port, handler)
            if servers:
                break
        else:
            raise PortsTaken(ports)
        for server in servers:
            stack.callback(server.server_close)
            thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
        yield Listener(redirect_uri(port), came)


def _servers(port: int, handler: type[_Callback]) -> list[_Server]:
    """Listen at both forms of localhost; [] where another program has one of them."""
    servers: list[_Server] = []
    for host, family in ANYWHERE:
        try:
            servers.append(_Server.at(host, port, family, handler))
        except OSError:
            if family == socket.AF_INET6 and not _has_ipv6():
                continue
            for each in servers:
                each.server_close()
            return []
    return servers


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as trial:
            trial.bind(("::1", 0))
    except OSError:
        return False
    return True


class _Server(ThreadingTCPServer):
    """A browser may hold a connection open without a word: each has its own thread."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two programs share a port

    @classmethod
    def at(
        cls, host: str, port: int, family: socket.AddressFamily, handler: type[_Callback]
    ) -> _Server:
        """Listen at one address."""
        kind = type("_At", (cls,), {"address_family": family})
        server: _Server = kind((host, port), handler)
        return server

    def handle_error(self, *_: object) -> None:
        """Write nothing: a browser that hangs up is no error of ours."""

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()


class _Callback(BaseHTTPRequestHandler):
    """Takes the one answer; ``state`` and ``came`` are given by ``listening``."""

    state: str
    came: queue.SimpleQueue[str]
    timeout = 10

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        given = query.get("state", [""])[0]
        if urlsplit(self.path).path != PATH:
            self._page(404, "")
        elif not secrets.compare_digest(given.encode(), self.state.encode()):
            self._page(400, OTHER)
        else:
            try:
                self._page(200, DONE)
            finally:  # the answer counts, also of a browser that does not wait for its page
                self.came.put(self.path)

    def _page(self, status: int, body: str) -> None:
        page = f"<!doctype html><title>TrueBooks XL</title>{body}".encode()
        self.send_response(status)
        for name, value in (HEADERS | {"Content-Length": str(len(page))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Write nothing: the address holds the code."""
