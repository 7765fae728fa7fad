"""Money another tool booked straight to the bank: there to be found by its date."""

from __future__ import annotations

from decimal import Decimal

import pytest
from desk import GB, Desk
from specification import Specification

from truebooks_xl.sandbox.xero.organisation import tenant_of

pytest_plugins = ["desk_fixtures"]


def test_money_received_is_shown_with_its_one_line(desk: Desk) -> None:
    added = desk.control.add_bank_transaction(
        GB, "2026-05-22", "1275.20", reference="Amazon 26881161592", contact="Amazon.co.uk"
    )
    (told,) = desk.get("/BankTransactions", page="1").body["BankTransactions"]
    assert told["BankTransactionID"] == added
    assert (told["Type"], told["Status"], told["IsReconciled"]) == ("RECEIVE", "AUTHORISED", False)
    assert (told["Total"], told["CurrencyCode"]) == (Decimal("1275.20"), "GBP")
    assert told["Reference"] == "Amazon 26881161592"
    assert told["Contact"]["Name"] == "Amazon.co.uk"
    assert told["Date"] == "/Date(1779408000000+0000)/"
    assert told["BankAccount"]["Code"] == "090"
    assert [each["LineAmount"] for each in told["LineItems"]] == [Decimal("1275.20")]
    (without,) = desk.get("/BankTransactions").body["BankTransactions"]
    assert without["LineItems"] == []


def test_what_was_spent_in_another_currency_and_reconciled_says_so(desk: Desk) -> None:
    desk.control.add_bank_transaction(
        GB, "2026-05-22", "9.99", kind="SPEND", currency="EUR", reconciled=True
    )
    (told,) = desk.get("/BankTransactions").body["BankTransactions"]
    assert (told["Type"], told["CurrencyCode"], told["IsReconciled"]) == ("SPEND", "EUR", True)


def test_money_is_found_by_date_with_pages_and_in_its_own_organisation(desk: Desk) -> None:
    for day in ("2026-04-30", "2026-05-01", "2026-05-31", "2026-06-01"):
        desk.control.add_bank_transaction(GB, day, "1.00", reference=day)
    desk.control.add_bank_transaction(tenant_of("DE"), "2026-05-10", "1.00")
    within = "Date>=DateTime(2026,05,01) AND Date<=DateTime(2026,05,31)"
    answer = desk.get("/BankTransactions", where=within, page="1", pageSize="1000")
    found = [each["Reference"] for each in answer.body["BankTransactions"]]
    assert (found, answer.body["pagination"]["itemCount"]) == (["2026-05-01", "2026-05-31"], 2)
    latest = desk.get("/BankTransactions", order="Date DESC").body["BankTransactions"][0]
    assert latest["Reference"] == "2026-06-01"


def test_the_contact_is_the_one_that_is_there(desk: Desk, contact: str) -> None:
    for _ in range(2):
        desk.control.add_bank_transaction(GB, "2026-05-22", "1.00", contact="AMAZON.co.uk")
    told = desk.get("/BankTransactions").body["BankTransactions"]
    assert {each["Contact"]["ContactID"] for each in told} == {contact}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"total": "0.00"}, "above 0"),
        ({"total": "-1.00"}, "above 0"),
        ({"kind": "TRANSFER"}, "RECEIVE"),
    ],
)
def test_money_that_makes_no_sense_is_not_booked(
    desk: Desk, wrong: dict[str, str], why: str
) -> None:
    with pytest.raises(AssertionError, match=why):
        desk.control.add_bank_transaction(GB, **{"on": "2026-05-22", "total": "1.00"} | wrong)
    assert desk.get("/BankTransactions").body["BankTransactions"] == []


@pytest.mark.parametrize(
    ("method", "query", "said"),
    [
        ("GET", {"searchTerm": "x"}, "query parameter searchTerm"),
        ("GET", {"where": 'Reference=="x"'}, "where field “Reference”"),
        ("PUT", {}, "PUT /BankTransactions"),
        ("POST", {}, "POST /BankTransactions"),
    ],
)
def test_bank_money_is_only_read_and_only_by_what_is_known(
    desk: Desk, method: str, query: dict[str, str], said: str
) -> None:
    answer = desk.ask(method, "/BankTransactions", query=query)
    assert (answer.status, said in answer.said[0]) == (400, True)


def test_bank_money_speaks_as_the_official_description_does(desk: Desk) -> None:
    specification = Specification.official()
    desk.control.add_bank_transaction(GB, "2026-05-22", "1275.20", reference="26881161592")
    desk.get("/BankTransactions")
    desk.get("/BankTransactions", page="1", where="Date>=DateTime(2026,05,01)")
    assert all(b"1275.2" in each["reply"].encode() for each in desk.control.requests())
    specification.check_all(desk.control.requests())
