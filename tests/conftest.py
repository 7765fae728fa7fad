"""For every test: no network but loopback, a home of its own, golden files that are reviewed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from reviewed import Golden

hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write golden files; read them as an accountant would, then commit them",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare with a golden file; a difference is shown, and written only when asked."""
    return Golden(update=bool(request.config.getoption("--update-golden")))


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep every test away from the user's own journal, archive and sandbox."""
    patch = pytest.MonkeyPatch()
    patch.setenv("TRUEBOOKS_HOME", str(tmp_path_factory.mktemp("home")))
    for name in ("TRUEBOOKS_SANDBOX", "TRUEBOOKS_JOURNAL"):
        patch.delenv(name, raising=False)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Refuse every connection that would leave the machine; a program a test starts is its own."""
    patch = pytest.MonkeyPatch()
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: tuple[Any, ...] | str | bytes) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        assert host in {"127.0.0.1", "::1", "localhost"}, f"a test called {host}: use the sandbox"
        connect(self, address)

    patch.setattr(socket.socket, "connect", connect_here)
    yield
    patch.undo()


def pytest_report_header() -> str:
    from judged import description  # noqa: PLC0415 it needs what not every test does

    where = os.environ.get("TRUEBOOKS_SHARED") or "../shared"
    there = "judges each run" if description().exists() else "is absent, so no run is judged by it"
    return f"shared data: {where}; Xero's official description {there}"
