"""Evidence as tests write it: one settlement of two lines, and any that Hypothesis thinks of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st

from truebooks_xl.core.evidence import CostUsed, Evidence, PostedLine, RuleUsed
from truebooks_xl.core.ledger import Kind
from truebooks_xl.core.money import Money
from truebooks_xl.core.posting.task import Aim
from truebooks_xl.core.reference import Key

DAY = date(2026, 5, 20)
FINGERPRINT = "1a2b3c4d" + "0" * 56


def pounds(pence: int) -> Money:
    return Money(pence, "GBP")


def line(text: str, account: str, tax_type: str, gross: int, tax: int) -> PostedLine:
    rate = Decimal(20) if tax else Decimal(0)
    return PostedLine(text, account, tax_type, rate, (), pounds(gross), pounds(tax), 3)


def evidence(*lines: PostedLine, **other: object) -> Evidence:
    """A settlement of £96.00: sales of £120.00 less fees of £24.00."""
    held: dict[str, object] = {
        "version": "0.2.0",
        "organisation_id": "org",
        "organisation": "Otter & Oak Ltd",
        "key": Key("UK", "26881161592"),
        "reference": "(£96.00) TBUK-26881161592",
        "document": "ACCREC",
        "currency": "GBP",
        "dated_on": DAY,
        "due_on": DAY,
        "total": pounds(9600),
        "number": "AMZ-TB-10001",
        "fingerprint": FINGERPRINT,
        "at": datetime(2026, 5, 20, 9, 30, tzinfo=UTC),
        "mark": "5e9d",
        "user": "anna",
        "previous": ("AMZ-TB-10001-V1",),
        "inputs": (("file", "f" * 64), ("mapping", "a" * 64)),
        "file": "f" * 64,
        "layout": "V2",
        "prepared_by": "Anna",
        "reviewed_by": "Ben",
        "lines": lines
        or (
            line("Sales", "200", "OUTPUT2", 12000, 2000),
            line("Referral fees", "402", "INPUT2", -2400, -400),
        ),
        "rules": (
            RuleUsed(
                "AMZ1 Sales",
                "Order",
                "ItemPrice",
                "Principal",
                "",
                "domestic",
                "200",
                "OUTPUT2",
                None,
                DAY,
                "Mapping!A17",
            ),
        ),
    }
    return Evidence(**(held | other))  # type: ignore[arg-type]


TEXT = st.text(max_size=12)
OPTION = st.text(st.characters(exclude_characters=":"), max_size=8).map(str.strip)
HASH = st.text("0123456789abcdef", min_size=64, max_size=64)
RATE = st.decimals(0, 100, places=4)
MONEY = st.builds(Money, st.integers(-(10**12), 10**12), st.just("GBP"))
PAIRS = st.lists(st.tuples(OPTION, OPTION), max_size=2).map(tuple)
DAYS = st.none() | st.dates()
LINES = st.builds(
    PostedLine,
    TEXT,
    TEXT,
    TEXT,
    st.none() | RATE,
    PAIRS,
    MONEY,
    MONEY,
    st.integers(0, 10**6),
    st.sampled_from(("settlement", "cogs")),
)
RULES = st.builds(RuleUsed, *[TEXT] * 8, DAYS, DAYS, TEXT)
COSTS = st.builds(CostUsed, TEXT, TEXT, st.dates(), RATE, st.integers(), TEXT)
EVIDENCES = st.builds(
    Evidence,
    version=TEXT,
    organisation_id=TEXT,
    organisation=TEXT,
    key=st.builds(Key, TEXT, TEXT, TEXT),
    reference=TEXT,
    document=st.sampled_from(get_args(Kind)),
    currency=st.just("GBP"),
    dated_on=st.dates(),
    due_on=st.dates(),
    total=MONEY,
    number=TEXT,
    fingerprint=HASH,
    at=st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 its zone follows
    aim=st.sampled_from(get_args(Aim)),
    mark=TEXT,
    user=TEXT,
    previous=st.lists(TEXT, max_size=2).map(tuple),
    inputs=st.lists(st.tuples(TEXT, HASH), max_size=2, unique_by=lambda each: each[0]).map(tuple),
    file=TEXT,
    layout=TEXT,
    prepared_by=TEXT,
    reviewed_by=TEXT,
    lines=st.lists(LINES, max_size=3).map(tuple),
    rules=st.lists(RULES, max_size=2).map(tuple),
    costs=st.lists(COSTS, max_size=2).map(tuple),
)
