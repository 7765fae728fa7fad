"""Two thousand schedules: whatever fails, exactly one document stands, and everybody knows it."""

from __future__ import annotations

import pytest
from lag import moments_with_two, together
from playing import ON_READ, ON_WRITE
from simulate import replay, run, run_many, told

from truebooks_xl.core.ledger import Kind

SCHEDULES = range(2000)
RACES = range(300)


def test_two_thousand_schedules_leave_exactly_one_document_each() -> None:
    tally = run_many(SCHEDULES)
    assert not tally.broken, "\n".join(f"{wrong}\n{replay(seed)}" for seed, wrong in tally.broken)
    assert tally.counts["doubled after"] == 0
    assert tally.counts["lost after"] == 0
    assert tally.counts["duplicates at rest before recovery"] == 0
    # The schedules are no idle ones.
    assert tally.counts["asks"] > 50_000
    assert tally.counts["kills"] > 1_000
    assert all(tally.counts[f"fault: {each}"] > 100 for each in (*ON_WRITE, *ON_READ))
    assert sum(n for name, n in tally.counts.items() if name.startswith("by hand")) > 200


def test_looking_up_and_then_posting_breaks_most_of_them() -> None:
    tally = run_many(range(300), "naive")
    assert len(tally.broken) > 150
    assert tally.counts["duplicates at rest before recovery"] > 20
    assert tally.counts["doubled after"] > 10


def test_a_seed_is_one_story() -> None:
    first, second = (told(run(7, tracing=True)[0]) for _ in range(2))
    assert first == second
    assert "Look" in first


def test_without_a_guard_a_lag_of_five_seconds_doubles_invoices() -> None:
    assert moments_with_two(RACES, guard="off", delay_s=5) > 0


@pytest.mark.parametrize("kind", ["ACCPAY", "MANUALJOURNAL"])
def test_a_lock_needs_no_guard(kind: Kind) -> None:
    """It is held until a list shows the document."""
    assert moments_with_two(RACES, guard="off", delay_s=5, kind=kind) == 0


@pytest.mark.parametrize("kind", ["ACCREC", "ACCPAY", "MANUALJOURNAL"])
@pytest.mark.parametrize("delay_s", [0, 1, 5, 9])
def test_a_wait_longer_than_the_lag_never_doubles(kind: Kind, delay_s: int) -> None:
    assert moments_with_two(RACES, guard="wait", delay_s=delay_s, kind=kind, fault_rate=0.1) == 0


def test_a_wait_shorter_than_the_lag_is_worth_nothing() -> None:
    assert moments_with_two(RACES, guard="wait", delay_s=25) > 0


@pytest.mark.parametrize("kind", ["ACCREC", "ACCPAY", "MANUALJOURNAL"])
@pytest.mark.parametrize("delay_s", [5, 30, 120])
def test_a_placeholder_never_doubles_at_any_lag(kind: Kind, delay_s: int) -> None:
    found = moments_with_two(RACES, guard="placeholder", delay_s=delay_s, kind=kind, fault_rate=0.1)
    assert found == 0


def test_one_alone_with_an_untouched_settlement_never_waits() -> None:
    play = together(1, guard="wait", delay_s=5, operators=1)
    play.play()
    alone = play.operators[0]
    assert alone.sheet[play.schedule.key.token].status == "Posted"
    assert (alone.pauses, alone.asks) == (0, 8)  # 7 calls to Xero, and the next number asked for


def test_who_shares_waits_once_before_the_second_look() -> None:
    play = together(1, guard="wait", delay_s=0)
    play.operators[1].todo.clear()
    play.play()
    assert play.operators[0].pauses == 1
