"""Filters, counts and orders of a kind's list."""

from dataclasses import replace
from decimal import Decimal

import pytest

from market.storefront import lists
from market.storefront.rules import Delivered, Functional
from market.storefront.types import Choice, Offer, Sort, Stock


def offer(key, product, price, **overrides):
    """An offer of 1,000ths of a fen per m², delivered."""
    made = Offer(
        listing_id=key,
        product_id=product,
        seller_id="s1",
        star=3,
        in_stock=True,
        published=0.0,
        unit="m2",
        delivered=Delivered(price, 0, Decimal(100)) if price else None,
        functional=None,
    )
    return replace(made, **overrides)


SHELF = Stock(
    (
        offer("a", "p1", 5_000, seller_id="s1", published=1.0),
        offer("b", "p1", 4_000, seller_id="s2", in_stock=False),
        offer("c", "p2", 3_000, star=2, published=3.0),
        offer("d", "p3", None, star=1, seller_id="s2", published=2.0),
    ),
    {"s1": "甲", "s2": "乙"},
)


def ids(choice):
    found, _ = lists.arrange(SHELF, choice, "m2")
    return [one.listing_id for one in found]


def test_a_product_appears_once_with_its_best_offer_in_stock():
    assert ids(Choice(sort=Sort.DELIVERED)) == ["c", "a", "d"]


def test_what_cannot_be_delivered_comes_last_and_can_be_left_out():
    assert ids(Choice(sort=Sort.DELIVERED, delivers=True)) == ["c", "a"]


def test_the_newest_first():
    assert ids(Choice(sort=Sort.NEWEST)) == ["c", "d", "a"]


def test_the_same_effect_decides_before_the_price():
    stock = Stock(
        (
            offer("thin", "p1", 2_000, functional=Functional("insulation", 900)),
            offer("thick", "p2", 4_000, functional=Functional("insulation", 700)),
            offer("unknown", "p3", 1_000),
        ),
        {},
    )
    found, _ = lists.arrange(stock, Choice(), "m2")
    assert [one.listing_id for one in found] == ["thick", "thin", "unknown"]
    assert lists.sorts_for(stock, has_place=True)[0] is Sort.EFFECT
    assert Sort.EFFECT not in lists.sorts_for(SHELF, has_place=False)


def test_another_unit_is_not_compared_with_the_kinds_own():
    stock = Stock((offer("piece", "p1", 10, unit="piece"), offer("m2", "p2", 9_000)), {})
    found, _ = lists.arrange(stock, Choice(sort=Sort.DELIVERED), "m2")
    assert [one.listing_id for one in found] == ["m2", "piece"]


def test_each_facet_counts_with_the_others_applied():
    _, counts = lists.arrange(SHELF, Choice(stars=frozenset({3})), "m2")
    assert counts.total == 1
    assert counts.stars == {3: 1, 2: 1, 1: 1}
    assert counts.sellers == {"s1": 1, "s2": 1}
    assert counts.in_stock == 1
    assert counts.delivers == 1


@pytest.mark.parametrize(
    "choice",
    [
        Choice(stars=frozenset({2})),
        Choice(sellers=frozenset({"s2"})),
        Choice(in_stock=True),
        Choice(delivers=True),
        Choice(stars=frozenset({1, 3}), in_stock=True),
    ],
)
def test_the_count_of_a_value_is_what_choosing_it_shows(choice):
    _, counts = lists.arrange(SHELF, choice, "m2")
    for star, count in counts.stars.items():
        found, _ = lists.arrange(SHELF, replace(choice, stars=frozenset({star})), "m2")
        assert len(found) == count
    for seller, count in counts.sellers.items():
        found, _ = lists.arrange(SHELF, replace(choice, sellers=frozenset({seller})), "m2")
        assert len(found) == count
