"""A served sandbox for gateway tests: one server for all, an empty state for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from practice import Practice
from shared import shared
from specification import Specification

from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.xero.sdk import XeroSdk


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """A sandbox of its own for one test, with its control."""
    with serving(tmp_path) as address, Store(tmp_path) as store:
        yield Practice(store, address)


@pytest.fixture
def xero(practice: Practice) -> Iterator[XeroSdk]:
    with XeroSdk(practice.address, tenant_of("GB"), lambda: "sandbox") as xero:
        yield xero


@pytest.fixture
def specification() -> Specification:
    return Specification(shared("specs", "xero_accounting_subset.json"))
