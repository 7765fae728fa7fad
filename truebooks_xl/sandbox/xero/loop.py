"""The event loop that serves the sandbox; imported only while serving, for uvicorn is not light.

Protects: a command that serves the sandbox to itself pays milliseconds for it, not tenths.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from typing import Final

import uvicorn

from truebooks_xl.sandbox.xero.app import application
from truebooks_xl.sandbox.xero.store import Store

STOP_LIMIT_TURNS: Final = 1000
AT_ONCE: Final = struct.pack("ii", 1, 0)
"""Linger for no time: what was not read yet is lost, and the other side hears of a reset."""


class Server(uvicorn.Server):
    """Serves one state; told to stop, it stops at once, not at its next tick."""

    def __init__(self, store: Store) -> None:
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
        self.stopping = asyncio.Event()

    def hang_up(self, client: tuple[str, int], reset: bool) -> None:
        """Close the connection of a client, without another word; or reset it."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == client and connection.transport:
                if reset:
                    opened = connection.transport.get_extra_info("socket")
                    opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                connection.transport.close()

    async def main_loop(self) -> None:
        """Wait to be told to stop; look once a second, as uvicorn does."""
        self.loop = asyncio.get_running_loop()
        self.ready.set()
        while not await self.on_tick(0):  # keeps the Date header right
            try:
                await asyncio.wait_for(self.stopping.wait(), timeout=1)
            except TimeoutError:
                continue
            self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is open and wait for it, without uvicorn's fixed tenth of a second."""
        for each in (*self.servers, *(sockets or ())):
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for task in list(self.server_state.tasks):
            task.cancel()
        for _ in range(STOP_LIMIT_TURNS):
            if not self.server_state.connections:
                break
            await asyncio.sleep(0.001)

    def stop(self) -> None:
        """Stop, from whichever thread."""
        self.loop.call_soon_threadsafe(self.stopping.set)
