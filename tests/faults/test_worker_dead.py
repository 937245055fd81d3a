"""The worker is dead: nothing that carts keep past its time stands in the way of a sale.

No job runs in these tests; only the clock goes on.
"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from market.catalogue import queries
from market.catalogue.models import CartHold
from tests.factories.accounts import sign_in
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.orders import TOWN, fill_cart, make_address, make_household

PACKS = 3


@pytest.fixture
def offer(session, clock):
    """All of its packs lie in a cart that its owner has left, and nobody sweeps."""
    made = make_offer(session, make_maker(session, name="甲厂"), stock=PACKS)
    gone = make_household(session)
    fill_cart(session, gone.account_id, (made, PACKS), now=clock.now())
    session.commit()
    clock.advance(minutes=10)
    return made


@pytest.fixture
def household(session, client):
    someone = make_household(session)
    sign_in(client, session, someone.account_id)
    client.set_cookie("township", TOWN.digits)
    return someone


def page_of(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.text


def buy(client, address):
    page = page_of(client, f"/checkout/confirm?address={address}")
    hidden = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    sent = {
        "address": address, "payment_method": "cash_on_delivery",
        "idempotency_key": hidden["idempotency_key"], "seen_total": hidden["seen_total"],
    }  # fmt: skip
    return client.post("/checkout/confirm", data=sent)


def test_another_sees_keeps_and_buys_what_is_over(client, session, household, offer):
    assert session.scalar(select(func.count(CartHold.id))) == 1  # still there
    page = page_of(client, f"/p/{offer.product_id}")
    assert re.search(rf"这家现在只有 {PACKS}\s包", page)
    client.post("/cart/lines", data={"listing_id": offer.listing_id, "quantity": str(PACKS)})
    cart = page_of(client, "/cart")
    assert "已为你暂留" in cart
    address = make_address(session, household.account_id)
    session.commit()
    assert buy(client, address).status_code == 303
    session.expire_all()
    (level,) = queries.levels_of(session, [offer.listing_id])
    assert (level.free, level.in_carts) == (0, 0)
    assert queries.stock_breaches(session) == []


def test_an_order_takes_what_is_over_without_a_cart_hold_of_its_own(
    client, session, household, offer, clock
):
    """The cart was filled while all was kept for the other: only the order finds it free."""
    clock.advance(minutes=-1)
    client.post("/cart/lines", data={"listing_id": offer.listing_id, "quantity": str(PACKS)})
    assert "最后几包在别人的购物车里" in page_of(client, "/cart")
    clock.advance(minutes=1)
    address = make_address(session, household.account_id)
    session.commit()
    assert buy(client, address).status_code == 303
    session.expire_all()
    assert queries.stock_breaches(session) == []


def test_days_later_the_books_agree_and_it_is_kept_for_the_next(client, session, offer, clock):
    clock.advance(days=3)
    now = clock.now()
    assert queries.free_stock(session, [offer.listing_id], now) == {offer.listing_id: PACKS}
    assert queries.stock_breaches(session) == []
    fresh = make_household(session)
    sign_in(client, session, fresh.account_id)
    client.post("/cart/lines", data={"listing_id": offer.listing_id, "quantity": "1"})
    session.expire_all()
    (level,) = queries.levels_of(session, [offer.listing_id], now + timedelta(minutes=1))
    assert level.in_carts == 1
