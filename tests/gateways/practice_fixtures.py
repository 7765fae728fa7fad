"""Fixtures of gateway tests; a test module asks for them in ``pytest_plugins``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from practice import Practice, gateway
from specification import Specification

from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.xero.sdk import XeroSdk


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """A sandbox of its own for one test, served on loopback."""
    with serving(tmp_path) as address, Store(tmp_path) as store:
        yield Practice(store, address)


@pytest.fixture
def xero(practice: Practice) -> Iterator[XeroSdk]:
    with gateway(practice) as xero:
        yield xero


@pytest.fixture
def specification() -> Specification:
    return Specification.official()
