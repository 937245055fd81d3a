"""A configured bundle in the cart: one house, one group, however often the button is pressed."""

import html
import re
from dataclasses import replace

import pytest

from market.bundles import queries
from market.bundles import service as bundles
from market.bundles.types import Choices, HouseAnswers, Owner, Rule, RuleKind
from market.carts import queries as carts
from market.carts import service as cart_service
from market.carts.types import CartOwner
from market.checkout import service
from market.kernel.actor import SYSTEM
from market.kernel.money import format_fen, parse_yuan
from market.subsidies.types import SchemeType
from tests.factories.accounts import make_account, sign_in
from tests.factories.bundles import WALL, WRAP, load, offer_eps
from tests.factories.orders import TOWN, make_address, submission, view
from tests.factories.subsidies import make_published

SLUG = "cold-clean-heat"


@pytest.fixture
def offered(session):
    load(session)
    made = offer_eps(session)
    session.commit()
    return made


@pytest.fixture
def mine(session, client):
    account = make_account(session)
    sign_in(client, session, account.id)
    return account.id


def save(session, account_id, now, choices=None):
    return bundles.save_configuration(
        session, Owner(account_id), SLUG, choices or Choices(), configuration_id=None, now=now
    )


def put(client, configuration_id):
    assert client.post(f"/cart/bundles/{configuration_id}").status_code == 303
    return html.unescape(client.get("/cart").get_data(as_text=True))


def test_the_same_configuration_twice_is_one_group_and_says_so(session, client, now, offered, mine):
    stored = save(session, mine, now)
    session.commit()
    assert "整套放进购物车了" in put(client, stored)
    (before,) = carts.get_cart(session, CartOwner(mine)).lines
    cart_service.set_quantity(session, CartOwner(mine), before.id, before.quantity + 9, now)
    session.commit()
    page = put(client, stored)
    assert "已经在购物车里，按现在的配置换成了最新数量" in page
    assert "整套放进购物车了" not in page
    (line,) = carts.get_cart(session, CartOwner(mine)).lines
    assert line.quantity == before.quantity
    client.set_cookie("lang", "en")
    assert re.search(r"was in the cart already", put(client, stored))


def test_another_configuration_is_another_group(session, now, offered, mine):
    first = save(session, mine, now)
    other = save(session, mine, now, Choices(HouseAnswers(wall_mm=370)))
    assert first != other
    for configuration_id in (first, other, first):
        service.add_bundle_to_cart(
            session, CartOwner(mine), Owner(mine), configuration_id, None, now=now
        )
    assert len({line.group_id for line in carts.get_cart(session, CartOwner(mine)).lines}) == 2


def test_storing_the_same_choices_again_is_the_same_configuration(session, now, offered, mine):
    assert save(session, mine, now) == save(session, mine, now)


def test_loose_packs_of_the_same_goods_stay(session, now, offered, mine):
    service.add_to_cart(session, CartOwner(mine), offered.listing_id, 2, now)
    stored = save(session, mine, now)
    for _ in range(2):
        service.add_bundle_to_cart(session, CartOwner(mine), Owner(mine), stored, None, now=now)
    lines = carts.get_cart(session, CartOwner(mine)).lines
    assert sorted(line.group_id is None for line in lines) == [False, True]


def test_a_full_cart_sends_back_to_what_was_typed(session, client, now, offered, mine, monkeypatch):
    stored = save(session, mine, now)
    session.commit()
    monkeypatch.setattr(cart_service, "MAX_LINES", 0)
    refused = client.post(f"/cart/bundles/{stored}")
    assert refused.location == f"/bundles/{SLUG}/my/{stored}"
    page = client.get(refused.location).get_data(as_text=True)
    assert "购物车最多放 0 种商品" in page
    assert 'href="/cart"' in page
    assert carts.get_cart(session, CartOwner(mine)).lines == ()


def test_the_configurator_says_what_schemes_give_as_the_check_page_and_the_order_do(
    session, client, now, offered, mine
):
    name = {"name_en": "x", "type_": SchemeType.CLAIM}
    make_published(session, name="减的（示例）", example=True)
    make_published(session, name="买完申请的", rate_bp=500, household_cap_fen=10_000, **name)
    make_published(session, name="困难户的", flags=frozenset({"low_income"}), **name)
    make_published(session, region="51", name="别省的", **name)
    stored = save(session, mine, now)
    address = make_address(session, mine)
    session.commit()
    path = f"/bundles/{SLUG}/my/{stored}"
    assert "选乡镇后再算" in client.get(path).text
    client.set_cookie("township", TOWN.digits)
    page = text(client.get(path))
    checked = text(client.get(f"/subsidies/check/bundles/{stored}"))
    (voucher,) = set(re.findall(r"减的（示例） −([\d,.]+) 元", page))
    (whole,) = re.findall(r"补贴一共（估算） ([\d,.]+) 元", page)
    assert f"补贴一共 {whole} 元" in checked
    assert whole == format_fen(parse_yuan(voucher) + 10_000)
    assert "，其中 100.00 元买完再申请，没有从合计里减" in page
    assert re.search("困难户的 ： ?只给登记过的低保和低收入家庭", page)
    assert "示例，" in page
    assert "别省的" not in page
    put(client, stored)
    sent = submission(session, mine, address, now, payment_method="alipay")
    placed = service.place_order(session, mine, sent, now)
    assert view(session, placed.id).subsidy_fen == parse_yuan(voucher)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(response.text)))


def test_an_order_names_the_bundle_in_the_visitors_language(session, client, now, offered, mine):
    stored = save(session, mine, now)
    address = make_address(session, mine)
    session.commit()
    client.set_cookie("township", TOWN.digits)
    put(client, stored)
    sent = submission(session, mine, address, now, payment_method="alipay")
    placed = service.place_order(session, mine, sent, now)
    session.commit()
    card = queries.get_live(session, SLUG).card
    assert card.name_zh in text(client.get(f"/orders/{placed.id}"))
    client.set_cookie("lang", "en")
    page = text(client.get(f"/orders/{placed.id}"))
    assert card.name_en in page
    assert card.name_zh not in page


def test_a_clash_on_the_way_to_the_cart_is_said_in_the_visitors_language(
    session, client, now, offered, mine
):
    made = bundles.create_bundle(session, SYSTEM, WRAP, now)
    for key, zh, en in (("roof", "屋面瓦", "Roof tiles"), ("board", "屋面保温板", "Roof boards")):
        slot = replace(WALL, key=key, name_zh=zh, name_en=en)
        bundles.add_slot(session, SYSTEM, made, slot, now)
    rule = Rule(RuleKind.EXCLUDES, "roof", "board", reason_zh="a", reason_en="b")
    bundles.update_bundle(session, SYSTEM, made, replace(WRAP, rules=(rule,)), now)
    bundles.publish(session, SYSTEM, made, now)
    stored = bundles.save_configuration(
        session, Owner(mine), WRAP.slug, Choices(), configuration_id=None, now=now
    )
    session.commit()
    client.set_cookie("township", TOWN.digits)
    refused = text(client.post(f"/cart/bundles/{stored}", follow_redirects=True))
    assert "屋面瓦和屋面保温板不能一起用，先换掉一样" in refused
    client.set_cookie("lang", "en")
    refused = text(client.post(f"/cart/bundles/{stored}", follow_redirects=True))
    assert "Roof tiles and Roof boards exclude each other; change one of them first" in refused
