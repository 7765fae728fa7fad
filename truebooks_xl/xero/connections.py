"""The organisations a sign-in opens: listed, chosen by the accountant, and let go again.

Protects: nobody's books are chosen by being first in a list.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from truebooks_xl.errors import Misuse
from truebooks_xl.xero.outcomes import Asked, from_status
from truebooks_xl.xero.web import Hosts, asking


class WhichOrganisation(Misuse):
    """The sign-in opens several organisations, or not the one that was named."""

    def __init__(self, wanted: str, found: Sequence[str]) -> None:
        named = f"“{wanted}” is not one of them: " if wanted else "none was chosen: "
        listed = ", ".join(found) or "there is none"
        super().__init__(
            where="--organisation",
            what=f"Of the organisations this sign-in opens, {named}{listed}.",
            remedy="Connect again and name one of them, or tick yours on Xero's page.",
        )


@dataclass(frozen=True, slots=True)
class Connection:
    """One organisation an app is let into.

    Attributes:
        id: of the connection, to end it by.
        tenant_id: of the organisation, sent with every call.
        event: the sign-in that opened it.
    """

    id: str
    tenant_id: str
    name: str
    event: str

    @property
    def words(self) -> str:
        """Name it so that it can be chosen."""
        return f"{self.name} ({self.tenant_id})"


def connections(hosts: Hosts, access_token: str) -> tuple[Connection, ...]:
    """List the organisations of the sign-in that gave this token, by name.

    Open: whether Xero moves an organisation connected before to the new sign-in. Where no
    connection bears it, all that the token opens are listed; the choice is by id all the same.
    """
    found = _listed(hosts, access_token)
    event = event_of(access_token)
    return tuple(each for each in found if each.event == event) or found


def _listed(hosts: Hosts, access_token: str) -> tuple[Connection, ...]:
    asked, url = Asked("the connected organisations"), f"{hosts.api}/connections"
    with asking(asked, url) as http:
        reply = http.get(url, headers=_bearing(access_token))
        if reply.status_code != HTTPStatus.OK:
            raise from_status(asked, reply.status_code, reply.headers, reply.content)
        shown = reply.json()
    try:
        found = [
            Connection(
                each["id"], each["tenantId"], each.get("tenantName") or "", each.get("authEventId")
            )
            for each in shown
            if each["tenantType"] == "ORGANISATION"
        ]
    except (KeyError, TypeError):
        raise asked.unknown("a list that is not as described") from None
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.tenant_id)))


def event_of(access_token: str) -> str:
    """Read which sign-in a token is of; "" where it does not say.

    The signature is not checked: the token came from Xero itself, and only Xero is asked with it.
    """
    part = access_token.split(".")[1] if access_token.count(".") == 2 else ""  # noqa: PLR2004
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return str(claims.get("authentication_event_id", ""))
    except (ValueError, AttributeError):
        return ""


def choose(found: Sequence[Connection], wanted: str) -> Connection:
    """Return the organisation of this name or id; the only one there is where none is named.

    Raises:
        WhichOrganisation: none or several fit; the message lists what there is.
    """
    key = wanted.strip().casefold()
    fitting = [each for each in found if key in {"", each.name.casefold(), each.tenant_id}]
    if len(fitting) != 1:
        raise WhichOrganisation(wanted.strip(), [each.words for each in found])
    return fitting[0]


def remove(hosts: Hosts, access_token: str, connection_id: str) -> None:
    """End one connection in Xero; one that is gone already is no error."""
    asked = Asked("ending the connection", writes=True)
    url = f"{hosts.api}/connections/{connection_id}"
    with asking(asked, url) as http:
        reply = http.delete(url, headers=_bearing(access_token))
    if not reply.is_success and reply.status_code != HTTPStatus.NOT_FOUND:
        raise from_status(asked, reply.status_code, reply.headers, reply.content)


def _bearing(access_token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
