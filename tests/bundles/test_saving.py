"""Kept, shared, compared: a code opens the same choices elsewhere and tells nothing private."""

import html
import re
from datetime import datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.bundles import service
from market.bundles.errors import ConfigurationNotFound, ShareNotFound, TooManyConfigurations
from market.bundles.house import HouseAnswers
from market.bundles.models import BundleShare
from market.bundles.sharing import MOST_KEPT
from market.bundles.types import Choices, Owner
from market.quotations.models import Quotation
from tests.factories.bundles import load, offer_eps

GUEST = Owner(token="g" * 43)
OTHER = Owner(token="h" * 43)
HEAT = "cold-clean-heat"


def save(session: Session, now: datetime, choices: Choices | None = None) -> str:
    return service.save_configuration(
        session, GUEST, HEAT, choices or Choices(), configuration_id=None, now=now
    )


def test_a_code_opens_the_same_choices_and_knows_no_owner(session: Session, now: datetime) -> None:
    load(session)
    choices = Choices(HouseAnswers("brick-concrete-2", {"L": Decimal(12)}, {}, wall_mm=240))
    code = service.share(session, GUEST, save(session, now, choices), now)
    assert re.fullmatch("[2-9A-Z]{8}", code)
    shared = service.get_share(session, f"{code[:4].lower()} {code[4:]}")
    assert (shared.choices, shared.slug) == (choices, HEAT)
    row = session.scalars(select(BundleShare)).one()
    assert not {"account_id", "token_hash", "region_code"} & set(row.__table__.columns.keys())
    assert service.share(session, GUEST, save(session, now, choices), now) == code
    with pytest.raises(ShareNotFound):
        service.get_share(session, "ZZZZZZZZ")
    with pytest.raises(ConfigurationNotFound):
        service.share(session, OTHER, save(session, now, choices), now)


def test_a_variant_leaves_the_first_as_it_is(session: Session, now: datetime) -> None:
    load(session)
    first = save(session, now)
    copy = service.keep_as_variant(session, GUEST, first, "厚一点", now)
    changed = Choices(HouseAnswers(wall_mm=240))
    service.save_configuration(session, GUEST, HEAT, changed, configuration_id=copy, now=now)
    kept = {row.id: row for row in service.list_mine(session, GUEST)}
    assert kept[first].choices.house.wall_mm is None
    assert (kept[copy].choices.house.wall_mm, kept[copy].name) == (240, "厚一点")
    assert service.list_mine(session, OTHER) == []
    for _ in range(MOST_KEPT - 2):
        service.keep_as_variant(session, GUEST, first, "", now)
    with pytest.raises(TooManyConfigurations):
        service.keep_as_variant(session, GUEST, first, "", now)
    with pytest.raises(ConfigurationNotFound):
        service.forget(session, OTHER, copy)
    service.forget(session, GUEST, copy)
    assert copy not in {row.id for row in service.list_mine(session, GUEST)}


@pytest.fixture
def shop(client: FlaskClient, session: Session) -> FlaskClient:
    load(session)
    offer_eps(session, price=9000)
    offer_eps(session, price=9900)
    session.commit()
    client.set_cookie("township", "130624104")
    return client


def test_share_in_one_browser_open_in_another_and_compare(
    shop: FlaskClient,
    app,
    session: Session,  # type: ignore[no-untyped-def]
) -> None:
    address = shop.post(f"/bundles/{HEAT}", data=fields(shop, wall_net="180")).location
    address = address.split("#")[0]
    said = html.unescape(shop.post(f"{address}/share", follow_redirects=True).text)
    code = re.search(r"分享码 ([2-9A-Z]{8})", said)
    assert code is not None
    second = app.test_client()
    second.set_cookie("township", "130624104")
    page = second.get(f"/b/{code[1]}", follow_redirects=True).text
    assert 'value="180"' in page
    assert second.get("/b/NOSUCH99").status_code == 404
    assert shop.get(address).status_code == 200
    assert second.get(address).status_code == 404
    shop.post(f"{address}/variants", data={"name": "第二套"})
    listed = shop.get("/bundles/my").text
    assert "第二套" in listed
    ids = re.findall(r'name="c" value="(\w+)"', listed)
    assert len(ids) == 2
    compared = shop.get("/bundles/compare", query_string={"c": ids}).text
    assert compared.count('scope="col"') == 2
    assert second.get("/bundles/compare", query_string={"c": ids}).text.count('scope="col"') == 0
    assert shop.get("/bundles/compare?c=x&lang=en").status_code == 200


def fields(shop: FlaskClient, **over: str) -> dict[str, str]:
    from tests.bundles.test_configuring import fields as sent  # noqa: PLC0415

    return {**sent(shop.get(f"/bundles/{HEAT}").text), **over}


def amount(text: str) -> str:
    ledger = text.partition('id="total"')[2] or text
    return re.findall(r'<div class="sum"><dt>[^<]*</dt><dd>([\d,.]+)', ledger)[0]


def test_page_quotation_and_cart_agree_to_the_fen(shop: FlaskClient, session: Session) -> None:
    address = shop.post(f"/bundles/{HEAT}", data=fields(shop)).location.split("#")[0]
    page = shop.get(address).text
    configuration = address.rsplit("/", 1)[1]
    answer = shop.post(f"/quotations/{configuration}")
    assert answer.status_code == 303
    paper = shop.get(answer.location).text
    assert re.search(r"BJ\d{8}-[2-9A-Z]{6}", paper)
    assert "有效期至" in paper
    shop.post(f"/cart/bundles/{configuration}")
    cart = shop.get("/cart").text
    assert amount(page) == amount(paper)
    assert amount(page) in cart
    assert shop.post(f"/quotations/{configuration}").location == answer.location
    shop.delete_cookie("house")
    assert shop.get(answer.location).status_code == 404
    assert session.scalars(select(Quotation)).one().total_fen > 0


def test_choosing_anew_never_costs_more_and_says_what_it_brought(shop: FlaskClient) -> None:
    page = shop.get(f"/bundles/{HEAT}").text
    dear = re.findall(r'name="slot-eps80" value="([^"]+)"', page)[-2]
    data = fields(shop, **{"slot-eps80": dear})
    before = amount(shop.get(shop.post(f"/bundles/{HEAT}", data=data).location).text)
    data |= {"do": "optimise", "aim": "cost", "budget": ""}
    answer = html.unescape(shop.post(f"/bundles/{HEAT}", data=data, follow_redirects=True).text)
    assert "重新配好了" in answer
    assert float(amount(answer).replace(",", "")) < float(before.replace(",", ""))
    data |= {"aim": "carbon", "budget": "1"}
    assert (
        "超过你写的 1.00 元" in shop.post(f"/bundles/{HEAT}", data=data, follow_redirects=True).text
    )
    data |= {"budget": "一千"}
    assert shop.post(f"/bundles/{HEAT}", data=data).status_code == 422


def test_sources_list_every_coefficient(client: FlaskClient) -> None:
    page = client.get("/bundles/sources").text
    for text in ("农房间歇采暖系数", "GB/T 51366", "240 mm 砖墙", "单玻窗", "估算", "本站规则"):
        assert text in page
    assert client.get("/bundles/sources?lang=en").status_code == 200
