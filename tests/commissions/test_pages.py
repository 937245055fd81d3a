"""The operator's desk, what sellers see, and bad input."""

from datetime import timedelta

import pytest

from market.commissions import queries
from market.commissions.types import Scope
from tests.commissions.test_sales import rule, sold
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import make_offer
from tests.factories.promotions import make_campaign


@pytest.fixture
def operator(client, session):
    sign_in(client, session, make_actor(session, "operator").account_id)
    return client


def test_a_rule_is_made_tried_and_ended(operator, session, now):
    offer = make_offer(session, stock=5)
    make_campaign(session, offer.maker.id)
    session.commit()
    for name, rate, more in (("一般", "5", {}), ("专区", "2", {"zone": "y"})):
        answer = operator.post("/operator/commissions", data={"name": name, "rate": rate, **more})
        assert answer.status_code == 303, answer.text
    assert [one.rate_bp for one in queries.standing(session, now)] == [200, 500]
    asked = {"goods": f"http://x/p/{offer.product_id}", "place": "阜平县", "amount_fen": "100"}
    page = operator.get("/operator/commissions", query_string=asked).text
    assert "佣金 2.00 元" in page
    assert "平台让了 3.00 元" in page
    elsewhere = operator.get("/operator/commissions", query_string=asked | {"place": "北京市"}).text
    assert "佣金 5.00 元" in elsewhere
    assert "商家没有参加送货地正在进行的活动" in elsewhere
    winner = queries.standing(session, now)[0]
    assert operator.post(f"/operator/commissions/{winner.id}/end").status_code == 303
    session.expire_all()
    later = now + timedelta(seconds=1)
    assert [one.rate_bp for one in queries.standing(session, later)] == [500]
    assert operator.post(f"/operator/commissions/{winner.id}/end").status_code == 409


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rate": "31"}, "只写数字"),
        ({"rate": "-1"}, "只写数字"),
        ({"rate": ""}, "这一项要填"),
        ({"min_fen": "5", "max_fen": "4"}, "最少不能比最多还多"),
        ({"seller": "没有这家"}, "没有叫这个名字的商家"),
        ({"product": "什么"}, "没有找到这个商品"),
        ({"kind_code": "XXX"}, "有效的选择"),
    ],
)
def test_bad_input_is_said_and_kept(operator, session, now, change, says):
    answer = operator.post("/operator/commissions", data={"name": "试", "rate": "5", **change})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="试"' in answer.text
    assert queries.list_rules(session, now) == []


def test_trying_an_unknown_thing_says_so(operator):
    for asked, says in (
        ({"goods": "x" * 20, "amount_fen": "1"}, "没有找到这个商品"),
        ({"goods": "/p/" + "x" * 20, "amount_fen": "一"}, "金额只写数字"),
    ):
        page = operator.get("/operator/commissions", query_string=asked)
        assert page.status_code == 200
        assert says in page.text


def test_a_seller_sees_its_rules_and_what_was_kept_of_an_order(client, session):
    offer = make_offer(session, stock=9)
    rule(session)
    order = sold(session, offer)
    other = make_offer(session)
    rule(session, "只给别家", 1_000, scope=_only(other.maker.id))
    sign_in(client, session, make_actor(session, "seller", offer.maker.id).account_id)
    page = client.get("/seller/commissions").text
    assert "一般" in page
    assert "只给别家" not in page
    desk = client.get(f"/seller/orders/{order.seller_orders[0].id}").text
    assert "平台佣金" in desk
    assert client.get("/operator/commissions").status_code == 403


def _only(seller_id):
    return Scope(seller_id=seller_id)


def test_a_rule_that_another_follows_names_its_last_day(operator, session, now):
    for name, more in (("旧的", {}), ("新的", {"starts_on": "2027-01-01"})):
        answer = operator.post("/operator/commissions", data={"name": name, "rate": "5", **more})
        assert answer.status_code == 303, answer.text
    page = operator.get("/operator/commissions").text
    assert "到 2026-12-31" in page
    assert "到 2027-01-01" not in page
