"""A product that a bundle names: taken first, stood in for when it is off sale, and a task."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.bundles import queries, service
from market.bundles.errors import ProductUnfit
from market.bundles.lost import lost_options
from market.bundles.types import Choices
from market.catalogue import service as catalogue
from market.kernel.actor import SYSTEM
from market.notifications.models import Message
from tests.factories.accounts import make_account, sign_in
from tests.factories.bundles import START, WALL, WRAP, make_own_bundle, offer_eps
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.suppliers import make_supplier


def publish(session, seller, bundle_id, slot):
    service.update_slot(session, actor_for(seller.id), bundle_id, slot, START)
    review = service.submit(session, actor_for(seller.id), bundle_id, now=START)
    service.approve(session, SYSTEM, review, now=START)


def first_slot(session):
    bundle = queries.get_live(session, WRAP.slug)
    return queries.calculate(session, bundle, Choices(), None, START).slots[0]


def test_a_named_product_off_sale_is_stood_in_for_and_its_author_told_once(client, session):
    supplier = make_maker(session)
    make_supplier(session, supplier)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", supplier.id)
    dear, cheap = offer_eps(session, price=9900), offer_eps(session, price=9000)
    bundle_id = make_own_bundle(session, supplier)
    named = replace(WALL, product_id=dear.product_id)
    publish(session, supplier, bundle_id, named)
    seen = first_slot(session)
    assert (seen.chosen.listing.id, seen.problem) == (dear.listing_id, "")
    assert service.tell_of_lost(session, START) == 0
    catalogue.archive_listing(session, dear.actor, dear.listing_id, START)
    seen = first_slot(session)
    assert (seen.chosen.listing.id, seen.problem) == (cheap.listing_id, "named_gone")
    [lost] = lost_options(session, supplier.id, START)
    assert lost.substitute.id == cheap.listing_id
    assert lost_options(session, "", START) == []
    assert [service.tell_of_lost(session, START) for _ in range(2)] == [1, 1]
    told = session.scalars(select(Message.params).where(Message.kind == "bundle_option_lost")).all()
    assert [one["product"] for one in told] == ["模塑聚苯板 80 mm"]
    sign_in(client, session, worker.id)
    assert "方案里有买不到的商品或材料" in client.get("/seller").text
    assert "现在顶上的是" in client.get("/seller/bundles").text
    public = client.get(f"/bundles/{WRAP.slug}").text
    assert "方案里指定的“模塑聚苯板 80 mm”这里现在买不到，先换成“模塑聚苯板 80 mm”" in public
    publish(session, supplier, bundle_id, replace(WALL, product_id=cheap.product_id))
    assert lost_options(session, supplier.id, START) == []


def test_what_was_named_is_found_however_dear(session):
    supplier = make_maker(session)
    make_supplier(session, supplier)
    dear = offer_eps(session, price=99_000)
    maker = make_maker(session)
    for price in range(9000, 9025):
        make_offer(
            session, maker, product={"material_key": "eps80", "unit": "m2"},
            listing={"price_fen": price},
        )  # fmt: skip
    bundle_id = make_own_bundle(session, supplier)
    publish(session, supplier, bundle_id, replace(WALL, product_id=dear.product_id))
    assert first_slot(session).chosen.listing.id == dear.listing_id


def test_only_a_published_product_of_the_kind_can_be_named(session):
    supplier = make_maker(session)
    make_supplier(session, supplier)
    bundle_id = make_own_bundle(session, supplier)
    board = offer_eps(session)
    author = actor_for(supplier.id)
    for slot in (
        replace(WALL, product_id="0" * 20),
        replace(WALL, product_id=board.product_id, kind_code="G101"),
        replace(WALL, product_id=board.product_id, unit="kg", quantity="wall_net*3"),
    ):
        with pytest.raises(ProductUnfit):
            service.update_slot(session, author, bundle_id, slot, START)
