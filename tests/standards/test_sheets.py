"""Sheets leave on goods what the screens would have left of the library."""

from datetime import date

import pytest
from sqlalchemy import select

from market.catalogue import change_queries
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.errors import NotPublishable
from market.catalogue.models import Product
from market.catalogue.types import ProductDetails
from tests.factories.accounts import make_actor
from tests.factories.catalogue import START, make_maker, make_product
from tests.factories.standards import OPERATOR, TODAY, end, make_citing, make_edition

DETAILS = ProductDetails("X01", "表格里的水泥", "t", standard="ｇｂ175—2007")


@pytest.fixture
def maker(session):
    old = make_edition(session, "GB 175-2007")
    make_edition(session, "GB 175-2023", effective_on=date(2024, 6, 1))
    end(session, old, "GB 175-2023")
    return make_maker(session)


@pytest.fixture
def actor(session, maker):
    return make_actor(session, "seller", maker.id)


def written(session, actor, maker, act, products=()):
    touched = goods.Touched(products=frozenset(products))
    edits = goods.Edits(session, actor, maker.id, touched, START)
    act(edits)
    edits.finish()
    goods.write_edits(session, edits)
    session.expire_all()


def test_new_goods_of_a_sheet_carry_what_the_library_says(session, maker, actor):
    written(session, actor, maker, lambda edits: edits.add_product(DETAILS))
    row = session.scalars(select(Product)).one()
    assert [one["code"] for one in row.cited] == ["GB 175-2007"]
    assert row.outdated_from == TODAY
    with pytest.raises(NotPublishable) as refusal:
        goods.publish_product(session, actor, row.id, START)
    assert "standard_superseded" in refusal.value.params["reasons"]


def test_a_draft_edited_by_a_sheet_loses_its_flag(session, maker, actor):
    product_id = make_product(
        session, maker, kind_code="X01", unit="t", certificate_id=None, standard="GB 175-2007"
    )
    assert session.get_one(Product, product_id).outdated_from == TODAY
    wanted = ProductDetails("X01", "改过的水泥", "t", standard="GB 175-2023")
    written(
        session, actor, maker, lambda edits: edits.edit_product(product_id, wanted), [product_id]
    )
    assert session.get_one(Product, product_id).outdated_from is None


def test_a_sheet_that_goes_back_to_what_is_over_is_not_confirmed(session, maker):
    offer = make_citing(session, "GB 175-2023", maker=maker)
    member = make_actor(session, "seller", maker.id)
    live = catalogue.get_own_product(session, member, offer.product_id).details
    wanted = ProductDetails(**vars(live) | {"standard": "GB 175-2007"})
    written(
        session, member, maker, lambda edits: edits.edit_product(offer.product_id, wanted),
        [offer.product_id],
    )  # fmt: skip
    assert session.get_one(Product, offer.product_id).outdated_from is None
    change_id, version = change_queries.find_open_change(session, offer.product_id)
    with pytest.raises(NotPublishable):
        goods.confirm_change(session, OPERATOR, change_id, version, now=START)
