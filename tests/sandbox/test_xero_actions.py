"""What the user may do, what lines may be tracked by, and what kind of organisation it is."""

from __future__ import annotations

from typing import Any

import pytest
from desk import GB, Desk
from specification import Specification

from truebooks_xl.sandbox.xero.books import Books
from truebooks_xl.sandbox.xero.organisation import tenant_of
from truebooks_xl.sandbox.xero.tracking import tracking_exists

pytest_plugins = ["desk_fixtures"]

PAST_THE_LOCK = "ApproveTransactionsBeforePeriodLockDate"


def rights(desk: Desk) -> dict[str, str]:
    told = desk.get("/Organisation/Actions").body["Actions"]
    return {each["Name"]: each["Status"] for each in told}


def test_everything_is_allowed_but_to_pass_the_lock(desk: Desk) -> None:
    assert rights(desk) == {
        PAST_THE_LOCK: "NOT-ALLOWED",
        "CreateApprovedBill": "ALLOWED",
        "CreateApprovedInvoice": "ALLOWED",
        "CreateManualJournal": "ALLOWED",
        "UseMulticurrency": "ALLOWED",
    }


def test_an_adviser_passes_the_lock(desk: Desk) -> None:
    desk.control.set_policy("lock_adviser", "true")
    assert rights(desk)[PAST_THE_LOCK] == "ALLOWED"


def test_an_action_is_forbidden_allowed_again_or_not_told(desk: Desk) -> None:
    desk.control.set_action(GB, "CreateApprovedInvoice", "NOT-ALLOWED")
    assert rights(desk)["CreateApprovedInvoice"] == "NOT-ALLOWED"
    german = Desk(desk.store, desk.clock, tenant_of("DE"))
    assert rights(german)["CreateApprovedInvoice"] == "ALLOWED"
    desk.control.set_action(GB, "CreateApprovedInvoice", "ALLOWED")
    assert rights(desk)["CreateApprovedInvoice"] == "ALLOWED"
    desk.control.set_action(GB, "CreateApprovedInvoice", "untold")
    assert "CreateApprovedInvoice" not in rights(desk)


@pytest.mark.parametrize(
    ("name", "setting"), [("CreateApprovedInvoices", "ALLOWED"), ("UseMulticurrency", "no")]
)
def test_an_action_nobody_knows_is_not_set(desk: Desk, name: str, setting: str) -> None:
    with pytest.raises(AssertionError, match=name if setting == "ALLOWED" else setting):
        desk.control.set_action(GB, name, setting)


def categories(desk: Desk, **query: str) -> dict[str, dict[str, str]]:
    told = desk.get("/TrackingCategories", **query).body["TrackingCategories"]
    return {
        f"{each['Name']} {each['Status']}": {
            option["Name"]: option["Status"] for option in each["Options"]
        }
        for each in told
    }


def test_tracking_categories_are_shown_while_they_are_active(desk: Desk) -> None:
    assert categories(desk) == {}
    desk.control.add_tracking(GB, "Market", ["UK", "DE"])
    desk.control.add_tracking(GB, "Channel", ["FBA"])
    desk.control.archive_tracking(GB, "Channel")
    desk.control.archive_tracking(GB, "Market", "DE")
    assert categories(desk) == {"Market ACTIVE": {"UK": "ACTIVE"}}
    assert categories(desk, includeArchived="true") == {
        "Channel ARCHIVED": {"FBA": "ACTIVE"},
        "Market ACTIVE": {"DE": "ARCHIVED", "UK": "ACTIVE"},
    }


def test_added_again_it_is_active_again_and_keeps_its_id(desk: Desk) -> None:
    def id_of_market() -> str:
        (told,) = desk.get("/TrackingCategories").body["TrackingCategories"]
        return str(told["TrackingCategoryID"])

    desk.control.add_tracking(GB, "Market", ["UK"])
    before = id_of_market()
    desk.control.archive_tracking(GB, "Market")
    desk.control.add_tracking(GB, "Market", ["UK", "FR"])
    assert id_of_market() == before
    assert categories(desk) == {"Market ACTIVE": {"UK": "ACTIVE", "FR": "ACTIVE"}}


def test_a_line_may_name_what_is_active_spelt_as_it_is(desk: Desk) -> None:
    desk.control.add_tracking(GB, "Market", ["UK", "DE"])
    desk.control.archive_tracking(GB, "Market", "DE")
    desk.control.add_tracking(tenant_of("DE"), "Market", ["FR"])
    with desk.store.transaction() as connection:
        books = Books(desk.store, connection, GB, "", 0)
        found = {option: tracking_exists(books, "Market", option) for option in ("UK", "DE", "FR")}
        assert found == {"UK": True, "DE": False, "FR": False}
        assert not tracking_exists(books, "market", "UK")
        assert not tracking_exists(books, "Channel", "UK")
    desk.control.archive_tracking(GB, "Market")
    with desk.store.transaction() as connection:
        assert not tracking_exists(Books(desk.store, connection, GB, "", 0), "Market", "UK")


def test_a_third_active_category_is_not_to_be_had(desk: Desk) -> None:
    for name in ("One", "Two"):
        desk.control.add_tracking(GB, name, ["a"])
    with pytest.raises(AssertionError, match="two active"):
        desk.control.add_tracking(GB, "Three", ["a"])
    assert {*categories(desk)} == {"One ACTIVE", "Two ACTIVE"}


def test_only_what_is_there_is_archived(desk: Desk) -> None:
    with pytest.raises(AssertionError, match="no tracking category Market"):
        desk.control.archive_tracking(GB, "Market")
    desk.control.add_tracking(GB, "Market", ["UK"])
    with pytest.raises(AssertionError, match="no option FR of Market"):
        desk.control.archive_tracking(GB, "Market", "FR")


def organisation(desk: Desk) -> dict[str, Any]:
    (told,) = desk.get("/Organisation").body["Organisations"]
    found: dict[str, Any] = told
    return found


def test_the_kind_of_organisation_is_set_field_by_field(desk: Desk) -> None:
    before = organisation(desk)
    assert (before["PaysTax"], before["SalesTaxBasis"], before["IsDemoCompany"]) == (
        True,
        "ACCRUALS",
        True,
    )
    changed = {
        "PaysTax": False,
        "SalesTaxBasis": "FLATRATECASH",
        "Edition": "PARTNER",
        "Class": "STARTER",
        "IsDemoCompany": False,
    }
    desk.control.set_organisation(GB, PaysTax=False, IsDemoCompany=False)
    desk.control.set_organisation(
        GB, SalesTaxBasis="FLATRATECASH", Edition="PARTNER", Class="STARTER"
    )
    assert organisation(desk) == before | changed
    german = Desk(desk.store, desk.clock, tenant_of("DE"))
    assert organisation(german)["PaysTax"] is True


@pytest.mark.parametrize("wrong", [{"BaseCurrency": "EUR"}, {"PaysTax": "no"}, {"Class": True}])
def test_what_an_organisation_is_not_cannot_be_set(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=next(iter(wrong))):
        desk.control.set_organisation(GB, **wrong)


def test_rights_tracking_and_organisation_speak_as_the_official_description_does(
    desk: Desk,
) -> None:
    specification = Specification.official()
    desk.control.add_tracking(GB, "Market", ["UK", "DE"])
    desk.control.archive_tracking(GB, "Market", "DE")
    desk.control.set_organisation(GB, SalesTaxBasis="CASH", Edition="PARTNER", Class="PREMIUM")
    desk.control.set_action(GB, "UseMulticurrency", "NOT-ALLOWED")
    for path in ("/Organisation", "/Organisation/Actions", "/TrackingCategories"):
        assert desk.get(path).status == 200
    assert desk.get("/TrackingCategories", includeArchived="true").status == 200
    specification.check_all(desk.control.requests())
