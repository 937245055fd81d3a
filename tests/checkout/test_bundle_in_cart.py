"""A configured bundle in the cart: one house, one group, however often the button is pressed."""

import html
import re

import pytest

from market.bundles import service as bundles
from market.bundles.types import Choices, HouseAnswers, Owner
from market.carts import queries as carts
from market.carts import service as cart_service
from market.carts.types import CartOwner
from market.checkout import service
from tests.factories.accounts import make_account, sign_in
from tests.factories.bundles import load, offer_eps

SLUG = "cold-clean-heat"


@pytest.fixture
def offered(session):
    load(session)
    made = offer_eps(session)
    session.commit()
    return made


@pytest.fixture
def mine(session, client):
    account = make_account(session)
    sign_in(client, session, account.id)
    return account.id


def save(session, account_id, now, choices=None):
    return bundles.save_configuration(
        session, Owner(account_id), SLUG, choices or Choices(), configuration_id=None, now=now
    )


def put(client, configuration_id):
    assert client.post(f"/cart/bundles/{configuration_id}").status_code == 303
    return html.unescape(client.get("/cart").get_data(as_text=True))


def test_the_same_configuration_twice_is_one_group_and_says_so(session, client, now, offered, mine):
    stored = save(session, mine, now)
    session.commit()
    assert "整套放进购物车了" in put(client, stored)
    (before,) = carts.get_cart(session, CartOwner(mine)).lines
    cart_service.set_quantity(session, CartOwner(mine), before.id, before.quantity + 9, now)
    session.commit()
    page = put(client, stored)
    assert "已经在购物车里，按现在的配置换成了最新数量" in page
    assert "整套放进购物车了" not in page
    (line,) = carts.get_cart(session, CartOwner(mine)).lines
    assert line.quantity == before.quantity
    client.set_cookie("lang", "en")
    assert re.search(r"was in the cart already", put(client, stored))


def test_another_configuration_is_another_group(session, now, offered, mine):
    first = save(session, mine, now)
    other = save(session, mine, now, Choices(HouseAnswers(wall_mm=370)))
    assert first != other
    for configuration_id in (first, other, first):
        service.add_bundle_to_cart(
            session, CartOwner(mine), Owner(mine), configuration_id, None, now=now
        )
    assert len({line.group_id for line in carts.get_cart(session, CartOwner(mine)).lines}) == 2


def test_storing_the_same_choices_again_is_the_same_configuration(session, now, offered, mine):
    assert save(session, mine, now) == save(session, mine, now)


def test_loose_packs_of_the_same_goods_stay(session, now, offered, mine):
    service.add_to_cart(session, CartOwner(mine), offered.listing_id, 2, now)
    stored = save(session, mine, now)
    for _ in range(2):
        service.add_bundle_to_cart(session, CartOwner(mine), Owner(mine), stored, None, now=now)
    lines = carts.get_cart(session, CartOwner(mine)).lines
    assert sorted(line.group_id is None for line in lines) == [False, True]
