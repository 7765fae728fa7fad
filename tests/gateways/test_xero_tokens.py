"""Tokens that are renewed once, whoever asks; and the keychain they are kept in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Barrier

import keyring
import pytest
from keyring.backends import fail, null
from keyring.errors import KeyringLocked
from sign_ins import CLIENT, InMemoryKeyring, Served, SharedKeyring

from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.xero.errors import NotSent, SignInExpired
from truebooks_xl.xero.grants import App, by_refresh_token
from truebooks_xl.xero.kept import InKeychain, InMemory, Kept, Store
from truebooks_xl.xero.keychain import MOST_CHARACTERS, Keychain, KeychainFailed, NoKeychain
from truebooks_xl.xero.pkce import SignInRefused
from truebooks_xl.xero.tokens import Tokens

pytest_plugins = ["sign_in_fixtures"]

TENANT = "11111111-2222-3333-4444-555555555555"
BOUND = tenant_of("GB")
EXPIRES_MIN = 30
PROCESS = """
import json, sys, time
from datetime import datetime
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import keyring
from sign_ins import SharedKeyring
from truebooks_xl.xero.kept import InKeychain
from truebooks_xl.xero.sdk import XeroSdk
from truebooks_xl.xero.tokens import Tokens
from truebooks_xl.xero.web import Hosts
ring, address, tenant, bound, now, lock, go = sys.argv[2:]
keyring.set_keyring(SharedKeyring(Path(ring)))
clock = lambda: datetime.fromisoformat(now)
tokens = Tokens(Hosts(address, address, address), InKeychain(tenant), Path(lock), clock)
sys.stdout.write("ready\\n")
sys.stdout.flush()
while not Path(go).exists():
    time.sleep(0.005)
with XeroSdk(address, bound, tokens) as xero:
    sys.stdout.write(xero.organisation().name)
"""


def tokens(served: Served, store: Store, folder: Path) -> Tokens:
    return Tokens(served.hosts, store, folder / "locks" / "xero.lock", served.clock)


@pytest.mark.parametrize(("minutes", "renewed"), [(0, 0), (27.9, 0), (28, 1), (45, 1)])
def test_a_token_is_renewed_two_minutes_before_it_ends(
    served: Served, tmp_path: Path, minutes: float, renewed: int
) -> None:
    token = tokens(served, InMemory(served.kept()), tmp_path)
    first = token()
    before = served.renewals()
    served.clock.move(minutes=minutes)
    assert (token() != first, served.renewals() - before) == (bool(renewed), renewed)


def test_a_renewed_sign_in_is_kept_before_it_is_used(served: Served, tmp_path: Path) -> None:
    kept = served.kept()
    store = InMemory(kept)
    served.clock.move(minutes=EXPIRES_MIN)
    used = tokens(served, store, tmp_path)()
    now = store.read()
    assert now is not None
    assert (now.access_token, now.previous) == (used, kept.refresh_token)
    assert now.refresh_token not in {"", kept.refresh_token}
    assert (now.client_id, now.scopes) == (CLIENT, kept.scopes)
    assert now.rotated_at == int(served.clock().timestamp())


def test_eight_threads_on_one_expired_token_renew_it_once(served: Served, tmp_path: Path) -> None:
    token = tokens(served, InMemory(served.kept()), tmp_path)
    served.clock.move(minutes=EXPIRES_MIN)
    before = served.renewals()
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: token(), range(8)))
    assert (len(found), served.renewals() - before) == (1, 1)


def test_eight_threads_refused_at_once_renew_once(served: Served, tmp_path: Path) -> None:
    token = tokens(served, InMemory(served.kept()), tmp_path)
    refused, everybody = token(), Barrier(8)
    before = served.renewals()

    def refused_then_renewed(_: int) -> str:
        token()  # each thread was given it
        everybody.wait()
        token.renew()
        return token()

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(refused_then_renewed, range(8)))
    assert (len(found), served.renewals() - before) == (1, 1)
    assert refused not in found


def test_a_thread_refused_with_an_old_token_takes_the_new_one(
    served: Served, tmp_path: Path
) -> None:
    token = tokens(served, InMemory(served.kept()), tmp_path)
    old = token()
    with ThreadPoolExecutor(1) as another:
        another.submit(token).result()
        another.submit(token.renew).result()
    before = served.renewals()
    token.renew()  # Xero's refusal of the old one arrives here last
    assert (token() != old, served.renewals() - before) == (True, 0)


def test_a_renewal_by_another_window_of_the_same_process_is_taken_over(
    served: Served, tmp_path: Path
) -> None:
    store = InMemory(served.kept())
    one, two = (tokens(served, store, tmp_path) for _ in range(2))
    assert one() == two()
    one.renew()
    before = served.renewals()
    two.renew()
    assert two() == one()
    assert served.renewals() == before


def test_two_processes_renew_once_and_both_work(served: Served, tmp_path: Path) -> None:
    ring, go = tmp_path / "keyring.json", tmp_path / "go"
    before_keyring = keyring.get_keyring()
    keyring.set_keyring(SharedKeyring(ring))
    try:
        InKeychain(TENANT).write(served.kept())
    finally:
        keyring.set_keyring(before_keyring)
    served.clock.move(minutes=EXPIRES_MIN)
    before = served.renewals()
    names = (Path(__file__).parents[1], ring, served.address, TENANT, BOUND)
    words = [*map(str, names), served.clock().isoformat(), str(tmp_path / "lock"), str(go)]
    running = [
        subprocess.Popen([sys.executable, "-c", PROCESS, *words], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    go.touch()
    told = [each.communicate(timeout=60)[0] for each in running]
    assert [each.returncode for each in running] == [0, 0]
    assert told == ["Practice company (GB)"] * 2
    assert served.renewals() - before == 1


@pytest.mark.parametrize(
    ("lost", "minutes_later", "works"), [(1, 0, True), (2, 30, True), (2, 31, False)]
)
def test_a_lost_answer_is_asked_for_again_for_half_an_hour(
    served: Served, tmp_path: Path, lost: int, minutes_later: float, works: bool
) -> None:
    store = InMemory(served.kept())
    token = tokens(served, store, tmp_path)
    served.clock.move(minutes=EXPIRES_MIN)
    for n in range(1, lost + 1):
        served.control.fault("POST", "/connect/token", "reply of a refresh lost", nth=n)
    if lost == 1:
        assert token(), "the second request is answered"
        return
    with pytest.raises(NotSent, match="renewing the sign-in"):
        token()
    served.clock.move(minutes=minutes_later)
    if works:
        assert token()
        return
    with pytest.raises(SignInExpired, match="Connect to Xero"):
        token()


class Changing:
    """A store that another machine writes between two readings."""

    def __init__(self, readings: Sequence[Kept]) -> None:
        self.readings = list(readings)
        self.written: list[Kept] = []

    def read(self) -> Kept | None:
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]

    def write(self, kept: Kept) -> None:
        self.written.append(kept)


def test_a_token_another_machine_rotated_is_read_again(served: Served, tmp_path: Path) -> None:
    old = served.kept()
    grant = by_refresh_token(served.hosts, App(CLIENT), old.refresh_token)
    served.clock.move(minutes=31)
    rotated = old.renewed(grant, old.refresh_token, int(served.clock().timestamp()) - 3600)
    store = Changing([replace(old, expires_at=0), replace(rotated, expires_at=0)])
    assert tokens(served, store, tmp_path)()
    (written,) = store.written
    assert written.previous == grant.refresh_token


def test_a_token_refused_for_good_says_connect_again(served: Served, tmp_path: Path) -> None:
    store = Changing([replace(served.kept(), refresh_token="never issued", expires_at=0)])
    before = served.renewals()
    with pytest.raises(SignInExpired, match="Connect to Xero, sign in again"):
        tokens(served, store, tmp_path)()
    assert (store.written, served.renewals() - before) == ([], 1)


@pytest.mark.parametrize(("minutes", "works"), [(30, True), (31, False)])
def test_the_refresh_token_before_is_tried_within_its_half_hour(
    served: Served, tmp_path: Path, minutes: float, works: bool
) -> None:
    """The new one never reached Xero's memory or ours; the one before it is still good."""
    kept = served.kept()
    lost = replace(kept, previous=kept.refresh_token, refresh_token="lost", expires_at=0)
    store = InMemory(lost)
    served.clock.move(minutes=minutes)
    before = served.renewals()
    if works:
        assert tokens(served, store, tmp_path)()
    else:
        with pytest.raises(SignInExpired):
            tokens(served, store, tmp_path)()
    assert served.renewals() - before == (2 if works else 1)


def test_an_answer_without_a_new_refresh_token_keeps_the_old(
    served: Served, tmp_path: Path
) -> None:
    kept = replace(served.kept(), expires_at=0)
    store = InMemory(kept)
    for n in (1, 2):
        served.control.fault("POST", "/connect/token", "truncated", nth=n)
    with pytest.raises(NotSent):
        tokens(served, store, tmp_path)()
    assert store.read() is kept


def test_a_refusal_of_the_app_is_not_an_expired_sign_in(served: Served, tmp_path: Path) -> None:
    kept = Kept(CLIENT, secret="S", scopes=("accounting.everything",))
    with pytest.raises(SignInRefused, match="invalid_scope"):
        tokens(served, InMemory(kept), tmp_path)()


def test_a_custom_connection_asks_again_with_its_secret(served: Served, tmp_path: Path) -> None:
    kept = Kept(CLIENT, secret="S", scopes=("accounting.invoices",))
    token = tokens(served, InMemory(kept), tmp_path)
    first = token()
    served.clock.move(minutes=EXPIRES_MIN)
    assert token() != first
    assert served.renewals() == 2


def test_nothing_kept_is_nobody_signed_in(served: Served, tmp_path: Path) -> None:
    with pytest.raises(SignInExpired):
        tokens(served, InMemory(), tmp_path)()


FULL = Kept(
    CLIENT,
    refresh_token="R" * 64,
    previous="P" * 64,
    rotated_at=1_000,
    access_token="A" * 2_900,
    expires_at=2_800,
    scopes=("accounting.contacts", "accounting.invoices"),
    connection_id="c",
)


def test_a_sign_in_comes_back_from_the_keychain_as_it_went(keychain: InMemoryKeyring) -> None:
    InKeychain(TENANT).write(FULL)
    assert InKeychain(TENANT).read() == FULL
    assert InKeychain("another").read() is None


def test_no_entry_is_too_long_for_windows(keychain: InMemoryKeyring) -> None:
    InKeychain(TENANT).write(FULL)
    assert len(keychain.entries) == 5  # organisation, sign-in, three parts of the access token
    # Windows holds 2,560 bytes and writes UTF-16.
    assert max(len(each.encode("utf-16-le")) for each in keychain.entries.values()) <= 2560


@pytest.mark.parametrize("length", [0, 1, MOST_CHARACTERS, MOST_CHARACTERS + 1])
def test_a_shorter_access_token_leaves_no_part_of_the_longer(
    keychain: InMemoryKeyring, length: int
) -> None:
    InKeychain(TENANT).write(replace(FULL, access_token="A" * (MOST_CHARACTERS + 1)))
    shorter = replace(FULL, access_token="B" * length)
    InKeychain(TENANT).write(shorter)
    assert InKeychain(TENANT).read() == shorter
    InKeychain(TENANT).forget()
    assert keychain.entries == {}
    assert InKeychain(TENANT).read() is None


def test_an_access_token_kept_by_half_is_renewed_not_used(keychain: InMemoryKeyring) -> None:
    InKeychain(TENANT).write(FULL)
    name = next(name for name in keychain.entries if name[1].endswith("access 2"))
    keychain.entries[name] = "of another token"
    read = InKeychain(TENANT).read()
    assert read == replace(FULL, access_token="", expires_at=0)


def test_another_app_takes_the_place_of_the_one_before(keychain: InMemoryKeyring) -> None:
    InKeychain(TENANT).write(FULL)
    other = replace(FULL, client_id="OTHER", access_token="B")
    InKeychain(TENANT).write(other)
    assert InKeychain(TENANT).read() == other
    assert not any(CLIENT in name for _, name in keychain.entries)


class Killed(InMemoryKeyring):
    """The process ends before the write after so many."""

    def __init__(self, entries: dict[tuple[str, str], str], survives: int) -> None:
        super().__init__()
        self.entries, self.left = dict(entries), survives

    def set_password(self, service: str, username: str, password: str) -> None:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        super().set_password(service, username, password)


@pytest.mark.parametrize("survives", [0, 1, 2, 3])
def test_the_refresh_token_is_replaced_by_one_write(
    keychain: InMemoryKeyring, survives: int
) -> None:
    """Killed before any write of the keychain, a refresh token that works is still there."""
    InKeychain(TENANT).write(FULL)
    newer = replace(FULL, refresh_token="N" * 64, previous="R" * 64, access_token="B" * 2_900)
    keyring.set_keyring(Killed(keychain.entries, survives))
    with pytest.raises(KeyboardInterrupt):
        InKeychain(TENANT).write(newer)
    read = InKeychain(TENANT).read()
    assert read is not None
    kept = FULL if survives == 0 else replace(newer, access_token="", expires_at=0)
    assert read == kept


class PlainFile(InMemoryKeyring):
    __module__ = "keyrings.alt.file"


class Chain(InMemoryKeyring):
    @property
    def backends(self) -> list[InMemoryKeyring]:
        return [PlainFile()]


class Locked(InMemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("the text may hold a secret")


@pytest.mark.parametrize(
    ("backend", "kind", "said"),
    [
        (fail.Keyring, NoKeychain, "TRUEBOOKS_CREDENTIALS=env"),
        (PlainFile, NoKeychain, "plain files"),
        (Chain, NoKeychain, "plain files"),
        (null.Keyring, KeychainFailed, "did not keep"),
        (Locked, KeychainFailed, r"\(KeyringLocked\)"),
    ],
)
def test_a_keychain_that_keeps_nothing_safe_is_refused(
    keychain: InMemoryKeyring, backend: type, kind: type[Exception], said: str
) -> None:
    keyring.set_keyring(backend())
    with pytest.raises(kind, match=said) as told:
        Keychain().put("name", "a secret")
    assert "secret" not in str(told.value)


def test_the_fingerprint_kept_beside_is_of_the_access_token(keychain: InMemoryKeyring) -> None:
    InKeychain(TENANT).write(FULL)
    entry = json.loads(keychain.entries["TrueBooks XL", f"xero {TENANT} {CLIENT}"])
    assert entry["access"] == sha256(FULL.access_token.encode()).hexdigest()
    assert "access_token" not in entry
