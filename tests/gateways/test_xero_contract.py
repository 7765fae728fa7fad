"""The contract, over the real SDK and real sockets, held to the official specification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from contract import World, XeroContract
from contract_beside import BesideContract
from practice import GB, Practice, gateway
from specification import Specification

from truebooks_xl.xero.client import Reply
from truebooks_xl.xero.gateway import Xero

pytest_plugins = ["practice_fixtures"]


class TestXeroSdk(XeroContract, BesideContract):
    @pytest.fixture
    def world(self, practice: Practice) -> World:
        return practice

    def test_what_the_user_may_not_do_is_told_too(self, practice: Practice, xero: Xero) -> None:
        practice.control.set_action(GB, "CreateApprovedBill", "NOT-ALLOWED")
        practice.control.set_action(GB, "CreateApprovedInvoice", "untold")
        allowed = xero.permissions()
        assert allowed["CreateApprovedBill"] is False
        assert "CreateApprovedInvoice" not in allowed


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


class TestALaterXeroDoesNoHarm(XeroContract, BesideContract):
    """The same suite again; replies hold new fields, nulls, and words nobody has heard of."""

    @pytest.fixture
    def xero(self, practice: Practice) -> Iterator[Xero]:
        for policy in ("extra_fields", "null_fields", "unknown_enum"):
            practice.control.set_policy(policy, "on")
        with gateway(practice) as xero:
            yield xero

    @pytest.fixture
    def world(self, practice: Practice) -> World:
        return practice


class TestWhatAReplyAddsOrLeavesEmptyDoesNoHarm(XeroContract, BesideContract):
    """The same suite again; every object of every reply holds more, and less, than we know."""

    @pytest.fixture
    def xero(self, practice: Practice) -> Iterator[Xero]:
        with gateway(practice) as xero:
            sent = xero._client._sent
            odd = lambda *asked: _odd(sent(*asked))  # noqa: E731 one line
            xero._client._sent = odd  # type: ignore[method-assign]
            yield xero

    @pytest.fixture
    def world(self, practice: Practice) -> World:
        return practice


NULLS = (
    *("Warnings", "ValidationErrors", "StatusAttributeString", "HasErrors", "Url", "DueDate"),
    *("Tracking", "TaxAmount", "CurrencyRate", "Payments", "CreditNotes", "AmountCredited"),
)
"""What some replies leave out; null says the same."""


def _odd(reply: Reply) -> Reply:
    if not reply.body.startswith(b"{"):
        return reply
    more = {"Mood": {"Level": 7, "Since": [None]}} | dict.fromkeys(NULLS)
    body = json.loads(reply.body, object_hook=lambda each: more | each)
    return replace(reply, body=json.dumps(body).encode())
