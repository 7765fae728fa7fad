"""The contract, over the real SDK and real sockets, held to the official specification."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from contract import World, XeroContract
from practice import Practice
from specification import Specification

from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.xero.gateway import Xero
from truebooks_xl.xero.sdk import XeroSdk

pytest_plugins = ["practice_fixtures"]


class TestXeroSdk(XeroContract):
    @pytest.fixture
    def world(self, practice: Practice) -> World:
        return practice


class TestEveryWordIsInTheSpecification(XeroContract):
    """The same suite again; every request and reply is held to Xero's own description."""

    @pytest.fixture
    def xero(self, practice: Practice, specification: Specification) -> Iterator[Xero]:
        with XeroSdk(practice.address, tenant_of("GB"), lambda: "sandbox") as xero:
            yield xero
        for exchange in practice.control.requests():
            specification.check(exchange)

    @pytest.fixture
    def world(self, practice: Practice) -> World:
        return practice
