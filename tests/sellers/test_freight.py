"""What a shipment costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.region_code import RegionCode
from market.sellers.freight import delivers_to, quote
from market.sellers.queries import FreightTo
from market.sellers.types import FreightRate, FreightTable, LastMile

TOWN = RegionCode("510124104")


def make_table(**overrides):
    values = {
        "seller_id": "s",
        "areas": ("51",),
        "rates": (FreightRate("51", 3000, 80), FreightRate("510124", 2000, 50)),
        "last_miles": (LastMile("510124", 500), LastMile("510124104", 900)),
        **overrides,
    }
    return FreightTable(**values)


def test_the_longest_prefix_decides_rate_and_surcharge_each_on_its_own():
    found = quote(make_table(), TOWN, 10_000)
    assert (found.base_fen, found.weight_fen, found.last_mile_fen) == (2000, 500, 900)
    assert (found.total_fen, found.matched_prefix) == (3400, "510124")


def test_a_neighbour_county_pays_the_province_rate_without_surcharge():
    found = quote(make_table(), RegionCode("510703"), 1_000)
    assert (found.base_fen, found.weight_fen, found.last_mile_fen) == (3000, 80, 0)


@pytest.mark.parametrize(
    "table",
    [
        make_table(areas=("13",)),
        make_table(areas=()),
        make_table(rates=()),
        make_table(rates=(FreightRate("13", 1, 1),)),
    ],
)
def test_a_place_without_area_or_without_rate_is_not_reached(table):
    assert quote(table, TOWN, 1) is None
    assert not delivers_to(table, TOWN)


def test_the_empty_prefix_is_the_whole_country():
    table = make_table(areas=("",), rates=(FreightRate("", 100, 0),), last_miles=())
    assert quote(table, TOWN, 5).total_fen == 100
    assert quote(table, TOWN, 5).matched_prefix == ""


def test_a_price_by_county_needs_the_county_not_its_province():
    table = make_table(rates=(FreightRate("510124104", 1, 1),))
    assert quote(table, RegionCode("510124"), 1) is None


def test_the_part_by_weight_is_rounded_up_to_the_fen():
    assert quote(make_table(), TOWN, 1).weight_fen == 1
    assert quote(make_table(), TOWN, 0).weight_fen == 0


def test_negative_weight_is_no_weight():
    with pytest.raises(ValueError, match="negative"):
        quote(make_table(), TOWN, -1)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_more_weight_never_costs_less(a, b):
    low, high = sorted((a, b))
    table = make_table()
    assert quote(table, TOWN, low).total_fen <= quote(table, TOWN, high).total_fen


PLACES = ["", "51", "5101", "510124", "510124104", "13"]
prefixes = st.lists(st.sampled_from(PLACES), unique=True)


@given(prefixes, prefixes, prefixes, st.integers(0, 10**6))
def test_the_part_of_a_table_that_counts_at_a_place_costs_the_same(areas, rates, last, weight):
    table = FreightTable(
        "s",
        tuple(areas),
        tuple(FreightRate(p, 100 * n, 7 + n) for n, p in enumerate(rates)),
        tuple(LastMile(p, 11 * n) for n, p in enumerate(last)),
    )
    town = RegionCode("510124104")
    rows = [("s", "area", p, 0, 0) for p in areas]
    rows += [("s", "rate", r.prefix, r.base_fen, r.per_kg_fen) for r in table.rates]
    rows += [("s", "last", r.prefix, r.surcharge_fen, 0) for r in table.last_miles]
    there = FreightTo(row for row in rows if row[2] in town.prefixes)
    whole, part = quote(table, town, weight), there.table("s")
    assert (part and quote(part, town, weight)) == whole
    assert there.reach == ({"s"} if whole else set())
    if whole:
        once, per_kg = there.fee("s")
        assert once + -(-per_kg * weight // 1000) == whole.total_fen
    else:
        assert there.fee("s") is None
