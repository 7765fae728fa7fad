"""A task is kept as plain JSON and read back equal, whatever it holds."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truebooks_xl.core.ledger import DocumentLine, Draft, Kind
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.kept import TaskUnreadable, as_json, from_json
from truebooks_xl.core.posting.task import Aim, Guard, Task
from truebooks_xl.core.reference import Key

TEXT = st.text(max_size=12)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
MONEY = st.builds(Money, st.integers(-(10**12), 10**12), st.sampled_from(("GBP", "EUR", "JPY")))
RATE = st.decimals(allow_nan=False, allow_infinity=False, places=6) | st.sampled_from(
    (Decimal("1.10"), Decimal("1E+2"))
)
LINES = st.builds(
    DocumentLine,
    TEXT,
    TEXT,
    TEXT,
    MONEY,
    MONEY,
    st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
)
DRAFTS = st.builds(
    Draft,
    st.sampled_from(get_args(Kind)),
    TEXT,
    TEXT,
    TEXT,
    st.dates(),
    st.dates(),
    TEXT,
    st.lists(LINES, max_size=3).map(tuple),
    st.none() | RATE,
)
TASKS = st.builds(
    Task,
    aim=st.sampled_from(get_args(Aim)),
    key=st.builds(Key, TEXT, TEXT, TEXT),
    reference=TEXT,
    wanted=st.none() | DRAFTS,
    mark=TEXT,
    at=st.datetimes(timezones=st.just(UTC)),
    user=TEXT,
    plan=TEXTS,
    known=TEXTS,
    marks=TEXTS,
    number=TEXT,
    family=TEXTS,
    as_draft=st.booleans(),
    take_over=st.booleans(),
    thorough=st.booleans(),
    guard=st.sampled_from(get_args(Guard)),
    pauses=st.booleans(),
    keep_retired=st.booleans(),
    rate_expected=st.none() | RATE,
    rate_allowed=RATE,
)
SMALL = Task(
    aim="post",
    key=Key("UK", "1"),
    reference="(£0.00) TBUK-1",
    wanted=None,
    mark="m",
    at=datetime(2026, 5, 20, tzinfo=UTC),
)


@given(TASKS)
def test_a_task_comes_back_as_it_was_kept(task: Task) -> None:
    text = json.dumps(as_json(task))
    again = from_json(json.loads(text), task.key.token)
    assert again == task
    assert json.dumps(as_json(again)) == text, "a rate keeps its decimals"


def test_the_format_comes_first_and_money_is_minor_units() -> None:
    line = DocumentLine("Sales", "200", "NONE", Money(12000, "GBP"), Money(0, "GBP"))
    day = date(2026, 5, 20)
    wanted = Draft("ACCREC", "TBR-1", "", "", day, day, "GBP", (line,), Decimal("1.170"))
    kept = as_json(replace_wanted(wanted))
    assert next(iter(kept.items())) == ("format", 1)
    assert kept["wanted"]["lines"][0]["gross"] == {"minor": 12000, "currency": "GBP"}
    assert (kept["wanted"]["rate"], kept["wanted"]["dated_on"]) == ("1.170", "2026-05-20")


def replace_wanted(wanted: Draft) -> Task:
    return Task(aim="post", key=SMALL.key, reference="", wanted=wanted, mark="m", at=SMALL.at)


def test_what_an_older_version_did_not_keep_takes_its_default() -> None:
    kept = as_json(SMALL)
    del kept["take_over"]
    assert from_json(kept, "TBUK-1") == SMALL


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("format", 2, "format 2, not 1"),
        ("aim", "guess", "guess"),
        ("at", "yesterday", "yesterday"),
        ("plan", [1], "1 is not"),
        ("as_draft", 1, "1 is not"),
        ("key", None, ""),
        ("wanted", [], ""),
        ("new_field", 1, "new_field"),
        ("rate_allowed", "x", ""),
    ],
)
def test_a_task_of_another_format_is_refused_by_name(name: str, value: object, said: str) -> None:
    with pytest.raises(TaskUnreadable, match="newest version") as wrong:
        from_json(as_json(SMALL) | {name: value}, "TBUK-1")
    assert said in str(wrong.value)
