"""Addresses of servers that the environment names: the practice Xero's, or Xero's own.

Protects: secrets leave by https only, or stay on this machine.
"""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import urlsplit

from truebooks_xl.errors import Misuse

LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


class NotAnAddress(Misuse):
    """The address given for a running sandbox is none."""

    def __init__(self, variable: str, given: str) -> None:
        super().__init__(
            where=variable,
            what=f"“{given}” is not the address of a Xero.",
            remedy="Set it to what “truebooks sandbox serve” says, to https, or to nothing.",
        )


def address(variable: str, *, practice: bool = False) -> str:
    """Read the address of a server, "" where none is given; secrets leave by https only.

    Args:
        practice: it knows no secrets, so http will do wherever it is.

    Raises:
        NotAnAddress: it is none.
    """
    given = os.environ.get(variable, "").strip()
    try:
        parts = urlsplit(given)
        safe = parts.scheme == "https" or (
            parts.scheme == "http" and (practice or parts.hostname in LOOPBACK)
        )
        usable = safe and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of a port beyond 65535, or half a bracket
        usable = False
    if given and (not usable or any(map(str.isspace, given))):
        raise NotAnAddress(variable, given)
    return given.rstrip("/")
