"""Naming goods, sellers and bundles in the forms of offices and shops, without a script."""

import html
import re

import pytest
from sqlalchemy import select, update

from market.bundles import queries as bundles
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue.models import Listing, Product
from market.certification.models import Certificate
from market.checkout.quote import quote
from market.kernel.region_code import RegionCode
from market.promotions import queries, service
from market.promotions.errors import NotToBeNamed
from market.promotions.naming import MOST_FOUND, MOST_NAMED, MOST_ROWS
from market.promotions.types import BundleRule, Named, Owner, Ownership
from market.sellers.models import Seller, SellerArea
from tests.factories.accounts import make_actor, sign_in
from tests.factories.bundles import load
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.orders import TOWN, fill_cart, make_household
from tests.factories.promotions import make_draft
from tests.promotions.test_desks import FORM, official

NEW = "/official/promotions/new"
OURS = Ownership(Owner.REGION, region=RegionCode("130624"))


def text(response):
    plain = re.sub(r"<(script|style).*?</\1>", "", html.unescape(response.text), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


def ticked(page, field):
    boxes = re.findall(rf'<input[^>]*name="{field}"[^>]*>', page)
    return {re.search(r'value="([^"]*)"', x)[1] for x in boxes if "checked" in x}


def offered(page, field):
    boxes = re.findall(rf'<input[^>]*name="{field}"[^>]*>', page)
    return {re.search(r'value="([^"]*)"', x)[1] for x in boxes}


@pytest.fixture
def operator(client, session):
    sign_in(client, session, make_actor(session, "operator").account_id)
    return client


@pytest.fixture
def office(client, session):
    sign_in(client, session, make_actor(session, "official", "130624").account_id)
    return client


def an_offer(session, name, maker=None, **product):
    return make_offer(session, maker, product={"name_zh": name, **product})


def far_maker(session, name="远方厂"):
    """One that delivers only to its own province."""
    maker = make_maker(session, name=name)
    session.execute(update(SellerArea).where(SellerArea.seller_id == maker.id).values(prefix="51"))
    return maker


def draft_of(session, location, now):
    return queries.get_promotion(session, location.rsplit("/", 1)[-1], now).draft


def test_goods_are_found_ticked_and_kept_with_all_that_was_typed(operator, session, now):
    board, other = an_offer(session, "石墨板", model="SM-100"), an_offer(session, "岩棉板")
    assert offered(operator.get(NEW).text, "product_ids") == set()
    typed = {**FORM, "name": "打了一半", "step1_off_fen": "abc", "find_product": "石墨"}
    page = operator.post(NEW, data={**typed, "look": "product_ids"})
    assert page.status_code == 200
    assert offered(page.text, "product_ids") == {board.product_id}
    assert ticked(page.text, "product_ids") == set()
    for kept in ('value="打了一半"', 'value="abc"', 'value="石墨"', "SM-100"):
        assert kept in page.text
    assert "还没有提交" not in page.text  # nothing was to be kept yet
    again = {**typed, "product_ids": [board.product_id], "find_product": "岩棉"}
    page = operator.post(NEW, data={**again, "look": "product_ids"}).text
    assert offered(page, "product_ids") == {board.product_id, other.product_id}
    assert ticked(page, "product_ids") == {board.product_id}
    made = operator.post(NEW, data={**FORM, "product_ids": [board.product_id, other.product_id]})
    assert made.status_code == 303
    assert draft_of(session, made.location, now).product_ids == {
        board.product_id, other.product_id,
    }  # fmt: skip
    shown = text(operator.get(made.location))
    assert "只限这些商品：岩棉板、石墨板" in shown or "只限这些商品：石墨板、岩棉板" in shown
    edit = operator.get(made.location + "/edit").text
    assert ticked(edit, "product_ids") == {board.product_id, other.product_id}
    left = operator.post(made.location + "/edit", data={**FORM, "product_ids": [other.product_id]})
    assert draft_of(session, left.location, now).product_ids == {other.product_id}


def test_by_number_of_product_certificate_model_name_and_address(operator, session, now):
    one = an_offer(session, "石墨板", model="SM-100")
    two = an_offer(session, "岩棉板", model="YM-80")
    three = an_offer(session, "挤塑板", model="XPS-50")
    number = session.scalar(
        select(Certificate.number).join(Product, Product.certificate_id == Certificate.id).where(
            Product.id == three.product_id)
    )  # fmt: skip
    for asked in (number.lower(), three.product_id, "XPS-50"):
        page = operator.post(NEW, data={"find_product": asked, "look": "product_ids"}).text
        assert offered(page, "product_ids") == {three.product_id}, asked
    pasted = f"{one.product_id}\n\n https://example.cn/id/product/{two.product_id}?x=1 \n{number}"
    made = operator.post(NEW, data={**FORM, "paste_products": pasted})
    assert made.status_code == 303
    wanted = {one.product_id, two.product_id, three.product_id}
    assert draft_of(session, made.location, now).product_ids == wanted


def test_rows_that_name_nothing_or_too_much_stay_with_their_reasons(operator, session, now):
    good = an_offer(session, "石墨板", model="SM-100")
    an_offer(session, "涂料", model="T-1")
    an_offer(session, "涂料", model="T-2")
    pasted = "SM-100\n没有这个\n涂料"
    page = operator.post(NEW, data={**FORM, "paste_products": pasted})
    assert page.status_code == 422
    assert ticked(page.text, "product_ids") == {good.product_id}
    assert "第 1 行“没有这个”：没有找到在卖的" in html.unescape(page.text)
    assert "第 2 行“涂料”：有 2 个都叫这个" in html.unescape(page.text)
    assert re.search(r"<textarea[^>]*paste_products[^>]*>\s*没有这个\n涂料</textarea>", page.text)
    assert 'value="满 3000 减 300"' in page.text
    looked = operator.post(NEW, data={**FORM, "paste_products": pasted, "look": "product_ids"})
    assert looked.status_code == 200
    assert "没有这个" in looked.text
    many = "\n".join(f"行{n}" for n in range(MOST_ROWS))
    page = operator.post(NEW, data={**FORM, "paste_products": many}).text
    assert f"还有 {MOST_ROWS - 10} 行也不对" in page
    page = operator.post(NEW, data={**FORM, "paste_products": many + "\n再一行"}).text
    assert f"一次最多贴 {MOST_ROWS} 行" in page


def test_sellers_are_named_and_the_cart_keeps_to_them(operator, session, now):
    mine, other = an_offer(session, "甲板"), an_offer(session, "乙板")
    session.execute(update(Seller).where(Seller.id == mine.maker.id).values(
        name="大山建材", credit_code="91130624MA0000001X"))  # fmt: skip
    session.commit()
    for asked in ("大山", "91130624ma0000001x", mine.maker.id):
        page = operator.post(NEW, data={"find_seller": asked, "look": "seller_ids"}).text
        assert offered(page, "seller_ids") == {mine.maker.id}, asked
    form = {**FORM, "step1_at_least_fen": "100", "step1_off_fen": "10"}
    made = operator.post(NEW, data={**form, "paste_sellers": "大山建材"})
    assert made.status_code == 303, text(made)
    assert "只限这些商家：大山建材" in text(operator.get(made.location))
    assert operator.post(f"{made.location}/schedule").status_code == 303
    household = make_household(session)
    fill_cart(session, household.account_id, (mine, 2), (other, 2))
    cart = carts.get_cart(session, CartOwner(household.account_id))
    quoted = quote(session, cart, TOWN, household.account_id, now)
    off = {block.seller_id: block.discount_fen for block in quoted.seller_blocks}
    assert off == {mine.maker.id: 1_000, other.maker.id: 0}
    key = made.location.rsplit("/", 1)[-1]
    assert "只限这些商家：大山建材" in text(operator.get(f"/promotions/{key}"))
    trial = operator.get(made.location).text
    assert f'name="q-{mine.listing_id}"' in trial
    assert f'name="q-{other.listing_id}"' not in trial


def test_an_office_names_only_what_reaches_its_region(office, session, now):
    near = an_offer(session, "近处板")
    far = an_offer(session, "远处板", far_maker(session))
    page = office.post(NEW, data={"find_product": "处板", "look": "product_ids"}).text
    assert offered(page, "product_ids") == {near.product_id}
    page = office.post(NEW, data={"find_seller": "远方厂", "look": "seller_ids"}).text
    assert offered(page, "seller_ids") == set()
    assert "没有找到在卖的" in page
    forged = office.post(NEW, data={**FORM, "product_ids": [far.product_id]})
    assert forged.status_code == 422
    assert "不在你能选的范围里" in forged.text
    pasted = office.post(NEW, data={**FORM, "paste_sellers": far.maker.id})
    assert (pasted.status_code, "没有找到在卖的" in pasted.text) == (422, True)
    for named in (
        {"product_ids": frozenset({far.product_id})},
        {"seller_ids": frozenset({far.maker.id})},
        {"bundle": BundleRule(products=(Named(far.product_id, "远"),))},
    ):
        with pytest.raises(NotToBeNamed):
            service.create_draft(session, official("130624"), OURS, make_draft(**named), now)
    made = service.create_draft(
        session, official("130624"), OURS, make_draft(seller_ids=frozenset({near.maker.id})), now
    )
    assert queries.get_promotion(session, made, now).draft.seller_ids == {near.maker.id}


def test_what_a_draft_names_stays_when_it_is_off_sale(office, session, now):
    offer = an_offer(session, "近处板")
    named = make_draft(product_ids=frozenset({offer.product_id}))
    key = service.create_draft(session, official("130624"), OURS, named, now)
    session.execute(update(Listing).values(gate_closes_at=now))
    session.commit()
    address = f"/official/promotions/{key}"
    assert ticked(office.get(f"{address}/edit").text, "product_ids") == {offer.product_id}
    kept = office.post(f"{address}/edit", data={**FORM, "product_ids": [offer.product_id]})
    assert kept.status_code == 303
    fresh = office.post(NEW, data={**FORM, "product_ids": [offer.product_id]})
    assert fresh.status_code == 422


def test_no_more_than_so_many_are_named_or_shown(operator, session, now):
    maker = make_maker(session)
    for number in range(MOST_FOUND + 1):
        an_offer(session, f"同类板 {number:02}", maker)
    page = operator.post(NEW, data={"find_product": "同类板", "look": "product_ids"}).text
    assert len(offered(page, "product_ids")) == MOST_FOUND
    assert "还有更多" in page
    many = frozenset(f"{n:020}" for n in range(MOST_NAMED + 1))
    with pytest.raises(NotToBeNamed):
        service.create_draft(
            session, make_actor(session, "operator"), Ownership(Owner.PLATFORM),
            make_draft(product_ids=many), now,
        )  # fmt: skip


def test_bundles_are_asked_for_by_form(operator, session, now):
    load(session)
    offer = an_offer(session, "石墨板")
    session.commit()
    card = bundles.list_live(session)[0]
    page = operator.post(
        NEW, data={**FORM, "find_bundle_product": "石墨", "look": "bundle_products"}
    ).text
    assert offered(page, "bundle_products") == {offer.product_id}
    assert card.id in offered(page, "bundle_ids")
    asked = {
        "bundle_ids": [card.id], "bundle_kinds": ["G105"], "bundle_products": [offer.product_id],
        "bundle_only": "y",
    }  # fmt: skip
    made = operator.post(NEW, data={**FORM, **asked})
    rule = draft_of(session, made.location, now).bundle
    assert rule.bundles == (Named(card.id, card.name_zh, card.name_en),)
    assert [one.id for one in rule.kinds] == ["G105"]
    assert rule.products[0].name == "石墨板"
    assert rule.only
    edit = operator.get(made.location + "/edit").text
    assert ticked(edit, "bundle_ids") == {card.id}
    assert 'name="needs_bundle"' in edit
    assert "只减它里面的商品" in text(operator.get(made.location))
    plain = operator.post(made.location + "/edit", data=FORM)
    assert draft_of(session, plain.location, now).bundle is None
    any_one = operator.post(NEW, data={**FORM, "needs_bundle": "y"})
    assert draft_of(session, any_one.location, now).bundle == BundleRule()
    till = operator.post(NEW, data={**FORM, "needs_bundle": "y", "channel": "both"})
    assert till.status_code == 422
    assert "门店里看不到整套方案" in till.text


def test_a_shop_asks_for_bundles_with_its_own_goods(client, session, now):
    load(session)
    mine, other = an_offer(session, "甲板"), an_offer(session, "乙板")
    sign_in(client, session, make_actor(session, "seller", mine.maker.id).account_id)
    new = "/seller/promotions/new"
    page = client.get(new).text
    assert offered(page, "bundle_products") == {mine.product_id}
    assert 'name="find_product"' not in page
    made = client.post(new, data={**FORM, "bundle_products": [mine.product_id]})
    (named,) = draft_of(session, made.location, now).bundle.products
    assert named.name == "甲板"
    for forged in ({"bundle_products": [other.product_id]}, {"seller_ids": [other.maker.id]}):
        assert client.post(new, data={**FORM, **forged}).status_code == 422


def test_the_form_reads_in_english(operator, session):
    an_offer(session, "石墨板", name_en="Graphite board")
    operator.set_cookie("lang", "en")
    page = operator.post(
        NEW, data={**FORM, "name": "x", "find_product": "graphite", "look": "product_ids",
                   "paste_products": "nothing"},
    )  # fmt: skip
    shown = text(page)
    assert "Graphite board" in shown
    assert "Line 1 “nothing”: nothing on sale was found" in shown
