"""The pages of sellers, in both languages, with what people get wrong."""

from io import BytesIO

import pytest

from market.accounts import service as accounts
from market.sellers import queries, service
from market.sellers.types import SellerState
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.sellers import (
    COUNTY,
    OTHER_COUNTY,
    complete,
    make_credit_code,
    make_draft,
    make_official,
    make_png,
    make_seller,
    make_submitted,
)

START = {"name": "阜平保温材料厂", "kind": "manufacturer", "region": "河北 阜平"}


def page(response, status=200):
    assert response.status_code == status, response.text
    return response.text


@pytest.fixture
def applicant(client, session, now):
    """A signed-in person with a draft: the seller id."""
    actor, seller_id = make_draft(session, now)
    sign_in(client, session, actor.account_id)
    return actor, seller_id


@pytest.fixture
def shop(client, session, now):
    """A signed-in owner of an open shop: (actor, seller id)."""
    owner, seller_id = make_seller(session, now)
    sign_in(client, session, owner.account_id)
    return owner, seller_id


def official(client, session, region=COUNTY):
    who = make_official(session, region)
    sign_in(client, session, who.account_id)
    return who


def test_a_visitor_is_sent_to_sign_in(client):
    response = client.get("/seller/apply")
    assert response.status_code == 303
    assert "/sign-in" in response.location or "login" in response.location or response.location


def test_the_whole_application_by_its_pages(client, session, now):
    account = make_account(session)
    sign_in(client, session, account.id)
    assert "开始填写" in page(client.get("/seller/apply"))
    where = client.post("/seller/apply", data=START).location
    assert "还没有上传营业执照" in page(client.get(where))
    assert "还有 7 项没有完成" in page(client.post(f"{where}/submit"), 422)
    steps = {
        "company": {**START, "credit_code": make_credit_code(), "about": "二十年老厂"},
        "licence": {"licence": (BytesIO(make_png()), "执照.png")},
        "contact": {"name": "王五", "phone": "13812345678"},
        "returns": {
            "recipient": "王五", "phone": "13812345678",
            "returns_region": "阜平 天生桥镇", "detail": "工业路 1 号",
        },
        "payout": {"holder": "阜平保温材料厂", "bank": "河北银行", "account": "6222000011112222"},
        "pledges": {"delivery": "y", "standards": "y"},
    }  # fmt: skip
    for step, data in steps.items():
        page(client.get(f"{where}/{step}"))
        assert client.post(f"{where}/{step}", data=data).status_code == 303, step
    assert client.get(f"{where}/licence/file", buffered=True).status_code == 200
    assert "天生桥" in page(client.get(f"{where}/returns"))
    assert client.post(f"{where}/submit").status_code == 303
    assert "申请在审核" in page(client.get(where))
    seller_id = where.rsplit("/", 1)[1]
    official(client, session)
    assert "阜平保温材料厂" in page(client.get("/official/sellers"))
    review = f"/official/sellers/{seller_id}"
    assert "尾号 2222" in page(client.get(review))
    assert client.get(f"{review}/licence", buffered=True).mimetype == "image/webp"
    assert client.post(f"{review}/ask", data={"reason": "地址看不清"}).status_code == 303
    sign_in(client, session, account.id)
    assert "地址看不清" in page(client.get(where))
    assert client.post(f"{where}/answer", data={"answer": "重拍了"}).status_code == 303
    official(client, session)
    assert "重拍了" in page(client.get(review))
    assert client.post(f"{review}/approve").status_code == 303
    sign_in(client, session, account.id)
    assert "去卖家工作台" in page(client.get(where))
    assert "还没有运费" in page(client.get("/seller"))


@pytest.mark.parametrize(
    ("step", "data", "zh", "en"),
    [
        ("company", {**START, "credit_code": "914403001922038217"}, "最后一位校验不对",
         "check digit does not fit"),
        ("company", {**START, "credit_code": "1", "region": "没这地方"}, "没有找到这个地方",
         "Place not found"),
        ("company", {**START, "credit_code": "1", "region": "河北省"}, "请选到县",
         "Name a county"),
        ("company", {**START, "credit_code": "1", "region": "鼓楼"}, "有几个地方叫这个名字",
         "Several places"),
        ("licence", {"licence": (BytesIO(b"not a picture"), "x.png")}, "文件只收", None),
        ("licence", {}, "先选一个文件", "Choose a file first"),
        ("contact", {"name": "王五", "phone": "1381234567"}, "现在是 10 位", None),
        ("payout", {"holder": "a", "bank": "b", "account": "12ab"}, "账号只写数字", "Digits only"),
    ],
)  # fmt: skip
def test_a_wrong_item_says_so_in_the_visitors_language(client, applicant, step, data, zh, en):
    where = f"/seller/apply/{applicant[1]}/{step}"

    def fresh():
        return {k: (BytesIO(v[0].getvalue()), v[1]) if isinstance(v, tuple) else v
                for k, v in data.items()}  # fmt: skip

    assert zh in page(client.post(where, data=fresh()), 422)
    if en:
        assert en in page(client.post(f"{where}?lang=en", data=fresh()), 422)


def test_what_was_typed_is_kept_beside_the_message(client, applicant):
    data = {**START, "credit_code": "914403001922038217", "name": "改过的名字"}
    text = page(client.post(f"/seller/apply/{applicant[1]}/company", data=data), 422)
    assert 'value="914403001922038217"' in text
    assert 'value="改过的名字"' in text
    assert 'aria-invalid="true"' in text
    assert 'id="credit_code-err"' in text


def test_someone_elses_application_looks_like_none(client, session, now, applicant):
    _, other = make_draft(session, now)
    session.commit()
    for path in ("", "/company", "/licence/file"):
        theirs = client.get(f"/seller/apply/{other}{path}")
        none = client.get(f"/seller/apply/{'0' * 20}{path}")
        assert (theirs.status_code, none.status_code) == (404, 404)
    assert client.post(f"/seller/apply/{other}/submit").status_code == 404
    assert client.post(f"/seller/apply/{other}/answer", data={"answer": "x"}).status_code == 404
    assert client.post(f"/seller/apply/{other}/contact", data={}).status_code == 404
    assert client.get(f"/seller/apply/{applicant[1]}/nothing").status_code == 404


def test_a_locked_application_says_so(client, session, now, applicant):
    actor, seller_id = applicant
    complete(session, actor, seller_id, now)
    service.submit(session, actor, seller_id, now=now)
    session.commit()
    data = {"name": "王五", "phone": "13812345678"}
    assert "现在不能修改" in page(client.post(f"/seller/apply/{seller_id}/contact", data=data), 422)
    assert client.post(f"/seller/apply/{seller_id}/submit").status_code == 409


def test_another_countys_url_is_refused(client, session, now):
    _, seller_id = make_submitted(session, now)
    official(client, session, OTHER_COUNTY)
    assert client.get(f"/official/sellers/{seller_id}").status_code == 403
    assert client.get(f"/official/sellers/{seller_id}/licence").status_code == 403
    assert client.post(f"/official/sellers/{seller_id}/approve").status_code == 403
    assert "阜平保温材料厂" not in page(client.get("/official/sellers"))
    assert queries.get_seller(session, seller_id).state is SellerState.SUBMITTED


def test_refusing_without_a_reason_is_answered_beside_the_field(client, session, now):
    _, seller_id = make_submitted(session, now)
    official(client, session)
    where = f"/official/sellers/{seller_id}"
    assert "写明理由" in page(client.post(f"{where}/refuse", data={"reason": " "}), 422)
    assert "Write a reason" in page(client.post(f"{where}/refuse?lang=en", data={}), 422)
    assert client.post(f"{where}/suspend", data={"reason": "x"}).status_code == 422
    assert client.post(f"{where}/explode", data={"reason": "x"}).status_code == 404


def test_households_do_not_see_the_queue(client, session):
    sign_in(client, session, make_actor(session).account_id)
    for path in ("/official/sellers", "/seller", "/seller/shop/freight"):
        assert client.get(path).status_code == 403


def test_areas_freight_and_a_trial_sum(client, shop):
    page(client.get("/seller/shop/areas"))
    assert client.post("/seller/shop/areas", data={"region": "河北"}).status_code == 303
    assert "已经填过了" in page(client.post("/seller/shop/areas", data={"region": "13"}), 422)
    rate = {"region": "全国", "base": "30", "per_kg": "0.5"}
    assert client.post("/seller/shop/freight", data=rate).status_code == 303
    last = {"last-region": "阜平 天生桥镇", "last-surcharge": "12.5"}
    assert client.post("/seller/shop/freight/last-mile", data=last).status_code == 303
    trial = {"place": "阜平 天生桥镇", "weight": "100"}
    text = page(client.get("/seller/shop/freight", query_string=trial))
    assert "92.50 元" in text
    far = page(client.get("/seller/shop/freight", query_string={"place": "510117", "weight": "1"}))
    assert "送不到" in far
    assert client.post("/seller/shop/freight/remove", data={"prefix": ""}).status_code == 303
    assert client.post("/seller/shop/freight/remove", data={"prefix": ""}).status_code == 404


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("areas", {"region": ""}, "这一项要填"),
        ("areas", {"region": "'; DROP TABLE"}, "没有找到这个地方"),
        ("freight", {"region": "河北", "base": "-1", "per_kg": "1"}, "最多两位小数"),
        ("freight", {"region": "河北", "base": "1.234", "per_kg": "NaN"}, "最多两位小数"),
        ("freight", {"region": "河北", "base": "9" * 30, "per_kg": "1"}, "最多两位小数"),
        ("freight/last-mile", {"last-region": "河北", "last-surcharge": "1"}, "请选到县"),
        ("warehouses", {"name": "仓", "region": "河北", "detail": "1"}, "请选到县"),
        ("warehouses", {"name": "仓" * 81, "region": "阜平", "detail": "1"}, "最多写 80 个字"),
        ("members", {"phone": "13000000000"}, "还没有注册"),
        ("members", {"phone": "abc"}, "11 位"),
    ],
)
def test_wrong_settings_are_answered_beside_the_field(client, shop, path, data, words):
    assert words in page(client.post(f"/seller/shop/{path}", data=data), 422)


def test_a_warehouse_is_changed_only_by_its_own_seller(client, session, now, shop):
    data = {"name": "一号仓", "region": "阜平县", "detail": "工业路 1 号", "is_open": "y"}
    assert client.post("/seller/shop/warehouses", data=data).status_code == 303
    own = queries.warehouses(session, shop[1])[0]
    where = f"/seller/shop/warehouses/{own.id}"
    assert "一号仓" in page(client.get(where))
    assert client.post(where, data={**data, "is_open": ""}).status_code == 303
    assert "停用" in page(client.get("/seller/shop/warehouses"))
    assert "同名" in page(client.post("/seller/shop/warehouses", data=data), 422)
    stranger, _ = make_seller(session, now)
    sign_in(client, session, stranger.account_id)
    assert client.get(where).status_code == 404
    assert client.post(where, data=data).status_code == 404


def test_about_and_members(client, session, shop):
    page(client.get("/seller/shop"))
    assert client.post("/seller/shop", data={"about": "二十年老厂"}).status_code == 303
    assert "二十年老厂" in page(client.get("/seller/shop"))
    assert "最多写 1000 个字" in page(client.post("/seller/shop", data={"about": "字" * 1001}), 422)
    colleague = make_account(session, display_name="同事甲")
    session.commit()
    data = {"phone": colleague.phone}
    assert client.post("/seller/shop/members", data=data).status_code == 303
    assert "同事甲" in page(client.get("/seller/shop/members"))
    assert client.post(f"/seller/shop/members/{colleague.id}/remove").status_code == 303
    assert client.post(f"/seller/shop/members/{shop[0].account_id}/remove").status_code == 409


def test_one_person_with_two_shops_switches_between_them(client, session, now, shop):
    owner, _ = shop
    _, second = make_seller(session, now, name="第二家店")

    accounts.grant_role(session, owner.account_id, "seller", second)
    session.commit()
    shown = page(client.get("/seller"))
    assert "换一家店" in shown
    assert client.post("/seller/switch", data={"seller_id": second}).status_code == 303
    assert "<h1>第二家店" in page(client.get("/seller"))
    assert client.post("/seller/switch", data={"seller_id": "0" * 20}).status_code == 404


@pytest.mark.parametrize(
    "path", ["", "/shop", "/shop/areas", "/shop/freight", "/shop/warehouses", "/shop/members"]
)
def test_the_desk_reads_in_english(client, shop, path):
    text = page(client.get(f"/seller{path}?lang=en"))
    assert '<html lang="en"' in text
    main = text.split('<main id="main"')[1].split("</main>")[0]
    for word in ("送货", "运费", "仓库", "成员", "保存"):
        assert word not in main
