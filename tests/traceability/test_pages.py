"""The pages of batches, codes, alarms and identifiers."""

import re
from io import BytesIO

import pytest

from market.catalogue import service as catalogue
from market.kernel.clock import shanghai_date
from market.kernel.region_code import RegionCode
from market.traceability import service
from tests.factories.accounts import make_actor, sign_in
from tests.factories.batches import START, make_batch, make_code, units_of
from tests.factories.catalogue import make_offer
from tests.factories.market import pay
from tests.factories.orders import make_household, place, view
from tests.factories.sellers import make_png

BATCH = {"number": "20261101-1", "made_on": "2026-11-01", "use_by": "", "quantity": "500"}


def page(response, status=200):
    assert response.status_code == status, response.text
    return response.text


def scan_of():
    return (BytesIO(make_png()), "报告.png")


@pytest.fixture
def offer(session):
    made = make_offer(session)
    session.commit()
    return made


@pytest.fixture
def desk(client, session, offer):
    """A client at the maker's desk."""
    actor = make_actor(session, "seller", offer.maker.id)
    sign_in(client, session, actor.account_id)
    return client


def test_from_the_batch_to_its_labels(desk, offer, session):
    new = f"/seller/products/{offer.product_id}/batches/new"
    assert new in page(desk.get(f"/seller/products/{offer.product_id}"))
    assert "批次号" in page(desk.get(new))
    made = desk.post(new, data=BATCH)
    assert made.status_code == 303, made.text
    url = made.location
    assert "还没有检测报告" in page(desk.get(url))
    wrong = page(desk.post(f"{url}/codes", data={"pallets": "100", "units": "50"}), 422)
    assert "一次最多做 5000 个码" in wrong
    assert 'value="100"' in wrong
    assert desk.post(f"{url}/codes", data={"pallets": "2", "units": "3"}).status_code == 303
    assert desk.post(f"{url}/report", data={"report": scan_of()}).status_code == 303
    labels = page(desk.get(f"{url}/codes"))
    assert labels.count("<svg") >= 9
    assert "style=" not in labels
    assert "20261101-1" in page(desk.get("/seller/batches"))
    assert page(desk.post(f"{url}/withdraw", data={"reason": ""}), 422)
    assert desk.post(f"{url}/withdraw", data={"reason": "受潮"}).status_code == 303
    assert "受潮" in page(desk.get(url))
    assert "还没有发给任何人" in page(desk.get(f"{url}/buyers"))
    assert page(desk.post(f"{url}/buyers", data={"words": "先别用"}), 422)
    assert "Batch" in page(desk.get(f"{url}?lang=en"))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("number", " ", "这一项要填"), ("made_on", "2026-11-30", "不能晚于今天"),
        ("use_by", "2026-10-01", "晚于生产日期"), ("quantity", "0", "要大于 0"),
        ("quantity", "12,5", "只写数字"),
        ("made_on", "昨天", 'class="msg"'),
    ],
)  # fmt: skip
def test_a_wrong_batch_is_refused_beside_its_field(desk, offer, field, typed, said):
    new = f"/seller/products/{offer.product_id}/batches/new"
    answer = page(desk.post(new, data={**BATCH, field: typed}), 422)
    assert said in answer
    assert field == "number" or "20261101-1" in answer


def test_a_household_scans_without_an_account(client, session, offer):
    batch = make_batch(session, offer.actor, offer.product_id)
    code = make_code(session, offer.actor, batch)
    session.commit()
    client.set_cookie("township", "130624104")
    shown = page(client.get(f"/t/{code}"))
    for fact in ("石墨聚苯板", offer.maker.name, offer.certificate.number, "有效", "12315"):
        assert fact in shown
    assert "还没有人记过" in shown
    done = page(client.post(f"/t/{code}/scans", follow_redirects=True))
    assert "你是第一个扫这件货的人" in done
    assert "阜平" in done
    assert "已经记过" in page(client.post(f"/t/{code}/scans", follow_redirects=True))
    assert "First scan" in page(client.get(f"/t/{code}?lang=en"))


def test_a_parcel_asks_which_batch(desk, session, offer):
    order = view(session, place(session, make_household(session), (offer, 3)).id)
    pay(session, order.id)
    batch = make_batch(session, offer.actor, offer.product_id, number="P-1")
    make_batch(session, offer.actor, offer.product_id, number="P-2")
    session.commit()
    part = order.seller_orders[0]
    url, line = f"/seller/orders/{part.id}", part.lines[0].id
    assert "P-2，2026-11-01 生产" in page(desk.get(url))
    typed = {f"ship-{line}": "2", "carrier": "老王"}
    answer = page(desk.post(f"{url}/ship", data=typed), 422)
    assert "选石墨聚苯板是哪一批的" in answer
    assert "老王" in answer
    sent = desk.post(f"{url}/ship", data={**typed, f"batch-{line}": batch})
    assert sent.status_code == 303, sent.text
    assert f"/id/batch/{batch}" in page(desk.get(url))


def test_typed_codes_are_led_to_their_page_or_told_what_is_wrong(client, session, offer):
    code = make_code(session, offer.actor, make_batch(session, offer.actor, offer.product_id))
    session.commit()
    typed = f"{code[:4]}-{code[4:].lower()}"
    assert client.get("/t", query_string={"code": typed}).location == f"/t/{code}"
    wrong = page(client.get("/t", query_string={"code": "错码"}), 422)
    assert "错码" in wrong
    assert "抄错了" in wrong
    assert "抄错了" in page(client.get("/t/AAAA"), 404)
    other = "2" * 12
    from market.traceability.rules import check_character  # noqa: PLC0415

    other += check_character(other)
    unknown = page(client.get(f"/t/{other}"), 404)
    assert "仿冒" in unknown.partition(f'name="code" value="{other}"')[2]
    assert "没有这一页" not in unknown


def test_an_official_decides_and_the_code_warns(client, session, offer):
    batch = make_batch(session, offer.actor, offer.product_id, number="Q7-1")
    code = make_code(session, offer.actor, batch)
    for who, town in (("a", "130624104"), ("b", "510121")):
        service.record_scan(session, code, who, RegionCode(town), now=START)
    session.commit()
    official = make_actor(session, "official", "510121")
    sign_in(client, session, official.account_id)
    queue = page(client.get("/official/scan-alarms"))
    alarm = re.search(r'href="(/official/scan-alarms/\w{20})"', queue).group(1)
    assert re.search(r"相距约 \S+ 公里，相隔不到 1 小时", page(client.get(alarm)))
    assert "within an hour" in page(client.get(f"{alarm}?lang=en"))
    assert "写明查到了什么" in page(client.post(f"{alarm}/counterfeit", data={"note": ""}), 422)
    said = client.post(f"{alarm}/counterfeit", data={"note": "标签是复印的"})
    assert said.status_code == 303
    assert "标签是复印的" in page(client.get("/official/scan-alarms?state=all"))
    assert "可能是假货" in page(client.get(f"/t/{code}"))
    found = page(client.get("/official/scan-alarms?batch=q7"))
    assert f"/official/batches/{batch}/buyers" in found
    assert "还没有人收到" in page(client.get(f"/official/batches/{batch}/buyers"))
    assert client.get(f"/official/batches/{'0' * 20}/buyers").status_code == 404


def test_a_permanent_identifier_is_a_page_or_json(client, session, offer):
    batch = make_batch(session, offer.actor, offer.product_id)
    session.commit()
    html = client.get(f"/id/batch/{batch}")
    assert "批次" in page(html)
    assert "Accept" in html.headers["Vary"]
    asked = {"Accept": "application/json"}
    told = client.get(f"/id/batch/{batch}", headers=asked).json
    assert told["certificate_then"]["number"] == offer.certificate.number
    assert told["product"].endswith(f"/id/product/{offer.product_id}")
    product = client.get(f"/id/product/{offer.product_id}", headers=asked).json
    assert product["batches"] == [told["id"]]
    cert = client.get(f"/id/certificate/{offer.certificate.id}", headers=asked).json
    assert cert["state"] == "valid"
    assert client.get(f"/id/product/{offer.product_id}").location == f"/p/{offer.product_id}"
    assert client.get(f"/id/certificate/{offer.certificate.id}").status_code == 303
    for path in ("/id/batch/none", "/id/product/none", "/id/certificate/none", "/id/x/y"):
        for headers in ({}, asked):
            assert client.get(path, headers=headers).status_code == 404


def test_others_batches_are_not_there(client, session, offer):
    batch = make_batch(session, offer.actor, offer.product_id)
    make_code(session, offer.actor, batch)
    assert units_of(session, batch)
    stranger = make_actor(session, "seller", make_offer(session).maker.id)
    sign_in(client, session, stranger.account_id)
    for path in ("", "/codes", "/buyers"):
        assert client.get(f"/seller/batches/{batch}{path}").status_code == 404
    assert client.post(f"/seller/batches/{batch}/codes", data={"units": "1"}).status_code == 404
    new = f"/seller/products/{offer.product_id}/batches/new"
    assert client.get(new).status_code == 404
    assert client.post(new, data=BATCH).status_code == 404


def test_an_archived_product_keeps_a_page_that_says_what_it_was(client, session, offer, clock):
    batch = make_batch(session, offer.actor, offer.product_id)
    session.commit()
    asked = {"Accept": "application/json"}
    path = f"/id/product/{offer.product_id}"
    before = client.get(path, headers=asked).json
    assert (before["status"], before["archived_at"]) == ("offered", None)
    clock.advance(days=2)
    catalogue.archive_product(session, offer.actor, offer.product_id, clock.now())
    session.commit()
    shown = page(client.get(path))
    day = shanghai_date(clock.now()).isoformat()
    assert f"从 {day} 起不再出售" in shown
    for part in (
        "石墨聚苯板", offer.maker.name, offer.certificate.number, f"/id/batch/{batch}",
        f"/p/{offer.product_id}/manual/1", "/materials/G105",
    ):  # fmt: skip
        assert part in shown
    told = client.get(path, headers=asked).json
    assert told["status"] == "archived"
    assert told["archived_at"].startswith(clock.now().date().isoformat())
    assert told["certificate"].endswith(f"/id/certificate/{offer.certificate.id}")
    assert told["batches"][0].endswith(f"/id/batch/{batch}")
    assert told["manuals"][0].endswith(f"/p/{offer.product_id}/manual/1")
    assert client.get(f"/p/{offer.product_id}").location == path
    for link in set(re.findall(r'href="(/(?:id|p|certificates|materials)/[^"#]+)"', shown)):
        assert client.get(link).status_code in (200, 303), link
    assert client.get(f"/api/v1/products/{offer.product_id}").status_code == 404


def test_the_second_visitor_is_told_at_once_when_and_where_it_was_scanned(app, session, offer):
    code = make_code(session, offer.actor, make_batch(session, offer.actor, offer.product_id))
    session.commit()
    first, second = app.test_client(), app.test_client()
    first.set_cookie("township", "130624104")
    assert first.post(f"/t/{code}/scans").status_code == 303
    assert "已经有另外" not in page(first.get(f"/t/{code}"))
    shown = page(second.get(f"/t/{code}"))
    assert "这个码已经有另外 1 个人记过" in shown
    assert re.search(r"第一次是 [^，]+，在[^。]*阜平", shown)
    assert "Set-Cookie" not in second.get(f"/t/{code}").headers
