"""Declarations through the browser's forms: the maker writes, the official verifies, all see."""

import re
from decimal import Decimal
from io import BytesIO

import pytest

from market.accounts import service as accounts
from market.footprints import queries, service
from market.kernel.actor import SYSTEM
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.catalogue import make_offer
from tests.factories.footprints import (
    factor,
    make_draft,
    make_factor,
    make_submitted,
    make_verified,
)
from tests.factories.pictures import jpeg

TYPED = {
    "unit": "m2", "method": "GB/T 24067-2024", "verifier_name": "示例核验公司",
    "verifier_number": "CNCA-1", "valid_from": "2026-01-01", "valid_to": "2030-12-31",
    "stage_transport": "0.8",
}  # fmt: skip


def page(response, status=200):
    assert response.status_code == status, response.text[:3000]
    return response.text


def scan():
    return {"report": (BytesIO(jpeg()), "报告.jpg")}


@pytest.fixture
def offer(session):
    return make_offer(session)


@pytest.fixture
def maker(session, offer):
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", offer.maker.id)
    factor(session, "GRID-51")
    session.commit()
    return worker.id


@pytest.fixture
def official(session):
    actor = make_actor(session, "official", "510124")
    session.commit()
    return actor.account_id


def test_from_a_draft_to_the_label(client, session, offer, maker, official):
    sign_in(client, session, maker)
    assert "写声明" in page(client.get("/seller/carbon"))
    new = f"/seller/carbon/new/{offer.product_id}"
    page(client.get(new))
    refused = page(client.post(new, data={**TYPED, "unit": "kg"}), 422)
    assert "两个单位不能直接换算" in refused
    assert "示例核验公司" in refused  # what was typed stays
    assert "不认识单位" in page(client.post(new, data={**TYPED, "unit": "sqft"}), 422)
    made = client.post(new, data=TYPED).headers["Location"]
    assert "暂无数据" in page(client.get(made))
    grid = factor(session, "GRID-51")
    line = {"stage": "A1-A3", "factor_id": grid.id, "amount": "50", "amount_unit": "kwh"}
    assert "用量不能写" in page(
        client.post(f"{made}/lines", data={**line, "amount_unit": "t"}), 422
    )
    assert client.post(f"{made}/lines", data=line).status_code == 303
    assert "50 kWh × 0.1564 kg/kWh = 7.82 kg" in page(client.get(made))
    assert "先上传核验报告" in page(client.post(f"{made}/submit"), 422)
    assert client.post(f"{made}/report", data=scan()).status_code == 303
    assert "先选一个文件" in page(client.post(f"{made}/report"), 422)
    edited = page(client.get(f"{made}/edit"))
    assert 'value="0.8"' in edited
    assert client.post(f"{made}/edit", data={**TYPED, "pcr": "PCR-1"}).status_code == 303
    assert client.post(f"{made}/submit").status_code == 303
    key = made.rsplit("/", 1)[1]
    product = f"/p/{offer.product_id}"
    gap = page(client.get(product))
    assert "暂无数据，不等于 0" in gap
    assert "碳标签" not in gap
    assert client.get(f"/carbon/{key}").status_code == 404
    sign_in(client, session, official)
    assert key in page(client.get("/official/carbon"))
    review = f"/official/carbon/{key}"
    page(client.get(review))
    assert client.get(f"{review}/report", buffered=True).status_code == 200
    assert "写明核对了什么" in page(client.post(f"{review}/verify", data={"evidence": ""}), 422)
    sent = {"evidence": "网站查到，一致", "file": (BytesIO(jpeg()), "截图.jpg")}
    assert client.post(f"{review}/verify", data=sent).status_code == 303
    assert "网站查到" in page(client.get(review))
    assert client.get(f"{review}/evidence", buffered=True).status_code == 200
    seen = page(client.get(product))
    assert "7.82 kgCO₂e" in seen
    assert "示例核验公司" in seen
    assert f"/carbon/{key}" in seen
    public = page(client.get(f"/carbon/{key}"))
    assert "有效至 2030-12-31" in public
    assert "50 kWh × 0.1564" in public
    assert client.get(f"/carbon/{key}/report", buffered=True).status_code == 200


def test_a_refused_declaration_says_why_and_stays_private(client, session, offer, maker, official):
    made = make_submitted(session, offer)
    session.commit()
    sign_in(client, session, official)
    assert "写明理由" in page(client.post(f"/official/carbon/{made}/refuse", data={}), 422)
    assert (
        client.post(f"/official/carbon/{made}/refuse", data={"reason": "报告缺页"}).status_code
        == 303
    )
    page(client.get(f"/official/carbon/{made}"))
    page(client.get("/official/carbon?state=all"))
    sign_in(client, session, maker)
    assert "报告缺页" in page(client.get(f"/seller/carbon/{made}"))
    assert "没有通过核验" in page(client.get("/seller"))
    assert client.get(f"/carbon/{made}").status_code == 404
    again = client.post(f"/seller/carbon/{made}/recompute").headers["Location"]
    assert client.post(f"{again}/discard").status_code == 303


def test_the_label_goes_when_it_is_over(client, session, offer, clock):
    made = make_verified(session, offer)
    session.commit()
    assert "12.5 kgCO₂e" in page(client.get(f"/p/{offer.product_id}"))
    # In one piece the figure with its unit is wider than the plaque of a small phone.
    assert '<b>12.5 <span class="nb">kgCO₂e/m²</span></b>' in page(client.get(f"/carbon/{made}"))
    clock.advance(days=1600)
    client.application.extensions["market.page_cache"].clear()
    after = page(client.get(f"/p/{offer.product_id}"))
    assert "12.5 kgCO₂e" not in after
    over = page(client.get(f"/carbon/{made}"))
    assert "到期了" in over
    assert "plaque carbon-label" not in over


def test_a_maker_takes_a_label_back(client, session, offer, maker):
    made = make_verified(session, offer)
    session.commit()
    sign_in(client, session, maker)
    own = f"/seller/carbon/{made}"
    assert "写明理由" in page(client.post(f"{own}/withdraw", data={}), 422)
    assert client.post(f"{own}/withdraw", data={"reason": "配方变了"}).status_code == 303
    assert "配方变了" in page(client.get(f"/carbon/{made}"))
    assert "碳标签" not in page(client.get(f"/p/{offer.product_id}"))


def test_strangers_are_kept_out(client, session, offer, maker):
    made = make_submitted(session, offer)
    stranger = make_actor(session, "official", "130624")
    session.commit()
    sign_in(client, session, stranger.account_id)
    page(client.get(f"/official/carbon/{made}"), 403)
    page(client.post(f"/official/carbon/{made}/verify", data={"evidence": "x"}), 403)
    assert made not in page(client.get("/official/carbon?state=all"))
    other = make_offer(session)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", other.maker.id)
    session.commit()
    sign_in(client, session, worker.id)
    page(client.get(f"/seller/carbon/{made}"), 404)
    page(client.post(f"/seller/carbon/new/{offer.product_id}", data=TYPED), 404)


def test_everyone_reads_the_factors_and_the_operator_adds_versions(client, session):
    old = factor(session, "GRID-51")
    boss = make_actor(session, "operator")
    session.commit()
    shown = page(client.get("/factors?q=四川"))
    assert "0.1564 kgCO₂/kWh" in shown
    assert "加一个因子" not in shown
    tabs = shown.partition('class="filters"')[2].partition("</nav>")[0]
    listed = shown.count('href="/factors/')
    assert f"全部 <b>{listed}</b>" in tabs  # of those that hold the word, as the list
    assert "钢材" not in tabs
    steel = page(client.get("/factors?q=四川&category=steel"))
    assert re.search(r'aria-current="page">钢材 <b>0</b>', steel)
    assert "没有找到因子" in page(client.get("/factors?q=没有这个"))
    page(client.get("/factors?category=steel&page=2"))
    assert "公告 2025 年第 47 号" in page(client.get("/factors/GRID-51"))
    page(client.get("/factors/NOPE"), 404)
    sign_in(client, session, boss.account_id)
    where = f"/operator/factors/{old.id}/supersede"
    assert "0.1564" in page(client.get(where))
    typed = {"name_zh": old.name_zh, "name_en": old.name_en, "kg_per_unit": "0.1564",
             "year": "2023", "source": old.source, "quality": "B"}  # fmt: skip
    assert "都没有变" in page(client.post(where, data=typed), 422)
    fresh = {**typed, "kg_per_unit": "0.15", "year": "2024"}
    assert client.post(where, data=fresh).status_code == 303
    assert "已有新版本" in page(client.post(where, data=fresh), 422)
    both = page(client.get("/factors/GRID-51"))
    assert "0.15 kgCO₂/kWh" in both
    assert "第 2 版" in both
    new = {**typed, "code": "local-9", "category": "other", "unit": "t", "gas": "CO2e"}
    page(client.get("/operator/factors/new"))
    assert client.post("/operator/factors/new", data=new).status_code == 303
    assert "已经有了" in page(client.post("/operator/factors/new", data=new), 422)
    bad = {**new, "code": "有空格 X"}
    assert "只用大写字母" in page(client.post("/operator/factors/new", data=bad), 422)


def test_a_flagged_declaration_is_a_task_of_its_maker(client, session, offer, maker):
    old = factor(session, "GRID-51")
    made = service.start(
        session, offer.actor, offer.product_id, make_draft(stages={}), now=old.created_at
    )
    session.commit()
    sign_in(client, session, maker)
    own = f"/seller/carbon/{made}"
    line = {"stage": "A1-A3", "factor_id": old.id, "amount": "50", "amount_unit": "kwh"}
    client.post(f"{own}/lines", data=line)
    client.post(f"{own}/report", data=scan())
    client.post(f"{own}/submit")
    boss = make_actor(session, "operator")
    session.commit()
    sign_in(client, session, boss.account_id)
    assert (
        client.post(f"/official/carbon/{made}/verify", data={"evidence": "一致"}).status_code == 303
    )
    newer = make_factor(kg_per_unit=Decimal(2), year=2024)
    service.supersede_factor(session, SYSTEM, old.id, newer, now=old.created_at)
    session.commit()
    assert "因子有新版本" in page(client.get("/official/carbon?state=outdated"))
    sign_in(client, session, maker)
    assert "要重新计算" in page(client.get("/seller"))
    again = client.post(f"{own}/recompute").headers["Location"]
    assert "50 kWh × 2 kg/kWh = 100 kg" in page(client.get(again))
    assert queries.get_public(session, made, old.created_at).label_kg is not None
