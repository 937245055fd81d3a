"""The operator's register, the maker's declarations, and what buyers read."""

from datetime import date
from io import BytesIO

import pytest

from market.substances.types import Status
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import make_offer
from tests.factories.sellers import make_png
from tests.factories.substances import make_content, make_rule, make_substance

RULE = {
    "status": "limited", "limit": "100", "unit": "mg/kg", "basis": "示例",
    "valid_from": "2026-01-01", "kinds": "G105", "replace_kinds": "a08",
}  # fmt: skip


def page(response, status=200):
    assert response.status_code == status, response.text
    return response.text


@pytest.fixture
def offer(session):
    made = make_offer(session)
    session.commit()
    return made


@pytest.fixture
def desk(client, session, offer):
    """A client at the maker's desk."""
    sign_in(client, session, make_actor(session, "seller", offer.maker.id).account_id)
    return client


@pytest.fixture
def operator(client, session, offer):
    sign_in(client, session, make_actor(session, "operator").account_id)
    return client


def test_the_operator_registers_a_substance_and_rules(operator, session, offer):
    assert "登记表还是空的" in page(operator.get("/operator/substances"))
    named = {"cas": "50-00-1", "name_zh": "甲醛", "name_en": "Formaldehyde"}
    assert "末位校验不符" in page(operator.post("/operator/substances/new", data=named), 422)
    made = operator.post("/operator/substances/new", data=named | {"cas": "50-00-0"})
    assert made.status_code == 303
    url = made.location
    wrong = page(operator.post(f"{url}/rules", data=RULE | {"limit": ""}), 422)
    assert "限用要写限值" in wrong
    assert "A08" in wrong.upper()
    done = page(operator.post(f"{url}/rules", data=RULE, follow_redirects=True))
    assert "有 0 个产品申报过它" in done
    assert "≤ 100 mg/kg" in done
    renamed = {"name_zh": "蚁醛", "name_en": "Methanal"}
    assert "蚁醛" in page(operator.post(f"{url}/names", data=renamed, follow_redirects=True))
    assert "这一项要填" in page(operator.post(f"{url}/names", data={"name_zh": ""}), 422)
    listed = page(operator.get("/operator/substances?lang=en"))
    assert "Methanal" in listed
    assert "Limited" in listed


def test_the_maker_declares_and_buyers_see_value_against_limit(desk, session, offer):
    substance = make_substance(session, status=Status.LIMITED)
    session.commit()
    url = f"/seller/products/{offer.product_id}/substances"
    assert url in page(desk.get(f"/seller/products/{offer.product_id}"))
    filled = {"substance_id": substance, "value": "1", "unit": "g/L"}
    refused = page(desk.post(url, data=filled), 422)
    assert "限值按 mg/kg 定的" in refused
    good = filled | {"value": "0.005", "unit": "%", "report": (BytesIO(make_png()), "报告.png")}
    assert desk.post(url, data=good).status_code == 303
    public = page(desk.get(f"/p/{offer.product_id}/substances"))
    assert "0.005 %" in public
    assert "≤ 100 mg/kg" in public
    report = f"/p/{offer.product_id}/substances/{substance}/report"
    assert report in public
    with desk.get(report) as answer:
        assert answer.status_code == 200
    assert "申报 1 种，都符合" in page(desk.get(f"/p/{offer.product_id}"))
    assert desk.post(f"{url}/{substance}/remove").status_code == 303
    assert "厂家还没有申报" in page(desk.get(f"/p/{offer.product_id}/substances"))
    assert page(desk.get(report), 404)


def test_over_the_limit_shows_why_and_the_cheapest_that_complies(client, session, offer):
    substance = make_substance(session, status=Status.LIMITED)
    make_content(session, offer.actor, offer.product_id, substance, "150")
    for name, price, value in (("便宜但没申报", 9_000, None), ("合格的板", 12_000, "20"),
                               ("贵的合格板", 15_000, "10")):  # fmt: skip
        other = make_offer(session, product={"name_zh": name}, listing={"price_fen": price})
        if value:
            make_content(session, other.actor, other.product_id, substance, value)
    session.commit()
    shown = page(client.get(f"/p/{offer.product_id}"))
    assert "示例物质含量 150 mg/kg，超过限值 100 mg/kg" in shown
    assert "合格的板" in shown
    assert "贵的合格板" not in shown
    assert "便宜但没申报" not in shown
    assert "加入购物车" not in shown
    english = page(client.get(f"/p/{offer.product_id}?lang=en"))
    assert "Sample substance" in english


def test_the_desk_has_a_task_for_goods_a_rule_concerns(desk, session, offer):
    substance = make_substance(session, status=Status.WATCH)
    make_content(session, offer.actor, offer.product_id, substance, "150")
    make_rule(session, substance, valid_from=date(2027, 7, 1))
    session.commit()
    assert "到 2027-07-01 就不符合有毒有害物质规则" in page(desk.get("/seller"))
    product = page(desk.get(f"/p/{offer.product_id}/substances"))
    assert "2027-07-01 起不符合" in product


def test_the_reasons_on_the_product_lead_to_the_declaration(desk, session, offer):
    substance = make_substance(session, status=Status.BANNED)
    make_content(session, offer.actor, offer.product_id, substance, "0.1", "%")
    session.commit()
    shown = page(desk.get(f"/seller/products/{offer.product_id}"))
    assert "含有禁用物质示例物质（0.1 %）" in shown
    assert f"/seller/products/{offer.product_id}/substances" in shown
