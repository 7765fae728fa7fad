"""The calls of sign-in that are not the SDK's: where they go, and what may be said when they fail.

Protects: one call is one request within its time-outs; an error names the host and the kind of
failure and nothing else, for what was sent and what came back are secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from truebooks_xl.xero.errors import NotSent
from truebooks_xl.xero.outcomes import Asked

if TYPE_CHECKING:
    import httpx

CONNECT_S: Final = 5
ANSWER_S: Final = 20


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where Xero is; the sandbox is all three at one address."""

    api: str = "https://api.xero.com"
    identity: str = "https://identity.xero.com"
    login: str = "https://login.xero.com"


@contextmanager
def asking(asked: Asked, url: str) -> Iterator[httpx.Client]:
    """Give a client for one request to ``url``; what goes wrong in the block is translated.

    Proxies named by the environment are not used, as the SDK's calls use none either.

    Raises:
        NotSent: the host was not reached.
        XeroUnavailable, UnknownOutcome: it was, and gave no usable answer.
    """
    import httpx  # noqa: PLC0415 only where somebody signs in

    host = urlsplit(url).hostname or url
    never_sent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol)
    transport = httpx.HTTPTransport(retries=0)
    limits = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
    try:
        with httpx.Client(transport=transport, timeout=limits, trust_env=False) as client:
            yield client
    except httpx.HTTPStatusError as error:
        raise asked.unknown(f"{host} answered status {error.response.status_code}") from None
    except never_sent as error:
        reason = f"{host} could not be reached ({type(error).__name__})"
        raise NotSent(asked.words, reason) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise asked.unknown(f"{host} gave none ({type(error).__name__})") from None
    except ValueError:
        raise asked.unknown(f"{host} gave one that is not JSON") from None


def follow(url: str) -> bool:
    """Go where an address leads, as a browser does; httpx would log each, and a code is in one.

    Raises:
        NotSent: it leads nowhere.
    """
    from urllib.error import HTTPError  # noqa: PLC0415
    from urllib.request import ProxyHandler, build_opener  # noqa: PLC0415

    try:
        with build_opener(ProxyHandler({})).open(url, timeout=ANSWER_S) as page:
            page.read()
    except OSError as error:
        if isinstance(error, HTTPError):
            error.close()
        host = urlsplit(url).hostname or url
        raise NotSent("signing in", f"{host} shows no page ({type(error).__name__})") from None
    return True
