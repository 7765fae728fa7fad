"""The contract, over the real SDK and real sockets, held to the official specification."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from contract import World, XeroContract
from contract_beside import BesideContract
from practice import Practice, gateway
from specification import Specification

from truebooks_xl.xero.gateway import Xero

pytest_plugins = ["practice_fixtures"]


class TestXeroSdk(XeroContract, BesideContract):
    @pytest.fixture
    def world(self, practice: Practice) -> World:
        return practice


class TestEveryWordIsInTheSpecification(XeroContract, BesideContract):
    """The same suite again; every request and reply is held to Xero's own description."""

    @pytest.fixture
    def xero(self, practice: Practice, specification: Specification) -> Iterator[Xero]:
        with gateway(practice) as xero:
            yield xero
        specification.check_all(practice.control.requests())

    @pytest.fixture
    def world(self, practice: Practice) -> World:
        return practice
