"""An order through the API says how its price came about, and the steps add up to the fen."""

import re

import pytest
from sqlalchemy import select, update

from market.orders.models import Order
from market.promotions.models import Promotion
from market.promotions.types import Bearing, Benefit, BenefitKind, Layer, Owner
from market.subsidies.models import SubsidyScheme
from tests.api.test_buying import order_of
from tests.factories.accounts import sign_in
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.market import make_promotion
from tests.factories.orders import fill_cart, make_address
from tests.factories.subsidies import make_published

BEARINGS = (Bearing("platform", 3333), Bearing("region:13", 6667))


def percent(bp):
    return Benefit(BenefitKind.PERCENT, basis_points=bp)


@pytest.fixture
def placed(session, caller, offer):
    """Two shops, a shared discount, one of freight, one of a shop, two schemes, and others."""
    other = make_offer(session, make_maker(session, name="乙厂"), listing={"price_fen": 77_777})
    make_promotion(session, name="合办的", benefit=percent(777), bearings=BEARINGS)
    make_promotion(session, name="运费减半", layer=Layer.ORDER,
                   benefit=Benefit(BenefitKind.FREE_DELIVERY, basis_points=5000))  # fmt: skip
    make_promotion(session, name="店里的", owner=Owner.SELLER, seller_id=other.maker.id,
                   benefit=percent(333))  # fmt: skip
    make_promotion(session, name="够不上", min_amount_fen=10_000_000)
    make_published(session, region="13", rate_bp=500, name="省里的", name_en="Provincial")
    make_published(session, min_amount_fen=99_999_999, name="大单的", name_en="For large orders")
    fill_cart(session, caller.account_id, (offer, 3), (other, 2))
    make_address(session, caller.account_id)
    session.commit()
    answer = order_of(caller)
    assert answer.status_code == 201
    return answer.json


def adds_up(order):
    amounts = [step["amount_fen"] for step in order["steps"]]
    assert order["goods_fen"] + order["freight_fen"] + sum(amounts) == order["total_fen"]
    for step in order["steps"]:
        assert sum(one["amount_fen"] for one in step["borne"]) == step["amount_fen"] < 0
    lines = [line for part in order["seller_orders"] for line in part["lines"]]
    spots = [*lines, *({"adjustments": x["freight_adjustments"]} for x in order["seller_orders"])]
    frozen = [one for spot in spots for one in spot["adjustments"]]
    by_bearer: dict[str, int] = {}
    for one in frozen:
        by_bearer[one["bearer"]] = by_bearer.get(one["bearer"], 0) + one["amount_fen"]
    told: dict[str, int] = {}
    for one in (one for step in order["steps"] for one in step["borne"]):
        told[one["bearer"]] = told.get(one["bearer"], 0) + one["amount_fen"]
    assert told == by_bearer
    assert -told.get("seller", 0) == order["seller_discount_fen"]
    aid = -sum(fen for bearer, fen in told.items() if bearer.startswith("subsidy:"))
    assert aid == order["subsidy_fen"]
    rest = -sum(told.values()) - aid - order["seller_discount_fen"]
    assert rest == order["platform_discount_fen"]


def test_the_steps_of_an_order_add_up_and_name_rule_and_bearer(placed):
    adds_up(placed)
    steps = placed["steps"]
    assert [one["position"] for one in steps] == [1, 2, 3, 4]
    found = {one["name_zh"]: one for one in steps}
    assert steps[0]["name_zh"] == "店里的"
    assert steps[-1]["name_zh"] == "省里的"
    assert found["店里的"]["borne"][0]["bearer"] == "seller"
    assert {one["bearer"] for one in found["合办的"]["borne"]} == {"platform", "region:13"}
    assert (found["合办的"]["rule"], found["运费减半"]["rule"]) == ("percent", "free_delivery")
    assert (found["省里的"]["kind"], found["省里的"]["rule"]) == ("subsidy", "rate")
    goods = placed["goods_fen"] - placed["seller_discount_fen"]
    assert found["合办的"]["base_fen"] == goods
    assert found["省里的"]["base_fen"] == goods + found["合办的"]["amount_fen"]
    reasons = {(one["kind"], one["name_zh"]): one["reason_code"] for one in placed["not_used"]}
    assert reasons == {
        ("promotion", "够不上"): "below_minimum", ("subsidy", "大单的"): "minimum",
    }  # fmt: skip
    assert placed["not_used_more"] == 0


def test_they_stay_as_they_were_told_and_the_page_says_the_same(client, session, caller, placed):
    session.execute(update(Promotion).values(name="改过的", benefit={}))
    session.execute(update(SubsidyScheme).values(name="改过的", terms={}))
    session.commit()
    path = f"/orders/{placed['id']}"
    assert caller.get(path).json == placed
    english = caller.get(path, lang="en").json
    told = [one["detail"] for one in (*english["steps"], *english["not_used"])]
    assert not [text for text in told if not text or re.search(r"[\u4e00-\u9fff]", text)]
    sign_in(client, session, caller.account_id)
    page = client.get(path).text
    for one in (*placed["steps"], *placed["not_used"]):
        assert one["detail"] in page


def test_orders_of_before_have_steps_without_rules(session, caller, placed):
    session.scalars(select(Order)).one().discounts = None
    session.commit()
    order = caller.get(f"/orders/{placed['id']}").json
    adds_up(order)
    assert {one["rule"] for one in order["steps"]} == {None}
    assert order["steps"][-1]["kind"] == "subsidy"
    assert order["not_used"] == []


def test_an_order_without_discounts_has_no_steps(session, caller, offer):
    fill_cart(session, caller.account_id, (offer, 2))
    make_address(session, caller.account_id)
    session.commit()
    order = order_of(caller).json
    assert (order["steps"], order["not_used"]) == ([], [])
    adds_up(order)
