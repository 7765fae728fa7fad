"""The work of one call within an organisation's books: done once, or refused and undone.

Protects: a refusal leaves everything as it was; the same call under the same key is done once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.call import Call, Rejected, Reply, Unknown
from truebooks_xl.sandbox.xero.envelope import problem
from truebooks_xl.sandbox.xero.idempotency import once
from truebooks_xl.sandbox.xero.routes import ROUTES
from truebooks_xl.sandbox.xero.store import savepoint


def work(books: Books, call: Call) -> Reply:
    """Do what is asked, unless it was done under its key before."""
    return once(books, call, lambda: _done(books, call))


def _done(books: Books, call: Call) -> Reply:
    """Do what is asked, or say why not and leave everything as it was."""
    try:
        with savepoint(books.connection):
            handler, groups = _handler(call)
            return handler(books, call, *groups)
    except Rejected as rejected:
        reply: Reply = rejected.args[0]
        return reply
    except Unknown as unknown:
        return problem(0, "SandboxException", f"The sandbox does not know {unknown}.")


def _handler(call: Call) -> tuple[Callable[..., Reply], Sequence[str]]:
    for method, path, handler in ROUTES:
        found = re.fullmatch(path, call.path)
        if found and method == call.method:
            return handler, found.groups()
    raise Unknown(f"{call.method} {call.path}")
