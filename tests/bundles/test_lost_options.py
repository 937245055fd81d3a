"""Options that a plan defines by kind, when nobody sells anything that could fill them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.bundles import queries, service
from market.bundles.lost import lost_options
from market.bundles.types import Choices
from market.catalogue import service as catalogue
from market.catalogue.local_lists import Admission
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.notifications.models import Message
from tests.bundles.test_named_products import publish
from tests.factories.accounts import make_account, sign_in
from tests.factories.bundles import START, WALL, WRAP, make_own_bundle, offer_eps
from tests.factories.catalogue import (
    VARIANT,
    actor_for,
    make_listing,
    make_maker,
    make_offer,
    make_product,
)
from tests.factories.catalogue import publish as make_up
from tests.factories.inspections import paper
from tests.factories.suppliers import make_supplier
from tests.factories.uses import make_use_rule


def supplier_with_bundle(session, slot=WALL):
    """A supplier with somebody who reads its messages, and its live bundle of one slot."""
    supplier = make_maker(session)
    make_supplier(session, supplier)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", supplier.id)
    bundle_id = make_own_bundle(session, supplier)
    publish(session, supplier, bundle_id, slot)
    return supplier, worker, bundle_id


def found(session, supplier):
    return [(one.slot.key, one.of_kind) for one in lost_options(session, supplier.id, START)]


def told(session):
    query = select(Message.params).where(Message.kind == "bundle_slot_emptied")
    return [one["slot"] for one in session.scalars(query)]


def test_an_option_by_kind_is_a_task_until_something_is_on_sale_again(client, session):
    board = offer_eps(session)
    supplier, worker, _bundle = supplier_with_bundle(session)
    assert found(session, supplier) == []
    assert service.tell_of_lost(session, START) == 0
    catalogue.archive_listing(session, board.actor, board.listing_id, START)
    assert found(session, supplier) == [("eps", True)]
    assert lost_options(session, "", START) == []
    assert [service.tell_of_lost(session, START) for _ in range(3)] == [1, 1, 1]
    assert told(session) == ["保温板"]
    sign_in(client, session, worker.id)
    assert "方案里有买不到的商品或材料" in client.get("/seller").text
    page = client.get("/seller/bundles").text
    assert "这种材料没有一家在卖" in page
    assert "nobody sells this material" in client.get("/seller/bundles?lang=en").text
    assert "外墙一套”里的保温板没有货了" in client.get("/me/messages").text
    offer_eps(session)
    assert found(session, supplier) == []
    assert service.tell_of_lost(session, START) == 0
    assert told(session) == ["保温板"]


def test_the_household_sees_the_same_as_the_task_says(session):
    supplier, _worker, _bundle = supplier_with_bundle(session)
    bundle = queries.get_live(session, WRAP.slug)
    slot = queries.calculate(session, bundle, Choices(), None, START).slots[0]
    assert (slot.problem, found(session, supplier)) == ("none_here", [("eps", True)])


def test_goods_of_another_material_or_unit_do_not_fill_an_option(session):
    supplier, _worker, bundle_id = supplier_with_bundle(session)
    maker = make_maker(session)
    for material, unit in (("geps100", "m2"), ("eps80", "m3")):
        make_offer(session, maker, product={"material_key": material, "unit": unit})
        assert found(session, supplier) == [("eps", True)]
    publish(session, supplier, bundle_id, replace(WALL, alternatives=("geps100",)))
    assert found(session, supplier) == []


def test_goods_that_the_use_bars_do_not_fill_an_option(session):
    supplier, _worker, _bundle = supplier_with_bundle(session, replace(WALL, use_key="indoor"))
    offer_eps(session)
    assert found(session, supplier) == []
    make_use_rule(session, min_star=None, max_voc=Decimal(50))
    assert found(session, supplier) == [("eps", True)]


@pytest.mark.parametrize(("place", "filled"), [("130624", True), ("510124", False)])
def test_goods_of_a_local_list_fill_an_option_where_the_plan_is_for(session, place, filled):
    maker = make_maker(session, region_code="130624")
    product = make_product(session, maker, name_zh="秸秆压制板", material_key="eps80", unit="m2")
    actor = actor_for(maker.id)
    variant = catalogue.add_variant(session, actor, product, VARIANT, START)
    county = RegionCode("130624")
    official = Actor("o", frozenset({"official"}), official_regions=(county,))
    admission = Admission(region=county, until_on=date(2026, 12, 31), sheet_number="JS-1",
                          reason="本地产")  # fmt: skip
    catalogue.admit(session, official, product, admission, paper(), now=START)
    make_up(session, actor, product, START)
    make_listing(session, maker, variant)
    supplier = make_maker(session)
    make_supplier(session, supplier)
    author = actor_for(supplier.id)
    draft = replace(WRAP, regions=(place,))
    bundle_id = service.create_bundle(session, author, draft, START, supplier.id)
    service.add_slot(session, author, bundle_id, WALL, START)
    publish(session, supplier, bundle_id, WALL)
    assert found(session, supplier) == ([] if filled else [("eps", True)])


def test_a_retired_bundle_asks_nothing_of_its_author(session):
    supplier, _worker, bundle_id = supplier_with_bundle(session)
    assert found(session, supplier) == [("eps", True)]
    service.retire(session, actor_for(supplier.id), bundle_id, START)
    assert found(session, supplier) == []
