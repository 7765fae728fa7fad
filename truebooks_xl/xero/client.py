"""One request to Xero at a time, through xero-python made safe.

Protects: one call is one request (the SDK's hidden retries are off), it ends within its time-outs,
its answer is read as raw JSON, and nothing but ``Refused`` and ``Unavailable`` gets out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

Token = Callable[[], str]
"""Gives the access token of the moment; called for every request, refreshes where needed."""

TIMEOUTS_S: Final = (5, 60)
"""Connect and read. The SDK ignores a single float, and then waits for ever."""

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


class Client:
    """Calls of one organisation; answers are JSON objects with Decimal amounts."""

    def __init__(
        self, base_url: str, tenant_id: str, token: Token, timeouts_s: tuple[int, int]
    ) -> None:
        assert all(type(each) is int for each in timeouts_s), timeouts_s
        self._client = api_client(token)
        self._api = AccountingApi(self._client, base_url=f"{base_url}/api.xro/2.0")
        self._tenant_id = tenant_id
        self._timeouts_s = timeouts_s

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.rest_client.pool_manager.clear()

    def call(self, asked: Asked, method: str, **arguments: Any) -> Json:  # noqa: ANN401
        """Send one request and read its answer.

        Args:
            asked: what is asked, for messages.
            method: of xero-python's AccountingApi; ``arguments`` are its keyword arguments.
        """
        try:
            answer = getattr(self._api, method)(
                xero_tenant_id=self._tenant_id,
                _preload_content=False,
                _request_timeout=self._timeouts_s,
                **arguments,
            )
            body = answer.data
        except HTTPStatusException as error:
            # The SDK's own properties fail on bodies that are not JSON: the raw reply is read.
            reply = error.http_resp
            raise from_status(asked, reply.status, reply.getheaders(), reply.data) from None
        except NETWORK_ERRORS as error:
            raise from_network(asked, error) from None
        try:
            return parsed(body)
        except ValueError:
            raise asked.unknown("an answer that is not JSON") from None

    def pages(self, asked: Asked, method: str, name: str, **criteria: Any) -> Iterator[Json]:  # noqa: ANN401
        """Read a list to its end; a page also brings the lines."""
        for page in range(1, MOST_PAGES + 1):
            answer = self.call(asked, method, page=page, page_size=PAGE_SIZE, **criteria)
            shown = answer.get(name)
            if not isinstance(shown, list):
                raise asked.unknown(f"a list without {name}")
            yield from shown
            pages = (answer.get("pagination") or {}).get("pageCount")
            if len(shown) < PAGE_SIZE if pages is None else page >= pages:
                return
        raise asked.unknown(f"more than {MOST_PAGES} pages")
