"""No secret of a sign-in gets out: canaries planted, everything searched that anybody could read.

A sign-in lives through a bad day: both kinds of it, every fault of the token endpoint, refusals and
a token that is turned away. Then logs, errors, answers, workbook, home, sandbox and both streams
are searched for every code, verifier, state, token and client secret there was.
"""

from __future__ import annotations

import base64
import json
import logging
import pickle
import traceback
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus

import pytest
from sign_ins import CLIENT, Clicker, InMemoryKeyring, Served, query_of, sent_back_to

from truebooks_xl.actions.books import new_book
from truebooks_xl.actions.gather import open_book, read_identity
from truebooks_xl.actions.signing_in.connecting import connect, disconnect, status
from truebooks_xl.actions.signing_in.signed_in import signed_in_xero, store_of, tokens
from truebooks_xl.errors import TrueBooksError
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.xero.grants import App, by_code, by_refresh_token, by_secret, revoke
from truebooks_xl.xero.kept import Kept
from truebooks_xl.xero.pkce import Attempt
from truebooks_xl.xero.sign_in import scopes

pytest_plugins = ["sign_in_fixtures"]

GB = tenant_of("GB")
SECRET = "CANARY-client/secret+with signs&more="
WRONG_SECRET = "CANARY-of-another-app"
NEVER_ISSUED = "CANARY-never-issued"
FAULTS = (
    *("drop before commit", "drop after commit", "cut off in the body", "truncated"),
    *("error before commit", "error after commit", "unavailable", "html instead"),
    *("minute limit", "day limit", "expired token", "connection removed"),
    *("token rotated by another process", "reply of a refresh lost"),
)
ANSWERS_ALL_THE_SAME = {
    *(("/connect/revocation", each) for each in ("truncated", "html instead")),
}
"""A sign-out says nothing but its status."""


@dataclass
class Listening(logging.Handler):
    """Hears every record of every logger, down to the last detail."""

    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(0)

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(
            f"{record.getMessage()} {record.msg!r} {record.args!r} {self.told(record)}"
        )

    def told(self, record: logging.LogRecord) -> str:
        return "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""

    __hash__ = logging.Handler.__hash__


@contextmanager
def listening() -> Iterator[Listening]:
    root, handler = logging.getLogger(), Listening()
    before, named = root.level, [logging.getLogger(name) for name in root.manager.loggerDict]
    levels = [each.level for each in named]
    for each in (root, *named):
        each.setLevel(1)
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)
    for each, level in zip(named, levels, strict=True):
        each.setLevel(level)


@dataclass
class Day:
    """What happened, and what must not be read anywhere."""

    served: Served
    book: Path
    secrets: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)  # known to Xero's page, and to nobody else
    errors: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def browse(self, url: str) -> bool:
        """Consent, noting state and code on the way."""
        self.states.add(parse_qs(query_of(url))["state"][0])
        back = sent_back_to(url)
        self.secrets.add(parse_qs(query_of(back))["code"][0])
        Clicker().visit(back)
        return True

    def kept(self) -> Kept:
        """What the keychain holds now, its secrets noted."""
        kept = store_of(GB).read()
        assert kept is not None
        found = {kept.access_token, kept.refresh_token, kept.previous, kept.secret}
        self.secrets |= found - {""}
        self.answers.append(f"{kept!r} {kept.app!r}")
        return kept

    def goes_well(self, answer: object) -> None:
        self.answers.append(repr(answer))

    def goes_wrong(self, act: Callable[[], object]) -> None:
        with pytest.raises(TrueBooksError) as told:
            act()
        error: BaseException | None = told.value
        self.errors.append("".join(traceback.format_exception(told.value)))
        self.errors.append(repr(pickle.dumps(told.value)))
        while error is not None:  # also what “from None” hides
            self.errors.append(f"{error!s} {error!r} {error.args!r}")
            error = error.__cause__ or error.__context__

    def leaks(self, place: str, text: str) -> list[str]:
        """The secrets a text holds, as they are or as they travel."""
        found = []
        for each in self.secrets | (set() if place.startswith("sandbox") else self.states):
            coded = base64.b64encode(f"{CLIENT}:{each}".encode()).decode()
            if any(form in text for form in (each, quote_plus(each), coded, json.dumps(each))):
                found.append(each)
        return found


def signed_in(day: Day) -> None:
    day.goes_well(connect(day.book, client_id=CLIENT, browse=day.browse))
    day.goes_well(day.served.grant(day.browse))
    day.goes_well(status(day.book))
    day.kept()


def a_code_goes_astray(day: Day) -> None:
    hosts = day.served.hosts
    attempts = [Attempt(CLIENT, "http://localhost:28631/callback", scopes()) for _ in range(2)]
    mine, thief = attempts
    day.goes_well(attempts)
    day.states |= {each.state for each in attempts}
    day.secrets |= {each.verifier for each in attempts}
    back = sent_back_to(mine.url(day.served.address))
    code = mine.code(back)
    day.secrets.add(code)
    day.goes_wrong(lambda: thief.code(back))
    day.goes_wrong(lambda: by_code(hosts, thief, code))
    day.goes_wrong(lambda: by_code(hosts, mine, code))


def everything_fails_once(day: Day) -> None:
    hosts, kept = day.served.hosts, day.kept()
    asked: dict[tuple[str, str], Callable[[], object]] = {
        ("POST", "/connect/token"): lambda: by_refresh_token(hosts, kept.app, kept.refresh_token),
        ("POST", "/connect/token/?"): lambda: by_secret(hosts, App(CLIENT, SECRET), scopes()),
        ("GET", "/connections"): lambda: connect(day.book, browse=day.browse),
        ("POST", "/connect/revocation"): lambda: revoke(hosts, App(CLIENT, SECRET), NEVER_ISSUED),
    }
    for action in FAULTS:
        for (method, path), ask in asked.items():
            if (path, action) in ANSWERS_ALL_THE_SAME:
                continue
            day.served.control.fault(method, path, action)
            day.goes_wrong(ask)
            day.served.control.clear_faults()
        day.kept()


def turned_away(day: Day) -> None:
    token = tokens(day.served.hosts, store_of(GB), GB)
    for _ in range(2):
        day.secrets.add(token())
        token.renew()
        day.kept()
    with day.served.store.transaction() as connection:
        connection.execute("UPDATE sign_in_access SET expires_ms = 0")
        connection.execute("DELETE FROM sign_in_refresh")
    with signed_in_xero(read_identity(open_book(day.book))) as xero:
        day.goes_wrong(xero.organisation)
    token()
    day.goes_wrong(token.renew)
    day.goes_well(status(day.book))
    day.goes_well(disconnect(day.book))


def by_a_secret(day: Day) -> None:
    app = f"{CLIENT}2"
    day.goes_well(connect(day.book, client_id=app, custom=True, ask=lambda _: SECRET))
    day.kept()
    day.goes_well(status(day.book))
    again: dict[str, Any] = {"custom": True, "ask": lambda _: WRONG_SECRET}
    day.goes_wrong(lambda: connect(day.book, client_id=app, **again))


def in_practice(day: Day) -> None:
    practice = day.book.with_name("Practice.xlsx")
    new_book(practice, "UK", sandbox=True)
    day.goes_well(connect(practice))


def inside(path: Path) -> str:
    """All bytes of a file, those packed into a workbook too."""
    texts = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            texts += [packed.read(name) for name in packed.namelist()]
    return b"\n".join(texts).decode("latin-1")


def test_no_secret_of_a_sign_in_is_read_anywhere(
    served: Served,
    keychain: InMemoryKeyring,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name in ("API", "IDENTITY", "LOGIN"):
        monkeypatch.setenv(f"TRUEBOOKS_XERO_{name}", served.address)
    monkeypatch.delenv("TRUEBOOKS_CREDENTIALS", raising=False)
    monkeypatch.setenv("TRUEBOOKS_HOME", str(tmp_path / "home"))
    book = tmp_path / "Books.xlsx"
    new_book(book, "UK")
    with listening() as log:
        day = Day(served, book, {SECRET, WRONG_SECRET, NEVER_ISSUED})
        for part in (signed_in, a_code_goes_astray, everything_fails_once, turned_away):
            part(day)
        by_a_secret(day)
        in_practice(day)
    assert day.leaks("the keychain", repr(keychain.entries)), "nothing was planted"
    out, err = capfd.readouterr()
    assert len(day.secrets) > 20
    assert len(day.errors) > 50
    assert len(log.heard) > 50
    read: dict[str, str] = {
        "stdout": out,
        "stderr": err,
        "the log": "\n".join(log.heard),
        "errors": "\n".join(day.errors),
        "answers": "\n".join(day.answers),
        "sandbox, its request log": json.dumps(served.control.requests()),
    } | {str(each.relative_to(tmp_path)): inside(each) for each in files(tmp_path)}
    assert any(name.startswith("sandbox/") for name in read)
    assert "Books.xlsx" in read
    assert "code=" not in read["the log"]
    leaks = {place: found for place, text in read.items() if (found := day.leaks(place, text))}
    assert leaks == {}


def files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]
