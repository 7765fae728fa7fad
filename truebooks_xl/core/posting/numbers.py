"""Document numbers and what each kind of them says about the document that bears it.

Protects: a number is spent once; a voided document gives its number back by being renamed first;
what is not ours is told by its number, and is never touched.

``AMZ-TB-10001`` stands or is left for approval · ``AMZ-TB-10001-V1`` was retired, or is on its way
· ``AMZ-TB-10001-R2`` stands where 10001 was burnt · ``TBR-26881161592`` reserves or locks
· ``TBD-1a2b3c4d`` is drafted beside a lock · ``TBX-1a2b3c4d`` was let go.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, Literal

from truebooks_xl.core.reference import NUMBER_PREFIX, Key

FINAL: Final = re.compile(rf"{NUMBER_PREFIX}(\d+)(?:-([VR])(\d+))?")

Role = Literal["final", "retired", "reservation", "placed", "released", "other"]


def role(number: str, key: Key) -> Role:
    """Say what a document's number makes of it."""
    if number == key.reservation:
        return "reservation"
    if number.startswith("TBD-"):
        return "placed"
    if number.startswith("TBX-"):
        return "released"
    found = FINAL.fullmatch(number)
    if found is None:
        return "other"
    return "retired" if found[2] == "V" else "final"


def base(number: str) -> str:
    """Return the number without ``-V<k>`` and ``-R<k>``; "" for none of ours."""
    found = FINAL.fullmatch(number)
    return f"{NUMBER_PREFIX}{found[1]}" if found else ""


def order(number: str) -> tuple[int, str]:
    """Sort by the n of our numbers; foreign ones after all of ours."""
    found = FINAL.fullmatch(number)
    return (int(found[1]) if found else 10**18, number)


def retired(number: str, seen: Collection[str]) -> str:
    """Return ``AMZ-TB-10001-V1``, or the first ``-V<k>`` nobody has seen yet."""
    return _next(f"{base(number)}-V", 1, seen)


def fallback(number: str, seen: Collection[str]) -> str:
    """Return ``AMZ-TB-10001-R2``, for a number that Xero will not free."""
    return _next(f"{base(number)}-R", 2, seen)


def _next(stem: str, first: int, seen: Collection[str]) -> str:
    return next(
        each for each in (f"{stem}{k}" for k in range(first, first + 1000)) if each not in seen
    )


def released(document_id: str) -> str:
    """Return the number of a draft that is let go."""
    return f"TBX-{document_id[:8]}"


def placed(mark: str) -> str:
    """Return the number of a draft that is made beside a lock."""
    return f"TBD-{mark[:8]}"
