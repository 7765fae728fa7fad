"""Folding: how two spellings of one Amazon name are known to be the same.

Protects: ``Shipment-Fees`` and ``Shipment Fees`` meet the same rule and compare equal, everywhere
the same way; the spelling that was read stays what is shown.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

_DROPPED = str.maketrans("", "", " _-")


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return the key under which a name is compared: NFKC, case-folded, no blanks, ``_``, ``-``.

    Source: facts on Amazon's names: over every name on record this merges only spellings of the
    same thing (``DigitalServicesFee``, ``Digital Services Fee``).
    """
    return normalize("NFKC", text).strip().casefold().translate(_DROPPED)
