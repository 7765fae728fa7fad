"""A sandbox under a test's own hands: its world, its faults, and what it was asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.xero.client import Token
from truebooks_xl.xero.pace import Pace
from truebooks_xl.xero.sdk import XeroSdk

GB = tenant_of("GB")


@dataclass(frozen=True)
class Practice:
    """The sandbox of one test; it acts on the British organisation."""

    store: Store
    address: str

    @property
    def control(self) -> Control:
        return Control(self.store)

    def pay(self, document_id: str, amount: str) -> None:
        self.control.pay(GB, document_id, amount, "2026-05-22")

    def lock(self, period: str | None, year_end: str | None) -> None:
        self.control.lock(GB, period, year_end)

    def archive_contact(self, contact_id: str) -> None:
        self.control.archive_contact(GB, contact_id)

    def bank_money(self, on: str, total: str, reference: str) -> None:
        self.control.add_bank_transaction(GB, on, total, reference=reference)

    def asked(self, method: str, path: str = "") -> list[dict[str, Any]]:
        """The requests it got, oldest first."""
        return [
            each
            for each in self.control.requests()
            if each["method"] == method and each["path"].startswith(path)
        ]

    def sent(self, method: str, path: str = "") -> list[dict[str, Any]]:
        """The bodies of the requests it got."""
        return [json.loads(each["body"]) for each in self.asked(method, path)]


def gateway(practice: Practice, token: Token = lambda: "sandbox") -> XeroSdk:
    """A gateway to it that waits for nothing: what it is asked to wait has passed at once."""
    return XeroSdk(practice.address, GB, token, pace=Pace(None, sleep=lambda _: None))
