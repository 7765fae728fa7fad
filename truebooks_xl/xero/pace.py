"""Keeps calls within Xero's limits, and waits where Xero asks for it.

Protects: a limit costs a visible, interruptible wait and never a posting: one second is slept at a
time, so that Excel is told what it waits for and Ctrl+C works. What is longer than a minute is no
wait but an answer.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

CALLS_A_MINUTE: Final = 57
"""In any rolling 60 s. Xero allows 60 for each organisation: 5 % are left for somebody who works
beside us, and 500 documents still take less than 1.1 times what the limit itself would."""

LIMIT_A_MINUTE: Final = 60
WINDOW_S: Final = 60
LONGEST_WAIT_S: Final = 60
"""The longest ``Retry-After`` that is waited for; 66,975 has been seen (the day's limit)."""

UNNAMED_WAIT_S: Final = 2
"""For a limit that does not say how long: too many calls at the same moment."""

SLICE_S: Final = 1


Tell = Callable[[str], None]
"""Shown what is waited for."""


def silent(_text: str) -> None:
    """Tell nobody."""


class Pace:
    """The calls of one organisation in the last minute, and the day's calls that are left."""

    def __init__(
        self,
        calls_a_minute: int | None = CALLS_A_MINUTE,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        tell: Tell = silent,
    ) -> None:
        """Begin with nothing called yet.

        Args:
            calls_a_minute: None holds nothing back; what Xero asks to wait is waited all the same.
            clock: seconds that never go back; sleep: waits for so many of them.
            tell: shown what is waited for, each second.
        """
        self._most = calls_a_minute
        self._clock, self._sleep, self._tell = clock, sleep, tell
        self._counted: deque[float] = deque()
        self.calls_left: int | None = None

    def turn(self) -> None:
        """Wait until one more call is within the limit, and count it."""
        if self._most is None:
            return
        self._forget()
        if len(self._counted) >= self._most:
            self.wait(self._counted[-self._most] + WINDOW_S - self._clock())
        self._counted.append(self._clock())

    def heard(self, status: int, headers: Mapping[str, str]) -> None:
        """Learn from a reply what is left of the day and of the minute.

        The call is counted anew, as of now: Xero counted it somewhere between sending and reply,
        so that what has left our window has left Xero's.
        """
        self.calls_left = _number(headers, "X-DayLimit-Remaining", self.calls_left)
        if self._most is None:
            return
        now = self._clock()
        self._counted[-1] = now
        left = _number(headers, "X-MinLimit-Remaining", None)
        if left is None or status == HTTPStatus.TOO_MANY_REQUESTS:
            return  # a refusal says itself how long to wait
        self._forget()
        others = LIMIT_A_MINUTE - left - len(self._counted)
        self._counted.extend([now] * others)

    def wait(self, seconds: float) -> None:
        """Wait visibly, a second at a time."""
        while seconds > 0:
            self._tell(f"Xero's limit: {math.ceil(seconds)} s to wait")
            self._sleep(min(seconds, SLICE_S))
            seconds -= SLICE_S

    def _forget(self) -> None:
        oldest = self._clock() - WINDOW_S
        while self._counted and self._counted[0] <= oldest:
            self._counted.popleft()


def retry_in_s(status: int, headers: Mapping[str, str], *, writes: bool) -> int | None:
    """Say after how many seconds the same request may be sent again; None: not now.

    429 says that nothing was done, so a write may be sent again as well; after a 503 nobody knows.
    """
    asked_s = _number(headers, "Retry-After", None)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        if headers.get("X-Rate-Limit-Problem", "").casefold() == "day":
            return None
        asked_s = UNNAMED_WAIT_S if asked_s is None else asked_s
    elif status != HTTPStatus.SERVICE_UNAVAILABLE or writes:
        return None
    return None if asked_s is None or asked_s > LONGEST_WAIT_S else asked_s


def _number(headers: Mapping[str, str], name: str, otherwise: int | None) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isdecimal() else otherwise
