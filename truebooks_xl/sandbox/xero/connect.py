"""Connects the gateway to the sandbox: the accountant's practice mode, the demo and the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.xero.pace import Pace, Tell, silent
from truebooks_xl.xero.sdk import XeroSdk

TOKEN: Final = "sandbox"  # noqa: S105 no secret: the sandbox lets everyone on this machine in


@contextmanager
def sandbox_xero(
    folder: Path, country: str, base_url: str | None = None, tell: Tell = silent
) -> Iterator[XeroSdk]:
    """Open a country's organisation of the sandbox.

    Args:
        folder: where the sandbox keeps its state; not looked at when ``base_url`` is given.
        base_url: the address of a sandbox that is served already; None serves it for the block.
        tell: shown what is waited for, where the sandbox's policy sets limits.
    """
    with ExitStack() as stack:
        address = base_url or stack.enter_context(serving(folder))
        yield stack.enter_context(
            XeroSdk(address, tenant_of(country), lambda: TOKEN, pace=Pace(None, tell=tell))
        )
