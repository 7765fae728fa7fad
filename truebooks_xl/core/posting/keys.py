"""The name of one request to Xero, for its network retries (Idempotency-Key).

Protects: a name is used for one request and never again: Xero replays refusals under a name it has
seen, and a name for each settlement would replay the answer for the document just voided.
"""

from __future__ import annotations

import hashlib


def network_key(organisation: str, attempt: str, step: str, payload: str) -> str:
    """Name one request; at most 128 characters.

    Source: Xero's API documentation, Idempotency.

    Args:
        attempt: a uuid of this very call.
    """
    named = f"{organisation}|{attempt}|{step}|{payload}"
    return "tb1-" + hashlib.sha256(named.encode()).hexdigest()
