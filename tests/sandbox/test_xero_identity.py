"""The sandbox's sign-in as Xero's pages describe it: codes, tokens, connections, and their ends."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from desk import GB, Answer, Clock, Desk

from truebooks_xl.sandbox.xero.call import Call
from truebooks_xl.sandbox.xero.exchange import exchange
from truebooks_xl.sandbox.xero.store import Store

pytest_plugins = ["desk_fixtures"]

VERIFIER = "v" * 43
REDIRECT = "http://localhost:28631/callback"
SCOPE = "offline_access accounting.invoices"
MINUTE, DAY = 60, 86_400


@dataclass(frozen=True)
class Door:
    """The identity paths, asked as an app and its user's browser do."""

    desk: Desk

    def page(self, **changes: str) -> tuple[int, str]:
        """Open Xero's page; returns the status and where it sends the browser."""
        hashed = sha256(VERIFIER.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": "APP",
            "redirect_uri": REDIRECT,
            "scope": SCOPE,
            "state": "S",
            "code_challenge": base64.urlsafe_b64encode(hashed).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        call = Call("GET", "/identity/connect/authorize", query | changes, {}, b"")
        reply = exchange(self.desk.store, call)
        return reply.status, reply.headers.get("Location", reply.body.decode())

    def code(self) -> str:
        status, back = self.page()
        assert status == 302
        return parse_qs(urlsplit(back).query)["code"][0]

    def form(self, path: str, basic: str = "", **fields: str) -> Answer:
        key = base64.b64encode(basic.encode()).decode()
        headers = {"authorization": f"Basic {key}"} if basic else {}
        call = Call("POST", path, {}, headers, urlencode(fields).encode())
        reply = exchange(self.desk.store, call)
        return Answer(reply.status, json.loads(reply.body or b"{}"), reply)

    def spend(self, code: str, **changes: str) -> Answer:
        form = {"code": code, "client_id": "APP", "redirect_uri": REDIRECT}
        form |= {"grant_type": "authorization_code", "code_verifier": VERIFIER} | changes
        return self.form("/connect/token", **form)

    def renew(self, refresh_token: str, client_id: str = "APP") -> Answer:
        form = {"client_id": client_id, "refresh_token": refresh_token}
        return self.form("/connect/token", grant_type="refresh_token", **form)

    def by_secret(self, basic: str, scope: str = "accounting.invoices") -> Answer:
        form = {"grant_type": "client_credentials", "scope": scope}
        return self.form("/connect/token", basic, **form)

    def signed_in(self) -> dict[str, Any]:
        return self.spend(self.code()).body

    def ask(self, token: str, path: str = "/Organisation", method: str = "GET") -> Answer:
        return Desk(self.desk.store, self.desk.clock, token=token).ask(method, path)

    def connections(self, token: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.ask(token, "/connections").reply.body)
        return found


@pytest.fixture
def door(desk: Desk) -> Door:
    return Door(desk)


def test_consent_sends_the_browser_back_with_code_and_state(door: Door) -> None:
    status, back = door.page()
    assert status == 302
    assert back.startswith(f"{REDIRECT}?code=")
    assert parse_qs(urlsplit(back).query)["state"] == ["S"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"redirect_uri": "http://127.0.0.1:28631/callback"}, "redirect_uri"),
        ({"redirect_uri": "truebooks://callback"}, "redirect_uri"),
        ({"scope": "accounting.invoices accounting.everything"}, "accounting.everything"),
        ({"code_challenge_method": "plain"}, "PKCE"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"client_id": ""}, "unauthorized_client"),
        ({"prompt": "consent"}, "query parameter prompt"),
    ],
)
def test_a_page_asked_for_wrongly_goes_nowhere(
    door: Door, wrong: dict[str, str], said: str
) -> None:
    status, shown = door.page(**wrong)
    assert status == 400
    assert said in shown


def test_a_code_becomes_tokens_once(door: Door) -> None:
    code = door.code()
    body = door.spend(code).body
    assert body.keys() == {"access_token", "refresh_token", "expires_in", "token_type", "scope"}
    assert (body["expires_in"], body["token_type"], body["scope"]) == (1800, "Bearer", SCOPE)
    assert door.ask(body["access_token"]).status == 200
    again = door.spend(code)
    assert (again.status, again.body) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "http://localhost:28632/callback"},
        {"client_id": "OTHER"},
        {"code": "guessed"},
    ],
)
def test_a_code_is_spent_by_a_wrong_use_too(door: Door, wrong: dict[str, str]) -> None:
    code = door.code()
    assert door.spend(**({"code": code} | wrong)).body == {"error": "invalid_grant"}
    if "code" not in wrong:
        assert door.spend(code).status == 400


@pytest.mark.parametrize(("seconds", "status"), [(5 * MINUTE, 200), (5 * MINUTE + 1, 400)])
def test_a_code_lasts_five_minutes(door: Door, seconds: int, status: int) -> None:
    code = door.code()
    door.desk.clock.move(seconds)
    assert door.spend(code).status == status


@pytest.mark.parametrize(("seconds", "status"), [(30 * MINUTE, 200), (30 * MINUTE + 1, 400)])
def test_the_refresh_token_before_lasts_thirty_minutes(
    door: Door, seconds: int, status: int
) -> None:
    first = door.signed_in()["refresh_token"]
    second = door.renew(first).body["refresh_token"]
    assert second != first
    door.desk.clock.move(10 * MINUTE)
    assert door.renew(first).status == 200, "which does not begin its half hour anew"
    door.desk.clock.move(seconds - 10 * MINUTE)
    assert door.renew(first).status == status
    assert door.renew(second).status == 200


@pytest.mark.parametrize(("seconds", "status"), [(60 * DAY, 200), (60 * DAY + 1, 400)])
def test_a_refresh_token_lasts_sixty_days_unused(door: Door, seconds: int, status: int) -> None:
    token = door.signed_in()["refresh_token"]
    door.desk.clock.move(seconds)
    assert door.renew(token).status == status


def test_a_refresh_token_is_its_own_apps(door: Door) -> None:
    assert door.renew(door.signed_in()["refresh_token"], "OTHER").body == {"error": "invalid_grant"}


@pytest.mark.parametrize(("seconds", "status"), [(30 * MINUTE - 1, 200), (30 * MINUTE, 401)])
def test_an_access_token_lasts_thirty_minutes(door: Door, seconds: int, status: int) -> None:
    token = door.signed_in()["access_token"]
    door.desk.clock.move(seconds)
    assert door.ask(token).status == status


def test_an_expired_token_is_told_in_xeros_words(door: Door) -> None:
    token = door.signed_in()["access_token"]
    door.desk.clock.move(31 * MINUTE)
    told = door.ask(token).body
    assert told.pop("Instance")
    assert told == {
        "Type": None,
        "Title": "Unauthorized",
        "Status": 401,
        "Detail": "TokenExpired: token expired at 05/20/2026 12:30:00",
        "Extensions": {},
    }


def test_a_token_says_which_sign_in_it_is_of(door: Door) -> None:
    token = door.signed_in()["access_token"]
    part = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    (shown,) = door.connections(token)
    assert shown["authEventId"] == claims["authentication_event_id"]
    assert (shown["tenantId"], shown["tenantType"]) == (GB, "ORGANISATION")
    assert shown["createdDateUtc"] == "2026-05-20T12:00:00"


def test_the_practices_plain_token_does_not_expire(door: Door) -> None:
    door.desk.clock.move(90 * DAY)
    assert door.ask("sandbox").status == 200


@pytest.mark.parametrize("token", ["", "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.made-up"])
def test_a_token_nobody_issued_lets_nobody_in(door: Door, token: str) -> None:
    assert door.ask(token).body["Detail"] == "AuthenticationUnsuccessful"
    assert door.ask(token).status == 401


def test_a_deleted_connection_closes_the_organisation(door: Door) -> None:
    token = door.signed_in()["access_token"]
    (shown,) = door.connections(token)
    assert door.ask("sandbox", f"/connections/{shown['id']}", "DELETE").status == 404
    assert door.ask(token, f"/connections/{shown['id']}", "DELETE").status == 204
    assert door.connections(token) == []
    closed = door.ask(token)
    assert (closed.status, closed.body["Detail"]) == (403, "AuthenticationUnsuccessful")
    assert door.ask(token, f"/connections/{shown['id']}", "DELETE").status == 404


def test_signing_out_ends_tokens_and_connections(door: Door) -> None:
    body = door.signed_in()
    form = {"token": body["refresh_token"], "client_id": "APP"}
    assert door.form("/connect/revocation", **form).status == 200
    assert door.renew(body["refresh_token"]).body == {"error": "invalid_grant"}
    assert door.ask(body["access_token"]).status == 403


@pytest.mark.parametrize(
    ("basic", "scope", "error"),
    [
        ("APP:secret", "accounting.invoices", ""),
        ("APP:guessed", "accounting.invoices", "invalid_client"),
        ("APP:", "accounting.invoices", "invalid_client"),
        (":secret", "accounting.invoices", "invalid_client"),
        ("", "accounting.invoices", "invalid_client"),
        ("APP:secret", "", "invalid_scope"),
        ("APP:secret", "offline_access", "invalid_scope"),
        ("APP:secret", "accounting.everything", "invalid_scope"),
    ],
)
def test_a_custom_connection_is_its_secret_and_its_scopes(
    door: Door, basic: str, scope: str, error: str
) -> None:
    assert door.by_secret("APP:secret").status == 200  # the first secret registers the app
    answer = door.by_secret(basic, scope)
    assert answer.body.get("error", "") == error
    assert "refresh_token" not in answer.body
    if not error:
        unnamed = Desk(door.desk.store, door.desk.clock, "", answer.body["access_token"])
        assert unnamed.get("/Organisation").body["Organisations"][0]["OrganisationID"] == GB


def test_an_idempotency_key_belongs_to_the_app_and_outlives_the_token(door: Door) -> None:
    first = door.signed_in()
    second = door.renew(first["refresh_token"]).body
    replies = [
        Desk(door.desk.store, door.desk.clock, token=body["access_token"]).ask(
            "PUT", "/Contacts", {"Contacts": [{"Name": "Amazon"}]}, idempotency_key="k"
        )
        for body in (first, second)
    ]
    assert replies[0].one["ContactID"] == replies[1].one["ContactID"]


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/connect/token", {"grant_type": "refresh_token", "scop": "x"}, "form field scop"),
        ("/connect/token", {"grant_type": "password"}, "unsupported_grant_type"),
        ("/connect/revocation", {"tokn": "x"}, "tokn"),
    ],
)
def test_a_form_the_sandbox_does_not_know_is_refused_by_name(
    door: Door, path: str, form: dict[str, str], said: str
) -> None:
    answer = door.form(path, **form)
    assert answer.status == 400
    assert said in json.dumps(answer.body)


def test_a_token_rotated_by_another_process_may_be_rehearsed(door: Door) -> None:
    token = door.signed_in()["refresh_token"]
    door.desk.control.fault("POST", "/connect/token", "token rotated by another process")
    assert door.renew(token).body == {"error": "invalid_grant"}
    door.desk.control.fault("POST", "/connect/token", "reply of a refresh lost")
    assert door.renew(token).reply.sent == 0
    assert door.renew(token).status == 200


def test_the_sandbox_keeps_secrets_as_hashes_only(tmp_path: Path) -> None:
    with Store(tmp_path / "own", clock=Clock()) as store:
        door = Door(Desk(store, Clock()))
        code = door.code()
        first = door.spend(code).body
        second = door.renew(first["refresh_token"]).body
        door.by_secret("APP:a-client-secret")
        door.form("/connect/revocation", token=second["refresh_token"], client_id="APP")
    kept = b"".join(each.read_bytes() for each in (tmp_path / "own").iterdir())
    secrets = [code, VERIFIER, "a-client-secret"]
    secrets += [body[name] for body in (first, second) for name in body if "_token" in name]
    assert len(secrets) == 7
    assert [each for each in secrets if each.encode() in kept] == []
    assert sha256(code.encode()).hexdigest()[:16].encode() in kept
