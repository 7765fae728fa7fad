"""Ahead: the next block is fetched while this one is worked on.

Protects: the pace of a large report; reading, hashing and checking bytes costs as much as parsing
them, and the machine can do both at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar, cast

T = TypeVar("T")

_END: Final = object()


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield the same items in the same order, each made in a thread while the last one is used.

    What making an item raises is raised here, in its turn. At most one item waits.
    """
    with ThreadPoolExecutor(1, "truebooks-ahead") as thread:
        coming = thread.submit(next, items, _END)
        while (item := coming.result()) is not _END:
            coming = thread.submit(next, items, _END)
            yield cast("T", item)
