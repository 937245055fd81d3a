"""Offers of generic materials are kept while their kind stands, and every change shows at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from market.catalogue import queries as catalogue
from market.catalogue import service
from market.catalogue.models import Product
from market.kernel.region_code import RegionCode
from market.sellers import service as sellers
from tests.factories.catalogue import LISTING, actor_for, make_maker, make_offer
from tests.factories.orders import START

TOWN = RegionCode("510124104")
PAIR = ("G105", "eps80")
BOARD = {"material_key": "eps80", "unit": "m2"}


@pytest.fixture
def site(shared_app, race_database):
    """A database whose commits are real."""
    return race_database


@pytest.fixture
def offer(site):
    with site.unit_of_work() as session:
        return make_offer(session, stock=50, product=BOARD)


def found(site, region=TOWN, at=START):
    with site.reading() as session:
        return catalogue.listings_for_materials(session, {PAIR}, region, at)[PAIR]


def sent(site, call):
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    for engine in site.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        for engine in site.engines:
            event.remove(engine, "before_cursor_execute", note)
    return [statement for statement in seen if "FROM products" in statement
            or "JOIN products" in statement]  # fmt: skip


def test_what_is_kept_is_not_read_again(site, offer):
    assert sent(site, lambda: found(site))
    assert not sent(site, lambda: found(site))
    with site.unit_of_work() as session:
        fresh = catalogue.listings_for_materials(session, {PAIR}, TOWN, START)[PAIR]
    assert found(site) == fresh


def test_a_new_price_shows_at_once(site, offer):
    before = found(site)
    with site.unit_of_work() as session:
        details = replace(LISTING, price_fen=before[0].price_fen + 7)
        service.edit_listing(session, offer.actor, offer.listing_id, details, START)
    assert [x.price_fen for x in found(site)] == [before[0].price_fen + 7]


def test_packs_in_stock_are_counted_every_time(site, offer):
    assert found(site)[0].available == 50
    with site.unit_of_work() as session:
        service.receive_stock(
            session, offer.actor, offer.listing_id, offer.warehouse_id, 3, now=START
        )
    assert found(site)[0].available == 53


def test_a_new_offer_and_a_paused_one(site, offer):
    found(site)
    with site.unit_of_work() as session:
        other = make_offer(session, product=BOARD, listing={"price_fen": 1})
    assert [x.id for x in found(site)] == [other.listing_id, offer.listing_id]
    with site.unit_of_work() as session:
        service.pause_listing(session, other.actor, other.listing_id, START)
    assert [x.id for x in found(site)] == [offer.listing_id]


def test_a_changed_product_shows_at_once(site, offer):
    found(site)
    with site.unit_of_work() as session:
        row = session.get_one(Product, offer.product_id)
        service.pause_product(session, offer.actor, row.id, START)
    assert found(site) == []


def test_a_seller_who_stops_delivering_there(site, offer):
    assert found(site)
    with site.unit_of_work() as session:
        sellers.remove_area(session, offer.actor, offer.maker.id, "")
    assert found(site) == []
    with site.unit_of_work() as session:
        sellers.add_area(session, offer.actor, offer.maker.id, TOWN)
    assert [x.id for x in found(site)] == [offer.listing_id]


def test_a_certificate_that_ended(site, offer):
    assert found(site)
    assert found(site, at=START + timedelta(days=2000)) == []


def test_what_was_rolled_back_is_never_kept(site, offer):
    before = found(site)

    def change_and_fail():
        with site.unit_of_work() as session:
            details = replace(LISTING, price_fen=1)
            service.edit_listing(session, offer.actor, offer.listing_id, details, START)
            inside = catalogue.listings_for_materials(session, {PAIR}, TOWN, START)[PAIR]
            raise RuntimeError(inside[0].price_fen)

    with pytest.raises(RuntimeError, match=r"^1$"):
        change_and_fail()
    assert found(site) == before


def test_another_place_has_its_own_offers(site, offer):
    with site.unit_of_work() as session:
        far = make_maker(session, region_code="130624")
        sellers.remove_area(session, actor_for(far.id), far.id, "")
        sellers.add_area(session, actor_for(far.id), far.id, RegionCode("130624"))
        near = make_offer(session, far, product=BOARD, listing={"price_fen": 5})
    assert [x.id for x in found(site)] == [offer.listing_id]
    assert {x.id for x in found(site, RegionCode("130624104"))} == {
        offer.listing_id, near.listing_id
    }  # fmt: skip
    assert {x.id for x in found(site, None)} == {offer.listing_id, near.listing_id}
