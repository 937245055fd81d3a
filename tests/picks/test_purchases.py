"""What a county's households bought, counted by households, from five on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from market.kernel.region_code import RegionCode
from market.orders import service as orders
from market.orders.models import Order, OrderLine, SellerOrder
from market.picks import queries, service
from market.picks.models import CountyPurchase
from tests.factories.catalogue import START, make_maker, make_offer
from tests.factories.market import pay
from tests.factories.orders import TOWN, make_household, place


@pytest.fixture
def offer(session):
    return make_offer(session, make_maker(session), stock=200)


def buy(session, offer, households, times=1, packs=1):
    """Orders of so many new households, paid; returns the ids of the orders."""
    made = []
    for _number in range(households):
        buyer = make_household(session)
        for time in range(times):
            key = f"submission-{buyer.account_id}-{time}"
            order = place(session, buyer, (offer, packs), idempotency_key=key)
            pay(session, order.id)
            made.append(order.id)
    return made


def told(session, now=START, least=5, place=TOWN):
    service.count_purchases(session, now + timedelta(minutes=1), least)
    return dict(queries.favoured(session, place, now, "G105").bought)


def test_five_households_are_told_and_four_are_not(session, offer):
    buy(session, offer, 4, times=3)
    assert told(session) == {}
    buy(session, offer, 1)
    assert told(session) == {offer.product_id: 5}
    assert told(session, place=RegionCode("130624")) == {offer.product_id: 5}
    for elsewhere in ("130623001", "1306", "13"):
        assert told(session, place=RegionCode(elsewhere)) == {}


def test_settings_may_ask_for_more_and_never_for_less(session, offer):
    buy(session, offer, 4)
    assert told(session, least=1) == {}
    buy(session, offer, 2)
    assert told(session, least=7) == {}
    assert told(session, least=6) == {offer.product_id: 6}
    assert told(session, least=7) == {}  # what was written before goes again


def test_a_purchase_counts_for_180_days(session, offer):
    buy(session, offer, 5)
    assert told(session, START + timedelta(days=179)) == {offer.product_id: 5}
    assert told(session, START + timedelta(days=181)) == {}
    assert not session.scalar(select(CountyPurchase.product_id))


def test_what_was_not_paid_given_up_refunded_or_a_gift_does_not_count(session, offer):
    keys = buy(session, offer, 9, packs=2)
    assert told(session) == {offer.product_id: 9}
    session.get(Order, keys[0]).paid_at = None
    line = session.scalar(_lines(keys[1]))
    line.cancelled = line.quantity
    session.scalar(_lines(keys[2])).gift_of = "x"
    part = session.scalar(select(SellerOrder).where(SellerOrder.order_id == keys[3]))
    part.refunded_fen = part.total_fen
    session.flush()
    assert told(session) == {offer.product_id: 5}


def _lines(order_id):
    return (
        select(OrderLine)
        .join(SellerOrder, SellerOrder.id == OrderLine.seller_order_id)
        .where(SellerOrder.order_id == order_id)
    )


def test_places_without_a_county_are_left_out(session, offer):
    keys = buy(session, offer, 5)
    for key in keys:
        session.get(Order, key).region_code = "1306"
    session.flush()
    since = START - timedelta(days=1)
    assert orders.households_by_county(session, since, START + timedelta(days=1), 1) == {}


def test_counting_again_changes_nothing(session, offer):
    buy(session, offer, 5)
    assert service.count_purchases(session, START + timedelta(minutes=1)) == 1
    assert service.count_purchases(session, START + timedelta(minutes=2)) == 0
