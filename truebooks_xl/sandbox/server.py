"""Serves the sandbox on loopback: for the length of a command, or until it is stopped.

Protects: practice never leaves this machine; starting and stopping cost a blink (under 0.2 s).
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from truebooks_xl.errors import Unavailable
from truebooks_xl.sandbox.xero.store import Clock, Store, utc_now

if TYPE_CHECKING:
    from truebooks_xl.sandbox.xero.loop import Server

LOOPBACK: Final = "127.0.0.1"
START_LIMIT_S: Final = 10


class PortTaken(Unavailable):
    """The port is in use by another program, or is not for everyone."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(
            where="Sandbox",
            what=f"Port {port} cannot be listened at: {reason}.",
            remedy="Choose another port, or 0 for any free one.",
        )


def _listening(host: str, port: int) -> socket.socket:
    # Named TCP, so that asyncio sends small packets at once: else each reply waits 40 ms.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # elsewhere it would let two servers share a port
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as refusal:
        opened.close()
        raise PortTaken(port, (refusal.strerror or str(refusal)).lower()) from None
    opened.listen(128)
    return opened


@contextmanager
def serving(folder: Path, *, port: int = 0, clock: Clock = utc_now) -> Iterator[str]:
    """Serve the sandbox whose state is in ``folder`` while the block runs.

    Args:
        folder: made if it is not there; several processes may serve the same one at once.
        port: 0 takes any free one.
        clock: tells the sandbox the time.

    Yields:
        The address, ``http://127.0.0.1:<port>``; Xero's paths follow it.
    """
    with Store(folder, clock=clock) as store:
        server, listener = _server(store), _listening(LOOPBACK, port)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            assert server.ready.wait(START_LIMIT_S), "the sandbox did not start"
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            server.stop()
            thread.join()


def serve_forever(folder: Path, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve the sandbox until Ctrl+C; ``announce`` is given the address once it listens.

    Raises:
        PortTaken: another program listens there.
    """
    with Store(folder) as store:
        listener = _listening(host, port)
        announce(f"http://{host}:{listener.getsockname()[1]}")
        with suppress(KeyboardInterrupt):
            _server(store).run([listener])


def _server(store: Store) -> Server:
    from truebooks_xl.sandbox.xero.loop import Server  # noqa: PLC0415 its imports are not free

    logging.getLogger("uvicorn.error").addFilter(_worth_telling)
    return Server(store)


def _worth_telling(record: logging.LogRecord) -> bool:
    """Leave out the request that ends because the server does: who sent it is gone too."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or kind.__name__ != "CancelledError"
