"""Each known mistake of a posting protocol makes a schedule go red."""

from __future__ import annotations

import pytest
from mutations import MUTATIONS, Mutation, caught
from simulate import run


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_a_mistake_is_seen(mutation: Mutation) -> None:
    assert caught(mutation) is not None, f"{mutation.name}: no schedule goes red"


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_the_schedule_that_sees_it_is_green_without_it(mutation: Mutation) -> None:
    assert run(mutation.seed)[1] == []
