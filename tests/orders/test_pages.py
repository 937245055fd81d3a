"""Order pages of households, sellers and operators."""

import re

import pytest
from sqlalchemy import update

from market.orders import queries
from market.orders.models import OrderLine
from market.orders.types import State
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.market import pay
from tests.factories.orders import make_household, place, view


@pytest.fixture
def sale(session, now):
    """A paid order of one seller: three packs."""
    household = make_household(session)
    maker = make_maker(session, name="甲厂")
    placed = place(session, household, (make_offer(session, maker, stock=10), 3), now=now)
    pay(session, placed.id, now)
    return household, view(session, placed.id)


def text(response):
    return response.get_data(as_text=True)


def seller_client(client, session, order):
    member = make_actor(session, "seller", order.seller_orders[0].seller_id)
    sign_in(client, session, member.account_id)
    return f"/seller/orders/{order.seller_orders[0].id}", order.seller_orders[0].lines[0].id


def test_a_household_sees_its_order_list_page_and_receipt(client, session, sale):
    household, order = sale
    sign_in(client, session, household.account_id)
    assert order.code in text(client.get("/orders"))
    page = text(client.get(f"/orders/{order.id}"))
    assert "卖家在备货，约 2026-11-25 前发出" in page
    assert "CABR-" in page
    assert "示例认证中心 发证" in page
    assert "收到付款" in page
    receipt = client.get(f"/orders/{order.id}/receipt")
    assert receipt.status_code == 200
    assert "收据" in text(receipt)


def test_held_until_is_a_clock_time_and_paying_is_one_tap(client, session, now):
    household = make_household(session)
    placed = place(session, household, (make_offer(session), 1), now=now)
    sign_in(client, session, household.account_id)
    page = text(client.get(f"/orders/{placed.id}"))
    assert "货给你留到 10:30，还没付款" in page
    assert f"/pay/{placed.id}" in page


def test_other_peoples_orders_are_not_there(client, session, sale):
    _household, order = sale
    stranger = make_household(session)
    sign_in(client, session, stranger.account_id)
    part = order.seller_orders[0]
    for path in (f"/orders/{order.id}", f"/orders/{order.id}/receipt", "/orders/nothing"):
        assert client.get(path).status_code == 404
    assert client.post(f"/orders/{order.id}/cancel").status_code == 404
    assert client.post(f"/orders/{order.id}/parts/{part.id}/receive").status_code == 404
    assert client.get(f"/seller/orders/{part.id}").status_code == 403
    assert client.get("/operator/orders").status_code == 403
    assert order.code not in text(client.get("/orders"))


def test_another_sellers_desk_knows_nothing_of_it(client, session, sale):
    _household, order = sale
    other = make_maker(session)
    member = make_actor(session, "seller", other.id)
    sign_in(client, session, member.account_id)
    url = f"/seller/orders/{order.seller_orders[0].id}"
    assert client.get(url).status_code == 404
    assert client.get(f"{url}/pick").status_code == 404
    for verb in ("ship", "cancel", "refund"):
        assert client.post(f"{url}/{verb}", data={}).status_code == 404
    assert order.code not in text(client.get("/seller/orders?show=all"))


def test_the_seller_ships_a_part_and_the_household_reads_it(client, session, sale):
    household, order = sale
    url, line_id = seller_client(client, session, order)
    assert f"{order.code}-1" in text(client.get("/seller/orders"))
    assert "3 包" in text(client.get(f"{url}/pick"))
    done = client.post(
        f"{url}/ship", data={f"ship-{line_id}": "2", "carrier": "顺路物流", "tracking": "L-77"}
    )
    assert done.status_code == 303
    sign_in(client, session, household.account_id)
    page = text(client.get(f"/orders/{order.id}"))
    assert "已发 2 包，还有 1 包约 2026-11-25 前发" in page
    assert "顺路物流" in page
    assert "L-77" in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"carrier": "顺路"}, "至少填一行的数量"),
        ({"ship": "4", "carrier": "顺路"}, "只写整数"),
        ({"ship": "x", "carrier": "顺路"}, "只写整数"),
        ({"ship": "2", "carrier": ""}, "请写明物流公司或司机姓名"),
    ],
)
def test_a_wrong_parcel_is_refused_beside_its_field(client, session, sale, data, said):
    _household, order = sale
    url, line_id = seller_client(client, session, order)
    fields = {f"ship-{line_id}" if key == "ship" else key: value for key, value in data.items()}
    answer = client.post(f"{url}/ship", data=fields)
    assert answer.status_code == 422
    assert said in text(answer)
    if data["carrier"]:
        assert f'value="{data["carrier"]}"' in text(answer)
    assert view(session, order.id).state is State.PREPARING


def test_the_seller_cancels_a_rest_and_refunds_with_reasons(client, session, sale):
    household, order = sale
    url, line_id = seller_client(client, session, order)
    refused = client.post(f"{url}/cancel", data={f"cancel-{line_id}": "1"})
    assert refused.status_code == 422
    assert "请写明原因" in text(refused)
    assert (
        client.post(f"{url}/cancel", data={f"cancel-{line_id}": "1", "reason": "缺货"}).status_code
        == 303
    )
    for amount, said in (("999999", "最多还能退"), ("-1", "金额只写数字"), ("", "请填退款金额")):
        answer = client.post(f"{url}/refund", data={"amount": amount, "reason": "碎了"})
        assert answer.status_code == 422
        assert said in text(answer)
    page = text(client.get(url))
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    for _ in range(2):  # pressed twice
        answer = client.post(f"{url}/refund", data={"amount": "5", "reason": "碎了", "key": key})
        assert answer.status_code == 303
    now = view(session, order.id)
    assert len(now.refunds) == 2
    assert now.refunds[1].amount_fen == 500
    sign_in(client, session, household.account_id)
    page = text(client.get(f"/orders/{order.id}"))
    assert "缺货" in page
    assert "−5.00" in page
    assert "正在退" in page


def test_the_household_cancels_before_and_not_after_shipping(client, session, sale, now):
    household, order = sale
    url, line_id = seller_client(client, session, order)
    client.post(f"{url}/ship", data={f"ship-{line_id}": "1", "carrier": "顺路"})
    sign_in(client, session, household.account_id)
    refused = client.post(f"/orders/{order.id}/cancel", data={"reason": "不要了"})
    assert refused.status_code == 409
    assert "已经发货了，不能整单取消" in text(refused)
    second = place(session, household, (make_offer(session), 1), now=now, idempotency_key="two")
    session.commit()
    done = client.post(f"/orders/{second.id}/cancel", data={"reason": ""})
    assert done.status_code == 303
    assert "订单已取消：买家取消" in text(client.get(f"/orders/{second.id}"))


def test_receipt_is_confirmed_once(client, session, sale):
    household, order = sale
    url, line_id = seller_client(client, session, order)
    client.post(f"{url}/ship", data={f"ship-{line_id}": "3", "carrier": "顺路"})
    sign_in(client, session, household.account_id)
    path = f"/orders/{order.id}/parts/{order.seller_orders[0].id}/receive"
    assert "确认收货" in text(client.get(f"/orders/{order.id}"))
    assert client.post(path).status_code == 303
    assert client.post(path).status_code == 409
    assert "都收到了" in text(client.get(f"/orders/{order.id}"))


def test_the_operator_finds_any_order(client, session, sale):
    _household, order = sale
    operator = make_actor(session, "operator")
    sign_in(client, session, operator.account_id)
    assert order.code in text(client.get(f"/operator/orders?q={order.code[-6:]}"))
    assert order.code not in text(client.get("/operator/orders?q=%25"))
    assert client.get(f"/operator/orders/{order.id}").status_code == 200
    assert client.get("/operator/orders/nothing").status_code == 404
    assert client.get("/operator/orders?page=abc&q=" + "x" * 300).status_code == 200


def test_english_order_page_reads_as_english(client, session, sale):
    household, order = sale
    sign_in(client, session, household.account_id)
    page = text(client.get(f"/orders/{order.id}?lang=en"))
    assert "The sellers are packing; sent by about 2026-11-25" in page
    assert "Payment of" in page


def test_every_list_is_bounded_and_counted(session, sale, now):
    household, _order = sale
    for number in range(3):
        offer = make_offer(session)
        placed = place(session, household, (offer, 1), now=now, idempotency_key=f"n{number}")
        pay(session, placed.id, now)
    page = queries.list_orders(session, household.account_id)
    assert page.total == 4
    assert [row.state for row in page.items] == [State.PREPARING] * 4


def test_the_list_names_the_product_in_the_readers_language(client, session, now):
    household = make_household(session)
    offer = make_offer(session)
    placed = place(session, household, (offer, 1), now=now)
    session.execute(update(OrderLine).values(product_name_en="Stone wool board"))
    session.commit()
    line = view(session, placed.id).seller_orders[0].lines[0]
    sign_in(client, session, household.account_id)
    assert "Stone wool board" in text(client.get("/orders?lang=en"))
    assert line.product_name in text(client.get("/orders?lang=zh"))


def test_paper_says_whose_order_it_is(client, session, sale):
    household, order = sale
    sign_in(client, session, household.account_id)
    receipt = text(client.get(f"/orders/{order.id}/receipt"))
    head = re.search(r'<p class="onlyprint">(.*?)</p>', receipt)
    assert head is not None
    assert order.code in head[1]
    assert "绿色建材下乡" in head[1]
