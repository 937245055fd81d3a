"""The seller's and the operator's pages, with good and bad input, in both languages."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from market.accounts import service as accounts
from market.catalogue import queries, stock
from market.catalogue.models import Listing, Product, Variant
from market.catalogue.types import Demand
from market.manuals.types import Section
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import (
    confirm,
    ensure_kinds,
    make_maker,
    make_offer,
    make_product,
    make_shelter,
    make_stamp,
)


@pytest.fixture
def maker(session):
    ensure_kinds(session)
    return make_maker(session)


@pytest.fixture
def desk(client, session, maker):
    """A client signed in as a member of `maker`."""
    account = make_account(session)
    accounts.grant_role(session, account.id, "seller", maker.id)
    sign_in(client, session, account.id)
    return client


@pytest.fixture
def operator(client, session):
    ensure_kinds(session)
    account = make_account(session)
    accounts.grant_role(session, account.id, "operator")
    sign_in(client, session, account.id)
    return client


def text(response):
    return response.get_data(as_text=True)


def picture(size=(40, 30)):
    stream = BytesIO()
    Image.new("RGB", size, "green").save(stream, "PNG")
    stream.seek(0)
    return stream


PRODUCT = {
    "kind": "G105", "name_zh": "石墨聚苯板", "unit": "m2", "certificate_id": "", "material_key": "",
    "carbon_trust": "declared",
}  # fmt: skip


def test_a_product_from_nothing_to_the_market(desk, session, maker, now):
    """Every step by the pages alone: product, pack size, listing, stock, live."""
    stamp = make_stamp(session, maker)
    session.commit()
    assert "保温系统材料" in text(desk.get("/seller/products/new"))
    assert "导热系数" in text(desk.get("/seller/products/new?kind=G105"))
    filled = PRODUCT | {
        "certificate_id": stamp.id, "attr_thickness_mm": "１００", "attr_lambda_w_mk": "0.033",
        "material_key": "geps100", "carbon_value": "10.5", "carbon_source": "EPD-001",
        "ev_energy": "导热系数 0.033", "src_energy": "检测报告", "life_years": "25",
    }  # fmt: skip
    assert desk.post("/seller/products/new", data=filled).status_code == 303
    product = session.scalars(select(Product)).one()
    assert product.attributes == {"thickness_mm": 100.0, "lambda_w_mk": 0.033}
    page = f"/seller/products/{product.id}"
    saved = text(desk.get(page))
    assert "还没有包装规格" in saved
    # The manual is missing as well: nobody is told that a pack size is all it takes.
    assert "上架前还要做的写在下面" in saved.partition("还没有说明书")[0]
    assert f"{page}/manual" in text(desk.get(page))
    written = {f"{one}_zh": "照这样做" for one in Section} | {"do": "publish"}
    assert desk.post(f"{page}/manual", data=written).status_code == 303
    variant = {"label_zh": "100 mm", "pack_size": "2.88", "weight_kg": "5.76"}
    assert desk.post(f"{page}/variants/new", data=variant).status_code == 303
    assert desk.post(f"{page}/publish").status_code == 303
    assert "第一次上架要审核" in text(desk.get(page))
    session.expire_all()
    confirm(session, product.id)
    session.commit()
    assert "在售" in text(desk.get(page))
    variant_id = session.scalar(select(Variant.id))
    assert "石墨聚苯板" in text(desk.get("/seller/listings/new?q=石墨"))
    terms = {"price": "138.24", "min_packs": "1", "lead_days": "3"}
    assert desk.post(f"/seller/listings/new/{variant_id}", data=terms).status_code == 303
    listing = session.scalars(select(Listing)).one()
    place = make_shelter(session, maker)
    session.commit()
    url = f"/seller/listings/{listing.id}"
    stocked = {"warehouse_id": place.id, "action": "in", "quantity": "40", "reason": ""}
    assert desk.post(f"{url}/stock", data=stocked).status_code == 303
    assert desk.post(f"{url}/publish").status_code == 303
    body = text(desk.get(url))
    assert "48.00" in body  # per square metre
    session.expire_all()
    view = queries.listings_by_ids(session, [listing.id], now)[listing.id]
    assert (view.sellable, view.available, view.carbon_trust) == (True, 40, "declared")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name_zh": ""}, "这一项要填"),
        ({"name_zh": "字" * 81}, "最多写 80 个字"),
        ({"attr_thickness_mm": "很厚"}, "请填数字"),
        ({"attr_thickness_mm": "-1"}, "这个数不合理"),
        ({"attr_lambda_w_mk": "NaN"}, "请填数字"),
        ({"attr_lambda_w_mk": "1e9"}, "这个数不合理"),
        ({"carbon_value": "12"}, "写明碳数据来自哪里"),
        ({"carbon_value": "-3", "carbon_source": "x"}, "只写数字"),
        ({"life_years": "0"}, "只写整数"),
        ({"unit": "acre"}, "有效"),
        ({"certificate_id": "not-mine"}, "有效"),
        ({"material_key": "sbs3"}, "有效"),
        ({"carbon_trust": "verified"}, "有效"),
    ],
)
def test_wrong_input_is_said_beside_the_field_and_kept(desk, session, wrong, message):
    session.commit()
    filled = PRODUCT | {"model": "保留我", "use_zh": "外墙外保温"} | wrong
    response = desk.post("/seller/products/new", data=filled)
    assert response.status_code == 422
    body = text(response)
    assert message in body
    assert 'aria-invalid="true"' in body
    assert 'value="保留我"' in body
    assert "外墙外保温" in body
    assert session.scalars(select(Product)).all() == []


def test_a_report_from_tomorrow_is_refused(desk, session):
    session.commit()
    filled = {"kind": "X01", "name_zh": "水泥", "unit": "t", "material_key": "",
              "carbon_trust": "declared", "report_issued_on": "2026-11-23"}  # fmt: skip
    response = desk.post("/seller/products/new", data=filled)
    assert response.status_code == 422
    assert "报告日期不能在今天以后" in text(response)


def test_an_unknown_kind_shows_the_choice_again(desk, session):
    session.commit()
    response = desk.get("/seller/products/new?kind=ZZZ")
    assert response.status_code == 200
    assert "没有这个品类" in text(response)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pack_size": "0"},
        {"pack_size": "abc"},
        {"pack_size": "1.23456"},
        {"weight_kg": ""},
        {"weight_kg": "99999999"},
        {"label_zh": " "},
    ],
)
def test_a_wrong_pack_size_is_refused(desk, session, maker, wrong):
    product_id = make_product(session, maker)
    session.commit()
    good = {"label_zh": "100 mm", "pack_size": "2.88", "weight_kg": "5.76"}
    response = desk.post(f"/seller/products/{product_id}/variants/new", data=good | wrong)
    assert response.status_code == 422
    assert 'class="msg"' in text(response)


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": "0"},
        {"price": "-5"},
        {"price": "1.234"},
        {"price": "１２x"},
        {"min_packs": "0"},
        {"lead_days": "366"},
        {"lead_days": ""},
    ],
)
def test_wrong_terms_are_refused_and_kept(desk, session, maker, wrong):
    offer = make_offer(session, maker)
    session.commit()
    good = {"price": "138.24", "min_packs": "2", "lead_days": "5"}
    response = desk.post(f"/seller/listings/{offer.listing_id}/edit", data=good | wrong)
    assert response.status_code == 422
    body = text(response)
    assert all(f'value="{value}"' in body for value in (good | wrong).values() if value)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"quantity": "0"}, "数量要大于 0"),
        ({"quantity": "-1"}, "只写整数"),
        ({"quantity": "九"}, "只写整数"),
        ({"action": "count", "quantity": "2"}, "有 3 件已经被订单占用"),
        ({"warehouse_id": "other"}, "有效"),
    ],
)
def test_wrong_stock_is_refused(desk, session, maker, now, wrong, message):
    offer = make_offer(session, maker, stock=10)
    stock.reserve(session, "k", [Demand(offer.listing_id, 3)], now, now)
    session.commit()
    good = {"warehouse_id": offer.warehouse_id, "action": "in", "quantity": "5", "reason": "进货"}
    response = desk.post(f"/seller/listings/{offer.listing_id}/stock", data=good | wrong)
    assert response.status_code == 422
    assert message in text(response)
    assert "进货" in text(response)


def test_publishing_too_early_lists_the_reasons(desk, session, maker):
    product_id = make_product(session, maker)
    session.commit()
    page = f"/seller/products/{product_id}"
    assert desk.post(f"{page}/publish").status_code == 303
    body = text(desk.get(page))
    assert "还不能上架" in body
    assert "没有选绿色建材证书" in body
    assert "还没有包装规格" in body
    english = text(desk.get(f"{page}?lang=en"))
    assert "No green building material certificate" in english


def test_photos_and_reports_are_read_before_they_are_kept(desk, session, maker):
    product_id = make_product(session, maker, kind_code="X01", name_zh="水泥", unit="t")
    session.commit()
    page = f"/seller/products/{product_id}"
    for kind, wrong in (("photos/new", "photo"), ("report", "report")):
        empty = desk.post(f"{page}/{kind}", data={})
        assert empty.status_code == 422
        assert "请选" in text(empty)
        junk = desk.post(f"{page}/{kind}", data={wrong: (BytesIO(b"<html>"), "a.png")})
        assert junk.status_code == 422
        assert 'class="msg"' in text(junk)
    assert desk.post(f"{page}/photos/new", data={"photo": (picture(), "a.png")}).status_code == 303
    assert "<img" in text(desk.get(page))
    report = {"report": (BytesIO(b"%PDF-1.7 test"), "报告.pdf")}
    assert desk.post(f"{page}/report", data=report).status_code == 303
    with desk.get(f"/products/{product_id}/report") as served:
        assert served.mimetype == "application/pdf"


def test_a_report_is_public_only_with_its_product(client, session, now):
    offer = make_offer(session, product={"kind_code": "X01", "name_zh": "水泥", "unit": "t"})
    draft = make_product(session, offer.maker, kind_code="X01", name_zh="水泥", unit="t")
    session.commit()
    assert client.get(f"/products/{draft}/report").status_code == 404
    assert client.get("/products/nothing/report").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_opens_in_both_languages(desk, session, maker, lang):
    offer = make_offer(session, maker)
    make_offer(session, maker, product={"kind_code": "X01", "name_zh": "水泥", "unit": "t"})
    session.commit()
    for url in (
        "/seller/products",
        "/seller/products/new",
        "/seller/products/new?kind=X01",
        f"/seller/products/{offer.product_id}",
        f"/seller/products/{offer.product_id}/edit",
        f"/seller/products/{offer.product_id}/variants/new",
        f"/seller/products/{offer.product_id}/photos/new",
        f"/seller/products/{offer.product_id}/report",
        f"/seller/variants/{offer.variant_id}/edit",
        "/seller/listings",
        "/seller/listings?state=archived",
        "/seller/listings/new",
        f"/seller/listings/{offer.listing_id}",
        f"/seller/listings/{offer.listing_id}/edit",
    ):
        response = desk.get(url, query_string={"lang": lang} if "?" not in url else None)
        assert response.status_code == 200, url


def test_another_sellers_things_do_not_exist_here(desk, session):
    other = make_offer(session)
    session.commit()
    for url in (
        f"/seller/products/{other.product_id}",
        f"/seller/products/{other.product_id}/edit",
        f"/seller/products/{other.product_id}/variants/new",
        f"/seller/products/{other.product_id}/photos/new",
        f"/seller/products/{other.product_id}/report",
        f"/seller/variants/{other.variant_id}/edit",
        f"/seller/listings/{other.listing_id}",
        f"/seller/listings/{other.listing_id}/edit",
        "/seller/listings/new/nothing",
    ):
        assert desk.get(url).status_code == 404, url
    for url in (
        f"/seller/products/{other.product_id}/publish",
        f"/seller/products/{other.product_id}/archive",
        f"/seller/products/{other.product_id}/photos/x/remove",
        f"/seller/variants/{other.variant_id}/close",
        f"/seller/listings/{other.listing_id}/pause",
        f"/seller/listings/{other.listing_id}/stock",
    ):
        assert desk.post(url).status_code == 404, url


def test_gone_listings_say_why(desk, session, maker, clock):
    make_offer(session, maker, make_stamp(session, maker, valid_to=date(2026, 11, 22)))
    session.commit()
    assert "买家看不到了" not in text(desk.get("/seller/listings"))
    clock.advance(days=1)
    body = text(desk.get("/seller/listings"))
    assert "1 个条目买家看不到了" in body
    assert "有效到 2026-11-22，从 2026-11-23 起过期" in body


def test_a_household_has_no_desk(client, session):
    sign_in(client, session, make_account(session).id)
    assert client.get("/seller/products").status_code == 403
    assert client.get("/operator/kinds").status_code == 403


KIND = {
    "code": "G701", "group_code": "6", "name_zh": "新型墙板", "name_en": "New wall panel",
    "scheme": "graded", "certifiable": "y", "default_unit": "m2", "picture": "", "house_part": "2",
    "spot_check_risk": "high", "attribute_keys": ["thickness_mm"], "is_open": "y",
}  # fmt: skip


def test_the_operator_adds_and_edits_kinds(operator, session):
    session.commit()
    assert operator.get("/operator/kinds?lang=en").status_code == 200
    assert operator.post("/operator/kinds/new", data=KIND).status_code == 303
    kind = queries.get_kind(session, "G701")
    assert (kind.house_part, kind.attribute_keys) == (2, ("thickness_mm",))
    assert operator.get("/operator/kinds/G701/edit").status_code == 200
    changed = KIND | {"name_zh": "复合墙板", "house_part": ""}
    assert operator.post("/operator/kinds/G701/edit", data=changed).status_code == 303
    session.expire_all()
    assert queries.get_kind(session, "G701").name_zh == "复合墙板"
    assert operator.get("/operator/kinds/NONE/edit").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"code": "g-1"}, "大写字母开头"),
        ({"code": "G105"}, "已经有了"),
        ({"name_en": ""}, "这一项要填"),
        ({"scheme": "none"}, "不能要求证书"),
        ({"group_code": "99"}, "有效"),
        ({"attribute_keys": ["kolour"]}, 'class="msg"'),
    ],
)
def test_a_wrong_kind_is_refused(operator, session, wrong, message):
    session.commit()
    response = operator.post("/operator/kinds/new", data=KIND | wrong)
    assert response.status_code == 422
    assert message in text(response)
    assert "新型墙板" in text(response)


def test_the_unit_of_a_kind_in_use_stays(operator, session):
    make_offer(session)
    session.commit()
    kind = KIND | {"name_zh": "保温", "default_unit": "m3", "group_code": "1"}
    response = operator.post("/operator/kinds/G105/edit", data=kind)
    assert response.status_code == 422
    assert "不能随意改" in text(response)


def test_members_see_only_their_own_lists(desk, session):
    make_offer(session)
    session.commit()
    assert "还没有产品" in text(desk.get("/seller/products"))
    assert "还没有在售条目" in text(desk.get("/seller/listings"))
