"""Serves the sandbox on loopback: for the length of a command, or until it is stopped.

Protects: practice never leaves this machine; starting and stopping cost a blink (under 0.2 s).
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from truebooks_xl.sandbox.xero.store import Clock, Store, utc_now

LOOPBACK: Final = "127.0.0.1"
START_LIMIT_S: Final = 10


def _server(store: Store) -> Any:  # noqa: ANN401 uvicorn's Server, imported only here
    """Make a server that starts at once and stops when it is told, not at its next tick."""
    import uvicorn  # noqa: PLC0415 serving is rare, and its imports are not free

    from truebooks_xl.sandbox.xero.app import application  # noqa: PLC0415 the same

    class Server(uvicorn.Server):
        def __init__(self) -> None:
            config = uvicorn.Config(
                application(store, self.hang_up),
                http="h11",
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
            super().__init__(config)
            self.ready = threading.Event()

        def hang_up(self, client: tuple[str, int]) -> None:
            for connection in list(self.server_state.connections):
                if getattr(connection, "client", None) == client and connection.transport:
                    connection.transport.close()

        async def main_loop(self) -> None:
            self.loop, self.stopping = asyncio.get_running_loop(), asyncio.Event()
            self.ready.set()
            while not await self.on_tick(0):  # keeps the Date header right
                try:
                    await asyncio.wait_for(self.stopping.wait(), timeout=1)
                except TimeoutError:
                    continue
                self.should_exit = True

        def stop(self) -> None:
            self.loop.call_soon_threadsafe(self.stopping.set)

    return Server()


def _listening(host: str, port: int) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind((host, port))
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


def serve_forever(
    folder: Path, host: str, port: int, announce: Callable[[str], None] | None = None
) -> None:
    """Serve the sandbox until Ctrl+C; ``announce`` is given the address once it listens."""
    with Store(folder) as store:
        listener = _listening(host, port)
        if announce is not None:
            announce(f"http://{host}:{listener.getsockname()[1]}")
        _server(store).run([listener])
