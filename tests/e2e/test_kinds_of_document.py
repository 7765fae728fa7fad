"""Bills, totals of nothing, manual journals, foreign currencies: each posted once, each undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from office import JUNE, MAY, Office, report

pytest_plugins = ["office_fixtures"]

OWED, EVEN, GERMAN = "99000000201", "99000000202", "99000000203"


def lines(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Return account and amount of each line, as Xero holds them."""
    shown = document.get("LineItems") or document["JournalLines"]
    return [(each["AccountCode"], str(each["LineAmount"])) for each in shown]


@pytest.fixture
def owing(office: Office) -> Office:
    """A settlement in which advertising ate more than was sold: £104.00 are owed to Amazon."""
    office.bring({OWED: report(OWED, ads="-200.00")})
    return office


def test_a_negative_settlement_is_a_bill_with_its_signs_turned(owing: Office) -> None:
    row = owing.post(OWED)
    (bill,) = [each for each in owing.documents(OWED) if each["Type"] == "ACCPAY"]
    assert (bill["Status"], str(bill["Total"])) == ("AUTHORISED", "104.00")
    assert bill["InvoiceNumber"] == row["number"] == f"(-£104.00) TBUK-{OWED}"
    assert lines(bill) == [("400", "200.00"), ("200", "-120.00"), ("402", "24.00")]
    assert owing.status(OWED) == ("Posted", f"(-£104.00) TBUK-{OWED}")
    assert owing.statuses() == {"AUTHORISED": 1, "DELETED": 1}, "its lock was let go"
    again = owing.row("post", OWED)
    assert again["result"] == "already posted"
    assert owing.statuses() == {"AUTHORISED": 1, "DELETED": 1}


def test_a_bill_is_reposted_and_rolled_back_as_an_invoice_is(owing: Office) -> None:
    owing.post(OWED)
    owing.remap("400", "404")
    reposted = owing.row("repost", OWED)
    assert reposted["result"] == "reposted", reposted
    bills = [each for each in owing.documents(OWED) if each["Type"] == "ACCPAY"]
    assert [each["Status"] for each in bills] == ["VOIDED", "AUTHORISED"]
    assert lines(bills[1])[0] == ("404", "200.00")
    assert owing.row("rollback", OWED)["result"] == "rolled back"
    assert set(owing.statuses()) == {"VOIDED", "DELETED"}
    assert owing.status(OWED) == ("Draft", "")
    assert owing.post(OWED)["result"] == "posted"
    assert owing.statuses()["AUTHORISED"] == 1


def test_a_settlement_of_nothing_is_an_invoice_of_nothing(office: Office) -> None:
    office.bring({EVEN: report(EVEN, ads="-96.00")})
    row = office.post(EVEN)
    (invoice,) = office.documents(EVEN)
    assert (invoice["Type"], invoice["Total"], invoice["Status"]) == ("ACCREC", 0, "PAID")
    assert row["number"] == invoice["InvoiceNumber"] == "AMZ-TB-10001"
    assert office.post(EVEN)["result"] == "already posted"
    # Whether Xero voids it is not known. Here it does not, so it keeps its number.
    assert "was not voided" in office.refused("rollback", EVEN)
    assert office.standing(EVEN) == [("AMZ-TB-10001", "PAID")]
    assert office.status(EVEN) == ("Posted", "AMZ-TB-10001")
    office.control.set_policy("void_zero_paid", "allowed")
    assert office.row("rollback", EVEN)["result"] == "rolled back"


@pytest.mark.parametrize(
    ("first", "then", "kinds"),
    [
        ("-12.00", "-200.00", [("ACCREC", "VOIDED"), ("ACCPAY", "AUTHORISED")]),
        ("-200.00", "-12.00", [("ACCPAY", "VOIDED"), ("ACCREC", "AUTHORISED")]),
    ],
)
@pytest.mark.parametrize("verb", ["post", "repost"])
def test_a_settlement_whose_sign_turns_is_posted_as_the_other_kind(
    office: Office, verb: str, first: str, then: str, kinds: list[tuple[str, str]]
) -> None:
    office.bring({OWED: report(OWED, ads=first)})
    office.post(OWED)
    if verb == "post":
        assert office.row("rollback", OWED)["result"] == "rolled back"
        office.bring({OWED: report(OWED, ads=then)}, "--replace")
        other = office
    else:  # a colleague who was sent the other report finds ours in Xero
        other = office.another("Other.xlsx")
        other.bring({OWED: report(OWED, ads=then)})
    assert other.row(verb, OWED)["exit"] == 0
    shown = [(each["Type"], each["Status"]) for each in office.documents(OWED)]
    assert [each for each in shown if each[1] != "DELETED"] == kinds


# Manual journals ---------------------------------------------------------------------------------


@pytest.fixture
def journals(office: Office) -> Office:
    """The marketplace's settlements are posted as manual journals, against account 632."""
    office.set("Post as", "manual journal", "--marketplace", "UK")
    office.set("Clearing account", "632", "--marketplace", "UK")
    return office


def test_a_manual_journal_balances_through_the_clearing_account(journals: Office) -> None:
    row = journals.post(MAY)
    (journal,) = [each for each in journals.documents(MAY) if "ManualJournalID" in each]
    assert journal["Status"] == "POSTED"
    assert journal["Narration"].startswith(f"(£84.00) TBUK-{MAY}")
    assert lines(journal) == [
        ("400", "12.00"),
        ("200", "-120.00"),
        ("402", "24.00"),
        ("632", "84.00"),
    ]
    assert row["url"].endswith(journal["ManualJournalID"])
    assert journals.status(MAY)[0] == "Posted"
    assert journals.post(MAY)["result"] == "already posted"


def test_a_manual_journal_is_reposted_and_rolled_back(journals: Office) -> None:
    journals.post(MAY)
    journals.remap("400", "404")
    assert journals.row("repost", MAY)["result"] == "reposted"
    assert journals.row("rollback", MAY)["result"] == "rolled back"
    shown = [each for each in journals.documents(MAY) if "ManualJournalID" in each]
    assert [each["Status"] for each in shown] == ["VOIDED", "VOIDED"]
    assert journals.status(MAY) == ("Draft", "")
    assert journals.post(MAY)["result"] == "posted"


def test_an_invoice_is_reposted_as_a_manual_journal(office: Office) -> None:
    office.post(MAY)
    office.set("Post as", "manual journal", "--marketplace", "UK")
    office.set("Clearing account", "632", "--marketplace", "UK")
    assert office.row("repost", MAY)["result"] == "reposted"
    assert office.statuses() == {"VOIDED": 1, "POSTED": 1, "DELETED": 1}
    office.set("Post as", "invoice or bill", "--marketplace", "UK")
    back = office.row("repost", MAY)
    assert (back["result"], back["number"]) == ("reposted", "AMZ-TB-10001")
    assert office.statuses()["AUTHORISED"] == 1
    assert office.statuses()["POSTED"] == 0


def test_a_manual_journal_without_a_clearing_account_is_refused(office: Office) -> None:
    office.set("Post as", "manual journal", "--marketplace", "UK")
    error = office.refused("post", MAY, status=1)
    assert "Clearing account" in error
    assert office.documents() == []


def test_post_sees_the_journal_that_stands_although_invoices_are_wanted_now(
    journals: Office,
) -> None:
    journals.post(MAY)
    journals.set("Post as", "invoice or bill", "--marketplace", "UK")
    journals.preview(MAY)
    assert "kind ACCREC in the preview, MANUALJOURNAL in Xero" in journals.refused("post", MAY)
    assert journals.statuses() == {"POSTED": 1, "DELETED": 1}


def test_a_colleague_never_posts_an_invoice_beside_our_manual_journal(
    journals: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journals.post(MAY)
    monkeypatch.setenv("TRUEBOOKS_HOME", str(tmp_path / "colleague"))
    other = journals.another("Other.xlsx")
    other.bring({MAY: report(MAY)})
    assert "MANUALJOURNAL in Xero" in other.refused("post", MAY)
    assert journals.statuses() == {"POSTED": 1, "DELETED": 1}


def test_a_journal_file_that_is_lost_does_not_lose_the_manual_journal(
    journals: Office, home: Path
) -> None:
    journals.post(MAY)
    for each in home.glob("journal.sqlite*"):
        each.unlink()
    journals.set("Post as", "invoice or bill", "--marketplace", "UK")
    journals.preview(MAY)
    assert "MANUALJOURNAL in Xero" in journals.refused("post", MAY)
    assert journals.statuses() == {"POSTED": 1, "DELETED": 1}
    assert journals.row("repost", MAY)["result"] == "reposted"
    assert journals.statuses() == {"VOIDED": 1, "AUTHORISED": 1, "DELETED": 1}


@pytest.mark.parametrize("verb", ["repost", "rollback"])
def test_a_colleague_without_our_journal_finds_the_manual_journal(
    journals: Office, verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journals.post(MAY)
    monkeypatch.setenv("TRUEBOOKS_HOME", str(tmp_path / "colleague"))
    journals.set("Archive folder", str(tmp_path / "home" / "archive"))
    journals.remap("400", "404")
    assert journals.row(verb, MAY)["exit"] == 0
    stands = {"repost": 1, "rollback": 0}[verb]
    assert (journals.statuses()["POSTED"], journals.statuses()["VOIDED"]) == (stands, 1)


def test_journals_that_may_not_be_read_stop_no_invoice(office: Office) -> None:
    office.control.fault("GET", "/ManualJournals", "connection removed")
    ran = office.settle("post", MAY, JUNE)
    assert [row["result"] for row in ran.document["rows"]] == ["posted", "posted"]
    assert not any("Manual journals" in each for each in ran.document["warnings"])
    asked = [each for each in office.asked() if each["path"] == "/ManualJournals"]
    assert len(asked) == 1, "once for the whole run"


def test_it_is_said_once_where_another_marketplace_posts_journals(office: Office) -> None:
    office.bring({GERMAN: report(GERMAN, currency="EUR", marketplace="DE")})
    office.set("Post as", "manual journal", "--marketplace", "DE")
    office.control.fault("GET", "/ManualJournals", "connection removed")
    warnings = office.settle("post", MAY, JUNE).document["warnings"]
    (told,) = [each for each in warnings if "Manual journals" in each]
    assert told.startswith("Manual journals were not looked through")
