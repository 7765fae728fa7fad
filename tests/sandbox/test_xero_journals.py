"""A manual journal's life in the sandbox: balanced, posted, voided, found by its date."""

from __future__ import annotations

from decimal import Decimal

import pytest
from desk import GB, Desk
from rooms import (
    NO_ID,
    change_journal,
    journal,
    line,
    made_journal,
    put_journals,
    read_journal,
)
from specification import Specification

from truebooks_xl.sandbox.xero.organisation import tenant_of

pytest_plugins = ["desk_fixtures"]

LOCKED = "The document date cannot be before the period lock date, currently set at 31-May-2026"


def test_a_journal_is_shown_as_the_official_example_does(desk: Desk) -> None:
    made = made_journal(desk)
    read = read_journal(desk, made)
    assert {*read} - {*made} == {"HasAttachments"}, "the reply to a write tells of no files"
    assert (read["Status"], read["LineAmountTypes"]) == ("DRAFT", "NoTax")
    assert read["Narration"] == "(£0.00) TBUK-26881161592"
    assert read["Date"] == "/Date(1779235200000+0000)/"
    debit, credit = read["JournalLines"]
    assert (debit["LineAmount"], debit["AccountCode"]) == (Decimal("12.50"), "310")
    assert (credit["LineAmount"], credit["AccountCode"]) == (Decimal("-12.50"), "631")
    assert (debit["TaxType"], debit["TaxAmount"]) == ("NONE", 0)


@pytest.mark.parametrize(
    ("types", "sales", "stock", "tax"),
    [
        # 120.00 at 20 %: inside it, on top of it, or none of it. Debits are positive.
        ("Inclusive", "-120.00", "120.00", "-20.00"),
        ("Exclusive", "-120.00", "144.00", "-24.00"),
        ("NoTax", "-120.00", "120.00", "0.00"),
        ("Inclusive", "-0.03", "0.03", "-0.01"),  # half a penny goes up, away from zero
    ],
)
def test_a_journal_balances_with_its_tax(
    desk: Desk, types: str, sales: str, stock: str, tax: str
) -> None:
    lines = [line(sales, "200", TaxType="OUTPUT2"), line(stock, "631", TaxType="NONE")]
    made = made_journal(desk, JournalLines=lines, LineAmountTypes=types)
    assert made["JournalLines"][0]["TaxAmount"] == Decimal(tax)


def test_a_line_without_a_tax_type_takes_its_accounts_unless_there_is_no_tax(desk: Desk) -> None:
    lines = [line("-120.00", "200"), line("120.00", "631")]
    for types, tax_type in [("Inclusive", "OUTPUT2"), ("NoTax", "NONE")]:
        made = made_journal(desk, JournalLines=lines, LineAmountTypes=types)
        assert [each["TaxType"] for each in made["JournalLines"]] == [tax_type, "NONE"]


UNSUITABLE = "Account code '{}' is not a valid code for this document."
REFUSED = [
    # debit      credit     on account   said
    ("100.00", "-10.00", "631", "The total debits (100.00) must equal total credits (-10.00)"),
    ("0.01", "0.00", "631", "The total debits (0.01) must equal total credits (0.00)"),
    ("1.00", "-1.00", "610", UNSUITABLE.format(610)),  # accounts receivable
    ("1.00", "-1.00", "800", UNSUITABLE.format(800)),  # accounts payable
    ("1.00", "-1.00", "090", UNSUITABLE.format("090")),  # bank
    ("1.00", "-1.00", "960", UNSUITABLE.format(960)),  # retained earnings
    ("1.00", "-1.00", "999", UNSUITABLE.format(999)),
    ("1.00", "-1.00", "", UNSUITABLE.format("")),
    (
        *("1.00", "-1.00", "630"),
        "You cannot save this transaction using an inventory account type",
    ),
]


@pytest.mark.parametrize(("debit", "credit", "account", "said"), REFUSED)
@pytest.mark.parametrize("status", ["DRAFT", "POSTED"])
def test_a_journal_that_does_not_balance_or_may_not_touch_an_account_is_refused(
    desk: Desk, status: str, debit: str, credit: str, account: str, said: str
) -> None:
    bad = journal(line(debit, "310"), line(credit, account), Status=status)
    answer = put_journals(desk, bad)
    assert (answer.status, answer.said) == (400, [said])
    assert desk.get("/ManualJournals").body["ManualJournals"] == []


@pytest.mark.parametrize("account", ["820", "860", "801"])
def test_other_accounts_xero_made_are_open_to_a_journal(desk: Desk, account: str) -> None:
    made = put_journals(desk, journal(line("1.00", "310"), line("-1.00", account)))
    assert made.status == 200


def test_all_that_is_wrong_is_said_at_once(desk: Desk) -> None:
    desk.control.archive_account(GB, "631")
    desk.control.lock(GB, period="2026-05-31")
    bad = journal(line("1.00", "631"), Narration="", Status="POSTED", Url="https://xero.com")
    assert put_journals(desk, bad).said == [
        "The narration must be specified.",
        "Url must not contain xero",
        "A journal must have at least two lines.",
        "The total debits (1.00) must equal total credits (0.00)",
        (
            "Account code '631' has been archived, or has been deleted. "
            "Each line item must reference a valid account."
        ),
        LOCKED,
    ]


def test_a_tax_type_must_fit_its_account(desk: Desk) -> None:
    bad = journal(line("1.00", "310", TaxType="OUTPUT2"), line("-1.00", "631"))
    said = ["The TaxType code 'OUTPUT2' cannot be used with account code '310'."]
    assert put_journals(desk, bad).said == said
    desk.control.set_policy("tax_class_check", "off")
    assert put_journals(desk, bad).status == 200


def test_a_line_without_an_amount_is_refused(desk: Desk) -> None:
    bad = journal(line("1.00", "310"), {"AccountCode": "631"})
    assert put_journals(desk, bad).said == ["A journal line must have a line amount."]


@pytest.mark.parametrize(
    ("where", "more"),
    [
        ("property CurrencyCode", {"CurrencyCode": "EUR"}),  # the base currency only
        ("property Reference", {"Reference": "TBUK-26881161592"}),
        ("property Quantity", {"JournalLines": [line("1.00", "310", Quantity=1)]}),
        ("LineAmountTypes inclusive", {"LineAmountTypes": "inclusive"}),
        ("Date '20.05.2026'", {"Date": "20.05.2026"}),
        ("ManualJournalID in a PUT", {"ManualJournalID": NO_ID}),
    ],
)
def test_what_a_journal_does_not_have_is_refused_by_name(
    desk: Desk, where: str, more: dict[str, object]
) -> None:
    assert where in put_journals(desk, journal(**more)).said[0]


MOVES = [
    # way there    then       allowed
    ("DRAFT", "DRAFT", True),
    ("DRAFT", "POSTED", True),
    ("DRAFT", "DELETED", True),
    ("DRAFT", "VOIDED", False),
    ("POSTED", "POSTED", True),
    ("POSTED", "VOIDED", True),
    ("POSTED", "DELETED", False),
    ("POSTED", "DRAFT", False),
    ("POSTED VOIDED", "POSTED", False),
    ("POSTED VOIDED", "VOIDED", False),
    ("DELETED", "DRAFT", False),
    ("DELETED", "POSTED", False),
    ("DRAFT", "AUTHORISED", False),
]


@pytest.mark.parametrize(("way", "after", "allowed"), MOVES)
def test_a_status_follows_only_where_it_may(
    desk: Desk, way: str, after: str, *, allowed: bool
) -> None:
    made = made_journal(desk)
    for status in way.split():
        assert change_journal(desk, made, Status=status).status == 200
    answer = change_journal(desk, made, Status=after)
    assert (answer.status == 200) == allowed
    assert read_journal(desk, made)["Status"] == (after if allowed else way.rsplit(maxsplit=1)[-1])
    if not allowed:
        assert answer.said == [f"The status '{after}' cannot be applied to the document"]


@pytest.mark.parametrize("status", ["VOIDED", "DELETED", "AUTHORISED"])
def test_a_new_journal_is_a_draft_or_posted(desk: Desk, status: str) -> None:
    said = [f"The status '{status}' cannot be applied to the document"]
    assert put_journals(desk, journal(Status=status)).said == said


def test_a_change_of_status_leaves_the_lines_alone_and_new_lines_replace_them(desk: Desk) -> None:
    made = made_journal(desk)
    change_journal(desk, made, Status="POSTED")
    assert read_journal(desk, made)["JournalLines"] == made["JournalLines"]
    change_journal(desk, made, JournalLines=[line("1.00", "310"), line("-1.00", "631")])
    amounts = [each["LineAmount"] for each in read_journal(desk, made)["JournalLines"]]
    assert amounts == [Decimal("1.00"), Decimal("-1.00")]
    answer = change_journal(desk, made, JournalLines=[line("1.00", "310"), line("-2.00", "631")])
    assert answer.status == 400
    assert len(read_journal(desk, made)["JournalLines"]) == 2


def test_voiding_needs_no_account_that_is_still_open(desk: Desk) -> None:
    made = made_journal(desk, Status="POSTED")
    desk.control.archive_account(GB, "631")
    assert change_journal(desk, made, Status="VOIDED").status == 200


@pytest.mark.parametrize(
    ("policy", "setting", "status", "said"),
    [
        ("draft_in_locked_period", "accepted", "DRAFT", []),
        ("draft_in_locked_period", "refused", "DRAFT", [LOCKED]),
        ("draft_in_locked_period", "accepted", "POSTED", [LOCKED]),
        ("lock_adviser", "true", "POSTED", []),
    ],
)
def test_a_locked_period_takes_no_posted_journal(
    desk: Desk, policy: str, setting: str, status: str, said: list[str]
) -> None:
    desk.control.set_policy(policy, setting)
    desk.control.lock(GB, period="2026-05-31")
    answer = put_journals(desk, journal(Status=status))
    assert (answer.status == 200) == (said == [])
    assert not said or answer.said == said


def test_a_posted_journal_of_a_locked_period_stays_as_it_is(desk: Desk) -> None:
    made = made_journal(desk, Status="POSTED")
    desk.control.lock(GB, period="2026-05-31")
    said = "The document cannot be edited as it is currently dated before the period lock date"
    for change in ({"Status": "VOIDED"}, {"Date": "2026-06-01"}):
        assert change_journal(desk, made, **change).said == [said]
    assert read_journal(desk, made)["Status"] == "POSTED"


def test_a_batch_keeps_the_good_ones_and_says_what_is_wrong_with_the_others(desk: Desk) -> None:
    bad = journal(line("100.00", "310"), line("-10.00", "631"))
    apart = {"summarizeErrors": "false"}
    answer = put_journals(desk, journal(), bad, journal(), query=apart)
    told = [each["StatusAttributeString"] for each in answer.body["ManualJournals"]]
    assert (answer.status, told) == (200, ["OK", "ERROR", "OK"])
    assert len(desk.get("/ManualJournals").body["ManualJournals"]) == 2
    assert put_journals(desk, journal(), bad).status == 400
    assert len(desk.get("/ManualJournals").body["ManualJournals"]) == 2


def test_a_batch_of_changes_goes_by_ids_and_never_without(desk: Desk) -> None:
    ids = [made_journal(desk)["ManualJournalID"] for _ in range(2)]
    posted = [{"ManualJournalID": each, "Narration": "n", "Status": "POSTED"} for each in ids]
    answer = desk.ask("POST", "/ManualJournals", {"ManualJournals": posted})
    assert [each["Status"] for each in answer.body["ManualJournals"]] == ["POSTED", "POSTED"]
    without = desk.ask("POST", "/ManualJournals", {"ManualJournals": [journal()]})
    assert (without.status, "would make another" in without.said[0]) == (400, True)
    nobody = {"ManualJournals": [{"ManualJournalID": NO_ID, "Status": "POSTED"}]}
    assert desk.ask("POST", "/ManualJournals", nobody).status == 404
    desk.control.set_policy("batch_post_by_id", "refused")
    assert desk.ask("POST", "/ManualJournals", {"ManualJournals": posted}).status == 400
    assert len(desk.get("/ManualJournals").body["ManualJournals"]) == 2


def test_one_key_makes_one_journal(desk: Desk) -> None:
    body = {"ManualJournals": [journal()]}
    first = desk.ask("PUT", "/ManualJournals", body, idempotency_key="tb1-a")
    assert desk.ask("PUT", "/ManualJournals", body, idempotency_key="tb1-a").body == first.body
    assert len(desk.get("/ManualJournals").body["ManualJournals"]) == 1


def test_without_a_key_the_same_journal_is_made_twice_for_it_has_no_number(desk: Desk) -> None:
    assert made_journal(desk)["ManualJournalID"] != made_journal(desk)["ManualJournalID"]


def test_journals_are_found_by_date_and_status_with_pages(desk: Desk) -> None:
    for day in ("2026-04-30", "2026-05-01", "2026-05-20", "2026-06-01"):
        made_journal(desk, Date=day, Narration=day)
    within = "Date>=DateTime(2026,05,01) AND Date<=DateTime(2026,05,31)"
    answer = desk.get("/ManualJournals", where=within, page="1", pageSize="1")
    told = [each["Narration"] for each in answer.body["ManualJournals"]]
    assert told == ["2026-05-01"]
    assert answer.body["pagination"] == {
        "page": 1,
        "pageSize": 1,
        "pageCount": 2,
        "itemCount": 2,
    }
    posted = desk.get("/ManualJournals", where='Status=="POSTED"')
    assert posted.body["ManualJournals"] == []
    ordered = desk.get("/ManualJournals", order="Date DESC").body["ManualJournals"]
    assert ordered[0]["Narration"] == "2026-06-01"


def test_lines_are_listed_only_with_a_page(desk: Desk) -> None:
    made_journal(desk)
    (without,) = desk.get("/ManualJournals").body["ManualJournals"]
    (with_page,) = desk.get("/ManualJournals", page="1").body["ManualJournals"]
    assert (len(without["JournalLines"]), len(with_page["JournalLines"])) == (0, 2)


@pytest.mark.parametrize("where", ['Narration.Contains("TBUK")', 'Narration=="Status"'])
def test_a_narration_cannot_be_searched(desk: Desk, where: str) -> None:
    answer = desk.get("/ManualJournals", where=where, page="1")
    said = ["The where filter is not optimised for Narration."]
    assert (answer.status, answer.said) == (400, said)


@pytest.mark.parametrize("query", [{"searchTerm": "TBUK"}, {"IDs": NO_ID}, {"unitdp": "4"}])
def test_journals_have_no_search(desk: Desk, query: dict[str, str]) -> None:
    assert f"query parameter {next(iter(query))}" in desk.get("/ManualJournals", **query).said[0]


def test_if_modified_since_leaves_out_what_is_older(desk: Desk) -> None:
    old = made_journal(desk)
    desk.clock.move(3600)
    new = made_journal(desk)

    def since(stamp: str) -> list[str]:
        answer = desk.ask("GET", "/ManualJournals", if_modified_since=stamp)
        return [each["ManualJournalID"] for each in answer.body["ManualJournals"]]

    assert since("2026-05-20T12:30:00+00:00") == [new["ManualJournalID"]]
    assert since("2026-05-20T13:30:00+01:00") == [new["ManualJournalID"]]
    assert since("2026-05-20T12:30:00") == [new["ManualJournalID"]]
    desk.clock.move(60)
    change_journal(desk, old, Status="POSTED")
    assert len(since("2026-05-20T12:30:00+00:00")) == 2
    wrong = desk.ask("GET", "/ManualJournals", if_modified_since="yesterday")
    assert "If-Modified-Since: yesterday" in wrong.said[0]


def test_deleted_journals_are_listed_by_policy_and_voided_ones_always(desk: Desk) -> None:
    change_journal(desk, made_journal(desk), Status="DELETED")
    change_journal(desk, made_journal(desk, Status="POSTED"), Status="VOIDED")

    def listed() -> set[str]:
        return {each["Status"] for each in desk.get("/ManualJournals").body["ManualJournals"]}

    assert listed() == {"VOIDED"}
    desk.control.set_policy("deleted_in_lists", "yes")
    assert listed() == {"VOIDED", "DELETED"}


def test_a_journal_that_is_not_there(desk: Desk) -> None:
    assert desk.get(f"/ManualJournals/{NO_ID}").status == 404
    assert change_journal(desk, {"ManualJournalID": NO_ID, "Narration": "n"}).status == 404
    german = Desk(desk.store, desk.clock, tenant_of("DE"))
    made = made_journal(desk)
    assert german.get(f"/ManualJournals/{made['ManualJournalID']}").status == 404


def test_the_address_decides_which_journal_is_changed(desk: Desk) -> None:
    made, other = made_journal(desk), made_journal(desk)
    answer = change_journal(desk, made, ManualJournalID=other["ManualJournalID"], Status="POSTED")
    assert "is not the address's" in answer.said[0]
    assert change_journal(desk, made, ManualJournalID=made["ManualJournalID"]).status == 200


def test_a_line_names_only_tracking_that_is_there_and_active(desk: Desk) -> None:
    tracked = [{"Name": "Market", "Option": "UK"}]
    lines = [line("1.00", "310", Tracking=tracked), line("-1.00", "631")]
    said = ["The tracking option UK of Market is not active."]
    assert put_journals(desk, journal(*lines)).said == said
    desk.control.add_tracking(GB, "Market", ["UK", "DE"])
    (shown,) = made_journal(desk, JournalLines=lines)["JournalLines"][0]["Tracking"]
    assert (shown["Name"], shown["Option"]) == ("Market", "UK")
    desk.control.archive_tracking(GB, "Market", "UK")
    assert put_journals(desk, journal(*lines)).said == said


def test_who_may_not_create_journals_is_told_so(desk: Desk) -> None:
    desk.control.set_action(GB, "CreateManualJournal", "NOT-ALLOWED")
    said = ["The User specified does not have the correct permissions to perform this action"]
    assert put_journals(desk, journal()).said == said


def test_journals_speak_as_the_official_description_does(desk: Desk) -> None:
    specification = Specification.official()
    desk.control.add_tracking(GB, "Market", ["UK"])
    tracked = line("1.00", "310", Tracking=[{"Name": "Market", "Option": "UK"}])
    made = made_journal(desk, JournalLines=[tracked, line("-1.00", "631")])
    put_journals(desk, journal(Url="https://truebooks.invalid/26881161592"))
    put_journals(desk, journal(line("2.00", "310"), line("-1.00", "631")))
    put_journals(desk, journal(), journal(Narration=" "), query={"summarizeErrors": "false"})
    change_journal(desk, made, Status="POSTED")
    change_journal(desk, made, Status="DELETED")
    read_journal(desk, made)
    desk.get("/ManualJournals", page="1", pageSize="1000")
    desk.get("/ManualJournals", where='Narration=="n"')
    ids = {"ManualJournalID": made["ManualJournalID"], "Narration": "n"}
    desk.ask("POST", "/ManualJournals", {"ManualJournals": [ids]})
    statuses = [each["status"] for each in desk.control.requests()]
    assert statuses == [200, 200, 400, 200, 200, 400, 200, 200, 400, 200]
    specification.check_all(desk.control.requests())


@pytest.mark.parametrize(
    "body",
    [
        {"Status": "AUTHORISED", "Narration": "n"},
        {"Status": "POSTED"},  # the specification wants a narration
        {"Narration": "n", "Date": "20.05.2026"},
        {"Narration": "n", "CurrencyCode": "EUR"},
        {"Narration": "n", "JournalLines": [{"LineAmount": "1.00"}]},
        {"Narration": "n", "JournalLines": [{"LineAmount": 1.005}]},
        {"Narration": "n", "JournalLines": [{"Amount": 1}]},
    ],
)
def test_the_judge_is_not_blind(desk: Desk, body: dict[str, object]) -> None:
    desk.ask("PUT", "/ManualJournals", {"ManualJournals": [body]})
    (request,) = desk.control.requests()
    with pytest.raises(AssertionError):
        Specification.official().check_request(request)
