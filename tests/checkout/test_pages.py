"""The cart and the steps of checkout, as a browser without JavaScript meets them."""

import re

import pytest

from market.carts import queries as carts
from market.carts.types import CartOwner
from market.orders import queries as orders
from tests.factories.accounts import sign_in
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.market import make_promotion
from tests.factories.orders import TOWN, fill_cart, make_address, make_household


@pytest.fixture
def offer(session):
    made = make_offer(session, make_maker(session, name="甲厂"), stock=10)
    session.commit()
    return made


@pytest.fixture
def household(session, client):
    someone = make_household(session)
    sign_in(client, session, someone.account_id)
    return someone


def choose_town(client):
    client.set_cookie("township", TOWN.digits)


def put(client, offer, quantity="2", **more):
    data = {"listing_id": offer.listing_id, "quantity": quantity, **more}
    return client.post("/cart/lines", data=data)


def cart_line(page):
    return re.search(r'id="line-([0-9a-z]{20})"', page)[1]


def text(response):
    return response.get_data(as_text=True)


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def test_an_empty_cart_says_where_to_go(client):
    page = client.get("/cart")
    assert page.status_code == 200
    assert "购物车是空的" in text(page)


def test_a_guest_sees_lines_freight_and_total_for_the_town(client, offer):
    choose_town(client)
    assert put(client, offer).headers["Location"] == "/cart"
    page = text(client.get("/cart"))
    assert "甲厂" in page
    assert "示例认证中心发证" in page  # who gave the mark stands beside it
    assert "276.48" in page  # two packs
    assert "天生桥镇" in page
    assert "292.24" in page  # 10.00 + 11.52 kg at 0.50 added


def test_without_a_town_the_page_asks_for_it(client, offer):
    put(client, offer)
    page = text(client.get("/cart"))
    assert "还没选收货的乡镇" in page
    assert "合计，不含运费" in page


def test_the_stepper_works_without_script(client, offer):
    put(client, offer)
    line_id = cart_line(text(client.get("/cart")))
    url = f"/cart/lines/{line_id}"
    client.post(url, data={f"quantity-{line_id}": "2", "step": "1"})
    field = f'id="quantity-{line_id}" value="3"'
    assert field in text(client.get("/cart"))
    client.post(url, data={f"quantity-{line_id}": "7", "step": "0"})
    assert 'value="7"' in text(client.get("/cart"))
    client.post(url, data={f"quantity-{line_id}": "1", "step": "-1"})
    assert "购物车是空的" in text(client.get("/cart"))


@pytest.mark.parametrize("typed", ["", "abc", "-3", "1.5", "99999999", "１e3", "²"])
def test_nonsense_quantities_are_said_and_change_nothing(client, offer, typed):
    put(client, offer)
    line_id = cart_line(text(client.get("/cart")))
    answer = client.post(f"/cart/lines/{line_id}", data={f"quantity-{line_id}": typed, "step": "0"})
    assert answer.status_code == 422
    assert "数量要在 1 到" in text(answer)
    assert f'aria-describedby="quantity-{line_id}-err"' in text(answer)
    assert f'value="{typed}"' in text(answer)  # what was typed stays beside its message
    assert 'value="2"' in text(client.get("/cart"))
    assert put(client, offer, quantity=typed).status_code == 303


def test_unknown_things_are_refused_in_words(client, offer):
    assert put(client, offer, listing_id="nothing").status_code == 303
    assert "没有这个商品" in text(client.get("/cart"))
    assert client.post("/cart/lines/nope/remove").status_code == 303
    assert client.post("/cart/lines/nope", data={"quantity-nope": "1"}).status_code == 303
    assert client.post("/cart/lines/nope/price").status_code == 404
    assert client.post("/cart/groups/nope/remove").status_code == 303
    assert client.post("/cart/bundles/nope").status_code == 404


@pytest.mark.parametrize(
    ("typed", "why"),
    [("", "请填要几包"), ("0", "只写整数，1 到 9999"), ("2.5", "只写整数，1 到 9999"),
     ("10000", "只写整数，1 到 9999"), ("两包", "只写整数，1 到 9999")],
)  # fmt: skip
def test_a_wrong_number_of_packs_is_said_beside_its_field(client, offer, typed, why):
    answer = put(client, offer, quantity=typed, amount="84", loss="3")
    page = text(client.get(answer.location))
    assert f"/p/{offer.product_id}?" in answer.location
    field = re.search(r'<input[^>]*id="quantity"[^>]*>', page)[0]
    assert f'value="{typed}"' in field
    assert 'aria-describedby="quantity-err"' in field
    assert why in page.split('id="quantity-err"')[1].split("</p>")[0]
    assert 'name="amount" value="84"' in page  # what was typed before is still there
    assert "购物车是空的" in text(client.get("/cart"))


def test_a_sold_out_line_says_so_and_is_removed_with_one_tap(client, session, offer):
    choose_town(client)
    put(client, offer, quantity="11")
    page = text(client.get("/cart"))
    assert "只剩 10 包，你要 11 包" in page
    assert "不算在合计里" in page
    assert 'href="/checkout"' not in page
    line_id = cart_line(page)
    client.post(f"/cart/lines/{line_id}/remove")
    assert "购物车是空的" in text(client.get("/cart"))


def test_a_new_price_is_shown_until_it_was_read(client, session, offer):
    choose_town(client)
    put(client, offer)
    from market.catalogue.models import Listing  # noqa: PLC0415

    session.get(Listing, offer.listing_id).price_fen = 14_000
    session.commit()
    page = text(client.get("/cart"))
    assert "价格从 138.24 变成 140.00 元" in page
    client.post(f"/cart/lines/{cart_line(page)}/price")
    assert "价格从" not in text(client.get("/cart"))


def test_codes_and_reasons(client, session, offer):
    choose_town(client)
    make_promotion(session)
    make_promotion(session, name="村里五折", codes=("SPRING5",), min_amount_fen=10_000_000)
    session.commit()
    put(client, offer)
    assert client.post("/cart/codes", data={"code": "spring5"}).status_code == 303
    page = text(client.get("/cart"))
    assert "没用上的优惠（2）" in page
    assert "还差 723.52 元" in page
    assert "没用上：还差" in page  # the reason stands beside the code itself
    unknown = client.post("/cart/codes", data={"code": "NOSUCH1"})
    assert unknown.status_code == 422
    assert "没有这个优惠码" in text(unknown)
    assert 'value="NOSUCH1"' in text(unknown)
    assert "NOSUCH1" not in text(client.get("/cart"))
    refused = client.post("/cart/codes", data={"code": "有汉字"})
    assert refused.status_code == 422
    assert "优惠码是 3 到 32 个字母或数字" in text(refused)
    assert 'value="有汉字"' in text(refused)
    client.post("/cart/codes/SPRING5/remove")
    assert "没用上的优惠（1）" in text(client.get("/cart"))


def test_the_cart_follows_its_guest_through_sign_in(client, session, offer):
    put(client, offer, quantity="3")
    page = text(client.get("/checkout"))
    assert "谁来买" in page
    assert "合计" in page  # the whole ledger, not the goods alone
    someone = make_household(session)
    fill_cart(session, someone.account_id, (offer, 2))
    sign_in(client, session, someone.account_id)
    page = client.get("/cart")
    assert 'value="5"' in text(page)
    assert client.get_cookie("cart") is None
    cart = carts.get_cart(session, CartOwner(someone.account_id))
    assert [line.quantity for line in cart.lines] == [5]


def test_from_cart_to_order(client, session, household, offer):
    choose_town(client)
    put(client, offer)
    assert client.get("/checkout").headers["Location"] == "/checkout/address"
    page = text(client.get("/checkout/address"))
    assert "天生桥镇" in page
    address = {
        "recipient": "张三", "phone": "13912345678", "detail": "三坡村 2 组 18 号",
        "region": TOWN.digits,
    }  # fmt: skip
    saved = client.post("/checkout/address", data=address)
    assert saved.status_code == 303
    page = text(client.get(saved.headers["Location"]))
    assert "提交订单，支付 292.24 元" in page
    sent = {
        "address": hidden(page, "address"),
        "idempotency_key": hidden(page, "idempotency_key"),
        "seen_total": hidden(page, "seen_total"),
        "payment_method": "alipay",
    }
    first = client.post("/checkout/confirm", data=sent)
    again = client.post("/checkout/confirm", data=sent)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert orders.list_orders(session, household.account_id).total == 1


@pytest.mark.parametrize(
    ("method", "next_page"), [("cash_on_delivery", "/orders/"), ("bank_transfer", "/pay/")]
)
def test_the_last_button_begins_the_chosen_payment(
    client, session, household, offer, method, next_page
):
    address_id = make_address(session, household.account_id)
    fill_cart(session, household.account_id, (offer, 1))
    session.commit()
    page = text(client.get(f"/checkout/confirm?address={address_id}"))
    assert "支付宝" not in page  # no gateway here, so what needs one is not offered
    sent = {
        "address": address_id,
        "idempotency_key": hidden(page, "idempotency_key"),
        "seen_total": hidden(page, "seen_total"),
        "payment_method": method,
    }
    done = client.post("/checkout/confirm", data=sent)
    assert done.status_code == 303
    assert done.headers["Location"].startswith(next_page)
    shown = text(client.get(done.headers["Location"]))
    assert "备货" in shown if method == "cash_on_delivery" else "转账到这个账户" in shown
    again = client.post("/checkout/confirm", data=sent)
    assert again.status_code == 303
    assert orders.list_orders(session, household.account_id).total == 1


def test_a_wrong_address_keeps_what_was_typed(client, household, offer):
    put(client, offer)
    answer = client.post(
        "/checkout/address", data={"recipient": "张三", "phone": "139", "detail": "", "region": "x"}
    )
    page = text(answer)
    assert answer.status_code == 422
    assert "手机号要 11 位数字，现在是 3 位" in page
    assert 'value="张三"' in page
    assert "请写到村组和门牌" in page


def test_the_last_page_refuses_what_was_not_agreed(client, session, household, offer):
    address_id = make_address(session, household.account_id)
    fill_cart(session, household.account_id, (offer, 2))
    session.commit()
    sent = {"address": address_id, "idempotency_key": "k", "seen_total": "1"}
    refused = client.post("/checkout/confirm", data=sent)
    assert refused.status_code == 422
    assert "请选一种付款方式" in text(refused)
    refused = client.post("/checkout/confirm", data={**sent, "payment_method": "card"})
    assert refused.status_code == 422
    assert "金额从 0.01 元变成" in text(refused)
    # The page now carries the sum it shows, so pressing again works.
    seen = hidden(text(refused), "seen_total")
    done = client.post(
        "/checkout/confirm", data={**sent, "seen_total": seen, "payment_method": "card"}
    )
    assert done.status_code == 303


@pytest.mark.parametrize("seen", ["", "abc", "9" * 30, "-1"])
def test_tampered_fields_never_fault(client, session, household, offer, seen):
    address_id = make_address(session, household.account_id)
    fill_cart(session, household.account_id, (offer, 1))
    session.commit()
    sent = {
        "address": address_id, "idempotency_key": "", "seen_total": seen,
        "payment_method": "beads", "note": "x" * 500,
    }  # fmt: skip
    assert client.post("/checkout/confirm", data=sent).status_code == 422
    assert orders.list_orders(session, household.account_id).total == 0


def test_somebody_elses_address_leads_back(client, session, household, offer):
    stranger = make_household(session)
    address_id = make_address(session, stranger.account_id)
    fill_cart(session, household.account_id, (offer, 1))
    session.commit()
    answer = client.get(f"/checkout/confirm?address={address_id}")
    assert answer.headers["Location"] == "/checkout/address"


def test_english_pages_hold_no_chinese_sentences(client, session, household, offer):
    choose_town(client)
    put(client, offer, quantity="11")
    client.get("/cart")
    for path in ("/cart?lang=en", "/checkout/address?lang=en"):
        page = text(client.get(path))
        main = page[page.index("<main") : page.index("</main>")]
        left = re.sub(r"<[^>]+>", " ", main)
        place = ("天生桥镇", "河北省", "保定市", "阜平县")
        for known in ("石墨聚苯板", "100 mm，每包 4 块", "甲厂", "示例认证中心", *place):
            left = left.replace(known, "")
        assert not re.findall(r"[\u4e00-\u9fff]+", left)


def test_the_cart_needs_as_many_statements_for_one_line_as_for_nine(client, session, offer):
    from sqlalchemy import event  # noqa: PLC0415

    choose_town(client)
    counted = []

    def listen(*_args):
        counted.append(1)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        put(client, offer, quantity="1")
        client.get("/cart")  # what is kept between requests is read
        counted.clear()
        client.get("/cart")
        one = len(counted)
        for _ in range(8):
            other = make_offer(session)
            session.commit()
            put(client, other, quantity="1")
        client.get("/cart")
        counted.clear()
        client.get("/cart")
        assert len(counted) == one
    finally:
        event.remove(engine, "before_cursor_execute", listen)
