"""The judge of whole runs is not blind: what Xero would not know fails the run."""

from __future__ import annotations

import json
from typing import Any

import pytest
from judged import judge_all, specification
from shared import shared


def exchange(method: str, path: str, reply: object, body: str = "") -> dict[str, Any]:
    told = {"method": method, "path": path, "query": {}, "key": "", "body": body, "status": 200}
    return told | {"reply": json.dumps(reply)}


CURRENCY = {"Code": "GBP", "Description": "British Pound"}


@pytest.mark.parametrize(
    ("told", "fits"),
    [(CURRENCY, True), (CURRENCY | {"Mood": "good"}, False), ({"Code": 7}, False)],
)
def test_a_reply_of_another_form_fails_the_run(told: dict[str, object], *, fits: bool) -> None:
    shared("specs", "xero_accounting_subset.json")
    assert specification() is not None
    run = [exchange("GET", "/Currencies", {"Currencies": [told]})]
    if fits:
        judge_all(run, [])
        return
    with pytest.raises(AssertionError, match="/Currencies"):
        judge_all(run, [])
    judge_all(run, [("GET", "/Currencies")])


@pytest.mark.parametrize(
    ("body", "reply"),
    [("grant_type=refresh_token&refresh_token=SECRET", {}), ("", {"access_token": "SECRET"})],
)
def test_a_secret_in_the_log_fails_the_run(body: str, reply: dict[str, str]) -> None:
    with pytest.raises(AssertionError, match="in the log"):
        judge_all([exchange("POST", "/connect/token", reply, body)], [("POST", "/connect/token")])


def test_a_connection_without_its_organisation_fails_the_run() -> None:
    with pytest.raises(AssertionError, match="tenantType"):
        judge_all([exchange("GET", "/connections", [{"id": "1", "tenantType": "X"}])], [])
