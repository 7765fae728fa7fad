"""What a later Xero may say: the policies say it everywhere, and our gateway reads on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from desk import GB, Desk, invoice

from truebooks_xl.core.ledger import Change, Document, DocumentLine, Draft
from truebooks_xl.core.money import Money
from truebooks_xl.sandbox.server import serving
from truebooks_xl.sandbox.xero.control import Control
from truebooks_xl.sandbox.xero.store import Store
from truebooks_xl.xero.pace import Pace
from truebooks_xl.xero.sdk import XeroSdk

pytest_plugins = ["desk_fixtures"]

POLICIES = ("extra_fields", "null_fields", "unknown_enum")
ODDEST = (
    # List, path, and a field that is odd under a policy in at least one element.
    ("Invoices", "/Invoices", "extra_fields", "Mood", {"Level": 7}),
    ("Accounts", "/Accounts", "extra_fields", "Mood", {"Level": 7}),
    ("TaxRates", "/TaxRates", "extra_fields", "Mood", {"Level": 7}),
    ("Invoices", "/Invoices", "null_fields", "Url", None),
    ("Accounts", "/Accounts", "null_fields", "SystemAccount", None),
    ("Organisations", "/Organisation", "null_fields", "PeriodLockDate", None),
    ("Invoices", "/Invoices", "unknown_enum", "LineAmountTypes", "REINCARNATED"),
    ("Accounts", "/Accounts", "unknown_enum", "Type", "REINCARNATED"),
    ("Organisations", "/Organisation", "unknown_enum", "Edition", "REINCARNATED"),
)


@pytest.mark.parametrize(("name", "path", "policy", "field", "odd"), ODDEST)
def test_a_policy_makes_replies_odd(
    desk: Desk, contact: str, name: str, path: str, policy: str, field: str, odd: object
) -> None:
    desk.put(invoice(contact, "INV-0001"))
    lines = desk.get(path).body[name]
    assert not any(field in each and each[field] == odd for each in lines)
    desk.control.set_policy(policy, "on")
    assert any(field in each and each[field] == odd for each in desk.get(path).body[name])


def test_what_is_set_is_never_shown_as_null(desk: Desk, contact: str) -> None:
    sent = invoice(contact, "A-1", Reference="TBUK-1", Url="https://example.com")
    desk.put(sent)
    plain = desk.get("/Invoices", page="1").one
    desk.control.set_policy("null_fields", "on")
    nulls = desk.get("/Invoices", page="1").one
    assert {name: nulls[name] for name in plain if name != "LineItems"} == {
        name: plain[name] for name in plain if name != "LineItems"
    }
    line, before = nulls["LineItems"][0], plain["LineItems"][0]
    assert {name: line[name] for name in before} == before


def test_amounts_are_the_same_to_the_penny_under_every_policy(desk: Desk, contact: str) -> None:
    sent = [invoice(contact, f"A-{n}", gross=f"{n}0.0{n}") for n in range(1, 9)]
    before = [each["Total"] for each in desk.put(*sent).body["Invoices"]]
    for policy in POLICIES:
        desk.control.set_policy(policy, "on")
    assert [each["Total"] for each in desk.get("/Invoices").body["Invoices"]] == before


@contextmanager
def gateway(folder: Path, policy: str) -> Iterator[tuple[XeroSdk, Control]]:
    """Open the gateway on a sandbox with one policy on."""
    with serving(folder) as address, Store(folder) as store:
        Control(store).set_policy(policy, "on")
        paced = Pace(None, sleep=lambda _: None)
        with XeroSdk(address, GB, lambda: "sandbox", pace=paced) as xero:
            yield xero, Control(store)


def draft(contact: str) -> Draft:
    line = DocumentLine("Sales", "200", "OUTPUT2", Money(12000, "GBP"), Money(2000, "GBP"))
    return Draft(
        kind="ACCREC",
        number="TBR-1",
        reference="(£120.00) TBUK-1",
        contact_id=contact,
        dated_on=date(2026, 5, 20),
        due_on=date(2026, 5, 20),
        currency="GBP",
        lines=(line,),
    )


@pytest.mark.parametrize("policy", POLICIES)
def test_the_gateway_reads_on_whatever_is_odd(tmp_path: Path, policy: str) -> None:
    with gateway(tmp_path, policy) as (xero, world):
        assert xero.organisation().base_currency == "GBP"
        assert len(xero.accounts()) > 10
        assert {each.tax_type for each in xero.tax_rates()} >= {"OUTPUT2", "INPUT2"}
        contact = xero.contact("Amazon.co.uk", network_key="contact")
        assert contact == xero.contact("Amazon.co.uk", network_key="again")
        (made,) = xero.create([draft(contact)], network_key="made")
        assert isinstance(made, Document)
        world.copy(GB, made.id, "INV-0007")
        (posted,) = xero.change([Change(made, status="AUTHORISED")], network_key="post")
        assert isinstance(posted, Document)
        assert (posted.status, posted.total) == ("AUTHORISED", Money(12000, "GBP"))
        assert xero.document(made.id).lines == made.lines
        found = xero.search("TBUK-1")
        assert [each.number for each in found] == ["TBR-1", "INV-0007"]
        assert [each.lines for each in found] == [made.lines] * 2
        assert {*xero.permissions().values()} == {True, False}
        assert "EUR" in xero.currencies()
