"""What carts keep is taken once, given back once, and stands in nobody's way when it is over."""

from datetime import timedelta

import pytest

from market.catalogue import cart_holds, queries, service, stock
from market.catalogue.errors import OutOfStock, StockBelowReserved
from market.catalogue.models import Listing
from market.catalogue.types import CartWish, Demand
from market.kernel.region_code import RegionCode
from tests.factories.catalogue import make_offer, make_shelter

TEN = timedelta(minutes=10)


def wish(offer, packs, line="line", region=None):
    return CartWish(line, offer.listing_id, packs, region)


def keep(session, now, holder, *groups):
    return cart_holds.keep(session, holder, groups, now + TEN, now)


def level(session, offer, now=None):
    (found,) = queries.levels_of(session, [offer.listing_id], now)
    return found.on_hand, found.reserved, found.in_carts


def free(session, offer, now, holder=""):
    return queries.free_stock(session, [offer.listing_id], now, holder)[offer.listing_id]


def buy(session, offer, packs, now, key="order", **more):
    demand = [Demand(offer.listing_id, packs)]
    return stock.reserve(session, key, demand, now + TEN, now, **more)


@pytest.fixture
def offer(session):
    return make_offer(session, stock=5)


@pytest.fixture(autouse=True)
def books(session):
    """Whatever a test did, the books agree."""
    yield
    assert queries.stock_breaches(session) == []


def test_what_a_cart_keeps_is_not_sold_to_others_but_to_itself(session, offer, now):
    assert keep(session, now, "ann", [wish(offer, 4)]) == {"line"}
    assert level(session, offer) == (5, 0, 4)
    assert (free(session, offer, now), free(session, offer, now, "ann")) == (1, 5)
    with pytest.raises(OutOfStock) as refusal:
        buy(session, offer, 2, now)
    assert refusal.value.available == 1
    taken = buy(session, offer, 5, now, holder="ann")
    assert [a.quantity for a in taken] == [5]
    assert level(session, offer) == (5, 5, 0)


def test_an_order_for_less_gives_the_rest_back(session, offer, now):
    keep(session, now, "ann", [wish(offer, 4)])
    buy(session, offer, 1, now, holder="ann")
    assert level(session, offer) == (5, 1, 0)


def test_a_refused_order_leaves_what_was_kept(session, offer, now):
    keep(session, now, "ann", [wish(offer, 4)])
    with pytest.raises(OutOfStock) as refusal:
        buy(session, offer, 6, now, holder="ann")
    assert refusal.value.available == 5
    assert level(session, offer) == (5, 0, 4)
    assert buy(session, offer, 4, now, holder="ann")


def test_a_group_is_kept_wholly_or_not_at_all(session, offer, now):
    scarce, made = (
        make_offer(session, stock=1),
        make_offer(session, listing={"made_to_order": True}),
    )
    group = [wish(offer, 2, "a"), wish(scarce, 2, "b"), wish(made, 9, "c")]
    assert keep(session, now, "ann", group) == set()
    assert (level(session, offer), level(session, scarce)) == ((5, 0, 0), (1, 0, 0))
    group = [wish(offer, 2, "a"), wish(scarce, 1, "b"), wish(made, 9, "c")]
    assert keep(session, now, "ann", group) == {"a", "b"}  # made to order needs nothing


def test_loose_and_grouped_lines_of_one_listing_share_what_it_has(session, offer, now):
    kept = keep(
        session,
        now,
        "ann",
        [
            wish(offer, 3, "of a set"),
        ],
        [wish(offer, 3, "loose")],
    )
    assert kept == {"of a set"}
    assert keep(session, now, "ann", [wish(offer, 2, "loose")]) == {"loose"}
    assert level(session, offer) == (5, 0, 5)
    assert buy(session, offer, 5, now, holder="ann")


def test_of_several_warehouses_the_nearest_keeps_first(session, offer, now):
    near = make_shelter(session, offer.maker, region_code="130434")
    stock.restock(session, offer.listing_id, near.id, 3, now)
    keep(session, now, "ann", [wish(offer, 4, region=RegionCode("130434100"))])
    found = {x.warehouse_id: x.in_carts for x in queries.levels_of(session, [offer.listing_id])}
    assert found == {near.id: 3, offer.warehouse_id: 1}
    buy(session, offer, 4, now, holder="ann")  # without a region from the first by name
    assert sum(x.reserved for x in queries.levels_of(session, [offer.listing_id])) == 4


def test_one_line_is_kept_from_the_shelf_that_was_seen_or_from_the_one_that_is(session, offer, now):
    shelf = queries.find_offer(session, offer.listing_id, now).shelf
    keep(session, now, "ann", [wish(offer, 5)])  # another was faster

    def keep_one(packs):
        return cart_holds.keep_one(session, "bob", wish(offer, packs, "his"), shelf, now + TEN, now)

    assert not keep_one(1)
    cart_holds.free_holder(session, "ann")
    assert keep_one(2)
    assert level(session, offer) == (5, 0, 2)


def test_nothing_is_kept_of_goods_made_to_order_or_off_sale(session, offer, now):
    service.pause_listing(session, offer.actor, offer.listing_id, now)
    for goods in (offer, make_offer(session, listing={"made_to_order": True})):
        shelf = queries.find_offer(session, goods.listing_id, now).shelf
        assert not cart_holds.keep_one(session, "ann", wish(goods, 1), shelf, now + TEN, now)
        assert keep(session, now, "ann", [wish(goods, 1)]) == set()


def test_shrinking_and_freeing_give_back_exactly_once(session, offer, now):
    near = make_shelter(session, offer.maker)
    stock.restock(session, offer.listing_id, near.id, 5, now)
    keep(session, now, "ann", [wish(offer, 8, "a")], [wish(offer, 2, "b")])
    cart_holds.shrink(session, "ann", "a", 8)
    cart_holds.shrink(session, "ann", "a", 3)
    cart_holds.shrink(session, "ann", "a", 3)
    assert free(session, offer, now) == 5
    assert cart_holds.free_lines(session, "bob", ["a"]) == 0  # another's lines
    assert cart_holds.free_lines(session, "ann", ["a"]) == 3
    assert cart_holds.free_lines(session, "ann", ["a"]) == 0
    assert cart_holds.free_holder(session, "ann") == 2
    assert free(session, offer, now) == 10


def test_what_is_over_stands_in_nobodys_way_though_no_worker_runs(session, offer, clock):
    now = clock.now()
    keep(session, now, "ann", [wish(offer, 5)])
    clock.advance(minutes=10)
    now = clock.now()
    # every way to look says that it is free, and who buys or keeps gets it
    assert free(session, offer, now) == 5
    assert (
        queries.listings_by_ids(session, [offer.listing_id], now)[offer.listing_id].available == 5
    )
    page = queries.get_product(session, offer.product_id, now)
    assert [x.available for x in page.listings] == [5]
    assert level(session, offer, now) == (5, 0, 0)
    assert level(session, offer) == (5, 0, 5)  # nobody has swept
    shelf = queries.find_offer(session, offer.listing_id, now).shelf
    assert cart_holds.keep_one(session, "bob", wish(offer, 2, "his"), shelf, now + TEN, now)
    assert buy(session, offer, 3, now)
    assert level(session, offer) == (5, 3, 2)
    assert cart_holds.free_holder(session, "ann") == 0


def test_the_sweep_ends_what_is_over_and_may_be_repeated(session, offer, clock):
    now = clock.now()
    keep(session, now, "ann", [wish(offer, 3)])
    clock.advance(minutes=5)
    keep(session, clock.now(), "bob", [wish(offer, 2)])
    clock.advance(minutes=5)
    assert cart_holds.end_over(session, clock.now()) == 3
    assert cart_holds.end_over(session, clock.now()) == 0
    assert level(session, offer) == (5, 0, 2)


def test_prolonged_packs_are_kept_for_longer(session, offer, clock):
    now = clock.now()
    keep(session, now, "ann", [wish(offer, 3, "a")], [wish(offer, 2, "b")])
    clock.advance(minutes=9)
    cart_holds.prolong(session, "ann", clock.now() + TEN, ["a"])
    clock.advance(minutes=2)
    assert free(session, offer, clock.now()) == 2


def test_a_count_of_less_makes_carts_give_way_but_not_orders(session, offer, now):
    seller = offer.actor
    buy(session, offer, 1, now)
    keep(session, now, "ann", [wish(offer, 4)])

    def count(packs):
        return service.correct_stock(
            session, seller, offer.listing_id, offer.warehouse_id, packs, now=now
        )

    assert count(7) == 2
    assert level(session, offer) == (7, 1, 4)
    assert count(4) == -3
    assert level(session, offer) == (4, 1, 0)
    with pytest.raises(StockBelowReserved):
        count(0)


@pytest.mark.parametrize("way", ["paused", "archived", "failed a spot check"])
def test_goods_that_leave_the_market_are_given_back_at_once(session, offer, now, way):
    keep(session, now, "ann", [wish(offer, 4)])
    if way == "failed a spot check":
        service.hold_product(session, offer.product_id, now)
    else:
        verb = service.pause_listing if way == "paused" else service.archive_listing
        verb(session, offer.actor, offer.listing_id, now)
    assert level(session, offer) == (5, 0, 0)


def test_packs_of_a_cart_that_moves_are_the_others(session, offer, now):
    keep(session, now, "guest", [wish(offer, 2, "a")], [wish(offer, 1, "b")])
    cart_holds.move(session, "guest", "ann", {"a": "hers"})
    assert cart_holds.free_lines(session, "ann", ["hers"]) == 2
    assert cart_holds.free_lines(session, "ann", ["b"]) == 1


def test_the_hint_for_lists_does_not_follow_carts(session, offer, now):
    """Pages of lists would be made anew each time somebody took the last pack into the hand."""
    keep(session, now, "ann", [wish(offer, 5)])
    (found,) = queries.listing_rows(session, offer.maker.id, now)
    assert (found.listing.available, found.visible) == (0, True)
    assert session.get_one(Listing, offer.listing_id).in_stock
