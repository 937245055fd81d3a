"""A cart line that cannot be bought says since when, whatever closed it."""

from datetime import date, timedelta

import pytest

from market.carts import queries as carts
from market.carts.types import CartOwner
from market.checkout.quote import quote
from market.checkout.wording import say_problem
from market.substances.types import Status
from tests.factories.accounts import sign_in
from tests.factories.catalogue import make_offer
from tests.factories.inspections import START, fail
from tests.factories.orders import TOWN, fill_cart, make_household
from tests.factories.substances import make_content, make_substance


def said(app, session, buyer, now=START):
    cart = carts.get_cart(session, CartOwner(buyer.account_id))
    priced = quote(session, cart, TOWN, buyer.account_id, now)
    with app.test_request_context():
        return [
            say_problem(line, problem, "天生桥镇").text
            for line in priced.blocked for problem in line.problems
        ]  # fmt: skip


@pytest.fixture
def bought(session):
    """An offer in the cart of a household."""
    offer, buyer = make_offer(session), make_household(session)
    fill_cart(session, buyer.account_id, (offer, 2))
    return offer, buyer


def test_a_barred_kind(app, session, bought):
    offer, buyer = bought
    sister = make_offer(session, offer.maker, offer.certificate)
    fail(session, sister)
    fail(session, sister)
    assert said(app, session, buyer) == [
        "厂家这类产品两年内抽查两次不合格，从 2026-11-22 起到 2027-05-24 不能卖"
    ]


@pytest.mark.parametrize("standing", ["suspended", "revoked", "cancelled"])
def test_a_certificate_that_stands_no_more(app, session, bought, standing):
    offer, buyer = bought
    offer.certificate.standing = standing
    offer.certificate.standing_since = START - timedelta(days=3)
    session.flush()
    (text,) = said(app, session, buyer)
    assert "从 2026-11-19 起" in text


def test_contents_that_are_not_allowed(app, session, bought):
    offer, buyer = bought
    substance = make_substance(session, status=Status.LIMITED)
    make_content(session, offer.actor, offer.product_id, substance, "150")
    assert said(app, session, buyer) == ["不符合有毒有害物质的规则，从 2026-01-01 起不能卖"]


def test_a_certificate_of_later(app, session, bought):
    offer, buyer = bought
    offer.certificate.valid_from = date(2026, 12, 1)
    session.flush()
    assert said(app, session, buyer) == ["证书从 2026-12-01 起才有效，现在不能买"]


def test_nothing_to_buy_has_no_certified_share(client, session, bought):
    offer, buyer = bought
    session.commit()
    sign_in(client, session, buyer.account_id)
    assert "其中已认证材料占 100" in client.get("/cart").get_data(as_text=True)
    fail(session, offer)
    session.commit()
    page = client.get("/cart").get_data(as_text=True)
    assert "抽查不合格，从 2026-11-22 起停售" in page
    assert "其中已认证材料占" not in page
