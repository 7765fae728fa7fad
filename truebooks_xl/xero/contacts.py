"""The contact a document is made out to: found by its exact name, or made once.

Protects: no second contact of one name, and nothing of an existing contact is overwritten: a
document names its contact by id and by nothing else.
"""

from __future__ import annotations

from truebooks_xl.errors import Refused
from truebooks_xl.xero.client import Client
from truebooks_xl.xero.errors import RefusedByXero
from truebooks_xl.xero.outcomes import Asked, each_of


def contact_id(client: Client, name: str, network_key: str) -> str:
    """Find the active contact of exactly this name, or create it; returns its id."""
    named = _active(client, name)
    if name in named:
        return named[name]
    try:
        return _made(client, name, network_key)
    except RefusedByXero:
        # Somebody else made it between our two calls; or it is written otherwise, AMAZON.CO.UK,
        # which is the same name to Xero.
        named = _active(client, name)
        if not named:
            raise
        return named.get(name) or next(iter(named.values()))


def _active(client: Client, name: str) -> dict[str, str]:
    """Find the active contacts of this name, upper and lower case regardless: name to id."""
    asked = Asked(f"the contact {name}")
    # Text in a filter cannot hold a quotation mark; a search can.
    criterion = {"search_term": name} if '"' in name else {"where": f'Name=="{name}"'}
    return {
        str(shown["Name"]): str(shown["ContactID"])
        for shown in client.pages(asked, "get_contacts", "Contacts", **criterion)
        if shown.get("ContactStatus") == "ACTIVE"
        and str(shown.get("Name")).casefold() == name.casefold()
    }


def _made(client: Client, name: str, network_key: str) -> str:
    asked = Asked(f"the contact {name}", writes=True)
    answer = client.call(
        asked,
        "create_contacts",
        contacts={"Contacts": [{"Name": name}]},
        summarize_errors="false",
        idempotency_key=network_key,
    )
    (told,) = each_of(asked, answer, "Contacts", "ContactID", [asked.words])
    if isinstance(told, Refused):
        raise told
    return str(told["ContactID"])
