"""A failure is published while twenty households press the last button: no sale after it."""

import threading

from sqlalchemy import func, select

from market.catalogue import queries as catalogue
from market.inspections import service as inspections
from market.orders.models import Order, OrderLine, SellerOrder
from tests.factories.inspections import OFFICIAL, enter
from tests.factories.orders import START
from tests.races.test_checkout_races import TRIALS, clear_carts, market, prepare, run

__all__ = ["market"]


def sold(session, offer):
    """Orders of the product that this transaction can see."""
    lines = select(func.count(Order.id)).join(SellerOrder).join(OrderLine)
    return session.scalar(lines.where(OrderLine.product_id == offer.product_id))


def publish(database, check_id, offer, seen):
    """Publish, and note how many orders there were when the gate was shut."""
    with database.unit_of_work() as session:
        inspections.publish(session, OFFICIAL, check_id, now=START)
        seen.append(sold(session, offer))


def test_nothing_is_sold_after_a_failure_is_published(market):
    database, counts = market[0], []
    for trial in range(max(4, TRIALS // 4)):
        offer, _, ready = prepare(market, stock=1_000, packs=1)
        with database.unit_of_work() as session:
            check_id = enter(session, offer)
        seen = []
        official = threading.Timer(trial * 0.005, publish, (database, check_id, offer, seen))
        official.start()
        run(market, ready)
        official.join(60)
        with database.reading() as session:
            assert [sold(session, offer)] == seen
            view = catalogue.listings_by_ids(session, [offer.listing_id], START)
            assert not view[offer.listing_id].sellable
        counts += seen
        clear_carts(market, ready)
    assert any(count < len(ready) for count in counts), "no trial met a purchase under way"
