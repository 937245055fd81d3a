"""What pages say of packs that are kept for the cart, without JavaScript."""

import re

import pytest

from market.accounts import service as accounts
from market.carts import queries as carts
from market.carts import service as carts_service
from market.carts.types import CartOwner
from market.catalogue import queries
from market.checkout import service as checkout
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.orders import TOWN, fill_cart, make_address, make_household, submission


@pytest.fixture
def offer(session):
    made = make_offer(session, make_maker(session, name="甲厂"), stock=5)
    session.commit()
    return made


@pytest.fixture
def household(session, client):
    someone = make_household(session)
    sign_in(client, session, someone.account_id)
    client.set_cookie("township", TOWN.digits)
    return someone


def text(response):
    assert response.status_code == 200
    return response.get_data(as_text=True)


def plain(response):
    return re.sub(r"<[^>]+>", "", text(response))


def put(client, offer, quantity="2"):
    data = {"listing_id": offer.listing_id, "quantity": quantity}
    return client.post("/cart/lines", data=data)


def in_carts(session, offer):
    session.expire_all()
    return sum(x.in_carts for x in queries.levels_of(session, [offer.listing_id]))


def test_cart_and_checkout_say_until_when(client, session, household, offer, clock):
    put(client, offer)
    address = make_address(session, household.account_id)
    session.commit()
    until = "为你保留到 10:10（还剩 10 分钟）"  # 02:10 UTC
    assert clock.now().hour == 2
    for path in ("/cart", "/checkout/address", f"/checkout/confirm?address={address}"):
        assert until in plain(client.get(path))
    page = text(client.get("/cart"))
    assert "已为你暂留" in page
    assert 'role="status"' in page
    assert re.search(r'<script src="/assets/cart\.[0-9a-f]+\.js" defer>', page)
    clock.advance(seconds=30)
    assert "为你保留到 10:10（还剩 10 分钟）" in plain(client.get("/cart"))
    clock.advance(minutes=4)
    assert "为你保留到 10:14（还剩 10 分钟）" in plain(client.get("/cart"))  # it was opened


def test_cart_and_checkout_say_that_it_ends_for_good(client, session, household, offer, clock):
    put(client, offer)
    address = make_address(session, household.account_id)
    session.commit()
    pages = ("/cart", "/checkout/address", f"/checkout/confirm?address={address}")
    assert "从第一次暂留起一共不超过 30 分钟" in text(client.get("/cart"))
    for path in pages:
        assert "最晚延到 10:30" in plain(client.get(path))
    for _ in range(3):
        clock.advance(minutes=8)
        client.get("/cart")
    for path in pages:
        page = plain(client.get(path))
        assert "为你保留到 10:30（还剩 6 分钟）" in page
        assert "已经延到头，不能再延了" in page
    clock.advance(minutes=6)
    page = plain(client.get("/cart"))
    assert "已经给你暂留满 30 分钟，先让别人买，11:00 以后才能再留。还有货就能下单" in page
    assert "为你保留到" not in page
    client.set_cookie("lang", "en")
    english = plain(client.get("/cart"))
    assert "Kept for you for the full 30 minutes" in english


def test_a_line_for_which_nothing_could_be_kept_says_so(app, client, session, household, offer):
    settings = app.extensions["market.settings"]
    app.extensions["market.settings"] = type(settings)(
        **{**settings.__dict__, "cart_hold_lines": 1}
    )
    try:
        second = make_offer(session, stock=5)
        session.commit()
        put(client, offer)
        put(client, second)
        page = text(client.get("/cart"))
    finally:
        app.extensions["market.settings"] = settings
    assert "一次最多暂留 1 样，这样下单时才能确定" in page
    assert page.count("已为你暂留") == 1


def test_the_last_packs_of_another_are_short_not_refused(client, session, household, offer):
    other = make_household(session)
    fill_cart(session, other.account_id, (offer, 4))
    session.commit()
    assert put(client, offer).status_code == 303
    page = text(client.get("/cart"))
    assert "只剩 1 包，你要 2 包" in page
    assert "为你保留到" not in page


def lines_of(session, someone):
    return [line.id for line in carts.get_cart(session, CartOwner(someone.account_id)).lines]


def test_last_packs_in_other_carts_may_come_back_and_pages_say_so(
    app, client, session, household, offer, clock
):
    page, said = f"/p/{offer.product_id}", "没买的最晚 30 分钟内放出来，先到先得"
    put(client, offer, "5")
    other = app.test_client()
    someone = make_household(session)
    sign_in(other, session, someone.account_id)
    other.set_cookie("township", TOWN.digits)
    put(other, offer, "1")
    # Kept pages do not know whose cart it is: it may be the reader's own.
    for path, whose in (("/cart", "在别人的购物车里"), (page, "已经有人放进购物车")):
        there = plain(other.get(path))
        assert f"最后几包{whose}，{said}" in there
        assert "卖完" not in there
    assert said not in plain(client.get("/cart"))  # they are in the own cart
    other.set_cookie("lang", "en")
    for path in ("/cart", page):
        assert "comes back within 30 minutes, first come first served" in plain(other.get(path))
    other.set_cookie("lang", "zh")
    clock.advance(minutes=61)
    for path in ("/cart", page):
        assert said not in plain(other.get(path))
    carts_service.remove(
        session, CartOwner(someone.account_id), lines_of(session, someone), clock.now()
    )
    session.commit()
    client.get("/cart")  # the rest is over: they are kept once more, and then bought
    address = make_address(session, household.account_id)
    sent = submission(session, household.account_id, address, clock.now())
    checkout.place_order(session, household.account_id, sent, clock.now())
    session.commit()
    assert "卖完" in plain(other.get(page))
    assert said not in plain(other.get(page))


def test_a_guest_is_told_and_has_them_kept_at_the_checkout(client, session, offer):
    client.set_cookie("township", TOWN.digits)
    put(client, offer)
    page = text(client.get("/cart"))
    assert "去结算时开始给你暂留 10 分钟，最多 10 样。" in page
    assert "为你保留到" not in page
    assert in_carts(session, offer) == 0
    assert "为你保留到 10:10" in plain(client.get("/checkout"))
    assert in_carts(session, offer) == 2
    assert "为你保留到 10:10" in plain(client.get("/cart"))
    line_id = re.search(r'id="line-([0-9a-z]{20})"', text(client.get("/cart")))[1]
    client.post(f"/cart/lines/{line_id}", data={f"quantity-{line_id}": "1", "step": "0"})
    assert in_carts(session, offer) == 1
    client.post(f"/cart/lines/{line_id}/remove")
    assert in_carts(session, offer) == 0


def test_what_a_guest_had_kept_is_kept_after_signing_in(client, session, offer):
    client.set_cookie("township", TOWN.digits)
    put(client, offer)
    client.get("/checkout")
    someone = make_household(session)
    sign_in(client, session, someone.account_id)
    assert "为你保留到" in plain(client.get("/checkout/address"))
    assert in_carts(session, offer) == 2
    client.post("/sign-out")
    assert in_carts(session, offer) == 0


def test_all_is_english_for_who_reads_it(client, household, offer):
    put(client, offer)
    client.set_cookie("lang", "en")
    page = plain(client.get("/cart"))
    assert "Kept for you until 10:10 (10 min left)" in page
    assert "kept for you for 10 minutes, 20 lines at most" in page


def test_the_seller_sees_what_carts_keep_until_it_is_over(client, session, offer, clock):
    fill_cart(session, make_household(session).account_id, (offer, 4))
    member = make_account(session)
    accounts.grant_role(session, member.id, "seller", scope=offer.maker.id)
    sign_in(client, session, member.id)

    def cells():
        page = text(client.get(f"/seller/listings/{offer.listing_id}"))
        return re.findall(r'data-label="(购物车暂留|可卖)">(\d+)<', page)

    assert cells() == [("购物车暂留", "4"), ("可卖", "1")]
    clock.advance(minutes=10)
    assert cells() == [("购物车暂留", "0"), ("可卖", "5")]


def test_an_order_for_the_whole_cart_leaves_nothing_kept(client, session, household, offer):
    address = make_address(session, household.account_id)
    session.commit()
    put(client, offer, "5")
    page = text(client.get(f"/checkout/confirm?address={address}"))
    hidden = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    sent = {
        "address": address, "payment_method": "cash_on_delivery",
        "idempotency_key": hidden["idempotency_key"], "seen_total": hidden["seen_total"],
    }  # fmt: skip
    assert client.post("/checkout/confirm", data=sent).status_code == 303
    assert in_carts(session, offer) == 0
    assert not carts.get_cart(session, CartOwner(household.account_id)).lines
    assert queries.stock_breaches(session) == []
