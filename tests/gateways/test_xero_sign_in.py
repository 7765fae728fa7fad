"""Signing in over real sockets: page, redirect, code, tokens, organisations; what goes wrong."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode

import pytest
from sign_ins import CLIENT, Clicker, Served, free_ports, query_of, sent_back_to, unasked

from truebooks_xl.errors import TrueBooksError, Unavailable
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.xero.connections import (
    Connection,
    WhichOrganisation,
    choose,
    connections,
    event_of,
    remove,
)
from truebooks_xl.xero.errors import ConnectionRemoved, NotSent, XeroUnavailable
from truebooks_xl.xero.grants import App, by_code, by_refresh_token, by_secret, revoke
from truebooks_xl.xero.listener import NobodyCameBack, PortsTaken, listening
from truebooks_xl.xero.pkce import PORTS, Attempt, SignInRefused, WrongState
from truebooks_xl.xero.sdk import XeroSdk
from truebooks_xl.xero.sign_in import BANK, JOURNALS, NEEDED, by_browser, missing, scopes
from truebooks_xl.xero.web import Hosts

pytest_plugins = ["sign_in_fixtures"]

GB, DE = tenant_of("GB"), tenant_of("DE")


def test_a_sign_in_by_browser_opens_the_organisation(served: Served) -> None:
    clicker = Clicker()
    grant = served.grant(clicker)
    (found,) = connections(served.hosts, grant.access_token)
    assert (found.tenant_id, found.name) == (GB, "Practice company (GB)")
    with XeroSdk(served.address, found.tenant_id, lambda: grant.access_token) as xero:
        assert xero.organisation().id == GB
    assert (grant.scopes, grant.expires_in_s) == (frozenset(NEEDED), 1800)
    assert [status for status, _ in clicker.pages] == [200]
    assert "You may close this window." in clicker.pages[0][1]


def test_the_page_is_asked_for_as_rfc_7636_and_xero_say() -> None:
    # The verifier and its challenge are the example of RFC 7636, appendix B.
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    where = "http://localhost:28631/callback"
    url = Attempt("APP", where, ("a", "b"), "S", verifier).url("https://login.xero.com")
    assert url.startswith("https://login.xero.com/identity/connect/authorize?")
    assert parse_qs(query_of(url)) == {
        "response_type": ["code"],
        "client_id": ["APP"],
        "redirect_uri": [where],
        "scope": ["a b"],
        "state": ["S"],
        "code_challenge": ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
        "code_challenge_method": ["S256"],
    }


def test_each_attempt_has_secrets_of_its_own_and_shows_none() -> None:
    one, two = (Attempt("APP", "http://localhost:1/callback", ()) for _ in range(2))
    assert len({one.state, two.state, one.verifier, two.verifier}) == 4
    assert 43 <= len(one.verifier) <= 128
    assert one.verifier not in repr(one)
    assert one.state not in repr(one)


def test_the_registered_ports_are_below_those_any_system_hands_out() -> None:
    assert len(PORTS) == 4
    assert all(1024 < port < 32768 for port in PORTS)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_the_browser_may_take_localhost_for_either_address(host: str) -> None:
    (port,) = free_ports(1)
    with listening((port,), "S") as listener:
        assert listener.redirect_uri == f"http://localhost:{port}/callback"
        Clicker().visit(f"http://{host}:{port}/callback?state=S&code=C")
        assert listener.wait(5) == "/callback?state=S&code=C"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_with_either_address_taken_is_passed_over(host: str) -> None:
    first, second = free_ports(2)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, first), family=family):
        with listening((first, second), "S") as listener:
            assert listener.redirect_uri.endswith(f":{second}/callback")
        with pytest.raises(PortsTaken, match=str(first)), listening((first,), "S"):
            pass


def test_what_is_not_our_answer_ends_nothing() -> None:
    (port,) = free_ports(1)
    here, clicker = f"http://localhost:{port}", Clicker()
    with listening((port,), "S") as listener, socket.create_connection(("127.0.0.1", port)):
        # The open connection says nothing, as browsers do ahead of time.
        for path in ("/favicon.ico", "/callback", "/callback?code=C&state=T", "/callback?state=é"):
            clicker.visit(here + path.replace("é", "%C3%A9"))
        with pytest.raises(NobodyCameBack):
            listener.wait(0.01)
        clicker.visit(here + "/callback?code=C&state=S")
        assert listener.wait(5) == "/callback?code=C&state=S"
    assert [status for status, _ in clicker.pages] == [404, 400, 400, 400, 200]
    assert "another sign-in" in clicker.pages[2][1]


def test_a_browser_that_hangs_up_has_still_answered(capfd: pytest.CaptureFixture[str]) -> None:
    (port,) = free_ports(1)
    with listening((port,), "S") as listener:
        with socket.create_connection(("127.0.0.1", port)) as browser:
            # Closed with a reset: whatever is written to it fails.
            browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            browser.sendall(b"GET /callback?code=C&state=S HTTP/1.1\r\n\r\n")
        assert listener.wait(5) == "/callback?code=C&state=S"
    assert capfd.readouterr() == ("", "")


def test_nothing_listens_once_the_answer_is_there() -> None:
    (port,) = free_ports(1)
    with listening((port,), "S"):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_an_answer_to_another_attempt_is_not_believed() -> None:
    attempt = Attempt("APP", "http://localhost:1/callback", (), "mine")
    for query in ("code=C&state=other", "code=C", "state=mine", "", "state=%C3%A9&code=C"):
        with pytest.raises(WrongState):
            attempt.code(f"http://localhost:1/callback?{query}")
    assert attempt.code(" http://localhost:1/callback?code=C&state=mine\n") == "C"


@pytest.mark.parametrize("browse", [None, lambda _: False], ids=["asked to", "no browser"])
def test_the_address_may_be_pasted_from_another_machine(
    served: Served, browse: Callable[[str], bool] | None
) -> None:
    def paste(question: str) -> str:
        (url,) = (line for line in question.splitlines() if line.startswith("http"))
        return sent_back_to(url)

    grant = by_browser(
        served.hosts,
        CLIENT,
        scopes(),
        browse=browse or Clicker(),
        ask=paste,
        paste=browse is None,
    )
    assert connections(served.hosts, grant.access_token)


def test_a_refusal_on_xeros_page_is_told_with_what_to_do(served: Served) -> None:
    def refuse(url: str) -> bool:
        sent = parse_qs(query_of(url))
        back = urlencode({"error": "access_denied", "state": sent["state"][0]})
        return Clicker()(f"{sent['redirect_uri'][0]}?{back}")

    with pytest.raises(SignInRefused, match=r"access_denied\. Connect again, tick"):
        served.grant(refuse)


def test_a_text_that_came_along_with_a_refusal_is_not_shown() -> None:
    attempt = Attempt("APP", "http://localhost:1/callback", (), "mine")
    with pytest.raises(SignInRefused) as told:
        attempt.code("http://localhost:1/callback?state=mine&error=Call+0900+123456")
    assert "0900" not in str(told.value)


def test_a_code_is_good_for_one_use_by_who_began(served: Served) -> None:
    (port,) = free_ports(1)
    attempt = Attempt(CLIENT, f"http://localhost:{port}/callback", scopes())
    code = attempt.code(sent_back_to(attempt.url(served.address)))
    by_code(served.hosts, attempt, code)
    with pytest.raises(SignInRefused, match="invalid_grant"):
        by_code(served.hosts, attempt, code)
    code = attempt.code(sent_back_to(attempt.url(served.address)))
    thief = Attempt(CLIENT, attempt.redirect_uri, scopes())
    with pytest.raises(SignInRefused, match="invalid_grant"):
        by_code(served.hosts, thief, code)


def test_a_custom_connection_has_one_organisation_and_no_refresh_token(served: Served) -> None:
    for tenant in (DE, GB):
        with XeroSdk(served.address, tenant, lambda: "sandbox") as xero:
            xero.organisation()
    asked = scopes(custom=True)
    grant = by_secret(served.hosts, App(CLIENT, "a secret"), asked)
    assert (grant.refresh_token, grant.scopes) == ("", frozenset(asked))
    (found,) = connections(served.hosts, grant.access_token)
    with XeroSdk(served.address, "", lambda: grant.access_token) as xero:
        assert xero.organisation().id == found.tenant_id
    with pytest.raises(SignInRefused, match=r"invalid_client\. Check client id and secret"):
        by_secret(served.hosts, App(CLIENT, "another"), asked)


def test_a_right_that_was_not_granted_is_named_by_the_whole_word() -> None:
    granted = ("accounting.contacts.read", "accounting.invoices", "accounting.attachments")
    assert missing(NEEDED, granted) == ["accounting.contacts", "accounting.settings.read"]
    assert missing(NEEDED, NEEDED) == []


def test_journals_and_bank_money_are_asked_for_only_when_they_are_wanted() -> None:
    assert not {JOURNALS, BANK} & set(scopes())
    assert scopes(journals=True, bank=True) == (*NEEDED, JOURNALS, BANK)
    assert "offline_access" not in scopes(custom=True)


def test_organisations_of_an_earlier_sign_in_are_left_out(served: Served) -> None:
    for tenant in (DE, GB):
        with XeroSdk(served.address, tenant, lambda: "sandbox") as xero:
            xero.organisation()
    grant = served.grant()
    assert [each.tenant_id for each in connections(served.hosts, grant.access_token)] == [DE, GB]

    def moved_to(event: str, tenant: str) -> list[str]:
        with served.store.transaction() as connection:
            sql = "UPDATE connection SET event = ? WHERE tenant = ?"
            connection.execute(sql, (event, tenant))
        return [each.tenant_id for each in connections(served.hosts, grant.access_token)]

    assert moved_to("earlier", DE) == [GB]
    assert moved_to("earlier", GB) == [DE, GB], "none bears it: all that the token opens"


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [("demo ltd", "1"), ("2", "2"), ("", ""), ("Nobody", ""), ("Twin", ""), ("4", "4")],
)
def test_an_organisation_is_chosen_by_name_or_id_never_by_being_first(
    wanted: str, chosen: str
) -> None:
    names = ("Demo Ltd", "Other Ltd", "Twin", "Twin")
    found = [Connection(f"c{n}", str(n), name, "") for n, name in enumerate(names, start=1)]
    if chosen:
        assert choose(found, wanted).tenant_id == chosen
        return
    with pytest.raises(WhichOrganisation, match=r"Demo Ltd \(1\), Other Ltd \(2\), Twin \(3\)"):
        choose(found, wanted)


def test_the_only_organisation_needs_no_choosing() -> None:
    only = Connection("c", "1", "Demo Ltd", "")
    assert choose([only], "") is only
    with pytest.raises(WhichOrganisation, match="there is none"):
        choose([], "")


@pytest.mark.parametrize("token", ["", "sandbox", "a.b.c", "a.eyJ.c", "a.MQ.c", "a.e30.c", "a..c"])
def test_a_token_that_does_not_say_its_sign_in_is_of_none(token: str) -> None:
    assert event_of(token) == ""


def test_a_connection_that_was_ended_lets_nobody_in(served: Served) -> None:
    grant = served.grant()
    (found,) = connections(served.hosts, grant.access_token)
    for _ in range(2):  # one that is gone already is no error
        remove(served.hosts, grant.access_token, found.id)
    with (
        XeroSdk(served.address, GB, lambda: grant.access_token) as xero,
        pytest.raises(ConnectionRemoved),
    ):
        xero.organisation()


def test_signing_out_ends_the_refresh_token(served: Served) -> None:
    grant = served.grant()
    revoke(served.hosts, App(CLIENT), grant.refresh_token)
    with pytest.raises(SignInRefused, match="invalid_grant"):
        by_refresh_token(served.hosts, App(CLIENT), grant.refresh_token)


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("drop before commit", "RemoteProtocolError"),
        ("drop after commit", "RemoteProtocolError"),
        ("error after commit", "status 500"),
        ("unavailable", "status 503"),
        ("minute limit", "status 429"),
        ("html instead", "not JSON"),
        ("truncated", "not JSON"),
    ],
)
def test_a_token_call_is_one_request_and_its_failure_names_host_and_reason(
    served: Served, action: str, reason: str
) -> None:
    token = served.grant().refresh_token
    before = served.renewals()
    served.control.fault("POST", "/connect/token", action)
    with pytest.raises(XeroUnavailable, match=f"127.0.0.1 .*{reason}") as told:
        by_refresh_token(served.hosts, App(CLIENT), token)
    assert served.renewals() - before == 1
    assert token not in str(told.value)


def test_a_host_that_is_not_reached_was_sent_nothing() -> None:
    (port,) = free_ports(1)
    nowhere = f"http://127.0.0.1:{port}"
    with pytest.raises(NotSent, match=r"127\.0\.0\.1 could not be reached"):
        by_refresh_token(Hosts(nowhere, nowhere, nowhere), App(CLIENT), "R")


class Canned(ThreadingHTTPServer):
    """Answers every POST with one reply."""

    status, body = 200, b""


@pytest.fixture
def canned() -> Iterator[Canned]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(server.status)
            self.send_header("Content-Length", str(len(server.body)))
            self.end_headers()
            self.wfile.write(server.body)

        def log_message(self, *_: object) -> None: ...

    server = Canned(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


FULL = '{"access_token": "A", "expires_in": 1800'


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, f"{FULL}}}", XeroUnavailable),  # authlib would keep the old one quietly
        (200, f'{FULL}, "refresh_token": ""}}', XeroUnavailable),
        (200, '{"refresh_token": "R"}', XeroUnavailable),
        (200, '{"access_token": "A", "refresh_token": "R"}', XeroUnavailable),
        (200, "[]", XeroUnavailable),
        (302, "", XeroUnavailable),
        (400, '{"error": "invalid_grant", "error_description": "of R-OLD"}', SignInRefused),
        (401, '{"error": "invalid_client"}', SignInRefused),
        (400, '{"error": {"text": "R-OLD"}}', SignInRefused),
    ],
)
def test_an_answer_that_is_not_both_tokens_is_an_error(
    canned: Canned, status: int, body: str, kind: type[TrueBooksError]
) -> None:
    canned.status, canned.body = status, body.encode()
    there = f"http://127.0.0.1:{canned.server_address[1]}"
    with pytest.raises(kind) as told:
        by_refresh_token(Hosts(there, there, there), App(CLIENT), "R-OLD")
    assert "R-OLD" not in f"{told.value}{told.value!r}"


def test_nobody_coming_back_from_the_page_ends_the_waiting(served: Served) -> None:
    with pytest.raises(NobodyCameBack, match="within 0 minutes"):
        by_browser(served.hosts, CLIENT, scopes(), browse=lambda _: True, ask=unasked, limit_s=0.01)


def test_an_unanswered_end_of_a_connection_may_have_ended_it(served: Served) -> None:
    grant = served.grant()
    (found,) = connections(served.hosts, grant.access_token)
    served.control.fault("DELETE", "/connections/.*", "drop after commit")
    with pytest.raises(Unavailable, match="may or may not"):
        remove(served.hosts, grant.access_token, found.id)
    remove(served.hosts, grant.access_token, found.id)
