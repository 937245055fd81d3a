"""Batches: what is recorded, what they open, and what goes out with them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from market.audit.models import AuditEvent
from market.batches import queries, service
from market.batches.errors import (
    AlreadyWithdrawn,
    BatchKnown,
    BatchNotFound,
    BatchReportKnown,
    MadeInFuture,
    UseByReversed,
    WithdrawReasonMissing,
)
from market.batches.types import BatchDraft
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.errors import NotPublishable, ProductNotFound
from market.inspections import service as inspections
from market.notifications.models import Message
from market.orders import queries as sold
from market.orders import service as orders
from market.orders.errors import BatchNotChosen, NoBatchToSend
from market.orders.types import QuantityOf, Shipment
from tests.factories.batches import START, make_batch, paper
from tests.factories.catalogue import VARIANT, actor_for, make_maker, make_offer, make_product
from tests.factories.catalogue import attach_report as attach_product_report
from tests.factories.inspections import OFFICIAL, enter
from tests.factories.market import pay
from tests.factories.orders import make_household, place, view

CEMENT = {"kind_code": "X01", "name_zh": "水泥", "unit": "t"}


@pytest.fixture
def offer(session):
    return make_offer(session, stock=50)


def cement(session):
    """A draft of a traced kind that only lacks a batch."""
    maker = make_maker(session)
    product = make_product(session, maker, standard="GB 175-2023", **CEMENT)
    attach_product_report(session, product, maker)
    goods.add_variant(session, actor_for(maker.id), product, VARIANT, START)
    return maker, product


def bought(session, offer, packs=3):
    order = view(session, place(session, make_household(session), (offer, packs)).id)
    pay(session, order.id)
    return view(session, order.id)


def send(session, offer, order, packs, batch=None):
    part = order.seller_orders[0]
    line = part.lines[0]
    chosen = {line.id: batch} if batch else {}
    shipment = Shipment((QuantityOf(line.id, packs),), "老王", batches=chosen)
    orders.ship(session, part.id, shipment, offer.actor, START)


def test_a_batch_keeps_the_certificate_of_its_day(session, offer):
    view = queries.get(session, make_batch(session, offer.actor, offer.product_id))
    then = view.certificate
    assert (then.number, then.state, then.star) == (offer.certificate.number, "valid", 3)
    assert then.was_in_force
    early = make_batch(session, offer.actor, offer.product_id, made_on=date(2023, 12, 31))
    assert queries.get(session, early).certificate.state == "upcoming"


def test_a_later_suspension_does_not_reach_back(session, offer):
    offer.certificate.standing = "suspended"
    offer.certificate.standing_since = START - timedelta(days=2)
    session.flush()
    before = make_batch(session, offer.actor, offer.product_id, made_on=date(2026, 11, 1))
    after = make_batch(session, offer.actor, offer.product_id, made_on=date(2026, 11, 22))
    assert queries.get(session, before).certificate.state == "valid"
    assert queries.get(session, after).certificate.state == "suspended"


def test_a_traced_product_is_published_only_with_a_batch_that_may_go_out(session):
    maker, product = cement(session)
    actor = actor_for(maker.id)

    def blockers():
        row = catalogue.own_product_row(session, actor, product, START)
        return [blocker.code for blocker in row.blockers]

    assert blockers() == ["batch_missing"]
    make_batch(session, actor, product, report=False)
    past = make_batch(session, actor, product, use_by=date(2026, 11, 21))
    assert blockers() == ["batch_missing"]
    with pytest.raises(NotPublishable):
        goods.publish_product(session, actor, product, START)
    good = make_batch(session, actor, product, use_by=date(2026, 11, 22))
    assert blockers() == []
    goods.publish_product(session, actor, product, START)
    assert [c.id for c in queries.choices(session, [product], date(2026, 11, 22))[product]] == [
        good
    ]
    assert past not in str(queries.choices(session, [product], date(2026, 11, 23)))
    row = catalogue.own_product_row(session, actor, product, START + timedelta(days=1))
    assert [blocker.code for blocker in row.blockers] == ["batch_missing"]  # by the clock alone
    service.withdraw(session, actor, good, "强度不够", now=START)
    assert blockers() == ["batch_missing"]


def test_wrong_batches_are_refused(session, offer):
    batch = make_batch(session, offer.actor, offer.product_id, number="A 1")
    for error, changed in (
        (BatchKnown, {"number": "ａ1"}),
        (MadeInFuture, {"made_on": date(2026, 11, 23)}),
        (UseByReversed, {"use_by": date(2026, 11, 1)}),
    ):
        with pytest.raises(error):
            make_batch(session, offer.actor, offer.product_id, **changed)
    with pytest.raises(BatchReportKnown):
        service.attach_report(session, offer.actor, batch, paper(), now=START)
    with pytest.raises(WithdrawReasonMissing):
        service.withdraw(session, offer.actor, batch, " ", now=START)
    service.withdraw(session, offer.actor, batch, "强度不够", now=START)
    with pytest.raises(AlreadyWithdrawn):
        service.withdraw(session, offer.actor, batch, "强度不够", now=START)
    actions = {row.action for row in session.query(AuditEvent).filter_by(object_id=batch)}
    assert actions == {"batch.add", "batch.report", "batch.withdraw"}


def test_anothers_batch_is_not_there(session, offer):
    batch = make_batch(session, offer.actor, offer.product_id)
    stranger = make_offer(session).actor
    with pytest.raises(BatchNotFound):
        queries.get_own(session, stranger, batch)
    with pytest.raises(BatchNotFound):
        service.withdraw(session, stranger, batch, "不是我的", now=START)
    draft = BatchDraft("1", date(2026, 11, 1), Decimal(1))
    with pytest.raises(ProductNotFound):
        service.add_batch(session, stranger, offer.product_id, draft, None, now=START)


def test_goods_with_batches_are_sent_with_one(session, offer):
    order = bought(session, offer)
    batch = make_batch(session, offer.actor, offer.product_id)
    other = make_offer(session)
    foreign = make_batch(session, other.actor, other.product_id)
    for wrong in (None, foreign, "none"):
        with pytest.raises(BatchNotChosen):
            send(session, offer, order, 2, wrong)
    send(session, offer, order, 2, batch)
    second = make_batch(session, offer.actor, offer.product_id)
    send(session, offer, order, 1, second)
    parcels = view(session, order.id).seller_orders[0].parcels
    assert [p.contents[0].batch_id for p in parcels] == [batch, second]
    reach = sold.reach_of_batch(session, batch)
    assert (reach.buyers, reach.packs) == (1, 2)
    assert [(c.code, c.buyers, c.packs) for c in reach.counties] == [("130624", 1, 2)]
    assert sold.reach_of_batch(session, batch, []).buyers == 0
    assert sold.buyers_of_batch(session, batch, OFFICIAL.official_regions) == []


def test_traced_goods_without_a_batch_do_not_go_out(session):
    offer = make_offer(session, product=CEMENT, stock=20)
    order = bought(session, offer)
    (batch,) = queries.list_of_product(session, offer.product_id)
    service.withdraw(session, offer.actor, batch.id, "受潮", now=START)
    with pytest.raises(NoBatchToSend):
        send(session, offer, order, 1)


def test_a_failed_batch_is_told_to_who_may_have_it(session, offer):
    batch = make_batch(session, offer.actor, offer.product_id, number="20261015-2")
    good = make_batch(session, offer.actor, offer.product_id)
    has_it, has_other, waits = (bought(session, offer) for _ in range(3))
    send(session, offer, has_it, 3, batch)
    send(session, offer, has_other, 3, good)
    check = enter(session, offer, batch_no=" 20261015 -2")
    inspections.publish(session, OFFICIAL, check, now=START)
    told = {m.account_id for m in session.query(Message) if m.kind == "spot_check_failed"}
    assert told == {has_it.account_id, waits.account_id}
    assert has_other.account_id not in told
