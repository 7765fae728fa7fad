"""The sandbox's Xero as a web application: HTTP in, HTTP out, and the line cut where ordered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from truebooks_xl.sandbox.xero.call import ROOT, Call, Refusal, Reply, Unknown
from truebooks_xl.sandbox.xero.control import VERBS, Control
from truebooks_xl.sandbox.xero.exchange import exchange
from truebooks_xl.sandbox.xero.store import Store

HangUp = Callable[[tuple[str, int], bool], None]
"""Closes the connection of a client, named by its address; True resets it instead."""


class Uneven(Response):
    """A reply whose body stops in its middle: for a while, or for good."""

    def __init__(self, reply: Reply, hang_up: HangUp) -> None:
        super().__init__(reply.body, reply.status, dict(reply.headers), reply.content_type or None)
        self._reply = reply
        self._hang_up = hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a part, then pause and send the rest, or close the connection and see it closed."""
        cut = self._reply.sent < 1
        part = int(len(self.body) * (self._reply.sent if cut else 0.5))
        if part or not cut:
            head = {"status": self.status_code, "headers": self.raw_headers}
            await send({"type": "http.response.start", **head})
            await send({"type": "http.response.body", "body": self.body[:part], "more_body": True})
        if not cut:
            await asyncio.sleep(self._reply.pause_s)
            await send({"type": "http.response.body", "body": self.body[part:]})
            return
        self._hang_up(tuple(scope["client"]), self._reply.reset)
        while (await receive())["type"] != "http.disconnect":
            pass


def application(store: Store, hang_up: HangUp) -> Starlette:
    """Make the application over a state; ``hang_up`` is the server's."""
    control = Control(store)

    async def answer(request: Request) -> Response:
        reply = await run_in_threadpool(exchange, store, await _call(request))
        if reply.delay_s:
            await asyncio.sleep(reply.delay_s)
        if reply.sent < 1 or reply.pause_s:
            return Uneven(reply, hang_up)
        return Response(reply.body, reply.status, dict(reply.headers), reply.content_type or None)

    async def simulate(request: Request) -> Response:
        body: dict[str, Any] = json.loads(await request.body() or b"{}")
        verb = request.path_params["verb"]
        if verb not in VERBS:
            return Response(f"the sandbox cannot {verb}; it can {', '.join(sorted(VERBS))}", 404)
        try:
            result = await run_in_threadpool(lambda: getattr(control, verb)(**body))
        except (Unknown, Refusal, AssertionError, TypeError) as wrong:
            return Response(str(wrong), 400)
        return Response(Reply.json(result).body, media_type="application/json")

    every = ["GET", "PUT", "POST", "DELETE", "PATCH"]
    return Starlette(
        routes=[
            Route("/__sim__/{verb}", simulate, methods=["GET", "POST"]),
            Route("/{path:path}", answer, methods=every),
        ]
    )


async def _call(request: Request) -> Call:
    path = unquote(request.scope["path"])
    return Call(
        method=request.method,
        path=path.removeprefix(ROOT),
        query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )
