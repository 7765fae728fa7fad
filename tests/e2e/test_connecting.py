"""Connect, status and disconnect on real workbooks, against a sandbox that is Xero for the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import keyring
import pytest
from keyring.backends import fail
from sign_ins import CLIENT, Clicker, InMemoryKeyring, Served, sent_back_to

from truebooks_xl.actions.books import new_book
from truebooks_xl.actions.gather import Identity, open_book, read_identity
from truebooks_xl.actions.signing_in.addresses import NotAnAddress, address
from truebooks_xl.actions.signing_in.connecting import connect, disconnect, status
from truebooks_xl.actions.signing_in.signed_in import (
    NotSignedIn,
    VariableMissing,
    hosts,
    signed_in_xero,
)
from truebooks_xl.actions.signing_in.ways import NobodyToAsk, NoClientId
from truebooks_xl.actions.xero import AnotherOrganisation
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.workbook.book import SetNames
from truebooks_xl.workbook.closed.swap import BookOpen
from truebooks_xl.workbook.fields import text
from truebooks_xl.workbook.schema import ACCOUNTS, LOG
from truebooks_xl.xero.connections import WhichOrganisation
from truebooks_xl.xero.keychain import NoKeychain
from truebooks_xl.xero.pkce import SignInRefused
from truebooks_xl.xero.sdk import XeroSdk
from truebooks_xl.xero.sign_in import JOURNALS, NEEDED
from truebooks_xl.xero.web import Hosts

pytest_plugins = ["sign_in_fixtures"]

GB, DE = tenant_of("GB"), tenant_of("DE")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home of its own: the practice Xero and the locks."""
    monkeypatch.setenv("TRUEBOOKS_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def xero(served: Served, monkeypatch: pytest.MonkeyPatch, home: Path) -> Served:
    """Let a sandbox be the real Xero of this test; its clock is the machine's."""
    for name in ("API", "IDENTITY", "LOGIN"):
        monkeypatch.setenv(f"TRUEBOOKS_XERO_{name}", served.address)
    for name in ("TRUEBOOKS_CREDENTIALS", "TRUEBOOKS_SANDBOX_URL"):
        monkeypatch.delenv(name, raising=False)
    return served


@pytest.fixture
def book(home: Path) -> Path:
    """Make a workbook that is connected to nothing."""
    path = home / "Books.xlsx"
    new_book(path, "UK")
    return path


def unopened(url: str) -> bool:
    raise AssertionError(f"no browser should be opened: {url}")


def organisations(served: Served, *tenants: str) -> None:
    """Let these organisations be there."""
    for tenant in tenants:
        with XeroSdk(served.address, tenant, lambda: "sandbox") as xero:
            xero.organisation()


def identity(book: Path) -> Identity:
    return read_identity(open_book(book))


def logged(book: Path) -> list[str]:
    return [text(row, "detail") for row in open_book(book).rows(LOG)]


def test_connecting_binds_a_workbook_and_fills_its_lists(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    answer = connect(book, client_id=CLIENT, browse=Clicker())
    assert answer.exit_status == 0
    assert answer.document == {
        "connection": "xero",
        "organisation": "Practice company (GB)",
        "organisation_id": GB,
        "country": "GB",
        "demo": True,
        "accounts": len(open_book(book).rows(ACCOUNTS)),
        "tax_rates": answer.document["tax_rates"],
        "missing_scopes": [],
    }
    bound = identity(book)
    assert (bound.connection, bound.organisation_id, bound.base_currency) == ("xero", GB, "GBP")
    assert logged(book)[-1] == "Signed in to Practice company (GB)."
    with signed_in_xero(bound) as there:
        assert there.organisation().id == GB


def test_status_is_what_xero_says_now(xero: Served, book: Path, keychain: InMemoryKeyring) -> None:
    assert status(book).document["signed_in"] is False
    connect(book, client_id=CLIENT, browse=Clicker())
    told = status(book).document
    assert told.pop("expires_at").endswith("Z")
    assert told == {
        "connection": "xero",
        "organisation": "Practice company (GB)",
        "organisation_id": GB,
        "country": "GB",
        "signed_in": True,
        "scopes": sorted(NEEDED),
        "missing_scopes": [],
        "demo": True,
        "edition": "BUSINESS",
        "problem": "",
    }
    with xero.store.transaction() as connection:
        connection.execute("DELETE FROM connection")
    told = status(book).document
    assert (told["signed_in"], told["scopes"]) == (False, [])
    assert "Press Connect to Xero" in told["problem"]


def test_another_machine_is_not_signed_in(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    connect(book, client_id=CLIENT, browse=Clicker())
    keyring.set_keyring(InMemoryKeyring())
    with (
        pytest.raises(NotSignedIn, match=r"not signed in to Practice company \(GB\) on this"),
        signed_in_xero(identity(book)),
    ):
        pass
    assert "truebooks xero connect BOOK" in status(book).document["problem"]


def test_several_organisations_are_listed_and_one_is_named(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    organisations(xero, DE, GB)
    with pytest.raises(WhichOrganisation, match=rf"\(DE\) \({DE}\), Practice company \(GB\)"):
        connect(book, client_id=CLIENT, browse=Clicker())
    assert identity(book).connection == ""
    assert keychain.entries == {}
    answer = connect(book, client_id=CLIENT, organisation="practice company (de)", browse=Clicker())
    assert (answer.document["organisation_id"], identity(book).base_currency) == (DE, "EUR")


@pytest.mark.parametrize("wanted", ["", GB])
def test_a_bound_workbook_is_never_connected_to_another_organisation(
    xero: Served, book: Path, keychain: InMemoryKeyring, wanted: str
) -> None:
    organisations(xero, GB)
    bound = SetNames({"TB_Organisation": "Demo GmbH", "TB_OrganisationId": DE})
    open_book(book).write([bound])
    before = book.read_bytes()
    with pytest.raises(AnotherOrganisation, match="belongs to Demo GmbH"):
        connect(book, client_id=CLIENT, organisation=wanted, browse=Clicker())
    assert (book.read_bytes(), keychain.entries) == (before, {})


def test_a_bound_workbook_finds_its_own_among_several(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    connect(book, client_id=CLIENT, browse=Clicker())
    organisations(xero, DE)
    connect(book, browse=Clicker())  # the app is known by now, and so is the organisation
    assert identity(book).organisation_id == GB


def test_letting_go_ends_the_connection_there_and_the_sign_in_here(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    connect(book, client_id=CLIENT, browse=Clicker())
    assert disconnect(book).document["ended"] is True
    assert (identity(book).connection, identity(book).organisation_id) == ("", GB)
    assert keychain.entries == {}
    with xero.store.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM connection").fetchone()[0] == 0
        assert connection.execute("SELECT count(*) FROM sign_in_refresh").fetchone()[0] == 1
    assert disconnect(book).document["ended"] is False
    connect(book, client_id=CLIENT, browse=Clicker())
    assert disconnect(book, sign_out=True).document["ended"] is True
    with xero.store.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM sign_in_refresh").fetchone()[0] == 0


def test_a_sign_in_that_xero_ended_is_let_go_of_here(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    connect(book, client_id=CLIENT, browse=Clicker())
    with xero.store.transaction() as connection:
        connection.execute("DELETE FROM connection")
        connection.execute("DELETE FROM sign_in_access")
        connection.execute("DELETE FROM sign_in_refresh")
    assert disconnect(book).document["ended"] is False
    assert keychain.entries == {}


def test_a_custom_connection_needs_its_secret_once(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    asked: list[str] = []

    def secret(question: str) -> str:
        asked.append(question)
        return " a client secret\n"

    connect(book, client_id=CLIENT, custom=True, ask=secret, browse=Clicker())
    assert asked == ["Client secret of the custom connection"]
    told = status(book).document
    assert (told["signed_in"], told["expires_at"], told["missing_scopes"]) == (True, "", [])
    with pytest.raises(SignInRefused, match="invalid_client"):
        connect(book, client_id=CLIENT, custom=True, ask=lambda _: "another")


def test_the_right_to_journals_is_asked_for_when_it_is_wanted(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    connect(book, client_id=CLIENT, journals=True, browse=Clicker())
    assert JOURNALS in status(book).document["scopes"]


def test_what_xero_did_not_grant_is_named(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    def untick(url: str) -> bool:
        page, _, query = url.partition("?")
        sent = {name: value for name, (value,) in parse_qs(query).items()}
        less = sent["scope"].replace("accounting.contacts ", "")
        return Clicker()(f"{page}?{urlencode(sent | {'scope': less})}")

    answer = connect(book, client_id=CLIENT, browse=untick)
    assert (answer.exit_status, answer.document["missing_scopes"]) == (1, ["accounting.contacts"])
    assert status(book).document["missing_scopes"] == ["accounting.contacts"]


def test_without_a_keychain_nobody_is_asked_to_sign_in(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    with pytest.raises(NoKeychain, match="TRUEBOOKS_CREDENTIALS=env"):
        connect(book, client_id=CLIENT, browse=unopened)
    assert identity(book).connection == ""


def test_a_workbook_that_is_open_in_excel_is_refused_before_anybody_signs_in(
    xero: Served, book: Path, keychain: InMemoryKeyring
) -> None:
    book.with_name(f"~${book.name}").touch()
    with pytest.raises(BookOpen):
        connect(book, client_id=CLIENT, browse=unopened)


def test_without_a_client_id_there_is_nobody_to_be(
    xero: Served, book: Path, keychain: InMemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUEBOOKS_XERO_CLIENT_ID", CLIENT)  # not without TRUEBOOKS_CREDENTIALS
    with pytest.raises(NoClientId, match="--client-id"):
        connect(book)


@pytest.mark.parametrize("how", [{"custom": True}, {"paste": True}])
def test_what_has_to_be_typed_needs_somebody_to_ask(
    xero: Served, book: Path, keychain: InMemoryKeyring, how: dict[str, Any]
) -> None:
    with pytest.raises(NobodyToAsk):
        connect(book, client_id=CLIENT, **how)


def server(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    monkeypatch.setenv("TRUEBOOKS_CREDENTIALS", "env")
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    for name, value in variables.items():
        monkeypatch.setenv(f"TRUEBOOKS_XERO_{name}", value)


def test_a_server_signs_in_by_its_environment_and_keeps_nothing(
    xero: Served, book: Path, keychain: InMemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    server(monkeypatch, CLIENT_ID="SERVER", CLIENT_SECRET="of the server")
    connect(book)
    told = status(book).document
    assert (told["signed_in"], told["expires_at"]) == (True, "")
    disconnect(book)
    assert keychain.entries == {}


def test_a_servers_refresh_token_is_renewed_within_its_process(
    xero: Served, book: Path, keychain: InMemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = xero.kept().refresh_token
    server(monkeypatch, CLIENT_ID=CLIENT, REFRESH_TOKEN=token)
    before = xero.renewals()
    connect(book)
    assert status(book).document["signed_in"] is True
    assert xero.renewals() - before == 1


@pytest.mark.parametrize("given", [{}, {"CLIENT_SECRET": "S"}, {"CLIENT_ID": CLIENT}])
def test_a_server_that_lacks_a_variable_is_told_which(
    xero: Served,
    book: Path,
    keychain: InMemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str],
) -> None:
    server(monkeypatch, **given)
    missing = "CLIENT_SECRET" if "CLIENT_ID" in given else "CLIENT_ID"
    with pytest.raises(VariableMissing, match=f"TRUEBOOKS_XERO_{missing} is not set"):
        connect(book)


def test_practice_goes_the_same_way_without_a_browser_or_a_keychain(
    home: Path, ports: tuple[int, ...], keychain: InMemoryKeyring
) -> None:
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    book = home / "Practice.xlsx"
    new_book(book, "US", sandbox=True)
    clicker = Clicker()
    for browse in (None, clicker):
        answer = connect(book, browse=browse)
        assert (answer.document["connection"], answer.document["country"]) == ("sandbox", "US")
    assert "You may close this window." in clicker.pages[0][1]
    told = status(book).document
    assert (told["connection"], told["signed_in"], told["demo"]) == ("sandbox", True, True)
    disconnect(book)
    assert status(book).document["signed_in"] is False
    connect(book)
    assert identity(book).connection == "sandbox", "a practice workbook stays one"


def test_practice_may_paste_too(home: Path, ports: tuple[int, ...]) -> None:
    book = home / "Practice.xlsx"
    new_book(book, "UK", sandbox=True)

    def paste(question: str) -> str:
        return sent_back_to(next(each for each in question.split() if each.startswith("http")))

    assert connect(book, paste=True, ask=paste).document["connection"] == "sandbox"


@pytest.mark.parametrize(
    ("given", "usable"),
    [
        ("https://api.xero.com/", True),
        ("http://127.0.0.1:8765", True),
        ("http://localhost:8765", True),
        ("http://api.xero.com", False),  # secrets leave by https only
        ("api.xero.com", False),
        ("https://", False),
        ("http://127.0.0.1:99999", False),
        ("https://a b", False),
    ],
)
def test_where_xero_is_may_be_said_and_must_be_safe(
    monkeypatch: pytest.MonkeyPatch, given: str, usable: bool
) -> None:
    monkeypatch.setenv("TRUEBOOKS_XERO_API", given)
    if usable:
        assert address("TRUEBOOKS_XERO_API") == given.rstrip("/")
        return
    with pytest.raises(NotAnAddress, match="TRUEBOOKS_XERO_API"):
        hosts()


def test_practice_may_be_served_by_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUEBOOKS_SANDBOX_URL", "http://practice.example:8765/")
    assert address("TRUEBOOKS_SANDBOX_URL", practice=True) == "http://practice.example:8765"
    with pytest.raises(NotAnAddress):
        address("TRUEBOOKS_SANDBOX_URL")


def test_xero_is_xero_unless_it_is_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API", "IDENTITY", "LOGIN"):
        monkeypatch.delenv(f"TRUEBOOKS_XERO_{name}", raising=False)
    assert hosts() == Hosts()
    assert hosts().identity == "https://identity.xero.com"
