"""What pages of orders say of discounts: who bears them, and by which rules they came about."""

import html
import json
import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from market.kernel.actor import SYSTEM
from market.orders.models import Order
from market.promotions import service, tracing
from market.promotions.types import Bearing, Benefit, BenefitKind, Owner, Verdict
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import make_listing, make_maker, make_offer
from tests.factories.market import make_promotion, pay
from tests.factories.orders import make_household, place, view
from tests.factories.promotions import make_campaign, make_running


def off(fen):
    return Benefit(BenefitKind.AMOUNT, amount_fen=fen)


def plain(markup):
    return html.unescape(" ".join(re.sub("<[^>]+>", " ", markup).split()))


def lines_of(page):
    """The rows of the ledger, without markup."""
    found = re.search('<dl class="dl">(.*?)</dl>', page, re.DOTALL)
    rows = re.findall(r"<div.*?</div>", found.group(1), re.DOTALL)
    return [plain(row) for row in rows]


def steps_of(page):
    found = re.search(r'<section class="told">(.*?)</section>', page, re.DOTALL)
    rows = re.findall(r"<li>(.*?)</li>", found.group(1), re.DOTALL) if found else []
    return [plain(row) for row in rows]


@pytest.fixture
def household(session):
    return make_household(session)


@pytest.fixture
def shared(session, now, household):
    """Platform and county share one discount; the maker whose goods a shop sells bears some."""
    offer = make_offer(session, make_maker(session, name="甲厂"), stock=50)
    shop = make_maker(session, kind="shop", name="乙店")
    listing_id = make_listing(session, shop, offer.variant_id, made_to_order=True)
    resale = replace(offer, maker=shop, listing_id=listing_id)
    bearings = (
        Bearing("platform", 5000), Bearing("region:130624", 3000), Bearing("maker", 1000),
        Bearing("seller", 1000),
    )  # fmt: skip
    make_promotion(
        session, name="大家出", name_en="Everybody", benefit=off(10_000), bearings=bearings,
        campaign_id=make_campaign(session, shop.id, offer.maker.id),
    )  # fmt: skip
    placed = place(session, household, (resale, 10), now=now)
    pay(session, placed.id, now)
    return view(session, placed.id)


def test_every_bearer_is_named_with_what_it_gives(client, session, household, shared):
    sign_in(client, session, household.account_id)
    wanted = [
        "卖家优惠 −10.00 元", "厂家优惠（甲厂） −10.00 元", "平台优惠 −50.00 元",
        "地区优惠（阜平县） −30.00 元",
    ]  # fmt: skip
    for page in (f"/orders/{shared.id}", f"/orders/{shared.id}/receipt"):
        rows = lines_of(client.get(page).text)
        assert [row for row in rows if "优惠" in row] == wanted
    rows = lines_of(client.get(f"/orders/{shared.id}?lang=en").text)
    assert [row for row in rows if "promotion" in row] == [
        "Seller's promotion −10.00 yuan", "Maker's promotion (甲厂) −10.00 yuan",
        "Platform promotion −50.00 yuan", "Region's promotion (Fuping County) −30.00 yuan",
    ]  # fmt: skip


def test_the_seller_reads_who_makes_up_for_it(client, session, shared):
    part = shared.seller_orders[0]
    sign_in(client, session, make_actor(session, "seller", part.seller_id).account_id)
    rows = lines_of(client.get(f"/seller/orders/{part.id}").text)
    assert [row for row in rows if "优惠" in row] == [
        "卖家优惠 −10.00 元", "厂家优惠，厂家补给你（甲厂） −10.00 元",
        "平台优惠，平台补给你 −50.00 元", "地区优惠，地区补给你（阜平县） −30.00 元",
    ]  # fmt: skip


def test_an_order_to_be_paid_names_the_region_too(client, session, now, household):
    make_running(session, owner=Owner.REGION, region="130624", benefit=off(4_000))
    placed = place(session, household, (make_offer(session, stock=9), 3), now=now)
    sign_in(client, session, household.account_id)
    rows = lines_of(client.get(f"/pay/{placed.id}").text)
    assert [row for row in rows if "优惠" in row] == ["地区优惠（阜平县） −40.00 元"]


@pytest.fixture
def two_sellers(session, now, household):
    """Goods of two sellers with promotions of both, of the platform, and some that fail."""
    first = make_offer(session, make_maker(session, name="甲厂"), stock=50)
    second = make_offer(session, make_maker(session, name="乙厂"), stock=50)
    own = {"owner": Owner.SELLER, "seller_id": first.maker.id}
    ten = Benefit(BenefitKind.PERCENT, basis_points=1000)
    first_id = make_promotion(session, name="甲厂九折", benefit=ten, **own)
    make_promotion(session, name="甲厂满九百", benefit=off(100), min_amount_fen=90_000, **own)
    make_promotion(
        session, name="乙厂立减", benefit=off(700), owner=Owner.SELLER, seller_id=second.maker.id
    )
    make_promotion(session, name="平台减", name_en="From the platform", benefit=off(3_000))
    placed = place(session, household, (first, 2), (second, 1), now=now)
    return view(session, placed.id), first_id, first, second


def test_an_order_keeps_every_step_in_order_with_its_rule(
    client, session, now, household, two_sellers
):
    order, first_id, _first, _second = two_sellers
    service.stop(session, SYSTEM, first_id, now)  # what is kept does not follow the promotion
    sign_in(client, session, household.account_id)
    wanted = [
        "甲厂九折 −27.64 元 卖家优惠：减 10 %，按适用商品 276.48 元算",
        "乙厂立减 −7.00 元 卖家优惠：立减 7.00 元，按适用商品 138.24 元算",
        "平台减 −30.00 元 平台优惠：立减 30.00 元，按前面减完的 380.08 元算",
    ]
    for page in (f"/orders/{order.id}", f"/orders/{order.id}/receipt"):
        text = client.get(page).text
        assert steps_of(text) == wanted
        assert "<b>甲厂满九百</b>：还差 651.16 元" in text
    english = steps_of(client.get(f"/orders/{order.id}?lang=en").text)
    assert english[2].startswith("From the platform −30.00 yuan Platform promotion: ")


def test_a_seller_reads_its_own_part_and_why_its_promotion_was_not_given(
    client, session, two_sellers
):
    order, _first_id, first, second = two_sellers
    mine, others = order.seller_orders
    sign_in(client, session, make_actor(session, "seller", first.maker.id).account_id)
    page = client.get(f"/seller/orders/{mine.id}").text
    share = -sum(a.amount_fen for a in mine.lines[0].adjustments if a.label == "平台减")
    assert 0 < share < 3_000
    assert steps_of(page) == [
        "甲厂九折 −27.64 元 卖家优惠：减 10 %，按适用商品 276.48 元算",
        f"平台减 −{share / 100:.2f} 元 平台优惠：立减 30.00 元",  # not what others sold
    ]
    assert "下单时对买家是这样说的" in page
    assert "<b>甲厂满九百</b>：还差 651.16 元" in page
    assert "乙厂" not in page
    sign_in(client, session, make_actor(session, "seller", second.maker.id).account_id)
    page = client.get(f"/seller/orders/{others.id}").text
    assert [step.split()[0] for step in steps_of(page)] == ["乙厂立减", "平台减"]
    assert "甲厂" not in page


def test_an_order_of_before_shows_what_it_did(client, session, household, two_sellers):
    order, *_ = two_sellers
    session.execute(update(Order).where(Order.id == order.id).values(discounts=None))
    session.expire_all()
    sign_in(client, session, household.account_id)
    page = client.get(f"/orders/{order.id}").text
    assert steps_of(page) == []
    assert "没用上的优惠" not in page
    assert "平台优惠 −30.00 元" in lines_of(page)


def test_what_is_kept_is_bounded_and_typed_codes_come_first():
    failed = [
        Verdict(f"p{n:03d}", "名" * 200, 0, "other_region", {"regions": ("1",) * 5_000},
                code="LAST" if n == 299 else "")
        for n in range(300)
    ]  # fmt: skip
    kept = tracing.kept(failed, ())
    assert len(json.dumps(kept, ensure_ascii=False)) < 8_000
    told = tracing.told(kept)
    assert told.others[0].promotion_id == "p299"
    assert len(told.others) + told.more == 300
