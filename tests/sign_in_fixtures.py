"""Fixtures of sign-in tests; a test module asks for them in ``pytest_plugins``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from judged import judge
from sign_ins import Clock, InMemoryKeyring, Served, free_ports

from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.xero import sign_in


@pytest.fixture
def keychain() -> Iterator[InMemoryKeyring]:
    """Give the test a keychain of its own."""
    before, own = keyring.get_keyring(), InMemoryKeyring()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> tuple[int, ...]:
    """Give the test ports of its own: tests run side by side."""
    own = free_ports(2)
    monkeypatch.setattr(sign_in, "PORTS", own)
    return own


@pytest.fixture
def served(tmp_path: Path, ports: tuple[int, ...]) -> Iterator[Served]:
    """Serve a sandbox of the test's own, its clock standing still."""
    clock, folder = Clock(), tmp_path / "sandbox"
    with serving(folder, clock=clock) as address, Store(folder, clock=clock) as store:
        served = Served(store, address, clock)
        yield served
        judge(served.control)
