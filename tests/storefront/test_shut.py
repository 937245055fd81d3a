"""A product nobody may sell says why, since when, and what to buy instead."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from market.catalogue import service as goods
from market.catalogue.local_lists import Admission
from market.catalogue.models import Product
from market.inspections import queries as checks
from market.inspections import service as inspections
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from tests.factories.catalogue import (
    VARIANT,
    actor_for,
    make_listing,
    make_maker,
    make_offer,
    make_product,
    make_shelter,
    publish,
)
from tests.factories.inspections import FAILED, OFFICIAL, START, enter, fail, paper


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_failed_product_says_why_since_when_and_what_instead(in_town, session):
    offer = make_offer(session)
    make_offer(session, product={"name_zh": "别家的板"})
    check = fail(session, offer)
    session.commit()
    page = text_of(in_town, f"/p/{offer.product_id}")
    assert "监督抽查不合格，从 2026-11-22 起停售：" + FAILED.findings in page
    assert f"批次 {FAILED.batch_no}" in page
    assert f'href="/spot-checks/{check}"' in page
    assert "现在没有卖家在卖" not in page
    assert "证书本身还在有效期里，停售是上面的原因" in page
    assert re.search(r"现在能买的同类里最便宜的：.{0,80}别家的板", page)
    assert "未通过，2026-11-22 起停售" in page
    assert "off sale since 2026-11-22" in text_of(in_town, f"/p/{offer.product_id}?lang=en")


def test_without_another_of_the_kind_none_is_named(in_town, session):
    offer = make_offer(session)
    fail(session, offer)
    session.commit()
    assert "现在没有别的同类能买来顶上" in text_of(in_town, f"/p/{offer.product_id}")


def test_a_barred_kind_says_from_when_until_when(in_town, session):
    offer = make_offer(session)
    sister = make_offer(session, offer.maker, offer.certificate)
    fail(session, offer)
    fail(session, offer)
    session.commit()
    page = text_of(in_town, f"/p/{sister.product_id}")
    assert "厂家这类产品两年内抽查两次不合格，从 2026-11-22 起到 2027-05-24 不能卖" in page
    assert f'href="/spot-checks/products/{sister.product_id}"' in page
    both = text_of(in_town, f"/p/{offer.product_id}")
    assert "监督抽查不合格，从 2026-11-22 起停售" in both
    assert "两年内抽查两次不合格" in both


@pytest.mark.parametrize(
    ("standing", "said"),
    [("suspended", "从 2026-11-20 起被暂停"), ("revoked", "从 2026-11-20 起被撤销"),
     ("cancelled", "从 2026-11-20 起注销")],
)  # fmt: skip
def test_a_certificate_that_stands_no_more_says_since_when(in_town, session, standing, said):
    offer = make_offer(session)
    offer.certificate.standing = standing
    offer.certificate.standing_since = START - timedelta(days=2)
    session.commit()
    page = text_of(in_town, f"/p/{offer.product_id}")
    assert said in page
    assert "看证书" in page


def test_the_row_of_spot_checks_says_what_they_come_to(in_town, session, clock):
    offer = make_offer(session)
    session.commit()
    address = f"/p/{offer.product_id}"
    assert "还没有抽查过" in text_of(in_town, address)
    check = fail(session, offer)
    maker = actor_for(offer.maker.id)
    inspections.appeal(session, maker, offer.maker.id, check, "留样合格", paper(), now=START)
    session.commit()
    clock.advance(seconds=21)
    assert "未通过，申诉中" in text_of(in_town, address)
    later = START + timedelta(days=20)
    good = enter(session, offer, later, passed=True, sampled_on=date(2026, 12, 5))
    inspections.publish(session, OFFICIAL, good, now=later)
    session.commit()
    assert "不合格过，2026-12-12 复查通过" in text_of(in_town, address)
    assert checks.record_of(session, offer.product_id) == ("cleared", later, False)


def test_goods_of_a_local_list_say_where_they_are_sold(in_town, session):
    maker = make_maker(session, region_code="510121")
    made = make_product(session, maker, name_zh="秸秆压制板")
    actor, county = actor_for(maker.id), RegionCode("510121")
    variant = goods.add_variant(session, actor, made, VARIANT, START)
    official = Actor("o", frozenset({"official"}), official_regions=(county,))
    admission = Admission(
        region=county, until_on=date(2026, 12, 31), sheet_number="JS-1", reason="本地产"
    )
    goods.admit(session, official, made, admission, paper(), now=START)
    publish(session, actor, made, START)
    listing = make_listing(session, maker, variant)
    goods.stock.restock(session, listing, make_shelter(session, maker).id, 10, START)
    session.commit()
    page = text_of(in_town, f"/p/{made}")
    assert "这是地方目录产品，没有绿色建材证书，只在" in page
    assert "不能卖到天生桥镇" in page
    assert "都送不到" not in page


def test_a_certificate_of_later_is_said_in_words_with_its_first_day(in_town, session):
    offer = make_offer(session)
    offer.certificate.valid_from = date(2026, 12, 1)
    session.commit()
    page = text_of(in_town, f"/p/{offer.product_id}")
    assert "upcoming" not in page
    assert "证书还没有生效" in page
    assert "从 2026-12-01 起才有效，现在不能买" in page


def test_a_kind_that_is_certified_is_not_said_to_be_sold_by_its_standard(in_town, session):
    offer = make_offer(session)
    session.execute(
        update(Product).where(Product.id == offer.product_id).values(certificate_id=None)
    )
    session.commit()
    page = text_of(in_town, f"/p/{offer.product_id}")
    assert "没有绿色建材证书" in page
    assert "检测报告出售" not in page
