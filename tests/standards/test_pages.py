"""The operator's library, the maker's desk, and what everyone reads."""

import re
from datetime import UTC, date, datetime

import pytest

from market.standards import queries
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.standards import TODAY, end, make_citing, make_edition

OLD = {
    "code": "GB175—2007", "name_zh": "通用硅酸盐水泥", "name_en": "Common portland cement",
    "effective_on": "2008-06-01", "basis": "示例", "kinds": "x01",
}  # fmt: skip


def page(response, status=200):
    assert response.status_code == status, response.text
    return response.text


@pytest.fixture
def offer(session):
    made = make_citing(session)
    session.commit()
    return made


@pytest.fixture
def operator(client, session, offer):
    sign_in(client, session, make_actor(session, "operator").account_id)
    return client


@pytest.fixture
def desk(client, session, offer):
    """A client at the maker's desk."""
    sign_in(client, session, make_actor(session, "seller", offer.maker.id).account_id)
    return client


def test_the_operator_adds_what_products_cite(operator, session):
    assert "产品引用了但库里没有：1" in page(operator.get("/operator/standards"))
    queue = page(operator.get("/operator/standards/unknown"))
    assert "加 GB 175-2007" in queue
    to = re.search(r'/operator/standards/new\?code=[^"]+', queue)[0]
    assert 'value="GB 175-2007"' in page(operator.get(to))
    wrong = page(operator.post("/operator/standards/new", data=OLD | {"kinds": "Z99"}), 422)
    assert "没有品类 Z99" in wrong
    assert "通用硅酸盐水泥" in wrong
    unread = page(operator.post("/operator/standards/new", data=OLD | {"code": "水泥标准"}), 422)
    assert "看不懂这个标准号" in unread
    made = operator.post("/operator/standards/new", data=OLD)
    assert made.status_code == 303
    shown = page(operator.get(made.location))
    assert "通用硅酸盐水泥" in shown
    assert "未核实" in shown
    assert "GB 175-2007" in shown
    again = page(operator.post("/operator/standards/new", data=OLD), 422)
    assert "GB 175-2007 已经在标准库里了" in again
    assert "产品引用的标准库里都有" in page(operator.get("/operator/standards/unknown"))
    english = page(operator.get("/operator/standards?lang=en&q=cement"))
    assert "Common portland cement" in english
    assert "In force" in english


def test_the_operator_sees_whom_it_concerns_before_an_edition_is_superseded(
    operator, session, offer
):
    old = make_edition(session, "GB 175-2007")
    make_edition(session, "GB 175-2023", effective_on=date(2024, 6, 1))
    session.commit()
    url = f"/operator/standards/editions/{old}/end"
    filled = {"by": "gb175-2023", "from_on": "2026-11-22", "basis": "公告"}
    assert "先看影响谁" in page(operator.get(url))
    assert "这一项要填" in page(operator.post(url, data={"by": "GB 175-2023"}), 422)
    assert "标准库里没有 GB 1-2000" in page(
        operator.post(url, data=filled | {"by": "GB 1-2000"}), 422
    )
    seen = page(operator.post(url, data=filled | {"step": "look"}))
    assert "会影响 1 个产品（在卖 1 个）、1 个厂家" in seen
    assert offer.maker.name in seen
    assert "登记，通知厂家" in seen
    session.expire_all()
    assert queries.get_edition(session, old).ending is None
    session.rollback()
    done = page(operator.post(url, data=filled | {"step": "confirm"}, follow_redirects=True))
    assert "被代替" in done
    assert "GB 175-2023" in done
    session.expire_all()
    ending = queries.get_edition(session, old).ending
    session.rollback()
    cancel = f"/operator/standards/endings/{ending.id}/cancel"
    assert "这一项要填" in page(operator.post(cancel, data={"reason": ""}), 422)
    back = page(operator.post(cancel, data={"reason": "登记错了"}, follow_redirects=True))
    assert "登记代替或废止" in back
    assert page(operator.post(cancel, data={"reason": "再来"}), 404)


def test_a_mistake_is_corrected(operator, session):
    edition = make_edition(session, "GB 175-2007", kinds=("X01",))
    session.commit()
    url = f"/operator/standards/editions/{edition}/edit"
    shown = page(operator.get(url))
    assert 'value="X01"' in shown
    filled = {"name_zh": "改对的名称", "effective_on": "2008-06-01", "basis": "核对过",
              "verified": "y", "published_on": "2009-01-01"}  # fmt: skip
    assert "实施日期不能早于发布日期" in page(operator.post(url, data=filled), 422)
    done = operator.post(url, data=filled | {"published_on": ""}, follow_redirects=True)
    assert "改对的名称" in page(done)


def test_a_household_reads_on_the_product_what_replaced_its_standard(client, session, offer):
    shown = page(client.get(f"/p/{offer.product_id}"))
    assert "/standards/" not in shown.split("查得到的底细")[1].split("</main>")[0]
    old = make_edition(session, "GB 175-2007", name_zh="通用硅酸盐水泥")
    make_edition(session, "GB 175-2023", effective_on=date(2024, 6, 1))
    session.commit()
    shown = page(client.get(f"/p/{offer.product_id}"))
    assert "/standards/GB-175" in shown
    assert "厂家还没有改过来" not in shown
    end(session, old, "GB 175-2023")
    session.commit()
    shown = page(client.get(f"/p/{offer.product_id}"))
    assert "执行标准 GB 175-2007 从 2026-11-22 起被 GB 175-2023 代替，厂家还没有改过来" in shown
    assert "加入购物车" in shown
    english = page(client.get(f"/p/{offer.product_id}?lang=en"))
    assert "has been superseded by GB 175-2023 since" in english


def test_a_certified_product_links_to_the_evaluation_standard_of_its_kind(client, session):
    certified = make_offer(session)
    session.commit()
    url = f"/p/{certified.product_id}"
    for _ in range(2):  # the second is the kept page
        assert "/standards/T-CECS-10032" not in page(client.get(url))
    edition = make_edition(session, "T/CECS 10032-2019")
    session.commit()
    assert "/standards/T-CECS-10032" in page(client.get(url))
    end(session, edition)
    session.commit()
    assert "厂家还没有改过来" not in page(client.get(url))


def test_the_product_follows_the_day_without_a_job(client, session, offer, clock):
    old = make_edition(session, "GB 175-2007")
    make_edition(session, "GB 175-2023", effective_on=date(2024, 6, 1))
    end(session, old, "GB 175-2023", from_on=date(2027, 1, 1))
    session.commit()
    clock.set(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC))
    assert "厂家还没有改过来" not in page(client.get(f"/p/{offer.product_id}"))
    clock.advance(seconds=1)
    assert "厂家还没有改过来" in page(client.get(f"/p/{offer.product_id}"))


def test_everyone_reads_the_library(client, session, offer):
    assert "没有找到这个标准" in page(client.get("/standards"))
    old = make_edition(session, "GB 175-2007", name_zh="通用硅酸盐水泥", kinds=("X01",))
    make_edition(session, "GB 175-2023", name_zh="通用硅酸盐水泥", name_en="Common portland cement",
                 effective_on=date(2024, 6, 1), source="https://openstd.samr.gov.cn/")  # fmt: skip
    end(session, old, "GB 175-2023", until=date(2027, 1, 1))
    session.commit()
    listed = page(client.get("/standards"))
    assert "被代替" in listed
    assert "过渡期到 2027-01-01" in listed
    assert (
        "GB 175-2023"
        not in page(client.get("/standards?state=superseded")).split("<tbody>")[1].split("</th>")[0]
    )
    assert "/standards/GB-175" in page(client.get("/standards?q=gb175-2007"))
    shown = page(client.get("/standards/GB-175"))
    assert "2026-11-22 起被" in shown
    assert "https://openstd.samr.gov.cn/" in shown
    assert "现行的是 GB 175-2023。" in shown
    written = client.get("/standards/GB 175-2023")
    assert (written.status_code, written.location) == (303, "/standards/GB-175")
    assert page(client.get("/standards/GB-999"), 404)
    assert "Superseded" in page(client.get("/standards/GB-175?lang=en"))


def test_the_maker_has_a_task_until_the_standard_is_changed(desk, session, offer):
    assert "没有要读的" in page(desk.get("/seller/standards"))
    old = make_edition(session, "GB 175-2007")
    make_edition(session, "GB 175-2023", effective_on=date(2024, 6, 1))
    end(session, old, "GB 175-2023")
    session.commit()
    today = page(desk.get("/seller"))
    assert "产品的执行标准 GB 175-2007 从 2026-11-22 起被 GB 175-2023 代替，要改" in today
    assert f"/seller/products/{offer.product_id}" in today
    listed = page(desk.get("/seller/standards"))
    assert "2026-11-22 起代替" in listed
    product = page(desk.get(f"/seller/products/{offer.product_id}"))
    assert "执行标准 GB 175-2007 从 2026-11-22 起被 GB 175-2023 代替，改成现行的再上架" in product
    assert "正在卖的不受影响" in product
    messages = page(desk.get("/me/messages"))
    assert "执行标准 GB 175-2007 被 GB 175-2023 代替了" in messages


def test_the_maker_reads_and_acknowledges_a_mandatory_text(desk, session, offer):
    edition = make_edition(
        session, "GB 175-2023", mandatory=True, kinds=("X01",), effective_on=TODAY,
        source="https://openstd.samr.gov.cn/",
    )  # fmt: skip
    session.commit()
    assert "读强制性标准 GB 175-2023，再确认" in page(desk.get("/seller"))
    assert "还没有确认读过" in page(desk.get(f"/seller/products/{offer.product_id}"))
    listed = page(desk.get("/seller/standards"))
    assert "我读过 GB 175-2023" in listed
    assert "https://openstd.samr.gov.cn/" in listed
    url = f"/seller/standards/{edition}/acknowledge"
    done = page(desk.post(url, follow_redirects=True))
    assert "确认过的" in done
    assert "还没有确认读过" not in page(desk.get(f"/seller/products/{offer.product_id}"))
    advised = make_edition(session)
    session.commit()
    assert page(desk.post(f"/seller/standards/{advised}/acknowledge"), 409)


def test_another_maker_has_nothing_to_do(client, session, offer):
    other = make_maker(session)
    make_edition(session, "GB 175-2023", mandatory=True, kinds=("X01",), effective_on=TODAY)
    session.commit()
    sign_in(client, session, make_actor(session, "seller", other.id).account_id)
    assert "没有要读的" in page(client.get("/seller/standards"))
