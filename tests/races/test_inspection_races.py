"""A failure is published while twenty households press the last button, or twenty parcels of the
batch are sent: nothing is sold or sent after it."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from market.batches import holds as batches
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.models import StockLevel
from market.catalogue.types import Demand
from market.inspections import service as inspections
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.orders import service as orders
from market.orders.errors import BatchFailed
from market.orders.models import Order, OrderLine, ParcelLine, SellerOrder
from market.orders.types import QuantityOf, Shipment
from tests.factories.batches import make_batch
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.inspections import FAILED, OFFICIAL, enter, fail, paper
from tests.factories.orders import START, TOWN
from tests.races.test_checkout_races import HOUSEHOLDS, TRIALS, Sale, market, run

__all__ = ["market"]


def sold(session, offer):
    """(orders, packs taken from stock) of the product that this transaction can see."""
    lines = select(func.count(Order.id)).join(SellerOrder).join(OrderLine)
    packs = select(func.sum(StockLevel.reserved)).where(StockLevel.listing_id == offer.listing_id)
    orders = session.scalar(lines.where(OrderLine.product_id == offer.product_id))
    return orders, session.scalar(packs)


def publish(database, check_id, offer, seen):
    """Publish, and note how many orders there were when the gate was shut."""
    with database.unit_of_work() as session:
        inspections.publish(session, OFFICIAL, check_id, now=START)
        seen.append(sold(session, offer))


def test_nothing_is_sold_after_a_failure_is_published(market):
    database, counts = market[0], []
    for trial in range(max(4, TRIALS // 4)):
        sale = Sale.of(market, stock=1_000, packs=1)
        sale.again()
        offer, ready = sale.offer, sale.ready
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
        counts += [orders for orders, _ in seen]
        sale.over()
    assert any(count < len(ready) for count in counts), "no trial met a purchase under way"


def test_control_reading_the_gate_first_sells_after_the_notice(market):
    """Must fail: twenty look at the gate, the notice is published, and then they take goods."""
    database = market[0]
    sale = Sale.of(market, stock=1_000, packs=1)
    offer = sale.offer
    with database.unit_of_work() as session:
        check_id = enter(session, offer)
    looked, published, seen = threading.Barrier(HOUSEHOLDS + 1), threading.Event(), []

    def naive(key):
        with database.reading() as session:
            listing = catalogue.listings_by_ids(session, [offer.listing_id], START)
        looked.wait(30)
        published.wait(30)
        if listing[offer.listing_id].sellable:
            demand = Demand(offer.listing_id, 1, TOWN)
            with database.unit_of_work() as session:
                goods.stock.reserve(session, key, [demand], START + timedelta(hours=1), START)

    buyers = [threading.Thread(target=naive, args=(new_id(),)) for _ in range(HOUSEHOLDS)]
    for buyer in buyers:
        buyer.start()
    looked.wait(30)
    publish(database, check_id, offer, seen)
    published.set()
    for buyer in buyers:
        buyer.join(60)
    with database.reading() as session:
        assert [sold(session, offer)] != seen, "the harness did not see the fault of the naive way"


def test_no_pack_of_the_batch_is_sent_after_its_failure_is_published(market):
    database, counts = market[0], []
    for trial in range(max(4, TRIALS // 4)):
        sale = Sale.of(market, stock=1_000, packs=1)
        sale.again()
        assert run(market, sale.ready) == [None] * HOUSEHOLDS
        offer, to_send = sale.offer, []
        with database.unit_of_work() as session:
            batch = make_batch(session, offer.actor, offer.product_id, number=FAILED.batch_no)
            check_id = enter(session, offer)
            lines = session.scalars(
                select(OrderLine).where(OrderLine.product_id == offer.product_id)
            )
            for line in lines:
                orders.confirm(session, _order_of(session, line), START)
                to_send.append((line.seller_order_id, line.id))
        seen, refused = [], []
        barrier = threading.Barrier(HOUSEHOLDS + 1)

        def send(
            place, part_id, line_id, batch=batch, refused=refused, barrier=barrier, offer=offer
        ):
            shipment = Shipment((QuantityOf(line_id, 1),), "老王", batches={line_id: batch})
            barrier.wait(30)
            time.sleep(place * 0.02)  # some begin after the publication, however fast all are
            try:
                with database.unit_of_work() as session:
                    orders.ship(session, part_id, shipment, offer.actor, START)
            except BatchFailed:
                refused.append(line_id)

        def publish_beside(trial=trial, check=check_id, batch=batch, seen=seen, barrier=barrier):
            barrier.wait(30)
            time.sleep(trial * 0.005)
            with database.unit_of_work() as session:
                inspections.publish(session, OFFICIAL, check, now=START)
                seen.append(sent_of(session, batch))

        threads = [threading.Thread(target=send, args=(n, *one)) for n, one in enumerate(to_send)]
        threads.append(threading.Thread(target=publish_beside))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        with database.reading() as session:
            assert [sent_of(session, batch)] == seen
        assert seen[0] + len(refused) == HOUSEHOLDS
        counts.append(seen[0])
    assert any(count < HOUSEHOLDS for count in counts), "no trial met a parcel under way"


def _elsewhere(session, offer):
    """A draft of a sample that officials of another county took in a shop of theirs, where
    notices have numbers of their own: (official, its id)."""
    shop = make_maker(session, kind="shop", region_code="130624")
    official = replace(OFFICIAL, official_regions=(RegionCode("130624"),))
    result = replace(FAILED, report_number=new_id())
    return official, inspections.enter(
        session, official, offer.product_id, shop.id, result, paper(), now=START
    )


def sent_of(session, batch):
    """Packs of a batch in parcels that this transaction can see."""
    packs = select(func.coalesce(func.sum(ParcelLine.quantity), 0))
    return session.scalar(packs.where(ParcelLine.batch_id == batch))


def _order_of(session, line):
    return session.get(SellerOrder, line.seller_order_id).order_id


@pytest.mark.parametrize("before", [0, 1])
def test_failures_of_one_kind_published_at_the_same_moment_count_each_other(
    market, before, monkeypatch
):
    """Two products of a maker, with none or one failure before: the kind is barred, and nobody
    waits for the other for ever."""
    database, shut = market[0], batches.hold_failed
    monkeypatch.setattr(  # so long that the other is always under way
        batches, "hold_failed", lambda *a, **k: (shut(*a, **k), time.sleep(0.05))
    )
    for _trial in range(max(4, TRIALS // 8)):
        with database.unit_of_work() as session:
            offer = make_offer(session)
            offers = [offer, make_offer(session, offer.maker, offer.certificate)]
            for _ in range(before):
                fail(session, make_offer(session, offer.maker, offer.certificate))
            checks = [(OFFICIAL, enter(session, offer)), _elsewhere(session, offers[1])]
        barrier, wrong = threading.Barrier(len(checks)), []

        def publish_one(official, check_id, barrier=barrier, wrong=wrong):
            barrier.wait(30)
            try:
                with database.unit_of_work() as session:
                    inspections.publish(session, official, check_id, now=START)
            except Exception as error:  # noqa: BLE001 (told below)
                wrong.append(error)

        threads = [threading.Thread(target=publish_one, args=one) for one in checks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert wrong == []
        with database.reading() as session:
            view = catalogue.listings_by_ids(session, [offer.listing_id], START)[offer.listing_id]
        assert {one.code for one in view.shut} == {"spot_check_failed", "kind_barred"}
