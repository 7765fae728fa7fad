"""Which store a settlement belongs to, by the names its lines carry."""

from __future__ import annotations

import pytest

from truebooks_xl.core.marketplaces import of_settlement

BY_NAMES: tuple[tuple[dict[str, int], str | None], ...] = (
    # the lines of each marketplace-name, and the store
    ({"Amazon.co.uk": 5}, "UK"),
    ({"Amazon.co.uk": 5, "": 900}, "UK"),
    ({"Amazon.ca": 1, "Non-Amazon CA": 900}, "CA"),
    ({"Amazon.de": 5, "Amazon.fr": 6}, "FR"),
    ({"Amazon.fr": 5, "Amazon.de": 5}, "DE"),  # a tie: the table's order
    ({"amazon.com": 3, "AMAZON.COM ": 3, "Amazon.ca": 5}, "US"),  # one store, spelt twice
    ({"Amazon.com.mars": 7, "Amazon.se": 1}, "SE"),
    ({"Non-Amazon UK": 7}, None),
    ({"": 3}, None),
    ({}, None),
)


@pytest.mark.parametrize(("names", "code"), BY_NAMES)
def test_the_store_is_the_one_most_lines_name(names: dict[str, int], code: str | None) -> None:
    store = of_settlement(names)
    assert (store.code if store else None) == code
