"""Stock is never more taken than there is, and its books agree."""

from datetime import timedelta

import pytest

from market.catalogue import queries, stock
from market.catalogue.errors import HoldExpired, HoldInUse, OutOfStock, StockBelowReserved
from market.catalogue.types import Allocation, Demand
from market.kernel.region_code import RegionCode
from tests.factories.catalogue import make_offer, make_shelter

QUARTER = timedelta(minutes=15)


def level(session, offer):
    (found,) = queries.levels_of(session, [offer.listing_id])
    return found.on_hand, found.reserved


def test_a_hold_takes_packs_and_a_release_gives_them_back(session, now):
    offer = make_offer(session, stock=10)
    taken = stock.reserve(session, "k", [Demand(offer.listing_id, 4)], now + QUARTER, now)
    assert taken == [Allocation(offer.listing_id, offer.warehouse_id, 4)]
    assert level(session, offer) == (10, 4)
    assert queries.free_stock(session, [offer.listing_id], now) == {offer.listing_id: 6}
    assert stock.release(session, "k", now) == 4
    assert stock.release(session, "k", now) == 0
    assert level(session, offer) == (10, 0)
    assert queries.stock_breaches(session) == []


def test_all_or_nothing(session, now):
    plenty, scarce = make_offer(session, stock=10), make_offer(session, stock=2)
    demands = [Demand(plenty.listing_id, 5), Demand(scarce.listing_id, 3)]
    with pytest.raises(OutOfStock) as refusal:
        stock.reserve(session, "k", demands, now + QUARTER, now)
    assert (refusal.value.listing_id, refusal.value.available) == (scarce.listing_id, 2)
    assert level(session, plenty) == (10, 0)
    assert queries.stock_breaches(session) == []


def test_demands_of_one_listing_are_summed(session, now):
    offer = make_offer(session, stock=5)
    twice = [Demand(offer.listing_id, 3), Demand(offer.listing_id, 3)]
    with pytest.raises(OutOfStock):
        stock.reserve(session, "k", twice, now + QUARTER, now)


def test_reserving_again_under_the_same_key_replaces_the_hold(session, now):
    offer = make_offer(session, stock=5)
    stock.reserve(session, "k", [Demand(offer.listing_id, 4)], now + QUARTER, now)
    stock.reserve(session, "k", [Demand(offer.listing_id, 5)], now + QUARTER, now)
    assert level(session, offer) == (5, 5)
    with pytest.raises(OutOfStock):
        stock.reserve(session, "k", [Demand(offer.listing_id, 6)], now + QUARTER, now)
    assert level(session, offer) == (5, 5)  # the refused attempt left the old hold standing


def test_a_commit_sells_once(session, now):
    offer = make_offer(session, stock=5)
    stock.reserve(session, "k", [Demand(offer.listing_id, 2)], now + QUARTER, now)
    first = stock.commit(session, "k", now)
    assert stock.commit(session, "k", now) == first
    assert level(session, offer) == (3, 0)
    with pytest.raises(HoldInUse):
        stock.reserve(session, "k", [Demand(offer.listing_id, 1)], now + QUARTER, now)
    assert stock.release(session, "k", now) == 0
    assert queries.stock_breaches(session) == []


def test_a_hold_ends_by_the_clock_and_cannot_be_committed_after_the_sweep(session, clock):
    offer = make_offer(session, stock=5)
    now = clock.now()
    stock.reserve(session, "k", [Demand(offer.listing_id, 2)], now + QUARTER, now)
    assert stock.expire_holds(session, now) == []
    clock.advance(minutes=15)
    assert stock.expire_holds(session, clock.now()) == ["k"]
    assert stock.expire_holds(session, clock.now()) == []
    assert level(session, offer) == (5, 0)
    with pytest.raises(HoldExpired):
        stock.commit(session, "k", clock.now())
    with pytest.raises(HoldExpired):
        stock.extend(session, "k", clock.now() + QUARTER, clock.now())
    # late payment: the same key may hold again
    stock.reserve(session, "k", [Demand(offer.listing_id, 2)], clock.now() + QUARTER, clock.now())
    assert stock.commit(session, "k", clock.now())


def test_an_extended_hold_outlives_its_first_instant(session, clock):
    offer = make_offer(session, stock=5)
    now = clock.now()
    stock.reserve(session, "k", [Demand(offer.listing_id, 2)], now + QUARTER, now)
    stock.extend(session, "k", now + 2 * QUARTER, now)
    clock.advance(minutes=20)
    assert stock.expire_holds(session, clock.now()) == []


def test_the_nearest_warehouse_gives_first(session, now):
    offer = make_offer(session, stock=5)
    near = make_shelter(session, offer.maker, region_code="130434")
    stock.restock(session, offer.listing_id, near.id, 3, now)
    demand = Demand(offer.listing_id, 4, RegionCode("130434100"))
    taken = {a.warehouse_id: a.quantity for a in stock.reserve(
        session, "k", [demand], now + QUARTER, now)}  # fmt: skip
    assert taken == {near.id: 3, offer.warehouse_id: 1}


def test_made_to_order_needs_no_stock(session, now):
    offer = make_offer(session, stock=0, listing={"made_to_order": True})
    taken = stock.reserve(session, "k", [Demand(offer.listing_id, 400)], now + QUARTER, now)
    assert taken == [Allocation(offer.listing_id, None, 400)]
    assert stock.commit(session, "k", now) == taken
    assert queries.stock_breaches(session) == []


def test_counts_and_returns_are_in_the_journal(session, now):
    offer = make_offer(session, stock=5)
    key = offer.listing_id, offer.warehouse_id
    stock.reserve(session, "k", [Demand(offer.listing_id, 3)], now + QUARTER, now)
    with pytest.raises(StockBelowReserved):
        stock.count_stock(session, *key, 2, now)
    assert stock.count_stock(session, *key, 4, now) == -1
    stock.commit(session, "k", now)
    stock.take_back(session, *key, 1, now, reason="拒收")
    stock.take_back(session, *key, 1, now, damaged=True)
    stock.restock(session, *key, 7, now, reason="进货")
    assert level(session, offer) == (9, 0)
    assert queries.stock_breaches(session) == []
    kinds = [m.kind for m in queries.movements_of(session, offer.listing_id)]
    assert sorted(kinds) == sorted(["initial", "counted", "sold", "returned", "damaged", "in"])


def test_the_audit_finds_a_level_that_was_written_past_the_journal(session):
    offer = make_offer(session, stock=5)
    session.connection().exec_driver_sql(
        f"UPDATE stock_levels SET on_hand = 6 WHERE listing_id = '{offer.listing_id}'"
    )
    assert len(queries.stock_breaches(session)) == 1


def test_in_stock_follows_the_last_pack(session, now):
    offer = make_offer(session, stock=1)

    def hint():
        (row,) = queries.shelf(session, ["G105"], now)
        return row.in_stock

    assert hint()
    before = queries.revision_of(session, ["G105"])
    stock.reserve(session, "k", [Demand(offer.listing_id, 1)], now + QUARTER, now)
    assert not hint()
    assert queries.revision_of(session, ["G105"]) > before
    stock.release(session, "k", now)
    assert hint()
