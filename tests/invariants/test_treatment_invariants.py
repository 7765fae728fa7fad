"""Whatever the lines, however they are cut and shuffled: the same reading, and nothing lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from vat_lines import ABROAD, MIXED, UK, VCS_OFF, VCS_ON, settlement

from truebooks_xl.core.dated import Dated
from truebooks_xl.core.settlement import KEY, LINE_SCHEMA
from truebooks_xl.core.treatment import TaxGroup, Treatment, VatContext, VatReading
from truebooks_xl.core.vat.reading import order_facts, read_vat

Table = list[tuple[tuple[str, str, str], str, str, str, int, int, int | None]]

STARTED = datetime(2026, 3, 28, 22, tzinfo=UTC)  # the clocks go forward in the night after it

TRIPLES = (
    ("Order", "ItemPrice", "Principal"),
    ("Order", "ItemPrice", "Tax"),
    ("Order", "ItemPrice", "Shipping"),
    ("Order", "ItemPrice", "ShippingTax"),
    ("Order", "ItemPrice", "GiftWrap"),
    ("Order", "Promotion", "Principal"),
    ("Order", "Promotion", "Shipping"),
    ("Order", "Promotion", "TaxDiscount"),
    ("Order", "ItemWithheldTax", "MarketplaceFacilitatorVAT-Principal"),
    ("Order", "ItemFees", "Commission"),
    ("Refund", "ItemPrice", "Principal"),
    ("Refund", "ItemPrice", "Tax"),
    ("Refund", "ItemFees", "Commission"),
    ("Chargeback Refund", "ItemPrice", "Principal"),
    ("Order_Retrocharge", "ItemPrice", "Tax"),
    ("Order_Retrocharge", "ItemWithheldTax", "MarketplaceFacilitatorVAT-Principal"),
    ("FBAFees", "FBA Inventory Storage Fee", "Base fee"),
)

rows = st.tuples(
    st.sampled_from(TRIPLES),
    st.sampled_from(["", "A", "B", "C"]),  # order
    st.sampled_from(["", "1", "2"]),  # item
    st.sampled_from(["", "BOOK", "TOY"]),
    st.integers(0, 40),  # hours after the start
    st.one_of(st.sampled_from([0, 200, -200, 1000, -1000]), st.integers(-(10**9), 10**9)),
    st.sampled_from([None, 1, 2]),
)
tables = st.lists(rows, max_size=40)

CONTEXTS = st.sampled_from(
    [
        UK,
        VCS_ON,
        VCS_OFF,
        ABROAD,
        MIXED,
        replace(UK, registered=(Dated(True, date(2026, 3, 29)),)),
        replace(ABROAD, registered=(Dated(True, date(2026, 3, 29)),)),
        replace(MIXED, registered=()),
        replace(VCS_ON, destinations={"A": "FR"}, zero_vat_orders=(Dated("export"),)),
        replace(
            VCS_OFF, tax_groups=(TaxGroup("", "TOY", "Standard"), TaxGroup("", "BOOK", "Zero"))
        ),
    ]
)


def frame(table: Table) -> pl.DataFrame:
    """Write the lines as the reader gives them."""
    cells = [
        (
            number,
            *triple,
            "Amazon.co.uk",
            order,
            item,
            sku,
            STARTED + timedelta(hours=hours),
            minor,
            units,
        )
        for number, (triple, order, item, sku, hours, minor, units) in enumerate(table, 2)
    ]
    return pl.DataFrame(cells, LINE_SCHEMA, orient="row")


def found(read: VatReading) -> dict[str, object]:
    """Return all that a reading says, but its machinery."""
    return {each.name: getattr(read, each.name) for each in fields(read) if each.compare}


@given(tables, CONTEXTS)
def test_no_line_and_no_penny_is_lost(table: Table, context: VatContext) -> None:
    lines = frame(table)
    read = read_vat(settlement([lines]), context)
    assert sum(each.minor for each in read.tallies) == lines["minor"].sum() == read.lines_minor
    assert sum(each.lines for each in read.tallies) == lines.height
    keys = [tuple(getattr(each, name) for name in KEY) for each in read.tallies]
    assert keys == sorted(set(keys))


@settings(max_examples=60)
@given(tables, CONTEXTS, st.randoms(use_true_random=False), st.integers(1, 7))
def test_blocks_and_order_of_lines_mean_nothing(
    table: Table, context: VatContext, chance: Random, height: int
) -> None:
    lines = frame(table)
    shuffled = lines.sample(fraction=1, shuffle=True, seed=chance.randrange(2**32))
    whole = read_vat(settlement([lines]), context)
    cut = read_vat(settlement(list(shuffled.iter_slices(height))), context)
    assert found(cut) == found(whole)
    assert order_facts(settlement([lines]), context).equals(
        order_facts(settlement([shuffled]), context)
    )


@given(tables, CONTEXTS)
def test_lines_shown_are_the_lines_added_up(table: Table, context: VatContext) -> None:
    lines = frame(table)
    read = read_vat(settlement([lines]), context)
    shown = read.treated(lines)
    assert shown.drop("treatment", "posted_on").equals(lines)
    assert set(shown["treatment"]) <= {each.value for each in Treatment}
    sums: Counter[tuple[str, date]] = Counter()
    for treatment, day, minor in shown.select("treatment", "posted_on", "minor").iter_rows():
        sums[treatment, day] += minor
    added: Counter[tuple[str, date]] = Counter()
    for each in read.tallies:
        added[each.treatment, each.posted_on] += each.minor
    assert sums == added


@given(tables, CONTEXTS)
def test_nothing_stays_on_the_facilitator_tax_account_unless_listed_or_unknown(
    table: Table, context: VatContext
) -> None:
    read = read_vat(settlement([frame([row for row in table if row[1]])]), context)
    words = {Treatment.FACILITATOR, Treatment.FACILITATOR_ABROAD}
    tax = {"Tax", "ShippingTax", "TaxDiscount"}
    withheld = "MarketplaceFacilitatorVAT-Principal"
    left = sum(
        each.minor
        for each in read.tallies
        if each.amount_description == withheld
        or (each.amount_description in tax and each.treatment in words)
    )
    assert left == 0 or read.offenders or read.unknown


@given(tables, CONTEXTS)
def test_what_is_unknown_is_listed_to_the_penny(table: Table, context: VatContext) -> None:
    read = read_vat(settlement([frame(table)]), context)
    of_sales = {"ItemPrice", "Promotion"}
    unknown = [each for each in read.tallies if each.treatment == Treatment.UNKNOWN]
    blocking = sum(each.minor for each in unknown if each.amount_type in of_sales)
    assert sum(each.minor for each in read.unknown) == blocking
    assert all(each.reason for each in read.unknown)
