"""One request to Xero at a time, through xero-python made safe.

Protects: one call is one request (the SDK's hidden retries are off), it ends within its time-outs,
its answer is read as raw JSON, and nothing but ``Refused`` and ``Unavailable`` gets out. Sent again
is only what was certainly not done: a question, or what a limit or an old token turned away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Final

from urllib3 import Retry
from urllib3.exceptions import HTTPError, HTTPWarning, ProxySchemeUnsupported
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import HTTPStatusException, OpenApiException

from truebooks_xl.xero.outcomes import Asked, Json, from_network, from_status, parsed
from truebooks_xl.xero.pace import Pace, retry_in_s

Token = Callable[[], str]
"""Gives the access token of the moment; called for every request, refreshes where needed.

One that also has a method ``renew()`` gets a second chance when Xero calls its token expired.
"""

TIMEOUTS_S: Final = (5, 60)
"""Connect and read. The SDK ignores a single float, and then waits for ever."""

MOST_SENDS: Final = 4
"""How often one request is sent: once, and again after a limit or with a renewed token."""

PAGE_SIZE: Final = 1000
MOST_PAGES: Final = 1000
NETWORK_ERRORS: Final = (
    *(OpenApiException, HTTPError, HTTPWarning, ProxySchemeUnsupported),
    *(HTTPException, OSError),
)


def api_client(token: Token) -> ApiClient:
    """Make a client that never retries, never refreshes and shares no token with another.

    Constructor arguments of Configuration are ignored from its second use on, so the token object
    is replaced on the copy it returns. Without ``expires_at`` the SDK never refreshes by itself.
    """
    configuration = Configuration()
    configuration.oauth2_token = OAuth2Token()
    client = ApiClient(
        configuration,
        pool_threads=1,
        oauth2_token_saver=lambda _: None,
        oauth2_token_getter=lambda: {
            "access_token": token(),
            "scope": [],
            "expires_in": 1800,
            "token_type": "Bearer",
        },
    )
    client.rest_client.pool_manager.connection_pool_kw["retries"] = Retry(
        total=0,
        connect=0,
        read=0,
        redirect=0,
        status=0,
        other=0,
        respect_retry_after_header=False,
    )
    return client


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever it says."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def done(self) -> bool:
        """Whether Xero says that it did what was asked."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class Client:
    """Calls of one organisation; answers are JSON objects with Decimal amounts."""

    def __init__(
        self, base_url: str, tenant_id: str, token: Token, timeouts_s: tuple[int, int], pace: Pace
    ) -> None:
        assert all(type(each) is int for each in timeouts_s), timeouts_s
        self._client = api_client(token)
        self._api = AccountingApi(self._client, base_url=f"{base_url}/api.xro/2.0")
        self._tenant_id = tenant_id
        self._token = token
        self._timeouts_s = timeouts_s
        self.pace = pace

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.rest_client.pool_manager.clear()

    def call(self, asked: Asked, method: str, **arguments: Any) -> Json:  # noqa: ANN401
        """Ask, and read the answer as JSON.

        Args:
            asked: what is asked, for messages.
            method: of xero-python's AccountingApi; ``arguments`` are its keyword arguments.
        """
        body = self.raw(asked, method, **arguments)
        try:
            return parsed(body)
        except ValueError:
            raise asked.unknown("an answer that is not JSON") from None

    def raw(self, asked: Asked, method: str, **arguments: Any) -> bytes:  # noqa: ANN401
        """Ask, and return the answer as it came."""
        renew: Callable[[], object] | None = getattr(self._token, "renew", None)
        for left in reversed(range(MOST_SENDS)):
            reply = self._sent(asked, method, arguments)
            if reply.done:
                return reply.body
            wait_s = retry_in_s(reply.status, reply.headers, writes=asked.writes)
            if left and reply.status == HTTPStatus.UNAUTHORIZED and renew:
                renew()
                renew = None  # once: a new token that is refused as well is no matter of age
            elif left and wait_s is not None:
                self.pace.wait(wait_s)
            else:
                break
        raise from_status(asked, reply.status, reply.headers, reply.body)

    def _sent(self, asked: Asked, method: str, arguments: Mapping[str, Any]) -> Reply:
        """Send one request, once."""
        self.pace.turn()
        try:
            answer = getattr(self._api, method)(
                xero_tenant_id=self._tenant_id,
                _preload_content=False,
                _request_timeout=self._timeouts_s,
                **arguments,
            )
            reply = Reply(answer.status, answer.headers, answer.data)
        except HTTPStatusException as error:
            # The SDK's own properties fail on bodies that are not JSON: the raw reply is read.
            answer = error.http_resp
            reply = Reply(answer.status, answer.getheaders(), answer.data or b"")
        except NETWORK_ERRORS as error:
            raise from_network(asked, error) from None
        self.pace.heard(reply.status, reply.headers)
        return reply

    def pages(self, asked: Asked, method: str, name: str, **criteria: Any) -> Iterator[Json]:  # noqa: ANN401
        """Read a list to its end; a page also brings the lines."""
        for page in range(1, MOST_PAGES + 1):
            answer = self.call(asked, method, page=page, page_size=PAGE_SIZE, **criteria)
            shown = answer.get(name)
            if not isinstance(shown, list):
                raise asked.unknown(f"a list without {name}")
            yield from shown
            pages = (answer.get("pagination") or {}).get("pageCount")
            if not shown if pages is None else page >= pages:
                return
        raise asked.unknown(f"more than {MOST_PAGES} pages")
